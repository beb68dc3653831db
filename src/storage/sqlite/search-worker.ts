import { existsSync, renameSync, rmSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import type { EmbedderMark, Passage, Within } from '../../domain/knowledge/search-index.ts';
import { databaseFiles } from '../home-layout.ts';
import { isDamage } from './damage.ts';
import { type Connection, openConnection } from './database.ts';
import { openSearchTables, SEARCH_VERSION, type SearchTables } from './search-tables.ts';

/** Owns the file of the search index. It does what it is asked in order; who asks (the driver) sees to what goes first. */
export type SearchRequest = { id: number } & (
  | { type: 'put'; hospitalId: string; documentId: string; passages: readonly Passage[]; embedder: EmbedderMark | undefined }
  | { type: 'remove'; hospitalId: string; documentId: string }
  | { type: 'nearest'; hospitalIds: readonly string[]; vector: Float32Array; embedder: string; within: Within }
  | { type: 'matching'; hospitalIds: readonly string[]; words: string; within: Within }
  | { type: 'documents'; hospitalId: string }
  | { type: 'hospitals' }
  /** Puts the file aside and begins an empty one. */
  | { type: 'begin-anew' }
  | { type: 'close' }
);
export type SearchReply =
  | { id: number; ok: true; value: unknown }
  | { id: number; ok: false; message: string; code: string | undefined; damaged: boolean };

export interface SearchWorkerData {
  readonly file: string;
  readonly key: Uint8Array | undefined;
  readonly cacheBytes: number;
}

const { file, key, cacheBytes } = workerData as SearchWorkerData;
let db: Connection | undefined;
let tables: SearchTables | undefined;

function open(): void {
  db = openConnection(file, key && Buffer.from(key));
  // SQLCipher decrypts a page whenever it is read from the file: what is searched often has to stay in memory.
  db.pragma(`cache_size = -${Math.round(cacheBytes / 1024)}`);
  const version = db.pragma('user_version', { simple: true }) as number;
  if (version !== 0 && version !== SEARCH_VERSION) throw Object.assign(new Error(`of version ${version}`), { code: 'SQLITE_NOTADB' });
  tables = openSearchTables(db);
}

function close(): void {
  tables = undefined;
  db?.close();
  db = undefined;
}

/** One damaged index is kept, for whoever wants to know what happened to it. */
function beginAnew(): void {
  close();
  for (const path of databaseFiles(file)) {
    rmSync(`${path}.damaged`, { force: true });
    if (existsSync(path)) renameSync(path, `${path}.damaged`);
  }
  open();
}

/** An index that cannot be read is no reason not to start: everything in it can be made again. */
function openOrBeginAnew(): { damage: string | undefined } {
  try {
    open();
    return { damage: undefined };
  } catch (error) {
    if (!isDamage(error)) throw error;
    beginAnew();
    return { damage: (error as { code?: string }).code ?? 'unreadable' };
  }
}

function carryOut(request: SearchRequest): unknown {
  if (request.type === 'begin-anew') return beginAnew();
  if (request.type === 'close') return close();
  if (!tables) throw new Error('the search index is not open');
  if (request.type === 'put') return tables.put(request.hospitalId, request.documentId, request.passages, request.embedder);
  if (request.type === 'remove') return tables.removeSome(request.hospitalId, request.documentId);
  if (request.type === 'nearest') return tables.nearest(request.hospitalIds, request.vector, request.embedder, request.within);
  if (request.type === 'matching') return tables.matching(request.hospitalIds, request.words, request.within);
  if (request.type === 'documents') return tables.documents(request.hospitalId);
  return tables.hospitals();
}

function answer(id: number, work: () => unknown): void {
  let reply: SearchReply;
  try {
    reply = { id, ok: true, value: work() };
  } catch (error) {
    const code = (error as { code?: unknown }).code;
    reply = {
      id,
      ok: false,
      message: error instanceof Error ? error.message : String(error),
      code: typeof code === 'string' ? code : undefined,
      damaged: isDamage(error),
    };
  }
  parentPort?.postMessage(reply);
}

/** The first answer, to a question that nobody asked, says how the file was found. */
answer(0, openOrBeginAnew);
parentPort?.on('message', (request: SearchRequest) => {
  answer(request.id, () => carryOut(request));
  if (request.type === 'close') parentPort?.close();
});
