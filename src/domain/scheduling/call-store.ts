import type { PageRequest } from '../../shared/page.ts';
import type { Kept } from '../patients/kept.ts';
import type { CallRecord } from './call.ts';

export interface CallStore {
  insert(call: CallRecord): Promise<void>;
  find(id: string): Promise<CallRecord | undefined>;
  /** The call of one sitting. */
  ofSession(sessionId: string): Promise<CallRecord | undefined>;
  /** Those of a conversation that are not over. */
  openOf(consultationId: string): Promise<readonly CallRecord[]>;
  /** Newest first. */
  list(page: PageRequest): Promise<readonly CallRecord[]>;
  ofPatient(patientId: string): Promise<readonly CallRecord[]>;
  /** Oldest first: over, and not in the book outside of the database. */
  unfiled(limit: number): Promise<readonly CallRecord[]>;
  /** Oldest first, over, and of none of these patients. */
  olderThan(beforeMs: number, held: readonly string[], limit: number): Promise<readonly Kept[]>;
  remove(ids: readonly string[]): Promise<void>;
  /** What was one patient's is another's. */
  reassign(fromPatientId: string, toPatientId: string): Promise<void>;
  update(id: string, change: Partial<Omit<CallRecord, 'id' | 'sessionId' | 'consultationId' | 'startedAt'>>): Promise<void>;
}
