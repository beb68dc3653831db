import { AppError } from '../../shared/errors.ts';

/** A bucket per caller that fills at `perMinute` and holds `burst`: a burst is fine, a flood is not. */
export interface RateLimit {
  /** Takes one from the caller's bucket. Throws `rate-limited`, with how long to wait. */
  take(caller: string): void;
}

const MANY = 10_000;

export function makeRateLimit(perMinute: number, elapsedMs: () => number, burst = Math.max(1, Math.round(perMinute / 3))): RateLimit {
  const buckets = new Map<string, { left: number; atMs: number }>();
  const perMs = perMinute / 60_000;
  return {
    take(caller) {
      if (perMinute === 0) return;
      const now = elapsedMs();
      const bucket = buckets.get(caller) ?? { left: burst, atMs: now };
      const left = Math.min(burst, bucket.left + (now - bucket.atMs) * perMs);
      // A caller whose bucket is full again needs no memory.
      if (buckets.size > MANY) for (const [name, old] of buckets) if (old.left + (now - old.atMs) * perMs >= burst) buckets.delete(name);
      const enough = left >= 1 - 1e-9; // what flowed in by fractions may lack the last one
      // Being refused costs nothing: who waits as long as told is let in.
      buckets.set(caller, { left: enough ? left - 1 : left, atMs: now });
      if (!enough) {
        const retryAfterMs = Math.ceil((1 - left) / perMs);
        throw new AppError('rate-limited', 'That was too much at once. Please wait {seconds} seconds.', {
          retryAfterMs,
          values: { seconds: Math.ceil(retryAfterMs / 1000) },
        });
      }
    },
  };
}
