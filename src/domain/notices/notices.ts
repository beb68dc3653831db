import { channel } from '../../shared/channel.ts';
import type { Clock } from '../../shared/clock.ts';
import { newId } from '../../shared/ids.ts';
import { type Caller, PLATFORM } from '../access/caller.ts';
import { authorize, notFound } from '../access/policies.ts';
import { appendAudit } from '../audit/audit-log.ts';
import type { Storage, Stores } from '../storage.ts';
import type { Notice } from './notice.ts';

/** What staff should know now: red flags, calls for a person, moved appointments, jobs. The row is the truth; the live line may be lost. */
export interface Notices {
  /** Tells those who listen now, after the unit of work that wrote the notice has ended. */
  announce(notice: Notice): void;
  /** Everything from now on that the caller may hear, and first what came after `afterId`. Ends with the signal. */
  follow(caller: Caller, afterId: string | undefined, signal: AbortSignal): AsyncIterable<Notice>;
  acknowledge(caller: Caller, id: string): Promise<void>;
  /** Tells again what is urgent and was not seen to for a minute. Called now and then. */
  escalate(): Promise<void>;
}

const QUEUE = 200;
const URGENT_MS = 60_000;

export function makeNotices({ storage, clock }: { storage: Storage; clock: Clock }): Notices {
  const listeners = new Map<string, Set<(notice: Notice) => void>>();
  return {
    announce(notice) {
      for (const tell of listeners.get(notice.hospitalId) ?? []) tell(notice);
    },

    async *follow(caller, afterId, signal) {
      authorize(caller, 'events.follow');
      const line = channel<Notice>(QUEUE);
      const tell = (notice: Notice) => {
        if (notice.audience.includes(caller.role)) line.push(notice);
      };
      const here = listeners.get(caller.hospitalId) ?? new Set();
      listeners.set(caller.hospitalId, here.add(tell));
      const end = () => line.end();
      signal.addEventListener('abort', end, { once: true });
      try {
        if (signal.aborted) return;
        const missed = afterId === undefined ? [] : await storage.read(caller.hospitalId, (stores) => stores.notices.since(afterId, QUEUE));
        const told = new Set<string>();
        for (const notice of missed) {
          told.add(notice.id);
          if (notice.audience.includes(caller.role)) yield notice;
        }
        for await (const notice of line) if (!told.has(notice.id)) yield notice;
      } finally {
        signal.removeEventListener('abort', end);
        here.delete(tell);
        if (here.size === 0) listeners.delete(caller.hospitalId);
      }
    },

    async escalate() {
      const at = clock.now().getTime();
      const overdue = await storage.transact(PLATFORM, (stores) => stores.notices.takeOverdue('red_flag', at - URGENT_MS, at));
      for (const notice of overdue) for (const tell of listeners.get(notice.hospitalId) ?? []) tell(notice);
    },

    async acknowledge(caller, id) {
      authorize(caller, 'events.acknowledge');
      const at = clock.now().getTime();
      await storage.transact(caller.hospitalId, async (stores) => {
        const notice = await stores.notices.find(id);
        if (!notice?.audience.includes(caller.role)) throw notFound();
        if (notice.ackedAt !== null) return;
        await stores.notices.acknowledge(id, caller.userId, at);
        await appendAudit(stores, caller, at, { eventType: 'notice.acknowledged', action: 'U', entityType: 'notice', entityId: id });
      });
    },
  };
}

/** Writes a notice in the unit of work of the fact it tells of. Announce it when that unit has ended. */
export async function writeNotice(stores: Stores, notice: Omit<Notice, 'id' | 'ackedAt' | 'ackedBy' | 'escalatedAt'>): Promise<Notice> {
  const written: Notice = { ...notice, id: newId(notice.createdAt), ackedAt: null, ackedBy: null, escalatedAt: null };
  await stores.notices.insert(written);
  return written;
}
