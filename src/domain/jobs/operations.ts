import type { Machines } from '../../engines/machines.ts';
import type { Clock } from '../../shared/clock.ts';
import { AppError } from '../../shared/errors.ts';
import { type Caller, PLATFORM } from '../access/caller.ts';
import { transactOnce } from '../access/once.ts';
import { authorize, notFound } from '../access/policies.ts';
import { appendAudit } from '../audit/audit-log.ts';
import type { DiskRoom } from '../disk-room.ts';
import type { Storage } from '../storage.ts';
import type { BackupStatus } from './backups.ts';
import type { Job } from './job.ts';
import { enqueue } from './jobs.ts';

/** What the person who looks after the box may see and start; what takes a while is a job. */
export interface Operations {
  backup(caller: Caller): Promise<Job>;
  /** When the last one was verified, where they lie, and which other disks are there. */
  backups(caller: Caller): Promise<BackupStatus>;
  /** Every model that is known, and what is on this box of it. */
  models(caller: Caller): Promise<readonly object[]>;
  /** Throws `not-found` for a model that nobody knows. */
  pullModel(caller: Caller, id: string): Promise<Job>;
  engines(caller: Caller): ReturnType<Machines['reports']>;
  capacity(caller: Caller): Capacity;
  connectivity(caller: Caller): Promise<Connectivity>;
  setConnectivity(caller: Caller, mode: Connectivity['mode']): Promise<Connectivity>;
}

/** The model store, as far as a room needs it. */
export interface ModelStore {
  list(): Promise<readonly object[]>;
  /** Throws `not-found`. */
  require(id: string): Promise<void>;
}

export interface Capacity extends ReturnType<Machines['load']> {
  readonly voiceSessions: { readonly limit: number; readonly measured: number | null };
  readonly cores: number;
  readonly ramBytes: number;
}

export interface Connectivity {
  readonly mode: 'offline' | 'metered' | 'online';
  /** True where the box was started with BEDSIDE_OFFLINE=1, which no setting overrides. */
  readonly forced: boolean;
}

export interface OperationsParts {
  readonly storage: Storage;
  readonly clock: Clock;
  readonly disk: Pick<DiskRoom, 'refuseIfLow'>;
  readonly backups: () => Promise<BackupStatus>;
  readonly models: ModelStore;
  readonly machines: Machines;
  readonly offline: boolean;
  readonly maxSessions: number;
  /** How many voice sessions `bench` found this box to carry; null where it was not run. */
  readonly measuredSessions: number | null;
  readonly hardware: { readonly cores: number; readonly ramBytes: number };
}

const CONNECTIVITY = 'connectivity';

export function makeOperations({
  storage,
  clock,
  disk,
  backups,
  models,
  machines,
  offline,
  maxSessions,
  measuredSessions,
  hardware,
}: OperationsParts): Operations {
  const now = () => clock.now().getTime();

  async function connectivity(): Promise<Connectivity> {
    const kept = await storage.read(PLATFORM, (stores) => stores.access.setting(CONNECTIVITY));
    return { mode: offline ? 'offline' : ((kept as Connectivity['mode'] | undefined) ?? 'offline'), forced: offline };
  }

  async function start(caller: Caller, kind: string, payload: object): Promise<Job> {
    disk.refuseIfLow();
    return transactOnce(storage, caller, caller.hospitalId, now(), async (stores) => {
      const job = await enqueue(stores, caller, now(), kind, payload);
      await appendAudit(stores, caller, now(), {
        eventType: `${kind.replaceAll('-', '_')}.requested`,
        action: 'E',
        entityType: 'job',
        entityId: job.id,
        payload: { new: { ...payload } },
      });
      return job;
    });
  }

  return {
    async backup(caller) {
      authorize(caller, 'system.manage');
      return start(caller, 'backup', {});
    },
    async backups(caller) {
      authorize(caller, 'system.read');
      return backups();
    },
    async models(caller) {
      authorize(caller, 'system.read');
      return models.list();
    },
    async pullModel(caller, id) {
      authorize(caller, 'system.manage');
      // The store names what it does not know, for the operator at the box; a door says nothing again that it was asked.
      await models.require(id).catch((error: unknown) => {
        throw error instanceof AppError && error.code === 'not-found' ? notFound() : error;
      });
      return start(caller, 'model-pull', { id });
    },
    engines(caller) {
      authorize(caller, 'system.read');
      return machines.reports();
    },
    capacity(caller) {
      authorize(caller, 'system.read');
      return {
        ...machines.load(),
        voiceSessions: { limit: Math.min(maxSessions, measuredSessions ?? maxSessions), measured: measuredSessions },
        ...hardware,
      };
    },
    async connectivity(caller) {
      authorize(caller, 'system.read');
      return connectivity();
    },
    async setConnectivity(caller, mode) {
      authorize(caller, 'system.manage');
      await storage.transact(PLATFORM, async (stores) => {
        const before = await stores.access.setting(CONNECTIVITY);
        await stores.access.putSetting(CONNECTIVITY, mode);
        await appendAudit(stores, { ...caller, hospitalId: PLATFORM }, now(), {
          eventType: 'connectivity.changed',
          action: 'U',
          entityType: 'box',
          payload: { old: { mode: before ?? 'offline' }, new: { mode } },
        });
      });
      return connectivity();
    },
  };
}
