import { fill } from '../../shared/errors.ts';
import { hindi } from './hindi.ts';

/** Languages in which the doors can say every sentence. */
export const spoken = ['en', 'hi'] as const;

const tables: Readonly<Record<string, Readonly<Record<string, string>>>> = { hi: hindi };

/** A sentence in this language, its `{name}` places filled; in English where there is no translation. */
export function say(language: string, sentence: string, values?: Readonly<Record<string, string | number>>): string {
  const table = tables[language.split('-')[0] ?? ''];
  if (!table) return fill(sentence, values);
  // Names of machines stand in the places of sentences, and have words of their own.
  const translated = Object.fromEntries(Object.entries(values ?? {}).map(([name, value]) => [name, table[value] ?? value]));
  return fill(table[sentence] ?? sentence, translated);
}

/** The best language of an Accept-Language header that the doors can speak. */
export function preferredLanguage(header: string | undefined): string {
  const wanted = (header ?? '')
    .split(',')
    .map((part) => {
      const [tag = '', ...parameters] = part.trim().toLowerCase().split(';');
      const quality = parameters.map((p) => /^\s*q=([\d.]+)$/.exec(p)?.[1]).find((q) => q !== undefined);
      return { language: tag.split('-')[0] ?? '', quality: Number(quality ?? 1) };
    })
    .sort((a, b) => b.quality - a.quality);
  return wanted.find(({ language, quality }) => quality > 0 && (spoken as readonly string[]).includes(language))?.language ?? 'en';
}
