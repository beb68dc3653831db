import type { Clock } from '../../shared/clock.ts';
import { AppError } from '../../shared/errors.ts';
import { newId } from '../../shared/ids.ts';
import { type Page, type PageRequest, pageOf } from '../../shared/page.ts';
import { type Caller, PLATFORM } from '../access/caller.ts';
import { authorize, authorizeOwn, notFound } from '../access/policies.ts';
import { appendAudit } from '../audit/audit-log.ts';
import type { Storage, Stores } from '../storage.ts';
import type { Job } from './job.ts';

/** What people see of jobs, and what the worker does with them. Work is done at least once: a handler may meet half its own work. */
export interface Jobs {
  list(caller: Caller, page: PageRequest): Promise<Page<Job>>;
  read(caller: Caller, id: string): Promise<Job>;
  cancel(caller: Caller, id: string): Promise<Job>;
  claim(kinds: readonly string[]): Promise<Job | undefined>;
  /** Keeps the lease and says how far it is; true when somebody asked to stop. */
  progress(job: Job, progress: Job['progress']): Promise<boolean>;
  finish(job: Job, result: unknown): Promise<void>;
  /** Ends it with a sentence, or lets it run again after a while. */
  fail(job: Job, sentence: string, retryAfterMs: number | undefined): Promise<void>;
  markCancelled(job: Job): Promise<void>;
}

const LEASE_MS = 30_000;

export function makeJobs({ storage, clock }: { storage: Storage; clock: Clock }): Jobs {
  const now = () => clock.now().getTime();
  const isOver = (job: Job) => job.status === 'succeeded' || job.status === 'failed' || job.status === 'cancelled';

  return {
    async list(caller, page) {
      const grant = authorize(caller, 'jobs.read');
      const rows = await storage.read(caller.hospitalId, (stores) =>
        stores.jobs.list({ ...page, limit: page.limit + 1, createdBy: grant === 'own' ? caller.userId : undefined }),
      );
      return pageOf(rows, page.limit, (job) => job.id);
    },
    async read(caller, id) {
      authorize(caller, 'jobs.read');
      const job = await storage.read(caller.hospitalId, (stores) => stores.jobs.find(id));
      if (!job) throw notFound();
      authorizeOwn(caller, 'jobs.read', { userId: job.createdBy });
      return job;
    },
    async cancel(caller, id) {
      authorize(caller, 'jobs.cancel');
      return storage.transact(caller.hospitalId, async (stores) => {
        const job = await stores.jobs.find(id);
        if (!job) throw notFound();
        authorizeOwn(caller, 'jobs.cancel', { userId: job.createdBy });
        if (isOver(job)) throw new AppError('conflict', 'This job is over already.', { reason: 'CONFLICT' });
        const change = job.status === 'queued' ? { status: 'cancelled' as const, cancelAsked: true } : { cancelAsked: true };
        await stores.jobs.update(id, { ...change, updatedAt: now() });
        await appendAudit(stores, caller, now(), { eventType: 'job.cancelled', action: 'E', entityType: 'job', entityId: id });
        return { ...job, ...change };
      });
    },
    claim: (kinds) => storage.transact(PLATFORM, (stores) => stores.jobs.claimDue(kinds, now(), now() + LEASE_MS)),
    async progress(job, progress) {
      return storage.transact(job.hospitalId, async (stores) => {
        await stores.jobs.update(job.id, { progress, leaseUntil: now() + LEASE_MS, updatedAt: now() });
        return (await stores.jobs.find(job.id))?.cancelAsked ?? true;
      });
    },
    finish: (job, result) =>
      storage.transact(job.hospitalId, (stores) =>
        stores.jobs.update(job.id, { status: 'succeeded', result, leaseUntil: null, updatedAt: now() }),
      ),
    fail: (job, sentence, retryAfterMs) =>
      storage.transact(job.hospitalId, (stores) =>
        stores.jobs.update(
          job.id,
          retryAfterMs === undefined
            ? { status: 'failed', error: sentence, leaseUntil: null, updatedAt: now() }
            : { status: 'queued', error: sentence, leaseUntil: null, runAfter: now() + retryAfterMs, updatedAt: now() },
        ),
      ),
    markCancelled: (job) =>
      storage.transact(job.hospitalId, (stores) => stores.jobs.update(job.id, { status: 'cancelled', leaseUntil: null, updatedAt: now() })),
  };
}

/** Puts a job into the queue, in the unit of work of the fact that caused it. */
export async function enqueue(stores: Stores, caller: Caller, nowMs: number, kind: string, payload: unknown): Promise<Job> {
  const job: Job = {
    id: newId(nowMs),
    hospitalId: caller.hospitalId,
    kind,
    payload,
    status: 'queued',
    progress: { done: 0, total: 0, unit: '' },
    result: null,
    error: null,
    attempt: 0,
    leaseUntil: null,
    runAfter: nowMs,
    cancelAsked: false,
    createdBy: caller.userId,
    createdAt: nowMs,
    updatedAt: nowMs,
  };
  await stores.jobs.insert(job);
  return job;
}
