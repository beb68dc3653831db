import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { fuse } from '../../../src/domain/knowledge/fuse.ts';
import type { Passage, SearchIndex } from '../../../src/domain/knowledge/search-index.ts';
import { openSearchIndex } from '../../../src/storage/sqlite/search-index.ts';
import { live, report, timed, undisturbed } from '../measure.ts';

export interface SpeedOptions {
  /** In the hospital that is asked. */
  readonly passages: number;
  /** Other hospitals, of 10,000 passages each. */
  readonly neighbours: number;
}

const mark = { id: 'random', dimensions: 384 } as const;
const QUERIES = 100;
/** The commonest words stand for those that say nothing, and nobody is found by them. */
const SAYING_NOTHING = 150;
const asked = 'asked';

/** Words as often as in real texts (Zipf), numbers the same in every run. */
function makeWords(seed: number) {
  let state = seed;
  const random = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  const syllables = [
    'ba',
    'ce',
    'di',
    'fo',
    'gu',
    'ha',
    'ke',
    'li',
    'mo',
    'nu',
    'pa',
    're',
    'si',
    'to',
    'vu',
    'za',
    'tra',
    'plo',
    'ster',
    'min',
  ];
  const nameOf = (rank: number): string => {
    let name = '';
    for (let left = rank + 20; left > 0; left = Math.floor(left / syllables.length)) name += syllables[left % syllables.length];
    return name;
  };
  const vocabulary = 60_000;
  const word = (rarer: number) => nameOf(Math.floor(Math.exp(Math.log(rarer) + random() * Math.log(vocabulary / rarer))) - 1);
  return {
    text: (words: number) => Array.from({ length: words }, () => word(1)).join(' '),
    query: (words: number) => Array.from({ length: words }, () => word(SAYING_NOTHING)).join(' '),
    vector(): Float32Array {
      const vector = new Float32Array(mark.dimensions);
      let squares = 0;
      for (let i = 0; i < vector.length; i++) {
        const value = random() + random() + random() - 1.5;
        vector[i] = value;
        squares += value * value;
      }
      const length = Math.sqrt(squares);
      return vector.map((value) => value / length);
    },
  };
}

type Words = ReturnType<typeof makeWords>;

async function fill(index: SearchIndex, hospital: string, count: number, words: Words): Promise<number> {
  let ms = 0;
  for (let at = 0; at < count; at += 500) {
    const passages: Passage[] = [];
    for (let i = at; i < Math.min(count, at + 500); i++) {
      passages.push({ chunkId: `${hospital}-${i}`, title: words.text(4), text: words.text(120), vector: words.vector() });
      if (i % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    ms += (await timed(() => index.put(hospital, `${hospital}-d${at / 500}`, passages, mark))).ms;
  }
  return ms;
}

export async function speed({ passages, neighbours }: SpeedOptions): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-retrieval-'));
  const file = join(folder, 'search.db');
  const key = Buffer.alloc(32, 7);
  let index = await openSearchIndex({ file, key });
  try {
    const words = makeWords(42);
    let ms = await fill(index, asked, passages, words);
    for (let i = 0; i < neighbours; i++) ms += await fill(index, `neighbour-${i}`, 10_000, words);
    const total = passages + neighbours * 10_000;
    const rss = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'latin1'))?.[1]) / 1024;
    console.log(`${total} passages of 384 dimensions and 120 words, ${passages} of them in the hospital that is asked`);
    report('passages put in a second', (total * 1000) / ms);
    await index.close();
    report('bytes on the disk for each passage', statSync(file).size / total);
    const before = rss();
    ({ value: index } = await timed(() => openSearchIndex({ file, key })));
    const first = await ask(index, words, 1);
    report('first hybrid query after a start, ms', first.hybrid[0] as number);
    await ask(index, words, 20);
    const { keyword, vector, hybrid, long } = await undisturbed(undefined, () => ask(index, words, QUERIES));
    report('memory that the index takes, MiB', rss() - before);
    report('by words, p50 ms', at(keyword, 0.5), {}, `p95 ${at(keyword, 0.95).toFixed(2)}, most ${at(keyword, 1).toFixed(2)}`);
    report('by meaning, p50 ms', at(vector, 0.5), {}, `p95 ${at(vector, 0.95).toFixed(2)}, most ${at(vector, 1).toFixed(2)}`);
    report('2000 characters by words, p50 ms', at(long, 0.5), {}, `p95 ${at(long, 0.95).toFixed(2)}, most ${at(long, 1).toFixed(2)}`);
    report('hybrid, p50 ms', at(hybrid, 0.5));
    const results = [report('hybrid, p95 ms', at(hybrid, 0.95), { atMost: 10 }, `most ${at(hybrid, 1).toFixed(2)}`)];
    results.push(...(await whileFilling(index, words)));
    return results.every(Boolean);
  } finally {
    await index.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What a query waits for while another hospital's documents go in, and how long the event loop is held meanwhile. */
async function whileFilling(index: SearchIndex, words: Words): Promise<boolean[]> {
  const batches = Array.from({ length: 4 }, (_, d) =>
    Array.from({ length: 500 }, (_, i) => ({ chunkId: `m${d}-${i}`, title: 'A title', text: words.text(120), vector: words.vector() })),
  );
  const idle = await undisturbed(undefined, () => loopDelay(() => new Promise((resolve) => setTimeout(resolve, 1_000))));
  let done = false;
  const taken: number[] = [];
  const filled = async () => {
    const filling = (async () => {
      for (const [d, batch] of batches.entries()) await index.put('meanwhile', `d${d}`, batch, mark);
      done = true;
    })();
    while (!done) {
      taken.push((await timed(() => hybrid(index, words.query(5), words.vector()))).ms);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await filling;
  };
  const loop = await undisturbed(undefined, () => loopDelay(filled));
  report(
    'hybrid while documents go in, p50 ms',
    at(taken, 0.5),
    {},
    `p95 ${at(taken, 0.95).toFixed(2)}, most ${at(taken, 1).toFixed(2)}, ${taken.length} queries`,
  );
  report('event loop while documents go in, p99 ms', loop.p99, {}, `${idle.p99.toFixed(2)} while nothing is done`);
  return [report('event loop while documents go in, most ms', loop.most, { atMost: 20 }, `${idle.most.toFixed(2)} while nothing is done`)];
}

/** How long the event loop was held at most, and in all but one of a hundred looks, beyond the millisecond between two looks. */
async function loopDelay(work: () => Promise<void>): Promise<{ p99: number; most: number }> {
  const loop = monitorEventLoopDelay({ resolution: 1 });
  loop.enable();
  await work();
  loop.disable();
  return { p99: loop.percentile(99) / 1e6, most: loop.max / 1e6 };
}

async function hybrid(index: SearchIndex, text: string, vector: Float32Array) {
  const [keyword, meant] = await Promise.all([
    index.matching([asked], text, { limit: 50 }, live),
    index.nearest([asked], vector, mark.id, { limit: 50 }, live),
  ]);
  return fuse(keyword, meant, 10);
}

async function ask(index: SearchIndex, words: Words, count: number) {
  const taken = { keyword: [] as number[], vector: [] as number[], hybrid: [] as number[], long: [] as number[] };
  for (let i = 0; i < count; i++) {
    const text = words.query(5);
    const vector = words.vector();
    const long = words.text(300).slice(0, 2_000);
    taken.hybrid.push((await timed(() => hybrid(index, text, vector))).ms);
    taken.keyword.push((await timed(() => index.matching([asked], words.query(5), { limit: 50 }, live))).ms);
    taken.vector.push((await timed(() => index.nearest([asked], words.vector(), mark.id, { limit: 50 }, live))).ms);
    taken.long.push((await timed(() => index.matching([asked], long, { limit: 50 }, live))).ms);
  }
  return taken;
}

function at(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
