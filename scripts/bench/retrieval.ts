import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Embedder } from '../../src/engines/embedder.ts';
import { llamaEmbedder, llamaEmbedderSpec } from '../../src/engines/llama/embedder.ts';
import { openStaticEmbedder } from '../../src/engines/static-embeddings/embedder.ts';
import { live, startForBench } from './measure.ts';
import { collections, dataFolder } from './retrieval/collections.ts';
import { asTheBoxSearches, quality, type Rewrite } from './retrieval/quality.ts';
import { speed } from './retrieval/speed.ts';

/**
 * How well and how fast the search index finds.
 *
 *   node scripts/bench/retrieval.ts                          quality, on test collections that people judged
 *     --embedder potion-base-2M | bert-clinic-tiny           from BEDSIDE_TEST_WEIGHTS or ../shared/models
 *     --raw                                                  questions as they stand, also where the box would bring them into English
 *     --tune                                                 weights of the fusion, on one half of the questions and on the other
 *   node scripts/bench/retrieval.ts --speed                  latency of a query among ten hospitals of 10,000 passages, and while one is filled
 *     --passages <number>                                    of the hospital that is asked
 */
const { values } = parseArgs({
  options: {
    embedder: { type: 'string', default: 'potion-base-2M' },
    raw: { type: 'boolean', default: false },
    tune: { type: 'boolean', default: false },
    speed: { type: 'boolean', default: false },
    passages: { type: 'string', default: '10000' },
    neighbours: { type: 'string', default: '9' },
  },
});

const weights = process.env.BEDSIDE_TEST_WEIGHTS ?? resolve(import.meta.dirname, '../../../shared/models');

async function openEmbedder(name: string): Promise<{ embedder: Embedder; close(): Promise<void> }> {
  const folder = join(weights, name);
  if (name === 'bert-clinic-tiny') {
    const engine = startForBench(llamaEmbedderSpec({ id: `llama:${name}`, modelPath: join(folder, 'clinic-embed.gguf'), threads: 1 }));
    await engine.warm(live);
    return { embedder: llamaEmbedder(engine, 192), close: () => engine.close() };
  }
  const embedder = await openStaticEmbedder({ id: `static:${name}`, folder });
  return { embedder, close: async () => embedder[Symbol.asyncDispose]() };
}

async function main(): Promise<boolean> {
  if (values.speed) return speed({ passages: Number(values.passages), neighbours: Number(values.neighbours) });
  const all = collections();
  if (!all || !existsSync(join(weights, values.embedder))) {
    console.log(
      `skipped: needs the collections in ${dataFolder} (BEDSIDE_TEST_DATA) and ${values.embedder} in ${weights} (BEDSIDE_TEST_WEIGHTS)`,
    );
    return true;
  }
  const rewrite: Rewrite = values.raw ? (text) => ({ words: text, meaning: text }) : asTheBoxSearches();
  const { embedder, close } = await openEmbedder(values.embedder);
  try {
    return await quality(all, embedder, rewrite, values.tune);
  } finally {
    await close();
  }
}

process.exitCode = (await main()) ? 0 : 1;
