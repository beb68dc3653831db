import { type DocumentKind, documentKinds } from '../../engines/document-reader.ts';

const LONGEST = 200;

/** Pure: a name as it came, without folders and without signs that a screen would not show. */
export function cleanFileName(name: string): string {
  const last = name.split(/[/\\]/).at(-1) ?? '';
  const clean = last
    .normalize('NFC')
    .replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g, '')
    .trim();
  if (clean.length <= LONGEST) return clean || 'document';
  const ending = /\.[^.]{1,10}$/.exec(clean)?.[0] ?? '';
  return clean.slice(0, LONGEST - ending.length) + ending;
}

/** Pure: what a document is called while nobody, and not it itself, has said so. */
export function titleOfFile(fileName: string): string {
  return (
    fileName
      .replace(/\.[^.]{1,10}$/, '')
      .replace(/[_\s]+/g, ' ')
      .trim() || fileName
  );
}

const endings: Readonly<Record<string, DocumentKind>> = { htm: 'html', markdown: 'md', text: 'txt' };

/** Pure: the kind that a name promises; what the file really is, its reader finds out. */
export function promisedKind(fileName: string): DocumentKind {
  const ending = /\.([^.]+)$/.exec(fileName)?.[1]?.toLowerCase() ?? '';
  return documentKinds.find((kind) => kind === ending) ?? endings[ending] ?? 'txt';
}
