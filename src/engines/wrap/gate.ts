import { cancelled, throwIfAborted } from '../../shared/abort.ts';
import type { Clock } from '../../shared/clock.ts';
import { AppError } from '../../shared/errors.ts';
import type { Call, Use } from '../call.ts';
import { wrapEngine } from './around.ts';

/** Admission to a scarce machine: some slots, and a line of bounded length in front of them. */
export interface Gate {
  /**
   * Waits for a slot and gives back how to leave it. A patient who is talking goes before everything else.
   * Throws `overloaded` at once when the line is full, and `cancelled` when the call's signal is aborted.
   */
  enter(call: Call): Promise<() => void>;
  /** Takes a slot only if one is free at this moment. */
  tryEnter(): (() => void) | undefined;
  /** For capacity pages: slots taken, calls waiting. */
  readonly busy: number;
  readonly waiting: number;
}

const priority: Readonly<Record<Use, number>> = { voice: 0, consultation: 1, scheduling: 2, notes: 3, knowledge: 4 };

interface Waiting {
  readonly rank: number;
  admit(): void;
  refuse(error: AppError): void;
}

export function makeGate(options: { slots: number; line: number; clock: Clock }): Gate {
  const { slots, line, clock } = options;
  const waiting: Waiting[] = [];
  let busy = 0;
  let holdMs = 1000; // how long a slot is held, on the average; the retry hint follows it

  function take(): () => void {
    busy++;
    const sinceMs = clock.elapsedMs();
    let left = false;
    return () => {
      if (left) return;
      left = true;
      busy--;
      holdMs += 0.2 * (clock.elapsedMs() - sinceMs - holdMs);
      waiting.shift()?.admit();
    };
  }

  function overloaded(): AppError {
    const retryAfterMs = Math.min(60_000, Math.max(250, Math.round((holdMs * (waiting.length + 1)) / slots)));
    return new AppError('overloaded', 'Too many people are being served at this moment. Please try again in {seconds} seconds.', {
      reason: 'OVERLOADED',
      retryAfterMs,
      values: { seconds: Math.ceil(retryAfterMs / 1000) },
    });
  }

  return {
    get busy() {
      return busy;
    },
    get waiting() {
      return waiting.length;
    },
    tryEnter: () => (busy < slots && waiting.length === 0 ? take() : undefined),
    async enter({ signal, label }) {
      throwIfAborted(signal);
      if (busy < slots) return take();
      const rank = priority[label.use];
      if (waiting.length >= line) {
        // A full line of summaries must not turn a patient away: the last of the least urgent makes room.
        const last = waiting.at(-1);
        if (!last || last.rank <= rank) throw overloaded();
        waiting.pop();
        last.refuse(overloaded());
      }
      return new Promise((resolve, reject) => {
        const stop = () => {
          waiting.splice(waiting.indexOf(me), 1);
          reject(cancelled(signal));
        };
        const me: Waiting = {
          rank,
          admit: () => {
            signal.removeEventListener('abort', stop);
            resolve(take());
          },
          refuse: (error) => {
            signal.removeEventListener('abort', stop);
            reject(error);
          },
        };
        signal.addEventListener('abort', stop, { once: true });
        const behind = waiting.findIndex((other) => other.rank > rank);
        waiting.splice(behind < 0 ? waiting.length : behind, 0, me);
      });
    },
  };
}

/** Lets calls of an engine through a gate. Reading ahead (`prepare`) is a courtesy: it is left out rather than made to wait. */
export function gate<E extends object>(inner: E, door: Gate): E {
  return wrapEngine(inner, async function* ({ method, call, run }) {
    const leave = method === 'prepare' ? door.tryEnter() : await door.enter(call);
    if (!leave) return;
    try {
      yield* run(inner);
    } finally {
      leave();
    }
  });
}
