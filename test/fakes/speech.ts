import type { AudioFrame } from '../../src/engines/audio.ts';
import { clipMs, durationMs, splitFrames } from '../../src/engines/pcm.ts';
import { edgePolicy, noSpeech, stepEdges } from '../../src/engines/speech-edges.ts';
import type { HeardPart, LiveSpeechToText, SpeechToText, Transcript } from '../../src/engines/speech-to-text.ts';
import type { TextToSpeech } from '../../src/engines/text-to-speech.ts';
import type { VoiceActivity } from '../../src/engines/voice-activity.ts';
import { abortable, cancelled, throwIfAborted } from '../../src/shared/abort.ts';
import { type Clock, systemClock } from '../../src/shared/clock.ts';
import { AppError } from '../../src/shared/errors.ts';

/** How likely speech is, by loudness alone: the fakes hear anything above a whisper as speech. */
export function loudness({ samples }: AudioFrame): number {
  if (samples.length === 0) return 0;
  return Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);
}
const likelihood = (frame: AudioFrame) => (loudness(frame) > 400 ? 0.95 : 0.05);

export function fakeVoiceActivity(id = 'fake-voice-activity'): VoiceActivity {
  return {
    id,
    async *score(frames, signal) {
      for await (const frame of untilAborted(frames, signal)) yield { frame, speech: likelihood(frame) };
    },
  };
}

/** Says the scripted texts, one for each clip that is not silent, after the scripted delay; then begins again. */
export function fakeSpeechToText(options: {
  texts: readonly string[];
  id?: string;
  delayMs?: number;
  clock?: Clock;
  language?: string;
}): SpeechToText {
  const { texts, delayMs = 0, clock = systemClock, language = 'en' } = options;
  let next = 0;
  return {
    id: options.id ?? 'fake-speech-to-text',
    async transcribe(clip, _hints, call) {
      throwIfAborted(call.signal);
      const spoken = clip.filter((frame) => likelihood(frame) > 0.5);
      const text = spoken.length * 20 < 100 ? '' : (texts[next++ % texts.length] as string);
      if (delayMs > 0) await abortable(clock.sleep(delayMs, call.signal), call.signal);
      const startMs = clip[0]?.atMs ?? 0;
      const audioMs = Math.round(clipMs(clip));
      const first = spoken[0]?.atMs ?? startMs;
      const last = spoken.at(-1);
      const segment = { startMs: first, endMs: last ? last.atMs + durationMs(last) : first, text, confidence: 0.9 };
      return {
        transcript: { text, language, confidence: 0.9, startMs, endMs: startMs + audioMs, segments: text ? [segment] : [] },
        usage: { audioMs },
      };
    },
  };
}

/** Hears one scripted text in each stretch of loud sound, a word more every 200 ms. */
export function fakeLiveSpeechToText(options: { texts: readonly string[]; id?: string; language?: string }): LiveSpeechToText {
  const { texts, language = 'en' } = options;
  return {
    id: options.id ?? 'fake-live-speech-to-text',
    async *listen(frames, _hints, call) {
      let state = noSpeech;
      let audioMs = 0;
      let count = 0;
      let utterance: { id: string; startMs: number; words: readonly string[]; said: number } | undefined;
      function* end(atMs: number): Generator<HeardPart> {
        if (!utterance) return;
        const { id, startMs, words } = utterance;
        const text = words.join(' ');
        utterance = undefined;
        const transcript: Transcript = { text, language, startMs, endMs: atMs, segments: [{ startMs, endMs: atMs, text }] };
        yield { type: 'transcript-final', utteranceId: id, transcript };
        yield { type: 'speech-end', atMs };
      }
      for await (const frame of untilAborted(frames, call.signal)) {
        const fromMs = audioMs;
        audioMs += durationMs(frame);
        const [next, edge] = stepEdges(state, likelihood(frame), fromMs, audioMs, edgePolicy);
        state = next;
        if (edge?.type === 'speech-start') {
          utterance = {
            id: `utterance-${++count}`,
            startMs: edge.atMs,
            words: (texts[(count - 1) % texts.length] as string).split(' '),
            said: 0,
          };
          yield { type: 'speech-start', atMs: edge.atMs };
        }
        if (edge?.type === 'speech-end') yield* end(edge.atMs);
        else if (edge?.type === 'speech-pause' || edge?.type === 'speech-resume') yield { type: edge.type, atMs: edge.atMs };
        if (!utterance) continue;
        const said = Math.min(utterance.words.length, Math.floor((audioMs - utterance.startMs) / 200));
        if (said > utterance.said) {
          utterance.said = said;
          yield { type: 'transcript-partial', utteranceId: utterance.id, text: utterance.words.slice(0, said).join(' ') };
        }
      }
      yield* end(state.turningAtMs ?? audioMs);
      yield { type: 'listen-end', usage: { audioMs: Math.round(audioMs) } };
    },
  };
}

/** Hums each sentence, 60 ms a letter unless it is told to hurry, and remembers what it was asked to say. */
export function fakeTextToSpeech(
  options: { id?: string; voices?: TextToSpeech['voices']; sampleRate?: number; delayMs?: number; clock?: Clock; letterMs?: number } = {},
): TextToSpeech & { readonly said: readonly string[] } {
  const { voices = [{ id: 'fake-en', language: 'en' }], sampleRate = 16_000, delayMs = 0, clock = systemClock, letterMs = 60 } = options;
  const said: string[] = [];
  return {
    id: options.id ?? 'fake-text-to-speech',
    voices,
    said,
    async *speak(sentences, { voice }, call) {
      if (!voices.some((one) => one.id === voice))
        throw new AppError('not-found', 'There is no voice called {voice} on this system.', { values: { voice } });
      let atMs = 0;
      let characters = 0;
      for await (const sentence of untilAborted(sentences, call.signal)) {
        const text = sentence.trim();
        if (!/[\p{L}\p{N}]/u.test(text)) continue;
        if (delayMs > 0) await abortable(clock.sleep(delayMs, call.signal), call.signal);
        said.push(text);
        characters += text.length;
        yield { type: 'speech-mark', text, atMs };
        const hum = Int16Array.from(
          { length: (text.length * letterMs * sampleRate) / 1_000 },
          (_, i) => 6_000 * Math.sin((2 * Math.PI * 220 * i) / sampleRate),
        );
        for (const frame of splitFrames(hum, sampleRate, 20, atMs)) {
          throwIfAborted(call.signal);
          yield { type: 'speech-audio', frame };
        }
        atMs += text.length * letterMs;
      }
      yield { type: 'speak-end', usage: { characters, audioMs: Math.round(atMs) } };
    },
  };
}

/** Reads on until the signal comes, also while the source is silent. */
async function* untilAborted<T>(source: AsyncIterable<T>, signal: AbortSignal): AsyncGenerator<T> {
  throwIfAborted(signal);
  const reading = source[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await abortable(reading.next(), signal);
      if (next.done) return;
      yield next.value;
      if (signal.aborted) throw cancelled(signal);
    }
  } finally {
    void reading.return?.();
  }
}
