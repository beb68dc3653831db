/**
 * How often the semantic cache would give a question another question's passages, and how often it helps: pairs of questions that
 * are one, and pairs that only sound alike (test/fixtures/knowledge/near-questions.json).
 *
 *   node scripts/bench/semantic-cache.ts --weights ../shared/models/potion-base-2M
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { makeNearQuestions, SAME } from '../../src/domain/knowledge/near-questions.ts';
import { openStaticEmbedder } from '../../src/engines/static-embeddings/embedder.ts';

const { values } = parseArgs({ options: { weights: { type: 'string', default: '../shared/models/potion-base-2M' } } });
const pairs: { same: [string, string][]; different: [string, string][] } = JSON.parse(
  readFileSync(new URL('../../test/fixtures/knowledge/near-questions.json', import.meta.url), 'utf8'),
);
await using embedder = await openStaticEmbedder({ id: 'bench', folder: values.weights });

const call = { signal: new AbortController().signal, label: { hospitalId: 'bench', use: 'knowledge', requestId: 'bench' } } as const;
const vectorOf = async (text: string) => (await embedder.embed([text], call)).vectors[0] as Float32Array;

async function hits(list: readonly [string, string][], alike: number): Promise<number> {
  let found = 0;
  for (const [first, second] of list) {
    const cache = makeNearQuestions<string>(10, alike);
    cache.keep('one', first, await vectorOf(first), first);
    if (cache.find('one', second, await vectorOf(second)) !== undefined) found++;
  }
  return found;
}

console.log('alike at least   paraphrases found   near misses taken for one');
for (const alike of [0.8, 0.85, 0.9, SAME, 0.95, 0.98])
  console.log(
    `${alike.toFixed(2)}${alike === SAME ? ' (in use)' : ''}`.padEnd(17),
    `${await hits(pairs.same, alike)} of ${pairs.same.length}`.padEnd(19),
    `${await hits(pairs.different, alike)} of ${pairs.different.length}`,
  );
