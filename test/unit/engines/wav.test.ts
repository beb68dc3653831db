import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AudioFrame } from '../../../src/engines/audio.ts';
import { joinSamples, splitFrames } from '../../../src/engines/pcm.ts';
import { decodeWav, encodeWav, fromALaw, fromMuLaw, isWav, readWavFormat, toMuLaw, wavMs } from '../../../src/engines/wav.ts';
import { AppError } from '../../../src/shared/errors.ts';

const live = new AbortController().signal;
const tone = (rate: number, ms: number, hertz = 440, loud = 12_000) =>
  Int16Array.from({ length: (rate * ms) / 1_000 }, (_, i) => Math.round(loud * Math.sin((2 * Math.PI * hertz * i) / rate)));

/** A WAV in any encoding, written the plain way so that the reader has something independent to read. */
function wav(options: {
  tag: number;
  bits: number;
  channels: number;
  rate: number;
  body: Buffer;
  extensible?: boolean;
  dataSize?: number;
  before?: Buffer;
}): Buffer {
  const block = (options.bits / 8) * options.channels;
  const fmt = Buffer.alloc(options.extensible ? 40 : 16);
  fmt.writeUInt16LE(options.extensible ? 0xfffe : options.tag, 0);
  fmt.writeUInt16LE(options.channels, 2);
  fmt.writeUInt32LE(options.rate, 4);
  fmt.writeUInt32LE(options.rate * block, 8);
  fmt.writeUInt16LE(block, 12);
  fmt.writeUInt16LE(options.bits, 14);
  if (options.extensible) {
    fmt.writeUInt16LE(22, 16);
    fmt.writeUInt16LE(options.tag, 24);
  }
  const chunk = (name: string, body: Buffer, size = body.length) => {
    const head = Buffer.alloc(8);
    head.write(name, 0, 'latin1');
    head.writeUInt32LE(size, 4);
    return Buffer.concat([head, body, Buffer.alloc(body.length % 2)]);
  };
  const parts = [chunk('fmt ', fmt), options.before ?? Buffer.alloc(0), chunk('data', options.body, options.dataSize)];
  const inner = Buffer.concat(parts);
  const head = Buffer.alloc(12);
  head.write('RIFF', 0, 'latin1');
  head.writeUInt32LE(inner.length + 4, 4);
  head.write('WAVE', 8, 'latin1');
  return Buffer.concat([head, inner]);
}

const encoders: Record<string, { tag: number; bits: number; put: (out: Buffer, at: number, sample: number) => void }> = {
  'pcm 8': { tag: 1, bits: 8, put: (out, at, s) => out.writeUInt8(Math.min(255, Math.round(s / 256) + 128), at) },
  'pcm 16': { tag: 1, bits: 16, put: (out, at, s) => out.writeInt16LE(s, at) },
  'pcm 24': { tag: 1, bits: 24, put: (out, at, s) => out.writeIntLE(s * 256, at, 3) },
  'pcm 32': { tag: 1, bits: 32, put: (out, at, s) => out.writeInt32LE(s * 65_536, at) },
  'float 32': { tag: 3, bits: 32, put: (out, at, s) => out.writeFloatLE(s / 32_768, at) },
  'float 64': { tag: 3, bits: 64, put: (out, at, s) => out.writeDoubleLE(s / 32_768, at) },
  'mu-law': { tag: 7, bits: 8, put: (out, at, s) => out.writeUInt8(toMuLaw(s), at) },
};

async function decode(bytes: Uint8Array, rate: number): Promise<AudioFrame[]> {
  const frames: AudioFrame[] = [];
  for await (const frame of decodeWav(bytes, rate, live)) frames.push(frame);
  return frames;
}

async function refused(bytes: Uint8Array): Promise<AppError> {
  try {
    await decode(bytes, 16_000);
  } catch (error) {
    expect(error).toBeInstanceOf(AppError);
    return error as AppError;
  }
  throw new Error('it was read');
}

describe('WAV', () => {
  test.each(Object.keys(encoders))('%s is read, mono and stereo, plain and extensible', async (name) => {
    const { tag, bits, put } = encoders[name] as (typeof encoders)[string];
    const samples = tone(16_000, 300);
    for (const channels of [1, 2])
      for (const extensible of [false, true]) {
        const body = Buffer.alloc(samples.length * channels * (bits / 8));
        samples.forEach((sample, i) => {
          for (let c = 0; c < channels; c++) put(body, (i * channels + c) * (bits / 8), sample);
        });
        const heard = joinSamples(await decode(wav({ tag, bits, channels, rate: 16_000, body, extensible }), 16_000));
        expect(heard.length).toBe(samples.length);
        const worst = Math.max(...samples.map((sample, i) => Math.abs(sample - (heard[i] as number))));
        expect(worst).toBeLessThanOrEqual(bits === 8 ? (tag === 7 ? 520 : 130) : 1);
      }
  });

  test('A-law and mu-law follow G.711', () => {
    expect([0xd5, 0x55, 0xaa, 0x2a, 0x80].map(fromALaw)).toEqual([8, -8, 32_256, -32_256, 5_504]);
    expect([0xff, 0x7f, 0x80, 0x00].map((byte) => fromMuLaw(byte) + 0)).toEqual([0, 0, 32_124, -32_124]);
    for (let byte = 0; byte < 256; byte++) if (byte !== 0x7f) expect(toMuLaw(fromMuLaw(byte))).toBe(byte);
  });

  test('stereo becomes the mean of both sides', async () => {
    const body = Buffer.alloc(400);
    for (let i = 0; i < 100; i++) {
      body.writeInt16LE(1_000, i * 4);
      body.writeInt16LE(-400, i * 4 + 2);
    }
    const heard = joinSamples(await decode(wav({ tag: 1, bits: 16, channels: 2, rate: 16_000, body }), 16_000));
    expect([...new Set(heard)]).toEqual([300]);
  });

  test('other rates come out as twenty-millisecond frames of the wanted rate, in time', async () => {
    const body = Buffer.from(tone(44_100, 1_000).buffer);
    const frames = await decode(wav({ tag: 1, bits: 16, channels: 1, rate: 44_100, body }), 16_000);
    expect(joinSamples(frames).length).toBe(16_000);
    expect(frames.every((frame, i) => frame.atMs === i * 20 && (frame.samples.length === 320 || i === frames.length - 1))).toBe(true);
  });

  test('what is written can be read', async () => {
    const samples = tone(22_050, 500);
    const bytes = encodeWav(splitFrames(samples, 22_050), 22_050);
    expect(wavMs(bytes)).toBeCloseTo(500, 0);
    expect(joinSamples(await decode(bytes, 22_050))).toEqual(samples);
  });

  test('a recorder that never wrote the size is read to the end of the file; chunks before the sound are passed over', async () => {
    const body = Buffer.from(tone(16_000, 200).buffer);
    for (const dataSize of [0, 0xffffffff])
      expect(joinSamples(await decode(wav({ tag: 1, bits: 16, channels: 1, rate: 16_000, body, dataSize }), 16_000)).length).toBe(3_200);
    const list = Buffer.concat([Buffer.from('LIST\x05\x00\x00\x00', 'latin1'), Buffer.from('abcde\0')]);
    expect(joinSamples(await decode(wav({ tag: 1, bits: 16, channels: 1, rate: 16_000, body, before: list }), 16_000)).length).toBe(3_200);
  });

  test('damaged, cut, empty and strange files are refused with a sentence', async () => {
    const body = Buffer.from(tone(16_000, 2_000).buffer);
    const good = wav({ tag: 1, bits: 16, channels: 1, rate: 16_000, body });
    const cases: [Uint8Array, string][] = [
      [Buffer.from('I am a letter, not a sound.'), 'header'],
      [new Uint8Array(0), 'header'],
      [good.subarray(0, 30), 'fmt'],
      [good.subarray(0, good.length - 20_000), 'truncated'],
      [good.subarray(0, 44), 'truncated'],
      [wav({ tag: 1, bits: 16, channels: 1, rate: 16_000, body: Buffer.alloc(0) }), 'empty'],
      [wav({ tag: 1, bits: 16, channels: 1, rate: 1_092_676, body }), 'rate'],
      [wav({ tag: 1, bits: 16, channels: 200, rate: 16_000, body }), 'channels'],
      [wav({ tag: 1, bits: 12, channels: 1, rate: 16_000, body }), 'encoding'],
      [wav({ tag: 0x55, bits: 16, channels: 1, rate: 16_000, body }), 'encoding'],
      [Buffer.concat([good.subarray(0, 12), good.subarray(36)]), 'chunks'],
    ];
    for (const [bytes, found] of cases) {
      const error = await refused(bytes);
      expect([error.code, error.details.context?.found]).toEqual(['invalid', found]);
      expect(error.details.fields?.[0]?.path).toBe('file');
    }
  });

  test('no bytes whatever make it throw anything but an AppError', async () => {
    const good = encodeWav(splitFrames(tone(16_000, 50), 16_000), 16_000);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { maxLength: 12 }),
        fc.nat(good.length),
        async (changes, length) => {
          const bytes = good.slice(0, length);
          for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
          try {
            if (isWav(bytes)) readWavFormat(bytes);
            await decode(bytes, 16_000);
          } catch (error) {
            expect(error).toBeInstanceOf(AppError);
          }
        },
      ),
      { numRuns: 400 },
    );
  });

  test('a long recording does not hold the event loop', async () => {
    const body = Buffer.alloc(48_000 * 2 * 2 * 60, 7);
    const bytes = wav({ tag: 1, bits: 16, channels: 2, rate: 48_000, body });
    const turns: number[] = [];
    let last = performance.now();
    const timer = setInterval(() => {
      turns.push(performance.now() - last);
      last = performance.now();
    }, 1);
    let count = 0;
    for await (const _ of decodeWav(bytes, 16_000, live)) count++;
    clearInterval(timer);
    expect(count).toBe(3_000);
    turns.sort((a, b) => a - b);
    expect(turns[Math.floor(turns.length * 0.5)]).toBeLessThan(20);
    expect(turns.length).toBeGreaterThan(100);
  });
});
