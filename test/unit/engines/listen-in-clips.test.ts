import { describe, expect, test } from 'vitest';
import type { AudioFrame } from '../../../src/engines/audio.ts';
import { clipMs } from '../../../src/engines/pcm.ts';
import type { HeardPart, SpeechToText } from '../../../src/engines/speech-to-text.ts';
import { listenInClips, listenInClipsPolicy } from '../../../src/engines/wrap/listen-in-clips.ts';
import { AppError } from '../../../src/shared/errors.ts';
import { liveSpeechToTextContract } from '../../contract/live-speech-to-text.suite.ts';
import { callWith, follow, hum, silence, streamOf } from '../../contract/sounds.ts';
import { fakeSpeechToText, fakeVoiceActivity } from '../../fakes/speech.ts';

liveSpeechToTextContract({
  implementation: 'listenInClips over fakes',
  weights: 'scripted',
  open: async () => ({
    engine: listenInClips(fakeSpeechToText({ texts: ['I have a fever', 'I have had a fever since Monday'] }), fakeVoiceActivity()),
    close: async () => {},
  }),
  speech: async () => ({ clip: hum(2_000), says: /fever/ }),
});

const listen = async (stt: SpeechToText, frames: Iterable<AudioFrame> | AsyncIterable<AudioFrame>, policy = listenInClipsPolicy) => {
  const parts: HeardPart[] = [];
  const source = Symbol.asyncIterator in frames ? frames : streamOf(frames);
  for await (const part of listenInClips(stt, fakeVoiceActivity(), policy).listen(source, {}, callWith())) parts.push(part);
  return parts;
};
/** Hears as many words as half-seconds, and notes what it was given. */
const counting = (delayMs = 0) => {
  const heard: number[] = [];
  const stt: SpeechToText = {
    id: 'counting',
    async transcribe(clip, _hints, call) {
      heard.push(Math.round(clipMs(clip)));
      if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs));
      if (call.signal.aborted) throw new AppError('cancelled', 'The request was cancelled.');
      const text = Array.from({ length: Math.floor(clipMs(clip) / 500) }, (_, i) => `word${i}`).join(' ');
      return { transcript: { text, startMs: 0, endMs: 0 }, usage: {} };
    },
  };
  return { stt, heard };
};
async function* inTime(frames: Iterable<AudioFrame>): AsyncGenerator<AudioFrame> {
  for (const frame of frames) {
    yield frame;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('listening in clips', () => {
  test('partials grow with the clip, and the final hears all of it with its beginning', async () => {
    const { stt, heard } = counting();
    const parts = await listen(stt, inTime(follow(silence(1_000), hum(3_000), silence(1_000))));
    const partials = parts.filter((part) => part.type === 'transcript-partial').map(({ text }) => text.split(' ').length);
    expect(partials.length).toBeGreaterThanOrEqual(2);
    expect(partials).toEqual([...partials].sort((a, b) => a - b));
    // 400 ms before, the speech, and the 400 ms of silence that ended it.
    expect(heard.at(-1)).toBeGreaterThan(3_600);
    expect(heard.at(-1)).toBeLessThan(4_000);
    const final = parts.find((part) => part.type === 'transcript-final');
    expect(final?.transcript).toMatchObject({ startMs: 1_000, endMs: 4_000 });
  });

  test('without partials each utterance is recognised once', async () => {
    const { stt, heard } = counting();
    await listen(stt, follow(hum(3_000), silence(1_000), hum(1_000), silence(1_000)), { ...listenInClipsPolicy, partialEveryMs: 0 });
    expect(heard.length).toBe(2);
  });

  test('a slow recogniser makes fewer partials, and the parts stay in order', async () => {
    const { stt } = counting(40);
    const parts = await listen(stt, inTime(follow(hum(2_000), silence(1_000), hum(2_000), silence(1_000))));
    expect(parts.map(({ type }) => type).filter((type) => !['transcript-partial', 'speech-pause'].includes(type))).toEqual([
      'speech-start',
      'transcript-final',
      'speech-end',
      'speech-start',
      'transcript-final',
      'speech-end',
      'listen-end',
    ]);
  });

  test('someone who does not stop is cut at the longest clip, and not a sample is lost', async () => {
    const { stt, heard } = counting();
    const parts = await listen(stt, follow(hum(7_000), silence(1_000)), { ...listenInClipsPolicy, partialEveryMs: 0, longestMs: 2_000 });
    expect(parts.filter((part) => part.type === 'transcript-final').length).toBeGreaterThanOrEqual(3);
    expect(heard.reduce((a, b) => a + b, 0)).toBe(7_400);
  });

  test('a partial that fails is passed over; a final that fails is told', async () => {
    let calls = 0;
    const failing = (failAt: (call: number, ms: number) => boolean): SpeechToText => ({
      id: 'failing',
      async transcribe(clip) {
        if (failAt(calls++, clipMs(clip))) throw new AppError('overloaded', 'Too many people speak at once.');
        return { transcript: { text: 'heard', startMs: 0, endMs: 0 }, usage: {} };
      },
    });
    const sound = () => inTime(follow(hum(2_000), silence(1_000)));
    const parts = await listen(
      failing((call) => call === 0),
      sound(),
    );
    expect(parts.filter((part) => part.type === 'transcript-final')).toHaveLength(1);
    await expect(
      listen(
        failing((_, ms) => ms > 2_300),
        sound(),
      ),
    ).rejects.toMatchObject({ code: 'overloaded' });
  });
});
