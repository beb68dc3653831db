import type { Kept } from '../patients/kept.ts';
import type { EngineUse } from './usage-ledger.ts';

/** Whom a use served. */
export interface UsageContext {
  readonly sessionId: string | null;
  readonly doctorId: string | null;
  readonly patientId: string | null;
}

/** What an engine used for a patient, as it is given to them. */
export interface PatientUse {
  readonly purpose: string;
  readonly use: string;
  readonly engine: string;
  readonly model: string;
  readonly local: boolean;
  readonly units: Readonly<Record<string, number>>;
  readonly startedAt: number;
}

export interface UsageStore {
  insert(uses: readonly EngineUse[], context: UsageContext): Promise<void>;
  /** Oldest first, and of none of these patients. */
  olderThan(beforeMs: number, held: readonly string[], limit: number): Promise<readonly Kept[]>;
  remove(ids: readonly string[]): Promise<void>;
  ofPatient(patientId: string): Promise<readonly PatientUse[]>;
  /** What was one patient's is another's. */
  reassign(fromPatientId: string, toPatientId: string): Promise<void>;
  /** Leaves the amounts, and forgets whose they were; how many there were. */
  forgetPatient(patientId: string): Promise<number>;
}
