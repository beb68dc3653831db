import type { Answers } from './domain/knowledge/answers.ts';
import { eachChunk } from './domain/knowledge/chunker.ts';
import { languageOfDocument } from './domain/knowledge/document-language.ts';
import type { IngestParts } from './domain/knowledge/ingest.ts';
import type { SearchIndex } from './domain/knowledge/search-index.ts';
import { openDocumentReader } from './engines/documents/document-reader.ts';
import type { Log } from './shared/log.ts';
import { openSearchIndex } from './storage/sqlite/search-index.ts';

/** What documents are read, cut and searched with. */
export interface KnowledgeTools extends Pick<IngestParts, 'chunk' | 'languageOf'> {
  readonly reader: IngestParts['reader'] & { close(): Promise<void> };
  readonly index: SearchIndex;
}

export interface KnowledgeSettings {
  /** The index's file, and the key of the main database. */
  readonly file: string;
  readonly key: Buffer | undefined;
  readonly log: Log;
  /** Where programs lie, for the process that reads documents. */
  readonly environment: Readonly<Record<string, string>>;
  /** The index turned out to be damaged and is empty now. */
  readonly onEmptied: () => void;
}

export async function openKnowledge({ environment, ...settings }: KnowledgeSettings): Promise<KnowledgeTools> {
  return {
    reader: openDocumentReader({ environment }),
    index: await openSearchIndex(settings),
    chunk: eachChunk,
    languageOf: (read) => {
      const language = languageOfDocument(read);
      return language === 'und' ? undefined : language;
    },
  };
}

/** Answers of a house that has no documents: none. */
export function noAnswers(): Answers {
  return { async *answer() {}, async *answerFor() {} };
}
