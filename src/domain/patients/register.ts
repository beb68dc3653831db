import type { Clock } from '../../shared/clock.ts';
import { csvLine } from '../../shared/csv.ts';
import { AppError, type AppErrorDetails } from '../../shared/errors.ts';
import { newId } from '../../shared/ids.ts';
import { normalisePhone } from '../../shared/phone.ts';
import type { Caller } from '../access/caller.ts';
import { authorize, requireHospital } from '../access/policies.ts';
import { appendAudit } from '../audit/audit-log.ts';
import type { Storage, Stores } from '../storage.ts';
import { type Patient, type PatientInput, splitName } from './patient.ts';
import { blankPatient } from './patients.ts';

/** The register as a file: taken in from another system, given out to one. */
export interface Register {
  /**
   * Takes patients in, some at a time, each time durable: what a power cut leaves is found as duplicates when the file is sent again.
   * With `dryRun` it only says what it would do.
   */
  take(caller: Caller, rows: readonly RegisterRow[], options: { readonly dryRun: boolean }): Promise<Taken>;
  /** Every patient as lines of a CSV file with its head. */
  give(caller: Caller): AsyncIterable<string>;
}

/** One line of a register, read and checked; `problems` where it cannot be taken as it is. */
export interface RegisterRow {
  /** As people count lines in a spreadsheet: the head is 1. */
  readonly line: number;
  /** The record it says it is: a file that came from here names them. */
  readonly id?: string | undefined;
  readonly patient: PatientInput;
  readonly problems: readonly Problem[];
}

/** What is wrong with a field; `values` fill the places of the sentence. */
export type Problem = NonNullable<AppErrorDetails['fields']>[number];

export interface Taken {
  readonly dryRun: boolean;
  readonly rows: number;
  /** How many were, or would be, made. */
  readonly created: number;
  readonly duplicates: readonly {
    readonly line: number;
    readonly patientId: string | null;
    readonly ofLine: number | null;
    readonly why: string;
  }[];
  readonly problems: readonly (Problem & { readonly line: number })[];
}

/** A unit of work takes so many, so that a live conversation never waits longer for it than for another. */
const AT_ONCE = 25;
const PAGE = 200;

export function makeRegister({ storage, clock }: { storage: Storage; clock: Clock }): Register {
  const now = () => clock.now().getTime();

  return {
    async take(caller, rows, { dryRun }) {
      authorize(caller, 'patients.import');
      requireHospital(caller);
      const duplicates: Taken['duplicates'][number][] = [];
      const problems: Taken['problems'][number][] = [];
      const seen = new Map<string, number>();
      let created = 0;
      for (let at = 0; at < rows.length; at += AT_ONCE) {
        if (caller.signal.aborted) throw new AppError('cancelled', 'The request was cancelled.');
        const some = rows.slice(at, at + AT_ONCE);
        const work = async (stores: Stores) => {
          const country = (await stores.access.hospital(caller.hospitalId))?.settings.defaultCountry ?? 'IN';
          const fresh: Patient[] = [];
          for (const row of some) {
            const bad = [...row.problems];
            const patient = patientOf(row.patient, country, now(), bad);
            if (bad.length > 0) {
              problems.push(...bad.map((problem) => ({ line: row.line, ...problem })));
              continue;
            }
            const marks = marksOf(patient);
            const earlier = marks.map((mark) => seen.get(mark)).find((line) => line !== undefined);
            const known = earlier === undefined ? await knownAs(stores, patient, row.id) : undefined;
            for (const mark of marks) if (!seen.has(mark)) seen.set(mark, row.line);
            if (earlier !== undefined || known)
              duplicates.push({ line: row.line, patientId: known?.id ?? null, ofLine: earlier ?? null, why: known?.why ?? 'line' });
            else fresh.push(patient);
          }
          created += fresh.length;
          if (dryRun) return;
          for (const patient of fresh) {
            await stores.patients.insert(patient);
            await appendAudit(stores, caller, now(), {
              eventType: 'patient.imported',
              action: 'C',
              entityType: 'patient',
              entityId: patient.id,
              patientId: patient.id,
            });
          }
        };
        if (dryRun) await storage.read(caller.hospitalId, work);
        else await storage.transact(caller.hospitalId, work);
      }
      return { dryRun, rows: rows.length, created, duplicates, problems };
    },

    async *give(caller) {
      authorize(caller, 'patients.import');
      requireHospital(caller);
      await storage.transact(caller.hospitalId, (stores) =>
        appendAudit(stores, caller, now(), { eventType: 'patients.exported', action: 'R', entityType: 'patient' }),
      );
      yield csvLine(registerColumns);
      for (let after: string | undefined; ; ) {
        const rows = await storage.read(caller.hospitalId, (stores) => stores.patients.list({ after, limit: PAGE }));
        for (const patient of rows) yield csvLine(registerRow(patient));
        after = rows.at(-1)?.id;
        if (rows.length < PAGE) return;
      }
    },
  };

  /** Somebody in the register who is very likely the same person. */
  async function knownAs(stores: Stores, patient: Patient, id: string | undefined): Promise<{ id: string; why: string } | undefined> {
    if (id !== undefined && (await stores.patients.find(id))) return { id, why: 'patient_id' };
    const name = nameKey(patient);
    for (const { number } of patient.phones)
      for (const other of await stores.patients.byPhone(number))
        if (nameKey(other) === name) return { id: other.id, why: 'name_and_phone' };
    for (const other of await stores.patients.alike(patient)) {
      if (patient.abhaNumber && other.abhaNumber === patient.abhaNumber) return { id: other.id, why: 'abha_number' };
      if (patient.localNumber && other.localNumber === patient.localNumber) return { id: other.id, why: 'local_number' };
      if (patient.dob && other.dob === patient.dob && nameKey(other) === name) return { id: other.id, why: 'name_and_birth' };
    }
    return undefined;
  }
}

/** Pure: what two lines of one file, or a line and a patient, must not share. */
export function marksOf(patient: Patient): string[] {
  const name = nameKey(patient);
  return [
    ...patient.phones.map(({ number }) => `${name} ${number}`),
    ...(patient.dob ? [`${name} ${patient.dob}`] : []),
    ...(patient.abhaNumber ? [`abha ${patient.abhaNumber}`] : []),
    ...(patient.localNumber ? [`local ${patient.localNumber}`] : []),
  ];
}

/** Pure: a name as it is compared: letters only, no case, in whatever order first and last name stand. */
export function nameKey({ firstName, lastName }: Pick<Patient, 'firstName' | 'lastName'>): string {
  return `${firstName} ${lastName}`
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase()
    .split(/[^\p{L}\p{M}]+/u)
    .filter(Boolean)
    .sort()
    .join(' ');
}

function patientOf(input: PatientInput, country: string, at: number, problems: Problem[]): Patient {
  const { name, phone, phones: _, ...rest } = input;
  const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  const number = phone === undefined ? undefined : normalisePhone(phone, country);
  if (phone !== undefined && number === undefined) problems.push({ path: 'phone', message: 'This is not a phone number.' });
  return {
    ...blankPatient,
    id: newId(at),
    ...(name === undefined ? {} : splitName(name)),
    ...given,
    ...(input.dob ? { birthYear: Number(input.dob.slice(0, 4)) } : {}),
    phones: number === undefined ? [] : [{ number, whose: null }],
    createdAt: at,
    updatedAt: at,
  };
}

export const registerColumns = [
  'patient_id',
  'first_name',
  'last_name',
  'phone',
  'email',
  'dob',
  'birth_year',
  'gender',
  'language',
  'local_number',
  'abha_number',
  'address',
] as const;

function registerRow(patient: Patient): (string | number | null)[] {
  return [
    patient.id,
    patient.firstName,
    patient.lastName,
    patient.phones[0]?.number ?? null,
    patient.email,
    patient.dob,
    patient.birthYear,
    patient.gender,
    patient.language,
    patient.localNumber,
    patient.abhaNumber,
    patient.address,
  ];
}
