import type { AudioFrame } from '../audio.ts';
import { clipMs } from '../pcm.ts';
import type { SpeechToText } from '../speech-to-text.ts';
import type { VoiceActivity } from '../voice-activity.ts';

/** So much of a clip must sound like speech before a recogniser is asked: less is a cough, a key or a door. */
const LEAST_SPEECH_MS = 160;

/** Keeps a recogniser that invents words on noise (Whisper does) from hearing a clip in which nobody speaks. */
export function hearSpeechOnly(inner: SpeechToText, activity: VoiceActivity): SpeechToText {
  return {
    id: inner.id,
    async transcribe(clip, hints, call) {
      let speechMs = 0;
      for await (const { frame, speech } of activity.score(each(clip), call.signal))
        if (speech >= 0.5) speechMs += (frame.samples.length * 1_000) / frame.sampleRate;
      if (speechMs >= LEAST_SPEECH_MS) return inner.transcribe(clip, hints, call);
      const audioMs = Math.round(clipMs(clip));
      const startMs = clip[0]?.atMs ?? 0;
      return { transcript: { text: '', startMs, endMs: startMs + audioMs, segments: [] }, usage: { audioMs: 0 } };
    },
  };
}

async function* each(clip: readonly AudioFrame[]): AsyncGenerator<AudioFrame> {
  yield* clip;
}
