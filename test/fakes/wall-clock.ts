import { type Clock, systemClock } from '../../src/shared/clock.ts';

/** A clock whose two hands move apart: time passes, or somebody sets the clock on the wall. Sleepers sleep in real time. */
export interface WallClock extends Clock {
  /** Time passes. */
  pass(ms: number): void;
  /** The wall clock is set by so much, and no time passes. */
  set(ms: number): void;
}

export function makeWallClock(startMs = Date.UTC(2026, 10, 20, 9, 0, 0)): WallClock {
  let elapsed = 0;
  let wall = startMs;
  return {
    now: () => new Date(wall),
    elapsedMs: () => elapsed,
    sleep: (ms, signal) => systemClock.sleep(ms, signal),
    pass(ms) {
      elapsed += ms;
      wall += ms;
    },
    set(ms) {
      wall += ms;
    },
  };
}
