import { stat } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import { AppError } from '../../shared/errors.ts';
import { siblingModule } from '../../shared/sibling.ts';
import type { MaintenanceReply, MaintenanceRequest } from './maintenance-worker.ts';

/** Checkpoints, copies and checks, on a thread with a connection of its own. */
export interface Maintenance {
  checkpoint(): Promise<void>;
  /** Where something was deleted the database holds zeros; with this the log, which still has what was there, begins anew. */
  purge(): Promise<void>;
  /**
   * Writes the whole database anew, so that no unused part of a page keeps a copy of what once moved through it. Nobody can write
   * meanwhile: seconds for each hundred megabytes. Row ids that a table does not declare as its key may change.
   */
  rebuild(): Promise<void>;
  /** Writes a consistent copy, encrypted with the same key, to a file that must not exist; resolves to its size in bytes. */
  copy(to: string): Promise<number>;
  /** Resolves to what is wrong; empty when nothing is. */
  check(options: { quick: boolean }): Promise<string[]>;
  close(): Promise<void>;
}

export interface MaintenanceOptions {
  readonly lookEveryMs: number;
  /** The log is worth a checkpoint when it has grown to this. */
  readonly walBytes: number;
  /** Carries something out while no unit of work writes; they wait, and the event loop does not. */
  readonly withoutWriters: (work: () => Promise<void>) => Promise<void>;
}

/** Each waits five seconds for whoever reads. */
const PURGE_TRIES = 3;

type Ask = MaintenanceRequest extends infer R ? (R extends { id: number } ? Omit<R, 'id'> : never) : never;

export function startMaintenance(file: string, key: Buffer | undefined, options: MaintenanceOptions): Maintenance {
  const worker = new Worker(siblingModule(import.meta.url, 'maintenance-worker'), { workerData: { file, key } });
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  let lastId = 0;
  let closed = false;
  const failAll = (error: Error) => {
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  worker.on('message', (reply: MaintenanceReply) => {
    const asked = waiting.get(reply.id);
    waiting.delete(reply.id);
    if (reply.ok) asked?.resolve(reply.value);
    else
      asked?.reject(
        new AppError(
          'unavailable',
          'The database could not be copied or checked. Is the disk full?',
          { reason: reply.code === 'SQLITE_FULL' ? 'STORAGE_FULL' : 'DATABASE_ERROR' },
          Object.assign(new Error(reply.message), { code: reply.code }),
        ),
      );
  });
  worker.on('error', failAll);
  worker.on('exit', () => failAll(new AppError('unavailable', 'The maintenance of the database has ended.', { reason: 'DATABASE_ERROR' })));
  const ask = (request: Ask) =>
    new Promise<unknown>((resolve, reject) => {
      const id = ++lastId;
      waiting.set(id, { resolve, reject });
      worker.postMessage({ ...request, id });
    });

  const checkpoint = async () => void (await ask({ type: 'checkpoint' }));
  const truncate = async () => {
    for (let tries = 0; tries < PURGE_TRIES; tries++) {
      let done = false;
      await options.withoutWriters(async () => {
        done = (await ask({ type: 'purge' })) === true;
      });
      if (done) return;
    }
    throw new AppError('unavailable', 'The database is busy. Please try again in a moment.', { reason: 'DATABASE_ERROR' });
  };
  const purge = async () => {
    await checkpoint(); // most of it, beside everybody's work
    await truncate();
  };
  let running = false;
  let lastWritten = 0;
  // Most seconds of most clinics write nothing, and then nothing is done.
  const timer = setInterval(async () => {
    const log = await stat(`${file}-wal`).catch(() => undefined);
    if (!log || log.size < options.walBytes || log.mtimeMs === lastWritten || running || closed) return;
    running = true;
    lastWritten = log.mtimeMs;
    try {
      await checkpoint();
      // SQLite begins the log anew only when a checkpoint has caught up with it. Against steady writers none ever would, so
      // what they wrote meanwhile (little) is copied while they wait.
      if (log.size >= options.walBytes * 16) await options.withoutWriters(checkpoint);
    } catch {
      // A checkpoint that failed is made again at the next look; whoever asks for one is told why.
    } finally {
      running = false;
    }
  }, options.lookEveryMs);
  timer.unref();

  return {
    checkpoint,
    purge,
    async rebuild() {
      await options.withoutWriters(async () => void (await ask({ type: 'rebuild' })));
      await purge();
    },
    copy: async (to) => (await ask({ type: 'copy', to })) as number,
    async check({ quick }) {
      const rows = (await ask({ type: 'check', quick })) as Record<string, string>[];
      return rows.map((row) => Object.values(row)[0] ?? '').filter((text) => text !== 'ok');
    },
    async close() {
      closed = true;
      clearInterval(timer);
      await ask({ type: 'close' }).catch(() => {});
      await worker.terminate();
    },
  };
}
