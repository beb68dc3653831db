import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Reranker } from '../../src/engines/reranker.ts';
import { callOf } from './language-model.ts';

export interface RerankerSubject {
  readonly open: () => Promise<{ reranker: Reranker; close(): Promise<void> }>;
  /** False where the weights are random numbers: then only the path is tried, not the sense. */
  readonly knows: boolean;
}

export function rerankerContract(name: string, subject: RerankerSubject): void {
  describe(`a reranker: ${name}`, () => {
    let reranker: Reranker;
    let close: () => Promise<void>;
    beforeAll(async () => {
      ({ reranker, close } = await subject.open());
    });
    afterAll(() => close());
    const passages = [
      'The clinic is open from nine to five.',
      'Asthma treatment in children begins with an inhaler.',
      'A broken leg is put in a cast.',
      'Asthma treatment in children. '.repeat(600),
    ];

    test('gives one score for each passage, in order, however long a passage is', async () => {
      const { scores, usage } = await reranker.rank('asthma treatment in children', passages, callOf());
      expect(scores).toHaveLength(passages.length);
      for (const score of scores) expect(Number.isFinite(score)).toBe(true);
      expect(usage.passages).toBe(passages.length);
      const reversed = await reranker.rank('asthma treatment in children', [...passages].reverse(), callOf());
      [...reversed.scores].reverse().forEach((score, index) => {
        expect(score).toBeCloseTo(scores[index] as number, 4);
      });
      if (subject.knows) expect(scores[1]).toBeGreaterThan(Math.max(scores[0] as number, scores[2] as number));
    });

    test('gives nothing for no passages, takes a question of any length, and stops when told to', async () => {
      expect((await reranker.rank('asthma', [], callOf())).scores).toEqual([]);
      expect((await reranker.rank('asthma '.repeat(2000), passages.slice(0, 1), callOf())).scores).toHaveLength(1);
      await expect(reranker.rank('asthma', passages, callOf(AbortSignal.abort()))).rejects.toMatchObject({ code: 'cancelled' });
    });
  });
}
