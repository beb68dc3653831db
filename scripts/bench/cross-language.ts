import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { type CrossLanguage, makeCrossLanguage, phoneticKey } from '../../src/domain/knowledge/cross-language.ts';
import { fuse } from '../../src/domain/knowledge/fuse.ts';
import type { Hit } from '../../src/domain/knowledge/search-index.ts';
import { openStaticEmbedder } from '../../src/engines/static-embeddings/embedder.ts';

/**
 * How well a question in Hindi finds answers in English, by words alone: BM25 (k1 0.9, b 0.4) over the MedQuAD answers, with the questions'
 * one-line summaries in English, in Devanagari and in romanised Hindi, as they stand and in the English words that the rules make of them.
 *
 *   node scripts/bench/cross-language.ts [--data ../shared/data] [--show] [--weights ../shared/models/potion-base-2M]
 *
 * nDCG@10 with gains 0 to 3 for grades 1 to 4; recall@5 of the answers of grade 3 and 4. The ratios are to the English question.
 * --weights: joins the ranking by words with one by the vectors of this English embedder, as search does.
 * --show: also lists each question with its English words and its nDCG/recall beside those of the English question.
 */
const { values: options } = parseArgs({
  options: {
    data: { type: 'string', default: process.env.BEDSIDE_TEST_DATA ?? '../shared/data' },
    weights: { type: 'string' },
    show: { type: 'boolean', default: false },
  },
});
const folder = join(resolve(options.data), 'rag_medquad_liveqa');
if (!existsSync(folder)) {
  console.log(`skipped: no ${folder} (give --data or set BEDSIDE_TEST_DATA)`);
  process.exit(0);
}

interface Answer {
  readonly _id: string;
  readonly question: string;
  readonly text: string;
}
interface Query {
  readonly _id: string;
  readonly text: string;
}

const linesOf = <T>(text: string): T[] =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as T);
const read = (name: string): string => readFileSync(join(folder, 'dev', name), 'utf8');

const stop = new Set(
  `a an the of for with and or at on by from as be been was were is are am has have had will would should can could may might must do does did i my me we our
  you your he she it its his her they them their this that these those there what which who when where why how than then into about any some no not if but so
  to in also very`.split(/\s+/),
);
/** Letters and digits of any script; a plural s is taken off, as any search does. */
function termsOf(text: string): string[] {
  const terms: string[] = [];
  for (const [word] of text.toLowerCase().matchAll(/[\p{L}\p{M}\p{N}]+/gu)) {
    if (stop.has(word)) continue;
    terms.push(word.length > 3 ? word.replace(/ies$/, 'y').replace(/([^su])s$/, '$1') : word);
  }
  return terms;
}

const answers = linesOf<Answer>(gunzipSync(readFileSync(join(folder, 'corpus.jsonl.gz'))).toString('utf8'));
const postings = new Map<string, [number, number][]>();
const lengths: number[] = [];
const spelled = new Map<string, Set<string>>();
for (const [index, answer] of answers.entries()) {
  const text = `${answer.question} ${answer.text}`;
  const counts = new Map<string, number>();
  const terms = termsOf(text);
  for (const term of terms) counts.set(term, (counts.get(term) ?? 0) + 1);
  for (const [term, count] of counts) {
    const list = postings.get(term);
    if (list) list.push([index, count]);
    else postings.set(term, [[index, count]]);
  }
  lengths.push(terms.length);
}
for (const [term, list] of postings) {
  if (list.length < 2 || !/^[a-z]{4,}$/.test(term)) continue;
  const key = phoneticKey(term);
  spelled.set(key, (spelled.get(key) ?? new Set()).add(term));
}
const average = lengths.reduce((sum, length) => sum + length, 0) / lengths.length;

const embedder = options.weights ? await openStaticEmbedder({ id: 'bench', folder: options.weights }) : undefined;
const call = { signal: new AbortController().signal, label: { hospitalId: 'bench', use: 'knowledge', requestId: 'bench' } } as const;
const vectors: Float32Array[] = [];
if (embedder)
  for (let from = 0; from < answers.length; from += 256) {
    const texts = answers.slice(from, from + 256).map(({ question, text }) => `${question} ${text}`.slice(0, 1_500));
    vectors.push(...(await embedder.embed(texts, call)).vectors);
  }

const hit = ([index, score]: readonly [number, number]): Hit => ({ chunkId: answers[index]?._id ?? '', documentId: '', score });
async function search(words: string): Promise<string[]> {
  const byWords = matching(words).map(hit);
  if (!embedder) return byWords.slice(0, 10).map((found) => found.chunkId);
  const asked = (await embedder.embed([words], call)).vectors[0] ?? new Float32Array();
  const near = vectors.map((vector, index): [number, number] => [
    index,
    vector.reduce((sum, value, at) => sum + value * (asked[at] ?? 0), 0),
  ]);
  return fuse(
    byWords,
    near
      .sort((a, b) => b[1] - a[1])
      .slice(0, 50)
      .map(hit),
    10,
  ).map((found) => found.chunkId);
}

function matching(words: string): [number, number][] {
  const scores = new Map<number, number>();
  for (const term of new Set(termsOf(words))) {
    const list = postings.get(term) ?? [];
    const rarity = Math.log(1 + (answers.length - list.length + 0.5) / (list.length + 0.5));
    for (const [index, count] of list) {
      const norm = 0.9 * (1 - 0.4 + (0.4 * (lengths[index] ?? 0)) / average);
      scores.set(index, (scores.get(index) ?? 0) + (rarity * count * 1.9) / (count + norm));
    }
  }
  return [...scores].sort((a, b) => b[1] - a[1]).slice(0, 50);
}

const grades = new Map<string, Map<string, number>>();
for (const row of read('qrels_open_sources.tsv').trim().split('\n').slice(1)) {
  const [query = '', answer = '', grade = '1'] = row.split('\t');
  grades.set(query, (grades.get(query) ?? new Map()).set(answer, Number(grade) - 1));
}

interface Score {
  readonly ndcg: number;
  readonly recall: number | undefined;
}
function scoreOf(id: string, found: readonly string[]): Score | undefined {
  const gains = grades.get(id);
  if (!gains || Math.max(...gains.values()) === 0) return undefined;
  const sum = (list: readonly number[]): number => list.reduce((total, gain, place) => total + (2 ** gain - 1) / Math.log2(place + 2), 0);
  const ideal = sum([...gains.values()].sort((a, b) => b - a).slice(0, 10));
  const good = [...gains].filter(([, gain]) => gain >= 2).map(([answer]) => answer);
  const top = found.slice(0, 5);
  return {
    ndcg: sum(found.map((answer) => gains.get(answer) ?? 0)) / ideal,
    recall: good.length === 0 ? undefined : good.filter((answer) => top.includes(answer)).length / good.length,
  };
}

const mean = (list: readonly number[]): number => list.reduce((sum, value) => sum + value, 0) / Math.max(1, list.length);
interface Run {
  readonly scores: ReadonlyMap<string, Score>;
  readonly ndcg: number;
  readonly recall: number;
}
async function run(queries: readonly Query[], words: (query: Query) => string): Promise<Run> {
  const scores = new Map<string, Score>();
  for (const query of queries) {
    const score = scoreOf(query._id, await search(words(query)));
    if (score) scores.set(query._id, score);
  }
  const all = [...scores.values()];
  return { scores, ndcg: mean(all.map((one) => one.ndcg)), recall: mean(all.flatMap((one) => one.recall ?? [])) };
}

const english = linesOf<Query & { readonly summary: string }>(read('queries.jsonl'));
const base = await run(
  english.map(({ _id, summary }) => ({ _id, text: summary })),
  (query) => query.text,
);
const print = (name: string, result: Run): void => {
  const ratio = (value: number, whole: number): string => `${((100 * value) / whole).toFixed(0).padStart(3)} %`;
  console.log(
    `${name.padEnd(34)} nDCG@10 ${result.ndcg.toFixed(3)} (${ratio(result.ndcg, base.ndcg)})   recall@5 ${result.recall.toFixed(3)} (${ratio(result.recall, base.recall)})`,
  );
};
console.log(
  `${answers.length} answers, ${base.scores.size} questions with a useful judged answer of ${english.length}, ${[...base.scores.values()].filter((score) => score.recall !== undefined).length} with a good one`,
);
print('English', base);

const crossing: CrossLanguage = makeCrossLanguage();
for (const language of ['hi', 'hi-latn'] as const) {
  const queries = linesOf<Query>(read(`queries.${language}.jsonl`));
  print(`${language}, as it stands`, await run(queries, (query) => query.text));
  const made = (query: Query): string => crossing.inEnglishWords(query.text, language)?.words ?? query.text;
  print(`${language}, in English words`, await run(queries, made));
  const known = (key: string): readonly string[] => [...(spelled.get(key) ?? [])];
  const after = await run(queries, (query) => crossing.inEnglishWords(query.text, language, known)?.words ?? query.text);
  print(`${language}, with the index's words`, after);
  const started = performance.now();
  for (const query of queries) crossing.inEnglishWords(query.text, language, known);
  console.log(`  ${((performance.now() - started) / queries.length).toFixed(2)} ms a question`);
  if (!options.show) continue;
  for (const query of queries) {
    const translated = crossing.inEnglishWords(query.text, language, known);
    const figure = (score: Score | undefined): string => `${score?.ndcg.toFixed(2) ?? '-'}/${score?.recall?.toFixed(2) ?? '-'}`;
    const both = `${figure(after.scores.get(query._id))} of ${figure(base.scores.get(query._id))}`;
    console.log(`  ${query._id.padStart(3)} ${both}  ${query.text}`);
    console.log(`      ${english.find((one) => one._id === query._id)?.summary}`);
    console.log(`      ${translated?.words}  [${translated?.unknown.join(', ')}]`);
  }
}
await embedder?.[Symbol.asyncDispose]();
