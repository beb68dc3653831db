import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';
import { I18nProvider } from 'react-aria-components/I18nProvider';
import { chooseLocale, type Locale, type Say, sayIn } from './words.ts';

interface Words {
  readonly locale: Locale;
  readonly say: Say;
  /** `remember` = this person's choice, for the next visit; a kiosk's patient chooses for themselves alone. */
  readonly change: (locale: Locale, remember: boolean) => void;
}

const LOCALE_KEY = 'bedside.locale';
const WordsContext = createContext<Words | undefined>(undefined);

export function WordsProvider({ children }: { readonly children: ReactNode }) {
  const [locale, setLocale] = useState<Locale>(() => chooseLocale([localStorage.getItem(LOCALE_KEY) ?? '', ...navigator.languages]));
  useEffect(() => {
    document.documentElement.lang = locale;
  }, [locale]);
  const words = useMemo<Words>(
    () => ({
      locale,
      say: sayIn(locale),
      change(next, remember) {
        setLocale(next);
        if (remember) localStorage.setItem(LOCALE_KEY, next);
      },
    }),
    [locale],
  );
  return (
    <WordsContext value={words}>
      <I18nProvider locale={locale}>{children}</I18nProvider>
    </WordsContext>
  );
}

export function useWords(): Words {
  const words = useContext(WordsContext);
  if (!words) throw new Error('useWords outside of WordsProvider');
  return words;
}
