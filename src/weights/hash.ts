import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { throwIfAborted } from '../shared/abort.ts';

/** Small enough that hashing one piece (under a millisecond) never keeps a voice waiting. */
export const PIECE_BYTES = 256 * 1024;

export async function sha256File(
  file: string,
  signal: AbortSignal,
  onBytes?: (bytes: number) => void,
): Promise<{ sha256: string; bytes: number }> {
  const hash = createHash('sha256');
  const bytes = await feedHash(hash, file, signal, onBytes);
  return { sha256: hash.digest('hex'), bytes };
}

/** Adds a file, or its first `limit` bytes, to a hash. Answers how many bytes that were. */
export async function feedHash(
  hash: Hash,
  file: string,
  signal: AbortSignal,
  onBytes?: (bytes: number) => void,
  limit?: number,
): Promise<number> {
  throwIfAborted(signal);
  if (limit === 0) return 0;
  let bytes = 0;
  const stream = createReadStream(file, { highWaterMark: PIECE_BYTES, ...(limit === undefined ? {} : { end: limit - 1 }) });
  for await (const piece of stream as AsyncIterable<Buffer>) {
    throwIfAborted(signal);
    hash.update(piece);
    bytes += piece.length;
    onBytes?.(piece.length);
  }
  return bytes;
}
