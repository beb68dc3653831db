import { AppError } from '../../shared/errors.ts';
import { siblingModule } from '../../shared/sibling.ts';
import type { Usage } from '../call.ts';
import type { Embedder } from '../embedder.ts';
import type { EngineLimits, EngineProcess, EngineSpec } from '../engine-process.ts';
import type { EmbedderInit } from './wire.ts';

export interface LlamaEmbedderOptions {
  readonly id: string;
  /** A GGUF file of an embedding model. */
  readonly modelPath: string;
  readonly threads: number;
  readonly gpu?: boolean;
  readonly limits?: EngineLimits;
  readonly lazy?: boolean;
}

export function llamaEmbedderSpec(options: LlamaEmbedderOptions): EngineSpec {
  return spec('embedder', options);
}

export function spec(kind: EmbedderInit['kind'], options: LlamaEmbedderOptions): EngineSpec {
  const init: EmbedderInit = { kind, modelPath: options.modelPath, threads: options.threads, gpu: options.gpu ?? false };
  return {
    id: options.id,
    purpose: kind,
    module: siblingModule(import.meta.url, 'worker'),
    init,
    fix: 'bedside models verify',
    ...(options.limits ? { limits: options.limits } : {}),
    ...(options.lazy ? { lazy: true } : {}),
  };
}

/** So many texts at a time: a question from a live conversation waits for one slice of an import, not for all of it. */
const slice = 16;

/** An embedding model behind the wall. `dimensions` are those of the weights, told by the catalogue; others are a mistake worth stopping for. */
export function llamaEmbedder(engine: EngineProcess, dimensions: number): Embedder {
  return {
    id: engine.id,
    dimensions,
    async embed(texts, { signal }) {
      const empty = texts.findIndex((text) => text.trim() === '');
      if (empty >= 0)
        throw new AppError('invalid', 'An empty text has no meaning to search for. Please write something.', {
          fields: [{ path: `texts.${empty}`, message: 'empty' }],
        });
      const vectors: Float32Array[] = [];
      let inputTokens = 0;
      for (let at = 0; at < texts.length; at += slice) {
        const answer = await engine.request<{ vectors: Float32Array[]; usage: Usage }>(
          'embed',
          { texts: texts.slice(at, at + slice) },
          { signal },
        );
        for (const vector of answer.vectors) {
          if (vector.length !== dimensions)
            throw new AppError('internal', 'The document search engine was set up for another model. Please run “bedside doctor”.', {
              context: { engine: engine.id, expected: dimensions, found: vector.length },
            });
          vectors.push(vector);
        }
        inputTokens += answer.usage.inputTokens ?? 0;
      }
      return { vectors, usage: { texts: texts.length, inputTokens } };
    },
  };
}
