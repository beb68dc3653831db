import type { AudioFrame } from '../../engines/audio.ts';
import type { Call } from '../../engines/call.ts';
import { durationMs } from '../../engines/pcm.ts';
import type { HeardPart, LiveSpeechToText, SpeechHints } from '../../engines/speech-to-text.ts';
import { type Channel, channel } from '../../shared/channel.ts';
import type { Clock } from '../../shared/clock.ts';
import { isCancelled } from '../../shared/errors.ts';
import { loudness } from './visemes.ts';

/** Listens for as long as a session lasts: across recognisers that die, and from one flush to the next. Times it tells are the clock's. */
export interface Ear {
  /** Mono sound as it arrives. */
  hear(samples: Int16Array, sampleRate: number): void;
  /** Has the recogniser give its last words at once; `onFlushed` follows. */
  flush(): void;
  /** Milliseconds since sound last came. */
  quietForMs(): number;
  /** Mean loudness of the sound since then (root mean square of 16-bit samples). */
  levelSince(atMs: number): number;
  /** Frames that were dropped because nobody took them. */
  readonly dropped: number;
}

export interface EarParts {
  readonly engine: LiveSpeechToText;
  readonly hints: SpeechHints;
  readonly call: Call;
  readonly clock: Clock;
  readonly onPart: (part: HeardPart) => void;
  readonly onFlushed: () => void;
  /** The recogniser failed; it is tried again. Told once until it hears again. */
  readonly onTrouble: (error: unknown) => void;
}

/** Sound that waits for a busy recogniser. Longer than a live answer can bear, shorter than what would be told too late to matter. */
const WAITING_MS = 10_000;
const LEVELS_MS = 3_000;
const AGAIN_MS = [100, 250, 500, 1_000, 2_000];

interface Run {
  readonly frames: Channel<AudioFrame>;
  audioMs: number;
  /** The clock's time at which the run's sound began, as its latest frame tells. */
  baseMs: number;
  flushed: boolean;
}

export function openEar({ engine, hints, call, clock, onPart, onFlushed, onTrouble }: EarParts): Ear {
  const { signal } = call;
  const waiting: Run[] = [];
  let run = begin();
  let heardAtMs = clock.elapsedMs();
  let lost = 0;
  const levels: { atMs: number; level: number }[] = [];

  function begin(): Run {
    const fresh: Run = {
      frames: channel(WAITING_MS, { weigh: durationMs }),
      audioMs: 0,
      baseMs: clock.elapsedMs(),
      flushed: false,
    };
    waiting.push(fresh);
    return fresh;
  }

  async function listenOn(): Promise<void> {
    let failures = 0;
    for (let mine = waiting.shift(); mine && !signal.aborted; mine = waiting.shift() ?? begin()) {
      try {
        for await (const part of engine.listen(mine.frames, hints, call)) {
          failures = 0;
          onPart(atClock(part, mine.baseMs));
        }
        lost += mine.frames.dropped;
        if (mine.flushed) onFlushed();
      } catch (error) {
        if (signal.aborted || isCancelled(error)) return;
        if (failures === 0) onTrouble(error);
        onFlushed();
        // What came while nobody listened is heard by the next one, as far as it was kept.
        if (mine === run) run = begin();
        await clock.sleep(AGAIN_MS[Math.min(failures++, AGAIN_MS.length - 1)] as number, signal).catch(() => {});
      }
    }
  }
  void listenOn();
  signal.addEventListener('abort', () => run.frames.end(), { once: true });

  return {
    hear(samples, sampleRate) {
      const frame = { samples, sampleRate, atMs: run.audioMs };
      const nowMs = clock.elapsedMs();
      heardAtMs = nowMs;
      run.audioMs += durationMs(frame);
      run.baseMs = nowMs - run.audioMs;
      run.frames.push(frame);
      levels.push({ atMs: nowMs, level: loudness(samples) });
      while ((levels[0]?.atMs ?? nowMs) < nowMs - LEVELS_MS) levels.shift();
    },
    flush() {
      run.flushed = true;
      run.frames.end();
      run = begin();
    },
    quietForMs: () => clock.elapsedMs() - heardAtMs,
    levelSince(atMs) {
      const since = levels.filter((one) => one.atMs >= atMs);
      return since.length === 0 ? 0 : Math.sqrt(since.reduce((sum, { level }) => sum + level * level, 0) / since.length);
    },
    get dropped() {
      return lost + run.frames.dropped;
    },
  };
}

function atClock(part: HeardPart, baseMs: number): HeardPart {
  if (part.type === 'transcript-final') {
    const { transcript } = part;
    return { ...part, transcript: { ...transcript, startMs: transcript.startMs + baseMs, endMs: transcript.endMs + baseMs } };
  }
  return 'atMs' in part ? { ...part, atMs: part.atMs + baseMs } : part;
}
