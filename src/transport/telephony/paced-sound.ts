import type { Clock } from '../../shared/clock.ts';

/**
 * Sound on its way to a telephone: frames of 20 ms that leave one every 20 ms. A line that gets them all at once plays them late, or not
 * at all. It runs `leadMs` ahead of the ear at the other end, so that a busy moment of this box is not heard there, and what was late
 * is not made up for by a burst.
 */
export interface PacedSound {
  push(bytes: Uint8Array): void;
  /** Fills the last frame with silence, and calls back when all that was pushed so far has left. */
  mark(passed: () => void): void;
  /** Nothing that waits leaves any more, and no mark is called. */
  clear(): void;
  /** Resolves when little waits. */
  room(): Promise<void>;
  /** So much has left since the last `clear` or `begin`, in milliseconds. */
  readonly sentMs: number;
  /** The next sound is another reply's. */
  begin(): void;
}

export interface PacedSoundParts {
  readonly clock: Clock;
  readonly frameBytes: number;
  /** The byte that is silence. */
  readonly silence: number;
  readonly leadMs: number;
  /** Silence is sent while nothing is said: some exchanges take a line for dead on which nothing comes. */
  readonly feedsSilence: boolean;
  /** With how much of the reply has left by it, in milliseconds; 0 for silence in between. */
  readonly send: (frame: Uint8Array, sentMs: number) => void;
  readonly signal: AbortSignal;
}

export const FRAME_MS = 20;
/** So many frames may wait here: few, so that an interruption is known soon. */
const WAITING = 5;

export function makePacedSound({ clock, frameBytes, silence, leadMs, feedsSilence, send, signal }: PacedSoundParts): PacedSound {
  let queue: (Uint8Array | (() => void))[] = [];
  let rest: Uint8Array = new Uint8Array(0);
  let sent = 0;
  let round = 0;
  let wake = () => {};
  const waiting: (() => void)[] = [];
  const quiet = new Uint8Array(frameBytes).fill(silence);
  const frames = () => queue.reduce((sum, item) => sum + (typeof item === 'function' ? 0 : 1), 0);
  const changed = () => {
    if (frames() >= WAITING && !signal.aborted) return;
    for (const go of waiting.splice(0)) go();
  };

  async function run(): Promise<void> {
    /** When what was sent so far will have been played. */
    let playedMs = 0;
    let mine = round;
    while (!signal.aborted) {
      const next = queue[0];
      if (next === undefined && feedsSilence) {
        await clock.sleep(Math.max(1, playedMs - clock.elapsedMs()), signal).catch(() => {});
        if (queue.length > 0 || signal.aborted) continue;
        send(quiet, 0);
        playedMs = Math.max(playedMs, clock.elapsedMs()) + FRAME_MS;
        continue;
      }
      if (next === undefined) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        continue;
      }
      const nowMs = clock.elapsedMs();
      if (mine !== round) playedMs = 0;
      mine = round;
      playedMs = Math.max(playedMs, nowMs);
      if (typeof next === 'function') {
        queue.shift();
        next();
        continue;
      }
      const waitMs = playedMs - leadMs - nowMs;
      if (waitMs > 0) {
        await clock.sleep(waitMs, signal).catch(() => {});
        continue;
      }
      queue.shift();
      sent += FRAME_MS;
      playedMs += FRAME_MS;
      send(next, sent);
      changed();
    }
  }
  void run();
  signal.addEventListener(
    'abort',
    () => {
      wake();
      changed();
    },
    { once: true },
  );

  function cut(bytes: Uint8Array): Uint8Array {
    let at = 0;
    for (; at + frameBytes <= bytes.length; at += frameBytes) queue.push(bytes.subarray(at, at + frameBytes));
    return bytes.slice(at);
  }

  return {
    push(bytes) {
      rest = cut(rest.length === 0 ? bytes : Buffer.concat([rest, bytes]));
      wake();
    },
    mark(passed) {
      if (rest.length > 0) {
        const last = new Uint8Array(frameBytes).fill(silence);
        last.set(rest);
        queue.push(last);
        rest = new Uint8Array(0);
      }
      queue.push(passed);
      wake();
    },
    clear() {
      queue = [];
      rest = new Uint8Array(0);
      round++;
      sent = 0;
      changed();
    },
    room: () => (frames() < WAITING || signal.aborted ? Promise.resolve() : new Promise((resolve) => void waiting.push(resolve))),
    get sentMs() {
      return sent;
    },
    begin() {
      queue.push(() => {
        sent = 0;
      });
      wake();
    },
  };
}
