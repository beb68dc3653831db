import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { type Answer, answerFrom, bestEvidence, contextOfAnswer } from '../../src/domain/knowledge/answer.ts';
import type { EnglishQuestion } from '../../src/domain/knowledge/cross-language.ts';
import type { FoundPassage } from '../../src/domain/knowledge/document.ts';
import { confidenceOf, type Signs, signsOf, THRESHOLD } from '../../src/domain/knowledge/support.ts';
import { contentOf } from '../../src/domain/knowledge/terms.ts';
import type { LanguageModel } from '../../src/engines/language-model.ts';
import { llamaChatSpec, llamaLanguageModel } from '../../src/engines/llama/language-model.ts';
import { openStaticEmbedder } from '../../src/engines/static-embeddings/embedder.ts';
import { openHouseSearch, type Text } from './house-search.ts';
import { startForBench } from './measure.ts';

/**
 * Whether answers come when the documents answer, and stay away when they do not; and whether every marker holds.
 *
 *   node scripts/bench/answers.ts [--data ../shared/data] [--weights ../shared/models] [--model FILE.gguf] [--fit] [--wrong]
 *
 * Unanswerable: the questions on cystic fibrosis and every fifth of PubMedQA, asked of a hospital that holds half of MedQuAD without what
 * is about the question, and fifty that no clinic's documents answer. Answerable: the patients' questions of LiveQA that have an answer of
 * grade 3 or 4 in MedQuAD, asked of all of it, and the other questions of PubMedQA, asked of its own abstracts. The threshold is chosen on
 * one half of the questions and measured on the other.
 * The search is the box's own (house-search.ts). The patients' questions in Hindi, in both scripts, are listed beside the others.
 * --fit: also finds the weights of support.ts anew, on the first half and our own leaflets. --wrong: lists what went wrong in the second.
 * --model: lets that model write the answers, under `cited`, as if it were no demonstration, for at most 60 s: do the checks hold?
 */
const { values: options } = parseArgs({
  options: {
    data: { type: 'string', default: process.env.BEDSIDE_TEST_DATA ?? '../shared/data' },
    weights: { type: 'string', default: '../shared/models' },
    model: { type: 'string' },
    fit: { type: 'boolean', default: false },
    wrong: { type: 'boolean', default: false },
  },
});
const data = resolve(options.data);
/** As many as the box looks at. */
const LOOKED_AT = 10;
const limits = { passages: 5, characters: 4_000, tokens: 300 };
const call = { signal: new AbortController().signal, label: { hospitalId: 'bench', use: 'knowledge', requestId: 'bench' } } as const;

interface Case {
  readonly set: string;
  readonly id: string;
  readonly question: string;
  readonly language: string;
  readonly answerable: boolean;
  readonly passages: readonly FoundPassage[];
  /** Documents that a judge found to answer. */
  readonly judged: readonly string[];
  readonly inEnglish: EnglishQuestion | undefined;
}

interface Asking {
  readonly language: string;
  readonly question: string;
}

const lines = <T>(text: string): T[] =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
const read = (path: string) => readFileSync(join(data, path), 'utf8');
/** A number that is the same on every box, for dealing out halves. */
const deal = (text: string): number => {
  let sum = 7;
  for (const letter of text) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) >>> 0;
  return sum;
};

const embedder = await openStaticEmbedder({ id: 'potion-base-2M', folder: join(resolve(options.weights), 'potion-base-2M') });
const cases = await readCases();
/** Sets that the goal is about; the others are listed beside them. */
const counts = ({ set }: Case) => set !== 'leaflets' && !set.startsWith('patients, ');
const half = (one: Case) => deal(`${one.id}x`) % 2;
const signsFor = new Map(
  cases.map((one) => {
    const evidence = bestEvidence(one, contextOfAnswer({ ...one, limits }));
    const signs = signsOf(evidence);
    return [one, { signs, sure: evidence.sentences.length > 0 ? confidenceOf(signs) : 0 }] as const;
  }),
);
const [chosenOn, measuredOn] = [0, 1].map((which) => cases.filter((one) => half(one) === which && counts(one))) as [Case[], Case[]];

if (options.fit) findWeights([...chosenOn, ...cases.filter((one) => one.set === 'leaflets')]);
const sure = (one: Case) => signsFor.get(one)?.sure ?? 0;
console.log(`threshold   chosen on one half        measured on the other`);
for (let i = 5; i <= 95; i += 5) console.log(row(i / 100));
const chosen = Array.from({ length: 99 }, (_, i) => (i + 1) / 100).find((threshold) => shares(chosenOn, threshold).abstained >= 0.9) ?? 1;
console.log(`chosen: ${chosen}, the lowest that abstains on nine of ten there; support.ts has ${THRESHOLD}`);
console.log(row(chosen));
console.log(row(THRESHOLD));

await quoting();
if (options.model) await inWordsOf(options.model);
process.exit();

async function readCases(): Promise<Case[]> {
  interface Medquad {
    readonly _id: string;
    readonly focus: string;
    readonly question: string;
    readonly text: string;
  }
  const medquad = lines<Medquad>(gunzipSync(readFileSync(join(data, 'rag_medquad_liveqa/corpus.jsonl.gz'))).toString()).map(
    ({ _id, focus, question, text }): Text => ({ id: _id, title: question, text, focus }),
  );
  const pubmed = lines<{ _id: string; text: string }>(read('rag_pubmedqa/corpus.jsonl')).map(
    ({ _id, text }): Text => ({ id: _id, title: '', text }),
  );
  const research = lines<{ _id: string; question: string; relevant_doc: string }>(read('rag_pubmedqa/dev/questions.jsonl'));
  const fibrosis = lines<{ _id: string; text: string }>(read('rag_cysticfibrosis/dev/queries.jsonl'));
  const patients = lines<{ _id: string; summary: string }>(read('rag_medquad_liveqa/dev/queries.jsonl'));
  const grades = read('rag_medquad_liveqa/dev/qrels_open_sources.tsv')
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split('\t'));
  const fixture = (name: string) =>
    JSON.parse(readFileSync(new URL(`../../test/fixtures/knowledge/${name}.json`, import.meta.url), 'utf8'));
  const outside: Asking[] = fixture('out-of-scope');
  const leaflets: { documents: Text[]; answerable: Asking[]; unanswerable: Asking[] } = fixture('leaflets');

  const search = await openHouseSearch(embedder);
  await search.add(
    'half',
    medquad.filter(({ focus }) => deal(focus ?? '') % 2 === 0),
  );
  await search.add('whole', medquad);
  await search.add('abstracts', pubmed);
  await search.add('shelf', leaflets.documents);

  /** Documents about what the question names, or about cystic fibrosis where that is its subject, are not in the house. */
  const about = (question: string, ...more: string[]) => {
    const fold = (text: string) =>
      ` ${text
        .toLowerCase()
        .replace(/[^\p{L}\p{N}]+/gu, ' ')
        .trim()} `;
    const asked = fold(question);
    return ({ focus }: Text) => {
      const subject = fold(focus ?? '');
      return subject.trim().length > 2 && (asked.includes(subject) || more.some((one) => subject.includes(one)));
    };
  };
  const list: Case[] = [];
  async function put(
    [set, id, question, language]: readonly [string, string, string, string],
    judged: readonly string[] | null,
    house: string,
    without?: (text: Text) => boolean,
  ): Promise<void> {
    const { passages, inEnglish } = await search.find(house, question, LOOKED_AT, without);
    list.push({ set, id, question, language, answerable: judged !== null, judged: judged ?? [], passages, inEnglish });
  }
  for (const { _id, text } of fibrosis) await put(['fibrosis', _id, text, 'en'], null, 'half', about(text, 'cystic fibrosis'));
  for (const [i, { _id, question, relevant_doc }] of research.entries())
    if (i % 5 === 0) await put(['research, elsewhere', _id, question, 'en'], null, 'half', about(question));
    else await put(['research', _id, question, 'en'], [String(relevant_doc ?? _id)], 'abstracts');
  for (const { language, question } of outside) await put(['out of scope', question, question, language], null, 'half');
  const judgedFor = (id: string) =>
    grades.filter(([query, , grade]) => query === id && Number(grade) >= 3).map(([, document]) => document ?? '');
  for (const { _id, summary } of patients)
    if (judgedFor(_id).length > 0) await put(['patients', _id, summary, 'en'], judgedFor(_id), 'whole');
  for (const [file, set] of [
    ['queries.hi', 'patients, in Hindi'],
    ['queries.hi-latn', 'patients, romanised'],
  ] as const)
    for (const { _id, text, language } of lines<{ _id: string; text: string; language: string }>(
      read(`rag_medquad_liveqa/dev/${file}.jsonl`),
    ))
      if (judgedFor(_id).length > 0) await put([set, _id, text, language], judgedFor(_id), 'whole');
  for (const { question, language } of leaflets.answerable) await put(['leaflets', question, question, language], [], 'shelf');
  for (const { question, language } of leaflets.unanswerable) await put(['leaflets', question, question, language], null, 'shelf');
  await search.close();
  return list;
}

function shares(some: readonly Case[], threshold: number): { abstained: number; answered: number } {
  const of = (list: readonly Case[], test: (one: Case) => boolean) => list.filter(test).length / Math.max(1, list.length);
  return {
    abstained: of(
      some.filter(({ answerable }) => !answerable),
      (one) => sure(one) < threshold,
    ),
    answered: of(
      some.filter(({ answerable }) => answerable),
      (one) => sure(one) >= threshold,
    ),
  };
}

function row(threshold: number): string {
  const percent = (share: number) => `${(share * 100).toFixed(1).padStart(5)} %`;
  const both = [chosenOn, measuredOn].map((some) => {
    const { abstained, answered } = shares(some, threshold);
    return `abstains ${percent(abstained)}, answers ${percent(answered)}`;
  });
  return `  ${threshold.toFixed(2)}   ${both.join('   |   ')}`;
}

async function answer(one: Case, model?: LanguageModel): Promise<Answer> {
  const { question, language, passages, inEnglish } = one;
  const chosenModel = model && { engine: model, demonstration: false };
  for await (const part of answerFrom({ question, passages, inEnglish, language, policy: 'cited', model: chosenModel, limits }, call))
    if (part.type === 'done') return part.answer;
  throw new Error('an answer ends with done');
}

/** Markers of an answer, and those of them that point at no source, or at a quote that does not stand there or shares no word. */
function markersOf({ answer, sources, citations }: Answer): { shown: number; wrong: number } {
  const markers = [...answer.matchAll(/\[(\d+)\]/g)].map(([, n]) => Number(n));
  const wrong = markers.filter((n) => {
    const cited = citations.filter(
      ({ sourceId, start, end }) => sourceId === sources[n - 1]?.id && answer.slice(start, end).includes(`[${n}]`),
    );
    return !cited.some(({ quote, start, end }) => {
      const said = new Set(contentOf(answer.slice(start, end)).map(({ stem }) => stem));
      return sources[n - 1]?.excerpt.includes(quote) && contentOf(quote).some(({ stem }) => said.has(stem));
    });
  });
  return { shown: markers.length, wrong: wrong.length };
}

/** Everything through the door that clients use: who is answered in each set, from which document, with which markers. */
async function quoting(): Promise<void> {
  const [totals, started] = [{ shown: 0, wrong: 0 }, performance.now()];
  const sets = Map.groupBy(
    cases,
    ({ set, answerable }) => `${set}${set === 'leaflets' ? (answerable ? ', answerable' : ', unanswerable') : ''}`,
  );
  for (const [set, some] of sets)
    for (const [name, list] of [
      ['chosen on', some.filter((one) => half(one) === 0)],
      ['measured', some.filter((one) => half(one) === 1)],
    ] as const) {
      const answers = await Promise.all(list.map(async (one) => ({ one, given: await answer(one) })));
      for (const { given } of answers) {
        const { shown, wrong } = markersOf(given);
        totals.shown += shown;
        totals.wrong += wrong;
      }
      const given = answers.filter(({ given }) => !given.abstained);
      const right = given.filter(({ one, given }) => one.judged.includes(given.sources.find(({ quote }) => quote)?.documentId ?? '?'));
      const judged = list[0]?.judged.length ? `, quoting a judged document ${right.length}` : '';
      console.log(`${set.padEnd(24)} ${name.padEnd(10)} ${list.length} questions, answered ${given.length}${judged}`);
      if (options.wrong && name === 'measured')
        for (const { one, given } of answers)
          if (given.abstained === one.answerable)
            console.log(`    ${sure(one).toFixed(2)} ${one.question}\n         ${given.answer.slice(0, 240)}`);
    }
  console.log(
    `markers shown ${totals.shown}, of which point wrong ${totals.wrong}; ${((performance.now() - started) / cases.length).toFixed(1)} ms a question`,
  );
}

/** A model of any quality in front of the same questions. */
async function inWordsOf(modelPath: string): Promise<void> {
  const settings = { id: 'llama:bench', modelPath: resolve(modelPath), contextTokens: 2_048, sequences: 1, threads: 1 };
  const engine = startForBench(llamaChatSpec(settings));
  const model = llamaLanguageModel(engine, settings);
  const until = performance.now() + 60_000;
  const counts = { questions: 0, abstained: 0, byModel: 0, bySources: 0, shown: 0, wrong: 0 };
  // Our own leaflets first: their passages are short, and the time is.
  const byTurn = [...cases].sort((a, b) => Number(b.set === 'leaflets') - Number(a.set === 'leaflets') || deal(a.id) - deal(b.id));
  for (const one of byTurn.filter(({ answerable }) => answerable)) {
    if (performance.now() > until) break;
    const given = await answer(one, model);
    const { shown, wrong } = markersOf(given);
    counts.questions++;
    counts.shown += shown;
    counts.wrong += wrong;
    if (given.abstained) counts.abstained++;
    else if (given.answeredBy === 'model') counts.byModel++;
    else counts.bySources++;
    if (given.answeredBy === 'model' && counts.byModel <= 5) console.log(`  ${one.question}\n    ${given.answer.slice(0, 300)}`);
  }
  console.log(`${modelPath}:`, counts);
  await engine.close();
}

/** Logistic regression, the sets weighed so that the many questions of one collection do not speak for all. */
function findWeights(some: readonly Case[]): void {
  const names = Object.keys(signsFor.values().next().value?.signs ?? {}) as (keyof Signs)[];
  const worth: Readonly<Record<string, number>> = { 'research, elsewhere': 1.5, research: 1.5 };
  const groups = Map.groupBy(some, ({ set, answerable }) => `${set} ${answerable}`);
  const weighed = some.map((one) => {
    const share = (worth[one.set] ?? 1) / (groups.get(`${one.set} ${one.answerable}`)?.length ?? 1);
    return { values: names.map((name) => signsFor.get(one)?.signs[name] ?? 0), target: one.answerable ? 1 : 0, share };
  });
  const total = weighed.reduce((sum, { share }) => sum + share, 0);
  let [weights, bias] = [names.map(() => 0), 0];
  for (let step = 0; step < 20_000; step++) {
    const slope = names.map(() => 0);
    let biasSlope = 0;
    for (const { values, target, share } of weighed) {
      const odds = values.reduce((sum, value, i) => sum + value * (weights[i] ?? 0), bias);
      const error = ((1 / (1 + Math.exp(-odds)) - target) * share) / total;
      values.forEach((value, i) => {
        slope[i] = (slope[i] ?? 0) + error * value;
      });
      biasSlope += error;
    }
    weights = weights.map((weight, i) => weight - 2 * ((slope[i] ?? 0) + 0.0008 * weight));
    bias -= 2 * biasSlope;
  }
  console.log('weights', Object.fromEntries(names.map((name, i) => [name, Number((weights[i] ?? 0).toFixed(2))])), 'bias', bias.toFixed(2));
}
