import { AppError } from '../../shared/errors.ts';
import { newId } from '../../shared/ids.ts';
import { normalisePhone } from '../../shared/phone.ts';
import type { Caller } from '../access/caller.ts';
import { appendAudit } from '../audit/audit-log.ts';
import type { Stores } from '../storage.ts';
import { nameOf, type Patient, plainName, splitName } from './patient.ts';
import { blankPatient } from './patients.ts';

export interface Named {
  readonly name: string;
  readonly phone?: string | undefined;
  readonly email?: string | undefined;
}

/**
 * The record of somebody who is known by name and number alone: the one patient whom both fit, else a new one. Between several
 * whom both fit (a father and his son) nothing is guessed, and a name without a number fits nobody: two records can be merged, one
 * that two people share cannot be taken apart. A record that is found is left as it is.
 */
export async function patientNamed(stores: Stores, caller: Caller, nowMs: number, { name, phone, email }: Named): Promise<Patient> {
  const number = phone === undefined ? undefined : await numberOf(stores, caller, phone);
  const sameNumber = number === undefined ? [] : await stores.patients.byPhone(number);
  const same = sameNumber.filter((patient) => plainName(nameOf(patient)) === plainName(name));
  if (same.length === 1) return same[0] as Patient;
  const patient: Patient = {
    ...blankPatient,
    ...splitName(name),
    id: newId(nowMs),
    email: email ?? null,
    phones: number === undefined ? [] : [{ number, whose: null }],
    createdAt: nowMs,
    updatedAt: nowMs,
  };
  await stores.patients.insert(patient);
  await appendAudit(stores, caller, nowMs, {
    eventType: 'patient.created',
    action: 'C',
    entityType: 'patient',
    entityId: patient.id,
    patientId: patient.id,
  });
  return patient;
}

/** In E.164; throws `invalid` for what is none. */
export async function numberOf(stores: Stores, caller: Caller, phone: string): Promise<string> {
  const hospital = await stores.access.hospital(caller.hospitalId);
  const number = normalisePhone(phone, hospital?.settings.defaultCountry ?? 'IN');
  if (number) return number;
  throw new AppError('invalid', 'This is not a phone number.', { fields: [{ path: 'phone', message: 'This is not a phone number.' }] });
}
