import { statSync } from 'node:fs';
import { freemem } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { openConnection } from './database.ts';

/** Runs on a thread of its own, because each of these waits for the disk. */
export type MaintenanceRequest =
  | { id: number; type: 'checkpoint' }
  | { id: number; type: 'purge' }
  | { id: number; type: 'rebuild' }
  | { id: number; type: 'copy'; to: string }
  | { id: number; type: 'check'; quick: boolean }
  | { id: number; type: 'close' };
export type MaintenanceReply =
  | { id: number; ok: true; value: unknown }
  | { id: number; ok: false; message: string; code: string | undefined };

const { file, key } = workerData as { file: string; key: Uint8Array | undefined };
const db = openConnection(file, key && Buffer.from(key));

function carryOut(request: MaintenanceRequest): unknown {
  if (request.type === 'checkpoint') return db.pragma('wal_checkpoint(PASSIVE)');
  if (request.type === 'purge') return (db.pragma('wal_checkpoint(TRUNCATE)') as { busy: number }[])[0]?.busy === 0;
  if (request.type === 'rebuild') {
    // It is built in memory, because a file for it would not be encrypted.
    const { size } = statSync(file);
    if (size > freemem() / 2) throw new Error(`rebuilding ${size} bytes takes more memory than is free`);
    db.exec('VACUUM');
    return undefined;
  }
  if (request.type === 'copy') {
    db.prepare('VACUUM INTO ?').run(request.to);
    return statSync(request.to).size;
  }
  if (request.type === 'check') return db.pragma(request.quick ? 'quick_check(5)' : 'integrity_check(5)');
  db.close();
  return undefined;
}

parentPort?.on('message', (request: MaintenanceRequest) => {
  let reply: MaintenanceReply;
  try {
    reply = { id: request.id, ok: true, value: carryOut(request) };
  } catch (error) {
    reply = {
      id: request.id,
      ok: false,
      message: error instanceof Error ? error.message : String(error),
      code: (error as { code?: string }).code,
    };
  }
  parentPort?.postMessage(reply);
  if (request.type === 'close') parentPort?.close();
});
