import type { KnowledgeDocument } from './shapes.ts';

/** Languages that a document can be said to be in. One in another keeps the one it has. */
export const languageCodes = [
  'en',
  'hi',
  'bn',
  'gu',
  'kn',
  'ml',
  'mr',
  'or',
  'pa',
  'ta',
  'te',
  'ur',
  'ar',
  'de',
  'es',
  'fr',
  'pt',
  'ru',
  'zh',
] as const;

/** Pure: words with commas between them, as tags. Each once. */
export const tagsOf = (text: string): readonly string[] => [
  ...new Set(
    text
      .split(/[,،;\n]/)
      .map((tag) => tag.trim())
      .filter(Boolean),
  ),
];

/** Pure: "1–3, 7" for 1, 2, 3, 7. */
export function pagesInWords(pages: readonly number[]): string {
  const runs: [number, number][] = [];
  for (const page of [...pages].sort((a, b) => a - b)) {
    const last = runs.at(-1);
    if (last && page <= last[1] + 1) last[1] = page;
    else runs.push([page, page]);
  }
  return runs.map(([from, to]) => (from === to ? `${from}` : to === from + 1 ? `${from}, ${to}` : `${from}–${to}`)).join(', ');
}

export interface Filter {
  readonly words: string;
  readonly tag: string;
  readonly language: string;
}

/** Pure: those in which every word stands somewhere that is shown of them. */
export function fitting(documents: readonly KnowledgeDocument[], { words, tag, language }: Filter): readonly KnowledgeDocument[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  return documents.filter((document) => {
    if (tag && !document.tags.includes(tag)) return false;
    if (language && document.language !== language) return false;
    const shown = [document.title, document.file_name, ...document.tags].join('\n').toLowerCase();
    return wanted.every((word) => shown.includes(word));
  });
}

export const mayWrite = (role: string): boolean => role === 'doctor' || role === 'hospital_admin' || role === 'platform_admin';
export const mayShare = (role: string): boolean => role === 'platform_admin';
/** What is shared is the platform's to change. */
export const mayChange = (role: string, { shared }: Pick<KnowledgeDocument, 'shared'>): boolean =>
  mayWrite(role) && (!shared || mayShare(role));

/** Each once, in order. */
export const distinct = (values: readonly string[]): readonly string[] => [...new Set(values)].filter(Boolean).sort();
