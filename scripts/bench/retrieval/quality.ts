import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeCrossLanguage } from '../../../src/domain/knowledge/cross-language.ts';
import { type FuseWeights, fuse } from '../../../src/domain/knowledge/fuse.ts';
import type { Hit, SearchIndex } from '../../../src/domain/knowledge/search-index.ts';
import type { Embedder } from '../../../src/engines/embedder.ts';
import { openSearchIndex } from '../../../src/storage/sqlite/search-index.ts';
import { benchCall, live, report } from '../measure.ts';
import type { Collection, Question, QuestionSet } from './collections.ts';

/** What a question is searched with: its words for the one ranking, its meaning for the other. */
export type Rewrite = (text: string) => { readonly words: string; readonly meaning: string };

/** With English words beside those of another language, as the search room does it. */
export function asTheBoxSearches(): Rewrite {
  const crossLanguage = makeCrossLanguage();
  return (text) => {
    const english = crossLanguage.inEnglishWords(text, crossLanguage.questionLanguage(text))?.words;
    return english ? { words: `${text} ${english}`, meaning: english } : { words: text, meaning: text };
  };
}

export interface Measures {
  readonly ndcg: number;
  readonly recall: number;
  readonly mrr: number;
}

/** Both rankings of one question, deep enough to fuse. */
interface Ranked {
  readonly question: Question;
  readonly keyword: readonly Hit[];
  readonly vector: readonly Hit[];
}

const DEEP = 50;
/** An answer may be up to so much worse than BM25's. */
const SLACK = 0.02;

export async function quality(all: readonly Collection[], embedder: Embedder, rewrite: Rewrite, tune: boolean): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-retrieval-'));
  const index = await openSearchIndex({ file: join(folder, 'search.db'), key: Buffer.alloc(32, 7) });
  try {
    const ranked = new Map<QuestionSet, Ranked[]>();
    for (const collection of all) {
      await fill(index, collection, embedder);
      for (const set of collection.sets) ranked.set(set, await rankings(index, collection.name, set, embedder, rewrite));
    }
    if (tune) printTuning(ranked);
    return printTable(ranked, embedder.id);
  } finally {
    await index.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function fill(index: SearchIndex, { name, documents }: Collection, embedder: Embedder): Promise<void> {
  const start = performance.now();
  for (let at = 0; at < documents.length; at += 256) {
    const some = documents.slice(at, at + 256);
    const texts = some.map(({ title, text }) => `${title}\n${text}`.trim() || '-');
    const { vectors } = await embedder.embed(texts, benchCall);
    const passages = some.map(({ id, title, text }, i) => ({ chunkId: id, title, text, vector: vectors[i] }));
    await index.put(name, `${name}-${at}`, passages, embedder);
  }
  console.log(`${name}: ${documents.length} texts in ${Math.round(performance.now() - start)} ms, embedding included`);
}

async function rankings(index: SearchIndex, hospital: string, set: QuestionSet, embedder: Embedder, rewrite: Rewrite): Promise<Ranked[]> {
  const ranked: Ranked[] = [];
  for (const question of set.questions) {
    const { words, meaning } = rewrite(question.text);
    const { vectors } = await embedder.embed([meaning], benchCall);
    const [keyword, vector] = await Promise.all([
      index.matching([hospital], words, { limit: DEEP }, live),
      index.nearest([hospital], vectors[0] as Float32Array, embedder.id, { limit: DEEP }, live),
    ]);
    ranked.push({ question, keyword, vector });
  }
  return ranked;
}

export function measure(ranked: readonly Ranked[], choose: (of: Ranked) => readonly Hit[]): Measures {
  const sum = { ndcg: 0, recall: 0, mrr: 0 };
  for (const one of ranked) {
    const { gains } = one.question;
    const found = choose(one).map(({ chunkId }) => gains[chunkId] ?? 0);
    const ideal = Object.values(gains).sort((a, b) => b - a);
    sum.ndcg += discounted(found.slice(0, 10)) / discounted(ideal.slice(0, 10));
    sum.recall += found.slice(0, 5).filter((gain) => gain > 0).length / Math.min(5, ideal.filter((gain) => gain > 0).length);
    const first = found.findIndex((gain) => gain > 0);
    sum.mrr += first < 0 ? 0 : 1 / (first + 1);
  }
  return { ndcg: sum.ndcg / ranked.length, recall: sum.recall / ranked.length, mrr: sum.mrr / ranked.length };
}

function discounted(gains: readonly number[]): number {
  return gains.reduce((sum, gain, i) => sum + gain / Math.log2(i + 2), 0);
}

const ways: Readonly<Record<string, (of: Ranked) => readonly Hit[]>> = {
  keyword: ({ keyword }) => keyword,
  vector: ({ vector }) => vector,
  hybrid: ({ keyword, vector }) => fuse(keyword, vector, DEEP),
};

function printTable(all: ReadonlyMap<QuestionSet, readonly Ranked[]>, embedder: string): boolean {
  console.log(`\nembedder ${embedder}; nDCG@10, share of what is findable among the first 5 (Recall@5), MRR`);
  console.log(
    `${'set'.padEnd(18)}${'questions'.padStart(9)}  ${Object.keys(ways)
      .map((way) => way.padEnd(24))
      .join('')}`,
  );
  const results: boolean[] = [];
  const bars: (() => boolean)[] = [];
  const english = all.get([...all.keys()].find(({ name }) => name === 'LiveQA summary') as QuestionSet) ?? [];
  for (const [set, ranked] of all) {
    const measured = Object.fromEntries(Object.entries(ways).map(([way, choose]) => [way, measure(ranked, choose)]));
    const cells = Object.values(measured).map(({ ndcg, recall, mrr }) =>
      [ndcg, recall, mrr]
        .map((x) => x.toFixed(3))
        .join('  ')
        .padEnd(24),
    );
    console.log(`${set.name.padEnd(18)}${String(ranked.length).padStart(9)}  ${cells.join('')}`);
    const { keyword, hybrid } = measured as { keyword: Measures; hybrid: Measures };
    const { floor } = set;
    if (floor)
      bars.push(() =>
        report(`${set.name}: ${floor.measure} by words`, keyword[floor.measure], { atLeast: floor.value - SLACK }, `BM25 ${floor.value}`),
      );
    if (set.name.startsWith('LiveQA hi'))
      for (const way of ['keyword', 'hybrid'] as const) {
        const share = measured[way] as Measures;
        const relative = share.ndcg / measure(english, ways[way] as never).ndcg;
        bars.push(() => report(`${set.name}: nDCG, ${way}, ÷ English`, relative));
      }
    bars.push(() => report(`${set.name}: nDCG hybrid − by words`, hybrid.ndcg - keyword.ndcg, { atLeast: 0 }));
  }
  console.log('');
  for (const bar of bars) results.push(bar());
  return results.every(Boolean);
}

/** Weights by every second question, with what they then do on the others. */
function printTuning(all: ReadonlyMap<QuestionSet, readonly Ranked[]>): void {
  const sets = [...all].filter(([{ name }]) => !name.startsWith('LiveQA hi'));
  const half = (which: number) => sets.map(([, ranked]) => ranked.filter((_, i) => i % 2 === which));
  const gains = (halves: readonly (readonly Ranked[])[], weights: FuseWeights) =>
    halves.map(
      (ranked) =>
        measure(ranked, ({ keyword, vector }) => fuse(keyword, vector, DEEP, weights)).ndcg - measure(ranked, ways.keyword as never).ndcg,
    );
  console.log(`\nnDCG hybrid − by words, on one half of the questions | the other: ${sets.map(([{ name }]) => name).join(', ')}`);
  for (const slowness of [5, 10, 20, 60])
    for (const vector of [0.1, 0.2, 0.3, 0.5, 1]) {
      const cells = [0, 1].map((which) =>
        gains(half(which), { vector, slowness })
          .map((gain) => gain.toFixed(3).padStart(7))
          .join(''),
      );
      console.log(`slowness ${String(slowness).padStart(3)}  vector ${vector.toFixed(2)}  ${cells.join('  |')}`);
    }
}
