import { termsOf } from './search-terms.ts';
import { stopTerms } from './stop-words.ts';

/** A term with how many passages of one index have it. */
export interface KnownTerm {
  readonly term: string;
  readonly passages: number;
}

/** What to ask SQLite's full-text index for, and what a score is measured against. */
export interface KeywordQuery {
  /** Undefined where the index has none of these words. */
  readonly exact: string | undefined;
  /** What stands in for words that are misspelt or not whole. Its scores count `APPROXIMATE_WEIGHT`. */
  readonly approximate: string | undefined;
  /** The score that a passage with every one of these words, many times over, would come near to. */
  readonly ideal: number;
}

/** What stands in for a word may be another word. */
export const APPROXIMATE_WEIGHT = 0.7;
/** A word that so few passages have may be as misspelt there as it is here. */
const DOUBTFUL_PASSAGES = 2;
/** Other spellings are looked for of so many words of one query, those that nobody has first. */
const MOST_DOUBTFUL = 2;
/** What stands in for a word that is there must be so much commoner. */
export const MUCH_COMMONER = 10;
/**
 * A long message is looked for by its rarest words. Every passage that has one is scored, at about half a microsecond, so what a query costs
 * is known before it is asked. Judged questions are answered as well with these (docs/decisions/0013-search-index.md).
 */
const MOST_TERMS = 32;
const MOST_SCORED = 5_000;
/** Of those that have what a word may have been meant for. */
const MOST_SCORED_FOR_OTHERS = 1_500;
/** Somebody's whole letter is no query. */
const LONGEST_QUERY = 8_000;
/** The k1 of SQLite's bm25(): a word that is there often is worth at most k1 + 1 times its rarity. */
const K1 = 1.2;

/** The terms of a query, each once: without the words that say nothing, unless it has no others. */
export function askedTerms(words: string): readonly string[] {
  const all = [...new Set(termsOf(words.slice(0, LONGEST_QUERY)))];
  const telling = all.filter((term) => !stopTerms.has(term));
  return telling.length > 0 ? telling : all;
}

/** True where other spellings are worth a look. A number never has any: 250 is not 260. */
export function isDoubtful({ term, passages }: KnownTerm): boolean {
  return passages <= DOUBTFUL_PASSAGES && [...term].length >= 4 && !/\p{N}/u.test(term);
}

/** Pure: the query for one index of `total` passages. `standIns` gives, for a doubtful term, terms of the index that it may have meant. */
export function keywordQuery(
  terms: readonly KnownTerm[],
  total: number,
  standIns: (term: KnownTerm) => readonly KnownTerm[],
): KeywordQuery {
  const exact = affordable(terms.filter(({ passages }) => passages > 0));
  let ideal = exact.reduce((sum, { passages }) => sum + rarity(passages, total), 0);
  const approximate: KnownTerm[] = [];
  const doubtful = terms.filter(isDoubtful).sort((a, b) => a.passages - b.passages);
  for (const [i, term] of doubtful.slice(0, MOST_TERMS).entries()) {
    const near = i >= MOST_DOUBTFUL ? [] : standIns(term).filter(({ passages }) => passages > MUCH_COMMONER * term.passages);
    approximate.push(...near);
    if (term.passages > 0) continue;
    const commonest = Math.max(0, ...near.map(({ passages }) => passages));
    ideal += (near.length > 0 ? APPROXIMATE_WEIGHT : 1) * rarity(commonest, total);
  }
  const others = approximate.filter(({ term }, i) => approximate.findIndex((other) => other.term === term) === i);
  const fresh = others.filter(({ term }) => !exact.some((known) => known.term === term));
  return { exact: anyOf(exact), approximate: anyOf(affordable(fresh, MOST_SCORED_FOR_OTHERS)), ideal: ideal * (K1 + 1) };
}

/** The rarest first, as many as may be scored; the rarest one always. */
function affordable(terms: readonly KnownTerm[], most = MOST_SCORED): readonly KnownTerm[] {
  let scored = 0;
  return [...terms]
    .sort((a, b) => a.passages - b.passages || (a.term < b.term ? -1 : 1))
    .slice(0, MOST_TERMS)
    .filter(({ passages }, i) => {
      scored += passages;
      return i === 0 || scored <= most;
    });
}

/** As SQLite's bm25() weighs a word; never nothing. */
function rarity(passages: number, total: number): number {
  return Math.max(1e-6, Math.log((total - passages + 0.5) / (passages + 0.5)));
}

/** Every term in quotes: nothing that somebody writes is an operator. */
function anyOf(terms: readonly KnownTerm[]): string | undefined {
  if (terms.length === 0) return undefined;
  return terms.map(({ term }) => `"${term.replaceAll('"', '""')}"`).join(' OR ');
}
