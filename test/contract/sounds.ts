import { existsSync, readFileSync } from 'node:fs';
import type { AudioFrame } from '../../src/engines/audio.ts';
import type { Call } from '../../src/engines/call.ts';
import { splitFrames } from '../../src/engines/pcm.ts';
import { resampleClip } from '../../src/engines/resample.ts';
import { decodeWav } from '../../src/engines/wav.ts';

/** True when all are there; otherwise says in one line what is skipped. */
export function present(what: string, ...paths: readonly string[]): boolean {
  const lacking = paths.find((path) => !existsSync(path));
  if (lacking) console.log(`skipped: ${what} (no ${lacking}; set BEDSIDE_TEST_WEIGHTS and BEDSIDE_TEST_DATA)`);
  return lacking === undefined;
}

const live = new AbortController().signal;
export const callWith = (signal: AbortSignal = live): Call => ({ signal, label: { hospitalId: 'h1', use: 'voice', requestId: 'r1' } });

export async function readClip(path: string, sampleRate = 16_000): Promise<AudioFrame[]> {
  const frames: AudioFrame[] = [];
  for await (const frame of decodeWav(readFileSync(path), sampleRate, live)) frames.push(frame);
  return frames;
}

export async function atRate(clip: readonly AudioFrame[], sampleRate: number, frameMs = 20): Promise<AudioFrame[]> {
  return splitFrames(await resampleClip(clip, sampleRate), sampleRate, frameMs);
}

export function silence(ms: number, sampleRate = 16_000): AudioFrame[] {
  return splitFrames(new Int16Array((ms * sampleRate) / 1_000), sampleRate);
}

/** A room's hiss, the same each time. */
export function hiss(ms: number, loud: number, sampleRate = 16_000): AudioFrame[] {
  let seed = 7;
  const random = () => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return seed / 2 ** 31 - 1;
  };
  return splitFrames(
    Int16Array.from({ length: (ms * sampleRate) / 1_000 }, () => random() * loud),
    sampleRate,
  );
}

/** For fakes, which take loudness for speech: a hum of this length. */
export function hum(ms: number, sampleRate = 16_000): AudioFrame[] {
  return splitFrames(
    Int16Array.from({ length: (ms * sampleRate) / 1_000 }, (_, i) => 8_000 * Math.sin((2 * Math.PI * 200 * i) / sampleRate)),
    sampleRate,
  );
}

/** Puts clips behind each other and counts their time anew. */
export function follow(...clips: readonly (readonly AudioFrame[])[]): AudioFrame[] {
  let atMs = 0;
  return clips.flat().map((frame) => {
    const moved = { ...frame, atMs };
    atMs += (frame.samples.length * 1_000) / frame.sampleRate;
    return moved;
  });
}

export async function* streamOf<T>(items: Iterable<T>): AsyncGenerator<T> {
  yield* items;
}
