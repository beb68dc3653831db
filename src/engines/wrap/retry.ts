import type { Clock } from '../../shared/clock.ts';
import { AppError } from '../../shared/errors.ts';
import { wrapEngine } from './around.ts';

export interface RetryOptions {
  /** How often in all, the first time included. */
  readonly attempts: number;
  /** The pause before the second attempt; it doubles from then on. What a provider asks for (`retryAfterMs`) goes first. */
  readonly pauseMs: number;
  /** A pause longer than this is not worth waiting for: the error is told instead. */
  readonly longestPauseMs: number;
  readonly clock: Clock;
}

/** Tries again what may pass: only errors of passing trouble, and only before the first part was yielded. */
export function retry<E extends object>(inner: E, options: RetryOptions): E {
  return wrapEngine(inner, async function* (invocation) {
    for (let attempt = 1; ; attempt++) {
      let answered = false;
      try {
        for await (const part of invocation.run(inner)) {
          if (!answered) invocation.commit();
          answered = true;
          yield part;
        }
        return;
      } catch (error) {
        const last = attempt >= options.attempts || answered || !invocation.repeatable();
        if (last || invocation.call.signal.aborted || !passes(error)) throw error;
        const pauseMs = error.details.retryAfterMs ?? options.pauseMs * 2 ** (attempt - 1);
        if (pauseMs > options.longestPauseMs) throw error;
        await options.clock.sleep(pauseMs, invocation.call.signal).catch(() => {
          throw error;
        });
      }
    }
  });
}

/** True for trouble that may be over at the next attempt. */
export function passes(error: unknown): error is AppError {
  return error instanceof AppError && ['unavailable', 'overloaded', 'rate-limited', 'timed-out'].includes(error.code);
}
