import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chunkDocument } from '../../src/domain/knowledge/chunker.ts';
import { type EnglishQuestion, makeCrossLanguage } from '../../src/domain/knowledge/cross-language.ts';
import type { Chunk, FoundPassage } from '../../src/domain/knowledge/document.ts';
import { fuse } from '../../src/domain/knowledge/fuse.ts';
import { meaningOf, wordsOf } from '../../src/domain/knowledge/passages.ts';
import type { Embedder } from '../../src/engines/embedder.ts';
import { openSearchIndex } from '../../src/storage/sqlite/search-index.ts';
import { benchCall, live } from './measure.ts';

/** A text to search in. */
export interface Text {
  readonly id: string;
  readonly title: string;
  readonly headings?: readonly string[];
  readonly tableHead?: string;
  readonly language?: string;
  readonly text: string;
  /** What it is about, where the collection says so. */
  readonly focus?: string;
}

export interface Found {
  readonly passages: readonly FoundPassage[];
  readonly inEnglish: EnglishQuestion | undefined;
}

/**
 * The box's own search without its rooms: its chunks, its index, its fusion, its English words for Hindi questions. Each house of texts is a
 * hospital in one index.
 */
export interface HouseSearch {
  add(house: string, texts: readonly Text[]): Promise<void>;
  /** `without`: texts that are not in the house for this question. */
  find(house: string, question: string, limit: number, without?: (text: Text) => boolean): Promise<Found>;
  close(): Promise<void>;
}

const POOL = 50;
/** Enough that what is left out leaves as many as are asked for. */
const DEEP = 300;

export async function openHouseSearch(embedder: Embedder): Promise<HouseSearch> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-answers-'));
  const index = await openSearchIndex({ file: join(folder, 'search.db'), key: undefined });
  const crossLanguage = makeCrossLanguage();
  const chunks = new Map<string, { chunk: Chunk; text: Text }>();

  return {
    async add(house, texts) {
      const made = texts.flatMap((text) => {
        let n = 0;
        const options = { documentId: text.id, language: text.language ?? 'en', newId: () => `${house}/${text.id}#${n++}` };
        return chunkDocument({ blocks: [{ kind: 'paragraph', text: text.text }] }, options).map((chunk) => ({
          text,
          chunk: { ...chunk, headings: text.headings ?? [], tableHead: text.tableHead ?? null },
        }));
      });
      for (let at = 0; at < made.length; at += 256) {
        const some = made.slice(at, at + 256);
        const { vectors } = await embedder.embed(
          some.map(({ chunk, text }) => meaningOf(chunk, text.title)),
          benchCall,
        );
        const passages = some.map(({ chunk, text }, i) => ({
          chunkId: chunk.id,
          text: wordsOf(chunk),
          title: text.title,
          vector: vectors[i],
        }));
        await index.put(house, `${house}-${at}`, passages, embedder);
        for (const one of some) chunks.set(one.chunk.id, one);
      }
    },
    async find(house, question, limit, without) {
      const inEnglish = crossLanguage.inEnglishWords(question, crossLanguage.questionLanguage(question));
      const english = inEnglish?.words || undefined;
      const { vectors } = await embedder.embed([english ?? question], benchCall);
      const within = { limit: without ? DEEP : POOL };
      const [keyword, vector] = await Promise.all([
        index.matching([house], english ? `${question} ${english}` : question, within, live),
        index.nearest([house], vectors[0] as Float32Array, embedder.id, within, live),
      ]);
      const passages = fuse(keyword, vector, within.limit).flatMap(({ chunkId, score, keywordRank, vectorRank }): FoundPassage[] => {
        const one = chunks.get(chunkId);
        if (!one || without?.(one.text)) return [];
        return [{ chunk: one.chunk, title: one.text.title, hospitalId: house, score, keywordRank, vectorRank }];
      });
      return { passages: passages.slice(0, limit), inEnglish };
    },
    async close() {
      await index.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
