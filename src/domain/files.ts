/**
 * Sound, pictures and documents: bytes too large for a row. Rooms hold keys, never paths, and streams, never whole files.
 * A file never changes: what is written under a key stays as it is until it is removed.
 */
export interface FileStore {
  /** Keeps what the stream gives, whole or not at all; durable when it resolves. The key is the store's own making. */
  write(hospitalId: string, content: AsyncIterable<Uint8Array>, options: WriteOptions): Promise<StoredFile>;
  /** Bytes from `start` to before `end`, both optional. Throws `not-found`, and `unavailable` where the file was altered. */
  read(hospitalId: string, key: string, options: ReadOptions): AsyncIterable<Uint8Array>;
  /** Bytes of the content. Throws `not-found`. */
  size(hospitalId: string, key: string): Promise<number>;
  /** What is gone already is no error. */
  remove(hospitalId: string, key: string): Promise<void>;
}

export interface StoredFile {
  readonly key: string;
  readonly bytes: number;
  /** Hexadecimal, of the content. */
  readonly sha256: string;
}

export interface WriteOptions {
  readonly signal: AbortSignal;
  /** Throws `too-large` beyond it. */
  readonly maxBytes?: number | undefined;
}

export interface ReadOptions {
  readonly signal: AbortSignal;
  readonly start?: number | undefined;
  readonly end?: number | undefined;
}
