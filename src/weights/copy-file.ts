import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { throwIfAborted } from '../shared/abort.ts';
import { AppError } from '../shared/errors.ts';
import { diskError } from './fetch-failures.ts';
import { feedHash, PIECE_BYTES } from './hash.ts';

export interface CopyOptions {
  readonly signal: AbortSignal;
  readonly onBytes?: (done: number, moved: number, total: number) => void;
}

/**
 * Copies a file to `part`, going on where an earlier copy stopped, and checks it. On return `part` holds exactly the bytes
 * whose SHA-256 is answered. Throws `unavailable`, naming the file, when it is missing, unreadable or not the expected one.
 */
export async function copyFile(
  from: string,
  part: string,
  expected: { readonly name: string; readonly sha256: string | null },
  options: CopyOptions,
): Promise<{ sha256: string; bytes: number }> {
  const info = await stat(from).catch((error) => {
    throw unreadable(expected.name, from, error);
  });
  if (!info.isFile()) throw unreadable(expected.name, from, new Error('not a regular file'));
  await mkdir(dirname(part), { recursive: true });
  const earlier = (await stat(part).catch(() => undefined))?.size ?? 0;
  // Without a SHA-256 to decide in the end, nothing says that the earlier piece is of this file.
  const start = expected.sha256 !== null && earlier <= info.size ? earlier : 0;
  const first = await copyFrom(from, part, start, info.size, expected.name, options);
  if (expected.sha256 === null || first.sha256 === expected.sha256) return first;
  if (start > 0) {
    const second = await copyFrom(from, part, 0, info.size, expected.name, options);
    if (second.sha256 === expected.sha256) return second;
  }
  await rm(part, { force: true });
  throw new AppError(
    'unavailable',
    'The file {file} is not what it should be (its SHA-256 differs): it was altered or cut short. It was not copied.',
    {
      values: { file: from },
      context: { file: expected.name },
    },
  );
}

async function copyFrom(
  from: string,
  part: string,
  start: number,
  total: number,
  name: string,
  options: CopyOptions,
): Promise<{ sha256: string; bytes: number }> {
  const { signal } = options;
  const hash = createHash('sha256');
  await feedHash(hash, part, signal, undefined, start);
  const file = await open(part, start > 0 ? 'r+' : 'w').catch((error) => {
    throw diskError(error);
  });
  try {
    await file.truncate(start);
    let bytes = start;
    options.onBytes?.(bytes, 0, total);
    for await (const piece of read(from, start, name)) {
      throwIfAborted(signal);
      await file.write(piece, 0, piece.length, bytes).catch((error) => {
        throw diskError(error);
      });
      hash.update(piece);
      bytes += piece.length;
      options.onBytes?.(bytes, piece.length, total);
    }
    await file.sync();
    return { sha256: hash.digest('hex'), bytes };
  } finally {
    await file.close();
  }
}

async function* read(from: string, start: number, name: string): AsyncGenerator<Buffer> {
  try {
    yield* createReadStream(from, { start, highWaterMark: PIECE_BYTES }) as AsyncIterable<Buffer>;
  } catch (error) {
    // Errors of the reader alone: a consumer's own error does not come this way.
    throw unreadable(name, from, error);
  }
}

function unreadable(name: string, path: string, cause: unknown): AppError {
  const gone = (cause as NodeJS.ErrnoException).code === 'ENOENT';
  return new AppError(
    'unavailable',
    gone ? 'The file {path} is missing.' : 'The file {path} cannot be read. Check the stick or the share it lies on.',
    { values: { path }, context: { file: name } },
    cause,
  );
}
