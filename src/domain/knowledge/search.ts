import type { Caller } from '../access/caller.ts';
import type { FoundPassage } from './document.ts';

export const searchModes = ['hybrid', 'keyword', 'vector'] as const;
export type SearchMode = (typeof searchModes)[number];

export interface SearchQuery {
  readonly words: string;
  /** How many at most. */
  readonly limit: number;
  readonly mode: SearchMode;
  /** BCP 47: only documents in this language. */
  readonly language?: string | undefined;
  readonly tag?: string | undefined;
}

export interface SearchResult {
  /** Best first. */
  readonly passages: readonly FoundPassage[];
  readonly tookMs: number;
  /** What answered: nothing remembered, the same question of this hospital, one very like it, or its remembered vector only. */
  readonly cache: 'miss' | 'session' | 'semantic' | 'embedding';
}

/** Finds passages of the caller's hospital and of what the platform shares. */
export interface Search {
  /** Throws `unavailable` for `vector` on a box without an embedder; `hybrid` is then by words alone. */
  search(caller: Caller, query: SearchQuery): Promise<SearchResult>;
}
