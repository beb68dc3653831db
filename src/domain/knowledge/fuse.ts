import type { Hit } from './search-index.ts';

/** A hit with its 1-based place in each ranking that found it; `score` is at most 1, which is first in both. */
export type Fused = Hit & { readonly keywordRank?: number; readonly vectorRank?: number };

export interface FuseWeights {
  /** What the first place by meaning counts, beside 1 for the first by words. */
  readonly vector: number;
  /** How slowly the places by meaning lose what they are worth (k in Cormack et al. 2009). */
  readonly slowness: number;
}

/** Chosen on one half of the questions that people judged, and looked at on the other (docs/decisions/0013-search-index.md). */
const chosen: FuseWeights = { vector: 0.2, slowness: 10 };

/**
 * Joins the ranking by words and the one by meaning. A score by words counts as its share of the best one: where one passage stands
 * out by its words it stays first. A score by meaning counts by its place (reciprocal rank), because cosines of small embedders lie close
 * together and say little. Best first; what is equal keeps the order by words. With one ranking empty it is the other one.
 */
export function fuse(keyword: readonly Hit[], vector: readonly Hit[], limit: number, weights = chosen): readonly Fused[] {
  const best = Math.max(0, ...keyword.map(({ score }) => score));
  const joined = new Map<string, { hit: Hit; worth: number; keywordRank?: number; vectorRank?: number }>();
  keyword.forEach((hit, i) => {
    if (!joined.has(hit.chunkId)) joined.set(hit.chunkId, { hit, worth: best > 0 ? Math.max(0, hit.score) / best : 0, keywordRank: i + 1 });
  });
  vector.forEach((hit, i) => {
    const known = joined.get(hit.chunkId) ?? { hit, worth: 0 };
    if (known.vectorRank !== undefined) return;
    joined.set(hit.chunkId, {
      ...known,
      vectorRank: i + 1,
      worth: known.worth + (weights.vector * (weights.slowness + 1)) / (weights.slowness + 1 + i),
    });
  });
  return [...joined.values()]
    .map(({ hit, worth, ...ranks }) => ({ ...hit, ...ranks, score: worth / (1 + weights.vector) }))
    .sort((a, b) => b.score - a.score)
    .slice(0, Math.max(0, limit));
}
