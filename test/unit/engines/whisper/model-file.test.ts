import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readShape, withShorterWindow } from '../../../../src/engines/whisper/model-file.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'whisper-'));
});
afterAll(() => rm(folder, { recursive: true }));

const width = 4;
function int32s(...values: number[]): Buffer {
  return Buffer.from(Int32Array.from(values).buffer);
}
function tensor(name: string, sides: readonly number[], type: number, data: Buffer): Buffer {
  return Buffer.concat([int32s(sides.length, Buffer.byteLength(name), type, ...sides), Buffer.from(name), data]);
}
function numbers(count: number): Buffer {
  return Buffer.from(Float32Array.from({ length: count }, (_, i) => i).buffer);
}
/** A tiny file in the layout of ggml-Whisper; half of its tensors lie before the table of positions. */
function file(places: number): Buffer {
  const words = Array.from({ length: 300 }, (_, i) => Buffer.concat([int32s(String(i).length), Buffer.from(String(i))]));
  return Buffer.concat([
    int32s(0x67676d6c, 51_865, places, width, 1, 1, 8, width, 1, 1, 2, 2007),
    int32s(2, 3),
    numbers(6),
    int32s(words.length),
    ...words,
    tensor('encoder.conv1.weight', [3, 2, width], 1, Buffer.alloc(3 * 2 * width * 2, 7)),
    tensor('decoder.token_embedding.weight', [32, 2], 8, Buffer.alloc(68, 9)),
    tensor('encoder.positional_embedding', [width, places], 0, numbers(width * places)),
    tensor('decoder.ln.bias', [width], 0, numbers(width)),
  ]);
}

describe('a Whisper file', () => {
  test('with a shorter window is the same file with fewer positions', async () => {
    const path = join(folder, 'model.bin');
    await writeFile(path, file(60));
    expect(await readShape(path)).toEqual({ audioContext: 60, multilingual: true });
    const shorter = await withShorterWindow(path, 20, join(folder, 'cache'));
    expect(await readFile(shorter)).toEqual(file(20));
    expect(await withShorterWindow(path, 20, join(folder, 'cache'))).toBe(shorter);
    expect(await readdir(join(folder, 'cache'))).toHaveLength(1);
  });

  test.each([
    ['of another kind', Buffer.from('GGUF and more')],
    ['cut off in its head', file(60).subarray(0, 8)],
    ['cut off in its words', file(60).subarray(0, 400)],
    ['without positions', file(60).subarray(0, file(60).indexOf('encoder.positional_embedding') - 20)],
    ['empty', Buffer.alloc(0)],
  ])('is refused with a sentence when it is %s', async (_, bytes) => {
    const path = join(folder, `${Math.random()}.bin`);
    await writeFile(path, bytes);
    await expect(readShape(path).then(() => withShorterWindow(path, 20, join(folder, 'broken')))).rejects.toMatchObject({
      code: 'unavailable',
    });
    expect(await readdir(join(folder, 'broken')).catch(() => [])).toEqual([]);
  });
});
