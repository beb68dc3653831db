import type { Clock } from '../../src/shared/clock.ts';

/** Time that moves when the test says so; sleepers wake in the order of their hours. */
export interface FakeClock extends Clock {
  advance(ms: number): Promise<void>;
}

export function makeFakeClock(startMs = Date.UTC(2026, 10, 20, 9, 0, 0)): FakeClock {
  let now = startMs;
  const sleepers = new Set<{ at: number; wake: () => void }>();
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
  return {
    now: () => new Date(now),
    elapsedMs: () => now - startMs,
    sleep: (ms, signal) =>
      ms <= 0
        ? settle() // giving way takes no time
        : new Promise((resolve, reject) => {
            if (signal?.aborted) return reject(signal.reason);
            const sleeper = { at: now + ms, wake: resolve };
            sleepers.add(sleeper);
            signal?.addEventListener('abort', () => {
              sleepers.delete(sleeper);
              reject(signal.reason);
            });
          }),
    async advance(ms) {
      const end = now + ms;
      for (;;) {
        await settle();
        const next = [...sleepers].filter((sleeper) => sleeper.at <= end).sort((a, b) => a.at - b.at)[0];
        if (!next) break;
        now = next.at;
        sleepers.delete(next);
        next.wake();
      }
      now = end;
      await settle();
    },
  };
}
