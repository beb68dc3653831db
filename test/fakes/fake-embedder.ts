import { createHash } from 'node:crypto';
import type { Embedder } from '../../src/engines/embedder.ts';
import type { Reranker } from '../../src/engines/reranker.ts';
import { cancelled } from '../../src/shared/abort.ts';
import { AppError } from '../../src/shared/errors.ts';

/** Texts are near each other when they share words: each word has a fixed random direction, and a text is the sum of its words. */
export function fakeEmbedder(options: { id?: string; dimensions?: number } = {}): Embedder {
  const { id = 'fake:embedder', dimensions = 64 } = options;

  function vectorOf(text: string): Float32Array {
    const sum = new Float64Array(dimensions);
    for (const word of wordsOf(text)) {
      const bytes = createHash('sha512').update(word).digest();
      for (let i = 0; i < dimensions; i++) sum[i] = (sum[i] as number) + ((bytes[i % bytes.length] as number) / 255 - 0.5);
    }
    const length = Math.hypot(...sum) || 1;
    return Float32Array.from(sum, (value) => value / length);
  }

  return {
    id,
    dimensions,
    async embed(texts, { signal }) {
      if (signal.aborted) throw cancelled(signal);
      const empty = texts.findIndex((text) => text.trim() === '');
      if (empty >= 0)
        throw new AppError('invalid', 'An empty text has no meaning to search for.', {
          fields: [{ path: `texts.${empty}`, message: 'empty' }],
        });
      const vectors: Float32Array[] = [];
      for (const [index, text] of texts.entries()) {
        vectors.push(vectorOf(text));
        if (index % 16 === 15) await new Promise((resolve) => setImmediate(resolve));
        if (signal.aborted) throw cancelled(signal);
      }
      return { vectors, usage: { texts: texts.length, inputTokens: texts.flatMap(wordsOf).length } };
    },
  };
}

/** The score is the share of the question's words that the passage has. */
export function fakeReranker(id = 'fake:reranker'): Reranker {
  return {
    id,
    async rank(question, passages, { signal }) {
      if (signal.aborted) throw cancelled(signal);
      const asked = wordsOf(question);
      const scores = passages.map((passage) => {
        const words = new Set(wordsOf(passage));
        return asked.filter((word) => words.has(word)).length / Math.max(1, asked.length);
      });
      return { scores, usage: { passages: passages.length } };
    },
  };
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? ['no words'];
}
