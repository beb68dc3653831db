/**
 * Keeps a crowd from shutting everyone else out. Units of work run on the microtask queue, one behind the other, and the event
 * loop would not turn before the last of them is done; so whoever comes after a turn's share waits for the next turn, in line.
 */
export interface Turns {
  /** Resolves at once while nobody waits and this turn of the event loop has time left for units of work, else when one's turn has come. */
  next(): Promise<void>;
}

const SHARE_MS = 2;

export function makeTurns(): Turns {
  let beganAt: number | undefined;
  const line: object[] = [];
  const isTimeLeft = () => beganAt === undefined || performance.now() - beganAt <= SHARE_MS;
  return {
    async next() {
      if (line.length > 0 || !isTimeLeft()) {
        const me = {};
        line.push(me);
        do await new Promise((resolve) => setImmediate(resolve));
        while (line[0] !== me || !isTimeLeft());
        line.shift();
      }
      if (beganAt !== undefined) return;
      beganAt = performance.now();
      setImmediate(() => {
        beganAt = undefined;
      });
    },
  };
}
