import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readSafetensors } from '../../../../src/engines/static-embeddings/safetensors.ts';
import { safetensors } from './make-model.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'safetensors-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function written(bytes: Uint8Array): Promise<string> {
  const path = join(folder, `${Math.random()}.safetensors`);
  await writeFile(path, bytes);
  return path;
}

describe('a .safetensors file', () => {
  test('gives its numbers, whatever their width', async () => {
    const path = await written(
      safetensors({
        single: { dtype: 'F32', shape: [2, 2], data: new Float32Array([1, -2, 0.5, 3e-20]) },
        half: { dtype: 'F16', shape: [6], data: new Uint16Array([0x3c00, 0xc000, 0x3800, 0x0001, 0x7c00, 0x0000]) },
        brain: { dtype: 'BF16', shape: [3], data: new Uint16Array([0x3f80, 0xc000, 0x4049]) },
        byte: { dtype: 'I8', shape: [3], data: new Int8Array([-128, 0, 127]) },
        long: { dtype: 'I64', shape: [2], data: new BigInt64Array([7n, -1n]) },
      }),
    );
    const tensors = await readSafetensors(path, ['single', 'half', 'brain', 'byte', 'long', 'absent']);
    expect([...(tensors.get('single')?.data ?? [])]).toEqual([1, -2, 0.5, Math.fround(3e-20)]);
    expect(tensors.get('single')?.shape).toEqual([2, 2]);
    expect([...(tensors.get('half')?.data ?? [])]).toEqual([1, -2, 0.5, 2 ** -24, Number.POSITIVE_INFINITY, 0]);
    expect([...(tensors.get('brain')?.data ?? [])]).toEqual([1, -2, 3.140625]);
    expect([...(tensors.get('byte')?.data ?? [])]).toEqual([-128, 0, 127]);
    expect([...(tensors.get('long')?.data ?? [])]).toEqual([7n, -1n]);
    expect(tensors.has('absent')).toBe(false);
  });

  const good = safetensors({ a: { dtype: 'F32', shape: [4], data: new Float32Array(4) } });
  const outside = safetensors({ a: { dtype: 'F32', shape: [4_000_000], data: new Float32Array(4) } });
  const hugeHeader = good.slice();
  new DataView(hugeHeader.buffer).setBigUint64(0, 1n << 40n, true);
  const noJson = good.slice();
  noJson.fill(0xff, 8, 20);
  test.each([
    ['empty', new Uint8Array()],
    ['cut off', good.subarray(0, good.length - 3)],
    ['with numbers that lie outside of it', outside],
    ['with a header longer than itself', hugeHeader],
    ['with a header that is not JSON', noJson],
    ['of another kind', new TextEncoder().encode('GGUF and then something else entirely')],
    ['with numbers of a strange kind', safetensors({ a: { dtype: 'F8_E4M3', shape: [4], data: new Int8Array(4) } })],
  ])('is refused with a sentence when it is %s', async (_, bytes) => {
    await expect(readSafetensors(await written(bytes), ['a'])).rejects.toMatchObject({ code: 'unavailable' });
  });
});
