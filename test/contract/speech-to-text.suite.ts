import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AudioFrame } from '../../src/engines/audio.ts';
import { clipMs } from '../../src/engines/pcm.ts';
import type { SpeechToText } from '../../src/engines/speech-to-text.ts';
import { tell } from './matrix.ts';
import { atRate, callWith, follow, hiss, silence } from './sounds.ts';

export interface Hearing<Engine> {
  readonly engine: Engine;
  close(): Promise<void>;
}

export interface SpeechToTextUnderTest {
  readonly implementation: string;
  readonly weights: string;
  open(): Promise<Hearing<SpeechToText>>;
  /** A clip of one sentence, and what must be found in its transcript. */
  speech(): Promise<{ clip: AudioFrame[]; says: RegExp }>;
}

/** What every recogniser of clips promises. */
export function speechToTextContract(subject: SpeechToTextUnderTest): void {
  describe(`speech-to-text: ${subject.implementation} with ${subject.weights}`, () => {
    let hearing: Hearing<SpeechToText>;
    let clip: AudioFrame[];
    let says: RegExp;
    beforeAll(async () => {
      tell('SpeechToText', subject.implementation, subject.weights, true);
      hearing = await subject.open();
      ({ clip, says } = await subject.speech());
    });
    afterAll(async () => {
      await hearing?.close();
    });

    test('hears a clip, with segments inside it and its length as usage', async () => {
      const { transcript, usage } = await hearing.engine.transcribe(clip, { language: 'en' }, callWith());
      expect(transcript.text).toMatch(says);
      expect(transcript.language).toBe('en');
      expect(usage.audioMs).toBe(Math.round(clipMs(clip)));
      expect(transcript.startMs).toBe(0);
      expect(transcript.endMs).toBeGreaterThan(clipMs(clip) - 50);
      expect(transcript.segments?.length).toBeGreaterThan(0);
      let last = 0;
      for (const segment of transcript.segments ?? []) {
        expect(segment.startMs).toBeGreaterThanOrEqual(last);
        expect(segment.endMs).toBeGreaterThan(segment.startMs);
        expect(segment.endMs).toBeLessThanOrEqual(clipMs(clip) + 50);
        last = segment.startMs;
      }
      if (transcript.confidence !== undefined) expect(transcript.confidence).toBeGreaterThan(0);
      if (transcript.confidence !== undefined) expect(transcript.confidence).toBeLessThanOrEqual(1);
    });

    test('hears the same in frames of another rate and length', async () => {
      for (const [rate, frameMs] of [
        [48_000, 20],
        [16_000, 7],
      ] as const) {
        const { transcript } = await hearing.engine.transcribe(await atRate(clip, rate, frameMs), {}, callWith());
        expect(transcript.text).toMatch(says);
      }
    });

    test('gives no words for silence, a room’s hiss, or nothing at all', async () => {
      for (const still of [silence(3_000), hiss(3_000, 60), silence(10), []]) {
        const { transcript } = await hearing.engine.transcribe(still, {}, callWith());
        expect(transcript.text).toBe('');
        expect(transcript.segments ?? []).toEqual([]);
      }
    });

    test('counts time from where the clip lies in its stream', async () => {
      const later = clip.map((frame) => ({ ...frame, atMs: frame.atMs + 60_000 }));
      const { transcript } = await hearing.engine.transcribe(later, {}, callWith());
      expect(transcript.startMs).toBe(60_000);
      expect(transcript.segments?.[0]?.startMs).toBeGreaterThanOrEqual(60_000);
    });

    test('takes any terms whatever', async () => {
      const terms = [
        'Doctor Sharma',
        '',
        '  ',
        '李医生',
        'डॉ. शर्मा',
        "O'Brien-Smith",
        'Żółć',
        'a',
        '💊',
        'x'.repeat(500),
        ...Array.from({ length: 500 }, (_, i) => `Medicine ${i}`),
      ];
      const { transcript } = await hearing.engine.transcribe(clip, { terms }, callWith());
      expect(transcript.text.length).toBeGreaterThan(0);
    });

    test('hears several clips at once, each on its own', async () => {
      const answers = await Promise.all([clip, silence(1_000), clip].map((one) => hearing.engine.transcribe(one, {}, callWith())));
      expect(answers.map(({ transcript }) => transcript.text !== '')).toEqual([true, false, true]);
    });

    test('lets go when the caller leaves', async () => {
      await expect(hearing.engine.transcribe(clip, {}, callWith(AbortSignal.abort()))).rejects.toMatchObject({ code: 'cancelled' });
      const leaving = new AbortController();
      const long = follow(...Array.from({ length: 20 }, () => clip));
      const heard = hearing.engine.transcribe(long, {}, callWith(leaving.signal));
      setTimeout(() => leaving.abort(), 15);
      await heard.then(
        ({ transcript }) => expect(transcript.text).not.toBe(''), // it was faster than the caller
        (error) => expect(error).toMatchObject({ code: 'cancelled' }),
      );
      expect((await hearing.engine.transcribe(clip, {}, callWith())).transcript.text).not.toBe('');
    });
  });
}
