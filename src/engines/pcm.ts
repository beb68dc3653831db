import type { AudioFrame } from './audio.ts';

export function durationMs(frame: AudioFrame): number {
  return (frame.samples.length * 1_000) / frame.sampleRate;
}

export function clipMs(clip: readonly AudioFrame[]): number {
  return clip.reduce((ms, frame) => ms + durationMs(frame), 0);
}

/** One run of samples of all frames, which must share one rate. */
export function joinSamples(clip: readonly AudioFrame[]): Int16Array {
  const joined = new Int16Array(clip.reduce((length, frame) => length + frame.samples.length, 0));
  let at = 0;
  for (const frame of clip) {
    joined.set(frame.samples, at);
    at += frame.samples.length;
  }
  return joined;
}

/** Cuts samples into frames of `frameMs`; the last one may be shorter. The frames share the samples' memory. */
export function splitFrames(samples: Int16Array, sampleRate: number, frameMs = 20, atMs = 0): AudioFrame[] {
  const length = Math.max(1, Math.round((sampleRate * frameMs) / 1_000));
  const frames: AudioFrame[] = [];
  for (let at = 0; at < samples.length; at += length) {
    frames.push({ samples: samples.subarray(at, at + length), sampleRate, atMs: atMs + (at * 1_000) / sampleRate });
  }
  return frames;
}

/** Samples between -1 and 1, as native engines want them. */
export function toFloat(samples: Int16Array): Float32Array<ArrayBuffer> {
  const floats = new Float32Array(samples.length);
  for (let i = 0; i < samples.length; i++) floats[i] = (samples[i] as number) / 32_768;
  return floats;
}

export function toInt16(samples: Float32Array): Int16Array<ArrayBuffer> {
  const whole = new Int16Array(samples.length);
  for (let i = 0; i < samples.length; i++) whole[i] = Math.max(-32_768, Math.min(32_767, Math.round((samples[i] as number) * 32_768)));
  return whole;
}
