import type { Clock } from '../../shared/clock.ts';
import { newId } from '../../shared/ids.ts';
import { type Caller, PLATFORM } from '../access/caller.ts';
import { authorize, notFound } from '../access/policies.ts';
import { appendAudit } from '../audit/audit-log.ts';
import type { Storage, Stores } from '../storage.ts';
import type { Notice } from './notice.ts';

/** What staff should know now: red flags, calls for a person, moved appointments, jobs. The row is the truth; an announcement only wakes. */
export interface Notices {
  /** Wakes those who follow, after the unit of work that wrote the notice has ended. */
  announce(notice: Pick<Notice, 'hospitalId'>): void;
  /**
   * Everything from now on that the caller may hear, in order, and first what came after `afterId`. Ends with the signal. Each
   * follower reads at their own pace from the rows, so that one who is slow misses nothing and costs no memory.
   */
  follow(caller: Caller, afterId: string | undefined, signal: AbortSignal): AsyncIterable<Notice>;
  acknowledge(caller: Caller, id: string): Promise<void>;
  /** Tells again what is urgent and was not seen to for a minute. Called now and then. */
  escalate(): Promise<void>;
}

interface Follower {
  /** There are newer rows to read. */
  wake(): void;
  /** This one has been told before, and is told once more. */
  again(notice: Notice): void;
}

const PAGE = 100;
const URGENT_MS = 60_000;

export function makeNotices({ storage, clock }: { storage: Storage; clock: Clock }): Notices {
  const followers = new Map<string, Set<Follower>>();
  return {
    announce({ hospitalId }) {
      for (const follower of followers.get(hospitalId) ?? []) follower.wake();
    },

    async *follow(caller, afterId, signal) {
      authorize(caller, 'events.follow');
      let woken = false;
      let goOn = () => {};
      const wake = () => {
        woken = true;
        goOn();
      };
      const urgent: Notice[] = [];
      const again = (notice: Notice) => {
        if (urgent.push(notice) > PAGE) urgent.shift();
        wake();
      };
      const follower: Follower = { wake, again };
      const here = followers.get(caller.hospitalId) ?? new Set();
      followers.set(caller.hospitalId, here.add(follower));
      signal.addEventListener('abort', wake, { once: true });
      try {
        const newest = (await storage.read(caller.hospitalId, (stores) => stores.notices.newest())) ?? '';
        // An id from the future (another box's, or made up) would hear nothing ever again.
        let last = afterId !== undefined && afterId < newest ? afterId : newest;
        while (!signal.aborted) {
          woken = false;
          const page = await storage.read(caller.hospitalId, (stores) => stores.notices.since(last, PAGE));
          for (const notice of [...urgent.splice(0), ...page]) {
            if (signal.aborted) return;
            if (notice.id > last) last = notice.id;
            if (notice.audience.includes(caller.role)) yield notice;
          }
          if (page.length < PAGE && !woken)
            await new Promise<void>((resolve) => {
              goOn = resolve;
            });
        }
      } finally {
        signal.removeEventListener('abort', wake);
        here.delete(follower);
        if (here.size === 0) followers.delete(caller.hospitalId);
      }
    },

    async escalate() {
      const at = clock.now().getTime();
      const overdue = await storage.transact(PLATFORM, (stores) => stores.notices.takeOverdue('red_flag', at - URGENT_MS, at));
      for (const notice of overdue) for (const follower of followers.get(notice.hospitalId) ?? []) follower.again(notice);
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
