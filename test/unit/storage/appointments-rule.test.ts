import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestStorage, type TestStorage } from '../../kit/storage.ts';

/** Whoever writes to the file, in whatever process and past every store, meets the same rule. */
describe('the table of appointments', () => {
  let kept: TestStorage;
  beforeAll(async () => {
    kept = await openTestStorage();
  });
  afterAll(() => kept?.close());

  const HOUR = 3_600_000;
  const insert = (id: string, from: number, to: number, more: Record<string, unknown> = {}) => {
    const row = {
      ...{ id, hospital_id: 'h', doctor_id: 'd', patient_id: 'p', status: 'booked', starts_at: from, ends_at: to, busy_until: to },
      ...{ time_zone: 'UTC', booking_code: '0000', sequence: 0, hold_until: null, made_by: 'm', created_at: 0, updated_at: 0 },
      ...more,
    };
    const names = Object.keys(row);
    return kept
      .raw()
      .prepare(`INSERT INTO appointments (${names.join(', ')}) VALUES (${names.map((name) => `@${name}`).join(', ')})`)
      .run(row);
  };
  const code = (work: () => unknown) => {
    try {
      work();
      return 'written';
    } catch (error) {
      return `${(error as { code?: string }).code} ${(error as Error).message.slice(0, 10)}`;
    }
  };
  const taken = 'SQLITE_CONSTRAINT_TRIGGER SLOT_TAKEN';

  it('holds no two that share a moment, were they written by hand', () => {
    expect(code(() => insert('a', 0, HOUR))).toBe('written');
    expect(code(() => insert('b', HOUR - 1, 2 * HOUR))).toBe(taken);
    expect(code(() => insert('b', HOUR, 2 * HOUR))).toBe('written');
    expect(code(() => insert('c', -HOUR, 1, { status: 'no_show' }))).toBe(taken);
    expect(code(() => insert('c', -HOUR, 3 * HOUR, { status: 'held', patient_id: null, hold_until: 1 }))).toBe(taken);
    expect(code(() => insert('c', -HOUR, 0, { busy_until: 1 }))).toBe(taken);
    expect(code(() => insert('c', 0, HOUR, { status: 'cancelled' }))).toBe('written');
    const db = kept.raw();
    for (const change of [
      `UPDATE appointments SET status = 'booked' WHERE id = 'c'`,
      `UPDATE appointments SET starts_at = starts_at - 1 WHERE id = 'b'`,
      `UPDATE appointments SET busy_until = busy_until + 1 WHERE id = 'a'`,
      `INSERT OR REPLACE INTO appointments SELECT 'x', hospital_id, doctor_id, patient_id, status, starts_at, ends_at, busy_until, time_zone,
         booking_code, email, notes, sequence, hold_hash, hold_until, made_by, created_at, updated_at FROM appointments WHERE id = 'a'`,
    ])
      expect(code(() => db.prepare(change).run())).toBe(taken);
  });

  it('finds one that began a day before, and takes none that is longer', () => {
    expect(code(() => insert('long', 100 * HOUR, 124 * HOUR))).toBe('written');
    expect(code(() => insert('late', 124 * HOUR - 1, 125 * HOUR))).toBe(taken);
    expect(code(() => insert('longer', 200 * HOUR, 224 * HOUR + 1))).toMatch(/^SQLITE_CONSTRAINT_CHECK/);
    expect(code(() => insert('backwards', 300 * HOUR, 299 * HOUR))).toMatch(/^SQLITE_CONSTRAINT_CHECK/);
    expect(code(() => insert('nobody', 300 * HOUR, 301 * HOUR, { patient_id: null }))).toMatch(/^SQLITE_CONSTRAINT_CHECK/);
  });

  it('looks for what is in the way by its index, and no further back than a day', () => {
    const plan = kept
      .raw()
      .prepare(
        `EXPLAIN QUERY PLAN SELECT 1 FROM appointments AS other WHERE other.hospital_id = 'h' AND other.doctor_id = 'd'
           AND other.status <> 'cancelled' AND other.starts_at < 1 AND other.starts_at > 0 AND other.busy_until > 0 AND other.id <> 'x'`,
      )
      .all() as { detail: string }[];
    expect(plan.map(({ detail }) => detail).join()).toMatch(
      /appointments_by_doctor \(hospital_id=\? AND doctor_id=\? AND starts_at>\? AND starts_at<\?\)/,
    );
  });
});
