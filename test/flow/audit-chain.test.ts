import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyChain, verifySigned } from '../../src/domain/audit/audit.ts';
import type { ChainLink } from '../../src/domain/audit/audit-entry.ts';
import { appendAudit, type ChainVerdict, GENESIS, hashOf } from '../../src/domain/audit/audit-log.ts';
import { type SignedHead, signHead } from '../../src/domain/audit/signed-head.ts';
import { systemClock } from '../../src/shared/clock.ts';
import { headKeyOf } from '../../src/storage/files/head-key.ts';
import { makeSigningKey } from '../../src/storage/files/signing-keys.ts';
import type { Connection } from '../../src/storage/sqlite/database.ts';
import { makeFakeClock } from '../fakes/fake-clock.ts';
import { forgeries, verdictOn } from '../kit/audit-chain.ts';
import { callerOf, openTestStorage, type TestStorage } from '../kit/storage.ts';

/**
 * Ten thousand entries in the real database. Each forgery of the list is tried at every place on the links as they were
 * read, from the entry before on: what comes before it is followed once, in one piece. Those that the database itself could take are
 * also made there, behind its back, and found by the whole verification.
 */
const COUNT = 10_000;
const H = 'hospital';

describe('an audit log of 10,000 entries', () => {
  let open: TestStorage;
  let db: Connection;
  let links: readonly ChainLink[];

  beforeAll(async () => {
    open = await openTestStorage();
    db = open.raw();
    const caller = callerOf(H, 'doctor', { accessReason: 'A second opinion was asked for.' });
    for (let done = 0; done < COUNT; done += 500)
      await open.storage.transact(H, async (stores) => {
        for (let n = done; n < done + 500; n++)
          await appendAudit(stores, caller, n, {
            eventType: n % 2 ? 'patient.read' : 'patient.changed',
            action: n % 2 ? 'R' : 'U',
            entityType: 'patient',
            entityId: `patient ${n % 300}`,
            patientId: `patient ${n % 300}`,
            payload: { new: { fields: ['allergies'], n } },
          });
      });
    // Another hospital writes beside it, in a chain of its own.
    await open.storage.transact('another', (stores) =>
      appendAudit(stores, callerOf('another'), 1, { eventType: 'x', action: 'C', entityType: 'y' }),
    );
    links = await open.storage.read(H, (stores) => stores.audit.links(0, COUNT + 1));
  }, 60_000);
  afterAll(() => open.close());

  const verify = (): Promise<ChainVerdict> => verifyChain(open.storage, systemClock, H);
  /** What the whole verification says while the database is falsified. */
  async function verdictWhile(forge: string, repair: string): Promise<ChainVerdict> {
    db.exec(forge);
    try {
      return await verify();
    } finally {
      db.exec(repair);
    }
  }
  const linkAt = (seq: number) => links[seq - 1] as ChainLink;
  const headAt = (seq: number) => (seq === 0 ? { seq: 0, hash: GENESIS } : { seq, hash: linkAt(seq).entry.hash });

  it('is whole, and the other hospital’s too', async () => {
    expect(await verify()).toEqual({ ok: true, entries: COUNT, head: linkAt(COUNT).entry.hash });
    expect(await verifyChain(open.storage, systemClock, 'another')).toMatchObject({ ok: true, entries: 1 });
  });

  it('gives way to other people’s requests all the while it is verified', async () => {
    const clock = makeFakeClock();
    let pauses = 0;
    const counting = {
      ...clock,
      sleep: (ms: number, signal?: AbortSignal) => {
        pauses++;
        return clock.sleep(ms, signal);
      },
    };
    expect((await verifyChain(open.storage, counting, H)).ok).toBe(true);
    expect(pauses).toBeGreaterThanOrEqual(COUNT / 100 - 1);
  });

  it('is verified while it grows', async () => {
    let growing = true;
    let grown = 0;
    const grow = (async () => {
      for (; growing; grown++)
        await open.storage.transact('busy', (stores) =>
          appendAudit(stores, callerOf('busy'), 1, { eventType: 'x', action: 'C', entityType: 'y' }),
        );
    })();
    for (let i = 0; i < 30 || grown < 50; i++) expect(await verifyChain(open.storage, systemClock, 'busy')).toMatchObject({ ok: true });
    growing = false;
    await grow;
    expect(await verifyChain(open.storage, systemClock, 'busy')).toMatchObject({ ok: true, entries: grown });
  });

  it('shows every forgery at every place, and names the entry', () => {
    const places = Array.from({ length: COUNT - 1 }, (_, i) => i + 1);
    let tried = 0;
    const missed: string[] = [];
    for (const seq of places) {
      const first = Math.max(1, seq - 1);
      const window = links.slice(first - 1, seq + 2);
      const head = headAt(Math.min(COUNT, first + window.length - 1));
      if (!verdictOn(window, head, headAt(first - 1)).ok) missed.push(`${seq}: broken before it was falsified`);
      for (const { name, of, showsAt } of forgeries) {
        tried++;
        const { brokenAt } = verdictOn(of(window, seq - first), head, headAt(first - 1));
        if (brokenAt?.seq !== showsAt(seq)) missed.push(`${name} at ${seq}: ${JSON.stringify(brokenAt)}`);
      }
    }
    expect(missed).toEqual([]);
    expect(tried).toBe(places.length * forgeries.length);
  }, 120_000);

  const middle = 6_543;
  for (const seq of [1, middle, COUNT])
    it(`shows what was done to entry ${seq} in the database itself`, async () => {
      const where = `hospital_id = '${H}' AND seq = ${seq}`;
      const { entry, payload } = linkAt(seq);
      expect(
        await verdictWhile(
          `UPDATE audit_entries SET actor = 'nobody' WHERE ${where}`,
          `UPDATE audit_entries SET actor = '${entry.actor}' WHERE ${where}`,
        ),
      ).toMatchObject({ ok: false, brokenAt: { seq, id: entry.id, what: 'the entry was changed' } });
      expect(
        await verdictWhile(
          `UPDATE audit_payloads SET payload = '{}' WHERE hospital_id = '${H}' AND id = '${entry.id}'`,
          `UPDATE audit_payloads SET payload = '${payload}' WHERE hospital_id = '${H}' AND id = '${entry.id}'`,
        ),
      ).toMatchObject({ ok: false, brokenAt: { seq, id: entry.id, what: 'what it recorded was changed' } });
      const deleted = await verdictWhile(
        `CREATE TABLE aside AS SELECT * FROM audit_entries WHERE ${where}; DELETE FROM audit_entries WHERE ${where}`,
        'INSERT INTO audit_entries SELECT * FROM aside; DROP TABLE aside',
      );
      expect(deleted.ok).toBe(false);
      expect(deleted.brokenAt?.seq).toBe(seq === COUNT ? COUNT : seq + 1);
    });

  it('shows entries whose places were changed in the database', async () => {
    const swap = (a: number, b: number) =>
      `UPDATE audit_entries SET seq = -1 WHERE hospital_id = '${H}' AND seq = ${a};
       UPDATE audit_entries SET seq = ${a} WHERE hospital_id = '${H}' AND seq = ${b};
       UPDATE audit_entries SET seq = ${b} WHERE hospital_id = '${H}' AND seq = -1`;
    expect((await verdictWhile(swap(10, COUNT - 10), swap(10, COUNT - 10))).brokenAt).toMatchObject({ seq: 10 });
  });

  it('shows a cut tail, and one that was put on', async () => {
    const cut = await verdictWhile(
      `CREATE TABLE aside AS SELECT * FROM audit_entries WHERE hospital_id = '${H}' AND seq > 9990; DELETE FROM audit_entries WHERE hospital_id = '${H}' AND seq > 9990`,
      'INSERT INTO audit_entries SELECT * FROM aside; DROP TABLE aside',
    );
    expect(cut.brokenAt).toEqual({ seq: 9_991, id: null, what: 'entries at the end are missing' });
    const added = await verdictWhile(
      `INSERT INTO audit_entries SELECT hospital_id, ${COUNT + 1}, 'made up', event_type, action, entity_type, entity_id, patient_id, actor, actor_role, via,
         request_id, at, payload_hash, hash FROM audit_entries WHERE hospital_id = '${H}' AND seq = ${COUNT}`,
      `DELETE FROM audit_entries WHERE id = 'made up'`,
    );
    expect(added.brokenAt).toMatchObject({ seq: COUNT + 1, id: 'made up' });
    expect(await verify()).toMatchObject({ ok: true });
  });

  describe('with its heads signed', () => {
    const key = headKeyOf(makeSigningKey(0).privateJwk);
    const signedAt = (...seqs: number[]): SignedHead[] => seqs.map((seq) => signHead(key, H, linkAt(seq).entry, seq));
    const held = (heads: readonly SignedHead[]) => verifySigned(open.storage, systemClock, H, heads, key.publicKey);
    const keepHead = (seq: number) =>
      `UPDATE audit_heads SET seq = ${seq}, hash = (SELECT hash FROM audit_entries WHERE hospital_id = '${H}' AND seq = ${seq}) WHERE hospital_id = '${H}'`;
    /** The log without its end, in good order otherwise: by itself it shows nothing. */
    async function cutTo<T>(seq: number, look: () => Promise<T>): Promise<T> {
      db.exec(
        `CREATE TABLE aside AS SELECT * FROM audit_entries WHERE hospital_id = '${H}' AND seq > ${seq};
         DELETE FROM audit_entries WHERE hospital_id = '${H}' AND seq > ${seq}; ${keepHead(seq)}`,
      );
      try {
        return await look();
      } finally {
        db.exec(`INSERT INTO audit_entries SELECT * FROM aside; DROP TABLE aside; ${keepHead(COUNT)}`);
      }
    }

    it('goes through all of them', async () => {
      const heads = signedAt(...Array.from({ length: 100 }, (_, i) => (i + 1) * 100));
      expect(await held(heads)).toEqual({ ok: true, entries: COUNT, head: linkAt(COUNT).entry.hash, signedHeads: 100 });
    });

    it('shows where its tail was cut, by one entry or by nearly all, which it would not show by itself', async () => {
      for (const left of [COUNT - 1, 5_000, 1]) {
        const { alone, against } = await cutTo(left, async () => ({ alone: await verify(), against: await held(signedAt(1, COUNT)) }));
        expect(alone.ok).toBe(true);
        expect(against).toMatchObject({
          ok: false,
          entries: left,
          brokenAt: { seq: left + 1, id: null, what: `entries at the end are missing: a signed head reaches to ${COUNT}` },
        });
      }
      expect(await cutTo(9_000, () => held(signedAt(1, 9_000)))).toMatchObject({ ok: true }); // cut above what was signed: see docs/security.md
    });

    it('shows that it was written anew from an entry on, at the next signed head', () => {
      const rewritten: ChainLink[] = [];
      let previous = headAt(4_999).hash;
      for (const { entry } of links.slice(4_999)) {
        const { hash: _, ...rest } = { ...entry, actor: entry.seq === 5_000 ? 'somebody else' : entry.actor };
        previous = hashOf(rest, previous);
        rewritten.push({ entry: { ...rest, hash: previous }, payload: undefined });
      }
      const head = { seq: COUNT, hash: previous };
      expect(verdictOn(rewritten, head, headAt(4_999)).ok).toBe(true);
      expect(verdictOn(rewritten, head, headAt(4_999), signedAt(4_000, 7_000, COUNT)).brokenAt).toMatchObject({ seq: 7_000 });
    });

    it('does not believe a head that somebody else signed', async () => {
      const forged = signHead(headKeyOf(makeSigningKey(0).privateJwk), H, linkAt(10).entry, 0);
      expect(await held([...signedAt(5), forged])).toMatchObject({ ok: false, signedHeads: 1, brokenAt: { seq: 10 } });
    });
  });

  it('is not broken by payloads that retention has erased', async () => {
    db.exec(
      `DELETE FROM audit_payloads WHERE hospital_id = '${H}' AND id IN (SELECT id FROM audit_entries WHERE hospital_id = '${H}' AND seq % 2 = 0)`,
    );
    expect(await verify()).toEqual({ ok: true, entries: COUNT, head: linkAt(COUNT).entry.hash });
  });
});
