import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LoginWait } from '../../../src/domain/access/access-store.ts';
import { afterWrongGuess, waitLeftMs } from '../../../src/domain/access/lock-out.ts';

const NOW = Date.UTC(2026, 10, 20);
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** So many wrong guesses, each as soon as it may be made. */
function guesses(
  count: number,
  kind: 'account' | 'address',
  startMs = NOW,
): { wait: LoginWait | undefined; waitsMs: number[]; atMs: number } {
  let wait: LoginWait | undefined;
  let atMs = startMs;
  const waitsMs: number[] = [];
  for (let i = 0; i < count; i++) {
    atMs += waitLeftMs(wait, atMs);
    wait = afterWrongGuess(wait, kind, atMs);
    waitsMs.push(waitLeftMs(wait, atMs));
  }
  return { wait, waitsMs, atMs };
}

describe('lock-out', () => {
  it('lets an account be mistyped four times, and makes the fifth wait', () => {
    expect(guesses(4, 'account').waitsMs).toEqual([0, 0, 0, 0]);
    expect(guesses(5, 'account').waitsMs.at(-1)).toBe(5_000);
  });

  it('doubles the wait with each further guess, to a quarter of an hour and no longer', () => {
    const { waitsMs } = guesses(20, 'account');
    expect(waitsMs.slice(4, 12)).toEqual([5_000, 10_000, 20_000, 40_000, 80_000, 160_000, 320_000, 640_000]);
    expect(waitsMs.slice(12).every((ms) => ms === 15 * MINUTE_MS)).toBe(true);
    expect(guesses(500, 'account').waitsMs.at(-1)).toBe(15 * MINUTE_MS);
  });

  it('makes an address wait only after it tried twenty accounts', () => {
    expect(guesses(19, 'address').waitsMs.every((ms) => ms === 0)).toBe(true);
    expect(guesses(20, 'address').waitsMs.at(-1)).toBe(5_000);
  });

  it('counts anew after half a day without a wrong guess, and not a moment before', () => {
    const { wait, atMs } = guesses(9, 'account');
    expect(afterWrongGuess(wait, 'account', atMs + 12 * HOUR_MS).failures).toBe(10);
    expect(afterWrongGuess(wait, 'account', atMs + 12 * HOUR_MS + 1)).toMatchObject({ failures: 1, waitUntil: atMs + 12 * HOUR_MS + 1 });
  });

  it('leaves who never failed alone', () => expect(waitLeftMs(undefined, NOW)).toBe(0));

  it('allows no more than a hundred guesses an hour, however they are timed', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 5 * MINUTE_MS }), { minLength: 1, maxLength: 400 }), (pauses) => {
        let wait: LoginWait | undefined;
        let atMs = NOW;
        const made: number[] = [];
        for (const pause of pauses) {
          atMs += pause;
          if (waitLeftMs(wait, atMs) > 0) continue;
          wait = afterWrongGuess(wait, 'account', atMs);
          made.push(atMs);
        }
        const busiest = Math.max(...made.map((from) => made.filter((at) => at >= from && at < from + HOUR_MS).length));
        return busiest <= 100;
      }),
      { seed: 20_261_120, numRuns: 200 },
    );
    // The quickest guesser of all waits exactly as long as asked.
    const { atMs } = guesses(100, 'account');
    expect(atMs - NOW).toBeGreaterThan(20 * HOUR_MS);
  });

  it('never takes a wait back by a further guess', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 12 * HOUR_MS }), (failures, later) => {
        const before: LoginWait = { failures, lastFailedAt: NOW, waitUntil: NOW };
        const after = afterWrongGuess(before, 'account', NOW + later);
        return after.failures === failures + 1 && after.waitUntil >= NOW + later && after.lastFailedAt === NOW + later;
      }),
      { seed: 20_261_120 },
    );
  });

  it('take no notice of a wait that a clock wrote which ran ahead', () => {
    const wait = { failures: 9, lastFailedAt: 500 * 24 * 3_600_000, waitUntil: 500 * 24 * 3_600_000 + 60_000 };
    expect(waitLeftMs(wait, 0)).toBe(0);
    expect(afterWrongGuess(wait, 'account', 0).failures).toBe(1);
  });
});
