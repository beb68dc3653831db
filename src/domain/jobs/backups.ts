import type { Clock } from '../../shared/clock.ts';
import { newId } from '../../shared/ids.ts';
import { type Caller, PLATFORM } from '../access/caller.ts';
import { appendAudit } from '../audit/audit-log.ts';
import type { DiskRoom } from '../disk-room.ts';
import type { Storage } from '../storage.ts';
import { enqueue } from './jobs.ts';

/** Copies of everything the box knows: made when somebody asks or when one is due, and remembered, so that `doctor` can tell of the last. */
export interface Backups {
  /** The job kind `backup`. */
  make(run: BackupRun): Promise<MadeBackup>;
  /** Queues a backup when the newest one is older than this, and none is on its way. */
  queueWhenDue(everyMs: number): Promise<void>;
  /** Writes down that a damaged database gave way to a backup, and which minutes it cost. */
  recordRecovery(recovery: RecoveryFacts): Promise<void>;
}

export interface BackupRun {
  readonly signal: AbortSignal;
  readonly progress: (done: number, total: number, unit: string) => Promise<void>;
}

export interface MadeBackup {
  readonly folder: string;
  readonly bytes: number;
  readonly files: number;
}

/** What the cellar does of it. */
export interface BackupMaker {
  make(run: {
    signal: AbortSignal;
    onProgress: (done: number, total: number) => void;
  }): Promise<MadeBackup & { readonly madeAtMs: number }>;
  /** When the newest of the box's own backups was made. */
  newestMs(): number | undefined;
}

export interface RecoveryFacts {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Settings of the platform, as JSON: `{ at, folder, bytes, files }` and `{ at, from, to }`; times in ISO 8601. */
export const LAST_BACKUP = 'last_backup';
export const LAST_RECOVERY = 'last_recovery';

export interface BackupsParts {
  readonly storage: Storage;
  readonly clock: Clock;
  readonly disk: Pick<DiskRoom, 'isLow'>;
  readonly maker: BackupMaker;
}

export function makeBackups({ storage, clock, disk, maker }: BackupsParts): Backups {
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

  return {
    async make({ signal, progress }) {
      const made = await maker.make({ signal, onProgress: (done, total) => void progress(done, total, 'bytes').catch(() => {}) });
      await rememberBackup(storage, made);
      return { folder: made.folder, bytes: made.bytes, files: made.files };
    },

    async queueWhenDue(everyMs) {
      const newest = maker.newestMs();
      if ((newest !== undefined && now() - newest < everyMs) || disk.isLow()) return;
      await storage.transact(PLATFORM, async (stores) => {
        const before = queued === undefined ? undefined : await stores.jobs.find(queued);
        if (before?.status === 'queued' || before?.status === 'running') return;
        queued = (await enqueue(stores, box(), now(), 'backup', { automatic: true })).id;
      });
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

/** Writes down where the newest backup lies, whoever made it. */
export async function rememberBackup(storage: Storage, made: MadeBackup & { readonly madeAtMs: number }): Promise<void> {
  const { madeAtMs, folder, bytes, files } = made;
  await storage.transact(PLATFORM, (stores) =>
    stores.access.putSetting(LAST_BACKUP, JSON.stringify({ at: new Date(madeAtMs).toISOString(), folder, bytes, files })),
  );
}
