import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PLATFORM } from '../../../src/domain/access/caller.ts';
import type { Departure } from '../../../src/domain/outbox/departure.ts';
import { newId } from '../../../src/shared/ids.ts';
import { openTestStorage, type TestStorage } from '../../kit/storage.ts';

let kept: TestStorage;

const departure = (more: Partial<Departure> = {}): Departure => {
  const id = newId();
  return {
    ...{ id, kind: 'email', event: 'appointment.booked', key: id, lane: id, appointmentId: null, patientId: null, recipient: 'a@b.test' },
    ...{ content: { text: 'x' }, status: 'pending', attempts: 0, nextAt: 0, leaseUntil: null, error: null, answer: null },
    ...{ expiresAt: null, createdAt: 1, updatedAt: 1, sentAt: null, ...more },
  };
};
const sent = { status: 'sent', content: null, sentAt: 1, nextAt: null } as const;
const write = (hospitalId: string, ...all: Departure[]) =>
  kept.storage.transact(hospitalId, async (stores) => {
    for (const one of all) await stores.outbox.insert(one);
  });
const claim = (lifeMs: number, paused: readonly string[] = [], limit = 10) =>
  kept.storage.transact(PLATFORM, (stores) => stores.outbox.claimDue({ lifeMs, leaseMs: 100, paused, limit }));

beforeAll(async () => {
  kept = await openTestStorage();
});
afterAll(() => kept.close());

describe('the outbox, as it is kept', () => {
  it('gives what is first in its lane, each to one at a time, and again when the lease has ended', async () => {
    const [first, second, other] = [departure({ lane: 'one' }), departure({ lane: 'one' }), departure({ lane: 'two' })];
    await write('north', first, second, other);
    const ids = async (lifeMs: number) => (await claim(lifeMs)).map(({ departure: { id } }) => id);
    expect(await ids(1_000)).toEqual([first.id, other.id]);
    expect(await ids(1_050)).toEqual([]);
    await kept.storage.transact('north', (stores) => stores.outbox.update(first.id, { ...sent, leaseUntil: null }));
    expect(await ids(1_060)).toEqual([second.id]);
    expect(await ids(1_200)).toEqual([second.id, other.id]);
    await kept.storage.transact(PLATFORM, (stores) => stores.outbox.releaseAll(1_201));
    expect((await claim(1_201)).map(({ departure: { attempts } }) => attempts)).toEqual([3, 3]);
    await kept.storage.transact('north', (stores) => stores.outbox.remove([first.id, second.id, other.id]));
  });

  it('writes what has the same key once, and leaves out a channel that is paused', async () => {
    const one = departure({ key: 'reminder of today' });
    const writeTwice = () => kept.storage.transact('north', (stores) => stores.outbox.insert({ ...one, id: newId() }));
    expect([await writeTwice(), await writeTwice()]).toEqual([true, false]);
    await write('south', departure({ key: 'reminder of today' }));
    expect((await claim(2_000, ['north email'])).map(({ hospitalId }) => hospitalId)).toEqual(['south']);
  });

  it('looks for what is due without reading what has left', async () => {
    for (let n = 0; n < 20; n++) await write('north', ...Array.from({ length: 500 }, () => departure(sent)));
    const count = () => (kept.raw().prepare('SELECT count(*) AS n FROM outbox').get() as { n: number }).n;
    expect(count()).toBeGreaterThan(10_000);
    const query = `SELECT due.* FROM outbox AS due WHERE due.next_at <= ? AND (due.lease_until IS NULL OR due.lease_until < ?)
      AND NOT EXISTS (SELECT 1 FROM outbox AS earlier WHERE earlier.hospital_id = due.hospital_id AND earlier.lane = due.lane
        AND earlier.place < due.place AND earlier.next_at IS NOT NULL) ORDER BY due.next_at, due.place LIMIT 4`;
    const plan = (kept.raw().prepare(`EXPLAIN QUERY PLAN ${query}`).all(1, 1) as { detail: string }[]).map(({ detail }) => detail);
    expect(plan.join('\n')).toMatch(/outbox_waiting/);
    expect(plan.join('\n')).not.toMatch(/SCAN|TEMP B-TREE/);
  });
});
