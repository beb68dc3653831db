/** A chunk as it goes into the index. */
export interface Passage {
  readonly chunkId: string;
  /** What is searched by words: the heading path and the text, and a table's caption and header. */
  readonly text: string;
  /** The document's title, searched too. */
  readonly title: string;
  /** Of length 1. Undefined on a box that has no embedder: found by words alone. */
  readonly vector: Float32Array | undefined;
}

export interface Hit {
  readonly chunkId: string;
  readonly documentId: string;
  /** Higher is better; comparable within one ranking only. */
  readonly score: number;
}

/** What narrows a search. */
export interface Within {
  /** Best first, at most so many, over all these hospitals together. */
  readonly limit: number;
  /** Only these documents; all where undefined. */
  readonly documentIds?: readonly string[] | undefined;
}

/** What the index holds of a document. */
export interface Indexed {
  readonly documentId: string;
  readonly passages: number;
  /** The embedder that made its vectors; null where it has none. */
  readonly embedder: string | null;
}

/**
 * What search knows: two rankings, never one (`fuse` joins them). Each hospital, and the platform with what it shares, has an index
 * of its own: a score never depends on another's texts. Everything in it is derived from the documents and can be made again.
 */
export interface SearchIndex {
  /** Adds passages of a document. What is there under a chunk's id is replaced, so that a job may meet its own half. Durable when it resolves. */
  put(hospitalId: string, documentId: string, passages: readonly Passage[], embedder: EmbedderMark | undefined): Promise<void>;
  remove(hospitalId: string, documentId: string): Promise<void>;
  /** By meaning: only vectors that this embedder made are compared. */
  nearest(
    hospitalIds: readonly string[],
    vector: Float32Array,
    embedder: string,
    within: Within,
    signal: AbortSignal,
  ): Promise<readonly Hit[]>;
  /** By words. Every word is only a word; the order of words does not matter, misspelt ones and halves of ones help where the words themselves find little. */
  matching(hospitalIds: readonly string[], words: string, within: Within, signal: AbortSignal): Promise<readonly Hit[]>;
  documents(hospitalId: string): Promise<readonly Indexed[]>;
  /** Every hospital that the index holds anything of. */
  hospitals(): Promise<readonly string[]>;
  close(): Promise<void>;
}

export interface EmbedderMark {
  readonly id: string;
  readonly dimensions: number;
}
