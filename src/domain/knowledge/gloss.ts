import { plainForm } from '../../shared/language/read-words.ts';
import type { Understood } from './cross-language.ts';

const mostPairs = 6;

/**
 * Beside an English quote that somebody sees who asked in Hindi: which of their own words the quote speaks of, as `fever = बुखार`. The quote
 * itself stays as it stands; this is no translation of it. Undefined where none of their words is in it.
 */
export function glossOf(quote: string, understood: readonly Understood[]): string | undefined {
  const said = ` ${wordsOf(quote).join(' ')} `;
  const pairs = new Map<string, string>();
  for (const { from, to } of understood) {
    const found = to.find((phrase) => said.includes(` ${wordsOf(phrase).join(' ')} `));
    if (found && found.toLowerCase() !== from.toLowerCase() && !pairs.has(found)) pairs.set(found, from);
  }
  const shown = [...pairs].slice(0, mostPairs).map(([english, asked]) => `${english} = ${asked}`);
  return shown.length === 0 ? undefined : `(${shown.join(', ')})`;
}

/** One form for the one and the many: kidney, kidneys. */
function wordsOf(text: string): string[] {
  return (text.match(/[\p{L}\p{M}\p{N}]+/gu) ?? []).map((word) => {
    const plain = plainForm(word);
    return plain.length > 3 ? plain.replace(/ies$/, 'y').replace(/(?<=[^su])s$/, '') : plain;
  });
}
