import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PLATFORM } from '../../src/domain/access/caller.ts';
import type { DiskFacts } from '../../src/domain/disk-room.ts';
import { isLow } from '../../src/domain/disk-room.ts';
import { diskFacts } from '../../src/storage/files/disk-facts.ts';
import { translate } from '../../src/storage/sqlite/storage.ts';
import { type Answer, type SeededHospital, seedHospital, startHouse, type TestHouse } from '../kit/house.ts';
import { mountSmallDisk, type SmallDisk } from '../kit/small-disk.ts';
import { until } from '../kit/until.ts';

const MB = 1_000_000;
const signal = new AbortController().signal;
const refuses = (answer: Answer) =>
  expect({ status: answer.status, code: answer.json?.error_code }).toEqual({ status: 507, code: 'STORAGE_FULL' });
async function* bytes(count: number): AsyncGenerator<Uint8Array> {
  for (let left = count; left > 0; left -= 50_000) yield new Uint8Array(Math.min(left, 50_000));
}

describe('a disk is low', () => {
  it.each([
    ['with a twentieth free', 5, 100, false],
    ['below it', 4.9, 100, true],
    ['without any', 0, 100, true],
    ['never, where nothing is known of it', 0, 0, false],
  ])('%s', (_what, freeBytes, totalBytes, low) => expect(isLow({ freeBytes, totalBytes })).toBe(low));
});

describe('a disk of which less than 5 % is free', () => {
  let house: TestHouse;
  let clinic: SeededHospital;
  let root: string;
  let facts: DiskFacts = { freeBytes: 50, totalBytes: 100 };
  beforeAll(async () => {
    house = await startHouse({ disk: () => facts });
    root = await house.login();
    clinic = await seedHospital(house, root, 'Low Clinic');
  });
  afterAll(() => house.stop());

  it('makes what can wait wait, lets go on what cannot, and needs no restart', async () => {
    const pull = () => house.call('POST', '/api/v1/system/models/silero-vad/pull', { token: root });
    const keep = () => house.house.files.write('h1', bytes(10), { signal });
    facts = { freeBytes: 4, totalBytes: 100 };
    refuses(await house.call('POST', '/api/v1/system/backup', { token: root }));
    refuses(await pull());
    await expect(keep()).rejects.toMatchObject({ details: { reason: 'STORAGE_FULL' } });
    expect((await house.call('GET', '/readyz')).json.problems).toMatchObject([{ code: 'STORAGE_FULL' }]);

    const { receptionist, doctor } = clinic.tokens;
    expect((await house.call('POST', '/api/v1/patients', { token: receptionist, body: { name: 'Asha Rao' } })).status).toBe(201);
    expect((await house.call('GET', '/api/v1/patients', { token: doctor })).status).toBe(200);
    const begun = await house.call('POST', '/api/v1/consultation/create', {
      token: clinic.tokens.patient,
      body: { consultation_type: 'text' },
    });
    const said = await house.call('POST', '/api/v1/conversation/message', {
      token: clinic.tokens.patient,
      body: { session_id: begun.json.session_id, text: 'I have crushing chest pain and my left arm hurts' },
    });
    expect(said.status, said.text).toBe(200);
    expect(said.text).toContain('chest_pain');

    facts = { freeBytes: 50, totalBytes: 100 };
    const { key } = await keep();
    expect(await house.house.files.size('h1', key)).toBe(10);
    expect((await house.call('GET', '/readyz')).json.problems).toBeUndefined();
    expect((await house.call('POST', '/api/v1/system/backup', { token: root })).status).toBe(202);
  });

  it('leaves jobs that were queued before where they are', async () => {
    const started = await house.call('POST', '/api/v1/system/backup', { token: root, headers: { 'Idempotency-Key': 'before' } });
    const state = async () => (await house.call('GET', `/api/v1/jobs/${started.json.job_id}`, { token: root })).json.status;
    await until(async () => (await state()) === 'succeeded', 'the backup is made');
    facts = { freeBytes: 1, totalBytes: 100 };
    await new Promise((resolve) => setTimeout(resolve, 600)); // the worker has looked once more
    const { enqueue } = await import('../../src/domain/jobs/jobs.ts');
    const { callerOf } = await import('../kit/storage.ts');
    const job = await house.house.storage.transact(PLATFORM, (stores) =>
      enqueue(stores, callerOf(PLATFORM, 'platform_admin'), Date.now(), 'backup', {}),
    );
    const status = () => house.house.storage.read(PLATFORM, async (stores) => (await stores.jobs.find(job.id))?.status);
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    expect(await status()).toBe('queued');
    facts = { freeBytes: 50, totalBytes: 100 };
    await until(async () => (await status()) === 'succeeded', 'the backup is made');
  });
});

describe('what SQLite throws', () => {
  const thrown = (code: string) => Object.assign(new Error(code), { code });
  it.each([
    ['SQLITE_FULL', 'STORAGE_FULL', /disk is full/],
    ['SQLITE_READONLY', 'DATABASE_ERROR', /can only be read/],
    ['SQLITE_READONLY_DBMOVED', 'DATABASE_ERROR', /can only be read/],
    ['SQLITE_IOERR_WRITE', 'DATABASE_ERROR', /Nothing was saved/],
  ])('%s is said as %s', (code, reason, sentence) => {
    const error = translate(thrown(code), '/');
    expect(error).toMatchObject({ code: 'unavailable', details: { reason }, message: expect.stringMatching(sentence) });
  });
});

const disk: SmallDisk | undefined = mountSmallDisk(24);
if (!disk) console.log('skipped: this user may not mount a small disk, so none is filled');

describe.skipIf(!disk)('a small disk that fills', () => {
  const small = disk as SmallDisk;
  const home = disk ? join(disk.folder, 'home') : '';
  let house: TestHouse;
  let clinic: SeededHospital;
  let root: string;
  const open = async () => {
    house = await startHouse({ home, keepHome: true, disk: () => diskFacts(home) });
  };
  const write = (n: number) =>
    house.call('POST', '/api/v1/patients', { token: clinic.tokens.receptionist, body: { name: `Patient ${n}`, notes: 'x'.repeat(2_000) } });
  const isWhole = async () => expect(await house.house.storage.maintenance.check({ quick: false })).toEqual([]);
  beforeAll(async () => {
    await open();
    root = await house.login();
    clinic = await seedHospital(house, root, 'Full Clinic');
  });
  afterAll(async () => {
    await house.stop();
    small.remove();
  });

  it('refuses with STORAGE_FULL at the first byte that does not fit, keeps what it acknowledged, and goes on when there is room', async () => {
    let kept = 0;
    for (const left of [0, 4_096, 16_384, 65_536, 262_144, 1_048_576]) {
      small.leave(left);
      let answer = await write(kept);
      for (let tries = 0; answer.status === 201 && tries < 500; tries++) {
        kept++;
        answer = await write(kept);
      }
      refuses(answer);
      expect(answer.json.message).toMatch(/full/);
      // What is only read is still read.
      expect((await house.call('GET', '/api/v1/auth/me', { token: clinic.tokens.doctor })).status).toBe(200);
      expect((await house.call('GET', '/healthz')).status).toBe(200);
      expect((await house.call('GET', '/readyz')).json.problems).toMatchObject([{ code: 'STORAGE_FULL' }]);
      refuses(await house.call('POST', '/api/v1/system/backup', { token: root }));
      small.free();
      expect((await write(kept)).status, `after ${left} bytes were left`).toBe(201);
      kept++;
      await isWhole();
    }
    expect(kept).toBeGreaterThan(6);
    const listed: string[] = [];
    for (let cursor = ''; ; ) {
      const page = (await house.call('GET', `/api/v1/patients?limit=200${cursor}`, { token: clinic.tokens.receptionist })).json;
      listed.push(...page.items.map((one: { first_name: string }) => one.first_name));
      if (!page.next_cursor) break;
      cursor = `&cursor=${page.next_cursor}`;
    }
    expect(listed.filter((name) => name === 'Patient')).toHaveLength(kept);
    const verified = await house.call('GET', '/api/v1/audit/verify', { token: clinic.tokens.hospital_admin });
    expect(verified.json.ok).toBe(true);
  });

  it('keeps no half of a file', async () => {
    small.leave(2 * MB); // above 5 %, so that it is begun
    await expect(house.house.files.write('h1', bytes(5 * MB), { signal })).rejects.toMatchObject({ details: { reason: 'STORAGE_FULL' } });
    expect(small.freeBytes()).toBeGreaterThan(1.5 * MB);
    small.free();
    const { key } = await house.house.files.write('h1', bytes(MB), { signal });
    expect(await house.house.files.size('h1', key)).toBe(MB);
  });

  it('fills while it checkpoints and loses nothing', async () => {
    for (let n = 0; n < 50; n++) expect((await write(n)).status).toBe(201);
    small.leave(20_000);
    await house.house.storage.maintenance.checkpoint().catch(() => {});
    small.free();
    await house.house.storage.maintenance.checkpoint();
    expect((await write(1)).status).toBe(201);
    await isWhole();
  });

  it('says so where it cannot even start, and starts when there is room', async () => {
    await house.stop();
    small.leave(0);
    await expect(open()).rejects.toMatchObject({ details: { reason: 'STORAGE_FULL' } });
    small.free();
    await open();
    await isWhole();
  });

  it('that can only be read is said at the start', async () => {
    await house.stop();
    expect(small.remount('ro')).toBe(true);
    expect(diskFacts(home).readOnly).toBe(true);
    await expect(open()).rejects.toThrow(/can only be read/);
    small.remount('rw');
    await open();
    expect((await write(2)).status).toBe(201);
  });
});
