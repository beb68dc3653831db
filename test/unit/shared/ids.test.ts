import { describe, expect, it } from 'vitest';
import { newId } from '../../../src/shared/ids.ts';

const form = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const timeOf = (id: string) => Number.parseInt(id.replace('-', '').slice(0, 12), 16);

describe('an id', () => {
  it('is a UUID of version 7 that begins with its time', () => {
    const now = Date.now();
    const id = newId(now);
    expect(id).toMatch(form);
    expect(timeOf(id)).toBeGreaterThanOrEqual(now);
    expect(timeOf(id)).toBeLessThan(now + 60_000);
  });

  it('sorts behind every id before it, also thousands within a millisecond, and when the clock is set back', () => {
    const start = Date.now();
    const ids: string[] = [];
    for (let i = 0; i < 30_000; i++) ids.push(newId(i % 10_000 === 9_999 ? start - 3_600_000 : start));
    for (let i = 1; i < 2_000; i++) ids.push(newId(start + i));
    expect(ids).toEqual([...ids].sort());
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.every((id) => form.test(id))).toBe(true);
  });

  it('differs from the next in its random part, too', () => {
    const random = new Set(Array.from({ length: 2_000 }, () => newId().slice(19)));
    expect(random.size).toBe(2_000);
  });
});
