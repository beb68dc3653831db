import { describe, expect, it } from 'vitest';
import type { AudioFrame } from '../../../../src/engines/audio.ts';
import type { Call } from '../../../../src/engines/call.ts';
import { hearSpeechOnly } from '../../../../src/engines/wrap/hear-speech-only.ts';

const call: Call = { signal: new AbortController().signal, label: { hospitalId: 'h', use: 'consultation', requestId: 'r' } };
const clip: AudioFrame[] = Array.from({ length: 50 }, (_, n) => ({ samples: new Int16Array(320), sampleRate: 16_000, atMs: n * 20 }));
let asked = 0;
const inventor = {
  id: 'inventor',
  transcribe: async () => {
    asked++;
    return { transcript: { text: 'Thanks for watching.', startMs: 0, endMs: 1_000 }, usage: { audioMs: 1_000 } };
  },
};
const detector = (speaks: (atMs: number) => boolean) => ({
  id: 'detector',
  async *score(frames: AsyncIterable<AudioFrame>) {
    for await (const frame of frames) yield { frame, speech: speaks(frame.atMs) ? 0.9 : 0.1 };
  },
});

describe('hearing speech only', () => {
  it('asks no recogniser about a clip in which nobody speaks, or only something clicks', async () => {
    for (const quiet of [() => false, (atMs: number) => atMs < 140]) {
      asked = 0;
      const { transcript, usage } = await hearSpeechOnly(inventor, detector(quiet)).transcribe(clip, {}, call);
      expect([asked, transcript.text, transcript.endMs, usage.audioMs]).toEqual([0, '', 1_000, 0]);
    }
  });
  it('leaves a clip with speech to the recogniser, whole', async () => {
    asked = 0;
    const { transcript } = await hearSpeechOnly(
      inventor,
      detector((atMs) => atMs >= 400 && atMs < 600),
    ).transcribe(clip, {}, call);
    expect([asked, transcript.text]).toEqual([1, 'Thanks for watching.']);
  });
});
