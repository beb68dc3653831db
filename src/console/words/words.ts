import { en, type Word } from './en.ts';
import { hi } from './hi.ts';

/** The languages of the page itself; a conversation may have others. */
export type Locale = 'en' | 'hi';
export const locales: readonly { readonly locale: Locale; readonly name: string }[] = [
  { locale: 'en', name: 'English' },
  { locale: 'hi', name: 'हिन्दी' },
];
const dictionaries: Readonly<Record<Locale, Readonly<Record<Word, string>>>> = { en, hi };

export type Say = (word: Word, values?: Readonly<Record<string, string | number>>) => string;

/** Sentences of one language; numbers in them are written as that language does. */
export function sayIn(locale: Locale): Say {
  const numbers = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
  return (word, values = {}) =>
    dictionaries[locale][word].replace(/\{(\w+)\}/g, (whole, name: string) => {
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
