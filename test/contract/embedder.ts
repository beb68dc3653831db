import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Embedder } from '../../src/engines/embedder.ts';
import { callOf } from './language-model.ts';

export interface EmbedderSubject {
  readonly open: () => Promise<{ embedder: Embedder; close(): Promise<void> }>;
  /** Two texts about one thing, and one about another. */
  readonly near: readonly [string, string];
  readonly far: string;
}

const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, index) => sum + value * (b[index] as number), 0);

export function embedderContract(name: string, subject: EmbedderSubject): void {
  describe(`an embedder: ${name}`, () => {
    let embedder: Embedder;
    let close: () => Promise<void>;
    beforeAll(async () => {
      ({ embedder, close } = await subject.open());
    });
    afterAll(() => close());
    const embed = async (...texts: string[]) => (await embedder.embed(texts, callOf())).vectors as readonly Float32Array[];

    test('gives one vector of length 1 for each text, in order, as long as it says', async () => {
      const texts = ['fever', 'What are your opening hours?', 'मुझे बुखार है', 'x', '漢字', '🙂', '12,5 mg', 'word '.repeat(3000)];
      const { vectors, usage } = await embedder.embed(texts, callOf());
      expect(vectors).toHaveLength(texts.length);
      for (const vector of vectors) {
        expect(vector).toHaveLength(embedder.dimensions);
        expect(Math.hypot(...vector)).toBeCloseTo(1, 4);
      }
      expect(usage.texts).toBe(texts.length);
      const again = await embed(...[...texts].reverse());
      again.forEach((vector, index) => {
        expect(dot(vector, vectors[texts.length - 1 - index] as Float32Array)).toBeCloseTo(1, 4);
      });
    });

    test('puts what belongs together nearer than what does not', async () => {
      const [a, b, c] = (await embed(...subject.near, subject.far)) as [Float32Array, Float32Array, Float32Array];
      expect(dot(a, b)).toBeGreaterThan(dot(a, c) + 0.1);
      expect(dot(a, b)).toBeGreaterThan(dot(b, c) + 0.1);
    });

    test('gives nothing for nothing, and refuses an empty text', async () => {
      expect((await embedder.embed([], callOf())).vectors).toEqual([]);
      await expect(embed('fever', ' \n')).rejects.toMatchObject({ code: 'invalid' });
    });

    test('stops when told to', async () => {
      await expect(embedder.embed(['fever'], callOf(AbortSignal.abort()))).rejects.toMatchObject({ code: 'cancelled' });
      const stop = new AbortController();
      const texts = Array<string>(3000).fill('The patient has had a fever since Monday. '.repeat(10));
      const many = embedder.embed(texts, callOf(stop.signal)).then(
        () => 'done',
        (error: { code?: string }) => error.code,
      );
      setTimeout(() => stop.abort(), 5);
      expect(await many).toBe('cancelled');
      expect(await embed('fever')).toHaveLength(1);
    });

    test('answers a question while it is busy with an import', async () => {
      const texts = Array.from({ length: 400 }, (_, i) => `Passage ${i}: the patient was told to rest and to drink. `.repeat(4));
      const order: string[] = [];
      const all = embedder.embed(texts, callOf()).then(() => order.push('import'));
      await embed('When do you open?');
      order.push('question');
      await all;
      expect(order).toEqual(['question', 'import']);
    });
  });
}
