import type { Clock } from '../../shared/clock.ts';
import { describeError, type Log } from '../../shared/log.ts';

/** Something that comes by the clock: the clock is a door, too. */
export interface Timer {
  readonly name: string;
  readonly firstAfterMs: number;
  readonly everyMs: number;
  run(signal: AbortSignal): Promise<void>;
}

/** Runs each timer by itself; one that fails is told of, and comes again. */
export function startTimers({ timers, clock, log }: { timers: readonly Timer[]; clock: Clock; log: Log }): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const { signal } = stopping;
  const keep = async ({ name, firstAfterMs, everyMs, run }: Timer) => {
    for (let wait = firstAfterMs; ; wait = everyMs) {
      await clock.sleep(wait, signal).catch(() => {});
      if (signal.aborted) return;
      await run(signal).catch((error: unknown) => {
        if (!signal.aborted) log.error({ timer: name, error: describeError(error) }, 'timer.failed');
      });
    }
  };
  const running = Promise.all(timers.map(keep));
  return {
    async stop() {
      stopping.abort();
      await running;
    },
  };
}
