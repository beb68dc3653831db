import type { FoundPassage } from '../../src/domain/knowledge/document.ts';
import { sentencesOf } from '../../src/domain/knowledge/sentences.ts';
import type { Embedder } from '../../src/engines/embedder.ts';

/** A text to search in. */
export interface Text {
  readonly id: string;
  readonly title: string;
  readonly headings?: readonly string[];
  readonly text: string;
  /** What it is about, where the collection says so. */
  readonly focus?: string;
}

/**
 * The plainest search that a bench of answers can stand on: passages of whole sentences, BM25 (k1 0.9, b 0.4) and the cosine of an embedder,
 * joined by their places. It measures nothing itself; the search of the box is measured by its own bench.
 */
export interface SimpleSearch {
  find(words: string, limit: number, without?: (text: Text) => boolean): Promise<FoundPassage[]>;
}

const LONGEST = 900;

export async function simpleSearch(texts: readonly Text[], embedder: Embedder | undefined): Promise<SimpleSearch> {
  const passages = texts.flatMap((text) => passagesOf(text).map((piece, place) => ({ text, piece, place })));
  const call = {
    signal: new AbortController().signal,
    label: { hospitalId: 'bench', use: 'knowledge', requestId: 'bench' },
  } as const;
  const whole = passages.map(({ text, piece }) => [text.title, ...(text.headings ?? []), piece.text].join('\n'));
  const vectors = embedder ? (await embedder.embed(whole, call)).vectors : [];
  const postings = new Map<string, [number, number][]>();
  const lengths = whole.map((words, i) => {
    const stems = stemsOf(words);
    const counts = new Map<string, number>();
    for (const stem of stems) counts.set(stem, (counts.get(stem) ?? 0) + 1);
    for (const [stem, count] of counts) {
      const list = postings.get(stem);
      if (list) list.push([i, count]);
      else postings.set(stem, [[i, count]]);
    }
    return stems.length;
  });
  const mean = lengths.reduce((sum, n) => sum + n, 0) / Math.max(1, lengths.length);

  return {
    async find(words, limit, without = () => false) {
      const scores = new Map<number, number>();
      for (const stem of new Set(stemsOf(words))) {
        const list = postings.get(stem) ?? [];
        const idf = Math.log(1 + (passages.length - list.length + 0.5) / (list.length + 0.5));
        for (const [i, count] of list) {
          const norm = 0.9 * (0.6 + (0.4 * (lengths[i] ?? 0)) / mean);
          scores.set(i, (scores.get(i) ?? 0) + (idf * count * 1.9) / (count + norm));
        }
      }
      const allowed = (i: number) => !without((passages[i] as (typeof passages)[number]).text);
      const best = (list: Iterable<readonly [number, number]>) =>
        [...list]
          .filter(([i]) => allowed(i))
          .sort((a, b) => b[1] - a[1])
          .slice(0, 50);
      const keyword = best(scores);
      const asked = embedder ? (await embedder.embed([words], call)).vectors[0] : undefined;
      const vector = asked ? best(vectors.map((one, i) => [i, dot(one, asked)] as const)) : [];
      const fused = new Map<number, { score: number; keywordRank?: number; vectorRank?: number }>();
      for (const [place, [i]] of keyword.entries()) fused.set(i, { score: 1 / (61 + place), keywordRank: place + 1 });
      vector.forEach(([i], place) => {
        const known = fused.get(i);
        fused.set(i, { ...known, score: (known?.score ?? 0) + 0.3 / (61 + place), vectorRank: place + 1 });
      });
      return [...fused]
        .sort((a, b) => b[1].score - a[1].score)
        .slice(0, limit)
        .map(([i, found]) => {
          const { text, piece, place } = passages[i] as (typeof passages)[number];
          return {
            chunk: {
              id: `${text.id}#${place}`,
              documentId: text.id,
              place,
              text: piece.text,
              page: null,
              headings: text.headings ?? [],
              tableHead: null,
              language: 'en',
              start: piece.start,
              end: piece.end,
            },
            title: text.title,
            hospitalId: 'bench',
            score: found.score,
            keywordRank: found.keywordRank,
            vectorRank: found.vectorRank,
          };
        });
    },
  };
}

function passagesOf(text: Text): { text: string; start: number; end: number }[] {
  const pieces: { start: number; end: number }[] = [];
  for (const { start, end } of sentencesOf(text.text)) {
    const open = pieces.at(-1);
    if (open && end - open.start <= LONGEST) open.end = end;
    else pieces.push({ start, end });
  }
  return pieces.map(({ start, end }) => ({ text: text.text.slice(start, end), start, end }));
}

const stemsOf = (text: string) =>
  (text.toLowerCase().match(/[\p{L}\p{M}\p{N}]+/gu) ?? []).map((word) => word.replace(/(?:ies|es|s|ing|ed|ment|ation)$/u, '') || word);

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}
