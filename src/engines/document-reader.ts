/** The kinds of document that are read. What a file is, is told by its first bytes and its name together; they must agree. */
export const documentKinds = ['pdf', 'docx', 'txt', 'md', 'html', 'csv'] as const;
export type DocumentKind = (typeof documentKinds)[number];

/** Reads a file of any of these kinds into plain blocks. Nothing that it points at (pictures, styles, other files) is ever fetched. */
export interface DocumentReader {
  /** Pure and fast, from the first bytes and the name. Throws `invalid` where they are none of these kinds, or do not agree. */
  kindOf(fileName: string, start: Uint8Array): DocumentKind;
  /**
   * Everything in the file, in reading order. Throws `invalid` with a sentence for the person who sent it, for what is damaged,
   * empty, behind a password, or grows without measure; `timed-out` and `too-large` where it took more than its share.
   */
  read(bytes: Uint8Array, kind: DocumentKind, signal: AbortSignal): Promise<ReadDocument>;
  close(): Promise<void>;
}

export interface ReadDocument {
  /** What the document calls itself. */
  readonly title: string | undefined;
  /** Undefined where the kind knows no pages. */
  readonly pages: number | undefined;
  /**
   * For a machine that reads pictures: pages that hold no letters (pictures of writing), and pages whose font does not tell all of its
   * letters, of which what could be read stands in the blocks. 1-based, rising.
   */
  readonly unreadPages: readonly number[];
  readonly blocks: readonly Block[];
}

/** A piece of a document as its writer meant it. `page` is 1-based, and absent where the kind knows no pages. */
export type Block =
  | { readonly kind: 'heading'; readonly level: number; readonly text: string; readonly page?: number }
  | { readonly kind: 'paragraph'; readonly text: string; readonly page?: number }
  | {
      readonly kind: 'table';
      readonly caption?: string;
      readonly header: readonly string[];
      readonly rows: readonly (readonly string[])[];
      readonly page?: number;
    };
