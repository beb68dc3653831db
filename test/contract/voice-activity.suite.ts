import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AudioFrame } from '../../src/engines/audio.ts';
import type { VoiceActivity } from '../../src/engines/voice-activity.ts';
import { tell } from './matrix.ts';
import { atRate, follow, hiss, silence, streamOf } from './sounds.ts';
import type { Hearing } from './speech-to-text.suite.ts';

export interface VoiceActivityUnderTest {
  readonly implementation: string;
  readonly weights: string;
  open(): Promise<Hearing<VoiceActivity>>;
  /** A clip that begins and ends with speech, or nearly so. */
  speech(): Promise<{ clip: AudioFrame[] }>;
}

/** What every detector of speech promises. */
export function voiceActivityContract(subject: VoiceActivityUnderTest): void {
  describe(`voice-activity: ${subject.implementation} with ${subject.weights}`, () => {
    const live = new AbortController().signal;
    let hearing: Hearing<VoiceActivity>;
    let clip: AudioFrame[];
    const score = async (frames: AsyncIterable<AudioFrame>, signal = live) => {
      const scored: { frame: AudioFrame; speech: number }[] = [];
      for await (const one of hearing.engine.score(frames, signal)) scored.push(one);
      return scored;
    };
    beforeAll(async () => {
      tell('VoiceActivity', subject.implementation, subject.weights, true);
      hearing = await subject.open();
      ({ clip } = await subject.speech());
    });
    afterAll(async () => {
      await hearing?.close();
    });

    test('gives back each frame, in order, with a score between 0 and 1', async () => {
      const sound = follow(silence(500), clip);
      const scored = await score(streamOf(sound));
      expect(scored.map(({ frame }) => frame)).toEqual(sound);
      expect(scored.every(({ speech }) => speech >= 0 && speech <= 1)).toBe(true);
      expect(await score(streamOf([]))).toEqual([]);
    });

    test('tells speech from silence and hiss', async () => {
      const share = async (sound: readonly AudioFrame[]) => {
        const scored = await score(streamOf(sound));
        return scored.filter(({ speech }) => speech >= 0.5).length / scored.length;
      };
      expect(await share(clip)).toBeGreaterThan(0.4);
      expect(await share(silence(3_000))).toBe(0);
      expect(await share(hiss(3_000, 60))).toBeLessThan(0.02);
    });

    test('finds the pause between two sentences', async () => {
      const sound = follow(clip, silence(1_500), clip);
      const scored = await score(streamOf(sound));
      const middle = clip.length + 50;
      expect(scored.slice(middle - 10, middle + 10).every(({ speech }) => speech < 0.5)).toBe(true);
      expect(scored.slice(clip.length + 75).some(({ speech }) => speech >= 0.5)).toBe(true);
    });

    test('takes frames of other rates and lengths', async () => {
      for (const [rate, frameMs] of [
        [8_000, 20],
        [48_000, 10],
      ] as const) {
        const scored = await score(streamOf(await atRate(clip, rate, frameMs)));
        expect(scored.filter(({ speech }) => speech >= 0.5).length / scored.length).toBeGreaterThan(0.35);
      }
    });

    test('a score comes while the sound is still coming', async () => {
      let fed = 0;
      async function* frames() {
        for (const frame of clip) {
          fed++;
          yield frame;
          await new Promise((resolve) => setTimeout(resolve, 1));
        }
      }
      for await (const { speech } of hearing.engine.score(frames(), live)) if (speech >= 0.5) break;
      expect(fed).toBeLessThan(clip.length);
    });

    test('lets go when the caller leaves', async () => {
      const leaving = new AbortController();
      async function* frames() {
        yield* clip.slice(0, 5);
        await new Promise((resolve) => setTimeout(resolve, 300));
        yield* silence(20);
      }
      const scored = score(frames(), leaving.signal);
      setTimeout(() => leaving.abort(), 50);
      await expect(scored).rejects.toMatchObject({ code: 'cancelled' });
    });
  });
}
