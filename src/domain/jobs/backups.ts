import type { Clock } from '../../shared/clock.ts';
import { AppError, isCancelled } from '../../shared/errors.ts';
import { newId } from '../../shared/ids.ts';
import { type Caller, PLATFORM } from '../access/caller.ts';
import { appendAudit } from '../audit/audit-log.ts';
import type { DiskRoom } from '../disk-room.ts';
import type { Storage } from '../storage.ts';
import {
  type BackupPlace,
  type BackupRun,
  isDue,
  isLate,
  isThere,
  type MadeBackup,
  type PlaceFault,
  type PlaceRecord,
  type PlaceStatus,
  statusOf,
  type Volume,
} from './backup-places.ts';
import { enqueue } from './jobs.ts';

/** Copies of everything the box knows, in each place that settings name: made when somebody asks or when one is due, and remembered. */
export interface Backups {
  /** The job kind `backup`: in every place, or in those that are due. One place that fails does not keep the others from theirs. */
  make(run: BackupRun, scope: 'all' | 'due'): Promise<Partial<MadeBackup> & { readonly places: readonly PlaceResult[] }>;
  /** Queues a backup when a place is due, and none is on its way. */
  queueWhenDue(): Promise<void>;
  status(): Promise<BackupStatus>;
  /** Writes down that a damaged database gave way to a backup, and which minutes it cost. */
  recordRecovery(recovery: RecoveryFacts): Promise<void>;
}

export interface PlaceResult {
  readonly folder: string;
  readonly fault: PlaceFault['reason'] | null;
}

export interface BackupStatus {
  readonly everyMs: number;
  /** Of the newest backup that was read back, wherever it lies. */
  readonly lastVerifiedAt: number | null;
  readonly isLate: boolean;
  /** Of the newest one that a dead disk would not take along. */
  readonly lastElsewhereAt: number | null;
  readonly places: readonly PlaceStatus[];
  /** Disks that are there and that nobody has named. */
  readonly volumes: readonly Volume[];
}

export interface RecoveryFacts {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Settings of the platform, as JSON: `{ at, folder, bytes, files }` and `{ at, from, to }`; times in ISO 8601. */
export const LAST_BACKUP = 'last_backup';
export const LAST_RECOVERY = 'last_recovery';
/** `{ [folder]: PlaceRecord }`. */
export const BACKUP_PLACES = 'backup_places';

export interface BackupsParts {
  readonly storage: Storage;
  readonly clock: Clock;
  readonly disk: Pick<DiskRoom, 'isLow'>;
  readonly places: readonly BackupPlace[];
  /** 0: only when somebody asks. */
  readonly everyMs: number;
  readonly volumes: () => readonly Volume[];
  /** Told once when a place begins to fail. */
  readonly failed: (fact: { folder: string; reason: PlaceFault['reason'] }) => Promise<void>;
}

export function makeBackups({ storage, clock, disk, places, everyMs, volumes, failed }: BackupsParts): Backups {
  const now = () => clock.now().getTime();
  const box = (): Caller => ({
    userId: 'box',
    hospitalId: PLATFORM,
    role: 'platform_admin',
    via: 'job',
    requestId: newId(now()),
    signal: new AbortController().signal,
  });
  let queued: string | undefined;

  const records = () => storage.read(PLATFORM, async (stores) => placeRecords(await stores.access.setting(BACKUP_PLACES)));
  const dueAmong = (known: PlaceRecords) =>
    places.filter((place) => {
      const record = known[place.folder];
      return isDue({ newestMs: place.newest()?.madeAtMs, there: isThere(place.look(), record), record }, now(), everyMs);
    });

  async function keep({ folder }: BackupPlace, next: PlaceRecord): Promise<void> {
    const before = await storage.transact(PLATFORM, async (stores) => {
      const known = placeRecords(await stores.access.setting(BACKUP_PLACES));
      await stores.access.putSetting(BACKUP_PLACES, JSON.stringify({ ...known, [folder]: next }));
      return known[folder];
    });
    if (next.fault && next.fault.reason !== before?.fault?.reason) await failed({ folder, reason: next.fault.reason });
  }

  async function makeAt(place: BackupPlace, before: PlaceRecord | undefined, { signal, progress }: BackupRun): Promise<MadeBackup | Fault> {
    const look = place.look();
    try {
      if (!isThere(look, before))
        throw new AppError(
          'unavailable',
          'The folder {folder} for backups is not there. Put its disk in, or take it out of the settings.',
          {
            values: { folder: place.folder },
          },
        );
      const made = await place.make({ signal, onProgress: (done, total) => void progress(done, total, 'bytes').catch(() => {}) });
      await rememberBackup(storage, made);
      await keep(place, { mounted: look.mounted, fault: null });
      return { folder: made.folder, bytes: made.bytes, files: made.files };
    } catch (error) {
      if (signal.aborted || isCancelled(error)) throw error;
      const known = error instanceof AppError ? error : undefined;
      const reason = !isThere(look, before) ? 'missing' : known?.details.reason === 'STORAGE_FULL' ? 'full' : 'failed';
      const sentence = known?.sentence ?? 'Something went wrong on this box.';
      await keep(place, {
        mounted: before?.mounted ?? look.mounted,
        fault: { at: now(), reason, sentence, values: known?.details.values ?? {} },
      });
      return { folder: place.folder, reason, error };
    }
  }

  return {
    async make(run, scope) {
      const known = await records();
      const chosen = scope === 'all' ? places : dueAmong(known);
      const results: (MadeBackup | Fault)[] = [];
      for (const place of chosen) results.push(await makeAt(place, known[place.folder], run));
      const [made] = results.filter((result): result is MadeBackup => !('reason' in result));
      const [fault] = results.filter((result): result is Fault => 'reason' in result);
      // Who asked for one is told that there is none; what the clock asked for is told as a notice, and tried again.
      if (!made && fault && scope === 'all') throw fault.error;
      const told = chosen.map(({ folder }, i) => {
        const result = results[i];
        return { folder, fault: result && 'reason' in result ? result.reason : null };
      });
      return { ...made, places: told };
    },

    async queueWhenDue() {
      if (everyMs === 0 || disk.isLow() || dueAmong(await records()).length === 0) return;
      await storage.transact(PLATFORM, async (stores) => {
        const before = queued === undefined ? undefined : await stores.jobs.find(queued);
        if (before?.status === 'queued' || before?.status === 'running') return;
        queued = (await enqueue(stores, box(), now(), 'backup', { automatic: true })).id;
      });
    },

    async status() {
      const [known, last] = await storage.read(PLATFORM, async (stores) => [
        placeRecords(await stores.access.setting(BACKUP_PLACES)),
        await stores.access.setting(LAST_BACKUP),
      ]);
      return backupStatus({ places, records: known, last, volumes: volumes(), nowMs: now(), everyMs });
    },

    async recordRecovery({ fromMs, toMs }) {
      const from = new Date(fromMs).toISOString();
      const to = new Date(toMs).toISOString();
      await storage.transact(PLATFORM, async (stores) => {
        await stores.access.putSetting(LAST_RECOVERY, JSON.stringify({ at: clock.now().toISOString(), from, to }));
        await appendAudit(stores, box(), now(), {
          eventType: 'storage.recovered',
          action: 'E',
          entityType: 'box',
          payload: { new: { missingFrom: from, missingTo: to } },
        });
      });
    },
  };
}

type PlaceRecords = Readonly<Record<string, PlaceRecord>>;
interface Fault {
  readonly folder: string;
  readonly reason: PlaceFault['reason'];
  readonly error: unknown;
}

export function placeRecords(setting: string | undefined): PlaceRecords {
  return setting === undefined ? {} : (JSON.parse(setting) as PlaceRecords);
}

/** All that can be said of the box's backups, from what is kept and what lies on the disks. */
export function backupStatus(facts: {
  readonly places: readonly BackupPlace[];
  readonly records: PlaceRecords;
  /** The setting `last_backup`: somebody may have made one by hand, onto a disk that is on a shelf by now. */
  readonly last: string | undefined;
  readonly volumes: readonly Volume[];
  readonly nowMs: number;
  readonly everyMs: number;
}): BackupStatus {
  const { nowMs, everyMs } = facts;
  const places = facts.places.map((place) => statusOf(place, facts.records[place.folder], nowMs, everyMs));
  const newest = (times: readonly (number | null)[]) =>
    times.reduce<number | null>((a, b) => (a === null || (b !== null && b > a) ? b : a), null);
  const byHand = facts.last === undefined ? null : Date.parse((JSON.parse(facts.last) as { at: string }).at);
  const lastVerifiedAt = newest([byHand, ...places.map((place) => place.lastVerifiedAt)]);
  const named = places.map(({ folder }) => folder);
  return {
    everyMs,
    lastVerifiedAt,
    isLate: lastVerifiedAt === null || isLate(lastVerifiedAt, nowMs, everyMs),
    lastElsewhereAt: newest(places.filter(({ sameDisk }) => sameDisk === false).map((place) => place.lastVerifiedAt)),
    places,
    volumes: facts.volumes.filter(({ folder }) => !named.some((name) => name === folder || name.startsWith(`${folder}/`))),
  };
}

/** Writes down where the newest backup lies, whoever made it. */
export async function rememberBackup(storage: Storage, made: MadeBackup & { readonly madeAtMs: number }): Promise<void> {
  const { madeAtMs, folder, bytes, files } = made;
  await storage.transact(PLATFORM, (stores) =>
    stores.access.putSetting(LAST_BACKUP, JSON.stringify({ at: new Date(madeAtMs).toISOString(), folder, bytes, files })),
  );
}
