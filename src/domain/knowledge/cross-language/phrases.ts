import type { Entry, Glossary, Reading } from './glossary.ts';

/** A word of a question as the glossary sees it. */
export interface Asked {
  readonly readings: readonly Reading[];
  /** It only holds others together: it may stand within a phrase and is nothing alone. */
  readonly small: boolean;
}

export interface Match {
  readonly entry: Entry;
  /** Positions of the words, in order. */
  readonly at: readonly number[];
  readonly sure: number;
}

/** The entry that takes in most words from this place on, the surest where several do: गुर्दे की पथरी before पथरी. */
export function matchAt(glossary: Glossary, asked: readonly Asked[], from: number): Match | undefined {
  let best: Match | undefined;
  const first = asked[from];
  if (!first) return undefined;
  for (const reading of first.readings)
    for (const entry of glossary.entries.get(reading.word) ?? []) {
      if (first.small && entry.words.length === 1) continue;
      const match = walk(entry, asked, from, reading.sure);
      if (!match) continue;
      const longer = match.at.length - (best?.at.length ?? 0);
      if (longer > 0 || (longer === 0 && match.sure > (best?.sure ?? 0))) best = match;
    }
  return best;
}

function walk(entry: Entry, asked: readonly Asked[], from: number, sure: number): Match | undefined {
  const at = [from];
  let total = sure;
  let place = from;
  for (const word of entry.words.slice(1)) {
    place += 1;
    let reading = find(asked[place], word);
    while (!reading && asked[place]?.small) {
      place += 1;
      reading = find(asked[place], word);
    }
    if (!reading) return undefined;
    at.push(place);
    total += reading.sure;
  }
  return { entry, at, sure: total / at.length };
}

const find = (asked: Asked | undefined, word: number): Reading | undefined => asked?.readings.find((reading) => reading.word === word);
