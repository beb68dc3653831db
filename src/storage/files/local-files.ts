import { createHash } from 'node:crypto';
import { type FileHandle, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { FileStore } from '../../domain/files.ts';
import { throwIfAborted } from '../../shared/abort.ts';
import { AppError } from '../../shared/errors.ts';
import { newId } from '../../shared/ids.ts';
import { HEAD, makeOpener, makeSealer, measure, PIECE, TAG } from './sealed-stream.ts';

/**
 * Files in a folder: `<hospital>/<two letters>/<key>`, sealed under the box's key for files, or as they are where encryption is
 * off. A file gets its name only when it is whole and on the disk; what a power cut leaves lies under `.incoming`.
 */
export async function openLocalFiles(options: { folder: string; key: Buffer | undefined; beside?: boolean }): Promise<FileStore> {
  const { folder, key, beside = false } = options;
  const incoming = join(folder, '.incoming');
  // A command beside a service leaves alone what that one is writing.
  if (!beside) await rm(incoming, { recursive: true, force: true });
  await mkdir(incoming, { recursive: true, mode: 0o700 });

  const sure = new Set<string>();
  /** A folder outlives a power cut when its name in the one above does, and so on upward; whoever made it may not have come to that. */
  const makeSure = async (inner: string): Promise<void> => {
    if (sure.has(inner)) return;
    await flush(dirname(inner));
    if (inner !== folder) await makeSure(dirname(inner));
    sure.add(inner);
  };
  const pathOf = (hospitalId: string, fileKey: string): string => {
    if (!isName(hospitalId) || !isName(fileKey)) throw missing();
    // The end of a key is random, so that no folder grows beyond what a file system likes.
    return join(folder, hospitalId, fileKey.slice(-2), fileKey);
  };
  const openToRead = async (hospitalId: string, fileKey: string): Promise<FileHandle> =>
    open(pathOf(hospitalId, fileKey), 'r').catch((error: NodeJS.ErrnoException) => {
      throw error.code === 'ENOENT' ? missing() : diskError(error);
    });

  return {
    async write(hospitalId, content, { signal, maxBytes }) {
      const fileKey = newId();
      const path = pathOf(hospitalId, fileKey);
      const partial = join(incoming, fileKey);
      const hash = createHash('sha256');
      let bytes = 0;
      try {
        const handle = await open(partial, 'wx', 0o600);
        try {
          const write = (piece: Uint8Array) => handle.writeFile(piece); // to where the file ends, the whole of it
          const sealer = key && makeSealer(key, `${hospitalId}/${fileKey}`);
          if (sealer) await write(sealer.head);
          let index = 0;
          for await (const { piece, isLast } of pieces(count(content))) {
            throwIfAborted(signal);
            await write(sealer ? sealer.seal(piece, index++, isLast) : piece);
          }
          await handle.datasync();
        } finally {
          await handle.close();
        }
        await mkdir(dirname(path), { recursive: true, mode: 0o700 });
        await rename(partial, path);
        await flush(dirname(path));
        await makeSure(dirname(path));
      } catch (error) {
        await rm(partial, { force: true });
        throw diskError(error);
      }
      return { key: fileKey, bytes, sha256: hash.digest('hex') };

      async function* count(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
        for await (const part of stream) {
          throwIfAborted(signal);
          bytes += part.length;
          if (maxBytes !== undefined && bytes > maxBytes)
            throw new AppError('too-large', 'This file is too large: at most {limit} MB are taken.', {
              values: { limit: Math.floor(maxBytes / 1e6) },
            });
          hash.update(part);
          yield part;
        }
      }
    },

    async *read(hospitalId, fileKey, { signal, start = 0, end = Number.MAX_SAFE_INTEGER }) {
      const handle = await openToRead(hospitalId, fileKey);
      try {
        const { size } = await handle.stat();
        if (!key) {
          for (let at = start; at < Math.min(end, size); ) {
            throwIfAborted(signal);
            const piece = await readAt(handle, at, Math.min(PIECE, Math.min(end, size) - at));
            if (piece.length === 0) throw altered();
            at += piece.length;
            yield piece;
          }
          return;
        }
        const whole = measure(size);
        if (!whole) throw altered();
        const head = await readAt(handle, 0, HEAD);
        const open = opened(() => makeOpener(key, `${hospitalId}/${fileKey}`, head));
        const stop = Math.min(end, whole.bytes);
        const first = Math.floor(start / PIECE);
        // An empty range still proves the piece that it would lie in.
        for (let index = first; index < whole.pieces && (index * PIECE < stop || index === first); index++) {
          throwIfAborted(signal);
          const sealed = await readAt(handle, HEAD + index * (PIECE + TAG), PIECE + TAG);
          const plain = opened(() => open(sealed, index, index === whole.pieces - 1));
          const piece = plain.subarray(Math.max(0, start - index * PIECE), Math.max(0, stop - index * PIECE));
          if (piece.length > 0) yield piece;
        }
      } catch (error) {
        throw diskError(error);
      } finally {
        await handle.close();
      }
    },

    async size(hospitalId, fileKey) {
      const { size } = await stat(pathOf(hospitalId, fileKey)).catch((error: NodeJS.ErrnoException) => {
        throw error.code === 'ENOENT' ? missing() : diskError(error);
      });
      const bytes = key ? measure(size)?.bytes : size;
      if (bytes === undefined) throw altered();
      return bytes;
    },

    async remove(hospitalId, fileKey) {
      const path = pathOf(hospitalId, fileKey);
      await rm(path, { force: true });
      await flush(dirname(path)).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') throw diskError(error);
      });
    },
  };
}

/** Whatever the sizes that came, pieces of one size, and a last one that says so; an empty stream has one, empty. */
async function* pieces(stream: AsyncIterable<Uint8Array>): AsyncGenerator<{ piece: Buffer; isLast: boolean }> {
  let held: Buffer = Buffer.alloc(0);
  for await (const part of stream) {
    held = held.length === 0 ? Buffer.from(part.buffer, part.byteOffset, part.byteLength) : Buffer.concat([held, part]);
    // The last piece is only known when the stream has ended, so one is always kept back.
    while (held.length > PIECE) {
      yield { piece: held.subarray(0, PIECE), isLast: false };
      held = held.subarray(PIECE);
    }
    held = Buffer.from(held); // what the stream gave may be its own memory, which it uses again
  }
  yield { piece: held, isLast: true };
}

async function readAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const into = Buffer.allocUnsafe(length);
  let got = 0;
  while (got < length) {
    const { bytesRead } = await handle.read(into, got, length - got, position + got);
    if (bytesRead === 0) break;
    got += bytesRead;
  }
  return into.subarray(0, got);
}

async function flush(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function isName(text: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/.test(text);
}

function opened<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw altered(error);
  }
}

function missing(): AppError {
  return new AppError('not-found', 'This file does not exist, or it is not yours to see.');
}

function altered(cause?: unknown): AppError {
  return new AppError(
    'unavailable',
    'A file on this box was altered, cut short, or belongs to another key.',
    { reason: 'DATABASE_ERROR' },
    cause,
  );
}

function diskError(error: unknown): unknown {
  const { code } = error as { code?: unknown };
  if (error instanceof AppError || typeof code !== 'string') return error;
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new AppError(
      'unavailable',
      'The disk is full: nothing was saved. Free some space and try again.',
      { reason: 'STORAGE_FULL' },
      error,
    );
  if (code === 'EROFS')
    return new AppError(
      'unavailable',
      'The disk of this box can only be read at the moment: nothing was saved. Ask whoever looks after the box to make it writable again.',
      { reason: 'DATABASE_ERROR' },
      error,
    );
  if (/^E(ACCES|PERM|IO|NOTDIR)$/.test(code))
    return new AppError('unavailable', 'The disk of this box does not let files be read or written.', { reason: 'DATABASE_ERROR' }, error);
  return error;
}
