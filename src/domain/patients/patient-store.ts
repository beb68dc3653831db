import type { PageRequest } from '../../shared/page.ts';
import type { Patient } from './patient.ts';

export interface PatientStore {
  find(id: string): Promise<Patient | undefined>;
  list(page: PageRequest): Promise<readonly Patient[]>;
  /** Everyone who can be reached under this number (E.164). */
  byPhone(number: string): Promise<readonly Patient[]>;
  /** Those who share a number of the state or of the house, or a date of birth, with somebody. */
  alike(who: Pick<Patient, 'abhaNumber' | 'localNumber' | 'dob'>): Promise<readonly Patient[]>;
  /** Records that became this one. */
  mergedFrom(id: string): Promise<readonly string[]>;
  /** The record of the user who signs in as a patient. */
  ofUser(userId: string): Promise<string | undefined>;
  /** Into which record this one went, where it became one with another. */
  mergedInto(id: string): Promise<string | undefined>;
  noteMerge(merge: { readonly id: string; readonly intoId: string; readonly mergedAt: number; readonly mergedBy: string }): Promise<void>;
  /** Whoever had the one for a guardian has the other. */
  reassignGuardian(fromId: string, toId: string): Promise<void>;
  insert(patient: Patient): Promise<void>;
  update(patient: Patient): Promise<void>;
  /** With its numbers; whoever had it for a guardian has none. */
  remove(id: string): Promise<void>;
}
