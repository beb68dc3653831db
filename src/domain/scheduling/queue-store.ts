import type { Kept } from '../patients/kept.ts';
import type { QueueDetails, QueueEntry } from './queue-entry.ts';
import type { Lane } from './queue-order.ts';

export interface QueueStore {
  /** The next number of a day, which is given to nobody else, whatever becomes of who has it. */
  nextToken(day: string): Promise<number>;
  insert(entry: QueueEntry): Promise<void>;
  update(entry: QueueEntry): Promise<void>;
  find(id: string): Promise<QueueDetails | undefined>;
  /** Who waits or was called and is not done, of those who came since then; in the order in which they came. */
  standing(sinceMs: number): Promise<readonly QueueDetails[]>;
  /** From which lane this doctor called last, of those who came since then and had no priority. */
  lastLane(doctorId: string, sinceMs: number): Promise<Lane | undefined>;

  /** The oldest that came before an instant; none of these patients. */
  olderThan(beforeMs: number, held: readonly string[], limit: number): Promise<readonly Kept[]>;
  ofPatient(patientId: string): Promise<readonly QueueDetails[]>;
  /** What was one patient's is another's. */
  reassign(fromPatientId: string, toPatientId: string): Promise<void>;
  remove(ids: readonly string[]): Promise<void>;
}
