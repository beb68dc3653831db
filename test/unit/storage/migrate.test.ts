import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { migrations } from '../../../src/storage/migrations/all.ts';
import { type Connection, openConnection } from '../../../src/storage/sqlite/database.ts';
import { migrate, migrationsOf } from '../../../src/storage/sqlite/storage.ts';

describe('bringing a database up to date', () => {
  let folder: string;
  let db: Connection;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'bedside-migrate-'));
    db = openConnection(join(folder, 'a.db'), undefined);
  });
  afterEach(() => {
    db.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('runs every migration once, in order, and a second time none', async () => {
    await migrate(db);
    expect(migrationsOf(db)).toMatchObject({ applied: Object.keys(migrations), pending: [] });
    await migrate(db);
    expect(migrationsOf(db).pending).toEqual([]);
  });

  it('leaves nothing of a migration that fails half way, and runs it whole afterwards', async () => {
    const tables = () =>
      db.prepare(`SELECT name FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' AND name <> 'kysely_migration'`).pluck().all();
    // Something that stands in the way of the last statements, so that the first ones have been carried out.
    db.exec('CREATE TABLE notices (id TEXT)');
    await expect(migrate(db)).rejects.toMatchObject({ code: 'unavailable', details: { reason: 'DATABASE_ERROR' } });
    expect(tables()).toEqual(['notices']);
    expect(db.inTransaction).toBe(false);
    db.exec('DROP TABLE notices');
    await migrate(db);
    expect(migrationsOf(db).pending).toEqual([]);
    expect(tables().length).toBeGreaterThan(20);
  });
});
