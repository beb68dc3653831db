import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AudioFrame } from '../../src/engines/audio.ts';
import { ffmpegAudioDecoder } from '../../src/engines/ffmpeg/audio-decoder.ts';
import { containerOf } from '../../src/engines/ffmpeg/containers.ts';
import { indexFirst } from '../../src/engines/ffmpeg/mp4.ts';
import { clipMs, joinSamples, splitFrames } from '../../src/engines/pcm.ts';
import { encodeWav, isWav } from '../../src/engines/wav.ts';
import { AppError } from '../../src/shared/errors.ts';
import { dataFolder } from './matrix.ts';
import { present, streamOf } from './sounds.ts';

const environment = { PATH: process.env.PATH ?? '' };
const live = new AbortController().signal;
const sound = ffmpegAudioDecoder({ environment });
const hasFfmpeg = spawnSync('ffmpeg', ['-version']).status === 0;
if (!hasFfmpeg) console.log('skipped: recordings other than WAV (no ffmpeg: apt-get install ffmpeg)');

const decode = async (bytes: Uint8Array, rate = 16_000, signal = live, decoder = sound): Promise<AudioFrame[]> => {
  const frames: AudioFrame[] = [];
  for await (const frame of decoder.decode(bytes, rate, signal)) frames.push(frame);
  return frames;
};
const failure = async (promise: Promise<unknown>): Promise<AppError> => {
  try {
    await promise;
  } catch (error) {
    expect(error).toBeInstanceOf(AppError);
    return error as AppError;
  }
  throw new Error('it was read');
};
const tone = splitFrames(
  Int16Array.from({ length: 32_000 }, (_, i) => 9_000 * Math.sin((2 * Math.PI * 440 * i) / 16_000)),
  16_000,
);
const wav = encodeWav(tone, 16_000);
const convert = (args: string[], input: Uint8Array = wav): Buffer =>
  spawnSync('ffmpeg', ['-v', 'error', '-i', 'pipe:0', ...args, 'pipe:1'], { input, maxBuffer: 2 ** 28 }).stdout;
/** The pitch by counting how often the sound crosses zero. */
const pitch = (samples: Int16Array, rate: number) => {
  let crossings = 0;
  for (let i = 1; i < samples.length; i++) if ((samples[i - 1] as number) < 0 && (samples[i] as number) >= 0) crossings++;
  return (crossings * rate) / samples.length;
};

describe.skipIf(!hasFfmpeg)('recordings that people send', () => {
  const kinds: Record<string, string[]> = {
    mp3: ['-f', 'mp3', '-b:a', '64k'],
    flac: ['-f', 'flac'],
    ogg: ['-c:a', 'libopus', '-f', 'ogg'],
    webm: ['-c:a', 'libopus', '-f', 'webm'],
    'm4a, index first': ['-c:a', 'aac', '-movflags', 'frag_keyframe+empty_moov', '-f', 'mp4'],
    aac: ['-c:a', 'aac', '-f', 'adts'],
  };
  test.each(Object.entries(kinds))('%s becomes frames of 20 ms in the right pitch and length', async (_, args) => {
    const frames = await decode(convert(args), 16_000);
    expect(frames.every((frame, i) => frame.atMs === i * 20 && frame.sampleRate === 16_000)).toBe(true);
    expect(Math.abs(clipMs(frames) - 2_000)).toBeLessThan(150);
    const middle = joinSamples(frames).subarray(8_000, 24_000);
    expect(Math.abs(pitch(middle, 16_000) - 440)).toBeLessThan(6);
  });

  test('an m4a as phones write it, with its index at the end, is read from memory', async () => {
    const path = join(process.env.TMPDIR ?? '/tmp', `bedside-${process.pid}.m4a`);
    spawnSync('ffmpeg', ['-v', 'error', '-y', '-i', 'pipe:0', '-c:a', 'aac', '-f', 'mp4', path], { input: wav });
    const bytes = readFileSync(path);
    spawnSync('rm', [path]);
    const text = bytes.toString('latin1');
    expect(text.indexOf('moov')).toBeGreaterThan(text.indexOf('mdat'));
    expect(Math.abs(clipMs(await decode(bytes)) - 2_000)).toBeLessThan(150);
    expect(indexFirst(indexFirst(bytes))).toEqual(indexFirst(bytes));
  });

  test('stereo, other rates and mu-law in WAV need no ffmpeg', async () => {
    const bare = ffmpegAudioDecoder({ environment, program: 'ffmpeg-that-is-not-there' });
    for (const args of [
      ['-ac', '2', '-ar', '44100', '-f', 'wav'],
      ['-c:a', 'pcm_mulaw', '-f', 'wav'],
      ['-c:a', 'pcm_alaw', '-ar', '8000', '-f', 'wav'],
      ['-c:a', 'pcm_s24le', '-f', 'wav'],
      ['-c:a', 'pcm_f32le', '-f', 'wav'],
    ]) {
      const bytes = convert(args);
      expect(isWav(bytes)).toBe(true);
      const frames = await decode(bytes, 16_000, live, bare);
      expect(Math.abs(clipMs(frames) - 2_000)).toBeLessThan(25);
      expect(Math.abs(pitch(joinSamples(frames).subarray(8_000, 24_000), 16_000) - 440)).toBeLessThan(3);
    }
  });

  test('what is written for browsers can be read again', async () => {
    for (const format of ['mp3', 'opus', 'wav'] as const) {
      const parts: Uint8Array[] = [];
      for await (const bytes of sound.encode(streamOf(tone), 16_000, format, live)) parts.push(bytes);
      const frames = await decode(Buffer.concat(parts));
      expect(Math.abs(clipMs(frames) - 2_000)).toBeLessThan(150);
      expect(Math.abs(pitch(joinSamples(frames).subarray(8_000, 24_000), 16_000) - 440)).toBeLessThan(6);
    }
  });

  test('damaged, empty and soundless files are invalid, with a sentence', async () => {
    const cover = spawnSync('ffmpeg', [
      '-v',
      'error',
      '-f',
      'lavfi',
      '-i',
      'color=red:s=16x16:d=1',
      '-c:v',
      'mpeg4',
      '-movflags',
      'frag_keyframe+empty_moov',
      '-f',
      'mp4',
      'pipe:1',
    ]).stdout;
    expect(containerOf(cover)).toBe('mov');
    const flac = convert(['-f', 'flac']);
    const cases: [Uint8Array, string][] = [
      [cover, 'no-sound'],
      [flac.subarray(0, 40), 'damaged'],
      [Buffer.concat([Buffer.from('OggS'), Buffer.alloc(3_000, 5)]), 'damaged'],
      [Buffer.concat([Buffer.from([0, 0, 0, 24]), Buffer.from('ftypM4A '), Buffer.alloc(3_000, 5)]), 'damaged'],
    ];
    for (const [bytes, found] of cases) {
      const error = await failure(decode(bytes));
      expect([error.code, error.details.context?.found]).toEqual(['invalid', found]);
    }
  });

  test('a recording beyond the limit is too large', async () => {
    const short = ffmpegAudioDecoder({ environment, longestMs: 1_000 });
    for (const bytes of [wav, convert(['-f', 'mp3'])]) expect((await failure(decode(bytes, 16_000, live, short))).code).toBe('too-large');
  });

  test('the program is stopped when the caller leaves', async () => {
    const long = convert(['-f', 'flac'], encodeWav(Array.from({ length: 200 }, () => tone).flat(), 16_000));
    const leaving = new AbortController();
    let frames = 0;
    const reading = (async () => {
      for await (const _ of sound.decode(long, 16_000, leaving.signal)) if (++frames === 10) leaving.abort();
    })();
    expect((await failure(reading)).code).toBe('cancelled');
    expect(frames).toBeLessThan(20_000);
    expect((await failure(decode(long, 16_000, AbortSignal.abort()))).code).toBe('cancelled');
  });

  test('a playlist that names files or addresses never reaches the program', async () => {
    for (const text of [
      '#EXTM3U\nfile:///etc/passwd\n',
      "ffconcat version 1.0\nfile '/etc/passwd'\n",
      '<?xml version="1.0"?><MPD/>',
      'RIFF....AVI LIST',
    ]) {
      const error = await failure(decode(Buffer.from(text.padEnd(100, ' '))));
      expect([error.code, error.details.context?.found]).toEqual(['invalid', 'header']);
    }
  });

  test('changed bytes are heard or refused, never anything else', async () => {
    const files = [convert(['-f', 'mp3', '-t', '0.2']), convert(['-c:a', 'libopus', '-f', 'ogg', '-t', '0.2'])];
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...files),
        fc.array(fc.tuple(fc.nat(5_000), fc.nat(255)), { minLength: 1, maxLength: 30 }),
        async (file, changes) => {
          const bytes = Uint8Array.from(file);
          for (const [at, value] of changes) bytes[at % bytes.length] = value;
          try {
            await decode(bytes);
          } catch (error) {
            expect(error).toBeInstanceOf(AppError);
          }
        },
      ),
      { numRuns: 25 },
    );
  });
});

test('without ffmpeg other recordings are unavailable, with the command that installs it', async () => {
  const bare = ffmpegAudioDecoder({ environment, program: 'ffmpeg-that-is-not-there' });
  const error = await failure(decode(Buffer.concat([Buffer.from('fLaC'), Buffer.alloc(100)]), 16_000, live, bare));
  expect([error.code, error.details.reason, error.details.context]).toEqual([
    'unavailable',
    'ENGINE_UNAVAILABLE',
    { purpose: 'audio-decoder', fix: 'apt-get install ffmpeg' },
  ]);
});

test('what is no recording at all is invalid', async () => {
  for (const bytes of [new Uint8Array(0), Buffer.from('I am a letter, not a sound.'), Buffer.from('%PDF-1.7')]) {
    expect((await failure(decode(bytes))).details.context?.found).toBe('header');
  }
});

const odd = join(dataFolder, 'speech_formats');
describe.skipIf(!hasFfmpeg || !present('odd recordings', odd))('odd recordings of others', () => {
  test('damaged wave files are refused', async () => {
    for (const name of readdirSync(join(odd, 'malformed')))
      expect((await failure(decode(readFileSync(join(odd, 'malformed', name))))).code).toBe('invalid');
  });

  test('each sound file is as long as its index says', async () => {
    const rows = readFileSync(join(odd, 'INDEX.tsv'), 'utf8').trim().split('\n').slice(1);
    let read = 0;
    for (const row of rows) {
      const [name, , codec, , , seconds] = row.split('\t') as [string, string, string, string, string, string];
      // MP3s without a header tell no exact length.
      if (!Number(seconds) || /malformed|mp3/.test(name) || codec.startsWith('raw') || !existsSync(join(odd, name))) continue;
      const ms = clipMs(await decode(readFileSync(join(odd, name))));
      expect(Math.abs(ms - Number(seconds) * 1_000), name).toBeLessThan(120);
      read++;
    }
    expect(read).toBeGreaterThan(15);
  });
});
