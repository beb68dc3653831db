import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AudioFrame } from '../../src/engines/audio.ts';
import { clipMs } from '../../src/engines/pcm.ts';
import type { HeardPart, LiveSpeechToText } from '../../src/engines/speech-to-text.ts';
import { AppError } from '../../src/shared/errors.ts';
import { tell } from './matrix.ts';
import { callWith, follow, hiss, silence, streamOf } from './sounds.ts';
import type { Hearing } from './speech-to-text.suite.ts';

export interface LiveSpeechToTextUnderTest {
  readonly implementation: string;
  readonly weights: string;
  open(): Promise<Hearing<LiveSpeechToText>>;
  speech(): Promise<{ clip: AudioFrame[]; says: RegExp }>;
}

/** What every live recogniser promises. */
export function liveSpeechToTextContract(subject: LiveSpeechToTextUnderTest): void {
  describe(`live-speech-to-text: ${subject.implementation} with ${subject.weights}`, () => {
    let hearing: Hearing<LiveSpeechToText>;
    let clip: AudioFrame[];
    let says: RegExp;
    const listen = async (frames: AsyncIterable<AudioFrame>, signal?: AbortSignal): Promise<HeardPart[]> => {
      const parts: HeardPart[] = [];
      for await (const part of hearing.engine.listen(frames, { language: 'en' }, callWith(signal))) parts.push(part);
      return parts;
    };
    const finals = (parts: readonly HeardPart[]) => parts.filter((part) => part.type === 'transcript-final');
    beforeAll(async () => {
      tell('LiveSpeechToText', subject.implementation, subject.weights, true);
      hearing = await subject.open();
      ({ clip, says } = await subject.speech());
    });
    afterAll(async () => {
      await hearing?.close();
    });

    test('parts come in order: start, partials, final, end of each utterance, and one end of listening', async () => {
      const sound = follow(clip, silence(1_500), clip, silence(800));
      const parts = await listen(streamOf(sound));
      expect(parts.at(-1)).toEqual({ type: 'listen-end', usage: { audioMs: Math.round(clipMs(sound)) } });
      expect(parts.filter((part) => part.type === 'listen-end')).toHaveLength(1);
      let open = false;
      let paused = false;
      let utterance: string | undefined;
      let timeMs = 0;
      const closed = new Set<string>();
      for (const part of parts) {
        if (part.type === 'speech-start' || part.type === 'speech-end') {
          expect(open).toBe(part.type === 'speech-end');
          expect(part.atMs).toBeGreaterThanOrEqual(timeMs);
          timeMs = part.atMs;
          open = !open;
          paused = false;
          if (!open && utterance) closed.add(utterance);
          if (!open) utterance = undefined;
        } else if (part.type === 'speech-pause' || part.type === 'speech-resume') {
          expect(open).toBe(true);
          expect(part.atMs).toBeGreaterThanOrEqual(timeMs);
          expect(part.type === 'speech-resume').toBe(paused);
          timeMs = part.atMs;
          paused = !paused;
        } else if (part.type !== 'listen-end') {
          expect(open).toBe(true);
          expect(closed.has(part.utteranceId)).toBe(false);
          utterance ??= part.utteranceId;
          expect(part.utteranceId).toBe(utterance);
          if (part.type === 'transcript-final') {
            expect(part.transcript.endMs).toBeGreaterThan(part.transcript.startMs);
            expect(part.transcript.endMs).toBeLessThanOrEqual(clipMs(sound));
          }
        }
      }
      expect(open).toBe(false);
      const texts = finals(parts).map(({ transcript }) => transcript.text);
      expect(texts.length).toBeGreaterThanOrEqual(2);
      expect(texts.join(' ')).toMatch(says);
      expect(new Set(finals(parts).map(({ utteranceId }) => utteranceId)).size).toBe(texts.length);
    });

    test('partials arrive while the clip is still being fed', async () => {
      let fed = 0;
      let release = () => {};
      const partial = new Promise<void>((resolve) => {
        release = resolve;
      });
      async function* frames() {
        for (const frame of clip) {
          // The last fifth of the clip is held back until something has been understood.
          if (fed > clip.length * 0.8) await partial;
          fed++;
          yield frame;
        }
      }
      const texts: string[] = [];
      for await (const part of hearing.engine.listen(frames(), {}, callWith())) {
        if (part.type !== 'transcript-partial') continue;
        if (texts.length === 0) expect(fed).toBeLessThan(clip.length);
        texts.push(part.text);
        release();
      }
      expect(texts.length).toBeGreaterThan(0);
    });

    test('gives no words for silence and hiss', async () => {
      for (const still of [silence(4_000), hiss(4_000, 60), []]) {
        const parts = await listen(streamOf(still));
        expect(parts.filter((part) => part.type.startsWith('transcript'))).toEqual([]);
        expect(parts.at(-1)?.type).toBe('listen-end');
      }
    });

    test('a clip that breaks off in mid-word still gets its final', async () => {
      const cut = clip.slice(0, Math.floor(clip.length * 0.7));
      const parts = await listen(streamOf(cut));
      expect(finals(parts).length).toBeGreaterThan(0);
      expect(parts.at(-2)?.type).toBe('speech-end');
    });

    test('several speakers are followed at once, each on their own', async () => {
      const [one, nobody, other] = await Promise.all([listen(streamOf(clip)), listen(streamOf(silence(3_000))), listen(streamOf(clip))]);
      expect(finals(nobody)).toEqual([]);
      expect(
        finals(one)
          .map(({ transcript }) => transcript.text)
          .join(' ').length,
      ).toBeGreaterThan(0);
      expect(finals(one).map(({ transcript }) => transcript.text)).toEqual(
        subject.weights === 'scripted' ? expect.anything() : finals(other).map(({ transcript }) => transcript.text),
      );
    });

    test('lets go when the caller leaves, also while the speaker is silent', async () => {
      const leaving = new AbortController();
      let released = false;
      async function* frames() {
        try {
          yield* clip;
          await new Promise((resolve) => setTimeout(resolve, 300));
          yield* silence(20);
        } finally {
          released = true;
        }
      }
      const heard = listen(frames(), leaving.signal);
      setTimeout(() => leaving.abort(), 100);
      await expect(heard).rejects.toMatchObject({ code: 'cancelled' });
      await expect.poll(() => released).toBe(true);
      await expect(listen(streamOf(clip), AbortSignal.abort())).rejects.toMatchObject({ code: 'cancelled' });
    });

    test('a listener who stops early does not wait, and the next one is heard', async () => {
      for await (const part of hearing.engine.listen(streamOf(clip), {}, callWith())) if (part.type === 'speech-start') break;
      expect(finals(await listen(streamOf(clip))).length).toBeGreaterThan(0);
    });

    test('passes on what goes wrong with the sound', async () => {
      async function* frames() {
        yield* clip.slice(0, 10);
        throw new AppError('too-large', 'The recording is too long.');
      }
      await expect(listen(frames())).rejects.toMatchObject({ code: 'too-large' });
    });
  });
}
