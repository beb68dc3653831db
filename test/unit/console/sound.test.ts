import { describe, expect, it } from 'vitest';
import { makeFramer } from '../../../src/console/sound/framer.ts';
import { fromBase64, fromPcm16, loudness, meterShare, toPcm16 } from '../../../src/console/sound/pcm.ts';
import { addPiece, completed, isSounding, type Playout, playedMs, silentPlayout } from '../../../src/console/sound/playout.ts';
import { makeResampler } from '../../../src/console/sound/resample.ts';

const sine = (hertz: number, rate: number, seconds: number) =>
  Float32Array.from({ length: Math.round(rate * seconds) }, (_, i) => 0.5 * Math.sin((2 * Math.PI * hertz * i) / rate));

function run(from: number, to: number, samples: Float32Array, chunk = 128): Float32Array {
  const resampler = makeResampler(from, to);
  const out: number[] = [];
  for (let i = 0; i < samples.length; i += chunk) out.push(...resampler.push(samples.subarray(i, i + chunk)));
  return Float32Array.from(out);
}
/** The strength of one pitch in what was made (Goertzel). */
function strength(samples: Float32Array, hertz: number, rate: number): number {
  let re = 0;
  let im = 0;
  for (const [i, sample] of samples.entries()) {
    re += sample * Math.cos((2 * Math.PI * hertz * i) / rate);
    im += sample * Math.sin((2 * Math.PI * hertz * i) / rate);
  }
  return (2 * Math.hypot(re, im)) / samples.length;
}

describe('the resampler', () => {
  it.each([48_000, 44_100, 96_000, 22_050, 8_000])('keeps pitch, loudness and length from %i Hz', (rate) => {
    const heard = run(rate, 16_000, sine(1_000, rate, 1));
    expect(Math.abs(heard.length - 16_000)).toBeLessThan(80);
    expect(strength(heard.subarray(800, 15_200), 1_000, 16_000)).toBeCloseTo(0.5, 2);
  });

  it('holds back what the lower rate cannot carry: 11 kHz does not come out as 5 kHz', () => {
    const heard = run(48_000, 16_000, sine(11_000, 48_000, 1)).subarray(400);
    expect(loudness(heard)).toBeLessThan(0.5 / 1_000);
  });

  it('makes the same of a stream however it is cut', () => {
    const samples = sine(700, 44_100, 0.5);
    const whole = run(44_100, 16_000, samples, samples.length);
    const cut = run(44_100, 16_000, samples, 101);
    expect(cut.length).toBe(whole.length);
    expect(Math.max(...whole.map((value, i) => Math.abs(value - (cut[i] as number))))).toBeLessThan(1e-6);
  });

  it('leaves silence silent and a steady level steady', () => {
    expect(loudness(run(48_000, 16_000, new Float32Array(4_800)))).toBe(0);
    const level = run(48_000, 16_000, new Float32Array(9_600).fill(0.25)).subarray(100);
    for (const value of level) expect(value).toBeCloseTo(0.25, 4);
  });
});

describe('frames and samples', () => {
  it('are cut to one length, and the rest waits', () => {
    const framer = makeFramer(320);
    expect(framer(new Float32Array(300))).toHaveLength(0);
    expect(framer(new Float32Array(400)).map(({ length }) => length)).toEqual([320, 320]);
    expect(framer(new Float32Array(260)).map(({ length }) => length)).toEqual([320]);
  });

  it('survive the way there and back, and do not overflow', () => {
    const samples = Float32Array.from([0, 0.5, -0.5, 1, -1, 2, -2]);
    const bytes = new Uint8Array(toPcm16(samples).buffer);
    const back = fromPcm16(fromBase64(Buffer.from(bytes).toString('base64')));
    for (const [i, value] of [0, 0.5, -0.5, 1, -1, 1, -1].entries()) expect(back[i]).toBeCloseTo(value, 3);
  });

  it('light the meter by decibels', () => {
    expect(meterShare(0)).toBe(0);
    expect(meterShare(0.0005)).toBe(0);
    expect(meterShare(0.05)).toBeGreaterThan(0.5);
    expect(meterShare(1)).toBe(1);
  });
});

describe('the playout clock', () => {
  const play = (steps: readonly (readonly [now: number, seconds: number])[]): Playout =>
    steps.reduce((playout, [now, seconds]) => addPiece(playout, now, seconds).playout, silentPlayout);

  it('puts pieces back to back, and counts only what sounded', () => {
    const playout = play([
      [10, 0.1],
      [10, 0.1],
      [10.05, 0.2],
    ]);
    const starts = playout.pieces.map(({ at }) => at - (playout.pieces[0]?.at ?? 0));
    for (const [i, start] of [0, 0.1, 0.2].entries()) expect(starts[i]).toBeCloseTo(start, 9);
    const first = playout.pieces[0]?.at ?? 0;
    expect(playedMs(playout, first - 1)).toBe(0);
    expect(playedMs(playout, first + 0.15)).toBe(150);
    expect(playedMs(playout, first + 99)).toBe(400);
  });

  it('leaves a gap out where the line was slow', () => {
    const playout = play([
      [0, 0.1],
      [5, 0.1],
    ]);
    expect(playedMs(playout, 4)).toBe(100);
    expect(playedMs(playout, 6)).toBe(200);
  });

  it('sounds until the whole reply has been played, and not before it begins', () => {
    expect(isSounding(silentPlayout, 0)).toBe(false);
    const playout = play([[0, 1]]);
    expect(isSounding(playout, 7)).toBe(true);
    expect(isSounding(completed(playout), 0.5)).toBe(true);
    expect(isSounding(completed(playout), 1.5)).toBe(false);
  });
});
