import { foldedForm, plainForm } from '../../../shared/language/read-words.ts';
import { romanised } from '../../../shared/language/romanise.ts';

/** How alike two names sound, whatever they are written in: what a recogniser mishears is near, what is another name is far. Pure. */

/** A name as Latin letters by ear; Devanagari in every way it is likely to be typed. */
function heardForms(word: string): string[] {
  const plain = plainForm(word);
  return /\p{Script=Devanagari}/u.test(plain) ? romanised(word) : [foldedByEar(plain)];
}

const foldedByEar = (plain: string): string =>
  // The word lists fold auxiliaries of Hindi; a name is no auxiliary.
  /^[a-z]+$/.test(plain)
    ? plain
        .replace(/ph/g, 'f')
        .replace(/w/g, 'v')
        .replace(/z/g, 'j')
        .replace(/q/g, 'k')
        .replace(/(.)\1/g, '$1')
        .replace(/ck/g, 'k')
        .replace(/sh/g, 's')
        .replace(/x/g, 'ks')
        .replace(/c(?=[eiy])/g, 's')
        .replace(/c(?!h)/g, 'k')
    : foldedForm(plain);

const groups: readonly string[] = ['aeiouy', 'bpv', 'vwuo', 'dt', 'gkj', 'sjzc', 'mn', 'lr', 'iy', 'fvp'];
const similar = (a: string, b: string) => groups.some((group) => group.includes(a) && group.includes(b));
const isVowel = (letter: string) => 'aeiouy'.includes(letter);

/** Weighted edit distance with neighbours swapped, divided by the longer length: 1 = the same to the ear, 0 = nothing in common. */
function alike(a: string, b: string): number {
  if (a === b) return 1;
  const gap = (letter: string, before: string | undefined) => (letter === 'h' ? 0.15 : isVowel(letter) ? 0.4 : letter === before ? 0.1 : 1);
  const rows: number[][] = [[0]];
  for (let j = 1; j <= b.length; j++) (rows[0] as number[])[j] = ((rows[0] as number[])[j - 1] ?? 0) + gap(b[j - 1] ?? '', b[j - 2]);
  for (let i = 1; i <= a.length; i++) {
    const row: number[] = [((rows[i - 1] as number[])[0] ?? 0) + gap(a[i - 1] ?? '', a[i - 2])];
    for (let j = 1; j <= b.length; j++) {
      const [x, y] = [a[i - 1] ?? '', b[j - 1] ?? ''];
      const change = x === y ? 0 : similar(x, y) ? (isVowel(x) && isVowel(y) ? 0.35 : 0.45) : 1;
      let best = Math.min(
        ((rows[i - 1] as number[])[j - 1] ?? 0) + change,
        ((rows[i - 1] as number[])[j] ?? 0) + gap(x, a[i - 2]),
        (row[j - 1] ?? 0) + gap(y, b[j - 2]),
      );
      if (i > 1 && j > 1 && x === b[j - 2] && a[i - 2] === y) best = Math.min(best, ((rows[i - 2] as number[])[j - 2] ?? 0) + 0.4);
      row[j] = best;
    }
    rows[i] = row;
  }
  const cost = (rows[a.length] as number[])[b.length] ?? 1;
  return Math.max(0, 1 - cost / Math.max(a.length, b.length));
}

/** An ear for one sentence: it compares a word with a name once, however often it is asked. */
export interface Ear {
  /** The best of all readings of both; 0 where their lengths are too far apart. */
  likeness(heard: string, name: string): number;
  /** Does it begin with the same sound? */
  beginsAlike(heard: string, name: string): boolean;
}

export function makeEar(): Ear {
  const forms = new Map<string, readonly string[]>();
  const known = new Map<string, number>();
  const formsOf = (word: string): readonly string[] => {
    const found = forms.get(word) ?? heardForms(word);
    forms.set(word, found);
    return found;
  };
  return {
    likeness(heard, name) {
      const key = `${heard} ${name}`;
      const before = known.get(key);
      if (before !== undefined) return before;
      let best = 0;
      for (const one of formsOf(heard))
        for (const other of formsOf(name)) if (Math.abs(one.length - other.length) <= 3) best = Math.max(best, alike(one, other));
      known.set(key, best);
      return best;
    },
    beginsAlike: (heard, name) => formsOf(heard).some((form) => formsOf(name).some((other) => form[0] === other[0])),
  };
}
