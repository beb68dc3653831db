import type { Clock } from '../../shared/clock.ts';
import { AppError } from '../../shared/errors.ts';
import { newId } from '../../shared/ids.ts';
import type { Caller } from '../access/caller.ts';
import { authorize, notFound } from '../access/policies.ts';
import { appendAudit } from '../audit/audit-log.ts';
import type { Storage, Stores } from '../storage.ts';
import type { LegalHold } from './legal-hold.ts';

/** Legal holds: set, seen and lifted by the hospital's administrator, each time with an entry in the log. */
export interface LegalHolds {
  read(caller: Caller, patientId: string): Promise<LegalHold | undefined>;
  /** Whoever sets it twice is told of the one that is there. */
  set(caller: Caller, patientId: string, reason: string): Promise<LegalHold>;
  lift(caller: Caller, patientId: string): Promise<void>;
}

export function makeLegalHolds({ storage, clock }: { storage: Storage; clock: Clock }): LegalHolds {
  const now = () => clock.now().getTime();
  const exists = async (stores: Stores, patientId: string) => {
    if (!(await stores.patients.find(patientId))) throw notFound();
  };
  return {
    async read(caller, patientId) {
      authorize(caller, 'legal-holds.read');
      return storage.transact(caller.hospitalId, async (stores) => {
        await exists(stores, patientId);
        await appendAudit(stores, caller, now(), { eventType: 'legal_hold.read', action: 'R', entityType: 'legal_hold', patientId });
        return stores.keeping.holdOn(patientId);
      });
    },
    async set(caller, patientId, reason) {
      authorize(caller, 'legal-holds.write');
      return storage.transact(caller.hospitalId, async (stores) => {
        await exists(stores, patientId);
        const before = await stores.keeping.holdOn(patientId);
        if (before) return before;
        const at = now();
        const hold: LegalHold = { id: newId(at), patientId, reason, setBy: caller.userId, setAt: at, liftedAt: null, liftedBy: null };
        await stores.keeping.insertHold(hold);
        await appendAudit(stores, caller, at, {
          eventType: 'legal_hold.set',
          action: 'C',
          entityType: 'legal_hold',
          entityId: hold.id,
          patientId,
          payload: { reason },
        });
        return hold;
      });
    },
    async lift(caller, patientId) {
      authorize(caller, 'legal-holds.write');
      await storage.transact(caller.hospitalId, async (stores) => {
        await exists(stores, patientId);
        const hold = await stores.keeping.holdOn(patientId);
        if (!hold) return;
        await stores.keeping.liftHold(hold.id, caller.userId, now());
        await appendAudit(stores, caller, now(), {
          eventType: 'legal_hold.lifted',
          action: 'U',
          entityType: 'legal_hold',
          entityId: hold.id,
          patientId,
        });
      });
    },
  };
}

export async function refuseHeld(stores: Stores, patientId: string): Promise<void> {
  if (await stores.keeping.holdOn(patientId))
    throw new AppError('conflict', 'There is a legal hold on this patient: nothing about them may be deleted until it is lifted.', {
      reason: 'CONFLICT',
      context: { legal_hold: true },
    });
}
