import { hash } from 'node:crypto';
import { newId } from '../../shared/ids.ts';
import type { Caller } from '../access/caller.ts';
import type { Stores } from '../storage.ts';
import type { AuditEntry, ChainHead, ChainLink } from './audit-entry.ts';

/** What changed, and why someone looked. Never words of a patient, never a secret. */
export interface AuditPayload {
  readonly old?: Readonly<Record<string, unknown>>;
  readonly new?: Readonly<Record<string, unknown>>;
  readonly reason?: string;
}

export interface AuditFact {
  /** `user.created`, `patient.read`: a noun and what was done. */
  readonly eventType: string;
  readonly action: AuditEntry['action'];
  readonly entityType: string;
  readonly entityId?: string | null;
  readonly patientId?: string | null;
  readonly payload?: AuditPayload;
}

const NOTHING = '{}';

/** Where a chain begins. */
export const GENESIS = '0'.repeat(64);

/**
 * Who did what to which thing, written in the same unit of work as the deed. Entries of a hospital form a chain: each holds
 * the hash of the one before. A payload hangs on its entry by its hash alone, so that retention can erase it and the chain
 * still proves itself.
 */
export async function appendAudit(stores: Stores, caller: Caller, nowMs: number, fact: AuditFact): Promise<void> {
  const head = await stores.audit.head();
  const payload = JSON.stringify({ ...fact.payload, ...(caller.accessReason ? { reason: caller.accessReason } : {}) });
  const entry: Omit<AuditEntry, 'hash'> = {
    hospitalId: stores.audit.hospitalId,
    seq: (head?.seq ?? 0) + 1,
    id: newId(nowMs),
    eventType: fact.eventType,
    action: fact.action,
    entityType: fact.entityType,
    entityId: fact.entityId ?? null,
    patientId: fact.patientId ?? null,
    actor: caller.userId,
    actorRole: caller.role,
    via: caller.via,
    requestId: caller.requestId,
    at: nowMs,
    payloadHash: sha256(payload),
  };
  // Most looks record nothing but themselves. What is not kept reads like what was erased, and its hash tells which it is.
  const kept = payload === NOTHING ? undefined : payload;
  await stores.audit.append({ ...entry, hash: hashOf(entry, head?.hash ?? GENESIS) }, kept);
}

/** Pure: the hash that ties an entry to the one before it. */
export function hashOf(entry: Omit<AuditEntry, 'hash'>, previous: string): string {
  const { hospitalId, seq, id, eventType, action, entityType, entityId, patientId, actor, actorRole, via, requestId, at, payloadHash } =
    entry;
  return sha256(
    JSON.stringify([
      previous,
      hospitalId,
      seq,
      id,
      eventType,
      action,
      entityType,
      entityId,
      patientId,
      actor,
      actorRole,
      via,
      requestId,
      at,
      payloadHash,
    ]),
  );
}

export interface ChainVerdict {
  readonly ok: boolean;
  readonly entries: number;
  readonly head: string;
  /** The first entry that does not follow from the one before, and what is wrong with it. */
  readonly brokenAt?: { readonly seq: number; readonly id: string | null; readonly what: string };
}

/** Pure: follows a chain from its beginning, some links at a time, to the first break. */
export interface Verification {
  /** The links that come next, and the head as it stood when they were read. */
  next(links: readonly ChainLink[], head: ChainHead | undefined): void;
  end(): ChainVerdict;
}

/** `after` is where to begin: the beginning, or a head that was proved before. Through `signed` the chain must have gone. */
export function startVerification(after: ChainHead = { seq: 0, hash: GENESIS }, signed: readonly ChainHead[] = []): Verification {
  const promised = Map.groupBy(signed, (one) => one.seq);
  const reach = signed.reduce((farthest, one) => Math.max(farthest, one.seq), 0);
  let entries = 0;
  let seq = after.seq;
  let previous = after.hash;
  let head: ChainHead | undefined;
  let broken: ChainVerdict['brokenAt'];

  const fault = ({ entry, payload }: ChainLink): string | undefined => {
    const { hash, ...rest } = entry;
    if (entry.seq !== seq + 1) return 'an entry is missing before it';
    if (hashOf(rest, previous) !== hash) return 'the entry was changed';
    if (payload !== undefined && sha256(payload) !== entry.payloadHash) return 'what it recorded was changed';
    if (promised.get(entry.seq)?.some((one) => one.hash !== hash))
      return 'a signed head names another entry here: the log was written anew';
    return entry.seq > (head?.seq ?? 0) ? 'it was added behind the kept head' : undefined;
  };

  return {
    next(links, newest) {
      head = newest;
      for (const link of links) {
        entries++;
        if (broken) continue;
        const what = fault(link);
        if (what) broken = { seq: link.entry.seq, id: link.entry.id, what };
        else {
          seq = link.entry.seq;
          previous = link.entry.hash;
        }
      }
    },
    end() {
      if (!broken && (head?.seq ?? 0) !== seq) broken = { seq: seq + 1, id: null, what: 'entries at the end are missing' };
      else if (!broken && head && head.hash !== previous) broken = { seq, id: null, what: 'the kept head is another' };
      else if (!broken && reach > seq)
        broken = { seq: seq + 1, id: null, what: `entries at the end are missing: a signed head reaches to ${reach}` };
      return { ok: !broken, entries, head: previous, ...(broken ? { brokenAt: broken } : {}) };
    },
  };
}

function sha256(text: string): string {
  return hash('sha256', text);
}
