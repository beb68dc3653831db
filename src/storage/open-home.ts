import { mkdirSync } from 'node:fs';
import type { Log } from '../shared/log.ts';
import { databaseFile, type KeyRing, rememberKey } from './key-ring.ts';
import { openConnection } from './sqlite/database.ts';
import { migrate, openStorage, pendingMigrations, type SqliteStorage } from './sqlite/storage.ts';
import type { TenancyVerdict } from './tenancy.ts';

export interface HomeOptions {
  readonly home: string;
  readonly keyRing: KeyRing;
  readonly full: boolean;
  readonly strictUnits: boolean;
  readonly log: Log;
  readonly onStatement?: (verdict: TenancyVerdict) => void;
}

/** Opens the data folder: checked, brought up to date, ready. */
export async function openHome({ home, keyRing, full, strictUnits, log, onStatement }: HomeOptions): Promise<SqliteStorage> {
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const file = databaseFile(home);
  const db = openConnection(file, keyRing.database);
  try {
    const pending = await pendingMigrations(db);
    if (pending.length > 0) {
      log.info({ pending }, 'storage.migrating');
      await migrate(db);
    }
  } finally {
    db.close();
  }
  rememberKey(home, keyRing);
  return openStorage({ file, key: keyRing.database, full, strictUnits, ...(onStatement ? { onStatement } : {}) });
}
