import type { PageRequest } from '../../shared/page.ts';
import type { Chunk, KnowledgeDocument } from './document.ts';

/** Documents and chunks of the hospital that the unit of work was opened for (the platform's own under `PLATFORM`). */
export interface DocumentStore {
  insert(document: KnowledgeDocument): Promise<void>;
  find(id: string): Promise<KnowledgeDocument | undefined>;
  findMany(ids: readonly string[]): Promise<readonly KnowledgeDocument[]>;
  /** A document that did not fail, with these bytes. */
  findByHash(sha256: string): Promise<KnowledgeDocument | undefined>;
  /** Newest first; `readyOnly` leaves out what nobody can search yet, or ever. */
  list(page: PageRequest & { readonly readyOnly?: boolean | undefined }): Promise<readonly KnowledgeDocument[]>;
  /** Of documents that are ready: those of a language, of a tag, or of both. */
  idsWhere(filter: { readonly language?: string | undefined; readonly tag?: string | undefined }): Promise<readonly string[]>;
  /** Those that are ready, with how many chunks each has. */
  ready(): Promise<readonly { readonly id: string; readonly chunks: number }[]>;
  /** Those that are waiting to be read, or being read. */
  unfinished(): Promise<readonly string[]>;
  /** Another language is also that of its chunks. */
  update(
    id: string,
    change: Partial<
      Pick<
        KnowledgeDocument,
        'title' | 'kind' | 'language' | 'tags' | 'pages' | 'unreadPages' | 'chunks' | 'status' | 'error' | 'jobId' | 'updatedAt'
      >
    >,
  ): Promise<void>;
  /** At once for whoever looks; its chunks are then taken away piece by piece. */
  remove(id: string): Promise<void>;
  /** The same for the chunks of one that stays: it failed. */
  doomChunks(documentId: string): Promise<void>;
  /** Documents whose chunks are to be taken away. */
  doomed(): Promise<readonly string[]>;
  forgetDoomed(documentId: string): Promise<void>;
  insertChunks(chunks: readonly Chunk[]): Promise<void>;
  /** Some of them, at most so many; how many there were. */
  removeChunks(documentId: string, limit: number): Promise<number>;
  /** In reading order, from a place on. */
  chunksOf(documentId: string, from: number, limit: number): Promise<readonly Chunk[]>;
  /** In no order; those that are not there any more, or whose document is not ready, are left out. */
  chunks(ids: readonly string[]): Promise<readonly { readonly chunk: Chunk; readonly title: string }[]>;
  /** Rises with every change of what a search of this hospital could find: what caches are good for. */
  version(): Promise<number>;
  raiseVersion(): Promise<void>;
}
