import { describe, expect, test } from 'vitest';
import { joinSamples, splitFrames } from '../../../src/engines/pcm.ts';
import { resampleClip, resampler } from '../../../src/engines/resample.ts';

const tone = (rate: number, ms: number, hertz: number, loud = 10_000) =>
  Int16Array.from({ length: (rate * ms) / 1_000 }, (_, i) => Math.round(loud * Math.sin((2 * Math.PI * hertz * i) / rate)));
const power = (samples: Int16Array) => Math.sqrt(samples.reduce((sum, s) => sum + s * s, 0) / samples.length);
const all = (from: number, to: number, samples: Int16Array, step = samples.length) => {
  const change = resampler(from, to);
  const parts: Int16Array[] = [];
  for (let at = 0; at < samples.length; at += step) parts.push(change.push(samples.subarray(at, at + step)));
  parts.push(change.end());
  return joinSamples(parts.map((part) => ({ samples: part, sampleRate: to, atMs: 0 })));
};

describe('resampling', () => {
  test.each([
    [8_000, 16_000],
    [22_050, 16_000],
    [24_000, 16_000],
    [44_100, 16_000],
    [48_000, 16_000],
    [16_000, 8_000],
    [16_000, 24_000],
    [11_127, 16_000],
  ])('%i to %i keeps a voice-band tone as it was, in pitch, loudness and time', (from, to) => {
    const heard = all(from, to, tone(from, 500, 700));
    expect(Math.abs(heard.length - to / 2)).toBeLessThanOrEqual(1);
    const wanted = tone(to, 500, 700);
    const middle = (samples: Int16Array) => samples.subarray(to / 10, (to * 4) / 10);
    const off = middle(heard).map((sample, i) => sample - (middle(wanted)[i] as number));
    expect(20 * Math.log10(power(middle(wanted)) / power(off))).toBeGreaterThan(55);
  });

  test.each([
    [48_000, 16_000, 10_000],
    [44_100, 16_000, 9_500],
    [16_000, 8_000, 6_000],
  ])('from %i to %i a tone of %i Hz does not come back as another one', (from, to, hertz) => {
    const sound = tone(from, 500, hertz);
    expect(20 * Math.log10(power(sound) / Math.max(1e-9, power(all(from, to, sound).subarray(to / 10, (to * 4) / 10))))).toBeGreaterThan(
      60,
    );
  });

  test('the pieces in which sound comes make no difference', () => {
    const sound = tone(44_100, 300, 500);
    const whole = all(44_100, 16_000, sound);
    for (const step of [1, 7, 160, 882, 5_000]) expect(all(44_100, 16_000, sound, step)).toEqual(whole);
  });

  test('a clip whose rate changes half-way stays whole', async () => {
    const clip = [...splitFrames(tone(8_000, 500, 300), 8_000), ...splitFrames(tone(16_000, 500, 300), 16_000)];
    expect((await resampleClip(clip, 16_000)).length).toBe(16_000);
  });

  test('equal rates pass through untouched', () => {
    const sound = tone(16_000, 100, 400);
    expect(resampler(16_000, 16_000).push(sound)).toBe(sound);
  });
});
