import type { Hit } from './search-index.ts';

/** A hit with its 1-based place in each ranking that found it; `score` is at most 1, which is first in both. */
export type Fused = Hit & { readonly keywordRank?: number; readonly vectorRank?: number };

export interface FuseWeights {
  /** How much a place in the ranking by meaning counts, beside 1 for one in the ranking by words. */
  readonly vector: number;
  /** How slowly places lose what they are worth (k in Cormack et al. 2009). */
  readonly slowness: number;
}

const chosen: FuseWeights = { vector: 0.3, slowness: 60 };

/**
 * Joins two rankings by their places, because their scores cannot be compared (reciprocal rank fusion). Best first; what is equal
 * keeps the keyword ranking's order. With one ranking empty it is the other one.
 */
export function fuse(keyword: readonly Hit[], vector: readonly Hit[], limit: number, weights = chosen): readonly Fused[] {
  // 1 for the first place, falling; 0 for none.
  const worth = (rank: number | undefined) => (rank === undefined ? 0 : (weights.slowness + 1) / (weights.slowness + rank));
  const joined = new Map<string, { hit: Hit; keywordRank?: number; vectorRank?: number }>();
  keyword.forEach((hit, i) => {
    if (!joined.has(hit.chunkId)) joined.set(hit.chunkId, { hit, keywordRank: i + 1 });
  });
  vector.forEach((hit, i) => {
    const known = joined.get(hit.chunkId);
    if (!known) joined.set(hit.chunkId, { hit, vectorRank: i + 1 });
    else known.vectorRank ??= i + 1;
  });
  const fused = [...joined.values()].map(({ hit, ...ranks }) => ({
    ...hit,
    ...ranks,
    score: (worth(ranks.keywordRank) + weights.vector * worth(ranks.vectorRank)) / (1 + weights.vector),
  }));
  return fused.sort((a, b) => b.score - a.score).slice(0, Math.max(0, limit));
}
