import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AppError } from '../../../src/shared/errors.ts';
import { makeRateLimit } from '../../../src/transport/http/rate-limit.ts';

function limited(perMinute: number, burst?: number) {
  const time = { ms: 0 };
  const limit = burst === undefined ? makeRateLimit(perMinute, () => time.ms) : makeRateLimit(perMinute, () => time.ms, burst);
  /** Undefined when it was let through, else how long to wait. */
  const take = (who = 'a'): number | undefined => {
    try {
      limit.take(who);
      return undefined;
    } catch (error) {
      expect(error).toMatchObject({ code: 'rate-limited' });
      return (error as AppError).details.retryAfterMs;
    }
  };
  return { time, take };
}

describe('the rate limit', () => {
  it('lets a burst of a third of a minute through, and then says how long to wait', () => {
    const { take } = limited(600);
    for (let i = 0; i < 200; i++) expect(take()).toBeUndefined();
    expect(take()).toBe(100);
  });

  it('keeps its word: who waits as long as told is let in', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 6_000 }),
        fc.array(fc.integer({ min: 0, max: 5_000 }), { minLength: 1, maxLength: 200 }),
        (perMinute, pauses) => {
          const { time, take } = limited(perMinute);
          for (const pause of pauses) {
            time.ms += pause;
            const wait = take();
            if (wait === undefined) continue;
            time.ms += wait;
            if (take() !== undefined) return false;
          }
          return true;
        },
      ),
      { seed: 20_261_120, numRuns: 200 },
    );
  });

  it('does not starve who asks too often: being refused costs nothing', () => {
    const { time, take } = limited(60, 1);
    expect(take()).toBeUndefined();
    let through = 0;
    for (let i = 0; i < 100; i++) {
      time.ms += 100;
      if (take() === undefined) through++;
    }
    expect(through).toBe(10);
  });

  it('lets nobody have more than the burst and what has flowed since', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 3_000 }), { minLength: 1, maxLength: 300 }), (pauses) => {
        const { time, take } = limited(60);
        const through = pauses.filter((pause) => {
          time.ms += pause;
          return take() === undefined;
        }).length;
        return through <= 20 + Math.ceil(time.ms / 1_000);
      }),
      { seed: 20_261_120, numRuns: 200 },
    );
  });

  it('knows one caller from another, and forgets who has waited long', () => {
    const { time, take } = limited(60, 1);
    expect([take('a'), take('b')]).toEqual([undefined, undefined]);
    expect(take('a')).toBe(1_000);
    time.ms += 1_000;
    expect(take('a')).toBeUndefined();
    for (let i = 0; i < 10_050; i++) take(`other ${i}`);
    time.ms += 60_000;
    expect(take('a')).toBeUndefined();
  });

  it('is off at zero', () => {
    const { take } = limited(0);
    for (let i = 0; i < 10_000; i++) expect(take()).toBeUndefined();
  });

  it('has a burst of one at least', () => {
    const { take } = limited(1);
    expect(take()).toBeUndefined();
    expect(take()).toBe(60_000);
  });
});
