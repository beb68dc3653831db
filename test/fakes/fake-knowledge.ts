import type { KnowledgeTools } from '../../src/compose-knowledge.ts';
import type { Chunk } from '../../src/domain/knowledge/document.ts';
import type { Passage, SearchIndex } from '../../src/domain/knowledge/search-index.ts';
import type { DocumentReader, ReadDocument } from '../../src/engines/document-reader.ts';
import { cancelled } from '../../src/shared/abort.ts';
import { AppError } from '../../src/shared/errors.ts';

/** Reads plain text whose paragraphs stand apart; `# ` begins a heading. Refuses what is empty, binary, or not named txt or md. */
export function plainReader(options: { readonly waits?: (text: string) => Promise<void> | undefined } = {}): DocumentReader {
  return {
    kindOf(fileName, start) {
      const kind = /\.(txt|md)$/.exec(fileName)?.[1];
      if (!kind || start.includes(0)) throw new AppError('invalid', 'This is none of the kinds of document that are read here.');
      return kind as 'txt' | 'md';
    },
    async read(bytes, _kind, signal) {
      const text = new TextDecoder().decode(bytes);
      await options.waits?.(text);
      if (signal.aborted) throw cancelled(signal);
      if (text.trim() === '') throw new AppError('invalid', 'There is nothing in this document.');
      if (text.includes('DAMAGED')) throw new AppError('invalid', 'This document is damaged.');
      const blocks = text
        .split(/\n\s*\n/)
        .filter((one) => one.trim())
        .map((one) =>
          one.startsWith('# ')
            ? ({ kind: 'heading', level: 1, text: one.slice(2).trim() } as const)
            : ({ kind: 'paragraph', text: one.trim() } as const),
        );
      return { title: /^# (.*)$/m.exec(text)?.[1], pages: undefined, unreadPages: [], blocks };
    },
    close: async () => {},
  };
}

/** A chunk a paragraph. */
export function paragraphs(read: ReadDocument, options: Parameters<KnowledgeTools['chunk']>[1]): Chunk[] {
  const chunks: Chunk[] = [];
  let heading: string[] = [];
  let at = 0;
  for (const block of read.blocks) {
    if (block.kind === 'table') continue;
    if (block.kind === 'heading') heading = [block.text];
    else
      chunks.push({
        id: options.newId(),
        documentId: options.documentId,
        place: chunks.length,
        text: block.text,
        page: null,
        headings: heading,
        tableHead: null,
        language: options.language,
        start: at,
        end: at + block.text.length,
      });
    at += block.text.length + 2;
  }
  return chunks;
}

export interface FakeIndex extends SearchIndex {
  /** How many passages each call of `put` brought, in order. */
  readonly puts: number[];
  passages(hospitalId: string, documentId: string): readonly Passage[];
}

interface Held extends Passage {
  readonly embedder: string | null;
}
type Documents = Map<string, Map<string, Held>>;

/** An index in memory: every word is only a word. */
export function fakeIndex(): FakeIndex {
  const places = new Map<string, Documents>();
  const of = (hospitalId: string) => {
    const kept: Documents = places.get(hospitalId) ?? new Map();
    places.set(hospitalId, kept);
    return kept;
  };
  const puts: number[] = [];
  const wordsOf = (text: string) => text.toLowerCase().match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
  const ranked = (
    hospitalIds: readonly string[],
    score: (passage: Held) => number,
    { limit, documentIds }: { limit: number; documentIds?: readonly string[] | undefined },
  ) =>
    hospitalIds
      .flatMap((hospitalId) =>
        [...of(hospitalId)].flatMap(([documentId, passages]) =>
          documentIds && !documentIds.includes(documentId)
            ? []
            : [...passages.values()].map((one) => ({ chunkId: one.chunkId, documentId, score: score(one) })),
        ),
      )
      .filter((hit) => hit.score > 0)
      .sort((a, b) => b.score - a.score)
      .slice(0, limit);
  return {
    puts,
    passages: (hospitalId, documentId) => [...(of(hospitalId).get(documentId)?.values() ?? [])],
    async put(hospitalId, documentId, passages, embedder) {
      puts.push(passages.length);
      const kept = of(hospitalId).get(documentId) ?? new Map<string, Held>();
      for (const passage of passages) kept.set(passage.chunkId, { ...passage, embedder: (passage.vector && embedder?.id) ?? null });
      of(hospitalId).set(documentId, kept);
    },
    async remove(hospitalId, documentId) {
      of(hospitalId).delete(documentId);
    },
    async nearest(hospitalIds, vector, embedder, within) {
      return ranked(
        hospitalIds,
        ({ vector: own, embedder: by }) => (own && by === embedder ? own.reduce((sum, x, i) => sum + x * (vector[i] ?? 0), 0) : 0),
        within,
      );
    },
    async matching(hospitalIds, words, within) {
      const asked = wordsOf(words);
      return ranked(
        hospitalIds,
        ({ text, title }) => {
          const own = new Set<string>(wordsOf(`${title} ${text}`));
          return asked.filter((word) => own.has(word)).length;
        },
        within,
      );
    },
    async documents(hospitalId) {
      return [...of(hospitalId)].map(([documentId, passages]) => {
        // Of one embedder where all of them are, and of none where they differ.
        const [embedder = null, other] = new Set([...passages.values()].map((one) => one.embedder));
        return { documentId, embedder: other === undefined ? embedder : null, passages: passages.size };
      });
    },
    hospitals: async () => [...places].filter(([, documents]) => documents.size > 0).map(([id]) => id),
    close: async () => {},
  };
}

export function fakeKnowledge(options: Parameters<typeof plainReader>[0] = {}): KnowledgeTools & { readonly index: FakeIndex } {
  return { reader: plainReader(options), chunk: paragraphs, languageOf: () => undefined, index: fakeIndex() };
}
