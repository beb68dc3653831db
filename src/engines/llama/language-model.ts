import { AppError } from '../../shared/errors.ts';
import { siblingModule } from '../../shared/sibling.ts';
import type { EngineLimits, EngineProcess, EngineSpec } from '../engine-process.ts';
import type { LanguageModel } from '../language-model.ts';
import type { ChatInit, ChatPart, GenerateParams, ToolSyntax } from './wire.ts';

export interface LlamaChatOptions {
  readonly id: string;
  /** A GGUF file. */
  readonly modelPath: string;
  /** For each conversation; the model's own limit holds as well. */
  readonly contextTokens: number;
  /** So many conversations are kept warm, and so many are answered at once. */
  readonly sequences: number;
  readonly threads: number;
  /** Use a graphics processor where the library finds one. */
  readonly gpu?: boolean;
  readonly tools?: ToolSyntax;
  /** Keeps what was read of shared system texts for the next start; absent: nothing is kept. */
  readonly stateFolder?: string;
  readonly limits?: EngineLimits;
  readonly lazy?: boolean;
}

export function llamaChatSpec(options: LlamaChatOptions): EngineSpec {
  const init: ChatInit = {
    kind: 'chat',
    modelPath: options.modelPath,
    contextTokens: options.contextTokens,
    sequences: options.sequences,
    threads: options.threads,
    gpu: options.gpu ?? false,
    tools: options.tools ?? 'auto',
    ...(options.stateFolder ? { stateFolder: options.stateFolder } : {}),
  };
  return {
    id: options.id,
    purpose: 'language-model',
    module: siblingModule(import.meta.url, 'worker'),
    init,
    fix: 'bedside models verify',
    ...(options.limits ? { limits: options.limits } : {}),
    ...(options.lazy ? { lazy: true } : {}),
  };
}

/** How long one step of reading, or one token, may take before the engine counts as hung: a large model on a busy box is slow. */
const allowanceMs = 120_000;

/** A chat model behind the wall. A stopped call's error carries what was used until then (`context.usage`). */
export function llamaLanguageModel(engine: EngineProcess, options: Pick<LlamaChatOptions, 'contextTokens'>): LanguageModel {
  return {
    id: engine.id,
    contextTokens: options.contextTokens,
    async *generate(prompt, { signal }) {
      let usage = { inputTokens: 0, cachedTokens: 0, outputTokens: 0 };
      try {
        const params: GenerateParams = { prompt };
        for await (const part of engine.stream<ChatPart>('generate', params, undefined, { signal, allowanceMs })) {
          if (part.type === 'reading') usage = { ...usage, inputTokens: part.inputTokens, cachedTokens: part.cachedTokens };
          else {
            if (part.type === 'text-delta') usage.outputTokens++;
            yield part;
          }
        }
      } catch (error) {
        if (!(error instanceof AppError) || usage.inputTokens === 0) throw error;
        throw new AppError(error.code, error.sentence, { ...error.details, context: { ...error.details.context, usage } }, error.cause);
      }
    },
    async prepare(prompt, { signal }) {
      const params: GenerateParams = { prompt };
      for await (const _ of engine.stream<ChatPart>('prepare', params, undefined, { signal, allowanceMs }));
    },
  };
}
