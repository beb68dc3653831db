import type { Clock } from '../../shared/clock.ts';
import { AppError } from '../../shared/errors.ts';
import { appendAudit } from '../audit/audit-log.ts';
import type { Storage, Stores } from '../storage.ts';
import { type Caller, PLATFORM } from './caller.ts';
import { authorize } from './policies.ts';
import type { Users } from './users.ts';

/**
 * The mark on made-up hospitals. Nothing else on a box is ever removed as a whole: only what was marked while it was empty, and
 * the box's own chain says that it was there and went.
 */
export interface Demo {
  marked(caller: Caller): Promise<DemoMark>;
  /** Marks what was just made. A hospital with a patient in it is somebody's, and takes no mark. */
  mark(caller: Caller, what: { readonly hospitalId?: string; readonly adminId?: string }): Promise<void>;
  /** True where a hospital without the mark has patients. */
  hasRealData(caller: Caller): Promise<boolean>;
  /** Removes every marked hospital with all that is in it, and shuts the marked sign-ins. */
  remove(caller: Caller): Promise<DemoMark>;
}

export interface DemoMark {
  readonly hospitals: readonly string[];
  readonly admins: readonly string[];
}

const DEMO = 'demo';
const NOTHING: DemoMark = { hospitals: [], admins: [] };

export function makeDemo({ storage, clock, users }: { storage: Storage; clock: Clock; users: Pick<Users, 'remove'> }): Demo {
  const now = () => clock.now().getTime();
  const markOf = async (stores: Stores): Promise<DemoMark> => {
    const kept = await stores.access.setting(DEMO);
    return kept === undefined ? NOTHING : (JSON.parse(kept) as DemoMark);
  };
  const onBox = (caller: Caller): Caller => ({ ...caller, hospitalId: PLATFORM });
  const hasPatients = async (stores: Stores) => (await stores.patients.list({ limit: 1 })).length > 0;

  return {
    async marked(caller) {
      authorize(caller, 'hospitals.create');
      return storage.read(PLATFORM, markOf);
    },

    async mark(caller, { hospitalId, adminId }) {
      authorize(caller, 'hospitals.create');
      if (hospitalId !== undefined && (await storage.read(hospitalId, hasPatients)))
        throw new AppError('conflict', 'This hospital has patients already, so it cannot be a made-up one.', { reason: 'CONFLICT' });
      await storage.transact(PLATFORM, async (stores) => {
        const { hospitals, admins } = await markOf(stores);
        const after: DemoMark = {
          hospitals: [...hospitals, ...(hospitalId === undefined ? [] : [hospitalId])],
          admins: [...admins, ...(adminId === undefined ? [] : [adminId])],
        };
        await stores.access.putSetting(DEMO, JSON.stringify(after));
        await appendAudit(stores, onBox(caller), now(), {
          eventType: 'demo.marked',
          action: 'C',
          entityType: hospitalId === undefined ? 'user' : 'hospital',
          entityId: hospitalId ?? adminId ?? null,
        });
      });
    },

    async hasRealData(caller) {
      authorize(caller, 'hospitals.create');
      const { hospitals: ours } = await storage.read(PLATFORM, markOf);
      for (let after: string | undefined; ; ) {
        const page = await storage.read(PLATFORM, (stores) => stores.access.hospitals({ after, limit: 200 }));
        for (const { id } of page) if (!ours.includes(id) && (await storage.read(id, hasPatients))) return true;
        after = page.at(-1)?.id;
        if (page.length < 200) return false;
      }
    },

    async remove(caller) {
      authorize(caller, 'hospitals.create');
      const mark = await storage.read(PLATFORM, markOf);
      for (const hospitalId of mark.hospitals) await storage.transact(hospitalId, (stores) => stores.access.eraseHospital());
      for (const adminId of mark.admins)
        await users.remove(onBox(caller), adminId).catch((error: unknown) => {
          if (!(error instanceof AppError && error.code === 'not-found')) throw error; // somebody removed them before
        });
      // Last, so that a cut in the middle is gone on with by asking again.
      await storage.transact(PLATFORM, async (stores) => {
        await stores.access.putSetting(DEMO, JSON.stringify(NOTHING));
        for (const hospitalId of mark.hospitals)
          await appendAudit(stores, onBox(caller), now(), {
            eventType: 'demo.removed',
            action: 'D',
            entityType: 'hospital',
            entityId: hospitalId,
          });
      });
      return mark;
    },
  };
}
