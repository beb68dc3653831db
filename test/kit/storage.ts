import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Caller, Role } from '../../src/domain/access/caller.ts';
import { type Connection, openConnection } from '../../src/storage/sqlite/database.ts';
import { migrate, openStorage, type SqliteOptions, type SqliteStorage } from '../../src/storage/sqlite/storage.ts';

/** A database of its own in a folder of its own, up to date and encrypted. */
export interface TestStorage {
  readonly storage: SqliteStorage;
  readonly file: string;
  readonly key: Buffer | undefined;
  /** The one connection beside the storage's own, to look behind its back and to tamper. Closed with the rest. */
  raw(): Connection;
  close(): Promise<void>;
}

export async function openTestStorage(options: Partial<SqliteOptions> & { encrypted?: boolean } = {}): Promise<TestStorage> {
  const { encrypted = true, ...rest } = options;
  const folder = mkdtempSync(join(tmpdir(), 'bedside-storage-'));
  const file = join(folder, 'bedside.db');
  const key = encrypted ? randomBytes(32) : undefined;
  await makeDatabase(file, key);
  const storage = await openStorage({ file, key, strictUnits: true, ...rest });
  let beside: Connection | undefined;
  return {
    storage,
    file,
    key,
    raw() {
      beside ??= openConnection(file, key);
      return beside;
    },
    async close() {
      beside?.close();
      await storage.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export async function makeDatabase(file: string, key: Buffer | undefined): Promise<void> {
  const db = openConnection(file, key);
  try {
    await migrate(db);
  } finally {
    db.close();
  }
}

/** Somebody who acts in a room, in a test that has no door. */
export function callerOf(hospitalId: string, role: Role = 'hospital_admin', more: Partial<Caller> = {}): Caller {
  return {
    userId: `${role} of ${hospitalId}`,
    hospitalId,
    role,
    via: 'http',
    requestId: 'test',
    signal: new AbortController().signal,
    ...more,
  };
}
