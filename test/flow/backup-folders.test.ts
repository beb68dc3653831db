import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { PLATFORM } from '../../src/domain/access/caller.ts';
import type { BackupPlace } from '../../src/domain/jobs/backup-places.ts';
import { type Backups, makeBackups } from '../../src/domain/jobs/backups.ts';
import { AppError } from '../../src/shared/errors.ts';
import { makeLog } from '../../src/shared/log.ts';
import { homePlace, namedPlace } from '../../src/storage/backup-folder.ts';
import { openKeyRing } from '../../src/storage/key-ring.ts';
import { openHome } from '../../src/storage/open-home.ts';
import { restoreBackup } from '../../src/storage/restore.ts';
import { makeFakeClock } from '../fakes/fake-clock.ts';
import { makeJumpClock } from '../fakes/jump-clock.ts';
import { type SeededHospital, seedHospital, startHouse, type TestHouse } from '../kit/house.ts';
import { until } from '../kit/until.ts';

vi.setConfig({ testTimeout: 60_000 });

const root = mkdtempSync(join(tmpdir(), 'bedside-backup-folders-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const { signal } = new AbortController();
const run = { signal, progress: async () => {} };
const quiet = makeLog({ level: 'silent', showPii: false });

let boxes = 0;
/** Memory, a clock and folders on invented disks: what their numbers are is what `disks` says. */
async function box(names: readonly string[], disks: (path: string) => number = () => 1) {
  const home = join(root, `box-${++boxes}`, 'home');
  const clock = makeFakeClock();
  /** By how much the clock of the box is wrong, and how full its disk. */
  const wrong = { aheadMs: 0, isLow: false };
  const now = () => clock.now().getTime() + wrong.aheadMs;
  const keyRing = openKeyRing({ given: undefined, keyFile: `${home}.key`, home }, { mayMake: true });
  const { storage } = await openHome({ home, keyRing, full: false, strictUnits: true, log: quiet, madeBy: 'test', nowMs: now() });
  const parts = { home, keyRing, madeBy: 'test', now, diskOf: disks };
  const folders = names.map((name) => join(home, '..', name));
  const places: BackupPlace[] = [homePlace(parts), ...folders.map((folder) => namedPlace(folder, parts))];
  const told: string[] = [];
  const backups: Backups = makeBackups({
    storage,
    clock,
    disk: { isLow: () => wrong.isLow },
    places,
    everyMs: DAY_MS,
    volumes: () => [{ folder: '/media/stick', freeBytes: 32e9, removable: true }],
    failed: async ({ folder, reason }) => void told.push(`${folder.split('/').at(-1)} ${reason}`),
  });
  const states = async () => (await backups.status()).places.map(({ state }) => state);
  const close = () => storage.close();
  return { home, clock, wrong, keyRing, storage, backups, folders, told, states, close };
}

describe('backups by themselves', () => {
  it('go into every folder that is named, each read back, and can be restored from there', async () => {
    const { home, keyRing, storage, backups, folders, told, states, close } = await box(['stick', 'second']);
    for (const folder of folders) mkdirSync(folder);
    await storage.transact(PLATFORM, (stores) => stores.access.putSetting('kept', 'yes'));
    expect(await states()).toEqual(['never', 'never', 'never']);
    await backups.make(run, 'due');
    expect(await states()).toEqual(['well', 'well', 'well']);
    expect(told).toEqual([]);
    await close();
    const [name = ''] = readdirSync(folders[0] ?? '');
    expect(name).toMatch(/^bedside-daily-2026-11-20T09-00-00Z$/);
    await restoreBackup({ home, folder: join(folders[0] ?? '', name), keyRing, nowMs: Date.now(), signal });
    const again = await openHome({ home, keyRing, full: false, strictUnits: true, log: quiet, madeBy: 'test', nowMs: Date.now() });
    expect(await again.storage.read(PLATFORM, (stores) => stores.access.setting('kept'))).toBe('yes');
    await again.storage.close();
  });

  it('do without a folder that is missing, tell of it once, never make it, and come to it when it is back', async () => {
    const { clock, backups, folders, told, states, close } = await box(['stick']);
    const [stick = ''] = folders;
    await backups.make(run, 'due');
    await backups.make(run, 'due');
    expect(existsSync(stick)).toBe(false);
    expect(told).toEqual(['stick missing']);
    expect(await states()).toEqual(['well', 'missing']);
    mkdirSync(stick);
    await clock.advance(600_000);
    const { places } = await backups.make(run, 'due');
    expect(places, 'the others have theirs already').toEqual([{ folder: stick, fault: null }]);
    expect(await states()).toEqual(['well', 'well']);
    await close();
  });

  it('do not fill the wrong disk where a folder is left of one that was taken out', async () => {
    let plugged = true;
    const { clock, backups, folders, told, states, close } = await box(['stick'], (path) => (plugged && path.endsWith('stick') ? 7 : 1));
    const [stick = ''] = folders;
    mkdirSync(stick);
    await backups.make(run, 'due');
    expect((await backups.status()).lastElsewhereAt).toBe(clock.now().getTime());
    plugged = false;
    rmSync(stick, { recursive: true });
    mkdirSync(stick);
    await clock.advance(DAY_MS);
    await backups.make(run, 'due');
    expect(readdirSync(stick)).toEqual([]);
    expect(told).toEqual(['stick missing']);
    expect(await states()).toEqual(['well', 'missing']);
    await close();
  });

  it('are not held up by one that was made while the clock ran ahead', async () => {
    const { wrong, backups, folders, states, close } = await box(['stick']);
    mkdirSync(folders[0] ?? '');
    wrong.aheadMs = 400 * DAY_MS;
    await backups.make(run, 'due');
    wrong.aheadMs = 0;
    expect(await states()).toEqual(['never', 'never']);
    expect((await backups.make(run, 'due')).places).toHaveLength(2);
    expect(await states()).toEqual(['well', 'well']);
    expect((await backups.make(run, 'due')).places, 'one is enough').toEqual([]);
    await close();
  });

  it('wait while the disk of the box is low', async () => {
    const { wrong, storage, backups, close } = await box([]);
    const queued = async () => (await storage.read(PLATFORM, (stores) => stores.jobs.list({ limit: 10 }))).length;
    wrong.isLow = true;
    await backups.queueWhenDue();
    expect(await queued()).toBe(0);
    wrong.isLow = false;
    await backups.queueWhenDue();
    expect(await queued()).toBe(1);
    await close();
  });

  it('that find no room are told of with the reason, tried again an hour later, and keep no other from its own', async () => {
    const { clock, storage, close } = await box([]);
    const tried: string[] = [];
    const told: string[] = [];
    let free = false;
    const placeOf = (folder: string): BackupPlace => ({
      folder,
      kind: 'named',
      look: () => ({ exists: true, mounted: true, sameDisk: false }),
      newest: () => undefined,
      make: async () => {
        tried.push(folder);
        const values = { folder };
        if (folder === '/full' && !free)
          throw new AppError('unavailable', 'There is not enough room in {folder}.', { reason: 'STORAGE_FULL', values });
        return { folder: `${folder}/a`, bytes: 1, files: 1, madeAtMs: clock.now().getTime() };
      },
    });
    const backups = makeBackups({
      storage,
      clock,
      disk: { isLow: () => false },
      places: ['/full', '/other'].map(placeOf),
      everyMs: DAY_MS,
      volumes: () => [],
      failed: async ({ folder, reason }) => void told.push(`${folder} ${reason}`),
    });
    await backups.make(run, 'due');
    await clock.advance(HOUR_MS - 1);
    await backups.make(run, 'due');
    expect(tried.filter((folder) => folder === '/full')).toHaveLength(1);
    await clock.advance(1);
    await backups.make(run, 'due');
    expect(tried.filter((folder) => folder === '/full')).toHaveLength(2);
    expect(tried.filter((folder) => folder === '/other').length).toBeGreaterThan(0);
    expect(told).toEqual(['/full full']);
    const [full] = (await backups.status()).places;
    expect(full).toMatchObject({ state: 'failed', fault: { reason: 'full', values: { folder: '/full' } } });
    free = true;
    await clock.advance(HOUR_MS);
    await backups.make(run, 'due');
    expect((await backups.status()).places[0]?.fault).toBeNull();
    await close();
  });

  it('count only where they are whole and of this box', async () => {
    const { clock, backups, folders, states, close } = await box(['stick']);
    const [stick = ''] = folders;
    mkdirSync(stick);
    await backups.make(run, 'due');
    const [name = ''] = readdirSync(stick);
    const database = join(stick, name, 'bedside.db');
    truncateSync(database, 4_096);
    expect(await states()).toEqual(['well', 'never']);
    expect((await backups.make(run, 'due')).places).toEqual([{ folder: stick, fault: null }]);
    expect(await states()).toEqual(['well', 'well']);

    const other = await box(['stick']);
    mkdirSync(other.folders[0] ?? '');
    cpSync(stick, other.folders[0] ?? '', { recursive: true });
    expect(await other.states(), "another box's are none of its own").toEqual(['never', 'never']);
    await clock.advance(5 * DAY_MS);
    expect(await states()).toEqual(['late', 'late']);
    await Promise.all([close(), other.close()]);
  });

  it('make way for newer ones, and leave alone what they do not know', async () => {
    const { clock, backups, folders, close } = await box(['stick']);
    const [stick = ''] = folders;
    mkdirSync(stick);
    mkdirSync(join(stick, 'holiday pictures'));
    cpSync(import.meta.filename, join(stick, 'bedside-daily-2020-01-01T00-00-00Z'));
    for (let day = 0; day < 11; day++) {
      await backups.make(run, 'due');
      await clock.advance(DAY_MS);
    }
    const left = readdirSync(stick).sort();
    expect(left).toContain('holiday pictures');
    expect(left).toContain('bedside-daily-2020-01-01T00-00-00Z');
    const ours = left.filter((name) => name.startsWith('bedside-daily-2026'));
    expect(ours.length).toBeGreaterThanOrEqual(7);
    expect(ours.length).toBeLessThan(11);
    expect(ours.at(-1)).toContain('2026-11-30');
    await close();
  });
});

describe('the console and the desk', () => {
  let house: TestHouse;
  let clinic: SeededHospital;
  let root_: string;
  const clock = makeJumpClock(Date.now());
  const stick = join(root, 'house-stick');
  beforeAll(async () => {
    house = await startHouse({ clock, env: { BEDSIDE_BACKUP_FOLDERS: `${stick}`, BEDSIDE_BACKUP_HOURS: '24' } });
    root_ = await house.login();
    clinic = await seedHospital(house, root_, 'Clinic', ['hospital_admin', 'nurse']);
  });
  afterAll(() => house.stop());
  const status = async (language = 'en') =>
    (await house.call('GET', '/api/v1/system/backups', { token: clinic.tokens.hospital_admin, headers: { 'accept-language': language } }))
      .json;

  it('are told where backups lie and how old the last one is', async () => {
    expect(await status()).toMatchObject({ every_hours: 24, last_verified_at: null, age_seconds: null, is_late: true });
    const { json } = await house.call('POST', '/api/v1/system/backup', { token: root_ });
    const read = async () => (await house.call('GET', `/api/v1/jobs/${json.job_id}`, { token: root_ })).json;
    await until(async () => (await read()).status === 'succeeded', 'a backup');
    const job = await read();
    expect(job.result.places).toEqual([
      { folder: join(house.home, 'backups'), fault: null },
      { folder: stick, fault: 'missing' },
    ]);
    clock.jump(1_200_000);
    const told = await status();
    expect(told).toMatchObject({ is_late: false, age_seconds: 1_200 });
    expect(told.places[0]).toMatchObject({ kind: 'box', state: 'well', same_disk: true, message: null });
    expect(told.places[1]).toMatchObject({ kind: 'named', state: 'missing', folder: stick, last_verified_at: null });
    expect(told.places[1].message).toContain(`The folder ${stick} for backups is not there`);
  });

  it('hear of a folder that failed, in the clinic as well as at the box', async () => {
    for (const hospitalId of [PLATFORM, clinic.hospitalId]) {
      const notices = await house.house.storage.read(hospitalId, (stores) => stores.notices.since('', 100));
      const [notice, ...more] = notices.filter(({ data }) => data.code === 'BACKUP_FAILED');
      expect(notice).toMatchObject({ type: 'notice', data: { reason: 'missing', folder: stick } });
      expect(notice?.audience).toEqual([hospitalId === PLATFORM ? 'platform_admin' : 'hospital_admin']);
      expect(more).toEqual([]);
    }
  });
});
