import type { Job } from '../../domain/jobs/job.ts';
import type { Jobs } from '../../domain/jobs/jobs.ts';
import type { Clock } from '../../shared/clock.ts';
import { AppError, isCancelled } from '../../shared/errors.ts';
import { describeError, type Log } from '../../shared/log.ts';

/** A job is a request that arrived earlier; its handler calls a room. It may meet half of its own work, and is told when to stop. */
export type JobHandler = (
  job: Job,
  run: { signal: AbortSignal; progress: (done: number, total: number, unit: string) => Promise<void> },
) => Promise<unknown>;

export interface WorkerLoop {
  /** There is something to do: looks now, and not in half a second. */
  wake(): void;
  stop(): Promise<void>;
}

const LOOK_MS = 500;
const KEEP_MS = 10_000;
const TRIES = 3;
/** So often a job is begun whose end nobody saw: one that brings the box down each time must not do it for ever. */
const BEGUN = 10;
const GOODBYE_MS = 5_000;
const REPORT_MS = 250;

export interface WorkerParts {
  readonly jobs: Jobs;
  readonly handlers: Readonly<Record<string, JobHandler>>;
  /** True while nothing is begun: a job is work that can wait. */
  readonly mustWait: () => boolean;
  /** Jobs at a time; one where undefined. A long one then does not hold up a short one. */
  readonly atOnce?: number;
  readonly clock: Clock;
  readonly log: Log;
}

export function startWorkerLoop(parts: WorkerParts): WorkerLoop {
  const { jobs, handlers, mustWait, atOnce = 1, clock, log } = parts;
  const stopping = new AbortController();
  let rings = 0;
  let nap = new AbortController();

  async function carryOut(job: Job): Promise<void> {
    const cancel = new AbortController();
    const signal = AbortSignal.any([cancel.signal, stopping.signal]);
    let last: Job['progress'] = job.progress;
    let reportedMs = Number.NEGATIVE_INFINITY;
    const report = async () => {
      if (await jobs.progress(job, last)) cancel.abort(new AppError('cancelled', 'The job was cancelled.'));
    };
    // The lease is kept while the work is silent, too.
    const keeping = setInterval(() => void report().catch(() => {}), KEEP_MS);
    try {
      if (job.cancelAsked) return await jobs.markCancelled(job);
      if (job.attempt > BEGUN) return await jobs.fail(job, 'This job was begun many times and never came to an end.', undefined);
      const handler = handlers[job.kind];
      if (!handler) throw new AppError('internal', 'Nobody here can do this job.');
      const result = await handler(job, {
        signal,
        progress: async (done, total, unit) => {
          last = { done, total, unit };
          // A download tells of every piece; people look a few times a second.
          if (clock.elapsedMs() - reportedMs < REPORT_MS && done < total) return;
          reportedMs = clock.elapsedMs();
          await report();
        },
      });
      await jobs.finish(job, result ?? null);
      log.info({ jobId: job.id, kind: job.kind, hospitalId: job.hospitalId }, 'job.succeeded');
    } catch (error) {
      if (stopping.signal.aborted) return; // its lease ends by itself, and it is done again
      if (cancel.signal.aborted || isCancelled(error)) return jobs.markCancelled(job);
      const known = error instanceof AppError;
      const retry = !known || error.code === 'unavailable' || error.code === 'overloaded' || error.code === 'timed-out';
      log.warn({ jobId: job.id, kind: job.kind, attempt: job.attempt, error: describeError(error) }, 'job.failed');
      await jobs.fail(
        job,
        known ? error.message : 'Something went wrong on this box.',
        retry && job.attempt < TRIES ? 2 ** job.attempt * 1_000 : undefined,
      );
    } finally {
      clearInterval(keeping);
    }
  }

  async function loop(): Promise<void> {
    while (!stopping.signal.aborted) {
      const heard = rings;
      const job = mustWait()
        ? undefined
        : await jobs.claim(Object.keys(handlers)).catch((error: unknown) => {
            log.error({ error: describeError(error) }, 'job.claim-failed');
            return undefined;
          });
      if (job) await carryOut(job).catch((error: unknown) => log.error({ jobId: job.id, error: describeError(error) }, 'job.lost'));
      // Who rang while the look was being taken was perhaps not seen by it.
      else if (heard === rings) await clock.sleep(LOOK_MS, AbortSignal.any([stopping.signal, nap.signal])).catch(() => {});
    }
  }

  const running = Promise.all(Array.from({ length: atOnce }, loop));
  return {
    wake() {
      rings++;
      nap.abort();
      nap = new AbortController();
    },
    async stop() {
      stopping.abort();
      // A handler that does not listen is left behind: its lease ends by itself, and the job is done again.
      await Promise.race([running, clock.sleep(GOODBYE_MS)]);
    },
  };
}
