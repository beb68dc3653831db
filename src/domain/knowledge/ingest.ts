import type { DocumentReader, ReadDocument } from '../../engines/document-reader.ts';
import type { Machines } from '../../engines/machines.ts';
import { throwIfAborted } from '../../shared/abort.ts';
import type { Clock } from '../../shared/clock.ts';
import { AppError } from '../../shared/errors.ts';
import { newId } from '../../shared/ids.ts';
import { makeLanes } from '../../shared/lanes.ts';
import { type Caller, PLATFORM } from '../access/caller.ts';
import { appendAudit } from '../audit/audit-log.ts';
import type { FileStore } from '../files.ts';
import type { Job } from '../jobs/job.ts';
import { removeDoomedFiles } from '../patients/deleting.ts';
import type { Storage, Stores } from '../storage.ts';
import { type Chunk, type KnowledgeDocument, UNTOLD } from './document.ts';
import { discard } from './documents.ts';
import { titleOfFile } from './file-name.ts';
import { meaningOf, wordsOf } from './passages.ts';
import type { EmbedderMark, SearchIndex } from './search-index.ts';

/**
 * Makes documents findable. Each step is kept before the next begins, so that a job which meets half of its own work goes on
 * where that ended; a document is found when all of it is there, and not before.
 */
export interface Ingest {
  /** The job kind `ingest`. */
  carryOut(job: Job, run: IngestRun): Promise<{ documentId: string; chunks: number }>;
  /** What else it means that this job failed or was cancelled. */
  ended(stores: Stores, job: Job, sentence: string): Promise<void>;
  /** Puts all that is ready of a document into the index anew, with the embedder of today. Undefined where it is gone. */
  putAnew(
    hospitalId: string,
    documentId: string,
    run: Pick<IngestRun, 'signal'> & { readonly requestId: string },
  ): Promise<number | undefined>;
  /** Takes what is left of documents that are gone out of the database, the index and from the disk. */
  sweep(hospitalId: string): Promise<void>;
}

export interface IngestRun {
  readonly signal: AbortSignal;
  readonly progress: (done: number, total: number, unit: string) => Promise<void>;
}

export interface IngestParts {
  readonly storage: Storage;
  readonly clock: Clock;
  readonly files: FileStore;
  readonly reader: Pick<DocumentReader, 'kindOf' | 'read'>;
  readonly chunk: (
    read: ReadDocument,
    options: { readonly documentId: string; readonly language: string; readonly newId: () => string },
  ) => Iterable<Chunk>;
  /** BCP 47, told by the words; undefined where they do not tell. */
  readonly languageOf: (read: ReadDocument) => string | undefined;
  readonly machines: Pick<Machines, 'embed'>;
  readonly index: SearchIndex;
}

const UNIT = 'chunks';
/** Passages that go to the embedder and into the index at a time: people's questions wait for one such batch at most. */
const BATCH = 32;
/** Rows that one unit of work writes: it holds nobody up. */
const ROWS = 100;
/** So long a document is cut before others have their turn. */
const RESTS_AFTER_MS = 5;
const START_BYTES = 64 * 1024;
/** What an embedder meets that may be over tomorrow. */
const passing: readonly string[] = ['unavailable', 'overloaded', 'timed-out'];
const TRIES = 5;

export function makeIngest({ storage, clock, files, reader, chunk, languageOf, machines, index }: IngestParts): Ingest {
  const now = () => clock.now().getTime();
  /** Two jobs of one document (it was sent twice) do its work once. */
  const lanes = makeLanes();

  const find = (hospitalId: string, id: string) => storage.read(hospitalId, (stores) => stores.documents.find(id));

  async function bytesOf({ hospitalId, fileKey, bytes }: KnowledgeDocument, signal: AbortSignal): Promise<Uint8Array> {
    const whole = new Uint8Array(bytes);
    let at = 0;
    for await (const piece of files.read(hospitalId, fileKey, { signal })) {
      whole.set(piece, at);
      at += piece.length;
    }
    return whole;
  }

  /** Reads the file and keeps its chunks; what an earlier try kept is not read again. */
  async function chunksKept(document: KnowledgeDocument, signal: AbortSignal): Promise<KnowledgeDocument> {
    if (document.chunks > 0) return document;
    const { id, hospitalId, fileName } = document;
    await storage.transact(hospitalId, (stores) => stores.documents.update(id, { status: 'processing', updatedAt: now() }));
    const bytes = await bytesOf(document, signal);
    const kind = reader.kindOf(fileName, bytes.subarray(0, START_BYTES));
    const read = await reader.read(bytes, kind, signal).catch((error: unknown) => {
      throw asItsOwnFault(error);
    });
    const language = document.language === UNTOLD ? (languageOf(read) ?? (await languageOfHospital(hospitalId))) : document.language;
    const chunks: Chunk[] = [];
    let restedMs = clock.elapsedMs();
    for (const piece of chunk(read, { documentId: id, language, newId: () => newId(now()) })) {
      chunks.push(piece);
      // Whoever speaks meanwhile is not kept waiting by a book.
      if (clock.elapsedMs() - restedMs < RESTS_AFTER_MS) continue;
      await clock.sleep(0);
      restedMs = clock.elapsedMs();
    }
    if (chunks.length === 0)
      throw new AppError(
        'invalid',
        read.unreadPages.length > 0
          ? 'The pages of this document are pictures, and this box has nothing yet that reads pictures. Please send it as text, or as a PDF with text in it.'
          : 'There is no text in this document.',
      );

    await removeChunks(hospitalId, id); // of a try that was broken off
    for (let at = 0; at < chunks.length; at += ROWS) {
      throwIfAborted(signal);
      const last = at + ROWS >= chunks.length;
      await storage.transact(hospitalId, async (stores) => {
        const current = await stores.documents.find(id);
        if (current?.status !== 'processing') throw gone();
        await stores.documents.insertChunks(chunks.slice(at, at + ROWS));
        if (!last) return;
        // Somebody may have named it meanwhile, which counts more than what it calls itself.
        const named = current.title !== titleOfFile(current.fileName);
        await stores.documents.update(id, {
          kind,
          ...(named || !read.title?.trim() ? {} : { title: oneLine(read.title) }),
          ...(current.language === UNTOLD ? { language } : {}),
          pages: read.pages ?? null,
          unreadPages: read.unreadPages,
          chunks: chunks.length,
          updatedAt: now(),
        });
      });
    }
    const kept = await find(hospitalId, id);
    if (!kept) throw gone();
    return kept;
  }

  async function languageOfHospital(hospitalId: string): Promise<string> {
    const hospital = await storage.read(hospitalId, (stores) => stores.access.hospital(hospitalId));
    return hospital?.settings.defaultLanguage ?? 'en';
  }

  /** How much of it the index holds already, made by the embedder of today. */
  async function indexedAlready({ hospitalId, id, chunks }: KnowledgeDocument, mark: EmbedderMark | undefined): Promise<number> {
    const held = (await index.documents(hospitalId)).find(({ documentId }) => documentId === id);
    return held && held.embedder === (mark?.id ?? null) ? Math.min(held.passages, chunks) : 0;
  }

  /** Chunks from a place on go into the index, batch by batch, in reading order. */
  async function put(
    { hospitalId, id, title, chunks: total }: KnowledgeDocument,
    from: number,
    embed: EmbedBatch,
    run: { readonly signal: AbortSignal; readonly kept: (done: number) => Promise<void> },
  ): Promise<void> {
    for (let place = from; place < total; place += BATCH) {
      throwIfAborted(run.signal);
      const batch = await storage.read(hospitalId, (stores) => stores.documents.chunksOf(id, place, BATCH));
      if (batch.length === 0) throw gone();
      const { mark, vectors } = await embed(batch.map((one) => meaningOf(one, title)));
      const passages = batch.map((one, at) => ({ chunkId: one.id, text: wordsOf(one), title, vector: vectors?.[at] }));
      await index.put(hospitalId, id, passages, mark);
      await run.kept(Math.min(place + BATCH, total));
      await clock.sleep(0, run.signal); // people come first
    }
  }

  /**
   * Vectors for texts, or none where no embedder is here. One that has broken down holds no document up: it is found by its words,
   * and `mend` brings the vectors when it is well again.
   */
  function embedder(
    hospitalId: string,
    requestId: string,
    signal: AbortSignal,
    must: boolean,
  ): { mark: EmbedderMark | undefined; batch: EmbedBatch } {
    const engine = machines.embed()?.engine;
    const mark = engine && { id: engine.id, dimensions: engine.dimensions };
    let broken = false;
    return {
      mark,
      async batch(texts) {
        if (!engine || broken) return { mark: undefined, vectors: undefined };
        for (let tries = 1; ; tries++)
          try {
            const { vectors } = await engine.embed(texts, { signal, label: { hospitalId, use: 'knowledge', requestId } });
            return { mark, vectors };
          } catch (error) {
            if (signal.aborted || !(error instanceof AppError) || !passing.includes(error.code)) throw error;
            if (error.code === 'overloaded' && tries < TRIES) {
              await clock.sleep(error.details.retryAfterMs ?? 1_000, signal);
              continue;
            }
            if (must) throw error;
            broken = true;
            return { mark: undefined, vectors: undefined };
          }
      },
    };
  }

  async function ingest(job: Job, { signal, progress }: IngestRun): Promise<{ documentId: string; chunks: number }> {
    throwIfAborted(signal);
    const { hospitalId } = job;
    const { documentId } = job.payload as { documentId: string };
    const found = await find(hospitalId, documentId);
    if (!found) throw gone();
    const result = ({ chunks }: KnowledgeDocument) => ({ documentId, chunks });
    if (found.status === 'ready') {
      await progress(found.chunks, found.chunks, UNIT);
      return result(found);
    }
    if (found.status === 'failed') throw new AppError('invalid', '{sentence}', { values: { sentence: found.error ?? '' } });
    const isSecondTry = found.chunks > 0;
    const document = await chunksKept(found, signal);
    const embed = embedder(hospitalId, job.id, signal, false);
    const from = isSecondTry ? await indexedAlready(document, embed.mark) : 0;
    await progress(from, document.chunks, UNIT);
    await put(document, from, embed.batch, { signal, kept: (done) => progress(done, document.chunks, UNIT) });
    throwIfAborted(signal);
    const replaced = await storage.transact(hospitalId, async (stores) => {
      const current = await stores.documents.find(documentId);
      if (current?.status !== 'processing') throw gone();
      const at = now();
      await stores.documents.update(documentId, { status: 'ready', error: null, updatedAt: at });
      await stores.documents.raiseVersion();
      const old = current.replaces === null ? undefined : await stores.documents.find(current.replaces);
      if (old) {
        await discard(stores, old);
        await appendAudit(stores, box(hospitalId, at), at, {
          eventType: 'document.replaced',
          action: 'D',
          entityType: 'document',
          entityId: old.id,
          payload: { old: { title: old.title, sha256: old.sha256 }, new: { documentId } },
        });
      }
      return old;
    });
    if (replaced) await sweep(hospitalId);
    return result(document);
  }

  async function removeChunks(hospitalId: string, documentId: string): Promise<void> {
    while ((await storage.transact(hospitalId, (stores) => stores.documents.removeChunks(documentId, ROWS))) === ROWS) await clock.sleep(0);
  }

  async function sweep(hospitalId: string): Promise<void> {
    for (const documentId of await storage.read(hospitalId, (stores) => stores.documents.doomed())) {
      await removeChunks(hospitalId, documentId);
      await index.remove(hospitalId, documentId);
      await storage.transact(hospitalId, (stores) => stores.documents.forgetDoomed(documentId));
    }
    await removeDoomedFiles(storage, files, hospitalId);
  }

  return {
    async carryOut(job, run) {
      const { documentId } = job.payload as { documentId: string };
      try {
        return await lanes.run(documentId, () => ingest(job, run));
      } catch (error) {
        // Who removed the document may have been there before the last batch.
        if (!(await find(job.hospitalId, documentId))) await index.remove(job.hospitalId, documentId);
        throw error;
      }
    },

    async ended(stores, job, sentence) {
      const { documentId } = job.payload as { documentId: string };
      const document = await stores.documents.find(documentId);
      // A second job of the same document ends for itself.
      if (!document || document.jobId !== job.id || document.status === 'ready' || document.status === 'failed') return;
      await stores.documents.doomChunks(documentId);
      await stores.documents.update(documentId, { status: 'failed', error: sentence, chunks: 0, updatedAt: now() });
      await stores.keeping.doomFiles([document.fileKey]);
    },

    async putAnew(hospitalId, documentId, { signal, requestId }) {
      return lanes.run(documentId, async () => {
        const document = await find(hospitalId, documentId);
        if (document?.status !== 'ready') return undefined;
        const { batch } = embedder(hospitalId, requestId, signal, true);
        await put(document, 0, batch, { signal, kept: async () => {} });
        await storage.transact(hospitalId, (stores) => stores.documents.raiseVersion());
        if (await find(hospitalId, documentId)) return document.chunks;
        await index.remove(hospitalId, documentId);
        return undefined;
      });
    },

    sweep,
  };
}

function gone(): AppError {
  return new AppError('cancelled', 'This document was removed before it was read.');
}

/** A file that takes too long to read takes as long the next time: it is not tried again. */
function asItsOwnFault(error: unknown): unknown {
  return error instanceof AppError && error.code === 'timed-out' ? new AppError('too-large', error.sentence, error.details, error) : error;
}

type EmbedBatch = (
  texts: readonly string[],
) => Promise<{ readonly mark: EmbedderMark | undefined; readonly vectors: readonly Float32Array[] | undefined }>;

/** What a job does without anybody asking. */
export function box(hospitalId: string, nowMs: number): Caller {
  return {
    userId: 'box',
    hospitalId: hospitalId || PLATFORM,
    role: 'platform_admin',
    via: 'job',
    requestId: newId(nowMs),
    signal: new AbortController().signal,
  };
}

const LONGEST_TITLE = 200;
const oneLine = (text: string) => text.replace(/\s+/g, ' ').trim().slice(0, LONGEST_TITLE);
