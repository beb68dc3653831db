import type { Clock } from '../../shared/clock.ts';
import { AppError } from '../../shared/errors.ts';
import { newId } from '../../shared/ids.ts';
import { type Page, type PageRequest, pageOf } from '../../shared/page.ts';
import { normalisePhone } from '../../shared/phone.ts';
import type { Caller } from '../access/caller.ts';
import { transactOnce } from '../access/once.ts';
import { authorize, authorizeOwn, noSuch, notFound, requireHospital } from '../access/policies.ts';
import { appendAudit } from '../audit/audit-log.ts';
import type { Storage, Stores } from '../storage.ts';
import { type Patient, type PatientInput, splitName } from './patient.ts';

/** The register of patients. Every look into it is an entry in the audit log: ids, and no words. */
export interface Patients {
  create(caller: Caller, input: PatientInput): Promise<Patient>;
  list(caller: Caller, page: PageRequest): Promise<Page<Patient>>;
  read(caller: Caller, id: string): Promise<Patient>;
  change(caller: Caller, id: string, change: PatientInput): Promise<Patient>;
  /** Who is reached under this number: a family may be several. */
  lookup(caller: Caller, phone: string): Promise<readonly FoundPatient[]>;
}

/** Whom a number reaches, with what the desk wants to know at once. */
export interface FoundPatient {
  readonly patient: Patient;
  readonly lastVisitAt: number | undefined;
  readonly preferredDoctor: string | undefined;
}

export function makePatients({ storage, clock }: { storage: Storage; clock: Clock }): Patients {
  const now = () => clock.now().getTime();

  return {
    async create(caller, input) {
      authorize(caller, 'patients.create');
      requireHospital(caller);
      return transactOnce(storage, caller, caller.hospitalId, now(), async (stores) => {
        const fresh: Patient = { ...blankPatient, id: newId(now()), createdAt: now(), updatedAt: now() };
        const patient = await withInput(stores, caller, fresh, input);
        if (!patient.firstName)
          throw new AppError('invalid', "Give the patient's name.", { fields: [{ path: 'name', message: 'A name is needed.' }] });
        await stores.patients.insert(patient);
        await appendAudit(stores, caller, now(), {
          eventType: 'patient.created',
          action: 'C',
          entityType: 'patient',
          entityId: patient.id,
          patientId: patient.id,
        });
        return patient;
      });
    },

    async list(caller, page) {
      const grant = authorize(caller, 'patients.read');
      requireHospital(caller);
      return storage.transact(caller.hospitalId, async (stores) => {
        const own = grant === 'own' ? await ownRecord(stores, caller) : undefined;
        const rows = grant === 'own' ? (own ? [own] : []) : await stores.patients.list({ ...page, limit: page.limit + 1 });
        await appendAudit(stores, caller, now(), {
          eventType: 'patients.listed',
          action: 'R',
          entityType: 'patient',
          payload: { new: { ids: rows.slice(0, page.limit).map((p) => p.id) } },
        });
        return pageOf(rows, page.limit, (patient) => patient.id);
      });
    },

    async read(caller, id) {
      authorizeOwn(caller, 'patients.read', { patientId: id });
      return storage.transact(caller.hospitalId, async (stores) => {
        const patient = await found(stores, id);
        await appendAudit(stores, caller, now(), {
          eventType: 'patient.read',
          action: 'R',
          entityType: 'patient',
          entityId: id,
          patientId: id,
        });
        return patient;
      });
    },

    async change(caller, id, change) {
      authorizeOwn(caller, 'patients.change', { patientId: id });
      return storage.transact(caller.hospitalId, async (stores) => {
        const before = await found(stores, id);
        const after = { ...(await withInput(stores, caller, before, change)), updatedAt: now() };
        await stores.patients.update(after);
        const fields = Object.keys(after).filter(
          (key) => JSON.stringify(after[key as keyof Patient]) !== JSON.stringify(before[key as keyof Patient]),
        );
        // Which fields changed, not to what: the values are the patient's own.
        await appendAudit(stores, caller, now(), {
          eventType: 'patient.changed',
          action: 'U',
          entityType: 'patient',
          entityId: id,
          patientId: id,
          payload: { new: { fields } },
        });
        return after;
      });
    },

    async lookup(caller, phone) {
      const grant = authorize(caller, 'patients.read');
      requireHospital(caller);
      return storage.transact(caller.hospitalId, async (stores) => {
        const number = await normalised(stores, caller, phone, 'phone');
        const found = (await stores.patients.byPhone(number)).filter((patient) => grant !== 'own' || patient.id === caller.patientId);
        await appendAudit(stores, caller, now(), {
          eventType: 'patients.looked_up',
          action: 'R',
          entityType: 'patient',
          payload: { new: { ids: found.map((p) => p.id) } },
        });
        return Promise.all(
          found.map(async (patient) => ({
            patient,
            lastVisitAt: await stores.encounters.lastWith(patient.id, now()),
            preferredDoctor:
              patient.preferredDoctorId === null ? undefined : (await stores.practice.doctor(patient.preferredDoctorId))?.name,
          })),
        );
      });
    },
  };

  async function found(stores: Stores, id: string): Promise<Patient> {
    const patient = await stores.patients.find(id);
    if (patient) return patient;
    const mergedInto = await stores.patients.mergedInto(id);
    if (mergedInto === undefined) throw notFound();
    throw new AppError('not-found', 'This record became one with another.', { context: { merged_into: mergedInto } });
  }

  async function ownRecord(stores: Stores, caller: Caller): Promise<Patient | undefined> {
    return caller.patientId === undefined ? undefined : stores.patients.find(caller.patientId);
  }

  async function withInput(stores: Stores, caller: Caller, before: Patient, input: PatientInput): Promise<Patient> {
    const { name, phone, phones, ...rest } = input;
    const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
    if (input.guardianId && !(await stores.patients.find(input.guardianId))) throw noSuch('guardian_id');
    if (input.preferredDoctorId && !(await stores.practice.doctor(input.preferredDoctorId))) throw noSuch('preferred_doctor_id');
    const numbers = phones ?? (phone === undefined ? undefined : [{ number: phone }]);
    const normal =
      numbers &&
      (await Promise.all(
        numbers.map(async ({ number, whose }) => ({ number: await normalised(stores, caller, number, 'phone'), whose: whose ?? null })),
      ));
    return {
      ...before,
      ...(name === undefined ? {} : splitName(name)),
      ...given,
      ...(normal ? { phones: [...new Map(normal.map((one) => [one.number, one])).values()] } : {}),
      ...(input.dob ? { birthYear: Number(input.dob.slice(0, 4)) } : {}),
    };
  }

  async function normalised(stores: Stores, caller: Caller, number: string, path: string): Promise<string> {
    const hospital = await stores.access.hospital(caller.hospitalId);
    const normal = normalisePhone(number, hospital?.settings.defaultCountry ?? 'IN');
    if (!normal)
      throw new AppError('invalid', 'This is not a phone number.', { fields: [{ path, message: 'This is not a phone number.' }] });
    return normal;
  }
}

/** A record with nothing in it. */
export const blankPatient: Omit<Patient, 'id' | 'createdAt' | 'updatedAt'> = {
  firstName: '',
  lastName: '',
  email: null,
  dob: null,
  birthYear: null,
  gender: null,
  language: null,
  guardianId: null,
  localNumber: null,
  abhaNumber: null,
  address: null,
  preferredDoctorId: null,
  allergies: null,
  medications: null,
  needs: null,
  notes: null,
  userId: null,
  phones: [],
};
