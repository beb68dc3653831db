import { readFileSync } from 'node:fs';
import type { FoundPassage } from '../../src/domain/knowledge/document.ts';
import { contentOf, presence, wordsIn } from '../../src/domain/knowledge/terms.ts';

/** A little document, one passage long. */
export interface Leaflet {
  readonly id: string;
  readonly title: string;
  readonly text: string;
  readonly language?: string;
  readonly headings?: readonly string[];
  readonly tableHead?: string;
}

export interface Leaflets {
  readonly documents: readonly Leaflet[];
  readonly answerable: readonly { readonly language: string; readonly question: string; readonly fact: string }[];
  readonly unanswerable: readonly { readonly language: string; readonly question: string }[];
}

export function readLeaflets(): Leaflets {
  return JSON.parse(readFileSync(new URL('../fixtures/knowledge/leaflets.json', import.meta.url), 'utf8'));
}

export function passageOf({ id, title, text, language = 'en', headings = [], tableHead }: Leaflet, score = 1): FoundPassage {
  const chunk = {
    id: `${id}#0`,
    documentId: id,
    place: 0,
    text,
    page: null,
    headings,
    tableHead: tableHead ?? null,
    language,
    start: 0,
    end: text.length,
  };
  return { chunk, title, hospitalId: 'h', score, keywordRank: 1, vectorRank: undefined };
}

/** The passages that share most words with a question; it is as poor a search as passes for one. */
export function littleSearch(documents: readonly Leaflet[], question: string, limit = 5): FoundPassage[] {
  const asked = contentOf(question);
  return documents
    .map((document) => {
      const words = wordsIn(document.title, ...(document.headings ?? []), document.tableHead ?? '', document.text);
      return { document, score: asked.reduce((sum, term) => sum + presence(term, words), 0) };
    })
    .sort((a, b) => b.score - a.score)
    .slice(0, limit)
    .map(({ document, score }) => passageOf(document, score));
}
