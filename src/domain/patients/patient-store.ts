import type { PageRequest } from '../../shared/page.ts';
import type { Patient } from './patient.ts';

export interface PatientStore {
  find(id: string): Promise<Patient | undefined>;
  list(page: PageRequest): Promise<readonly Patient[]>;
  /** Everyone who can be reached under this number (E.164). */
  byPhone(number: string): Promise<readonly Patient[]>;
  /** The record of the user who signs in as a patient. */
  ofUser(userId: string): Promise<string | undefined>;
  insert(patient: Patient): Promise<void>;
  update(patient: Patient): Promise<void>;
  /** With its numbers; whoever had it for a guardian has none. */
  remove(id: string): Promise<void>;
}
