import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fuse } from '../../../src/domain/knowledge/fuse.ts';
import type { Hit } from '../../../src/domain/knowledge/search-index.ts';

const ranking = (...hits: [chunkId: string, score: number][]): Hit[] =>
  hits.map(([chunkId, score]) => ({ chunkId, documentId: `of ${chunkId}`, score }));
const ids = (hits: readonly Hit[]) => hits.map(({ chunkId }) => chunkId);

describe('fuse', () => {
  it('is the other ranking where one is empty', () => {
    const words = ranking(['a', 0.6], ['b', 0.3], ['c', 0.1]);
    expect(ids(fuse(words, [], 10))).toEqual(['a', 'b', 'c']);
    expect(ids(fuse([], words, 10))).toEqual(['a', 'b', 'c']);
    expect(fuse([], [], 10)).toEqual([]);
  });

  it('prefers what both find, and says where each had it', () => {
    const fused = fuse(ranking(['a', 0.5], ['b', 0.48]), ranking(['b', 0.9], ['c', 0.8]), 10);
    expect(ids(fused)).toEqual(['b', 'a', 'c']);
    expect(fused[0]).toMatchObject({ documentId: 'of b', keywordRank: 2, vectorRank: 1 });
    expect(fused[1]).toMatchObject({ keywordRank: 1 });
    expect(fused[1]).not.toHaveProperty('vectorRank');
    expect(fused[2]).not.toHaveProperty('keywordRank');
  });

  it('leaves first what stands out by its words', () => {
    expect(ids(fuse(ranking(['a', 0.9], ['b', 0.2]), ranking(['b', 0.9], ['c', 0.8]), 10))[0]).toBe('a');
  });

  it('gives 1 to what is first in both, and no more', () => {
    expect(fuse(ranking(['a', 0.2]), ranking(['a', -0.1]), 1)[0]?.score).toBeCloseTo(1, 10);
  });

  it('is sorted, has everything once, and keeps to its limit, whatever comes', () => {
    const hits = fc.uniqueArray(fc.tuple(fc.constantFrom(...'abcdefghij'), fc.double({ min: -1, max: 1, noNaN: true })), {
      selector: ([id]) => id,
    });
    fc.assert(
      fc.property(hits, hits, fc.integer({ min: 0, max: 12 }), (words, meant, limit) => {
        const fused = fuse(ranking(...words.sort((a, b) => b[1] - a[1])), ranking(...meant.sort((a, b) => b[1] - a[1])), limit);
        const all = new Set([...words, ...meant].map(([id]) => id));
        expect(fused).toHaveLength(Math.min(limit, all.size));
        expect(new Set(ids(fused)).size).toBe(fused.length);
        fused.forEach(({ score }, i) => {
          expect(score).toBeLessThanOrEqual(fused[i - 1]?.score ?? 1 + 1e-9);
          expect(score).toBeGreaterThanOrEqual(0);
        });
      }),
    );
  });
});
