import type { KnownTerm } from './keyword-query.ts';

/** Terms that begin (or, read backwards, begin) so, and have so many letters. */
export interface Piece {
  readonly starts: string;
  readonly backwards: boolean;
  readonly shortest: number;
  readonly longest: number;
}

const MOST_STAND_INS = 3;
/** Somebody who writes half a word leaves out at most so much of it. */
const LONGEST_REST = 8;

/**
 * Where the spellings of a term that may have been meant are found. Whoever makes one mistake leaves one half of the word whole, and two
 * mistakes leave one third whole: looking at the terms with the same beginning or the same end finds them without looking at all others.
 */
export function piecesOf(term: string): readonly Piece[] {
  const letters = [...term];
  const size = letters.length;
  const mistakes = mistakesIn(size);
  const part = Math.max(2, Math.floor(size / (mistakes + 1)));
  const bounds = { shortest: size - mistakes, longest: size + mistakes };
  return [
    { starts: letters.slice(0, part).join(''), backwards: false, ...bounds },
    { starts: letters.slice(-part).reverse().join(''), backwards: true, ...bounds },
    { starts: term, backwards: false, shortest: size + 1, longest: size + LONGEST_REST },
  ];
}

/** Pure: the candidates that a term may have meant, likeliest first: fewest mistakes, then what is whole of a half, then the commonest. */
export function standInsOf(term: string, candidates: readonly KnownTerm[]): readonly KnownTerm[] {
  const letters = [...term];
  const most = mistakesIn(letters.length);
  const seen = new Map<string, { known: KnownTerm; mistakes: number }>();
  for (const known of candidates) {
    if (known.term === term || seen.has(known.term) || /\p{N}/u.test(known.term)) continue;
    const mistakes = mistakesBetween(letters, [...known.term], most);
    if (mistakes <= most) seen.set(known.term, { known, mistakes });
    else if (known.term.startsWith(term)) seen.set(known.term, { known, mistakes: most + 1 });
  }
  const found = [...seen.values()];
  const fewest = Math.min(...found.map(({ mistakes }) => mistakes));
  return found
    .filter(({ mistakes }) => mistakes === fewest)
    .map(({ known }) => known)
    .sort((a, b) => b.passages - a.passages || (a.term < b.term ? -1 : 1))
    .slice(0, MOST_STAND_INS);
}

function mistakesIn(letters: number): number {
  return letters >= 8 ? 2 : 1;
}

/** Letters left out, added, changed, or in the wrong order with the next one; `most` + 1 where there are more. */
export function mistakesBetween(a: readonly string[], b: readonly string[], most: number): number {
  if (Math.abs(a.length - b.length) > most) return most + 1;
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const changed = (last[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let least = Math.min(changed, (last[j] as number) + 1, (row[j - 1] as number) + 1);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) least = Math.min(least, (before[j - 2] as number) + 1);
      row.push(least);
    }
    if (Math.min(...row) > most) return most + 1;
    before = last;
    last = row;
  }
  return Math.min(last[b.length] as number, most + 1);
}
