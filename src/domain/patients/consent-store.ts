import type { Consent } from './consent.ts';

export interface ConsentStore {
  insert(consent: Consent): Promise<void>;
  find(id: string): Promise<Consent | undefined>;
  /** Newest first. */
  ofPatient(patientId: string): Promise<readonly Consent[]>;
  /** What was one patient's is another's. */
  reassign(fromPatientId: string, toPatientId: string): Promise<void>;
  withdraw(id: string, by: string, at: number): Promise<void>;
}
