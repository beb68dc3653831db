import { foldedForm, plainForm } from '../../../shared/language/read-words.ts';
import { inLatinLetters, romanised } from '../../../shared/language/romanise.ts';
import { body } from './body.ts';
import { diseases } from './diseases.ts';
import { everyday } from './everyday.ts';
import { moreIllness } from './more-illness.ts';
import { peopleAndTime } from './people-and-time.ts';
import { likeness, phoneticKey } from './phonetics.ts';
import { smallWords } from './small-words.ts';
import { symptoms } from './symptoms.ts';
import { treatment } from './treatment.ts';

/** A word or a few, in Hindi, and what a document in English would call it. */
export interface Entry {
  /** As it is shown. */
  readonly shown: string;
  readonly english: readonly string[];
  /** Numbers of the words of one of its forms. */
  readonly words: readonly number[];
  /** True for the body, illness and its care; false for the ordinary words around them. */
  readonly medical: boolean;
}

/** A Hindi word that a written one may be: how surely, 1 to 0. */
export interface Reading {
  readonly word: number;
  readonly sure: number;
}

export interface Glossary {
  /** By their first word. */
  readonly entries: ReadonlyMap<number, readonly Entry[]>;
  /** Whether a word only holds others together. */
  small(plain: string): boolean;
  /** `plain` as `plainForm` gives it, in Devanagari or Latin letters; surest first. */
  read(plain: string): readonly Reading[];
}

const negations = new Set(['न', 'ना', 'नहि', 'na', 'nahi', 'bina', 'बिना']);
const negation = 'नहि';

/** The words of Hindi that the entries are made of, numbered, and the roads from what is written to them. */
class Words {
  readonly numbers = new Map<string, number>();
  readonly #plain: string[] = [];
  readonly #stems = new Map<string, number[]>();
  readonly #verbs = new Map<string, number[]>();
  readonly #beginnings = new Map<string, string>();
  readonly #waiting = new Map<string, number[]>();
  readonly #latin: LatinRoads = { exact: new Map(), stems: new Map(), verbs: new Map(), sounds: new Map() };

  number(written: string): number {
    const form = plainForm(written);
    const plain = negations.has(form) ? negation : form;
    const known = this.numbers.get(plain);
    if (known !== undefined) return known;
    const number = this.#plain.length;
    this.numbers.set(plain, number);
    this.#plain.push(plain);
    file(this.#stems, stemOf(plain), number);
    const verb = verbOf(plain);
    if (verb) for (const stem of new Set([verb, verb.replace(/[ािु]$/u, '')])) file(this.#verbs, stem, number);
    file(this.#waiting, this.#beginningOf(plain), number);
    return number;
  }

  read(plain: string): readonly Reading[] {
    if (negations.has(plain)) return one(this.numbers.get(negation));
    return /\p{Script=Devanagari}/u.test(plain) ? this.#readDevanagari(plain) : this.#readLatin(foldedForm(plain), !/[ao]u$/.test(plain));
  }

  #readDevanagari(plain: string): readonly Reading[] {
    const exact = this.numbers.get(plain);
    const rest: Reading[] = [];
    for (const word of this.#stems.get(stemOf(plain)) ?? []) rest.push({ word, sure: agrees(this.#plain[word] ?? '', plain) ? 0.9 : 0.6 });
    for (const word of this.#verbs.get(plain.replace(verbEnding, '')) ?? this.#verbs.get(plain) ?? []) rest.push({ word, sure: 0.7 });
    return ranked(exact, rest);
  }

  #readLatin(folded: string, mayBend: boolean): readonly Reading[] {
    this.#romanise(this.#beginningOf(folded));
    const rest: Reading[] = (this.#latin.exact.get(folded) ?? []).map((word) => ({ word, sure: 0.95 }));
    const stem = latinStemOf(folded);
    if (mayBend && stem.length >= 3)
      for (const word of this.#latin.stems.get(stem) ?? [])
        if (agreesInLatin(this.#plain[word] ?? '', folded)) rest.push({ word, sure: 0.8 });
    const verb = folded.replace(latinVerbEnding, '');
    if (mayBend && (verb !== folded || folded.length >= 3))
      for (const word of this.#latin.verbs.get(verb) ?? []) rest.push({ word, sure: 0.7 });
    if (rest.length === 0 && folded.length >= 5)
      for (const word of this.#latin.sounds.get(phoneticKey(folded)) ?? []) {
        const alike = likeness(this.#plain[word] ?? '', folded);
        if (alike >= 0.8) rest.push({ word, sure: alike * 0.6 });
      }
    return ranked(undefined, rest);
  }

  /** The letter that every Latin spelling of a word begins with, all vowels being one. */
  #beginningOf(plain: string): string {
    const [first = ''] = plain;
    const letter = /[a-z]/.test(first) ? plain.slice(0, 2) : first;
    const known = this.#beginnings.get(letter);
    if (known !== undefined) return known;
    const beginning = foldedForm(inLatinLetters(letter) || letter)
      .slice(0, 1)
      .replace(/[eiouy]/, 'a');
    this.#beginnings.set(letter, beginning);
    return beginning;
  }

  /** Words are put into Latin letters when the first one that begins alike is asked for: all of them at once would hold up everybody else. */
  #romanise(beginning: string): void {
    for (const number of this.#waiting.get(beginning) ?? []) {
      const plain = this.#plain[number] ?? '';
      const forms = /^[a-z]/.test(plain) ? [foldedForm(plain)] : romanised(plain);
      for (const form of forms) {
        file(this.#latin.exact, form, number);
        file(this.#latin.stems, latinStemOf(form), number);
        if (verbOf(plain)) file(this.#latin.verbs, form.replace(/na$/, ''), number);
      }
      file(this.#latin.sounds, phoneticKey(forms[0] ?? ''), number);
    }
    this.#waiting.delete(beginning);
  }
}

interface LatinRoads {
  readonly exact: Map<string, number[]>;
  readonly stems: Map<string, number[]>;
  readonly verbs: Map<string, number[]>;
  readonly sounds: Map<string, number[]>;
}

const verbOf = (plain: string): string | undefined => /^(.+)ना$/u.exec(plain)?.[1];

function file(map: Map<string, number[]>, key: string, number: number): void {
  if (!key) return;
  const there = map.get(key);
  if (!there) map.set(key, [number]);
  else if (!there.includes(number)) there.push(number);
}

const one = (word: number | undefined): readonly Reading[] => (word === undefined ? [] : [{ word, sure: 1 }]);

function ranked(exact: number | undefined, rest: readonly Reading[]): readonly Reading[] {
  const best = new Map<number, number>(exact === undefined ? [] : [[exact, 1]]);
  for (const { word, sure } of rest) best.set(word, Math.max(sure, best.get(word) ?? 0));
  return [...best].map(([word, sure]) => ({ word, sure })).sort((a, b) => b.sure - a.sure);
}

/** Endings of number and case, in the form that `plainForm` leaves: बीमारियों, दवाओं, घुटने, नसें. */
const plural = /(?:ियो|िया|इयो|इया|ओ|ए)$/u;
const stemOf = (plain: string): string => {
  const single = plain.replace(plural, '');
  const stem = single.length >= 2 ? single.replace(/[ािुेो]$/u, '') : plain;
  return stem.length >= 2 ? stem : plain;
};
const latinStemOf = (folded: string): string => folded.replace(/(?:ion|io|ian|ia|aon|ao|on|en|em|o|e|a|i)$/, '');
const verbEnding = /(?:ता|ति|ते|ना|ने|नि|कर|एगा|एगि|ेगा|ेगि|ेगे|या|यि|ये|ए|इ|ा|ि|े|ो|वाना|वाने)$/u;
const latinVerbEnding = /(?:ta|ti|te|na|ne|ni|kar|ega|egi|ia|ie|e|i|a|o|vana|vane)$/;

/** Whether an ending is one that the word takes: दाने is of दाना rather than of दान. */
function agrees(word: string, written: string): boolean {
  if (/(?:ियो|िया|इयो|इया)$/u.test(written)) return /[िइ]$/u.test(word);
  if (/े$/u.test(written)) return /ा$/u.test(word) || /[क-ह]$/u.test(word);
  return true;
}

function agreesInLatin(word: string, folded: string): boolean {
  if (/(?:ion|io|ian|ia)$/.test(folded)) return /[िइ]$/u.test(word);
  if (/(?:on|o)$/.test(folded)) return /[क-हाआ]$/u.test(word);
  if (/(?:en|em|e)$/.test(folded)) return /[क-हाेआए]$/u.test(word);
  if (/i$/.test(folded)) return /[ािे]$/u.test(word);
  return true;
}

/** Reads the word lists; takes some ten milliseconds, once. */
export function readGlossary(): Glossary {
  const words = new Words();
  const entries = new Map<number, Entry[]>();
  for (const [list, medical] of [
    [body, true],
    [symptoms, true],
    [diseases, true],
    [treatment, true],
    [moreIllness, true],
    [peopleAndTime, false],
    [everyday, false],
  ] as const)
    for (const line of list.split(';')) {
      const [left = '', right = ''] = line.split(':');
      const english = right.split(',').map((word) => word.trim());
      const forms = left.split(',').map((form) => form.trim());
      for (const form of forms) {
        if (!form) continue;
        const numbers = form.split(/\s+/).map((word) => words.number(word));
        const entry: Entry = { shown: forms[0] ?? form, english, words: numbers, medical };
        const first = numbers[0] ?? 0;
        const there = entries.get(first);
        if (there) there.push(entry);
        else entries.set(first, [entry]);
      }
    }
  const small = new Set(
    smallWords
      .trim()
      .split(/\s+/)
      .map((word) => words.number(word)),
  );
  return {
    entries,
    small: (plain) => {
      const readings = words.read(plain);
      return readings.some(({ word, sure }) => (sure >= 0.95 || sure === readings[0]?.sure) && sure >= 0.7 && small.has(word));
    },
    read: (plain) => words.read(plain),
  };
}
