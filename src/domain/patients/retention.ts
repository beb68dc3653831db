import { throwIfAborted } from '../../shared/abort.ts';
import type { Clock } from '../../shared/clock.ts';
import { newId } from '../../shared/ids.ts';
import { type Caller, PLATFORM } from '../access/caller.ts';
import type { TrustedTime } from '../access/trusted-time.ts';
import { appendAudit } from '../audit/audit-log.ts';
import type { FileStore } from '../files.ts';
import { enqueue } from '../jobs/jobs.ts';
import type { Storage } from '../storage.ts';
import { clearBytes, type Eraser, REBUILD_DUE, recordDeletions, removeDoomedFiles } from './deleting.ts';
import type { Keeper } from './keeper.ts';
import { type RetentionKind, retentionKinds } from './kept.ts';

/**
 * What has had its time goes: every day a job for each kind and hospital deletes what is older than the hospital's days, row by row and
 * file by file, and writes down what went. A legal hold stops it, and so does a clock that is not believed. It knows no table of any room: keepers do.
 */
export interface Retention {
  /** Queues the jobs of a day, once. */
  queueWhenDue(): Promise<void>;
  /** Writes the database anew after deletions: at night, or after some days in which the box never saw a night. */
  rebuildWhenQuiet(): Promise<void>;
  /** The job kind `retention`. It may be cut off anywhere, and goes on where it was. */
  carryOut(hospitalId: string, kind: RetentionKind, run: RetentionRun): Promise<{ deleted: number; files: number }>;
}

export interface RetentionRun {
  readonly signal: AbortSignal;
  readonly progress: (done: number, total: number, unit: string) => Promise<void>;
}

export interface RetentionParts {
  readonly storage: Storage;
  readonly files: FileStore;
  readonly clock: Clock;
  readonly time: Pick<TrustedTime, 'doubt' | 'require'>;
  readonly keepers: readonly Keeper[];
  readonly eraser: Eraser;
}

const DAY_MS = 24 * 3_600_000;
/** Finished jobs of retention are seen for so long. */
const JOBS_KEPT_MS = 30 * DAY_MS;
/** Few enough that nobody who talks at that moment waits for it. */
const AT_A_TIME = 50;
const LONGEST_WAIT_MS = 3 * DAY_MS;
/** A setting of the platform: when the last day's jobs were queued, in ISO 8601. */
export const LAST_RETENTION = 'last_retention';

export function makeRetention({ storage, files, clock, time, keepers, eraser }: RetentionParts): Retention {
  const now = () => clock.now().getTime();
  const kinds = retentionKinds.filter((kind) => keepers.some((keeper) => keeper.kind === kind));
  const box = (hospitalId: string): Caller => ({
    userId: 'box',
    hospitalId,
    role: 'platform_admin',
    via: 'job',
    requestId: newId(now()),
    signal: new AbortController().signal,
  });

  /** Pure but for the clock: what is older than this has had its time. What was made today stays, whatever the setting. */
  const endOf = (days: number) => now() - Math.max(1, days) * DAY_MS;

  async function sweep(keeper: Keeper, hospitalId: string, beforeMs: number): Promise<number> {
    return storage.transact(hospitalId, async (stores) => {
      const held = await stores.keeping.heldPatients();
      const due = await keeper.due(stores, { beforeMs, held, limit: AT_A_TIME });
      // A hold is a hold, whether the keeper looked or not.
      const things = due.filter(({ patientId }) => patientId === null || !held.includes(patientId));
      const doomed = await keeper.remove(
        stores,
        things.map(({ id }) => id),
      );
      await recordDeletions(stores, keeper, { things, files: doomed, cause: 'retention', at: now() });
      return things.length;
    });
  }

  /** What the clock on the wall says: of the first hospital, for a box stands in one place. */
  async function boxHour(): Promise<number> {
    const [first] = await storage.read(PLATFORM, (stores) => stores.access.hospitals({ limit: 1 }));
    return hourIn(first?.settings.timeZone ?? 'UTC', clock.now());
  }

  return {
    async rebuildWhenQuiet() {
      const due = await storage.read(PLATFORM, (stores) => stores.access.setting(REBUILD_DUE));
      if (!due) return;
      const waitedMs = now() - Date.parse(due.split(' ')[0] ?? '');
      if (!isQuiet(await boxHour()) && waitedMs < LONGEST_WAIT_MS) return;
      await eraser.rebuild();
      await storage.transact(PLATFORM, async (stores) => {
        // What was deleted meanwhile waits for the next one.
        if ((await stores.access.setting(REBUILD_DUE)) === due) await stores.access.putSetting(REBUILD_DUE, '');
      });
    },

    async queueWhenDue() {
      if (await time.doubt()) return;
      const last = await storage.read(PLATFORM, (stores) => stores.access.setting(LAST_RETENTION));
      const since = last === undefined ? Number.POSITIVE_INFINITY : now() - Date.parse(last);
      const again = isQuiet(await boxHour()) ? DAY_MS / 2 : DAY_MS;
      if (since >= 0 && since < again) return;
      for (let after: string | undefined; ; ) {
        const page = await storage.read(PLATFORM, (stores) => stores.access.hospitals({ after, limit: 100 }));
        for (const { id } of page)
          await storage.transact(id, async (stores) => {
            await stores.jobs.forget('retention', now() - JOBS_KEPT_MS);
            for (const kind of kinds) await enqueue(stores, box(id), now(), 'retention', { kind });
          });
        after = page.at(-1)?.id;
        if (page.length < 100) break;
      }
      // Idempotency keys are good for a day; this is the day's end.
      await storage.transact(PLATFORM, async (stores) => {
        await stores.once.forget({ beforeMs: now() - DAY_MS });
        await stores.access.putSetting(LAST_RETENTION, clock.now().toISOString());
      });
    },

    async carryOut(hospitalId, kind, { signal, progress }) {
      await time.require();
      const hospital = await storage.read(hospitalId, (stores) => stores.access.hospital(hospitalId));
      if (!hospital) return { deleted: 0, files: 0 };
      const beforeMs = endOf(hospital.settings.retention[kind]);
      let deleted = 0;
      for (const keeper of keepers.filter((one) => one.kind === kind))
        for (;;) {
          throwIfAborted(signal);
          const gone = await sweep(keeper, hospitalId, beforeMs);
          deleted += gone;
          if (gone === 0) break;
          await progress(deleted, deleted, keeper.name);
          await clock.sleep(0); // people come first
        }
      const gone = await removeDoomedFiles(storage, files, hospitalId);
      if (deleted > 0) {
        await storage.transact(hospitalId, (stores) =>
          appendAudit(stores, box(hospitalId), now(), {
            eventType: 'retention.carried_out',
            action: 'D',
            entityType: kind,
            payload: { new: { deleted, files: gone, before: new Date(beforeMs).toISOString() } },
          }),
        );
        await clearBytes(storage, eraser, clock.now());
      }
      return { deleted, files: gone };
    },
  };
}

/** Pure: the small hours, in which hardly anybody talks to the box. */
export const isQuiet = (hour: number) => hour >= 2 && hour < 5;

/** Pure: the hour of the day at this place. */
export function hourIn(timeZone: string, at: Date): number {
  return Number(new Intl.DateTimeFormat('en', { timeZone, hour: 'numeric', hourCycle: 'h23' }).format(at));
}
