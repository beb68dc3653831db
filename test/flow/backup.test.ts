import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Migrator } from 'kysely/migration';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { configOf } from '../../src/config.ts';
import { PLATFORM } from '../../src/domain/access/caller.ts';
import { verifyChain } from '../../src/domain/audit/audit.ts';
import type { BackupPlace } from '../../src/domain/jobs/backup-places.ts';
import { LAST_BACKUP, LAST_RECOVERY, makeBackups } from '../../src/domain/jobs/backups.ts';
import { systemClock } from '../../src/shared/clock.ts';
import { makeLog } from '../../src/shared/log.ts';
import { type Backup, backupAtHome, backupTo, listBackups } from '../../src/storage/backup.ts';
import { layoutOf } from '../../src/storage/home-layout.ts';
import { inspectDatabase } from '../../src/storage/inspect.ts';
import { type KeyRing, openKeyRing } from '../../src/storage/key-ring.ts';
import { migrations } from '../../src/storage/migrations/all.ts';
import { type HomeOptions, openBeside, openHome } from '../../src/storage/open-home.ts';
import { restoreBackup } from '../../src/storage/restore.ts';
import { kyselyOver, openConnection } from '../../src/storage/sqlite/database.ts';
import { makeFakeClock } from '../fakes/fake-clock.ts';
import { ADMIN, startHouse, type TestHouse } from '../kit/house.ts';

// Threads and disks of a busy machine are slow; nothing here should hang.
vi.setConfig({ testTimeout: 60_000 });

const root = mkdtempSync(join(tmpdir(), 'bedside-backup-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const { signal } = new AbortController();
const HOUR_MS = 3_600_000;
const quiet = makeLog({ level: 'silent', showPii: false });

let homes = 0;
/** A data folder with its key beside it; the same key as `like`, or a new one. */
function newHome(like?: string): string {
  const home = join(root, `box-${++homes}`, 'home');
  if (like) cpSync(`${like}.key`, `${home}.key`, { recursive: true });
  return home;
}
const ringOf = (home: string, given?: string): KeyRing => openKeyRing({ given, keyFile: `${home}.key`, home }, { mayMake: true });
const sourceOf = (home: string, nowMs = Date.now()) => ({ home, keyRing: ringOf(home), madeBy: 'test', nowMs });
const open = (home: string, said: string[] = [], more: Partial<HomeOptions> = {}) =>
  openHome({
    home,
    keyRing: ringOf(home),
    full: false,
    strictUnits: true,
    log: quiet,
    madeBy: 'test',
    nowMs: Date.now(),
    announce: (sentence) => said.push(sentence),
    ...more,
  });
const restore = (home: string, folder: string, keyRing = ringOf(home)) =>
  restoreBackup({ home, folder, keyRing, nowMs: Date.now(), signal });

/** SHA-256 of every row of every table. */
function rowHashes(home: string, keyRing = ringOf(home)): Map<string, Set<string>> {
  const db = openConnection(layoutOf(home).database, keyRing.database, { readonly: true });
  try {
    const tables = db.prepare(`SELECT name FROM sqlite_master WHERE type = 'table'`).pluck().all() as string[];
    const hash = (row: unknown) => createHash('sha256').update(JSON.stringify(row)).digest('hex');
    return new Map(tables.map((table) => [table, new Set(db.prepare(`SELECT * FROM "${table}"`).raw().all().map(hash))]));
  } finally {
    db.close();
  }
}
/** SHA-256 of every file below a folder, but what SQLite keeps for itself: locks, shared memory, a log without a word in it. */
function fileHashes(folder: string): Record<string, string> {
  const paths = readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && !/-shm$|\.lock$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !path.endsWith('-wal') || statSync(path).size > 0);
  return Object.fromEntries(paths.map((path) => [path, createHash('sha256').update(readFileSync(path)).digest('hex')]));
}
function flipByte(file: string, at = Math.floor(statSync(file).size / 2)): void {
  const bytes = readFileSync(file);
  bytes[at] = (bytes[at] ?? 0) ^ 0x5a;
  writeFileSync(file, bytes);
}
function editManifest(copy: string, edit: (manifest: Record<string, unknown>) => void): void {
  const manifest = JSON.parse(readFileSync(join(copy, 'manifest.json'), 'utf8'));
  edit(manifest);
  writeFileSync(join(copy, 'manifest.json'), JSON.stringify(manifest, null, 2));
}
async function* once(bytes: Buffer): AsyncGenerator<Uint8Array> {
  yield bytes;
}

describe('a backup made while the service writes', () => {
  let house: TestHouse;
  let home: string;
  let backup: Backup;
  let before: Map<string, Set<string>>;
  let stored: { key: string };
  const sound = Buffer.from('a recording of the morning round. '.repeat(9_000));
  const meanwhile: string[] = [];

  beforeAll(async () => {
    home = newHome();
    house = await startHouse({ home, keepHome: true });
    const token = await house.login();
    const make = (name: string) => house.call('POST', '/api/v1/admin/hospitals', { token, body: { hospital_name: name } });
    for (let i = 0; i < 20; i++) await make(`Before ${i}`);
    stored = await house.house.files.write(PLATFORM, once(sound), { signal });
    before = rowHashes(home);
    let writing = true;
    const writer = (async () => {
      for (let i = 0; writing; i++) if ((await make(`Meanwhile ${i}`)).status === 201) meanwhile.push(`Meanwhile ${i}`);
    })();
    backup = await backupTo(join(root, 'copies', 'first'), sourceOf(home), { signal });
    writing = false;
    await writer;
    await house.stop();
  });

  it('holds every row and every file that was acknowledged before it began', async () => {
    expect(meanwhile.length).toBeGreaterThan(0);
    const elsewhere = newHome(home);
    const { aside, manifest } = await restore(elsewhere, backup.folder);
    expect(aside).toBeUndefined();
    expect(manifest.files).toHaveLength(2);
    const after = rowHashes(elsewhere);
    expect([...after.keys()].sort()).toEqual([...before.keys()].sort());
    // Where each chain ends moves with every entry; the chain itself is followed below.
    for (const [table, rows] of before)
      if (table !== 'audit_heads')
        expect(
          [...rows].filter((row) => !after.get(table)?.has(row)),
          table,
        ).toEqual([]);

    const { storage } = await open(elsewhere);
    expect((await verifyChain(storage, systemClock, PLATFORM)).ok).toBe(true);
    await storage.close();
  });

  it('serves elsewhere with the same key: the same people, the same files', async () => {
    const elsewhere = newHome(home);
    await restore(elsewhere, backup.folder);
    const other = await startHouse({ home: elsewhere, keepHome: true });
    const token = await other.login(ADMIN);
    const names = (await other.call('GET', '/api/v1/admin/hospitals?limit=200', { token })).json.items.map(
      (item: { hospital_name: string }) => item.hospital_name,
    );
    expect(names).toEqual(expect.arrayContaining(['Before 0', 'Before 19']));
    const parts: Uint8Array[] = [];
    for await (const part of other.house.files.read(PLATFORM, stored.key, { signal })) parts.push(part);
    expect(Buffer.concat(parts).equals(sound)).toBe(true);
    await other.stop();
  });

  it('shows no readable word of what it holds', () => {
    for (const path of Object.keys(fileHashes(backup.folder)))
      for (const word of ['Before 1', 'recording of the morning', ADMIN.email])
        expect(readFileSync(path).includes(word), `${word} in ${path}`).toBe(false);
  });

  describe('is refused, and what is in place stays as it is,', () => {
    const spoil = (how: (copy: string) => void): string => {
      const copy = join(root, `spoilt-${++homes}`);
      cpSync(backup.folder, copy, { recursive: true });
      how(copy);
      return copy;
    };
    const database = (copy: string) => join(copy, 'bedside.db');
    const file = (copy: string) => join(copy, 'files', PLATFORM, stored.key.slice(-2), stored.key);
    const cases: readonly (readonly [string, (copy: string) => void, RegExp])[] = [
      ['a byte of the database altered', (copy) => flipByte(database(copy)), /bedside\.db is not what was backed up/],
      ['a byte of a file altered', (copy) => flipByte(file(copy)), /is not what was backed up/],
      ['the database cut short', (copy) => truncateSync(database(copy), 8_192), /is not what was backed up/],
      ['a file missing', (copy) => rmSync(file(copy)), /is missing/],
      ['the database missing', (copy) => rmSync(database(copy)), /bedside\.db is missing/],
      ['the manifest missing', (copy) => rmSync(join(copy, 'manifest.json')), /no manifest\.json/],
      ['the manifest cut short', (copy) => truncateSync(join(copy, 'manifest.json'), 100), /manifest\.json does not hold/],
      [
        'the time in the manifest changed',
        (copy) => editManifest(copy, (m) => (m.madeAt = '2020-01-01T00:00:00.000Z')),
        /manifest\.json does not hold/,
      ],
      [
        'a file and its sum both changed',
        (copy) => {
          flipByte(file(copy));
          const sha256 = createHash('sha256')
            .update(readFileSync(file(copy)))
            .digest('hex');
          editManifest(copy, (m) => (((m.files as { sha256: string }[])[1] as { sha256: string }).sha256 = sha256));
        },
        /manifest\.json does not hold/,
      ],
      [
        'a path that climbs',
        (copy) => editManifest(copy, (m) => (((m.files as { path: string }[])[1] as { path: string }).path = '../../x')),
        /manifest\.json does not hold/,
      ],
    ];
    let target: string;
    beforeAll(async () => {
      target = newHome(home);
      await restore(target, backup.folder);
    });

    it.each(cases)('with %s', async (_, how, sentence) => {
      const spoilt = spoil(how);
      const present = fileHashes(target);
      await expect(restore(target, spoilt)).rejects.toThrow(sentence);
      expect(fileHashes(target)).toEqual(present);
      expect(existsSync(layoutOf(target).restoring)).toBe(false);
    });

    it('with another key, or with encryption off', async () => {
      const present = fileHashes(target);
      for (const given of ['another passphrase, long enough', 'off'])
        await expect(restore(target, backup.folder, ringOf(newHome(), given))).rejects.toThrow(/key/);
      expect(fileHashes(target)).toEqual(present);
    });

    it('while a service runs on them', async () => {
      const { storage } = await open(target);
      await expect(restore(target, backup.folder)).rejects.toThrow('Stop it first');
      await storage.close();
    });
  });

  it('replaces what is in place, which lies aside whole and can be restored again', async () => {
    const target = newHome(home);
    const first = await open(target);
    await first.storage.transact(PLATFORM, (stores) => stores.access.putSetting('whose', 'the one before'));
    await first.storage.close();
    const { aside } = await restore(target, backup.folder);
    if (!aside) throw new Error('something was in place');
    const restored = await open(target);
    expect(await restored.storage.read(PLATFORM, (stores) => stores.access.setting('whose'))).toBeUndefined();
    await restored.storage.close();
    const kept = openConnection(join(aside, 'bedside.db'), ringOf(target).database, { readonly: true });
    expect(kept.prepare(`SELECT value FROM platform_settings WHERE key = 'whose'`).pluck().get()).toBe('the one before');
    kept.close();
  });

  it('leaves nothing half made when it is stopped', async () => {
    const stop = new AbortController();
    const folder = join(root, 'copies', 'stopped');
    const making = backupTo(folder, sourceOf(home), { signal: stop.signal });
    setTimeout(() => stop.abort(), 20);
    await expect(making).rejects.toMatchObject({ code: 'cancelled' });
    expect(readdirSync(dirname(folder)).filter((name) => name.startsWith('stopped'))).toEqual([]);
  });
});

describe("the box's own backups", () => {
  it('are made by the job that an administrator starts, and told of', async () => {
    const house = await startHouse({ home: newHome(), keepHome: true });
    const token = await house.login();
    const started = await house.call('POST', '/api/v1/system/backup', { token });
    expect(started.status).toBe(202);
    let job: {
      status: string;
      progress: { done: number; total: number; unit: string };
      result: { folder: string; bytes: number; files: number; places: unknown };
    };
    for (const end = Date.now() + 15_000; ; await systemClock.sleep(50)) {
      job = (await house.call('GET', `/api/v1/jobs/${started.json.job_id}`, { token })).json;
      if ((job.status !== 'queued' && job.status !== 'running') || Date.now() > end) break;
    }
    expect(job.status).toBe('succeeded');
    expect(job.progress).toMatchObject({ unit: 'bytes', done: job.progress.total });
    expect(dirname(job.result.folder)).toBe(layoutOf(house.home).backups);
    expect(job.result.bytes).toBeGreaterThan(4_096);
    const told = await house.house.storage.read(PLATFORM, (stores) => stores.access.setting(LAST_BACKUP));
    const { places, ...made } = job.result;
    expect(JSON.parse(told ?? '{}')).toMatchObject(made);
    expect(places).toEqual([{ folder: layoutOf(house.home).backups, fault: null }]);
    await house.stop();
  });

  it('are queued when the newest is too old, one at a time', async () => {
    const { storage } = await open(newHome());
    const clock = makeFakeClock();
    let newestMs: number | undefined;
    const place: BackupPlace = {
      folder: '/backups',
      kind: 'box',
      look: () => ({ exists: true, mounted: false, sameDisk: true }),
      newest: () => (newestMs === undefined ? undefined : { madeAtMs: newestMs, bytes: 1 }),
      make: () => Promise.reject(new Error('not asked for')),
    };
    const backups = makeBackups({
      storage,
      clock,
      disk: { isLow: () => false },
      places: [place],
      everyMs: 24 * HOUR_MS,
      volumes: () => [],
      failed: async () => {},
    });
    const jobs = () => storage.read(PLATFORM, (stores) => stores.jobs.list({ limit: 10 }));
    await backups.queueWhenDue();
    await backups.queueWhenDue();
    expect(await jobs()).toHaveLength(1);
    const [first] = await jobs();
    await storage.transact(PLATFORM, (stores) => stores.jobs.update(first?.id ?? '', { status: 'succeeded' }));
    newestMs = clock.now().getTime();
    await clock.advance(23 * HOUR_MS);
    await backups.queueWhenDue();
    expect(await jobs()).toHaveLength(1);
    await clock.advance(2 * HOUR_MS);
    await backups.queueWhenDue();
    expect(await jobs()).toHaveLength(2);
    await storage.close();
  });

  it('keep the newest seven, and leave alone what somebody else put there', async () => {
    const home = newHome();
    const { storage } = await open(home);
    const begin = Date.UTC(2026, 10, 1);
    const first = await backupAtHome(sourceOf(home, begin), 'database', { signal });
    const { backups } = layoutOf(home);
    for (let day = 2; day < 10; day++) {
      const copy = join(backups, `2026-11-0${day}T00-00-00Z`);
      cpSync(first.folder, copy, { recursive: true });
      editManifest(copy, (manifest) => (manifest.madeAt = `2026-11-0${day}T00:00:00.000Z`));
    }
    cpSync(first.folder, join(backups, 'by-hand'), { recursive: true });
    await backupAtHome(sourceOf(home, begin + 9 * 24 * HOUR_MS), 'database', { signal });
    expect(readdirSync(backups).sort()).toEqual([
      ...Array.from({ length: 7 }, (_, i) => `2026-11-${String(i + 4).padStart(2, '0')}T00-00-00Z`),
      'by-hand',
    ]);
    await storage.close();
  });

  it('take the room of a file once, as long as they lie on its disk', async () => {
    const house = await startHouse({ home: newHome(), keepHome: true });
    const stored = await house.house.files.write(PLATFORM, once(Buffer.alloc(100_000)), { signal });
    const made = await backupAtHome(sourceOf(house.home), 'data', { signal });
    const name = join('files', PLATFORM, stored.key.slice(-2), stored.key);
    expect(statSync(join(made.folder, name)).ino).toBe(statSync(join(house.home, name)).ino);
    // A copy for another disk is a copy.
    const away = await backupTo(join(root, 'away'), sourceOf(house.home), { signal });
    expect(statSync(join(away.folder, name)).ino).not.toBe(statSync(join(house.home, name)).ino);
    await house.stop();
  });
});

describe('a database that is found damaged at start', () => {
  /** A home with two backups of ten and five minutes ago, and one setting written after them. Each test spoils a copy of it. */
  let model: string;
  beforeAll(async () => {
    model = newHome();
    const { storage } = await open(model);
    await storage.transact(PLATFORM, async (stores) => {
      for (let i = 0; i < 40; i++) await stores.access.putSetting(`before-${i}`, 'x'.repeat(3_000));
    });
    for (const minutes of [10, 5]) await backupAtHome(sourceOf(model, Date.now() - minutes * 60_000), 'data', { signal });
    await storage.transact(PLATFORM, (stores) => stores.access.putSetting('after', 'yes'));
    await storage.close();
  });
  const boxWithBackups = (): { home: string; newest: Backup } => {
    const home = newHome(model);
    cpSync(model, home, { recursive: true, preserveTimestamps: true });
    const [newest] = listBackups(home);
    if (!newest) throw new Error('a backup was made');
    return { home, newest };
  };
  const settingsOf = async (home: string, said: string[] = []) => {
    const { storage, recovery } = await open(home, said);
    const found = await storage.read(PLATFORM, async (stores) => ({
      before: await stores.access.setting('before-7'),
      after: await stores.access.setting('after'),
    }));
    await storage.close();
    return { ...found, recovery };
  };

  it.each([
    ['a byte in its middle', (file: string) => flipByte(file)],
    ['its first page', (file: string) => flipByte(file, 100)],
    ['its end cut off', (file: string) => truncateSync(file, 3 * 4_096)],
    ['nothing left of it', (file: string) => truncateSync(file, 0)],
    ['the file gone', (file: string) => rmSync(file)],
  ])('(%s) gives way to the newest backup; it is kept, and one line says which minutes are missing', async (_, how) => {
    const { home, newest } = boxWithBackups();
    const at = layoutOf(home);
    how(at.database);
    const spoilt = existsSync(at.database) ? readFileSync(at.database) : undefined;
    const said: string[] = [];
    const { before, after, recovery } = await settingsOf(home, said);
    expect(before).toHaveLength(3_000);
    expect(after).toBeUndefined();
    expect(recovery).toMatchObject({ fromMs: newest.madeAtMs, backup: newest.folder });
    expect(said).toHaveLength(1);
    expect(said[0]).toMatch(spoilt ? /^THE DATABASE WAS DAMAGED.*\((5|6) minutes\) is missing/ : /^THE DATABASE WAS DAMAGED/);
    if (spoilt) expect(readFileSync(join(recovery?.damaged ?? '', 'bedside.db')).equals(spoilt)).toBe(true);
    // The next start finds nothing wrong.
    expect((await settingsOf(home)).recovery).toBeUndefined();
  });

  it('gives way wherever a byte of it was flipped, one alone or twenty together', async () => {
    const { home, newest } = boxWithBackups();
    const { database } = layoutOf(home);
    const whole = readFileSync(database);
    let random = 20;
    const anywhere = () => {
      random = (random * 1_103_515_245 + 12_345) % 2 ** 31;
      return random % whole.length;
    };
    const places = Array.from({ length: 20 }, anywhere);
    // Alone, each is found by the look that a start and the doctor share; together they are mended.
    for (const at of places) {
      writeFileSync(database, whole);
      flipByte(database, at);
      expect(inspectDatabase(home, ringOf(home))?.faults ?? [], `byte ${at}`).not.toEqual([]);
    }
    writeFileSync(database, whole);
    expect(inspectDatabase(home, ringOf(home))?.faults).toEqual([]);
    for (const at of new Set(places)) flipByte(database, at);
    const said: string[] = [];
    const { before, recovery } = await settingsOf(home, said);
    expect(before).toHaveLength(3_000);
    expect(recovery?.backup).toBe(newest.folder);
    expect(said).toHaveLength(1);
  });

  it('is told of in the log, in the audit log and to doctor', async () => {
    const { home } = boxWithBackups();
    flipByte(layoutOf(home).database);
    const house = await startHouse({ home, keepHome: true });
    expect(house.log()).toMatch(/"level":"error".*"storage\.recovered"/);
    const told = await house.house.storage.read(PLATFORM, async (stores) => ({
      setting: await stores.access.setting(LAST_RECOVERY),
      entries: await stores.audit.list({ eventType: 'storage.recovered' }, { limit: 5 }),
    }));
    expect(JSON.parse(told.setting ?? '{}')).toMatchObject({ from: expect.any(String), to: expect.any(String) });
    expect(told.entries).toHaveLength(1);
    await house.stop();
  });

  it('takes the backup before the newest when that one does not hold either', async () => {
    const { home, newest } = boxWithBackups();
    flipByte(join(newest.folder, 'bedside.db'));
    flipByte(layoutOf(home).database);
    const { before, recovery } = await settingsOf(home);
    expect(before).toHaveLength(3_000);
    expect(recovery?.backup).toBe(listBackups(home)[1]?.folder);
  });

  it('is noticed while it is in use, and mended at the next start', async () => {
    const { home } = boxWithBackups();
    const said: string[] = [];
    const { storage } = await open(home, said);
    const { database } = layoutOf(home);
    const { size } = statSync(database);
    for (let page = 4_096; page < size; page += 4_096) flipByte(database, page + 99);
    const readAll = storage.read(PLATFORM, async (stores) => {
      for (let i = 0; i < 40; i++) await stores.access.setting(`before-${i}`);
    });
    await expect(readAll).rejects.toMatchObject({ code: 'unavailable' });
    expect(said).toEqual([expect.stringMatching(/^The database is damaged\. Stop Bedside and start it again/)]);
    await storage.close();
    expect((await settingsOf(home)).recovery).toBeDefined();
  });

  it('is noticed when it is too large to be read through before it serves, too', async () => {
    const { home } = boxWithBackups();
    flipByte(layoutOf(home).database);
    const said: string[] = [];
    const first = await open(home, said, { checkAtStartBytes: 0 });
    for (const end = Date.now() + 20_000; said.length < 2 && Date.now() < end; ) await systemClock.sleep(20);
    expect(said).toEqual([
      expect.stringContaining('is being checked while Bedside serves'),
      expect.stringMatching(/^The database is damaged/),
    ]);
    await first.storage.close();
    // What was found asks for a whole check at the next start, however long it takes.
    const second = await open(home, [], { checkAtStartBytes: 0 });
    expect(second.recovery).toBeDefined();
    await second.storage.close();
  });

  it('is left where it lies, with all else, when there is no backup', async () => {
    const { home, newest } = boxWithBackups();
    const elsewhere = join(root, 'elsewhere');
    cpSync(newest.folder, elsewhere, { recursive: true });
    rmSync(layoutOf(home).backups, { recursive: true });
    flipByte(layoutOf(home).database);
    const present = fileHashes(home);
    await expect(open(home)).rejects.toThrow('no usable backup');
    expect(fileHashes(home)).toEqual(present);
    // Nobody is kept out by the start that failed: a restore from elsewhere goes on from here.
    await restore(home, elsewhere);
    expect((await settingsOf(home)).before).toHaveLength(3_000);
  });

  it('is no damage where the key is another one: that is said, and nothing is touched', async () => {
    const { home } = boxWithBackups();
    const present = fileHashes(home);
    const config = configOf({ BEDSIDE_HOME: home, BEDSIDE_DB_KEY: 'another passphrase, long enough' });
    expect(() => openKeyRing(config.key, { mayMake: true })).toThrow('not the encryption key');
    rmSync(layoutOf(home).keyCheck);
    const stranger = openKeyRing(config.key, { mayMake: true });
    const rest = { full: false, strictUnits: true, log: quiet, madeBy: 'test', nowMs: Date.now() };
    await expect(openHome({ home, keyRing: stranger, ...rest })).rejects.toThrow('cannot be read with this encryption key');
    delete present[layoutOf(home).keyCheck];
    expect(fileHashes(home)).toEqual(present);
  });
});

describe('a database of another version', () => {
  it('is copied before it is brought up to date, and the copy can be restored', async () => {
    const home = newHome();
    const at = layoutOf(home);
    const { storage } = await open(home);
    await storage.close();
    // As an earlier version left it: the last migration has not run.
    const names = Object.keys(migrations);
    const last = names.at(-1) ?? '';
    rmSync(at.database);
    const db = openConnection(at.database, ringOf(home).database);
    const earlier = Object.fromEntries(Object.entries(migrations).filter(([name]) => name !== last));
    const { error } = await new Migrator({
      db: kyselyOver(db, () => {}),
      provider: { getMigrations: async () => earlier },
    }).migrateToLatest();
    expect(error).toBeUndefined();
    if (names.length < 2)
      rmSync(at.keyCheck); // a folder that never held a finished database
    else db.exec(`INSERT INTO platform_settings (key, value) VALUES ('whose', 'the earlier version')`);
    db.close();

    await expect(openBeside({ home, keyRing: ringOf(home) })).rejects.toThrow('earlier version');
    await (await open(home)).storage.close();
    const made = listBackups(home);
    if (names.length < 2) return expect(made).toEqual([]);
    expect(made).toHaveLength(1);
    expect(made[0]).toMatchObject({ kind: 'database', folder: expect.stringContaining(`before-${last}`) });
    await restore(home, made[0]?.folder ?? '');
    const restored = openConnection(at.database, ringOf(home).database, { readonly: true });
    expect(restored.prepare('SELECT name FROM kysely_migration ORDER BY name').pluck().all()).toEqual(names.slice(0, -1));
    expect(restored.prepare('SELECT value FROM platform_settings').pluck().get()).toBe('the earlier version');
    restored.close();
  });

  it('is refused when a later version has made it, as a database and as a backup', async () => {
    const home = newHome();
    await (await open(home)).storage.close();
    const db = openConnection(layoutOf(home).database, ringOf(home).database);
    db.exec(`INSERT INTO kysely_migration (name, timestamp) VALUES ('9999-wonders', '2030')`);
    db.close();
    const made = await backupTo(join(root, 'of-a-later-version'), sourceOf(home), { signal });
    await expect(open(home)).rejects.toThrow('later version');
    await expect(restore(newHome(home), made.folder)).rejects.toThrow('later version');
  });

  it('needs no copy when there was nothing in it', async () => {
    const home = newHome();
    await (await open(home)).storage.close();
    expect(existsSync(layoutOf(home).backups)).toBe(false);
  });
});
