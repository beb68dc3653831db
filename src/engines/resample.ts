import type { AudioFrame } from './audio.ts';
import { joinSamples } from './pcm.ts';

/** Changes the sample rate of a stream of samples. What goes in as n samples at one rate comes out as n·to/from at the other, in time. */
export interface Resampler {
  push(samples: Int16Array): Int16Array;
  /** The last samples, which waited for what might follow. */
  end(): Int16Array;
}

const zeroCrossings = 16;
const kaiserBeta = 8;
const mostPhases = 512;

/**
 * A windowed sinc (Kaiser, 16 zero crossings a side) held as a table of phases. Ratios with few phases (48 to 16 kHz, 44.1 to 16 kHz) are
 * exact; others interpolate between neighbouring phases. Above the lower rate's band, tones are 70 dB down and more.
 */
export function resampler(from: number, to: number): Resampler {
  if (from === to) return { push: (samples) => samples, end: () => new Int16Array(0) };
  const divisor = greatestCommonDivisor(from, to);
  const up = to / divisor;
  const down = from / divisor;
  const cutoff = Math.min(1, to / from) * 0.94;
  const reach = Math.ceil(zeroCrossings / Math.min(1, to / from));
  const taps = 2 * reach;
  const phases = Math.min(up, mostPhases);
  const table = sincTable(phases, taps, reach, cutoff);
  // What lies before the first sample is silence; `position` counts in units of 1/up input samples from the start of `held`.
  let held: Float32Array = new Float32Array(reach - 1);
  let position = 0;

  function run(samples: ArrayLike<number>): Int16Array {
    const input = new Float32Array(held.length + samples.length);
    input.set(held);
    for (let i = 0; i < samples.length; i++) input[held.length + i] = samples[i] as number;
    const last = input.length - taps;
    const count = last < 0 ? 0 : Math.max(0, Math.floor((last * up + up - 1 - position) / down) + 1);
    const out = new Int16Array(count);
    for (let i = 0; i < count; i++) {
      const start = Math.floor(position / up);
      const phase = ((position - start * up) * phases) / up;
      const row = Math.floor(phase);
      const share = phase - row;
      let sum = 0;
      let at = row * taps;
      if (share === 0) for (let k = 0; k < taps; k++) sum += (table[at++] as number) * (input[start + k] as number);
      else {
        for (let k = 0; k < taps; k++, at++) {
          const here = table[at] as number;
          sum += (here + share * ((table[at + taps] as number) - here)) * (input[start + k] as number);
        }
      }
      out[i] = Math.max(-32_768, Math.min(32_767, Math.round(sum)));
      position += down;
    }
    const used = Math.min(Math.floor(position / up), input.length);
    held = input.slice(used);
    position -= used * up;
    return out;
  }

  return { push: run, end: () => run(new Float32Array(reach)) };
}

/** A clip at the wanted rate, in one run of samples. Works in slices, so that the event loop is never held for long. */
export async function resampleClip(clip: readonly AudioFrame[], to: number): Promise<Int16Array> {
  if (clip.every((frame) => frame.sampleRate === to)) return joinSamples(clip);
  const out: Int16Array[] = [];
  let current: { rate: number; resampler: Resampler } | undefined;
  let done = 0;
  for (const frame of clip) {
    if (current?.rate !== frame.sampleRate) {
      if (current) out.push(current.resampler.end());
      current = { rate: frame.sampleRate, resampler: resampler(frame.sampleRate, to) };
    }
    for (let at = 0; at < frame.samples.length; at += sliceSamples) {
      const slice = frame.samples.subarray(at, at + sliceSamples);
      out.push(current.resampler.push(slice));
      done += slice.length;
      if (done >= sliceSamples) {
        done = 0;
        await nextTurn();
      }
    }
  }
  if (current) out.push(current.resampler.end());
  return joinSamples(out.map((samples) => ({ samples, sampleRate: to, atMs: 0 })));
}

const sliceSamples = 24_000;

/** Lets the event loop serve others before the next slice of work. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

function sincTable(phases: number, taps: number, reach: number, cutoff: number): Float32Array {
  // One row more than phases: the last one is the first, a sample later, for interpolation.
  const table = new Float32Array((phases + 1) * taps);
  const norm = bessel(kaiserBeta);
  for (let phase = 0; phase <= phases; phase++) {
    let sum = 0;
    for (let k = 0; k < taps; k++) {
      const x = k - (reach - 1) - phase / phases;
      const edge = x / reach;
      const window = Math.abs(edge) >= 1 ? 0 : bessel(kaiserBeta * Math.sqrt(1 - edge * edge)) / norm;
      const value = (x === 0 ? cutoff : Math.sin(Math.PI * cutoff * x) / (Math.PI * x)) * window;
      table[phase * taps + k] = value;
      sum += value;
    }
    for (let k = 0; k < taps; k++) table[phase * taps + k] = (table[phase * taps + k] as number) / sum;
  }
  return table;
}

function bessel(x: number): number {
  let sum = 1;
  let term = 1;
  for (let k = 1; term > sum * 1e-9; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
