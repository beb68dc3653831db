import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { PLATFORM } from '../../src/domain/access/caller.ts';
import { confirmTime } from '../../src/domain/access/trusted-time.ts';
import { makeWallClock, type WallClock } from '../fakes/wall-clock.ts';
import { runCli } from '../kit/cli.ts';
import { type Answer, type SeededHospital, seedHospital, startHouse, type TestHouse } from '../kit/house.ts';
import { callerOf as callerAt } from '../kit/storage.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const BEGAN = Date.UTC(2026, 10, 20, 9);

const home = join(mkdtempSync(join(tmpdir(), 'bedside-clock-')), 'home');
let clock: WallClock;
let house: TestHouse | undefined;
let clinic: SeededHospital;

async function open(atMs: number, builtMs?: number): Promise<TestHouse> {
  clock = makeWallClock(atMs);
  house = await startHouse({ home, clock, keepHome: true, ...(builtMs === undefined ? {} : { builtMs }) });
  return house;
}
const here = () => house as TestHouse;
const signIn = (who: { email: string; password: string } | undefined) =>
  here().call('POST', '/api/v1/auth/login', { body: { email: who?.email, password: who?.password } });
const refuses = (answer: Answer) => {
  expect({ status: answer.status, code: answer.json?.error_code }).toEqual({ status: 503, code: 'CLOCK_WRONG' });
  expect(answer.json.message).toMatch(/clock|time/i);
};

beforeAll(async () => {
  await open(BEGAN);
  clinic = await seedHospital(here(), await here().login(), 'Clock Clinic');
  await here().stop();
});
afterEach(async () => {
  await house?.stop();
  house = undefined;
});
afterAll(() => rmSync(join(home, '..'), { recursive: true, force: true }));

/** What a box does whose clock is not believed. */
async function expectDoubt(reason: string): Promise<void> {
  const ready = await here().call('GET', '/readyz');
  expect(ready.json.problems).toMatchObject([{ code: 'CLOCK_WRONG' }]);
  expect((await here().call('GET', '/healthz')).status).toBe(200);
  refuses(await signIn(clinic.users.nurse));
  expect((await signIn({ email: clinic.users.nurse?.email ?? '', password: 'a wrong password' })).status).toBe(401);
  const confirming = await signIn(clinic.users.hospital_admin);
  expect(confirming.json).toMatchObject({ only_for: 'clock', expires_in: 600 });
  const token = confirming.json.access_token;
  refuses(await here().call('GET', '/api/v1/users', { token }));
  refuses(await here().call('POST', '/api/v1/auth/api-keys', { token, body: { name: 'x', scopes: ['chat'] } }));
  refuses(await here().call('POST', '/api/v1/auth/refresh', { body: { refresh_token: confirming.json.refresh_token } }));
  const state = await here().call('GET', '/api/v1/system/clock', { token });
  expect(state.json).toMatchObject({ state: 'wrong', reason });
  const elsewhere = await here().call('POST', '/api/v1/system/clock', { token, body: { time: '2020-01-01T00:00:00Z' } });
  expect(elsewhere.status).toBe(409);
}

async function confirm(): Promise<void> {
  const { access_token: token, refresh_token } = (await signIn(clinic.users.hospital_admin)).json;
  const confirmed = await here().call('POST', '/api/v1/system/clock', { token, body: { time: clock.now().toISOString() } });
  expect(confirmed.json).toMatchObject({ state: 'right', reason: null });
  // The same sign-in is a whole one from now on.
  const whole = await here().call('POST', '/api/v1/auth/refresh', { body: { refresh_token } });
  expect(whole.status).toBe(200);
  expect(whole.json.only_for).toBeUndefined();
  expect((await here().call('GET', '/api/v1/users', { token: whole.json.access_token })).status).toBe(200);
  await expectTrust();
}

async function expectTrust(): Promise<void> {
  const nurse = await signIn(clinic.users.nurse);
  expect(nurse.status).toBe(200);
  expect(nurse.json.only_for).toBeUndefined();
  expect((await here().call('GET', '/readyz')).json.problems).toBeUndefined();
}

const audited = (eventType: string) =>
  here().house.storage.read(PLATFORM, async (stores) =>
    (await stores.audit.list({ eventType }, { limit: 200 })).map(({ entry }) => `${entry.actorRole} ${entry.via}`),
  );

describe('a box whose clock is wrong', () => {
  it('serves as ever when it starts three days later', async () => {
    await open(BEGAN + 3 * DAY);
    await expectTrust();
  });

  it('that starts two years back signs nobody in until an administrator has confirmed the time', async () => {
    await open(BEGAN - 730 * DAY);
    await expectDoubt('before_last_write');
    await here().stop();
    await open(BEGAN + 3 * DAY); // set right before the next start: nothing to confirm
    await expectTrust();
  });

  it('that starts 500 days later asks, and after the answer serves at the new time', async () => {
    await open(BEGAN + 500 * DAY);
    await expectDoubt('long_after');
    await confirm();
    expect(await audited('clock.doubted')).not.toHaveLength(0);
    expect(await audited('clock.confirmed')).toEqual(['hospital_admin http']);
    await here().stop();
    await open(BEGAN + 501 * DAY);
    await expectTrust();
  });

  it('goes back when a person says so, and is believed from then on', async () => {
    await open(BEGAN + 4 * DAY);
    await expectDoubt('before_last_write');
    await confirm();
    await here().stop();
    await open(BEGAN + 4 * DAY + HOUR);
    await expectTrust();
  });

  it('that starts before its build asks once for that build', async () => {
    const builtMs = BEGAN + 100 * DAY;
    await open(BEGAN + 5 * DAY, builtMs);
    await expectDoubt('before_build');
    await confirm();
    await here().stop();
    await open(BEGAN + 6 * DAY, builtMs);
    await expectTrust();
  });
});

describe('a clock that jumps while the box runs', () => {
  it.each([
    ['two years back', -730 * DAY, 7],
    ['two hours ahead', 2 * HOUR, 8],
    ['ten years ahead', 3_650 * DAY, 9],
  ])('%s ends nothing that is open, prolongs nothing, and is confirmed at the box', async (_what, jump, day) => {
    await open(BEGAN + day * DAY);
    const opened = (await signIn(clinic.users.doctor)).json;
    const token = opened.access_token;
    clock.set(jump);
    // Reading goes on, and so does a patient's conversation.
    expect((await here().call('GET', '/api/v1/patients', { token })).status).toBe(200);
    const begun = await here().call('POST', '/api/v1/consultation/create', {
      token,
      body: { consultation_type: 'text', mode: 'training' },
    });
    expect(begun.status).toBe(201);
    await expectDoubt('jumped');
    clock.pass(29 * 60_000);
    expect((await here().call('GET', '/api/v1/patients', { token })).status).toBe(200);
    clock.pass(2 * 60_000);
    expect((await here().call('GET', '/api/v1/patients', { token })).json.error_code).toBe('TOKEN_EXPIRED');
    refuses(await here().call('POST', '/api/v1/auth/refresh', { body: { refresh_token: opened.refresh_token } }));
    // The clock is set right; only a person's word ends the doubt.
    clock.set(-jump);
    refuses(await signIn(clinic.users.nurse));
    await confirmTime(here().house.storage, callerAt(PLATFORM, 'platform_admin', { via: 'cli' }), { nowMs: clock.now().getTime() });
    await expectTrust();
    expect((await here().call('POST', '/api/v1/auth/refresh', { body: { refresh_token: opened.refresh_token } })).status).toBe(200);
  });

  it('is confirmed by a command at the box, beside the service', async () => {
    await open(BEGAN + 10 * DAY - HOUR);
    clock.set(3 * HOUR);
    refuses(await signIn(clinic.users.nurse));
    const examined = await runCli(['doctor'], home);
    expect(examined.out).toMatch(/fail\s+clock .*jumped by more than an hour[\s\S]*bedside doctor --fix-clock/);
    const fixed = await runCli(['doctor', '--fix-clock'], home);
    expect(fixed.code, fixed.all).toBe(0);
    expect(fixed.out).toMatch(/Written down as right/);
    await expectTrust();
    expect(await audited('clock.confirmed')).toContain('platform_admin cli');
    // The command confirmed this machine's time, and the story goes on at its own.
    await confirmTime(here().house.storage, callerAt(PLATFORM, 'platform_admin'), { nowMs: BEGAN + 10 * DAY - HOUR });
  });

  it('deletes nothing that has had its time only by that clock', async () => {
    await open(BEGAN + 10 * DAY);
    const { retention, storage } = here().house;
    const { signal } = new AbortController();
    const run = { signal, progress: async () => {} };
    const transcripts = () => storage.read(clinic.hospitalId, (stores) => stores.encounters.list({}, { limit: 200 }));
    const token = (await signIn(clinic.users.doctor)).json.access_token;
    await here().call('POST', '/api/v1/consultation/create', { token, body: { consultation_type: 'text', mode: 'training' } });
    const before = await transcripts();
    expect(before).not.toHaveLength(0);
    clock.set(36_500 * DAY);
    await expect(retention.carryOut(clinic.hospitalId, 'transcripts', run)).rejects.toMatchObject({ details: { reason: 'CLOCK_WRONG' } });
    await retention.queueWhenDue();
    const queued = await storage.read(clinic.hospitalId, (stores) => stores.jobs.list({ limit: 200 }));
    expect(queued.filter(({ kind }) => kind === 'retention')).toEqual([]);
    expect(await transcripts()).toEqual(before);
    clock.set(-36_500 * DAY);
    await confirmTime(storage, callerAt(PLATFORM, 'platform_admin'), { nowMs: clock.now().getTime() });
    expect(await retention.carryOut(clinic.hospitalId, 'transcripts', run)).toEqual({ deleted: 0, files: 0 });
  });

  it('does not take small corrections for a jump', async () => {
    await open(BEGAN + 11 * DAY);
    clock.set(50 * 60_000);
    await expectTrust();
  });

  it('holds a lease for as long as it was given', async () => {
    await open(BEGAN + 12 * DAY);
    const { storage } = here().house;
    const { enqueue, makeJobs } = await import('../../src/domain/jobs/jobs.ts');
    const began = clock.elapsedMs();
    const lifeMs = () => BEGAN + 12 * DAY + clock.elapsedMs() - began;
    const jobs = makeJobs({ storage, clock, time: { lifeMs } });
    await storage.transact(PLATFORM, (stores) => enqueue(stores, callerAt(PLATFORM), clock.now().getTime(), 'leased', {}));
    expect(await jobs.claim(['leased'])).toBeDefined();
    clock.set(5 * DAY);
    expect(await jobs.claim(['leased'])).toBeUndefined();
    clock.set(-10 * DAY);
    clock.pass(31_000);
    expect(await jobs.claim(['leased'])).toBeDefined();
  });
});
