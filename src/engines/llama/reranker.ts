import type { Usage } from '../call.ts';
import type { EngineProcess, EngineSpec } from '../engine-process.ts';
import type { Reranker } from '../reranker.ts';
import { type LlamaEmbedderOptions, spec } from './embedder.ts';

export function llamaRerankerSpec(options: LlamaEmbedderOptions): EngineSpec {
  return spec('reranker', options);
}

/** A ranking model (a cross-encoder in GGUF) behind the wall. */
export function llamaReranker(engine: EngineProcess): Reranker {
  return {
    id: engine.id,
    async rank(question, passages, { signal }) {
      return engine.request<{ scores: number[]; usage: Usage }>('rank', { question, passages }, { signal });
    },
  };
}
