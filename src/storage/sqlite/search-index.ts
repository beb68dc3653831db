import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Passage, SearchIndex } from '../../domain/knowledge/search-index.ts';
import { abortable } from '../../shared/abort.ts';
import { AppError } from '../../shared/errors.ts';
import { makeLanes } from '../../shared/lanes.ts';
import type { Log } from '../../shared/log.ts';
import { siblingModule } from '../../shared/sibling.ts';
import { type Maintenance, startMaintenance } from './maintenance.ts';
import type { SearchReply, SearchRequest, SearchWorkerData } from './search-worker.ts';
import { translate } from './storage.ts';

export interface SearchIndexOptions {
  readonly file: string;
  /** The key of the main database; undefined where that lies in the open. */
  readonly key: Buffer | undefined;
  readonly log?: Log | undefined;
  /** The index was damaged and is empty now, while it was in use: the documents have to be put again. */
  readonly onEmptied?: (() => void) | undefined;
  /** Memory for pages of the file, taken as they are read. */
  readonly cacheBytes?: number | undefined;
}

/** Holds the vectors of 150,000 passages of 384 dimensions, or what ten smaller hospitals search in. */
const CACHE_BYTES = 256 * 1024 * 1024;
/** What a query that comes meanwhile waits for. */
const PASSAGES_AT_ONCE = 8;
const CHARACTERS_AT_ONCE = 24_000;
/** Queries that the thread has at once: one that it answers and one that it finds when it is done. The others wait here, where an abort takes them out. */
const ASKED_AT_ONCE = 2;

type Ask = SearchRequest extends infer R ? (R extends { id: number } ? Omit<R, 'id'> : never) : never;

/**
 * Opens the index, or makes it; its file and its thread are nobody else's. One write is under way at a time, a few passages long, and
 * queries do not wait behind the others. Resolves when it can be asked. A file that cannot be read is put aside and begun anew.
 */
export async function openSearchIndex({ file, key, log, onEmptied, cacheBytes = CACHE_BYTES }: SearchIndexOptions): Promise<SearchIndex> {
  const workerData: SearchWorkerData = { file, key, cacheBytes };
  const worker = new Worker(siblingModule(import.meta.url, 'search-worker'), { workerData });
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: unknown) => void }>();
  const writes = makeLanes();
  let lastId = 0;
  let gone: AppError | undefined;

  const fail = (cause?: unknown) => {
    gone ??= new AppError('unavailable', 'The search index is closed.', { reason: 'DATABASE_ERROR' }, cause);
    for (const { reject } of waiting.values()) reject(gone);
    waiting.clear();
  };
  worker.on('error', (error) => {
    log?.error({ error }, 'search-index.ended');
    fail(error);
  });
  worker.on('exit', () => fail());
  worker.on('message', (reply: SearchReply) => {
    const asked = waiting.get(reply.id);
    waiting.delete(reply.id);
    if (reply.ok) return asked?.resolve(reply.value);
    const cause = Object.assign(new Error(reply.message), { code: reply.code });
    if (!reply.damaged) return asked?.reject(translate(cause, dirname(file)));
    asked?.reject(
      new AppError(
        'unavailable',
        'The search index was damaged and is being made again. Please try again in a few minutes.',
        { reason: 'DATABASE_ERROR', retryAfterMs: 60_000 },
        cause,
      ),
    );
    beginAnew(reply.code);
  });
  const listen = (id: number) => new Promise<unknown>((resolve, reject) => waiting.set(id, { resolve, reject }));
  const ask = async (request: Ask): Promise<unknown> => {
    if (gone) throw gone;
    const id = ++lastId;
    worker.postMessage({ ...request, id }); // before anybody listens: what cannot be handed over throws here
    return listen(id);
  };

  const found = (await listen(0).catch(async (error: unknown) => {
    await worker.terminate();
    throw error;
  })) as { damage: string | undefined };
  if (found.damage) log?.warn({ file, code: found.damage }, 'search-index.begun-anew');
  const maintain = () =>
    startMaintenance(file, key, { lookEveryMs: 1_000, walBytes: 4_000_000, withoutWriters: (work) => writes.run('write', work) });
  let maintenance: Maintenance = maintain();

  let beginning = false;
  function beginAnew(code: string | undefined): void {
    if (beginning || gone) return;
    beginning = true;
    log?.error({ file, code }, 'search-index.damaged');
    writes
      .run('write', async () => {
        await maintenance.close();
        await ask({ type: 'begin-anew' });
        maintenance = maintain();
      })
      .then(
        () => onEmptied?.(),
        (error: unknown) => log?.error({ file, error }, 'search-index.lost'),
      )
      .finally(() => {
        beginning = false;
      });
  }

  const line: { start: () => void; signal: AbortSignal }[] = [];
  let asking = 0;
  const next = () => {
    while (asking < ASKED_AT_ONCE) {
      const first = line.shift();
      if (!first) return;
      if (!first.signal.aborted) first.start();
    }
  };
  /** A query that is aborted while it waits is never begun; one that is under way ends unheard. */
  const query = (request: Ask, signal: AbortSignal): Promise<unknown> =>
    abortable(
      new Promise((resolve, reject) => {
        const start = () => {
          asking++;
          ask(request)
            .then(resolve, reject)
            .finally(() => {
              asking--;
              next();
            });
        };
        line.push({ start, signal });
        next();
      }),
      signal,
    );

  /** The log is on the disk: what was committed to it survives a power cut. On the thread pool, so that nobody waits but who wrote. */
  async function makeDurable(): Promise<void> {
    const handle = await open(`${file}-wal`, 'r+').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined; // nothing was written since it was opened
      throw error;
    });
    if (!handle) return;
    try {
      await handle.datasync();
    } finally {
      await handle.close();
    }
  }
  const write = (request: Ask) => writes.run('write', () => ask(request));

  return {
    async put(hospitalId, documentId, passages, embedder) {
      for (const { chunkId, vector } of passages)
        if (vector && embedder && vector.length !== embedder.dimensions)
          throw new Error(`the vector of ${chunkId} has ${vector.length} dimensions, not the ${embedder.dimensions} of ${embedder.id}`);
      const mark = embedder && { id: embedder.id, dimensions: embedder.dimensions };
      for (const some of inParts(passages)) await write({ type: 'put', hospitalId, documentId, passages: some, embedder: mark });
      if (passages.length > 0) await makeDurable();
    },
    async remove(hospitalId, documentId) {
      while (await write({ type: 'remove', hospitalId, documentId }));
      await makeDurable();
    },
    nearest: async (hospitalIds, vector, embedder, within, signal) =>
      (await query({ type: 'nearest', hospitalIds, vector: alone(vector), embedder, within }, signal)) as never,
    matching: async (hospitalIds, words, within, signal) =>
      (await query({ type: 'matching', hospitalIds, words, within }, signal)) as never,
    documents: async (hospitalId) => (await ask({ type: 'documents', hospitalId })) as never,
    hospitals: async () => (await ask({ type: 'hospitals' })) as never,
    async close() {
      if (gone) return;
      await writes.run('write', async () => {
        await maintenance.close();
        await ask({ type: 'close' });
        fail();
      });
      await worker.terminate();
    },
  };
}

/** So few that a query does not wait long, and that handing them over takes no time on this thread. */
function* inParts(passages: readonly Passage[]): Generator<readonly Passage[]> {
  let part: Passage[] = [];
  let characters = 0;
  for (const passage of passages) {
    if (part.length > 0 && (part.length >= PASSAGES_AT_ONCE || characters + passage.text.length > CHARACTERS_AT_ONCE)) {
      yield part;
      part = [];
      characters = 0;
    }
    const { chunkId, text, title, vector } = passage;
    part.push({ chunkId, text, title, vector: vector && alone(vector) });
    characters += passage.text.length + passage.title.length;
  }
  if (part.length > 0) yield part;
}

/** What is handed to a thread takes all the memory along that it is a view of. */
function alone(vector: Float32Array): Float32Array {
  return vector.byteLength === vector.buffer.byteLength ? vector : vector.slice();
}
