import type { Clock } from '../../shared/clock.ts';
import { AppError } from '../../shared/errors.ts';
import type { Caller } from '../access/caller.ts';
import { authorize, noSuch, notFound } from '../access/policies.ts';
import { appendAudit } from '../audit/audit-log.ts';
import type { Storage, Stores } from '../storage.ts';
import type { Keeper } from './keeper.ts';
import { refuseHeld } from './legal-holds.ts';
import type { Patient } from './patient.ts';

/**
 * Two records turn out to be one person: everything that hangs on the first moves to the second, what the second lacks is filled
 * from the first, and the first is gone. Who merged what stays in the log.
 */
export interface Merge {
  /** Throws `conflict` with the fields in which the two disagree about who this is, unless `agreed`. */
  merge(caller: Caller, id: string, intoId: string, options: { readonly agreed: boolean }): Promise<Patient>;
}

/** What people are told apart by: two records that differ here may well be two people. */
const telling = ['dob', 'birthYear', 'gender', 'abhaNumber', 'localNumber'] as const;

export function makeMerge({ storage, clock, keepers }: { storage: Storage; clock: Clock; keepers: readonly Keeper[] }): Merge {
  return {
    async merge(caller, id, intoId, { agreed }) {
      authorize(caller, 'patients.merge');
      const at = clock.now().getTime();
      return storage.transact(caller.hospitalId, async (stores) => {
        const [from, into] = await both(stores, id, intoId);
        await refuseHeld(stores, id);
        const differing = telling.filter((field) => from[field] !== null && into[field] !== null && from[field] !== into[field]);
        if (differing.length > 0 && !agreed)
          throw new AppError(
            'conflict',
            'These two records differ in what people are told apart by. Look again whether they are one person.',
            {
              reason: 'CONFLICT',
              context: { differing: differing.map(snake) },
            },
          );
        if (from.userId !== null && into.userId !== null)
          throw new AppError('conflict', 'Both of these patients sign in for themselves. Switch one of the two sign-ins off first.', {
            reason: 'CONFLICT',
          });
        const joined = joinPatients(from, into, at);
        for (const keeper of keepers) await keeper.reassign(stores, id, intoId);
        await stores.consents.reassign(id, intoId);
        await stores.patients.reassignGuardian(id, intoId);
        await stores.patients.remove(id);
        await stores.patients.update(joined);
        await stores.patients.noteMerge({ id, intoId, mergedAt: at, mergedBy: caller.userId });
        for (const patientId of [id, intoId])
          await appendAudit(stores, caller, at, {
            eventType: 'patient.merged',
            action: 'U',
            entityType: 'patient',
            entityId: patientId,
            patientId,
            payload: { new: { from: id, into: intoId, differing } },
          });
        return joined;
      });
    },
  };

  async function both(stores: Stores, id: string, intoId: string): Promise<readonly [Patient, Patient]> {
    if (id === intoId)
      throw new AppError('invalid', 'A record cannot become one with itself.', {
        fields: [{ path: 'into', message: 'Another record is needed.' }],
      });
    const from = await stores.patients.find(id);
    if (!from) throw notFound();
    const into = await stores.patients.find(intoId);
    if (!into) throw noSuch('into');
    return [from, into];
  }
}

/** Pure: the second record with what only the first knew. */
export function joinPatients(from: Patient, into: Patient, at: number): Patient {
  const filled = Object.fromEntries(
    Object.entries(into).map(([field, value]) => [field, value === null || value === '' ? from[field as keyof Patient] : value]),
  ) as unknown as Patient;
  const phones = [...new Map([...from.phones, ...into.phones].map((phone) => [phone.number, phone])).values()];
  const guardianId = filled.guardianId === into.id || filled.guardianId === from.id ? null : filled.guardianId;
  return { ...filled, id: into.id, phones, guardianId, updatedAt: at };
}

const snake = (field: string) => field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
