import { parentPort, workerData } from 'node:worker_threads';
import { AppError } from '../shared/errors.ts';
import { type BackupTask, copyData } from './copy-data.ts';
import { openConnection } from './sqlite/database.ts';
import { type StageTask, stageBackup } from './stage-backup.ts';

/** Long work on the data folder, on a thread of its own: it reads, hashes and writes everything there is, one file after the other. */
export type DataTask = BackupTask | StageTask | CheckTask;
export interface CheckTask {
  readonly type: 'check';
  readonly database: string;
  readonly key: Uint8Array | undefined;
}
export type DataReply =
  | { readonly type: 'progress'; readonly done: number; readonly total: number }
  | { readonly type: 'done'; readonly value: unknown }
  | { readonly type: 'failed'; readonly message: string; readonly code: string | undefined; readonly known: KnownError | undefined };
type KnownError = Pick<AppError, 'code' | 'sentence' | 'details'>;

const REPORT_MS = 250;

/** Every fault that a check of all pages and indexes finds; at most five. */
function checkDatabase({ database, key }: CheckTask): string[] {
  const db = openConnection(database, key && Buffer.from(key), { readonly: true });
  try {
    return (db.pragma('quick_check(5)') as Record<string, string>[])
      .map((row) => Object.values(row)[0] ?? '')
      .filter((text) => text !== 'ok');
  } finally {
    db.close();
  }
}

const task = workerData as DataTask;
let reportedAt = 0;
const report = (done: number, total: number) => {
  if (done < total && performance.now() - reportedAt < REPORT_MS) return;
  reportedAt = performance.now();
  parentPort?.postMessage({ type: 'progress', done, total } satisfies DataReply);
};

try {
  const value = task.type === 'backup' ? copyData(task, report) : task.type === 'stage' ? stageBackup(task, report) : checkDatabase(task);
  parentPort?.postMessage({ type: 'done', value } satisfies DataReply);
} catch (error) {
  const known = error instanceof AppError ? { code: error.code, sentence: error.sentence, details: error.details } : undefined;
  const { code } = error as { code?: unknown };
  parentPort?.postMessage({
    type: 'failed',
    message: error instanceof Error ? error.message : String(error),
    code: typeof code === 'string' ? code : undefined,
    known,
  } satisfies DataReply);
}
