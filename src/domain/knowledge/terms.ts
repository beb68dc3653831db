import { likeness, phoneticKey } from './cross-language/phonetics.ts';
import { listed, saidInOneWord, synonymGroups } from './word-lists.ts';

/**
 * The words of a question and of the texts that may answer it, brought to forms that can be compared: no case, no accents of writing,
 * one spelling for British and American, digits of one script. Pure; it knows English, Hindi and Hindi in Latin letters, and takes the
 * words of every other language as they stand.
 */
export interface Term {
  /** As it stands, in small letters. */
  readonly word: string;
  /** Without the endings of grammar: `tablets` and `tablet`. */
  readonly stem: string;
  /** Without the endings that make one word of another: `treatment` and `treat`. */
  readonly root: string;
}

/** Something that a question asks about, and how much it says: 0 to about 1.5. */
export interface Asked {
  /** What it may be called: a word, or, where it was translated, several words or phrases. */
  readonly names: readonly (readonly Term[])[];
  readonly weight: number;
}

/** A question that was brought into English by a word list (`cross-language.ts`). */
export interface InEnglish {
  readonly words: string;
  /** What was understood, with the English words it may stand for. */
  readonly understood: readonly { readonly from: string; readonly to: readonly string[] }[];
  /** Words that no list has: names, mostly. */
  readonly unknown: readonly string[];
}

/** Every word of a text, in order. */
export function termsOf(text: string): Term[] {
  return wordsOf(text).map(({ word }) => termOf(word));
}

/** The content words, each once: what a sentence is about. */
export function contentOf(text: string): Term[] {
  return unique(termsOf(text).filter(({ word }) => !listed.empty.has(word)));
}

/**
 * What a question asks about, with weights. The words of asking (`what`, `when`, `please`) weigh nothing, words that any clinic's page
 * has (`patient`, `treatment`) little, and names, numbers and capitals most: without them a page answers another question.
 */
export function askedIn(question: string): Asked[] {
  const shouted = !/\p{Ll}/u.test(question);
  const weighed = wordsOf(question).flatMap(({ word, written, first }): (Term & { weight: number })[] => {
    if (listed.empty.has(word) || listed.asking.has(word)) return [];
    const named = !shouted && ((!first && /^\p{Lu}/u.test(written)) || /\p{Lu}.*\p{Lu}|\p{L}\d|\d\p{L}/u.test(written));
    const term = termOf(word);
    return [{ ...term, weight: weightOf(term, named) }];
  });
  return unique(weighed).map(({ weight, ...term }) => ({ names: [[term]], weight }));
}

/** The same of a question in another language: each thing under all the names that the word list gives it, unknown words as they stand. */
export function askedInEnglish({ words, understood: all, unknown: strange }: InEnglish): Asked[] {
  const understood = all.filter((one) => !isMisheard(one));
  const unknown = [...strange, ...all.filter(isMisheard).map(({ from }) => from)];
  const groups = understood.map(({ to }): Asked => {
    const names = to.map((name) => contentOf(name)).filter(({ length }) => length > 0);
    return { names, weight: Math.min(...names.map((name) => Math.max(...name.map((term) => weightOf(term, false))))) };
  });
  const translated = new Set(understood.flatMap(({ to }) => to.flatMap((name) => termsOf(name).map(({ stem }) => stem))));
  const taken = new Set(all.filter(isMisheard).flatMap(({ to }) => to));
  const asItStood = askedIn(words).filter(
    ({ names }) => !taken.has(names[0]?.[0]?.word ?? '') && !translated.has(names[0]?.[0]?.stem ?? ''),
  );
  const heard = new Set(
    [...groups.flatMap(({ names }) => names.flat()), ...asItStood.flatMap(({ names }) => names.flat())].map(({ stem }) => stem),
  );
  const names = unknown
    .flatMap(termsOf)
    .filter(({ stem, word }) => !heard.has(stem) && !listed.empty.has(word) && !listed.asking.has(word));
  return [
    ...groups.filter(({ names }) => names.length > 0),
    ...asItStood,
    ...unique(names).map((term) => ({ names: [[term]], weight: NAMED })),
  ];
}

/** What was taken for an English word by its sound alone, and does not sound much like it: `मानसून` is no neomycin. */
function isMisheard({ from, to }: InEnglish['understood'][number]): boolean {
  return to.every((word) => phoneticKey(word) === phoneticKey(from) && likeness(from, word) < SOUNDS_ALIKE);
}

function weightOf(term: Term, named: boolean): number {
  if (commonStems.has(term.stem)) return COMMON;
  if (everydayStems.has(term.stem)) return EVERYDAY;
  return named ? NAMED : 1;
}
const COMMON = 0.3;
const EVERYDAY = 0.6;
const NAMED = 1.5;

function wordsOf(text: string): { word: string; written: string; first: boolean }[] {
  const found: { word: string; written: string; first: boolean }[] = [];
  let before = '.';
  let last = 0;
  // `45mg` is an amount and its unit.
  const spaced = text.normalize('NFC').replace(/(\d)(?=(?:mg|mcg|µg|g|kg|ml|l|iu)(?![\p{L}\p{N}]))/giu, '$1 ');
  for (const match of spaced.matchAll(aWord)) {
    const written = match[0];
    const between = spaced.slice(last, match.index);
    before = between.trim().slice(-1) || (found.length === 0 ? '.' : '');
    last = match.index + written.length;
    const word = fold(written);
    if (word) found.push({ word, written, first: /[.!?:"“]/.test(before) });
  }
  return found;
}
// Decimals, times and hyphenless compounds stay whole: `2.5`, `08:15`, `A1298C`.
const aWord = /\p{N}+(?:[.:,]\p{N}+)+|[\p{L}\p{M}\p{N}]+(?:['’]\p{L}+)?/gu;

function fold(written: string): string {
  const lower = written.toLowerCase();
  if (/^[a-z]+$/.test(lower)) return listed.numbers.get(lower) ?? lower;
  const word = lower.replace(/['’]s?$|['’](?=\p{L})/gu, '').replace(/[०-९]/g, (digit) => String(digit.charCodeAt(0) - 0x966));
  if (/^[a-z\u00c0-\u024f]/.test(word)) {
    const plain = word.normalize('NFD').replace(/\p{M}/gu, '').replace(/æ/g, 'ae').replace(/œ/g, 'oe');
    return listed.numbers.get(plain) ?? plain;
  }
  if (/^[\u0900-\u097f]/.test(word)) {
    // Composed text has no letters with the dot in one sign; chandrabindu and anusvara are one to most writers.
    const plain = word.replace(/\u093c/g, '').replace(/\u0901/g, '\u0902');
    return listed.numbers.get(plain) ?? plain;
  }
  return word.replace(/^0+(?=\d+[.:]\d)/, '');
}

export function termOf(word: string): Term {
  if (/^[\u0900-\u097f]/.test(word)) {
    const stem = hindiStem(word);
    return { word, stem, root: stem };
  }
  if (!/^[a-z]+$/.test(word)) return { word, stem: word, root: word };
  const stem = englishStem(word);
  return { word, stem, root: synonyms.get(stem) ?? rootOf(stem) };
}

function englishStem(word: string): string {
  const spelt = word
    .replace(/(?<=.)ae|^ae(?=[^r])/, 'e')
    .replace(/oe(?=[dmst]|a$)/, 'e')
    .replace(/oea$/, 'ea')
    .replace(/our$/, 'or')
    .replace(/isation/, 'ization')
    .replace(/ise(d|s|r)?$/, 'ize$1');
  if (spelt.length <= 3) return spelt;
  if (/ies$/.test(spelt) && spelt.length > 4) return `${spelt.slice(0, -3)}y`;
  if (/(?:ss|sh|ch|x|z)es$/.test(spelt)) return spelt.slice(0, -2);
  if (/[^sui]s$/.test(spelt)) return withoutPast(spelt.slice(0, -1));
  return withoutPast(spelt);
}

function withoutPast(word: string): string {
  for (const ending of ['ing', 'ed']) {
    if (!word.endsWith(ending) || word.length < ending.length + 3) continue;
    const base = word.slice(0, -ending.length);
    if (!/[aeiouy]/.test(base)) continue;
    return /([bdfgmnprt])\1$/.test(base) ? base.slice(0, -1) : base.replace(/i$/, 'y');
  }
  return word.length > 4 ? word.replace(/e$/, '') : word;
}

const endings =
  /(?:izations?|ations?|itions?|ments?|ities|ity|ness|ically|ical|tic|ics?|ously|ous|ively|ives?|ables?|ibly|ibles?|ances?|ences?|ants?|ents?|isms?|ists?|izes?|ates?|ally|als?|ions?|ors?|ers?|ly|is|a|e|y)$/;
function rootOf(stem: string): string {
  let root = stem;
  for (let i = 0; i < 2; i++) {
    const shorter = root.replace(endings, '');
    if (shorter === root || shorter.length < 4) break;
    root = shorter;
  }
  return root;
}

/** One mark for all the words of a group. */
const synonyms: ReadonlyMap<string, string> = new Map(
  synonymGroups.flatMap((group, i) => group.map((word): [string, string] => [englishStem(word), `~${i}`])),
);

function hindiStem(word: string): string {
  const stem = word.replace(/(?:ियों|ियां|ियाँ|ाएं|ाओं|ुओं|ओं|एं|ों|ें|ीं|ां|ो|े|ी|ा|ि|ू|ु)$/u, '');
  return stem.length >= 2 ? stem : word;
}

const stemsOf = (list: ReadonlySet<string>): ReadonlySet<string> => new Set([...list].map((word) => termOf(fold(word)).stem));
const commonStems = stemsOf(listed.common);
const everydayStems = stemsOf(listed.everyday);

function unique<T extends Term>(terms: readonly T[]): T[] {
  const seen = new Set<string>();
  return terms.filter(({ stem }) => (seen.has(stem) ? false : seen.add(stem)));
}

/** The words of a text in a form that is quick to ask: is this there, in this form, in another, or misspelt? */
export interface Words {
  readonly stems: ReadonlySet<string>;
  readonly roots: ReadonlySet<string>;
  /** First letters of the words in a row, so that `urinary tract infection` has `uti`. */
  readonly initials: string;
  /** Whether a word of another script sounds like this one: `मेलोरिन` is written `Melorin`. */
  soundsLike(word: string): boolean;
}

export function wordsIn(...texts: readonly string[]): Words {
  const terms = withOtherNames(texts.flatMap(termsOf));
  let sounds: ReadonlyMap<string, readonly string[]> | undefined;
  // `shock wave` has `shockwave`, and the other way round is nobody's spelling.
  const joined = terms.slice(1).map(({ stem }, i) => (terms[i]?.word ?? '') + stem);
  return {
    stems: new Set([...terms.map(({ stem }) => stem), ...joined]),
    roots: new Set(terms.map(({ root }) => root)),
    initials: terms.map(({ word }) => (linking.has(word) ? '' : word[0])).join(''),
    soundsLike(word) {
      sounds ??= Map.groupBy(
        terms.map((term) => term.word).filter((one) => /^[a-z\u0900-\u097f]{4,}$/.test(one)),
        phoneticKey,
      );
      const alike = sounds.get(phoneticKey(word)) ?? [];
      return alike.some((one) => /^[a-z]/.test(one) !== /^[a-z]/.test(word) && likeness(one, word) >= SOUNDS_ALIKE);
    },
  };
}
/** `hypertension` where high blood pressure is spoken of, and the other way round. */
function withOtherNames(terms: readonly Term[]): readonly Term[] {
  const stems = terms.map(({ stem }) => stem);
  const more = otherNames.flatMap(({ several, one }) => {
    if (stems.includes(one.stem)) return several;
    return stems.some((_, at) => several.every(({ stem }, i) => stems[at + i] === stem)) ? [one] : [];
  });
  return more.length > 0 ? [...terms, ...more] : terms;
}
const otherNames = saidInOneWord.map(([several, one]) => ({ several: termsOf(several), one: termOf(one) }));

const linking: ReadonlySet<string> = new Set(['of', 'and', 'the', 'in', 'for', 'with']);
const SOUNDS_ALIKE = 0.73;

/** How surely one of its names is there, whole. */
export function has(words: Words, { names }: Asked): number {
  return Math.max(0, ...names.map((name) => name.reduce((sum, term) => sum + presence(term, words), 0) / name.length));
}

/** How surely a word is there: 1 as it is, less in another form, less still misspelt or by its first letters; 0 not at all. */
export function presence(term: Term, words: Words): number {
  if (words.stems.has(term.stem)) return 1;
  if (words.roots.has(term.root)) return 0.9;
  if (/\d/.test(term.word)) return 0;
  if (/^[a-z]{3,6}$/.test(term.word) && words.initials.includes(term.word)) return 0.8;
  if (term.stem.length < 5) return 0;
  if (/^[\u0900-\u097f]/.test(term.word)) return words.soundsLike(term.word) ? 0.8 : 0;
  for (const stem of words.stems) if (misspelt(term.stem, stem)) return 0.8;
  return 0;
}

/** One letter wrong, missing, added, or two changed places; the first is right. Opposites that differ by so little are no misspellings. */
export function misspelt(a: string, b: string): boolean {
  if (a[0] !== b[0] || Math.abs(a.length - b.length) > 1 || Math.min(a.length, b.length) < 5 || /\d/.test(b)) return false;
  let i = 0;
  while (i < a.length && a[i] === b[i]) i++;
  if (i === a.length && i === b.length) return true;
  if (i < 3) return false;
  const rest = (x: string, from: number) => x.slice(from);
  return (
    rest(a, i + 1) === rest(b, i + 1) ||
    rest(a, i + 1) === rest(b, i) ||
    rest(a, i) === rest(b, i + 1) ||
    (a[i] === b[i + 1] && a[i + 1] === b[i] && rest(a, i + 2) === rest(b, i + 2))
  );
}
