import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { makeChance } from '../../src/cli/demo/chance.ts';
import { clinics } from '../../src/cli/demo/clinics.ts';
import { PATIENTS, planClinic } from '../../src/cli/demo/plan.ts';
import { PLATFORM } from '../../src/domain/access/caller.ts';
import { tenancy } from '../../src/storage/schema.ts';
import { runCli } from '../kit/cli.ts';
import { seedHospital, startHouse } from '../kit/house.ts';

vi.setConfig({ testTimeout: 120_000 });
const root = mkdtempSync(join(tmpdir(), 'bedside-seed-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe('the plan of a made-up week', () => {
  it('is the same each time, and another for another clinic', () => {
    for (const clinic of clinics) {
      expect(planClinic(clinic, 7)).toEqual(planClinic(clinic, 7));
      expect(planClinic(clinic, 8)).not.toEqual(planClinic(clinic, 7));
    }
  });

  it('has 50 patients in two hospitals, of whom no two have one name or number, and all of it lies in the week behind', () => {
    const all = clinics.flatMap((clinic, index) => planClinic(clinic, index).patients.map(({ input }) => input));
    expect(all).toHaveLength(50);
    expect(PATIENTS * clinics.length).toBe(50);
    for (const of of ['phone', 'localNumber'] as const) expect(new Set(all.map((one) => one[of])).size).toBe(50);
    for (const { talks } of clinics.map((clinic, index) => planClinic(clinic, index))) {
      expect(talks.length).toBeGreaterThan(10);
      for (const { agoMs } of talks) expect(agoMs > 0 && agoMs < 8 * 24 * 3_600_000).toBe(true);
    }
  });

  it('draws from the whole of what there is', () => {
    const chance = makeChance(1);
    expect(new Set(Array.from({ length: 200 }, () => chance.below(10))).size).toBe(10);
  });
});

describe('bedside seed --demo', () => {
  it('fills an empty box through its rooms, once, and takes everything away again', async () => {
    const home = join(root, 'empty');
    const first = await runCli(['seed', '--demo'], home);
    expect(first.code, first.all).toBe(0);
    const again = await runCli(['seed', '--demo'], home);
    expect(again.code).toBe(1);
    expect(again.err).toMatch(/here already/);
    const verified = await runCli(['audit', 'verify'], home);
    expect(verified.code, verified.all).toBe(0);

    const [, password = ''] = /password (\S+)/.exec(first.out) ?? [];
    const logins = [...first.out.matchAll(/\S+@\S+\.example/g)].map(String);
    const house = await startHouse({ home, keepHome: true, admin: false });
    const tokens = new Map<string, string>();
    for (const email of logins) tokens.set(email, await house.login({ email, password }));
    const roles = await Promise.all(
      logins.map(async (email) => (await house.call('GET', '/api/v1/auth/me', { token: tokens.get(email) })).json.role),
    );
    expect(new Set(roles)).toEqual(new Set(['platform_admin', 'hospital_admin', 'doctor', 'nurse', 'receptionist', 'trainee', 'patient']));
    let patients = 0;
    for (const [clinic, doctors] of [
      ['saffron', 4],
      ['riverside', 3],
    ] as const) {
      const token = tokens.get(`nurse@${clinic}.example`);
      const list = async (path: string) => (await house.call('GET', `${path}?limit=100`, { token })).json.items;
      patients += (await list('/api/v1/patients')).length;
      expect(await list('/api/v1/doctors')).toHaveLength(doctors);
      expect(await list('/api/v1/departments')).toHaveLength(doctors);
      const desk = tokens.get(`reception@${clinic}.example`);
      const days = new Date(Date.now() + 9 * 86_400_000).toISOString().slice(0, 10);
      const booked = (await house.call('GET', `/api/v1/appointments?limit=100&to=${days}`, { token: desk })).json.items;
      expect(new Set(booked.map(({ status }: { status: string }) => status))).toEqual(new Set(['booked', 'confirmed']));
      expect(booked).toHaveLength(12);
      const talks = await list('/api/v1/consultations');
      expect(talks.length).toBeGreaterThanOrEqual(14);
      const one = talks.find(({ mode }: { mode: string }) => mode === 'consultation');
      const whole = await house.call('GET', `/api/v1/consultations/${one.consultation_id}`, { token });
      expect(whole.json.messages.length).toBeGreaterThanOrEqual(2);
      expect(whole.json.messages.length % 2, 'each line has its answer').toBe(0);
    }
    expect(patients).toBe(50);
    // Red flags of made-up patients were seen to in their week, and call nobody today.
    const open = await house.house.storage.transact(PLATFORM, (stores) => stores.notices.takeOverdue('red_flag', Date.now(), Date.now()));
    expect(open).toEqual([]);
    await house.stop();

    const removed = await runCli(['seed', '--demo', '--reset'], home);
    expect(removed.out, removed.all).toMatch(/Removed 2 made-up hospitals/);
    const empty = await startHouse({ home, keepHome: true, admin: false });
    const left = await empty.house.storage.read(PLATFORM, async (stores) => ({
      nobody: await stores.access.isEmpty(),
      hospitals: await stores.access.hospitals({ limit: 10 }),
      box: (await stores.audit.list({}, { limit: 50 })).map(({ entry }) => entry.eventType),
    }));
    expect(left).toMatchObject({ nobody: true, hospitals: [] });
    expect(left.box.filter((type) => type === 'demo.removed')).toHaveLength(2);
    await empty.stop();
    const { openConnection } = await import('../../src/storage/sqlite/database.ts');
    const { openKeyRing } = await import('../../src/storage/key-ring.ts');
    const { configOf } = await import('../../src/config.ts');
    const db = openConnection(join(home, 'bedside.db'), openKeyRing(configOf({ BEDSIDE_HOME: home }).key, { mayMake: false }).database);
    for (const [table, owner] of Object.entries(tenancy))
      if (owner === 'hospital') {
        const rows = db.prepare(`SELECT count(*) FROM ${table} WHERE hospital_id <> '${PLATFORM}'`).pluck().get();
        expect(rows, table).toBe(0);
      }
    db.close();

    const second = await runCli(['seed', '--demo'], home);
    expect(second.out).toBe(first.out);
  });

  it('keeps away from a box with patients of its own unless it is asked to, and takes only its own away', async () => {
    const home = join(root, 'real');
    const house = await startHouse({ home, keepHome: true });
    const clinic = await seedHospital(house, await house.login(), 'Real Clinic', ['receptionist']);
    const token = clinic.tokens.receptionist;
    expect((await house.call('POST', '/api/v1/patients', { token, body: { name: 'A Real Person' } })).status).toBe(201);
    const refused = await runCli(['seed', '--demo'], home);
    expect(refused.code).toBe(1);
    expect(refused.err).toMatch(/patients of its own/);
    const meant = await runCli(['seed', '--demo', '--beside-real-data'], home);
    expect(meant.code, meant.all).toBe(0);
    expect(meant.out).not.toContain('platform_admin');
    expect((await runCli(['seed', '--demo', '--reset'], home)).code).toBe(0);
    const list = await house.call('GET', '/api/v1/patients', { token });
    expect(list.json.items).toHaveLength(1);
    expect((await runCli(['audit', 'verify'], home)).code).toBe(0);
    await house.stop();
  });
});
