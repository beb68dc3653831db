import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3-multiple-ciphers';
import { afterAll, describe, expect, it } from 'vitest';
import { PLATFORM } from '../../../src/domain/access/caller.ts';
import { makeLog } from '../../../src/shared/log.ts';
import { databaseFile, openKeyRing } from '../../../src/storage/key-ring.ts';
import { openHome } from '../../../src/storage/open-home.ts';

const root = mkdtempSync(join(tmpdir(), 'bedside-journal-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe('a database that a power cut met before it had its write-ahead log', () => {
  it('is opened, and what was half done in it is undone', async () => {
    const home = join(root, 'home');
    mkdirSync(home);
    const keyRing = openKeyRing({ given: 'off', keyFile: `${home}.key`, home }, { mayMake: false });
    const before = new Database(join(root, 'before.db'));
    before.exec('CREATE TABLE half_done (text TEXT); PRAGMA cache_size = 5; BEGIN');
    // More than the cache holds: the journal and the pages are on the disk before anything is committed.
    for (let i = 0; i < 200; i++) before.prepare('INSERT INTO half_done VALUES (?)').run('x'.repeat(2_000));
    for (const end of ['', '-journal']) copyFileSync(join(root, `before.db${end}`), `${databaseFile(home)}${end}`);
    before.close();

    const log = makeLog({ level: 'silent', showPii: false });
    const { storage, recovery } = await openHome({ home, keyRing, full: false, strictUnits: true, log, madeBy: 'test', nowMs: Date.now() });
    expect(recovery).toBeUndefined();
    expect(await storage.read(PLATFORM, (stores) => stores.access.isEmpty())).toBe(true);
    await storage.close();
    const after = new Database(databaseFile(home), { readonly: true });
    expect(after.prepare('SELECT count(*) FROM half_done').pluck().get()).toBe(0);
    after.close();
  });
});
