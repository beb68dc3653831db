import type { Chunk } from './document.ts';

/** Pure: what is searched of a chunk by its words: where it stands, and what stands there. */
export function wordsOf({ headings, tableHead, text }: Pick<Chunk, 'headings' | 'tableHead' | 'text'>): string {
  return [...headings, ...(tableHead === null ? [] : [tableHead]), text].join('\n');
}

/** Pure: what is searched of it by its meaning. A piece of a document means what its document is about, too. */
export function meaningOf(chunk: Pick<Chunk, 'headings' | 'tableHead' | 'text'>, title: string): string {
  return `${title}\n${wordsOf(chunk)}`;
}
