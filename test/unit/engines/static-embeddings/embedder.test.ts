import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openStaticEmbedder } from '../../../../src/engines/static-embeddings/embedder.ts';
import { callFor } from '../wrap/setting.ts';
import { writeModel } from './make-model.ts';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'static-embeddings-'));
});
afterAll(() => rm(root, { recursive: true }));

const words = ['[unk]', 'fever', 'cough', 'pain'];
const folderFor = () => mkdtemp(join(root, 'model-'));

describe('static embeddings', () => {
  test('are the average of the vectors of the words, brought to length 1; unknown words do not count', async () => {
    const folder = await folderFor();
    await writeModel(folder, words, {
      embeddings: { dtype: 'F32', shape: [4, 2], data: new Float32Array([9, 9, 3, 0, 0, 4, -1, 0]) },
    });
    await using embedder = await openStaticEmbedder({ id: 'e', folder });
    const { vectors, usage } = await embedder.embed(['Fever', 'fever cough', 'Fever, gibberish', 'pain'], callFor());
    expect(vectors.map((vector) => [...vector])).toEqual([
      [1, 0],
      [Math.fround(0.6), Math.fround(0.8)],
      [1, 0],
      [-1, 0],
    ]);
    expect(embedder.dimensions).toBe(2);
    expect(usage).toEqual({ texts: 4, inputTokens: 7 });
  });

  test('follow the table of a model whose words share vectors and have weights', async () => {
    const folder = await folderFor();
    await writeModel(folder, words, {
      embeddings: { dtype: 'F32', shape: [2, 2], data: new Float32Array([1, 0, 0, 1]) },
      mapping: { dtype: 'I64', shape: [4], data: new BigInt64Array([0n, 1n, 0n, 1n]) },
      weights: { dtype: 'F32', shape: [4], data: new Float32Array([1, 3, 4, 1]) },
    });
    await using embedder = await openStaticEmbedder({ id: 'e', folder });
    const { vectors } = await embedder.embed(['fever cough'], callFor());
    expect([...(vectors[0] ?? [])]).toEqual([Math.fround(0.8), Math.fround(0.6)]);
  });

  test('have length 1 even where the model knows nothing, so that no search breaks', async () => {
    const folder = await folderFor();
    await writeModel(folder, words, { embeddings: { dtype: 'F32', shape: [4, 2], data: new Float32Array(8) } });
    await using embedder = await openStaticEmbedder({ id: 'e', folder });
    const { vectors } = await embedder.embed(['fever', '漢字', '...'], callFor());
    for (const vector of vectors) expect(Math.hypot(...vector)).toBeCloseTo(1, 6);
  });

  test('say what is wrong when the folder is empty, damaged, or holds another kind of model', async () => {
    const empty = await folderFor();
    await expect(openStaticEmbedder({ id: 'e', folder: empty })).rejects.toMatchObject({ code: 'unavailable' });
    const damaged = await folderFor();
    await writeModel(damaged, words, { embeddings: { dtype: 'F32', shape: [4, 2], data: new Float32Array(8) } });
    await writeFile(join(damaged, 'tokenizer.json'), '{"version":');
    await expect(openStaticEmbedder({ id: 'e', folder: damaged })).rejects.toMatchObject({ code: 'unavailable' });
    const other = await folderFor();
    await writeModel(other, words, { conv: { dtype: 'F32', shape: [4, 2], data: new Float32Array(8) } });
    await expect(openStaticEmbedder({ id: 'e', folder: other })).rejects.toMatchObject({ code: 'unavailable' });
  });

  test('are refused after the model was closed', async () => {
    const folder = await folderFor();
    await writeModel(folder, words, { embeddings: { dtype: 'F32', shape: [4, 2], data: new Float32Array(8) } });
    const embedder = await openStaticEmbedder({ id: 'e', folder });
    await embedder[Symbol.asyncDispose]();
    await expect(embedder.embed(['fever'], callFor())).rejects.toMatchObject({ code: 'unavailable' });
  });
});
