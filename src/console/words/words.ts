import { en, type Word } from './en.ts';
import { hi } from './hi.ts';

/** The languages of the page itself; a conversation may have others. */
export type Locale = 'en' | 'hi';
export const locales: readonly { readonly locale: Locale; readonly name: string }[] = [
  { locale: 'en', name: 'English' },
  { locale: 'hi', name: 'हिन्दी' },
];
const dictionaries: Readonly<Record<Locale, Readonly<Record<Word, string>>>> = { en, hi };

export type Values = Readonly<Record<string, string | number>>;
export type Say = (word: Word, values?: Values) => string;

export const sayIn = (locale: Locale): Say => sayFrom(dictionaries[locale], locale);

/** Sentences of one language; numbers in them are written as that language does. A place with many words has a dictionary of its own. */
export function sayFrom<W extends string>(dictionary: Readonly<Record<W, string>>, locale: Locale): (word: W, values?: Values) => string {
  const numbers = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
  return (word, values = {}) =>
    dictionary[word].replace(/\{(\w+)\}/g, (whole, name: string) => {
      const value = values[name];
      return value === undefined ? whole : typeof value === 'number' ? numbers.format(value) : value;
    });
}

/** The first of a browser's languages that the page has. */
export function chooseLocale(wanted: readonly string[]): Locale {
  for (const tag of wanted) {
    const found = locales.find(({ locale }) => tag.toLowerCase().split('-')[0] === locale);
    if (found) return found.locale;
  }
  return 'en';
}
