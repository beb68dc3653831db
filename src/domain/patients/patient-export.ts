import type { Clock } from '../../shared/clock.ts';
import type { Caller } from '../access/caller.ts';
import { authorizeOwn, notFound } from '../access/policies.ts';
import type { AuditEntry } from '../audit/audit-entry.ts';
import { appendAudit } from '../audit/audit-log.ts';
import type { Storage } from '../storage.ts';
import type { Consent } from './consent.ts';
import type { Keeper } from './keeper.ts';
import type { Deletion } from './keeping-store.ts';
import type { Patient } from './patient.ts';

/** Everything that the box holds about a patient, for the patient, or for who carries it on. */
export interface PatientExport {
  make(caller: Caller, patientId: string): Promise<PatientFile>;
}

export interface PatientFile {
  readonly exportedAt: number;
  readonly patient: Patient;
  readonly consents: readonly Consent[];
  /** Of each room what it keeps, by its name. */
  readonly rooms: Readonly<Record<string, readonly unknown[]>>;
  readonly accessLog: readonly Pick<
    AuditEntry,
    'eventType' | 'action' | 'entityType' | 'entityId' | 'actor' | 'actorRole' | 'via' | 'at'
  >[];
  readonly deletions: readonly Deletion[];
  /** How many things there are, by room, that whoever exports may not read. */
  readonly leftOut: Readonly<Record<string, number>>;
}

const AT_A_TIME = 200;

export function makePatientExport({
  storage,
  clock,
  keepers,
}: {
  storage: Storage;
  clock: Clock;
  keepers: readonly Keeper[];
}): PatientExport {
  return {
    async make(caller, patientId) {
      authorizeOwn(caller, 'patients.export', { patientId });
      const exportedAt = clock.now().getTime();
      const about = await storage.transact(caller.hospitalId, async (stores) => {
        const patient = await stores.patients.find(patientId);
        if (!patient) throw notFound();
        await appendAudit(stores, caller, exportedAt, {
          eventType: 'patient.exported',
          action: 'R',
          entityType: 'patient',
          entityId: patientId,
          patientId,
        });
        const consents = await stores.consents.ofPatient(patientId);
        return { patient, consents, deletions: await stores.keeping.deletionsOf(patientId) };
      });
      const rooms: Record<string, readonly unknown[]> = {};
      const leftOut: Record<string, number> = {};
      for (const keeper of keepers) {
        const part = await keeper.export(storage, caller, { patientId, userId: about.patient.userId });
        rooms[keeper.name] = part.items;
        if (part.leftOut > 0) leftOut[keeper.name] = part.leftOut;
      }
      return { exportedAt, ...about, rooms, leftOut, accessLog: await accessLog(caller.hospitalId, patientId) };
    },
  };

  async function accessLog(hospitalId: string, patientId: string): Promise<PatientFile['accessLog']> {
    const looks: PatientFile['accessLog'][number][] = [];
    for (let before: number | undefined; ; ) {
      const links = await storage.read(hospitalId, (stores) => stores.audit.list({ patientId }, { before, limit: AT_A_TIME }));
      for (const { entry } of links) {
        const { eventType, action, entityType, entityId, actor, actorRole, via, at } = entry;
        looks.push({ eventType, action, entityType, entityId, actor, actorRole, via, at });
      }
      before = links.at(-1)?.entry.seq;
      if (links.length < AT_A_TIME) return looks;
      await clock.sleep(0); // a long life is read between other people's requests
    }
  }
}
