import type { EngineProcess } from '../engine-process.ts';
import { durationMs } from '../pcm.ts';
import type { HeardPart, LiveSpeechToText } from '../speech-to-text.ts';
import { atHearingRate } from './voice-activity.ts';
import type { ListenParams } from './worker.ts';

/** Streaming recognition behind the wall. `language` is the only one the model knows. */
export function sherpaLiveSpeechToText(id: string, engine: EngineProcess, language: string): LiveSpeechToText {
  return {
    id,
    async *listen(frames, hints, call) {
      let audioMs = 0;
      const input = atHearingRate(frames, (frame) => {
        audioMs += durationMs(frame);
      });
      const params: ListenParams = { language, terms: hints.terms ?? [] };
      yield* engine.stream<HeardPart>('listen', params, input, { signal: call.signal, allowanceMs });
      yield { type: 'listen-end', usage: { audioMs: Math.round(audioMs) } };
    },
  };
}

/** A batch of sound takes milliseconds; an engine that is silent for so long with sound in its hands is stuck. */
const allowanceMs = 8_000;
