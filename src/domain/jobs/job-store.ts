import type { PageRequest } from '../../shared/page.ts';
import type { Job } from './job.ts';

export interface JobStore {
  insert(job: Job): Promise<void>;
  find(id: string): Promise<Job | undefined>;
  list(page: PageRequest & { createdBy?: string | undefined }): Promise<readonly Job[]>;
  update(
    id: string,
    change: Partial<
      Pick<Job, 'status' | 'progress' | 'result' | 'error' | 'leaseUntil' | 'runAfter' | 'cancelAsked' | 'attempt' | 'updatedAt'>
    >,
  ): Promise<void>;
  /** Is one of this kind queued or running? */
  isOpen(kind: string): Promise<boolean>;
  /** Forgets those of a kind that ended before. */
  forget(kind: string, beforeMs: number): Promise<void>;
  /** Leases the oldest job of these kinds, of any hospital, that is due and that nobody holds. A lease that
   *  is longer than any lease was given under another clock, and holds nothing. The one deed that looks across hospitals. */
  claimDue(
    kinds: readonly string[],
    at: { readonly lifeMs: number; readonly leaseMs: number; readonly nowMs: number },
  ): Promise<Job | undefined>;
}
