import { joinSamples } from '../../engines/pcm.ts';
import { resampler } from '../../engines/resample.ts';
import { fromMuLaw, toMuLaw } from '../../engines/wav.ts';
import type { VoicePart } from './outgoing.ts';
import type { Viseme } from './visemes.ts';

/** How sound looks on a line: 16-bit little-endian samples, or G.711 µ-law. Mono. */
export interface LineFormat {
  readonly encoding: 'pcm16' | 'mulaw';
  readonly sampleRate: number;
}

/** Reads sound as it arrives; half a sample waits for its other half. */
export function makeLineReader({ encoding }: LineFormat): (bytes: Uint8Array) => Int16Array {
  if (encoding === 'mulaw') return (bytes) => Int16Array.from(bytes, fromMuLaw);
  let half: number | undefined;
  return (bytes) => {
    const all = half === undefined ? bytes : Uint8Array.from([half, ...bytes]);
    half = all.length % 2 === 1 ? all.at(-1) : undefined;
    const view = new DataView(all.buffer, all.byteOffset, all.byteLength);
    const samples = new Int16Array(all.length >> 1);
    for (let i = 0; i < samples.length; i++) samples[i] = view.getInt16(i * 2, true);
    return samples;
  };
}

/** Sound of one reply as it goes out: the first of it early, the rest in pieces worth sending. */
export interface LineChunk {
  readonly bytes: Uint8Array;
  readonly text?: string;
  readonly visemes: readonly Viseme[];
}
export interface LineWriter {
  push(part: Extract<VoicePart, { type: 'sound' }>): LineChunk | undefined;
  /** What is left. */
  end(): LineChunk | undefined;
  /** So much was given out. */
  durationMs(): number;
}

const FIRST_MS = 40;
const LATER_MS = 160;

/** `pieces`: how much sound is worth sending, at the beginning of a reply and later, in milliseconds. */
export function makeLineWriter(
  { encoding, sampleRate }: LineFormat,
  pieces: { readonly firstMs: number; readonly laterMs: number } = { firstMs: FIRST_MS, laterMs: LATER_MS },
): LineWriter {
  let change: { rate: number; push: (samples: Int16Array) => Int16Array; end: () => Int16Array } | undefined;
  let waiting: Int16Array[] = [];
  let waitingSamples = 0;
  let sent = 0;
  let text: string | undefined;
  let visemes: Viseme[] = [];

  const add = (samples: Int16Array) => {
    waiting.push(samples);
    waitingSamples += samples.length;
  };
  const take = (): LineChunk | undefined => {
    if (waitingSamples === 0) return undefined;
    const samples = joinSamples(waiting.map((part) => ({ samples: part, sampleRate, atMs: 0 })));
    const chunk: LineChunk = { bytes: encode(samples, encoding), visemes, ...(text === undefined ? {} : { text }) };
    sent += waitingSamples;
    waiting = [];
    waitingSamples = 0;
    visemes = [];
    text = undefined;
    return chunk;
  };

  return {
    push(part) {
      const { frame } = part;
      if (change?.rate !== frame.sampleRate) {
        if (change) add(change.end());
        change = { rate: frame.sampleRate, ...resampler(frame.sampleRate, sampleRate) };
      }
      if (part.text !== undefined) text = text === undefined ? part.text : `${text} ${part.text}`;
      visemes.push(...part.visemes);
      add(change.push(frame.samples));
      return waitingSamples * 1_000 >= (sent === 0 ? pieces.firstMs : pieces.laterMs) * sampleRate ? take() : undefined;
    },
    end() {
      if (change) add(change.end());
      change = undefined;
      return take();
    },
    durationMs: () => Math.round((sent * 1_000) / sampleRate),
  };
}

function encode(samples: Int16Array, encoding: LineFormat['encoding']): Uint8Array {
  if (encoding === 'mulaw') return Uint8Array.from(samples, toMuLaw);
  const bytes = new Uint8Array(samples.length * 2);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < samples.length; i++) view.setInt16(i * 2, samples[i] as number, true);
  return bytes;
}
