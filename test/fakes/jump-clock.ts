import { type Clock, systemClock } from '../../src/shared/clock.ts';

/** A wall clock that stands still until it jumps, however far; sleepers sleep in real time. For whole houses, whose workers never rest. */
export interface JumpClock extends Clock {
  jump(ms: number): void;
}

export function makeJumpClock(startMs = Date.UTC(2026, 10, 20, 9, 0, 0)): JumpClock {
  let now = startMs;
  return {
    now: () => new Date(now),
    elapsedMs: () => now - startMs,
    sleep: (ms, signal) => systemClock.sleep(ms, signal),
    jump(ms) {
      now += ms;
    },
  };
}
