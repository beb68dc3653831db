import type { DocumentKind } from '../../engines/document-reader.ts';

/** The language of a document while nobody has said it and its words have not been read: BCP 47 for "undetermined". */
export const UNTOLD = 'und';

/** A document that a hospital, or the platform for all, gave the box to answer from. */
export interface KnowledgeDocument {
  readonly id: string;
  /** The hospital it belongs to; the platform's own (`PLATFORM`) where it is shared with all. */
  readonly hospitalId: string;
  readonly title: string;
  readonly fileName: string;
  readonly kind: DocumentKind;
  /** BCP 47; told by its words where nobody said. */
  readonly language: string;
  readonly tags: readonly string[];
  /** Hexadecimal, of the file: the same file twice is one document. */
  readonly sha256: string;
  readonly bytes: number;
  readonly fileKey: string;
  readonly pages: number | null;
  /** Pages that hold pictures of writing only. */
  readonly unreadPages: readonly number[];
  readonly chunks: number;
  readonly status: 'queued' | 'processing' | 'ready' | 'failed';
  /** A sentence for the person who sent it, where it failed. */
  readonly error: string | null;
  /** The document whose place it takes when it is ready. */
  readonly replaces: string | null;
  readonly jobId: string;
  readonly createdBy: string;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** A piece of a document, whole in itself: some sentences under one heading, or some rows of one table with its caption and header. */
export interface Chunk {
  readonly id: string;
  readonly documentId: string;
  /** 0-based, in reading order. */
  readonly place: number;
  /** What stands there, word for word: what is shown, and what a quote must occur in. */
  readonly text: string;
  /** Of the page it begins on. */
  readonly page: number | null;
  readonly headings: readonly string[];
  /** The caption and header of the table that its rows come from. */
  readonly tableHead: string | null;
  readonly language: string;
  /** Characters of the document's text (its blocks joined by an empty line). */
  readonly start: number;
  readonly end: number;
}

/** What a search gives: a chunk with where it stands and how it was found. Of a document that is ready and that the asker may see. */
export interface FoundPassage {
  readonly chunk: Chunk;
  readonly title: string;
  readonly hospitalId: string;
  readonly score: number;
  /** 1-based place in each ranking that found it. */
  readonly keywordRank: number | undefined;
  readonly vectorRank: number | undefined;
}
