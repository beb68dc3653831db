import { describe, expect, it } from 'vitest';
import { hourIn, isQuiet } from '../../../src/domain/patients/retention.ts';

describe('the quiet hours', () => {
  it('are those of the place where the box stands', () => {
    const at = new Date('2026-11-20T21:30:00Z');
    expect(['Asia/Kolkata', 'Africa/Accra', 'Asia/Kathmandu', 'America/New_York'].map((zone) => hourIn(zone, at))).toEqual([3, 21, 3, 16]);
    expect(hourIn('UTC', new Date('2026-11-20T00:00:00Z'))).toBe(0);
    expect(Array.from({ length: 24 }, (_, hour) => hour).filter(isQuiet)).toEqual([2, 3, 4]);
  });
});
