import { createReadStream, createWriteStream } from 'node:fs';
import { type FileHandle, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { AppError } from '../../shared/errors.ts';

/** What the head of a ggml-Whisper file says. */
export interface WhisperShape {
  /** Positions of the encoder, 50 a second: 1500 for the window of 30 s that Whisper was trained on. */
  readonly audioContext: number;
  readonly multilingual: boolean;
}

const magic = 0x67676d6c;
const int32 = 4;
/** Bytes of a block and numbers in it, for the types that such files are stored in. */
const blocks: Readonly<Record<number, readonly [bytes: number, numbers: number]>> = {
  0: [4, 1],
  1: [2, 1],
  2: [18, 32],
  3: [20, 32],
  6: [22, 32],
  7: [24, 32],
  8: [34, 32],
};
const places = 'encoder.positional_embedding';

export async function readShape(path: string): Promise<WhisperShape> {
  const file = await open(path).catch((error: unknown) => {
    throw damaged(path, 'it cannot be opened', error);
  });
  try {
    const head = await read(file, path, 0, 3 * int32);
    if (head.readUInt32LE(0) !== magic) throw damaged(path, 'it is of another kind');
    return { multilingual: head.readInt32LE(4) >= 51_865, audioContext: head.readInt32LE(8) };
  } finally {
    await file.close();
  }
}

/**
 * The same weights with a shorter window: an encoder that looks at five seconds is several times as fast as one that looks at thirty,
 * and most of what a patient says fits into it. The library cannot be told to look at less (its `audioCtx` reaches other kinds of models
 * only), but an encoder with fewer positions is the same network: the first rows of its table of positions are all that it needs.
 * Gives the path of the file, which is written at the first time.
 */
export async function withShorterWindow(path: string, audioContext: number, folder: string): Promise<string> {
  const { size, mtimeMs } = await stat(path);
  const target = join(folder, `window-${audioContext}-${size}-${Math.round(mtimeMs)}.bin`);
  if ((await stat(target).catch(() => undefined))?.isFile()) return target;
  await mkdir(folder, { recursive: true });
  const file = await open(path);
  try {
    const table = await findTable(file, path);
    if (audioContext >= table.rows) throw damaged(path, 'its window is already as short');
    const keptEnd = table.dataAt + audioContext * table.rowBytes;
    const writing = `${target}.part`;
    try {
      await pipeline(async function* () {
        const head = await read(file, path, 0, table.dataAt);
        head.writeInt32LE(audioContext, 2 * int32);
        head.writeInt32LE(audioContext, table.rowsAt);
        yield head;
        yield* createReadStream(path, { start: table.dataAt, end: keptEnd - 1 });
        yield* createReadStream(path, { start: table.dataAt + table.rows * table.rowBytes });
      }, createWriteStream(writing));
      await rename(writing, target);
    } finally {
      await rm(writing, { force: true });
    }
    return target;
  } finally {
    await file.close();
  }
}

/** Goes through the file, as the library does, to the table of the encoder's positions. */
async function findTable(file: FileHandle, path: string): Promise<{ rowsAt: number; rows: number; dataAt: number; rowBytes: number }> {
  const { size } = await file.stat();
  const filters = await read(file, path, 12 * int32, 2 * int32);
  let at = 14 * int32 + filters.readInt32LE(0) * filters.readInt32LE(4) * 4;
  const words = (await read(file, path, at, int32)).readInt32LE(0);
  at += int32;
  // Words are short: they are read by the mebibyte, not one by one.
  let chunk = Buffer.alloc(0);
  let chunkAt = at;
  const number = async (position: number): Promise<number> => {
    if (position + int32 > chunkAt + chunk.length) {
      chunkAt = position;
      chunk = await read(file, path, position, Math.max(int32, Math.min(2 ** 20, size - position)));
    }
    return chunk.readInt32LE(position - chunkAt);
  };
  for (let word = 0; word < words; word++) at += int32 + (await number(at));
  while (at < size) {
    const head = await read(file, path, at, 3 * int32);
    const [dims, nameBytes, type] = [head.readInt32LE(0), head.readInt32LE(4), head.readInt32LE(8)];
    const block = blocks[type];
    if (!block || dims < 1 || dims > 4 || nameBytes > 256) break;
    const rest = await read(file, path, at + 3 * int32, dims * int32 + nameBytes);
    const sides = Array.from({ length: dims }, (_, side) => rest.readInt32LE(side * int32));
    const dataAt = at + 3 * int32 + rest.length;
    if (rest.toString('utf8', dims * int32) === places) {
      const [width = 0, rows = 0] = sides;
      return { rowsAt: at + 4 * int32, rows, dataAt, rowBytes: (width / block[1]) * block[0] };
    }
    at = dataAt + (sides.reduce((product, side) => product * side, 1) / block[1]) * block[0];
  }
  throw damaged(path, 'its table of positions was not found');
}

async function read(file: FileHandle, path: string, position: number, length: number): Promise<Buffer<ArrayBuffer>> {
  const buffer = Buffer.alloc(length);
  for (let done = 0; done < length; ) {
    const { bytesRead } = await file.read(buffer, done, length - done, position + done);
    if (bytesRead === 0) throw damaged(path, 'it ends too early');
    done += bytesRead;
  }
  return buffer;
}

function damaged(path: string, why: string, cause?: unknown): AppError {
  return new AppError(
    'unavailable',
    'The file of the speech recogniser cannot be used: it is missing, damaged, or of another kind. Please run “bedside models verify”.',
    { reason: 'ENGINE_UNAVAILABLE', context: { purpose: 'speech-to-text', fix: 'bedside models verify', path, why } },
    cause,
  );
}
