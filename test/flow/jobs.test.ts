import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Caller } from '../../src/domain/access/caller.ts';
import type { Job } from '../../src/domain/jobs/job.ts';
import { enqueue, type Jobs, makeJobs } from '../../src/domain/jobs/jobs.ts';
import type { Storage } from '../../src/domain/storage.ts';
import { abortable } from '../../src/shared/abort.ts';
import { systemClock } from '../../src/shared/clock.ts';
import { AppError } from '../../src/shared/errors.ts';
import { makeLog } from '../../src/shared/log.ts';
import { type JobHandler, startWorkerLoop, type WorkerLoop } from '../../src/transport/worker/loop.ts';
import { type FakeClock, makeFakeClock } from '../fakes/fake-clock.ts';
import { trusting } from '../fakes/trusting.ts';
import { readEvents } from '../kit/event-reader.ts';
import { type SeededHospital, seedHospital, startHouse, type TestHouse } from '../kit/house.ts';
import { callerOf, openTestStorage, type TestStorage } from '../kit/storage.ts';
import { until } from '../kit/until.ts';

const nurse = callerOf('h1', 'nurse');
const LEASE_MS = 30_000;
const progress = (done: number) => ({ done, total: 10, unit: 'pages' });

describe('jobs', () => {
  let open: TestStorage;
  let storage: Storage;
  let clock: FakeClock;
  let jobs: Jobs;
  beforeAll(async () => {
    open = await openTestStorage();
    storage = open.storage;
  });
  afterAll(() => open.close());
  beforeEach(() => {
    open.raw().exec('DELETE FROM jobs');
    clock = makeFakeClock();
    jobs = makeJobs({ storage, clock, time: trusting(clock) });
  });

  const put = (caller: Caller = nurse, kind = 'work'): Promise<Job> =>
    storage.transact(caller.hospitalId, (stores) => enqueue(stores, caller, clock.now().getTime(), kind, { of: caller.userId }));
  const see = (job: Job): Promise<Job | undefined> => storage.read(job.hospitalId, (stores) => stores.jobs.find(job.id));
  const claimed = async (kind = 'work'): Promise<Job> => {
    const job = await jobs.claim([kind]);
    if (!job) throw new Error('nothing to claim');
    return job;
  };

  describe('as they are claimed', () => {
    it('exist with the fact that caused them, and not without it', async () => {
      await expect(
        storage.transact('h1', async (stores) => {
          await enqueue(stores, nurse, 0, 'work', {});
          throw new Error('the fact did not come about');
        }),
      ).rejects.toThrow();
      expect(await jobs.claim(['work'])).toBeUndefined();
      const job = await put();
      expect(await jobs.claim(['other work'])).toBeUndefined();
      expect(await jobs.claim(['work'])).toMatchObject({ id: job.id, status: 'running', attempt: 1, payload: { of: nurse.userId } });
    });

    it('go to one claimant each, oldest first, whichever hospital they belong to', async () => {
      const put5: Job[] = [];
      for (let n = 0; n < 5; n++) {
        put5.push(await put(callerOf(`h${n % 3}`)));
        await clock.advance(1);
      }
      const claims = (await Promise.all(Array.from({ length: 20 }, () => jobs.claim(['work'])))).filter((job) => job !== undefined);
      expect(claims.map(({ id }) => id)).toEqual(put5.map(({ id }) => id));
    });

    it('come back when their lease is over, and not before; every word from their worker makes it longer', async () => {
      await put();
      const first = await claimed();
      await clock.advance(LEASE_MS - 1);
      expect(await jobs.claim(['work'])).toBeUndefined();
      expect(await jobs.progress(first, progress(1))).toBe(false);
      await clock.advance(LEASE_MS - 1);
      expect(await jobs.claim(['work'])).toBeUndefined();
      await clock.advance(2);
      expect(await jobs.claim(['work'])).toMatchObject({ id: first.id, attempt: 2, progress: progress(1) });
    });

    it('listen only to the claim that holds them', async () => {
      const job = await put();
      const lost = await claimed();
      await clock.advance(LEASE_MS + 1);
      const held = await claimed();
      // The first worker was only slow. What it says now changes nothing, and it is told to stop.
      expect(await jobs.progress(lost, progress(9))).toBe(true);
      await jobs.fail(lost, 'It went wrong.', undefined);
      await jobs.fail(lost, 'It went wrong.', 0);
      await jobs.markCancelled(lost);
      await jobs.finish(lost, 'the wrong result');
      expect(await see(job)).toMatchObject({ status: 'running', attempt: 2, progress: { done: 0 }, result: null, error: null });
      await jobs.finish(held, { pages: 10 });
      await jobs.fail(lost, 'It went wrong.', 0);
      expect(await see(job)).toMatchObject({ status: 'succeeded', result: { pages: 10 }, error: null, leaseUntil: null });
      expect(await jobs.claim(['work'])).toBeUndefined();
    });

    it('rest as long as they are told to before they are tried again', async () => {
      const job = await put();
      await jobs.fail(await claimed(), 'The line was busy.', 4_000);
      expect(await see(job)).toMatchObject({ status: 'queued', error: 'The line was busy.' });
      await clock.advance(3_999);
      expect(await jobs.claim(['work'])).toBeUndefined();
      await clock.advance(1);
      const again = await claimed();
      await jobs.finish(again, 1);
      expect(await see(job)).toMatchObject({ status: 'succeeded', attempt: 2, error: null });
    });
  });

  describe('as they are cancelled', () => {
    it('never begin when nobody has begun them', async () => {
      const job = await put();
      expect(await jobs.cancel(nurse, job.id)).toMatchObject({ status: 'cancelled' });
      expect(await jobs.claim(['work'])).toBeUndefined();
      await expect(jobs.cancel(nurse, job.id)).rejects.toMatchObject({ code: 'conflict' });
    });

    it('are told to stop at the next word of their worker, and are cancelled when it has', async () => {
      const job = await put();
      const held = await claimed();
      expect(await jobs.cancel(nurse, job.id)).toMatchObject({ status: 'running', cancelAsked: true });
      expect(await jobs.progress(held, progress(1))).toBe(true);
      await jobs.markCancelled(held);
      expect(await see(job)).toMatchObject({ status: 'cancelled', leaseUntil: null });
    });

    it('may have been done before anybody noticed', async () => {
      const job = await put();
      const held = await claimed();
      await jobs.cancel(nurse, job.id);
      await jobs.finish(held, 1);
      expect(await see(job)).toMatchObject({ status: 'succeeded' });
    });

    it('are seen and cancelled by who put them and by administrators, and exist for nobody else', async () => {
      const job = await put();
      const other = callerOf('h1', 'nurse', { userId: 'another nurse' });
      for (const stranger of [other, callerOf('h2'), callerOf('h2', 'nurse', { userId: nurse.userId })]) {
        await expect(jobs.read(stranger, job.id)).rejects.toMatchObject({ code: 'not-found' });
        await expect(jobs.cancel(stranger, job.id)).rejects.toMatchObject({ code: 'not-found' });
      }
      await expect(jobs.read(callerOf('h1', 'patient'), job.id)).rejects.toMatchObject({ code: 'forbidden' });
      expect((await jobs.list(other, { limit: 10 })).items).toEqual([]);
      expect((await jobs.list(callerOf('h1'), { limit: 10 })).items.map(({ id }) => id)).toEqual([job.id]);
      expect(await jobs.read(callerOf('h1'), job.id)).toMatchObject({ id: job.id });
      await jobs.cancel(callerOf('h1'), job.id);
      const log = await storage.read('h1', (stores) => stores.audit.list({ eventType: 'job.cancelled' }, { limit: 10 }));
      expect(log[0]?.entry.entityId).toBe(job.id);
    });
  });

  describe('as a worker does them', () => {
    const workers: WorkerLoop[] = [];
    afterEach(async () => {
      const all = Promise.all(workers.splice(0).map((worker) => worker.stop()));
      await clock.advance(6_000);
      await all;
    });
    const work = (handlers: Record<string, JobHandler>): WorkerLoop => {
      const worker = startWorkerLoop({ jobs, handlers, mustWait: () => false, clock, log: makeLog({ level: 'error', showPii: false }) });
      workers.push(worker);
      return worker;
    };
    /** Lets time pass until the job is in this state. */
    const becomes = async (job: Job, wanted: Partial<Job>) => {
      const matches = async () => {
        const now = await see(job);
        return now !== undefined && Object.entries(wanted).every(([key, value]) => now[key as keyof Job] === value);
      };
      await until(
        async () => {
          await clock.advance(250);
          return matches();
        },
        `the job to be ${JSON.stringify(wanted)}`,
      );
    };

    it('are carried out one after the other, and tell how far they are', async () => {
      const seen: string[] = [];
      const [one, two] = [await put(), await put(callerOf('h2'))];
      work({
        async work(job, run) {
          seen.push(`${job.hospitalId} begins`);
          await run.progress(5, 10, 'pages');
          expect(await see(job)).toMatchObject({ status: 'running', progress: { done: 5, total: 10, unit: 'pages' } });
          seen.push(`${job.hospitalId} ends`);
          return { read: 10 };
        },
      });
      await becomes(one, { status: 'succeeded' });
      await becomes(two, { status: 'succeeded' });
      expect(seen).toEqual(['h1 begins', 'h1 ends', 'h2 begins', 'h2 ends']);
      expect(await see(one)).toMatchObject({ result: { read: 10 }, progress: { done: 5 }, leaseUntil: null });
    });

    it('are tried three times, at growing distances, when something unforeseen happens; what it said is told to nobody', async () => {
      const at: number[] = [];
      const job = await put();
      work({
        work() {
          at.push(clock.elapsedMs());
          throw new Error('Mrs. Rao’s file is unreadable');
        },
      });
      await becomes(job, { status: 'failed' });
      expect(at).toHaveLength(3);
      const [first = 0, second = 0, third = 0] = at;
      expect(second - first).toBeGreaterThanOrEqual(2_000);
      expect(third - second).toBeGreaterThanOrEqual(4_000);
      expect(await see(job)).toMatchObject({ attempt: 3, error: 'Something went wrong on this box.' });
    });

    it('fail at once, with the sentence, where trying again would not help', async () => {
      let tries = 0;
      const job = await put();
      work({
        work() {
          tries++;
          throw new AppError('invalid', 'This document has no pages.');
        },
      });
      await becomes(job, { status: 'failed' });
      expect([tries, (await see(job))?.error]).toEqual([1, 'This document has no pages.']);
    });

    it('stop when they are cancelled, and leave the worker free', async () => {
      const [job, next] = [await put(), await put()];
      let reason: unknown;
      work({
        async work({ id }, { signal, progress: tell }) {
          if (id === next.id) return 'done';
          for (let done = 0; ; done++) {
            await tell(done, 100, 'pages');
            await abortable(clock.sleep(100), signal).catch((error: unknown) => {
              reason = error;
              throw error;
            });
          }
        },
      });
      await becomes(job, { status: 'running' });
      await jobs.cancel(nurse, job.id);
      await becomes(job, { status: 'cancelled' });
      expect(reason).toMatchObject({ code: 'cancelled' });
      await becomes(next, { status: 'succeeded' });
    });

    it('are done again by the next worker when one went down in the middle, and finish once', async () => {
      const begun: number[] = [];
      const job = await put();
      const first = work({
        async work({ attempt }, { signal }) {
          begun.push(attempt);
          await abortable(new Promise(() => {}), signal);
        },
      });
      await becomes(job, { status: 'running' });
      await first.stop();
      expect(await see(job)).toMatchObject({ status: 'running', error: null });
      work({
        async work({ attempt }) {
          begun.push(attempt);
          return 'whole';
        },
      });
      await becomes(job, { status: 'succeeded' });
      expect(begun).toEqual([1, 2]);
      expect(clock.elapsedMs()).toBeGreaterThanOrEqual(LEASE_MS);
    });

    it('are not begun again when they were cancelled while nobody was there', async () => {
      const job = await put();
      await claimed(); // by a worker that is no more
      await jobs.cancel(nurse, job.id);
      let begun = 0;
      work({ work: async () => begun++ });
      await becomes(job, { status: 'cancelled' });
      expect(begun).toBe(0);
    });

    it('are given up after they were begun many times and nobody saw them end', async () => {
      const job = await put();
      for (let attempt = 0; attempt < 10; attempt++) {
        await claimed();
        await clock.advance(LEASE_MS + 1);
      }
      let begun = 0;
      work({ work: async () => begun++ });
      await becomes(job, { status: 'failed' });
      expect(begun).toBe(0);
    });

    it('do not keep a box from going down when they do not listen', async () => {
      const job = await put();
      const worker = work({ work: () => new Promise(() => {}) });
      await becomes(job, { status: 'running' });
      let down = false;
      void worker.stop().then(() => {
        down = true;
      });
      await clock.advance(5_000);
      expect(down).toBe(true);
    });
  });
});

describe('jobs behind the door', () => {
  let house: TestHouse;
  let here: SeededHospital;
  let there: SeededHospital;
  let jobs: Jobs;
  beforeAll(async () => {
    house = await startHouse();
    const root = await house.login();
    here = await seedHospital(house, root, 'Here', ['hospital_admin', 'nurse', 'receptionist', 'patient']);
    there = await seedHospital(house, root, 'There', ['hospital_admin']);
    jobs = makeJobs({ storage: house.house.storage, clock: systemClock, time: trusting(systemClock) });
  });
  afterAll(() => house.stop());

  const put = (kind: string) =>
    house.house.storage.transact(here.hospitalId, (stores) =>
      enqueue(stores, callerOf(here.hospitalId, 'nurse', { userId: here.users.nurse?.user_id ?? '' }), Date.now(), kind, {
        secret: 'a payload is nobody’s business',
      }),
    );
  const watch = (id: string, token: string | undefined) =>
    readEvents(`${house.base}/api/v1/jobs/${id}`, { authorization: `Bearer ${token}` });

  it('are watched as they go on, and the line ends when they do', async () => {
    const job = await put('watched');
    const reader = await watch(job.id, here.tokens.nurse);
    expect([reader.status, reader.contentType]).toEqual([200, 'text/event-stream; charset=utf-8']);
    await reader.got(1);
    const held = await jobs.claim(['watched']);
    await reader.got(2);
    await jobs.progress(held as Job, progress(4));
    await reader.got(3);
    await jobs.finish(held as Job, { pages: 10 });
    await until(reader.ended, 'the end of the line');
    expect(reader.events.map(({ event, data }) => [event, data.status, data.progress.done])).toEqual([
      ['job', 'queued', 0],
      ['job', 'running', 0],
      ['job', 'running', 4],
      ['job', 'succeeded', 4],
    ]);
    expect(reader.events.at(-1)?.data).toMatchObject({ job_id: job.id, result: { pages: 10 } });
    expect(JSON.stringify(reader.events)).not.toContain('business');
  });

  it('are there as plain JSON for who asks for that, and can be cancelled', async () => {
    const job = await put('plain');
    const path = `/api/v1/jobs/${job.id}`;
    const read = await house.call('GET', path, { token: here.tokens.nurse });
    expect([read.status, read.json.status]).toEqual([200, 'queued']);
    expect((await house.call('GET', '/api/v1/jobs', { token: here.tokens.hospital_admin })).json.items[0].job_id).toBe(job.id);
    const cancelled = await house.call('POST', `${path}/cancel`, { token: here.tokens.nurse, body: {} });
    expect([cancelled.status, cancelled.json.status]).toEqual([200, 'cancelled']);
    expect((await house.call('POST', `${path}/cancel`, { token: here.tokens.nurse, body: {} })).status).toBe(409);
  });

  it('are nobody else’s', async () => {
    const job = await put('private');
    for (const [token, status] of [
      [there.tokens.hospital_admin, 404],
      [here.tokens.receptionist, 404],
      [here.tokens.patient, 403],
      [undefined, 401],
    ] as const) {
      for (const accept of ['application/json', 'text/event-stream']) {
        const answer = await house.call('GET', `/api/v1/jobs/${job.id}`, { token, headers: { accept } });
        expect([answer.status, answer.headers.get('content-type')]).toEqual([status, 'application/json; charset=utf-8']);
      }
    }
  });
});
