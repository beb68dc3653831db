import type { Hit } from './search-index.ts';

/** A hit with its 1-based place in each ranking that found it; `score` is at most 1, which is first in both. */
export type Fused = Hit & { readonly keywordRank?: number; readonly vectorRank?: number };

/** How much a place in each ranking counts, and how slowly places lose what they are worth (Cormack et al. 2009 name it k). */
const KEYWORD_WEIGHT = 1;
const VECTOR_WEIGHT = 0.3;
const SLOWNESS = 60;

/**
 * Joins two rankings by their places, because their scores cannot be compared (reciprocal rank fusion). Best first; what is equal
 * keeps the keyword ranking's order. With one ranking empty it is the other one.
 */
export function fuse(keyword: readonly Hit[], vector: readonly Hit[], limit: number): readonly Fused[] {
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
    score: (KEYWORD_WEIGHT * worth(ranks.keywordRank) + VECTOR_WEIGHT * worth(ranks.vectorRank)) / (KEYWORD_WEIGHT + VECTOR_WEIGHT),
  }));
  return fused.sort((a, b) => b.score - a.score).slice(0, Math.max(0, limit));
}

/** 1 for the first place, falling; 0 for none. */
function worth(rank: number | undefined): number {
  return rank === undefined ? 0 : (SLOWNESS + 1) / (SLOWNESS + rank);
}
