import { describe, expect, it } from 'vitest';
import type { Caller } from '../../../../src/domain/access/caller.ts';
import type { ChainHead, ChainLink } from '../../../../src/domain/audit/audit-entry.ts';
import { appendAudit, GENESIS, hashOf } from '../../../../src/domain/audit/audit-log.ts';
import type { Stores } from '../../../../src/domain/storage.ts';
import { forgeries, verdictOn } from '../../../kit/audit-chain.ts';
import { callerOf } from '../../../kit/storage.ts';

/** A log in memory, for the chain alone. */
function memoryLog(hospitalId = 'h1') {
  const links: ChainLink[] = [];
  let head: ChainHead | undefined;
  const stores = {
    audit: {
      hospitalId,
      head: async () => head,
      append: async (entry: ChainLink['entry'], payload: string) => {
        links.push({ entry, payload });
        head = { seq: entry.seq, hash: entry.hash };
      },
    },
  } as unknown as Stores;
  return { links, head: () => head, stores };
}

async function logOf(count: number, caller: Caller = callerOf('h1')) {
  const log = memoryLog();
  for (let n = 0; n < count; n++)
    await appendAudit(log.stores, caller, 1_000 + n, {
      eventType: 'patient.read',
      action: 'R',
      entityType: 'patient',
      entityId: `p${n}`,
      patientId: n % 3 ? `p${n}` : null,
      payload: { new: { n } },
    });
  return log;
}

describe('an audit chain', () => {
  it('begins at the same known place in every hospital, and each entry holds the hash of the one before', async () => {
    const { links, head } = await logOf(3);
    expect(links.map(({ entry }) => entry.seq)).toEqual([1, 2, 3]);
    let previous = GENESIS;
    for (const { entry } of links) {
      const { hash, ...rest } = entry;
      expect(hashOf(rest, previous)).toBe(hash);
      previous = hash;
    }
    expect(head()).toEqual({ seq: 3, hash: previous });
    expect(verdictOn(links, head())).toEqual({ ok: true, entries: 3, head: previous });
  });

  it('is whole when there is nothing yet', () => {
    expect(verdictOn([], undefined)).toEqual({ ok: true, entries: 0, head: GENESIS });
  });

  it('keeps the reason for looking with what was recorded, and no reason where none was given', async () => {
    const { links } = await logOf(1, callerOf('h1', 'hospital_admin', { accessReason: 'The patient asked me to.' }));
    expect(JSON.parse(links[0]?.payload ?? '')).toEqual({ new: { n: 0 }, reason: 'The patient asked me to.' });
    expect(JSON.parse((await logOf(1)).links[0]?.payload ?? '')).toEqual({ new: { n: 0 } });
  });

  it('separates its fields: moving a letter from one to the next makes another hash', () => {
    const entry = {
      hospitalId: 'h',
      seq: 1,
      id: 'i',
      eventType: 'ab',
      action: 'R',
      entityType: 'c',
      entityId: null,
      patientId: null,
    } as const;
    const rest = { actor: 'a', actorRole: 'nurse', via: 'http', requestId: 'r', at: 1, payloadHash: 'x' };
    expect(hashOf({ ...entry, ...rest }, GENESIS)).not.toBe(hashOf({ ...entry, ...rest, eventType: 'a', entityType: 'bc' }, GENESIS));
    expect(hashOf({ ...entry, ...rest }, GENESIS)).not.toBe(hashOf({ ...entry, ...rest, entityId: 'null' }, GENESIS));
  });

  for (const { name, of, showsAt } of forgeries)
    it(`shows the first broken entry where one is ${name}`, async () => {
      const { links, head } = await logOf(5);
      for (const at of [0, 2, 3]) expect(verdictOn(of(links, at), head()).brokenAt?.seq, `entry ${at + 1}`).toBe(showsAt(at + 1));
    });

  it('is not broken by payloads that were erased, each or all', async () => {
    const { links, head } = await logOf(5);
    for (let at = 0; at < 5; at++)
      expect(
        verdictOn(
          links.map((link, i) => (i === at ? { ...link, payload: undefined } : link)),
          head(),
        ).ok,
      ).toBe(true);
    expect(
      verdictOn(
        links.map(({ entry }) => ({ entry, payload: undefined })),
        head(),
      ).ok,
    ).toBe(true);
  });

  it('shows a tail that was cut, by the head that is kept apart', async () => {
    const { links, head } = await logOf(5);
    for (let left = 0; left < 5; left++)
      expect(verdictOn(links.slice(0, left), head()).brokenAt).toMatchObject({ seq: left + 1, what: 'entries at the end are missing' });
  });

  it('shows an entry that was added behind the kept head, however well it follows', async () => {
    const { links, head } = await logOf(5);
    const kept = head();
    const longer = await logOf(5);
    for (let n = 0; n < 2; n++)
      await appendAudit(longer.stores, callerOf('h1'), 9_999, { eventType: 'added', action: 'C', entityType: 'x' });
    const added = longer.links.slice(5).map(({ entry, payload }, i) => {
      const { hash: _, ...rest } = entry;
      const previous = i === 0 ? (links[4]?.entry.hash ?? '') : '';
      return { entry: { ...rest, hash: i === 0 ? hashOf(rest, previous) : entry.hash }, payload };
    });
    const { brokenAt } = verdictOn([...links, ...added.slice(0, 1)], kept);
    expect(brokenAt).toMatchObject({ seq: 6, what: 'it was added behind the kept head' });
  });

  it('shows a head that is another, or is gone', async () => {
    const { links, head } = await logOf(5);
    expect(verdictOn(links, { seq: 5, hash: GENESIS }).brokenAt).toMatchObject({ seq: 5, what: 'the kept head is another' });
    expect(verdictOn(links, undefined).ok).toBe(false);
    expect(verdictOn(links, { seq: 4, hash: links[3]?.entry.hash ?? '' }).ok).toBe(false);
    expect(verdictOn(links, { seq: 6, hash: head()?.hash ?? '' }).ok).toBe(false);
  });

  it('goes on from a head that was proved before', async () => {
    const { links, head } = await logOf(5);
    const proved = { seq: 3, hash: links[2]?.entry.hash ?? '' };
    expect(verdictOn(links.slice(3), head(), proved)).toMatchObject({ ok: true, entries: 2 });
    expect(verdictOn(links.slice(3), head(), { seq: 3, hash: GENESIS }).brokenAt?.seq).toBe(4);
  });
});
