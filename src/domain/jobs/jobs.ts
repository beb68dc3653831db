import type { Clock } from '../../shared/clock.ts';
import { AppError } from '../../shared/errors.ts';
import { newId } from '../../shared/ids.ts';
import { type Page, type PageRequest, pageOf } from '../../shared/page.ts';
import { type Caller, PLATFORM } from '../access/caller.ts';
import { authorize, authorizeOwn, notFound } from '../access/policies.ts';
import type { TrustedTime } from '../access/trusted-time.ts';
import { appendAudit } from '../audit/audit-log.ts';
import type { Storage, Stores } from '../storage.ts';
import type { Job } from './job.ts';
import type { JobStore } from './job-store.ts';

/** What people see of jobs, and what the worker does with them. Work is done at least once: a handler may meet half its own work. */
export interface Jobs {
  list(caller: Caller, page: PageRequest): Promise<Page<Job>>;
  read(caller: Caller, id: string): Promise<Job>;
  cancel(caller: Caller, id: string): Promise<Job>;
  claim(kinds: readonly string[]): Promise<Job | undefined>;
  /** Keeps the lease and says how far it is; true when somebody asked to stop, or when the lease was lost. */
  progress(job: Job, progress: Job['progress']): Promise<boolean>;
  finish(job: Job, result: unknown): Promise<void>;
  /** Ends it with a sentence, or lets it run again after a while. */
  fail(job: Job, sentence: string, retryAfterMs: number | undefined): Promise<void>;
  markCancelled(job: Job): Promise<void>;
}

const LEASE_MS = 30_000;

export interface JobsParts {
  readonly storage: Storage;
  readonly clock: Clock;
  readonly time: Pick<TrustedTime, 'lifeMs'>;
  /** By kind: what else it means that a job ended without having done its work. In the unit of work in which it ends. */
  readonly ended?: Readonly<Record<string, (stores: Stores, job: Job, sentence: string) => Promise<void>>>;
}

export const CANCELLED = 'The job was cancelled.';

export function makeJobs({ storage, clock, time, ended = {} }: JobsParts): Jobs {
  const now = () => clock.now().getTime();
  // A lease ends when its time has passed, whatever the clock on the wall was set to meanwhile.
  const life = () => time.lifeMs();
  const isOver = (job: Job) => job.status === 'succeeded' || job.status === 'failed' || job.status === 'cancelled';

  async function find(caller: Caller, id: string): Promise<Job> {
    for (const hospitalId of placesOf(caller)) {
      const job = await storage.read(hospitalId, (stores) => stores.jobs.find(id));
      if (job) return job;
    }
    throw notFound();
  }

  /** Changes a job that this claim still holds. Undefined when its lease was lost to another claim, whose word then counts. */
  const changeHeld = (job: Job, change: Parameters<JobStore['update']>[1]): Promise<Job | undefined> =>
    storage.transact(job.hospitalId, async (stores) => {
      const current = await stores.jobs.find(job.id);
      if (current?.status !== 'running' || current.attempt !== job.attempt) return undefined;
      await stores.jobs.update(job.id, { ...change, updatedAt: now() });
      if (change.status === 'failed' || change.status === 'cancelled') await ended[job.kind]?.(stores, job, change.error ?? CANCELLED);
      return current;
    });

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
      const job = await find(caller, id);
      authorizeOwn(caller, 'jobs.read', { userId: job.createdBy });
      return job;
    },
    async cancel(caller, id) {
      authorize(caller, 'jobs.cancel');
      const { hospitalId } = await find(caller, id);
      return storage.transact(hospitalId, async (stores) => {
        const job = await stores.jobs.find(id);
        if (!job) throw notFound();
        authorizeOwn(caller, 'jobs.cancel', { userId: job.createdBy });
        if (isOver(job)) throw new AppError('conflict', 'This job is over already.', { reason: 'CONFLICT' });
        const change = job.status === 'queued' ? { status: 'cancelled' as const, cancelAsked: true } : { cancelAsked: true };
        await stores.jobs.update(id, { ...change, updatedAt: now() });
        if (job.status === 'queued') await ended[job.kind]?.(stores, job, CANCELLED);
        await appendAudit(stores, caller, now(), { eventType: 'job.cancelled', action: 'E', entityType: 'job', entityId: id });
        return { ...job, ...change };
      });
    },
    claim: (kinds) =>
      storage.transact(PLATFORM, (stores) => stores.jobs.claimDue(kinds, { lifeMs: life(), leaseMs: LEASE_MS, nowMs: now() })),
    async progress(job, progress) {
      const held = await changeHeld(job, { progress, leaseUntil: life() + LEASE_MS });
      return held?.cancelAsked ?? true;
    },
    async finish(job, result) {
      await changeHeld(job, { status: 'succeeded', result, error: null, leaseUntil: null });
    },
    async fail(job, sentence, retryAfterMs) {
      await changeHeld(
        job,
        retryAfterMs === undefined
          ? { status: 'failed', error: sentence, leaseUntil: null }
          : { status: 'queued', error: sentence, leaseUntil: null, runAfter: life() + retryAfterMs },
      );
    },
    async markCancelled(job) {
      await changeHeld(job, { status: 'cancelled', leaseUntil: null });
    },
  };
}

/** Where a job of the caller's may lie: the box's own are found by whoever looks after it, whichever hospital they look at. */
function placesOf({ hospitalId, role }: Caller): readonly string[] {
  return role === 'platform_admin' && hospitalId !== PLATFORM ? [hospitalId, PLATFORM] : [hospitalId];
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
    runAfter: 0, // at once; only what is tried again waits
    cancelAsked: false,
    createdBy: caller.userId,
    createdAt: nowMs,
    updatedAt: nowMs,
  };
  await stores.jobs.insert(job);
  return job;
}
