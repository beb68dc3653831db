import { AppError } from '../../shared/errors.ts';
import type { EngineProcess } from '../engine-process.ts';
import { splitFrames } from '../pcm.ts';
import type { TextToSpeech } from '../text-to-speech.ts';
import type { SpeakParams } from './worker.ts';

/** One voice of a Piper, Kokoro or Matcha model: `speaker` is its number within the model, `rate` how fast it speaks (1 is its own pace). */
export interface SherpaVoice {
  readonly id: string;
  readonly language: string;
  readonly speaker: number;
  readonly rate?: number;
}

/** Voices behind the wall, sentence by sentence: the next sentence is made while the last one is heard. */
export function sherpaTextToSpeech(id: string, engine: EngineProcess, voices: readonly SherpaVoice[]): TextToSpeech {
  return {
    id,
    voices: voices.map(({ id, language }) => ({ id, language })),
    async *speak(sentences, { voice, rate = 1 }, call) {
      const chosen = voices.find((one) => one.id === voice);
      if (!chosen) throw new AppError('not-found', 'There is no voice called {voice} on this system.', { values: { voice } });
      const { sampleRate } = await engine.warm<{ sampleRate: number }>(call.signal);
      let characters = 0;
      let spokenSamples = 0;
      const params: SpeakParams = { speaker: chosen.speaker, rate: (chosen.rate ?? 1) * rate };
      for await (const part of engine.stream<{ text: string } | { samples: Int16Array }>('speak', params, speakable(sentences), {
        signal: call.signal,
      })) {
        const atMs = (spokenSamples * 1_000) / sampleRate;
        if ('text' in part) {
          characters += part.text.length;
          yield { type: 'speech-mark', text: part.text, atMs };
        } else {
          spokenSamples += part.samples.length;
          for (const frame of splitFrames(part.samples, sampleRate, 20, atMs)) yield { type: 'speech-audio', frame };
        }
      }
      yield { type: 'speak-end', usage: { characters, audioMs: Math.round((spokenSamples * 1_000) / sampleRate) } };
    },
  };
}

/** Sentences that hold something to say: a model may choke on a lone bracket. */
async function* speakable(sentences: AsyncIterable<string>): AsyncGenerator<string> {
  for await (const sentence of sentences) if (/[\p{L}\p{N}]/u.test(sentence)) yield sentence.trim();
}
