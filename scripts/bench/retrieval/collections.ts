import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';

/** A test collection: texts, and for each question how much each text is worth. */
export interface Collection {
  readonly name: string;
  readonly documents: readonly { readonly id: string; readonly title: string; readonly text: string }[];
  readonly sets: readonly QuestionSet[];
}

export interface QuestionSet {
  readonly name: string;
  readonly questions: readonly Question[];
  /** What BM25 (k1 0.9, b 0.4) reaches, and in which measure. */
  readonly floor?: { readonly measure: 'ndcg' | 'recall'; readonly value: number };
}

export interface Question {
  readonly id: string;
  readonly text: string;
  readonly gains: Readonly<Record<string, number>>;
}

export const dataFolder = process.env.BEDSIDE_TEST_DATA ?? resolve(import.meta.dirname, '../../../../shared/data');

/** Undefined where the data are not on this machine. */
export function collections(): readonly Collection[] | undefined {
  return existsSync(join(dataFolder, 'rag_medquad_liveqa')) ? [liveQa(), cysticFibrosis(), pubMedQa()] : undefined;
}

interface Line {
  readonly [name: string]: string;
}

function lines(path: string): Line[] {
  const bytes = readFileSync(join(dataFolder, path));
  const text = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
}

function judgements(path: string, column: number, gainOf: (grade: number) => number): Record<string, Record<string, number>> {
  const gains: Record<string, Record<string, number>> = {};
  for (const line of readFileSync(join(dataFolder, path), 'utf8').trim().split('\n').slice(1)) {
    const cells = line.split('\t');
    const [question = '', document = ''] = cells;
    gains[question] ??= {};
    gains[question][document] = gainOf(Number(cells[column]));
  }
  return gains;
}

/** Questions for which the collection holds something worth finding. */
function judged(all: readonly { id: string; text: string }[], gains: Record<string, Record<string, number>>): Question[] {
  return all
    .map((question) => ({ ...question, gains: gains[question.id] ?? {} }))
    .filter((question) => Object.values(question.gains).some((gain) => gain > 0));
}

function liveQa(): Collection {
  const folder = 'rag_medquad_liveqa';
  // Grades 1 (incorrect) to 4 (excellent): an incorrect answer is worth nothing.
  const gains = judgements(`${folder}/dev/qrels_open_sources.tsv`, 2, (grade) => grade - 1);
  const asked = lines(`${folder}/dev/queries.jsonl`);
  const translated = (name: string) => lines(`${folder}/dev/${name}`).map(({ _id = '', text = '' }) => ({ id: _id, text }));
  const pick = (of: (line: Line) => string) =>
    judged(
      asked.map((line) => ({ id: line._id ?? '', text: of(line) })),
      gains,
    );
  return {
    name: 'LiveQA',
    documents: lines(`${folder}/corpus.jsonl.gz`).map(({ _id = '', question = '', text = '' }) => ({ id: _id, title: question, text })),
    sets: [
      { name: 'LiveQA summary', questions: pick(({ summary = '' }) => summary), floor: { measure: 'ndcg', value: 0.348 } },
      { name: 'LiveQA message', questions: pick(({ message = '' }) => message), floor: { measure: 'ndcg', value: 0.281 } },
      { name: 'LiveQA hi', questions: judged(translated('queries.hi.jsonl'), gains) },
      { name: 'LiveQA hi-Latn', questions: judged(translated('queries.hi-latn.jsonl'), gains) },
    ],
  };
}

function cysticFibrosis(): Collection {
  const folder = 'rag_cysticfibrosis';
  const gains = judgements(`${folder}/dev/qrels.tsv`, 3, (sum) => sum);
  const asked = lines(`${folder}/dev/queries.jsonl`).map(({ _id = '', text = '' }) => ({ id: _id, text }));
  return {
    name: 'CF',
    documents: lines(`${folder}/corpus.jsonl`).map(({ _id = '', title = '', text = '' }) => ({ id: _id, title, text })),
    sets: [{ name: 'CF', questions: judged(asked, gains), floor: { measure: 'ndcg', value: 0.402 } }],
  };
}

function pubMedQa(): Collection {
  const folder = 'rag_pubmedqa';
  const asked = lines(`${folder}/dev/questions.jsonl`);
  return {
    name: 'PubMedQA',
    documents: lines(`${folder}/corpus.jsonl`).map(({ _id = '', text = '' }) => ({ id: _id, title: '', text })),
    sets: [
      {
        name: 'PubMedQA',
        questions: asked.map(({ _id = '', question = '', relevant_doc = '' }) => ({
          id: _id,
          text: question,
          gains: { [relevant_doc]: 1 },
        })),
        floor: { measure: 'recall', value: 0.99 },
      },
    ],
  };
}
