import { throwIfAborted } from '../shared/abort.ts';
import { AppError, fill } from '../shared/errors.ts';
import type { AudioFrame } from './audio.ts';
import { nextTurn, resampler } from './resample.ts';

/** What a WAV's header says, checked against its bytes. */
export interface WavFormat {
  readonly encoding: 'pcm' | 'float' | 'a-law' | 'mu-law';
  readonly bits: number;
  readonly channels: number;
  readonly sampleRate: number;
  /** Where the samples lie in the file. */
  readonly start: number;
  readonly end: number;
}

export function isWav(bytes: Uint8Array): boolean {
  return bytes.length >= 12 && /^(RIFF|RF64)/.test(ascii(bytes, 0, 4)) && ascii(bytes, 8, 12) === 'WAVE';
}

/** Reads the header. Throws `invalid` for what is no WAV, is damaged, holds nothing, or is of a kind that nobody records in. */
export function readWavFormat(bytes: Uint8Array): WavFormat {
  if (!isWav(bytes))
    throw invalid('This file is not a WAV recording. Please choose a recording in WAV, MP3, M4A, OGG, WebM or FLAC format.', 'header');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let format: Omit<WavFormat, 'start' | 'end'> | undefined;
  for (let at = 12; at + 8 <= bytes.length; ) {
    const name = ascii(bytes, at, at + 4);
    const size = view.getUint32(at + 4, true);
    const body = at + 8;
    if (name === 'fmt ') format = readFormat(view, body, size, bytes.length);
    else if (name === 'data') {
      if (!format) break;
      const block = (format.bits / 8) * format.channels;
      // Recorders that write while they record put 0 or the largest number here; then the sound goes on to the end of the file.
      const open = size === 0xffffffff || (size === 0 && body < bytes.length);
      if (!open && bytes.length - body < size - tolerated) {
        throw invalid('This recording is cut off: a part of the file is missing. Please upload it again.', 'truncated');
      }
      const length = Math.min(open ? Number.POSITIVE_INFINITY : size, bytes.length - body);
      const end = body + Math.floor(length / block) * block;
      if (end === body) throw invalid('This recording is empty. Please record again.', 'empty');
      return { ...format, start: body, end };
    }
    at = body + size + (size % 2);
  }
  throw invalid('This WAV recording is damaged and cannot be read. Please record or export it again.', 'chunks');
}

/** So many missing bytes at the end are an encoder's slip and not a lost part. */
const tolerated = 4_096;

function readFormat(view: DataView, at: number, size: number, length: number): Omit<WavFormat, 'start' | 'end'> {
  if (size < 16 || at + size > length)
    throw invalid('This WAV recording is damaged and cannot be read. Please record or export it again.', 'fmt');
  let tag = view.getUint16(at, true);
  const channels = view.getUint16(at + 2, true);
  const sampleRate = view.getUint32(at + 4, true);
  const bits = view.getUint16(at + 14, true);
  // WAVE_FORMAT_EXTENSIBLE keeps the old tag in the first bytes of its sub-format.
  if (tag === 0xfffe && size >= 26) tag = view.getUint16(at + 24, true);
  const encoding = encodings[tag];
  if (!encoding || !depths[encoding].includes(bits)) {
    throw invalid('This WAV recording is in a form that is not understood ({form}). Please export it as 16-bit PCM.', 'encoding', {
      form: `${tag}/${bits}`,
    });
  }
  if (channels < 1 || channels > 32)
    throw invalid('This WAV recording says it has {channels} channels, which cannot be right.', 'channels', { channels });
  if (sampleRate < 4_000 || sampleRate > 384_000) {
    throw invalid('This WAV recording says it has {rate} samples a second, which cannot be right.', 'rate', { rate: sampleRate });
  }
  return { encoding, bits, channels, sampleRate };
}

const encodings: Readonly<Record<number, WavFormat['encoding']>> = { 1: 'pcm', 3: 'float', 6: 'a-law', 7: 'mu-law' };
const depths: Readonly<Record<WavFormat['encoding'], readonly number[]>> = {
  pcm: [8, 16, 24, 32],
  float: [32, 64],
  'a-law': [8],
  'mu-law': [8],
};

/**
 * The sound of a WAV as mono frames of about 20 ms at the wanted rate. Works in slices, so that an hour's recording never holds the
 * event loop.
 */
export async function* decodeWav(bytes: Uint8Array, sampleRate: number, signal: AbortSignal): AsyncGenerator<AudioFrame> {
  const format = readWavFormat(bytes);
  const block = (format.bits / 8) * format.channels;
  const change = resampler(format.sampleRate, sampleRate);
  const frameLength = Math.round(sampleRate / 50);
  let rest = new Int16Array(0);
  let sent = 0;
  const frames = function* (samples: Int16Array, last: boolean): Generator<AudioFrame> {
    const all = new Int16Array(rest.length + samples.length);
    all.set(rest);
    all.set(samples, rest.length);
    let at = 0;
    for (; at + frameLength <= all.length || (last && at < all.length); at += frameLength) {
      const part = all.slice(at, at + frameLength);
      yield { samples: part, sampleRate, atMs: (sent * 1_000) / sampleRate };
      sent += part.length;
    }
    rest = all.slice(Math.min(at, all.length));
  };
  const slice = Math.max(1, Math.floor(8_192 / format.channels)) * block;
  for (let at = format.start; at < format.end; at += slice) {
    throwIfAborted(signal);
    yield* frames(change.push(toMono(bytes.subarray(at, Math.min(at + slice, format.end)), format)), false);
    await nextTurn();
  }
  yield* frames(change.end(), true);
}

/** All channels' mean, as 16-bit samples. */
function toMono(bytes: Uint8Array, { encoding, bits, channels }: WavFormat): Int16Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const width = bits / 8;
  const read = readers[`${encoding}-${bits}`] as (view: DataView, at: number) => number;
  const mono = new Int16Array(bytes.length / (width * channels));
  for (let i = 0, at = 0; i < mono.length; i++) {
    let sum = 0;
    for (let channel = 0; channel < channels; channel++, at += width) sum += read(view, at);
    const mean = sum / channels;
    // A float may be anything, not-a-number included.
    mono[i] = mean >= 32_767 ? 32_767 : mean > -32_768 ? Math.round(mean) : mean <= -32_768 ? -32_768 : 0;
  }
  return mono;
}

const readers: Readonly<Record<string, (view: DataView, at: number) => number>> = {
  'pcm-8': (view, at) => (view.getUint8(at) - 128) * 256,
  'pcm-16': (view, at) => view.getInt16(at, true),
  'pcm-24': (view, at) => view.getInt16(at + 1, true) + view.getUint8(at) / 256,
  'pcm-32': (view, at) => view.getInt32(at, true) / 65_536,
  'float-32': (view, at) => view.getFloat32(at, true) * 32_768,
  'float-64': (view, at) => view.getFloat64(at, true) * 32_768,
  'a-law-8': (view, at) => fromALaw(view.getUint8(at)),
  'mu-law-8': (view, at) => fromMuLaw(view.getUint8(at)),
};

/** One G.711 µ-law byte as a 16-bit sample. */
export function fromMuLaw(byte: number): number {
  const bits = ~byte & 0xff;
  const magnitude = (((bits & 0x0f) << 3) + 0x84) << ((bits >> 4) & 7);
  return bits & 0x80 ? 0x84 - magnitude : magnitude - 0x84;
}

/** One G.711 A-law byte as a 16-bit sample. */
export function fromALaw(byte: number): number {
  const bits = byte ^ 0x55;
  const segment = (bits >> 4) & 7;
  const mantissa = (bits & 0x0f) << 4;
  const magnitude = segment === 0 ? mantissa + 8 : (mantissa + 0x108) << (segment - 1);
  return bits & 0x80 ? magnitude : -magnitude;
}

/** A 16-bit sample as one G.711 µ-law byte. */
export function toMuLaw(sample: number): number {
  const sign = sample < 0 ? 0x80 : 0;
  const magnitude = Math.min(32_635, Math.abs(sample)) + 0x84;
  const segment = 24 - Math.clz32(magnitude);
  return ~(sign | (segment << 4) | ((magnitude >> (segment + 3)) & 0x0f)) & 0xff;
}

/** A mono 16-bit PCM WAV of the clip, whose frames share one rate. */
export function encodeWav(clip: readonly AudioFrame[], sampleRate: number): Uint8Array<ArrayBuffer> {
  const samples = clip.reduce((length, frame) => length + frame.samples.length, 0);
  const bytes = new Uint8Array(44 + samples * 2);
  const view = new DataView(bytes.buffer);
  const write = (at: number, text: string) => bytes.set(Buffer.from(text, 'latin1'), at);
  write(0, 'RIFF');
  view.setUint32(4, bytes.length - 8, true);
  write(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, sampleRate, true);
  view.setUint32(28, sampleRate * 2, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  write(36, 'data');
  view.setUint32(40, samples * 2, true);
  let at = 44;
  for (const frame of clip) {
    for (const sample of frame.samples) {
      view.setInt16(at, sample, true);
      at += 2;
    }
  }
  return bytes;
}

/** How long the sound of a WAV is, by its header. */
export function wavMs(bytes: Uint8Array): number {
  const { bits, channels, sampleRate, start, end } = readWavFormat(bytes);
  return ((end - start) * 1_000) / ((bits / 8) * channels * sampleRate);
}

function ascii(bytes: Uint8Array, from: number, to: number): string {
  return String.fromCharCode(...bytes.subarray(from, to));
}

function invalid(sentence: string, found: string, values: Readonly<Record<string, string | number>> = {}): AppError {
  return new AppError('invalid', sentence, { values, fields: [{ path: 'file', message: fill(sentence, values) }], context: { found } });
}
