import { foldedForm, plainForm, readWords, type Word } from '../../../shared/language/read-words.ts';
import { romanised } from '../../../shared/language/romanise.ts';
import { once } from '../meaning/once.ts';

/**
 * What a caller said as words, and the reading of words that name numbers: as digits, in English, in Hindi and in Hindi written by ear in
 * Latin letters. Recognisers write upper case, no punctuation and "A M"; people write "10am" and "25th". Pure.
 */
export type Spoken = readonly Word[];

export const spoken = (text: string): Spoken => readWords(text);

/** The text as all readers get it: "11 o"clock" and "Dr.Rao" are how some keyboards write it. Positions in it are positions in no other text. */
export const tidied = (text: string): string =>
  text
    .normalize('NFKC')
    .replace(/\bo["“”]\s?clock/giu, "o'clock")
    .replace(/\b(dr|doctor)\.(?=\p{L})/giu, '$1. ')
    .replace(/(\d)\s*-\s*(?=\d{1,2}(?::\d\d)?\s*[ap]\.?m)/giu, '$1 to ');

/** A word list in any spelling, as the forms in which words are compared. Devanagari stands for its romanised spellings as well. */
export function wordSet(list: string): ReadonlySet<string> {
  const forms = new Set<string>();
  for (const word of list.split(/\s+/).filter(Boolean)) {
    forms.add(plainForm(word));
    if (/\p{Script=Devanagari}/u.test(word)) for (const form of romanised(word)) forms.add(form);
    else if (word.length > 3) forms.add(foldedForm(plainForm(word)));
  }
  return forms;
}

export const isOneOf = (word: Word | undefined, set: ReadonlySet<string>): boolean =>
  word !== undefined && (set.has(word.plain) || set.has(word.folded));

const ones =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen';
const tens = 'twenty thirty forty fifty sixty seventy eighty ninety';
const ordinals = `zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth
  sixteenth seventeenth eighteenth nineteenth twentieth`;
const hindi = `शून्य एक दो तीन चार पाँच छह सात आठ नौ दस ग्यारह बारह तेरह चौदह पंद्रह सोलह सत्रह अठारह उन्नीस बीस इक्कीस बाईस तेईस चौबीस पच्चीस छब्बीस
  सत्ताईस अट्ठाईस उनतीस तीस इकतीस`;
const moreHindi: readonly (readonly [number, string])[] = [
  [2, 'do'],
  [5, 'panch paanch pach paach पांच'],
  [6, 'chhe che chhah chah chhai chai छः छ छे'],
  [7, 'saat'],
  [8, 'aath ath'],
  [9, 'nau nav no'],
  [10, 'dus dass'],
  [11, 'gyarah gyara gyaarah'],
  [12, 'baara bara baarah'],
  [13, 'tera terah'],
  [14, 'chauda'],
  [15, 'pandrah pandra pandraah पन्द्रह'],
  [16, 'sola solah'],
  [17, 'satra satrah'],
  [18, 'athara atharah'],
  [20, 'bees bis'],
  [25, 'pachis pachchis'],
  [28, 'athais'],
  [30, 'tees tis'],
  [35, 'पैंतीस paintis'],
  [40, 'चालीस chalis chalees'],
  [45, 'पैंतालीस paintalis paitalis'],
  [50, 'पचास pachas'],
  [55, 'पचपन pachpan'],
];
/** Numbers of Hindi in Latin letters that are other words too: they count only where a number is due. */
const doubtful = wordSet('do so to no che chai teen sat saat bis is tis ath nav das dus bara tera sola chah ek');

export interface Counted {
  readonly value: number;
  /** The first word after it. */
  readonly next: number;
  readonly ordinal: boolean;
  /** False where the word may be no number at all: "do", "no". */
  readonly sure: boolean;
}

const tables = once(() => {
  const cardinal = new Map<string, number>();
  const ordinal = new Map<string, number>();
  const put = (word: string, value: number) => {
    for (const form of wordSet(word)) if (!cardinal.has(form)) cardinal.set(form, value);
  };
  ones.split(' ').forEach((word, value) => {
    cardinal.set(word, value);
  });
  tens.split(' ').forEach((word, index) => {
    cardinal.set(word, 20 + 10 * index);
  });
  ordinals.split(/\s+/).forEach((word, value) => {
    ordinal.set(word, value);
  });
  ordinal.set('thirtieth', 30);
  for (const [value, list] of moreHindi) for (const word of list.split(' ')) put(word, value);
  hindi.split(/\s+/).forEach((word, value) => {
    put(word, value);
  });
  for (const [word, value] of [
    ['पहली', 1],
    ['दूसरी', 2],
    ['तीसरी', 3],
    ['चौथी', 4],
    ['पाँचवीं', 5],
  ] as const)
    for (const form of wordSet(word)) ordinal.set(form, value);
  cardinal.set('fourty', 40);
  return { cardinal, ordinal };
});

/** A number from 0 to 99 beginning at `at`, or an ordinal to 31; `25th` and `twenty fifth` are ordinals. */
export function countAt(words: Spoken, at: number): Counted | undefined {
  const word = words[at];
  if (!word) return undefined;
  if (/^\d{1,2}$/.test(word.plain)) {
    const suffix = words[at + 1];
    const ordinal = suffix !== undefined && suffix.from === word.to && /^(?:st|nd|rd|th)$/.test(suffix.plain);
    return { value: Number(word.plain), next: ordinal ? at + 2 : at + 1, ordinal, sure: true };
  }
  const { cardinal, ordinal } = tables();
  const own = ordinal.get(word.plain);
  if (own !== undefined) return { value: own, next: at + 1, ordinal: true, sure: word.plain !== 'second' };
  const value = cardinal.get(word.plain) ?? cardinal.get(word.folded);
  if (value === undefined) return undefined;
  const sure = !isOneOf(word, doubtful);
  if (value >= 20 && value % 10 === 0 && /^[a-z]+$/.test(word.plain)) {
    const next = words[at + 1];
    const one = next ? (cardinal.get(next.plain) ?? 0) : 0;
    if (one > 0 && one < 10 && /^[a-z]{3,}$/.test(next?.plain ?? '')) return { value: value + one, next: at + 2, ordinal: false, sure };
    const nth = next && ordinal.get(next.plain);
    if (nth !== undefined && nth > 0 && nth < 10) return { value: value + nth, next: at + 2, ordinal: true, sure: true };
  }
  return { value, next: at + 1, ordinal: false, sure };
}

/** One spoken digit: "oh" and "o" are nought. */
export function digitOf(word: Word | undefined): string | undefined {
  if (!word) return undefined;
  if (/^\d+$/.test(word.plain)) return word.plain;
  if (/^(?:oh|o|nought|naught|nil|ज़ीरो|जीरो|zero|जिरो|ziro|jiro|shunya|sifar)$/u.test(word.plain)) return '0';
  const value = tables().cardinal.get(word.plain) ?? tables().cardinal.get(word.folded);
  return value !== undefined && value < 10 ? String(value) : undefined;
}
