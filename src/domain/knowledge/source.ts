import type { FoundPassage } from './document.ts';

/** A passage as it is shown beside an answer: where it stands, and the words in it that the answer rests on. */
export interface Source {
  readonly id: string;
  readonly documentId: string;
  readonly title: string;
  readonly page?: number;
  readonly excerpt: string;
  readonly score: number;
  readonly quote?: string;
  /** For an asker of another language: which of their words it speaks of. */
  readonly gloss?: string;
}

/** Pure: a passage as a source. A table's rows are shown under the head they stand under in the document. */
export function sourceOf({ chunk, title, score }: FoundPassage, quote?: string): Source {
  return {
    id: chunk.id,
    documentId: chunk.documentId,
    title,
    ...(chunk.page === null ? {} : { page: chunk.page }),
    excerpt: chunk.text,
    score,
    ...(quote === undefined ? {} : { quote }),
  };
}
