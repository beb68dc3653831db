import type { Use } from '../../engines/call.ts';
import type { Machines } from '../../engines/machines.ts';
import type { Clock } from '../../shared/clock.ts';
import { AppError } from '../../shared/errors.ts';
import { makeRecent } from '../../shared/recent.ts';
import { type Caller, PLATFORM } from '../access/caller.ts';
import { authorize } from '../access/policies.ts';
import type { Storage } from '../storage.ts';
import type { CrossLanguage, EnglishQuestion } from './cross-language.ts';
import type { FoundPassage } from './document.ts';
import { requireKnowledge } from './documents.ts';
import { type Fused, fuse } from './fuse.ts';
import { makeNearQuestions } from './near-questions.ts';
import type { SearchIndex } from './search-index.ts';

export const searchModes = ['hybrid', 'keyword', 'vector'] as const;
export type SearchMode = (typeof searchModes)[number];

export interface SearchQuery {
  readonly words: string;
  /** How many at most. */
  readonly limit: number;
  readonly mode: SearchMode;
  /** BCP 47: only documents in this language. */
  readonly language?: string | undefined;
  readonly tag?: string | undefined;
}

export interface SearchResult {
  /** Best first. */
  readonly passages: readonly FoundPassage[];
  readonly tookMs: number;
  /** What answered: nothing remembered, the same question of this hospital, one very like it, or its remembered vector only. */
  readonly cache: 'miss' | 'session' | 'semantic' | 'embedding';
  /** What English words the question was taken for, where it was asked in another language. */
  readonly inEnglish: EnglishQuestion | undefined;
}

/** Finds passages of the caller's hospital and of what the platform shares. */
export interface Search {
  /** Throws `unavailable` for `vector` on a box without an embedder; `hybrid` is then by words alone. */
  search(caller: Caller, query: SearchQuery): Promise<SearchResult>;
  /** The same for a room that has asked by itself whether the caller may: a guest's conversation is answered, too. */
  searchFor(caller: Caller, query: SearchQuery): Promise<SearchResult>;
}

export interface SearchParts {
  readonly storage: Storage;
  readonly clock: Clock;
  readonly machines: Pick<Machines, 'embed' | 'rank'>;
  readonly index: SearchIndex;
  readonly crossLanguage: CrossLanguage;
  /** Whether a question very like an earlier one gets that one's passages. */
  readonly remembersMeaning: boolean;
}

/** Candidates of each ranking; enough that what both know of meets in the fusion. */
const POOL = 50;
/** So many are put in order again by a reranker. */
const RERANKED = 20;
const RESULTS_KEPT = 1_000;
const VECTORS_KEPT = 5_000;
const MEANINGS_KEPT = 500;

interface Ground {
  /** Whose documents are searched: the caller's hospital and the platform. */
  readonly hospitalIds: readonly string[];
  /** Changes whenever a search could find something else. */
  readonly version: string;
  readonly documentIds: readonly string[] | undefined;
}

export function makeSearch({ storage, clock, machines, index, crossLanguage, remembersMeaning }: SearchParts): Search {
  const results = makeRecent<readonly FoundPassage[]>(RESULTS_KEPT);
  const vectors = makeRecent<Float32Array>(VECTORS_KEPT);
  const meanings = makeNearQuestions<readonly FoundPassage[]>(MEANINGS_KEPT);

  async function searchFor(caller: Caller, query: SearchQuery): Promise<SearchResult> {
    const startedMs = clock.elapsedMs();
    const ended = (passages: readonly FoundPassage[], cache: SearchResult['cache']): SearchResult => ({
      passages,
      cache,
      tookMs: clock.elapsedMs() - startedMs,
      inEnglish,
    });
    const words = query.words.normalize('NFKC').replace(/\s+/g, ' ').trim();
    const inEnglish = crossLanguage.inEnglishWords(words, crossLanguage.questionLanguage(words));
    const ground = await lookAround(caller, query);
    // Another asker, another state of the documents, another machine: another question. What is remembered for one tells nobody else
    // that it was asked.
    const group = [
      ground.hospitalIds[0],
      caller.userId,
      ground.version,
      machines.embed()?.engine.id ?? '',
      machines.rank()?.engine.id ?? '',
    ];
    const asked = [...group, query.mode, query.limit, query.language ?? '', query.tag ?? ''].join('\n');
    const key = `${asked}\n${words.toLowerCase()}`;
    const known = results.get(key);
    if (known) return ended(known, 'session');

    const english = inEnglish?.words || undefined;
    const meaning = query.mode === 'keyword' ? undefined : await meaningOf(caller, words, english, query.mode);
    const near = remembersMeaning && meaning ? meanings.find(asked, words, meaning.vector) : undefined;
    if (near) return ended(near, 'semantic');
    const passages = await find(caller, query, { words: english ? `${words} ${english}` : words, meaning, ground });
    results.set(key, passages);
    if (remembersMeaning && meaning) meanings.keep(asked, words, meaning.vector, passages);
    return ended(passages, meaning?.remembered ? 'embedding' : 'miss');
  }

  async function lookAround({ hospitalId }: Caller, { language, tag }: SearchQuery): Promise<Ground> {
    const hospitalIds = hospitalId === PLATFORM ? [PLATFORM] : [hospitalId, PLATFORM];
    const parts = [];
    for (const id of hospitalIds)
      parts.push(
        await storage.read(id, async (stores) => {
          if (id !== PLATFORM) requireKnowledge(await stores.access.hospital(id));
          const documentIds = language || tag ? await stores.documents.idsWhere({ language, tag }) : undefined;
          return { version: await stores.documents.version(), documentIds };
        }),
      );
    return {
      hospitalIds,
      version: parts.map(({ version }) => version).join('.'),
      documentIds: language || tag ? parts.flatMap(({ documentIds }) => documentIds ?? []) : undefined,
    };
  }

  async function meaningOf(caller: Caller, words: string, english: string | undefined, mode: SearchMode) {
    const embedder = machines.embed();
    if (!embedder) {
      if (mode !== 'vector') return undefined;
      throw new AppError('unavailable', 'This box cannot search by meaning yet. The person who looks after it can run “{fix}”.', {
        reason: 'ENGINE_UNAVAILABLE',
        values: { fix: 'bedside models pull' },
        context: { purpose: 'embedder', fix: 'bedside models pull' },
      });
    }
    // A machine that knows English only is asked in English.
    const knowsAll = embedder.languages.some((language) => language === 'any' || language === 'hi');
    const text = english && !knowsAll ? english : words;
    const key = [caller.hospitalId, caller.userId, embedder.engine.id, text.toLowerCase()].join('\n');
    const before = vectors.get(key);
    if (before) return { vector: before, embedder: embedder.engine.id, remembered: true };
    const label = { hospitalId: caller.hospitalId, use: useOf(caller), requestId: caller.requestId };
    const made = await embedder.engine.embed([text], { signal: caller.signal, label });
    const vector = made.vectors[0] as Float32Array;
    vectors.set(key, vector);
    return { vector, embedder: embedder.engine.id, remembered: false };
  }

  async function find(
    caller: Caller,
    { limit, mode, words: asked }: SearchQuery,
    { words, meaning, ground }: { words: string; meaning: Awaited<ReturnType<typeof meaningOf>>; ground: Ground },
  ): Promise<readonly FoundPassage[]> {
    if (ground.documentIds?.length === 0) return [];
    const within = { limit: Math.max(POOL, limit * 2), documentIds: ground.documentIds };
    const [keyword, vector] = await Promise.all([
      mode === 'vector' ? [] : index.matching(ground.hospitalIds, words, within, caller.signal),
      meaning ? index.nearest(ground.hospitalIds, meaning.vector, meaning.embedder, within, caller.signal) : [],
    ]);
    const fused = fuse(keyword, vector, within.limit);
    const there = await readAll(ground.hospitalIds, fused);
    return rerank(caller, asked, there, limit);
  }

  /** The chunks behind the hits, in their order. What was deleted a moment ago, or is not ready yet, is not among them. */
  async function readAll(hospitalIds: readonly string[], fused: readonly Fused[]): Promise<FoundPassage[]> {
    const byId = new Map<string, Omit<FoundPassage, 'score' | 'keywordRank' | 'vectorRank'>>();
    const ids = fused.map(({ chunkId }) => chunkId);
    for (const hospitalId of hospitalIds) {
      const found = await storage.read(hospitalId, (stores) => stores.documents.chunks(ids));
      for (const { chunk, title } of found) byId.set(chunk.id, { chunk, title, hospitalId });
    }
    return fused.flatMap(({ chunkId, score, keywordRank, vectorRank }) => {
      const known = byId.get(chunkId);
      return known ? [{ ...known, score, keywordRank, vectorRank }] : [];
    });
  }

  async function rerank(
    caller: Caller,
    question: string,
    passages: readonly FoundPassage[],
    limit: number,
  ): Promise<readonly FoundPassage[]> {
    const ranker = machines.rank();
    if (!ranker || passages.length < 2) return passages.slice(0, limit);
    const first = passages.slice(0, Math.max(RERANKED, limit));
    const label = { hospitalId: caller.hospitalId, use: useOf(caller), requestId: caller.requestId };
    const texts = first.map(({ chunk }) => chunk.text);
    const { scores } = await ranker.engine.rank(question, texts, { signal: caller.signal, label });
    return first
      .map((passage, at) => ({ ...passage, score: scores[at] ?? 0 }))
      .sort((a, b) => b.score - a.score)
      .slice(0, limit);
  }

  return {
    async search(caller, query) {
      authorize(caller, 'documents.read');
      return searchFor(caller, query);
    },
    searchFor,
  };
}

const useOf = ({ via }: Caller): Use => (via === 'voice' || via === 'telephony' ? 'voice' : 'knowledge');
