import type { Clock } from '../../shared/clock.ts';
import { AppError } from '../../shared/errors.ts';
import { type Page, pageOf } from '../../shared/page.ts';
import type { Caller } from '../access/caller.ts';
import { authorize, authorizeOwn, notFound } from '../access/policies.ts';
import type { Storage } from '../storage.ts';
import type { ChainLink } from './audit-entry.ts';
import { appendAudit, type ChainVerdict, startVerification } from './audit-log.ts';
import type { AuditFilter } from './audit-store.ts';

/** Reading the audit log and proving it. It refuses to change anything in it. */
export interface Audit {
  list(caller: Caller, filter: AuditFilter, page: { after?: string | undefined; limit: number }): Promise<Page<ChainLink>>;
  /** Who read or changed what about this patient. */
  accessLog(caller: Caller, patientId: string, page: { after?: string | undefined; limit: number }): Promise<Page<NamedLink>>;
  verify(caller: Caller): Promise<ChainVerdict>;
}

/** An entry with the name of who it was: an id tells a patient nothing. */
export interface NamedLink extends ChainLink {
  readonly actorName: string | undefined;
}

export function makeAudit({ storage, clock }: { storage: Storage; clock: Clock }): Audit {
  const page = <L extends ChainLink>(links: readonly L[], limit: number) => pageOf(links, limit, (link) => String(link.entry.seq));
  const before = (after: string | undefined) => {
    if (after === undefined) return undefined;
    if (/^\d{1,15}$/.test(after)) return Number(after);
    throw new AppError('invalid', 'Some of what you sent is not right.', {
      fields: [{ path: 'cursor', message: 'This page does not exist. Begin again without a cursor.' }],
    });
  };
  return {
    async list(caller, filter, { after, limit }) {
      authorize(caller, 'audit.read');
      const links = await storage.read(caller.hospitalId, (stores) =>
        stores.audit.list(filter, { before: before(after), limit: limit + 1 }),
      );
      return page(links, limit);
    },
    async accessLog(caller, patientId, { after, limit }) {
      authorizeOwn(caller, 'access-log.read', { patientId });
      const links = await storage.transact(caller.hospitalId, async (stores) => {
        if (!(await stores.patients.find(patientId))) throw notFound();
        const found = await stores.audit.list({ patientId }, { before: before(after), limit: limit + 1 });
        await appendAudit(stores, caller, clock.now().getTime(), {
          eventType: 'access_log.read',
          action: 'R',
          entityType: 'patient',
          entityId: patientId,
          patientId,
        });
        const names = new Map<string, string>();
        for (const actor of new Set(found.map(({ entry }) => entry.actor))) {
          const user = await stores.access.user(actor);
          if (user) names.set(actor, `${user.firstName} ${user.lastName}`.trim());
        }
        return found.map((link) => ({ ...link, actorName: names.get(link.entry.actor) }));
      });
      return page(links, limit);
    },
    async verify(caller) {
      authorize(caller, 'audit.read');
      return verifyChain(storage, clock, caller.hospitalId);
    },
  };
}

const BATCH = 100;

/** Reads a hospital's whole chain, some at a time, and follows it. */
export async function verifyChain(storage: Storage, clock: Clock, hospitalId: string): Promise<ChainVerdict> {
  const verification = startVerification();
  for (let after = 0; ; ) {
    // Links and head from one view: what is appended meanwhile is in both or in neither.
    const { links, head } = await storage.read(hospitalId, async (stores) => ({
      links: await stores.audit.links(after, BATCH),
      head: await stores.audit.head(),
    }));
    verification.next(links, head);
    const last = links.at(-1);
    if (!last || links.length < BATCH) return verification.end();
    after = last.entry.seq;
    await clock.sleep(0); // a long chain is read between other people's requests
  }
}
