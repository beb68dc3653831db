import type { Clock } from '../../shared/clock.ts';
import { AppError } from '../../shared/errors.ts';
import { type Page, pageOf } from '../../shared/page.ts';
import type { Caller } from '../access/caller.ts';
import { authorize, authorizeOwn, notFound } from '../access/policies.ts';
import type { Storage } from '../storage.ts';
import type { ChainHead, ChainLink } from './audit-entry.ts';
import { appendAudit, type ChainVerdict, startVerification } from './audit-log.ts';
import type { AuditFilter } from './audit-store.ts';
import type { Heads } from './heads.ts';
import { isHeadSigned, type SignedHead } from './signed-head.ts';

/** Reading the audit log and proving it. It refuses to change anything in it. */
export interface Audit {
  list(caller: Caller, filter: AuditFilter, page: { after?: string | undefined; limit: number }): Promise<Page<ChainLink>>;
  /** Who read or changed what about this patient. */
  accessLog(caller: Caller, patientId: string, page: { after?: string | undefined; limit: number }): Promise<Page<NamedLink>>;
  verify(caller: Caller): Promise<SignedVerdict>;
}

/** An entry with the name of who it was: an id tells a patient nothing. */
export interface NamedLink extends ChainLink {
  readonly actorName: string | undefined;
}

/** Also held against what was signed of the chain, and how many heads that were. */
export interface SignedVerdict extends ChainVerdict {
  readonly signedHeads: number;
}

export function makeAudit({ storage, clock, heads }: { storage: Storage; clock: Clock; heads: Pick<Heads, 'of' | 'publicKey'> }): Audit {
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
      const { hospitalId } = caller;
      // The heads first: what is signed while the chain is read may reach beyond it.
      return verifySigned(storage, clock, hospitalId, await heads.of(hospitalId), heads.publicKey);
    },
  };
}

const BATCH = 100;

/** Proves these heads, under the key that was asked for or each under its own, and holds the chain against them. */
export async function verifySigned(
  storage: Storage,
  clock: Clock,
  hospitalId: string,
  heads: readonly SignedHead[],
  publicKey?: string,
): Promise<SignedVerdict> {
  const proved: SignedHead[] = [];
  for (const [index, head] of heads.entries()) {
    if (isHeadSigned(head, publicKey)) proved.push(head);
    if (index % BATCH === BATCH - 1) await clock.sleep(0);
  }
  const verdict = { ...(await verifyChain(storage, clock, hospitalId, proved)), signedHeads: proved.length };
  const forged = heads.find((head) => !proved.includes(head));
  if (!verdict.ok || !forged) return verdict;
  return {
    ...verdict,
    ok: false,
    brokenAt: { seq: forged.seq, id: null, what: 'a head that was kept of it does not bear the right signature' },
  };
}

/** Reads a hospital's whole chain, some at a time, and follows it through the heads that were signed of it. */
export async function verifyChain(
  storage: Storage,
  clock: Clock,
  hospitalId: string,
  signed: readonly ChainHead[] = [],
): Promise<ChainVerdict> {
  const verification = startVerification(undefined, signed);
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
