import type { Clock } from '../../shared/clock.ts';
import { AppError } from '../../shared/errors.ts';
import { newId } from '../../shared/ids.ts';
import type { Caller } from '../access/caller.ts';
import type { Hospital } from '../access/hospital.ts';
import { transactOnce } from '../access/once.ts';
import { authorizeOwn, notFound } from '../access/policies.ts';
import { appendAudit } from '../audit/audit-log.ts';
import type { Storage, Stores } from '../storage.ts';
import { type Consent, type ConsentPurpose, isInForce } from './consent.ts';

/** Consents of patients: written down, read and withdrawn. Rooms that need one ask `requireConsent` each time they would use it. */
export interface Consents {
  give(caller: Caller, patientId: string, input: ConsentInput): Promise<Consent>;
  list(caller: Caller, patientId: string): Promise<readonly Consent[]>;
  /** Ends it; who withdraws twice is told the same. */
  withdraw(caller: Caller, patientId: string, id: string): Promise<Consent>;
}

export type ConsentInput = Pick<Consent, 'purposes' | 'givenBy' | 'how' | 'language' | 'textVersion'>;

export function makeConsents({ storage, clock }: { storage: Storage; clock: Clock }): Consents {
  const now = () => clock.now().getTime();
  return {
    async give(caller, patientId, input) {
      authorizeOwn(caller, 'consents.write', { patientId });
      return transactOnce(storage, caller, caller.hospitalId, now(), async (stores) => {
        if (!(await stores.patients.find(patientId))) throw notFound();
        const at = now();
        const consent: Consent = {
          ...input,
          purposes: [...new Set(input.purposes)],
          id: newId(at),
          patientId,
          givenAt: at,
          recordedBy: caller.userId,
          withdrawnAt: null,
          withdrawnBy: null,
        };
        await stores.consents.insert(consent);
        await appendAudit(stores, caller, at, {
          eventType: 'consent.given',
          action: 'C',
          entityType: 'consent',
          entityId: consent.id,
          patientId,
          payload: { new: { purposes: consent.purposes, givenBy: consent.givenBy, how: consent.how, textVersion: consent.textVersion } },
        });
        return consent;
      });
    },

    async list(caller, patientId) {
      authorizeOwn(caller, 'consents.read', { patientId });
      return storage.transact(caller.hospitalId, async (stores) => {
        if (!(await stores.patients.find(patientId))) throw notFound();
        await appendAudit(stores, caller, now(), { eventType: 'consents.read', action: 'R', entityType: 'consent', patientId });
        return stores.consents.ofPatient(patientId);
      });
    },

    async withdraw(caller, patientId, id) {
      authorizeOwn(caller, 'consents.write', { patientId });
      return storage.transact(caller.hospitalId, async (stores) => {
        const consent = await stores.consents.find(id);
        if (!consent || consent.patientId !== patientId) throw notFound();
        if (consent.withdrawnAt !== null) return consent;
        const at = now();
        await stores.consents.withdraw(id, caller.userId, at);
        await appendAudit(stores, caller, at, {
          eventType: 'consent.withdrawn',
          action: 'U',
          entityType: 'consent',
          entityId: id,
          patientId,
          payload: { new: { purposes: consent.purposes } },
        });
        return { ...consent, withdrawnAt: at, withdrawnBy: caller.userId };
      });
    },
  };
}

/**
 * Throws CONSENT_REQUIRED where the hospital asks for a consent and this patient has given none for it, or has withdrawn it.
 * Nobody in particular cannot have agreed.
 */
export async function requireConsent(
  stores: Stores,
  { settings }: Pick<Hospital, 'settings'>,
  patientId: string | null,
  purpose: ConsentPurpose,
): Promise<void> {
  if (!settings.requireConsent) return;
  if (patientId !== null && isInForce(await stores.consents.ofPatient(patientId), purpose)) return;
  throw new AppError('forbidden', 'For this the patient must agree first. Write their consent down, and try again.', {
    reason: 'CONSENT_REQUIRED',
    context: { purpose, patient_id: patientId },
  });
}
