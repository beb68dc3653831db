import { randomBytes } from 'node:crypto';
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { FileStore } from '../../../src/domain/files.ts';
import { openLocalFiles } from '../../../src/storage/files/local-files.ts';
import { HEAD, measure, PIECE, TAG } from '../../../src/storage/files/sealed-stream.ts';

const root = mkdtempSync(join(tmpdir(), 'bedside-files-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const { signal } = new AbortController();
const key = randomBytes(32);
let folders = 0;
const makeStore = async (with_: Buffer | undefined = key) => {
  const folder = join(root, String(++folders));
  return { folder, files: await openLocalFiles({ folder, key: with_ }) };
};

async function* inParts(content: Buffer, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < content.length; at += size) yield content.subarray(at, at + size);
}
async function readAll(files: FileStore, hospital: string, fileKey: string, range: { start?: number; end?: number } = {}): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of files.read(hospital, fileKey, { signal, ...range })) parts.push(part);
  return Buffer.concat(parts);
}
const pathOf = (folder: string, hospital: string, fileKey: string) => join(folder, hospital, fileKey.slice(-2), fileKey);
const everyFile = (folder: string) =>
  readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

describe('files on disk', () => {
  const sizes = [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE, 3 * PIECE + 777];

  it.each([
    ['sealed', key],
    ['open, where encryption is off', undefined],
  ])('come back as they were written, %s, whatever their size and the size of the parts', async (_, with_) => {
    const { files } = await makeStore(with_);
    for (const size of sizes)
      for (const part of [1_000, PIECE, 200_000]) {
        const content = randomBytes(size);
        const stored = await files.write('clinic', inParts(content, part), { signal });
        expect(stored.bytes).toBe(size);
        expect(await files.size('clinic', stored.key)).toBe(size);
        expect((await readAll(files, 'clinic', stored.key)).equals(content)).toBe(true);
      }
  });

  it('give any part without the rest', async () => {
    const { files } = await makeStore();
    const content = randomBytes(3 * PIECE + 5);
    const stored = await files.write('clinic', inParts(content, 9_999), { signal });
    for (const [start, end] of [
      [0, 1],
      [PIECE - 1, PIECE + 1],
      [PIECE, 2 * PIECE],
      [5, 5],
      [3 * PIECE, 3 * PIECE + 5],
      [PIECE + 3, 9e9],
    ] as const)
      expect((await readAll(files, 'clinic', stored.key, { start, end })).equals(content.subarray(start, end)), `${start}-${end}`).toBe(
        true,
      );
  });

  it('hold no readable word, and belong to their owner alone', async () => {
    const { folder, files } = await makeStore();
    const word = 'Quetzalcoatlus';
    const stored = await files.write('clinic', inParts(Buffer.from(word.repeat(20_000)), 50_000), { signal });
    const path = pathOf(folder, 'clinic', stored.key);
    expect(readFileSync(path).includes(word.slice(0, 6))).toBe(false);
    expect(statSync(path).mode & 0o077).toBe(0);
  });

  it('are refused when a byte was altered, wherever it stands', async () => {
    const { folder, files } = await makeStore();
    const stored = await files.write('clinic', inParts(randomBytes(2 * PIECE + 100), 60_000), { signal });
    const path = pathOf(folder, 'clinic', stored.key);
    const whole = readFileSync(path);
    for (const at of [0, 5, HEAD, HEAD + PIECE + 3, HEAD + 2 * (PIECE + TAG) + 50, whole.length - 1]) {
      const spoilt = Buffer.from(whole);
      spoilt[at] = (spoilt[at] ?? 0) ^ 1;
      writeFileSync(path, spoilt);
      await expect(readAll(files, 'clinic', stored.key), `byte ${at}`).rejects.toThrow('altered');
    }
  });

  it('are refused when their end was cut off, also where a piece ends', async () => {
    const { folder, files } = await makeStore();
    const stored = await files.write('clinic', inParts(randomBytes(3 * PIECE), 60_000), { signal });
    const path = pathOf(folder, 'clinic', stored.key);
    for (const length of [HEAD + 2 * (PIECE + TAG), HEAD + PIECE + TAG, HEAD + PIECE + TAG + 9, HEAD, 3, 0]) {
      truncateSync(path, length);
      await expect(readAll(files, 'clinic', stored.key), `cut to ${length}`).rejects.toThrow('altered');
    }
  });

  it('cannot change places, within a hospital or between two', async () => {
    const { folder, files } = await makeStore();
    const [a, b] = await Promise.all([1, 2].map(() => files.write('clinic', inParts(randomBytes(500), 500), { signal })));
    if (!a || !b) throw new Error('two files were written');
    copyFileSync(pathOf(folder, 'clinic', a.key), pathOf(folder, 'clinic', b.key));
    await expect(readAll(files, 'clinic', b.key)).rejects.toThrow('altered');
    const other = await files.write('other', inParts(randomBytes(500), 500), { signal });
    copyFileSync(pathOf(folder, 'clinic', a.key), pathOf(folder, 'other', other.key));
    await expect(readAll(files, 'other', other.key)).rejects.toThrow('altered');
  });

  it('are not opened by another key', async () => {
    const { folder, files } = await makeStore();
    const stored = await files.write('clinic', inParts(randomBytes(500), 500), { signal });
    const stranger = await openLocalFiles({ folder, key: randomBytes(32) });
    await expect(readAll(stranger, 'clinic', stored.key)).rejects.toThrow('altered');
  });

  it('are found by their own hospital only, and by no path', async () => {
    const { files } = await makeStore();
    const stored = await files.write('clinic', inParts(randomBytes(500), 500), { signal });
    for (const [hospital, name] of [
      ['other', stored.key],
      ['clinic', '../../etc/passwd'],
      ['..', 'x'],
      ['clinic', ''],
      ['clinic', 'no-such'],
    ] as const) {
      await expect(readAll(files, hospital, name)).rejects.toMatchObject({ code: 'not-found' });
      await expect(files.size(hospital, name)).rejects.toMatchObject({ code: 'not-found' });
    }
  });

  it('leave nothing behind when the writing was stopped, failed or grew too large', async () => {
    const { folder, files } = await makeStore();
    const stop = new AbortController();
    async function* stopping() {
      yield randomBytes(PIECE * 2);
      stop.abort();
      yield randomBytes(PIECE * 2);
    }
    async function* failing(): AsyncGenerator<Uint8Array> {
      yield randomBytes(PIECE * 2);
      throw new Error('the line is cut');
    }
    await expect(files.write('clinic', stopping(), { signal: stop.signal })).rejects.toMatchObject({ code: 'cancelled' });
    await expect(files.write('clinic', failing(), { signal })).rejects.toThrow('the line is cut');
    await expect(files.write('clinic', inParts(randomBytes(3_000), 1_000), { signal, maxBytes: 2_000 })).rejects.toMatchObject({
      code: 'too-large',
    });
    expect(everyFile(folder)).toEqual([]);
  });

  it('are gone when they were removed, and removing them again is no error', async () => {
    const { folder, files } = await makeStore();
    const stored = await files.write('clinic', inParts(randomBytes(500), 500), { signal });
    await files.remove('clinic', stored.key);
    await files.remove('clinic', stored.key);
    await expect(readAll(files, 'clinic', stored.key)).rejects.toMatchObject({ code: 'not-found' });
    expect(everyFile(folder)).toEqual([]);
  });

  it('measures only sizes that a sealed file can have', () => {
    expect(measure(HEAD + TAG)).toEqual({ pieces: 1, bytes: 0 });
    expect(measure(HEAD + PIECE + TAG)).toEqual({ pieces: 1, bytes: PIECE });
    for (const size of [0, HEAD, HEAD + TAG - 1, HEAD + PIECE + TAG + TAG]) expect(measure(size), String(size)).toBeUndefined();
  });
});
