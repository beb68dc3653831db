/**
 * Keeps a crowd from shutting everyone else out. Units of work run on the microtask queue, one behind the other, and the event
 * loop would not turn before the last of them is done; so whoever comes after a turn's share waits for the next turn.
 */
export interface Turns {
  /** Resolves at once while this turn of the event loop has time left for units of work, else in the next one. */
  next(): Promise<void>;
}

const SHARE_MS = 4;

export function makeTurns(): Turns {
  let beganAt: number | undefined;
  const begin = () => {
    beganAt = performance.now();
    setImmediate(() => (beganAt = undefined));
  };
  return {
    async next() {
      while (beganAt !== undefined && performance.now() - beganAt > SHARE_MS) await new Promise((resolve) => setImmediate(resolve));
      if (beganAt === undefined) begin();
    },
  };
}
