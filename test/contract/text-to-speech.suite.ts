import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { durationMs } from '../../src/engines/pcm.ts';
import type { SpokenPart, TextToSpeech } from '../../src/engines/text-to-speech.ts';
import { tell } from './matrix.ts';
import { callWith, streamOf } from './sounds.ts';
import type { Hearing } from './speech-to-text.suite.ts';

export interface TextToSpeechUnderTest {
  readonly implementation: string;
  readonly weights: string;
  open(): Promise<Hearing<TextToSpeech>>;
  readonly voice: string;
}

const sentences = ['Good morning.', 'Please come to the clinic on Monday, at ten.'];

/** What every voice promises. */
export function textToSpeechContract(subject: TextToSpeechUnderTest): void {
  describe(`text-to-speech: ${subject.implementation} with ${subject.weights}`, () => {
    let hearing: Hearing<TextToSpeech>;
    const speak = async (texts: AsyncIterable<string>, signal?: AbortSignal, voice = subject.voice): Promise<SpokenPart[]> => {
      const parts: SpokenPart[] = [];
      for await (const part of hearing.engine.speak(texts, { voice }, callWith(signal))) parts.push(part);
      return parts;
    };
    beforeAll(async () => {
      tell('TextToSpeech', subject.implementation, subject.weights, true);
      hearing = await subject.open();
    });
    afterAll(async () => {
      await hearing?.close();
    });

    test('names its voices, and refuses one that it has not', async () => {
      expect(hearing.engine.voices.map(({ id }) => id)).toContain(subject.voice);
      expect(new Set(hearing.engine.voices.map(({ id }) => id)).size).toBe(hearing.engine.voices.length);
      await expect(speak(streamOf(sentences), undefined, 'nobody')).rejects.toMatchObject({ code: 'not-found' });
    });

    test('marks each sentence before its sound, and counts time without gaps', async () => {
      const parts = await speak(streamOf(sentences));
      expect(parts.filter((part) => part.type === 'speech-mark').map(({ text }) => text)).toEqual(sentences);
      expect(parts[0]?.type).toBe('speech-mark');
      let atMs = 0;
      const rates = new Set<number>();
      for (const part of parts) {
        if (part.type === 'speak-end') continue;
        const at = part.type === 'speech-mark' ? part.atMs : part.frame.atMs;
        expect(Math.abs(at - atMs)).toBeLessThan(1);
        if (part.type !== 'speech-audio') continue;
        expect(durationMs(part.frame)).toBeLessThanOrEqual(20.1);
        rates.add(part.frame.sampleRate);
        atMs += durationMs(part.frame);
      }
      expect(rates.size).toBe(1);
      const end = parts.at(-1);
      expect(end?.type).toBe('speak-end');
      if (end?.type === 'speak-end') expect(end.usage).toEqual({ characters: sentences.join('').length, audioMs: Math.round(atMs) });
      expect(atMs).toBeGreaterThan(1_000);
      const loudest = Math.max(...parts.flatMap((part) => (part.type === 'speech-audio' ? [...part.frame.samples].map(Math.abs) : [])));
      expect(loudest).toBeGreaterThan(1_000);
    });

    test('the first sentence sounds before the second one is written', async () => {
      let written = 0;
      async function* slowly() {
        written = 1;
        yield sentences[0] as string;
        await sounded;
        written = 2;
        yield sentences[1] as string;
      }
      let release = () => {};
      const sounded = new Promise<void>((resolve) => {
        release = resolve;
      });
      for await (const part of hearing.engine.speak(slowly(), { voice: subject.voice }, callWith())) {
        if (part.type === 'speech-audio') {
          if (written === 1) release();
        }
      }
      expect(written).toBe(2);
    });

    test('says nothing where there is nothing to say, and takes any text whatever', async () => {
      for (const nothing of [[], [''], ['   ', '...', '💊']]) {
        const parts = await speak(streamOf(nothing));
        expect(parts.filter((part) => part.type !== 'speak-end')).toEqual([]);
      }
      const odd = ['<speak>5 < 6 & "so on"</speak>', '-v en-us --help', 'नमस्ते, 3.5 mg', 'a\nb\0c'];
      expect((await speak(streamOf(odd))).filter((part) => part.type === 'speech-mark')).toHaveLength(odd.length);
    });

    test('the same sentence takes about as long each time', async () => {
      // Not to the sample: neural voices breathe.
      const length = async () =>
        (await speak(streamOf(['Good morning.']))).reduce(
          (ms, part) => ms + (part.type === 'speech-audio' ? durationMs(part.frame) : 0),
          0,
        );
      const [one, other] = [await length(), await length()];
      expect(Math.abs(one - other)).toBeLessThan(one * 0.3);
    });

    test('falls silent at once when it is interrupted', async () => {
      const barge = new AbortController();
      const long = Array.from({ length: 50 }, (_, i) => `This is sentence number ${i}, and it goes on for quite some time.`);
      const heard: SpokenPart[] = [];
      const speaking = (async () => {
        for await (const part of hearing.engine.speak(streamOf(long), { voice: subject.voice }, callWith(barge.signal))) {
          heard.push(part);
          if (heard.length === 3) barge.abort();
        }
      })();
      await expect(speaking).rejects.toMatchObject({ code: 'cancelled' });
      expect(heard.filter((part) => part.type === 'speech-mark').length).toBeLessThan(5);
      await expect(speak(streamOf(long), AbortSignal.abort())).rejects.toMatchObject({ code: 'cancelled' });
    });
  });
}
