import { useMemo } from 'react';
import { useWords } from '../../words/use-words.tsx';
import { type Locale, sayFrom, type Values } from '../../words/words.ts';
import { en, type KnowledgeWord } from './en.ts';
import { hi } from './hi.ts';

const dictionaries: Readonly<Record<Locale, Readonly<Record<KnowledgeWord, string>>>> = { en, hi };

export type KnowledgeSay = (word: KnowledgeWord, values?: Values) => string;

/** What is written as a language does it: sentences, sizes, dates, the names of languages. */
export interface KnowledgeWords {
  readonly locale: Locale;
  readonly tell: KnowledgeSay;
  readonly size: (bytes: number) => string;
  readonly day: (time: string) => string;
  readonly languageName: (code: string | null) => string;
  /** Of work that goes on. */
  readonly lasting: (seconds: number) => string;
}

export function useKnowledgeWords(): KnowledgeWords {
  const { locale } = useWords();
  return useMemo(() => {
    const tell = sayFrom(dictionaries[locale], locale);
    const names = new Intl.DisplayNames([locale], { type: 'language', fallback: 'code' });
    const days = new Intl.DateTimeFormat(locale === 'en' ? 'en-GB' : locale, { dateStyle: 'medium' });
    const unit = (value: number, name: string) =>
      new Intl.NumberFormat(locale, { style: 'unit', unit: name, unitDisplay: 'short', maximumFractionDigits: value < 10 ? 1 : 0 }).format(
        value,
      );
    return {
      locale,
      tell,
      size: (bytes) => (bytes < 1e6 ? unit(Math.max(1, Math.round(bytes / 1e3)), 'kilobyte') : unit(bytes / 1e6, 'megabyte')),
      day: (time) => days.format(new Date(time)),
      languageName(code) {
        if (code === null || code === 'und') return tell('document.language-unknown');
        try {
          return names.of(code) ?? code;
        } catch {
          return code;
        }
      },
      lasting: (seconds) => (seconds < 90 ? unit(Math.max(1, Math.round(seconds)), 'second') : unit(Math.round(seconds / 60), 'minute')),
    };
  }, [locale]);
}
