/** What is known of the time when a clock is judged. Wall times, in milliseconds. */
export interface KnownTimes {
  readonly wallMs: number;
  /** Where the wall clock should stand by the monotonic one; undefined at a start, when there is nothing to go by. */
  readonly expectedMs?: number | undefined;
  /** The highest time ever written while the clock was trusted; undefined on a box that has written nothing. */
  readonly highestMs?: number | undefined;
  /** This release was built then; undefined where that is not known, or a person has overruled it. */
  readonly builtMs?: number | undefined;
}

export type ClockFault = 'beforeLastWrite' | 'beforeBuild' | 'longAfter' | 'jumped';

const HOUR_MS = 3_600_000;
const LONG_AFTER_MS = 400 * 24 * HOUR_MS;
/** Clocks that keep time over a power cut know whole seconds, and are some of them off. */
const TOLERANCE_MS = 5 * 60_000;

/** Pure: why this clock is not believed; undefined for one that may be right. */
export function judgeClock({ wallMs, expectedMs, highestMs, builtMs }: KnownTimes): ClockFault | undefined {
  if (expectedMs !== undefined) return Math.abs(wallMs - expectedMs) > HOUR_MS ? 'jumped' : undefined;
  if (highestMs !== undefined && wallMs < highestMs - TOLERANCE_MS) return 'beforeLastWrite';
  if (builtMs !== undefined && wallMs < builtMs) return 'beforeBuild';
  return highestMs !== undefined && wallMs > highestMs + LONG_AFTER_MS ? 'longAfter' : undefined;
}
