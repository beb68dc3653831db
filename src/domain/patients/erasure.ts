import type { Clock } from '../../shared/clock.ts';
import type { Caller } from '../access/caller.ts';
import { authorize, notFound } from '../access/policies.ts';
import { appendAudit } from '../audit/audit-log.ts';
import type { FileStore } from '../files.ts';
import type { Storage } from '../storage.ts';
import { clearBytes, type Eraser, recordDeletions, removeDoomedFiles } from './deleting.ts';
import type { Keeper, KeptBack } from './keeper.ts';
import { refuseHeld } from './legal-holds.ts';
import { blankPatient } from './patients.ts';

/**
 * A patient asks to be forgotten, and the hospital agrees: their record, what was said, the words in the log and their sign-in go at
 * once and for good. What must be kept stays, and the answer says what and why.
 */
export interface Erasure {
  erase(caller: Caller, patientId: string, reason: string): Promise<ErasureReport>;
}

export interface ErasureReport {
  readonly patientId: string;
  readonly erased: readonly { readonly what: string; readonly items: number }[];
  readonly kept: readonly KeptBack[];
}

export interface ErasureParts {
  readonly storage: Storage;
  readonly files: FileStore;
  readonly clock: Clock;
  readonly keepers: readonly Keeper[];
  readonly eraser: Eraser;
}

export function makeErasure({ storage, files, clock, keepers, eraser }: ErasureParts): Erasure {
  return {
    async erase(caller, patientId, reason) {
      authorize(caller, 'patients.erase');
      const at = clock.now().getTime();
      const report = await storage.transact(caller.hospitalId, async (stores): Promise<ErasureReport> => {
        const patient = await stores.patients.find(patientId);
        if (!patient) throw notFound();
        await refuseHeld(stores, patientId);
        const { userId } = patient;
        const erased: { what: string; items: number }[] = [];
        const kept: KeptBack[] = [];
        for (const keeper of keepers) {
          const gone = await keeper.erase(stores, { patientId, userId });
          await recordDeletions(stores, keeper, { things: gone.deleted, files: gone.files, cause: 'erasure', at });
          if (gone.deleted.length > 0) erased.push({ what: keeper.name, items: gone.deleted.length });
          kept.push(...gone.kept);
        }

        const named = kept.some(({ needsName }) => needsName === true);
        if (named) {
          const { id, firstName, lastName, dob, birthYear, createdAt } = patient;
          await stores.patients.update({ ...blankPatient, id, firstName, lastName, dob, birthYear, createdAt, updatedAt: at });
        } else await stores.patients.remove(patientId);
        erased.push({ what: 'patient_record', items: 1 });
        if (userId !== null) {
          await stores.access.deleteLogins(userId);
          await stores.access.revokeSessionsOf(userId, at);
          await stores.secondFactors.remove(userId);
          await stores.access.eraseUser(userId, at);
          erased.push({ what: 'sign_in', items: 1 });
        }
        await stores.notices.removeNaming(patientId);
        await stores.once.forget({ naming: patientId });

        const consents = await stores.consents.ofPatient(patientId);
        if (consents.length > 0) kept.push({ what: 'consents', items: consents.length, why: sentences.consents });
        const before = await stores.patients.mergedFrom(patientId);
        const entries = await stores.audit.erasePayloads([patientId, ...before, ...(userId === null ? [] : [userId])]);
        kept.push({ what: 'audit_log', items: entries, why: sentences.audit });
        kept.push({ what: 'older_backups', items: 0, why: sentences.backups });
        await appendAudit(stores, caller, at, {
          eventType: 'patient.erased',
          action: 'D',
          entityType: 'patient',
          entityId: patientId,
          patientId,
          payload: { reason, new: { erased, kept: kept.map(({ what, items }) => ({ what, items })) } },
        });
        return { patientId, erased, kept };
      });
      await removeDoomedFiles(storage, files, caller.hospitalId);
      await clearBytes(storage, eraser, clock.now());
      return report;
    },
  };
}

const sentences = {
  consents: 'They prove that what was done was agreed to. They hold no words of the patient.',
  audit: 'Who looked and when must stay provable. What the entries recorded is erased, and the patient is only a number in them.',
  backups:
    'Backups made before today still hold it. On this box each gives way to a newer one in its turn; copies elsewhere are yours to delete.',
};
