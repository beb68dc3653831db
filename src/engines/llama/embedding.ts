import type { LlamaModel, Token } from 'node-llama-cpp';
import { throwIfAborted } from '../../shared/abort.ts';
import type { HandlerContext } from '../engine-process.ts';
import type { EmbedderInit } from './wire.ts';

/** Vectors of length 1. What is longer than the model can read at once is read to there. */
export async function openEmbedding(model: LlamaModel, init: EmbedderInit) {
  const contextSize = Math.min(model.trainContextSize ?? longest, longest);
  const context = await model.createEmbeddingContext({ contextSize, batchSize: contextSize, threads: init.threads });

  async function vectorOf(text: string): Promise<{ vector: Float32Array; tokens: number }> {
    // Two places are for the tokens that the library puts around a text.
    const tokens = model.tokenize(text, false).slice(0, contextSize - 3);
    const { vector } = await context.getEmbeddingFor(tokens as Token[]);
    const length = Math.hypot(...vector);
    return {
      vector: Float32Array.from(vector, (value, index) => (length > 0 ? value / length : index === 0 ? 1 : 0)),
      tokens: tokens.length,
    };
  }

  return {
    dimensions: model.embeddingVectorSize,
    async embed({ texts }: { texts: readonly string[] }, { signal }: HandlerContext) {
      const vectors: Float32Array[] = [];
      let inputTokens = 0;
      for (const text of texts) {
        throwIfAborted(signal);
        const { vector, tokens } = await vectorOf(text);
        vectors.push(vector);
        inputTokens += tokens;
      }
      return { vectors, usage: { texts: texts.length, inputTokens } };
    },
  };
}

/** Scores between 0 and 1. A passage longer than the model can read with the question is read in pieces, and the best piece counts. */
export async function openRanking(model: LlamaModel, init: EmbedderInit) {
  const contextSize = Math.min(model.trainContextSize ?? longest, longest);
  const context = await model.createRankingContext({ contextSize, batchSize: contextSize, threads: init.threads });
  return async ({ question, passages }: { question: string; passages: readonly string[] }, { signal }: HandlerContext) => {
    // A question that leaves no room for a passage is cut; its beginning says what it is about.
    const asked = model.tokenize(question, false).slice(0, Math.floor(contextSize / 2)) as Token[];
    const scores: number[] = [];
    let inputTokens = 0;
    for (const passage of passages) {
      throwIfAborted(signal);
      const tokens = model.tokenize(passage, false) as Token[];
      scores.push(await context.rank(asked, tokens, { onOverflow: 'maxChunk' }));
      inputTokens += asked.length + tokens.length;
    }
    return { scores, usage: { passages: passages.length, inputTokens } };
  };
}

/** Some models were trained on more; attention over more than this costs more than it finds. */
const longest = 2048;
