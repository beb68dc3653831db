import { expect, it } from 'vitest';
import type { Job } from '../../../src/domain/jobs/job.ts';
import type { Jobs } from '../../../src/domain/jobs/jobs.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { makeLog } from '../../../src/shared/log.ts';
import { startWorkerLoop } from '../../../src/transport/worker/loop.ts';
import { until } from '../../kit/until.ts';

/** A queue in memory, and a worker that would sleep for ever. */
function worker(atOnce: number, handle: (job: Job) => Promise<unknown>) {
  const queue: Job[] = [];
  const looks = { count: 0 };
  const jobs: Partial<Jobs> = {
    async claim() {
      looks.count++;
      return queue.shift();
    },
    finish: async () => {},
    fail: async () => {},
  };
  const loop = startWorkerLoop({
    jobs: jobs as Jobs,
    handlers: { one: handle },
    mustWait: () => false,
    atOnce,
    clock: { ...systemClock, sleep: (_ms, signal) => systemClock.sleep(3_600_000, signal) },
    log: makeLog({ level: 'silent', showPii: false }),
  });
  const put = (id: string) => {
    queue.push({ id, kind: 'one', attempt: 1, cancelAsked: false, progress: { done: 0, total: 0, unit: '' } } as Job);
    loop.wake();
  };
  return { loop, put, looks };
}

it('a worker that is told of a job does it now', async () => {
  const did: string[] = [];
  const { loop, put, looks } = worker(1, async ({ id }) => did.push(id));
  await until(() => looks.count === 1, 'its first look');
  for (const id of ['a', 'b', 'c']) put(id);
  await until(() => did.join('') === 'abc', 'three jobs');
  await loop.stop();
});

it('does as many at once as it may, and no more', async () => {
  const doing = new Map<string, () => void>();
  const { loop, put } = worker(2, ({ id }) => new Promise<void>((resolve) => doing.set(id, resolve)));
  for (const id of ['a', 'b', 'c']) put(id);
  await until(() => doing.size === 2, 'two jobs');
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect([...doing.keys()]).toEqual(['a', 'b']);
  doing.get('b')?.();
  await until(() => doing.has('c'), 'the third');
  for (const end of doing.values()) end();
  await loop.stop();
});
