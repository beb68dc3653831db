import { foldedForm } from '../../../shared/language/read-words.ts';
import { inLatinLetters } from '../../../shared/language/romanise.ts';

/**
 * How words sound, roughly: the same for an English word and for what somebody wrote who only heard it, in Devanagari (एनेस्थीसिया) or in
 * Latin letters. Consonants of one place are one letter, vowels are left out except that a word begins with one. Words that share a key may
 * still be different words; `likeness` tells how far.
 */

const silentBeginnings: readonly (readonly [RegExp, string])[] = [
  [/^p(?=[snt])/, ''],
  [/^[kgm](?=n)/, ''],
  [/^w(?=r)/, ''],
  [/^x/, 'j'],
];

const spellings: readonly (readonly [RegExp, string])[] = [
  [/sch/g, 'sk'],
  [/t(?=i(?:on|a|ent|ous))/g, 's'],
  [/sc(?=[eiy])/g, 's'],
  [/cc(?=[eiy])/g, 'ks'],
  [/c(?=[eiy]|ae|oe)/g, 's'],
  [/ph/g, 'f'],
  [/ght/g, 't'],
  [/dg(?=e)/g, 'g'],
  [/mb$/g, 'm'],
  [/gm$/, 'm'],
  [/(?<=[^e])e$/, ''],
  [/x/g, 'ks'],
];

// biome-ignore format: a table
const places: Readonly<Record<string, string>> = {
  b: 'B', p: 'P', f: 'F', v: 'V', w: 'V', m: 'N', n: 'N', t: 'T', d: 'D', r: 'R', l: 'L',
  k: 'K', c: 'K', q: 'K', g: 'G', j: 'G', z: 'G', s: 'S',
};

const latinLetters = (word: string): string =>
  (/\p{Script=Devanagari}/u.test(word) ? inLatinLetters(word) : word.toLowerCase()).replace(/[^a-z]/g, '');

/** The key of a word in either script; empty for one without letters. */
export function phoneticKey(word: string): string {
  return keyOf(latinLetters(word));
}

/** All keys that a word written by ear may stand for: what is heard as z is mostly written s in English. */
export function phoneticKeys(word: string): readonly string[] {
  const letters = latinLetters(word);
  return [...new Set([letters, letters.replace(/[jz]/g, 's')].map(keyOf))].filter((key) => key !== '');
}

function heardIn(letters: string): string {
  let heard = letters;
  for (const [spelling, sound] of silentBeginnings) heard = heard.replace(spelling, sound);
  for (const [spelling, sound] of spellings) heard = heard.replace(spelling, sound);
  return heard;
}

function keyOf(letters: string): string {
  const heard = heardIn(letters);
  let key = /^[aeiouy]/.test(heard) ? 'A' : heard.startsWith('h') ? 'H' : '';
  let before = '';
  for (const letter of heard) {
    const place = places[letter] ?? '';
    if (place && place !== before) key += place;
    if (letter !== 'h') before = place;
  }
  return key;
}

/** The English letters that a word may begin with whose key begins so. */
// biome-ignore format: a table
const beginnings: Readonly<Record<string, string>> = {
  A: 'aeiouy', H: 'h', B: 'b', P: 'p', F: 'fp', V: 'vw', N: 'nmkgp', T: 'tp', D: 'd', R: 'rw', L: 'l', K: 'kcq', G: 'gjzx', S: 'scpz',
};

/** English words by their keys. Keys are made for one beginning at a time, when it is first asked for. */
export function bySound(words: readonly string[]): (key: string) => readonly string[] {
  const known = new Map<string, string[]>();
  const read = new Set<string>();
  return (key) => {
    const letters = [...(beginnings[key.slice(0, 1)] ?? '')].filter((letter) => !read.has(letter));
    for (const letter of letters) read.add(letter);
    if (letters.length > 0)
      for (const word of words) {
        if (!letters.includes(word.slice(0, 1))) continue;
        const own = phoneticKey(word);
        known.set(own, [...(known.get(own) ?? []), word]);
      }
    return known.get(key) ?? [];
  };
}

const vowel = /[aeiouy]/;
/** m before a consonant and n are one sign in Devanagari; j is as near to a z as its letters come, and z is often an s. */
const sounding = (letter: string): string => (letter === 'm' ? 'n' : letter === 'j' ? 's' : letter);

/** From 0 to 1: how alike two words are when they are read aloud. Vowels count less than consonants, for English writes them as it likes. */
export function likeness(one: string, other: string): number {
  const [a, b] = [foldedForm(heardIn(latinLetters(one))), foldedForm(heardIn(latinLetters(other)))];
  const weight = (letter: string | undefined): number => (letter === undefined || vowel.test(letter) || letter === 'h' ? 0.5 : 1);
  let row = [0];
  for (const letter of b) row.push((row.at(-1) ?? 0) + weight(letter));
  for (const from of a) {
    const next = [(row[0] ?? 0) + weight(from)];
    for (const [at, to] of [...b].entries()) {
      const swap = from === to ? 0 : vowel.test(from) && vowel.test(to) ? 0.4 : sounding(from) === sounding(to) ? 0.3 : 1;
      next.push(Math.min((row[at] ?? 0) + swap, (row[at + 1] ?? 0) + weight(from), (next[at] ?? 0) + weight(to)));
    }
    row = next;
  }
  return 1 - (row.at(-1) ?? 0) / Math.max(a.length, b.length, 1);
}
