import type { AudioFrame } from '../audio.ts';
import type { EngineProcess } from '../engine-process.ts';
import { resampler } from '../resample.ts';
import type { VoiceActivity } from '../voice-activity.ts';
import { hearingRate } from './detector.ts';

/** Silero's detector behind the wall. Frames may have any rate; each comes back with its score, in order. */
export function sherpaVoiceActivity(id: string, engine: EngineProcess): VoiceActivity {
  return {
    id,
    async *score(frames, signal) {
      const sent: AudioFrame[] = [];
      for await (const speech of engine.stream<number>(
        'score',
        {},
        atHearingRate(frames, (frame) => sent.push(frame)),
        { signal, allowanceMs },
      )) {
        yield { frame: sent.shift() as AudioFrame, speech };
      }
    },
  };
}

const allowanceMs = 8_000;

/** The frames' samples at the rate that engines hear, one run of samples for each frame. */
export async function* atHearingRate(frames: AsyncIterable<AudioFrame>, note: (frame: AudioFrame) => void): AsyncGenerator<Int16Array> {
  let current: { rate: number; push: (samples: Int16Array) => Int16Array } | undefined;
  for await (const frame of frames) {
    if (current?.rate !== frame.sampleRate) current = { rate: frame.sampleRate, push: resampler(frame.sampleRate, hearingRate).push };
    note(frame);
    yield current.push(frame.samples);
  }
}
