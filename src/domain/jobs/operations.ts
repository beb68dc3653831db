import type { Clock } from '../../shared/clock.ts';
import type { Caller } from '../access/caller.ts';
import { transactOnce } from '../access/once.ts';
import { authorize } from '../access/policies.ts';
import { appendAudit } from '../audit/audit-log.ts';
import type { Storage } from '../storage.ts';
import type { Job } from './job.ts';
import { enqueue } from './jobs.ts';

/** What the person who looks after the box may start; each is a job, because each takes a while. */
export interface Operations {
  backup(caller: Caller): Promise<Job>;
}

export function makeOperations({ storage, clock }: { storage: Storage; clock: Clock }): Operations {
  return {
    async backup(caller) {
      authorize(caller, 'system.manage');
      const now = clock.now().getTime();
      return transactOnce(storage, caller, caller.hospitalId, now, async (stores) => {
        const job = await enqueue(stores, caller, now, 'backup', {});
        await appendAudit(stores, caller, now, { eventType: 'backup.requested', action: 'E', entityType: 'job', entityId: job.id });
        return job;
      });
    },
  };
}
