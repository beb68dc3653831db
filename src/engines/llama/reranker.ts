import type { Usage } from '../call.ts';
import type { EngineProcess, EngineSpec } from '../engine-process.ts';
import type { Reranker } from '../reranker.ts';
import { type LlamaEmbedderOptions, spec } from './embedder.ts';

export function llamaRerankerSpec(options: LlamaEmbedderOptions): EngineSpec {
  return spec('reranker', options);
}

/** So many passages at a time: each pair is scored by itself, and a call from a live conversation gets its turn in between. */
const slice = 8;

/** A ranking model (a cross-encoder in GGUF) behind the wall. */
export function llamaReranker(engine: EngineProcess): Reranker {
  return {
    id: engine.id,
    async rank(question, passages, { signal }) {
      const scores: number[] = [];
      let inputTokens = 0;
      for (let at = 0; at < passages.length; at += slice) {
        const params = { question, passages: passages.slice(at, at + slice) };
        const answer = await engine.request<{ scores: number[]; usage: Usage }>('rank', params, { signal });
        scores.push(...answer.scores);
        inputTokens += answer.usage.inputTokens ?? 0;
      }
      return { scores, usage: { passages: passages.length, inputTokens } };
    },
  };
}
