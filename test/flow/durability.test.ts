import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { crashAndCompare } from '../kit/crash.ts';
import { ADMIN } from '../kit/house.ts';
import { type ServiceProcess, startService } from '../kit/service.ts';

/**
 * The process is killed in the middle of its work, and what it promised is there afterwards: first the storage by itself, then the
 * whole service. That a kill is not a power cut, and what proves the rest, is said in test/kit/crash.ts.
 */
const long = process.env.BEDSIDE_TEST_LONG === '1';
const MINUTES = 60_000;

describe('after kill -9', () => {
  it(
    `nothing acknowledged is lost, doubled or half done, ${long ? 300 : 30} times`,
    async () => {
      const { cycles, acknowledged, faults } = await crashAndCompare({ cycles: long ? 300 : 30 });
      console.log(`${cycles} kills, ${acknowledged} acknowledged units, ${faults.length} faults`);
      expect(faults).toEqual([]);
      expect(cycles).toBe(long ? 300 : 30);
      expect(acknowledged).toBeGreaterThan(cycles);
    },
    30 * MINUTES,
  );

  it(
    `nor where every commit is synced by itself, the oracle, ${long ? 50 : 4} times`,
    async () => {
      const { faults, acknowledged } = await crashAndCompare({ cycles: long ? 50 : 4, full: true });
      expect(faults).toEqual([]);
      expect(acknowledged).toBeGreaterThan(0);
    },
    30 * MINUTES,
  );
});

describe('a service that is killed', () => {
  const running: ServiceProcess[] = [];
  const folders: string[] = [];
  afterEach(async () => {
    for (const { child, gone } of running.splice(0)) {
      child.kill('SIGKILL');
      await gone;
    }
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
  });
  const newHome = () => {
    const folder = mkdtempSync(join(tmpdir(), 'bedside-killed-'));
    folders.push(folder);
    return join(folder, 'home');
  };
  async function start(home: string): Promise<ServiceProcess> {
    const service = await startService(home);
    running.push(service);
    return service;
  }
  async function kill({ child, gone }: ServiceProcess): Promise<void> {
    child.kill('SIGKILL');
    await gone;
  }

  it(
    `while it starts for the first time, starts again, ${long ? 40 : 4} times`,
    async () => {
      for (let i = 0; i < (long ? 40 : 4); i++) {
        const home = newHome();
        // While it makes its key, its database, its tables, its first administrator.
        const first = await start(home);
        await new Promise((resolve) => setTimeout(resolve, 100 + Math.random() * 900));
        await kill(first);
        const again = await start(home);
        await again.up;
        const answer = await fetch(`${again.base}/api/v1/auth/login`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(ADMIN),
        });
        expect(answer.status).toBe(200);
        await kill(again);
      }
    },
    20 * MINUTES,
  );

  it(
    `while people write, has everything that it answered for, once, ${long ? 40 : 3} times`,
    async () => {
      const home = newHome();
      let service = await start(home);
      await service.up;
      const call = async (method: string, path: string, token?: string, body?: unknown, key?: string) => {
        const response = await fetch(service.base + path, {
          method,
          headers: {
            ...(body ? { 'content-type': 'application/json' } : {}),
            ...(token ? { authorization: `Bearer ${token}` } : {}),
            ...(key ? { 'idempotency-key': key } : {}),
          },
          ...(body ? { body: JSON.stringify(body) } : {}),
        });
        // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever JSON came
        return { status: response.status, json: (await response.json()) as any };
      };
      const signIn = async (who: { email: string; password: string }): Promise<string> =>
        (await call('POST', '/api/v1/auth/login', undefined, who)).json.access_token;
      const root = await signIn(ADMIN);
      const { json: hospital } = await call('POST', '/api/v1/admin/hospitals', root, {
        hospital_name: 'Killed',
        settings: { emergency_number: '112' },
      });
      const boss = { email: 'boss@killed.test', password: 'a long boss password' };
      await call('POST', '/api/v1/users', root, {
        ...boss,
        role: 'hospital_admin',
        hospital_id: hospital.hospital_id,
        first_name: 'B',
        last_name: 'B',
      });
      const token = await signIn(boss);

      const acknowledged = new Map<string, string>(); // name -> id
      const unanswered: string[] = [];
      let next = 0;
      for (let round = 0; round < (long ? 40 : 3); round++) {
        let killed = false;
        const lane = async () => {
          while (!killed) {
            const name = `Department ${++next}`;
            const answer = await call('POST', '/api/v1/departments', token, { name }, `key of ${name}`).catch(() => undefined);
            if (answer?.status === 201) acknowledged.set(name, answer.json.department_id);
            else unanswered.push(name);
          }
        };
        const lanes = Promise.all(Array.from({ length: 6 }, lane));
        await new Promise((resolve) => setTimeout(resolve, 100 + Math.random() * 300));
        const dead = kill(service);
        killed = true;
        await Promise.all([dead, lanes]);
        service = await start(home);
        await service.up;
        // Whoever had no answer asks again, with the same key.
        for (const name of unanswered.splice(0)) {
          const answer = await call('POST', '/api/v1/departments', token, { name }, `key of ${name}`);
          expect([name, answer.status]).toEqual([name, 201]);
          acknowledged.set(name, answer.json.department_id);
        }
      }
      const there: { department_id: string; name: string }[] = [];
      for (let cursor = ''; ; ) {
        const { json } = await call('GET', `/api/v1/departments?limit=200${cursor && `&cursor=${cursor}`}`, token);
        there.push(...json.items);
        if (!json.next_cursor) break;
        cursor = json.next_cursor;
      }
      expect(acknowledged.size).toBeGreaterThan(0);
      expect(new Map(there.map((one) => [one.name, one.department_id]))).toEqual(acknowledged);
      expect(there).toHaveLength(acknowledged.size);
      const audit = await call('GET', '/api/v1/audit/verify', token);
      expect(audit.json).toMatchObject({ ok: true });
      expect(audit.json.entries).toBeGreaterThanOrEqual(acknowledged.size);
    },
    20 * MINUTES,
  );

  it(
    'by a signal that asks, ends by itself and says so',
    async () => {
      const service = await start(newHome());
      await service.up;
      service.child.kill('SIGTERM');
      expect(await service.gone).toBe(0);
    },
    2 * MINUTES,
  );
});
