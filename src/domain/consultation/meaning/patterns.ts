import type { Hit } from './lexicon.ts';
import type { Scope } from './scope.ts';

/** One thing said in one breath: a concept of each term, in one statement, within so many words. */
interface Part {
  readonly terms: readonly (readonly string[])[];
  /** The name of an illness: where it is not told of as happening, it does not count. */
  readonly named: 'no' | 'as happening' | 'not in passing';
  readonly within: number;
  /** How many words from the first part at most. */
  readonly apart: number;
}

export interface Pattern {
  readonly parts: readonly Part[];
  /** What must not stand in the sentences of the match. */
  readonly without: readonly string[];
  readonly concepts: readonly string[];
}

const usualWithin = 11;
/** Parts of a pattern that are further apart are two stories. */
const mostApart = 45;

/** The notation is explained where the rules are (red-flags/rules.ts). */
export function readPattern(source: string): Pattern {
  const without: string[] = [];
  const pieces = source.split(/\+(\d*)/);
  const parts = pieces.flatMap((text, index): Part[] => {
    if (index % 2 === 1) return [];
    const terms: string[][] = [];
    let named: Part['named'] = 'no';
    let within = usualWithin;
    for (const term of text.trim().split(/\s+/)) {
      if (term.startsWith('-')) without.push(term.slice(1));
      else if (term.startsWith('/')) within = Number(term.slice(1));
      else {
        if (term.startsWith('@')) named = 'as happening';
        if (term.startsWith('%')) named = 'not in passing';
        terms.push(term.replace(/^[@%]/, '').split('|'));
      }
    }
    return [{ terms, named, within, apart: Number(pieces[index - 1]) || mostApart }];
  });
  return { parts, without, concepts: [...parts.flatMap((part) => part.terms.flat()), ...without] };
}

/** Hits by concept, in the order of the text. */
export type Found = ReadonlyMap<string, readonly Hit[]>;

/** What the rules' own words add to the matching. */
export interface Matching {
  /** Whether these hits belong together where they stand. */
  readonly bind: (match: readonly Hit[]) => boolean;
  /** Concepts that name somebody: "my son does not drink" denies no son. */
  readonly people: ReadonlySet<string>;
}

/** The hits that make the pattern true of the present, one list a part; undefined where it is not. */
export function matchPattern(pattern: Pattern, found: Found, scope: Scope, { bind, people }: Matching): Hit[][] | undefined {
  const { parts, without } = pattern;
  const holds = (part: Part, candidate: readonly Hit[], before: readonly Hit[]): boolean => {
    // Two parts are two things said: no word counts for both.
    if (before.some((one) => candidate.some((other) => overlap(one, other))) || !bind(candidate)) return false;
    if (without.some((concept) => sharesSentence(found.get(concept), candidate, scope))) return false;
    const said = candidate.filter((hit) => !people.has(hit.concept));
    if (scope.standing(said, [...before, ...candidate]) !== 'present') return false;
    if (part.named === 'no') return true;
    return !scope.inPassing(candidate) && (part.named === 'not in passing' || !scope.asStory(candidate));
  };
  const from = (index: number, before: readonly Hit[]): Hit[][] | undefined => {
    const part = parts[index];
    if (!part) return [];
    let rest: Hit[][] | undefined;
    const hits = findPart(part, found, scope, before[0], (candidate) => {
      if (!holds(part, candidate, before)) return false;
      rest = from(index + 1, [...before, ...candidate]);
      return rest !== undefined;
    });
    return hits && rest ? [hits, ...rest] : undefined;
  };
  if (parts.some((part) => part.terms.some((term) => !term.some((concept) => found.has(concept))))) return undefined;
  return from(0, []);
}

function overlap(a: Hit, b: Hit): boolean {
  return a.first <= b.last && b.first <= a.last;
}

/** The first hits of a part that hold, at most `apart` words from `near`. */
function findPart(
  { terms, within, apart }: Part,
  found: Found,
  scope: Scope,
  near: Hit | undefined,
  holds: (match: readonly Hit[]) => boolean,
): Hit[] | undefined {
  const lists = terms.map((concepts) => concepts.flatMap((concept) => found.get(concept) ?? []));
  if (lists.some((list) => list.length === 0)) return undefined;
  // Begin with the rarest term: the others are looked for around it.
  const order = lists.map((_, index) => index).sort((a, b) => (lists[a]?.length ?? 0) - (lists[b]?.length ?? 0));
  const sorted = lists.map((list) => [...list].sort((a, b) => a.first - b.first));
  const grow = (chosen: readonly Hit[], depth: number): Hit[] | undefined => {
    const index = order[depth];
    if (index === undefined) return holds(chosen) ? [...chosen] : undefined;
    const list = sorted[index] ?? [];
    const anchor = chosen[0];
    const [low, high] = anchor
      ? [anchor.last - within, anchor.first + within]
      : near
        ? [near.first - apart, near.first + apart]
        : [0, Number.POSITIVE_INFINITY];
    for (let at = firstFrom(list, low); at < list.length; at++) {
      const hit = list[at];
      if (!hit || hit.first > high) break;
      if (anchor && scope.statementOf[hit.first] !== scope.statementOf[anchor.first]) continue;
      if (chosen.some((other) => overlap(hit, other)) || !fits([...chosen, hit], within)) continue;
      const grown = grow([...chosen, hit], depth + 1);
      if (grown) return grown;
    }
    return undefined;
  };
  return grow([], 0);
}

/** The first hit that begins at `word` or later, in a list sorted by where hits begin. */
function firstFrom(list: readonly Hit[], word: number): number {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((list[middle]?.first ?? 0) < word) low = middle + 1;
    else high = middle;
  }
  return low;
}

function fits(hits: readonly Hit[], within: number): boolean {
  return Math.max(...hits.map((hit) => hit.last)) - Math.min(...hits.map((hit) => hit.first)) <= within;
}

function sharesSentence(others: readonly Hit[] | undefined, match: readonly Hit[], scope: Scope): boolean {
  if (!others?.length) return false;
  const sentences = new Set(match.map((hit) => scope.sentenceOf[hit.first]));
  return others.some((other) => sentences.has(scope.sentenceOf[other.first]));
}
