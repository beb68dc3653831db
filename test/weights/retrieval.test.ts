import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { collections } from '../../scripts/bench/retrieval/collections.ts';
import { asTheBoxSearches, quality } from '../../scripts/bench/retrieval/quality.ts';
import { openStaticEmbedder } from '../../src/engines/static-embeddings/embedder.ts';

const weights = join(process.env.BEDSIDE_TEST_WEIGHTS ?? resolve(import.meta.dirname, '../../../shared/models'), 'potion-base-2M');
const all = collections();
const long = process.env.BEDSIDE_TEST_LONG !== undefined;

describe.skipIf(!all || !existsSync(weights))('finding, on collections that people judged', () => {
  it('is not worse than BM25 by words, and by words and meaning never worse than by words', { timeout: 300_000 }, async () => {
    await using embedder = await openStaticEmbedder({ id: 'static:potion-base-2M', folder: weights });
    // The largest of the three takes half a minute to be filled in: it is for the long form.
    const some = (all ?? []).filter(({ documents }) => long || documents.length < 2_000);
    expect(some.length).toBeGreaterThan(0);
    expect(await quality(some, embedder, asTheBoxSearches(), false)).toBe(true);
  });
});
