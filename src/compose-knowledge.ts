import type { Config } from './config.ts';
import { eachChunk } from './domain/knowledge/chunker.ts';
import { languageOfDocument } from './domain/knowledge/document-language.ts';
import type { IngestParts } from './domain/knowledge/ingest.ts';
import type { SearchIndex } from './domain/knowledge/search-index.ts';
import type { DocumentReader } from './engines/document-reader.ts';
import { openDocumentReader } from './engines/documents/document-reader.ts';
import type { Log } from './shared/log.ts';
import { layoutOf } from './storage/home-layout.ts';
import type { KeyRing } from './storage/key-ring.ts';
import { openSearchIndex } from './storage/sqlite/search-index.ts';

/** What documents are read, cut and searched with. */
export interface KnowledgeTools extends Pick<IngestParts, 'chunk' | 'languageOf'> {
  readonly reader: DocumentReader;
  readonly index: SearchIndex;
}

export async function openKnowledge(parts: {
  readonly config: Config;
  readonly keyRing: KeyRing;
  readonly log: Log;
  /** The index was damaged and begins anew. */
  readonly onEmptied: () => void;
}): Promise<KnowledgeTools> {
  const { config, keyRing, log, onEmptied } = parts;
  return {
    reader: openDocumentReader({ environment: config.environment }),
    chunk: eachChunk,
    languageOf: languageOfDocument,
    index: await openSearchIndex({ file: layoutOf(config.home).searchIndex, key: keyRing.database, log, onEmptied }),
  };
}
