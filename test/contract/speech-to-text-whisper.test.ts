import { readFileSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AudioFrame } from '../../src/engines/audio.ts';
import type { Call } from '../../src/engines/call.ts';
import type { EngineProcess } from '../../src/engines/engine-process.ts';
import { clipMs, splitFrames } from '../../src/engines/pcm.ts';
import { resampleClip } from '../../src/engines/resample.ts';
import type { SpeechToText } from '../../src/engines/speech-to-text.ts';
import { decodeWav } from '../../src/engines/wav.ts';
import { whisperSpec, whisperSpeechToText } from '../../src/engines/whisper/speech-to-text.ts';
import { startForTest } from './engines.ts';
import { data, tell, weights } from './matrix.ts';

const modelPath = weights('whisper-clinic-tiny', 'ggml-clinic-tiny.bin');
const sounds = data('speech_espeak');
tell('SpeechToText', 'whisper', 'whisper-clinic-tiny', modelPath !== undefined && sounds !== undefined);

const live = new AbortController().signal;
const callOf = (signal: AbortSignal = live): Call => ({ signal, label: { hospitalId: 'h1', use: 'consultation', requestId: 'r1' } });

async function clipOf(file: string): Promise<AudioFrame[]> {
  const frames: AudioFrame[] = [];
  for await (const frame of decodeWav(new Uint8Array(await readFile(file)), 16_000, live)) frames.push(frame);
  return frames;
}

/** Frames one after the other as one clip, with this much silence between them. */
function joined(clips: readonly (readonly AudioFrame[])[], gapMs: number): AudioFrame[] {
  const out: AudioFrame[] = [];
  let atMs = 0;
  const add = (frame: AudioFrame) => {
    out.push({ ...frame, atMs });
    atMs += (frame.samples.length * 1000) / frame.sampleRate;
  };
  for (const clip of clips) {
    clip.forEach(add);
    add({ samples: new Int16Array(gapMs * 16), sampleRate: 16_000, atMs: 0 });
  }
  return out;
}

describe.skipIf(!modelPath || !sounds)('SpeechToText: whisper.cpp with whisper-clinic-tiny', () => {
  let engine: EngineProcess;
  let hear: SpeechToText;
  const said = sounds
    ? readFileSync(join(sounds, 'transcripts.tsv'), 'utf8')
        .trim()
        .split('\n')
        .slice(1)
        .map((line) => line.split('\t') as [string, string, string, string, string])
        .map(([name, language, , , text]) => ({ file: join(sounds, name), name, language, text }))
    : [];
  const words = said.filter(({ text }) => text);

  beforeAll(async () => {
    engine = startForTest(
      whisperSpec({
        id: 'whisper:clinic-tiny',
        modelPath: modelPath as string,
        windowMs: 10_000,
        threads: 1,
        takesTerms: false,
        retries: false,
      }),
    );
    await engine.warm(live);
    hear = whisperSpeechToText(engine);
  });
  afterAll(() => engine.close());

  const tried = process.env.BEDSIDE_TEST_LONG === '1' ? words : words.filter((_, index) => index % 3 === 0);
  test.each(tried)('hears $name to the letter', async ({ file, language, text }) => {
    const clip = await clipOf(file);
    const { transcript, usage } = await hear.transcribe(clip, { language }, callOf());
    expect(transcript.text).toBe(text);
    expect(usage).toEqual({ audioMs: Math.round(clipMs(clip)) });
    expect(transcript.startMs).toBe(0);
    for (const segment of transcript.segments ?? []) {
      expect(segment.startMs).toBeLessThanOrEqual(segment.endMs);
      expect(segment.endMs).toBeLessThanOrEqual(clipMs(clip) + 1);
      expect(segment.noSpeech).toBeLessThan(0.8);
    }
  });

  test('says which language it hears when nobody told it', async () => {
    for (const language of ['en', 'hi']) {
      const { file } = words.find((one) => one.language === language) ?? { file: '' };
      const { transcript } = await hear.transcribe(await clipOf(file), {}, callOf());
      expect(transcript.language).toBe(language);
    }
  });

  test('does not trouble a model with terms that it was not trained to take', async () => {
    const one = words.find(({ name }) => name === 'en_002.wav') ?? words[0];
    const hints = { language: 'en', terms: ['Dr. Rao', 'paracetamol', 'Fatima Khan'] };
    expect((await hear.transcribe(await clipOf(one?.file ?? ''), hints, callOf())).transcript.text).toBe(one?.text);
  });

  test('gives no words for silence and noise', async () => {
    const silence: AudioFrame = { samples: new Int16Array(48_000), sampleRate: 16_000, atMs: 0 };
    expect((await hear.transcribe([silence], { language: 'en' }, callOf())).transcript).toMatchObject({ text: '', segments: [] });
    for (const { file } of said.filter(({ text }) => !text))
      expect((await hear.transcribe(await clipOf(file), { language: 'en' }, callOf())).transcript.text).toBe('');
    expect((await hear.transcribe([], {}, callOf())).transcript.text).toBe('');
  });

  test('does not mind how the sound is cut into frames, at which rate it comes, or when it began', async () => {
    const one = words.find(({ name }) => name === 'en_001.wav') ?? words[0];
    const clip = await clipOf(one?.file ?? '');
    const whole = await resampleClip(clip, 16_000);
    const at48 = await resampleClip(clip, 48_000);
    for (const variant of [splitFrames(whole, 16_000, 1000), splitFrames(at48, 48_000, 7)])
      expect((await hear.transcribe(variant, { language: 'en' }, callOf())).transcript.text).toBe(one?.text);
    const later = clip.map((frame) => ({ ...frame, atMs: frame.atMs + 60_000 }));
    const { transcript } = await hear.transcribe(later, { language: 'en' }, callOf());
    expect(transcript.startMs).toBe(60_000);
    expect(transcript.segments?.[0]?.startMs).toBeGreaterThanOrEqual(60_000);
  });

  test('hears all of a clip that is longer than its window', async () => {
    const five = words.filter(({ name }) => ['en_001.wav', 'en_002.wav', 'en_005.wav', 'en_008.wav', 'en_010.wav'].includes(name));
    const clips = await Promise.all(five.map(({ file }) => clipOf(file)));
    const long = joined(clips, 700);
    expect(clipMs(long)).toBeGreaterThan(13_000);
    const { transcript } = await hear.transcribe(long, { language: 'en' }, callOf());
    // The tiny model mistakes sentences that come behind another in one window; what counts is that no stretch is lost.
    expect(five.filter(({ text }) => transcript.text.includes(text)).length).toBeGreaterThanOrEqual(3);
    expect(transcript.segments?.length).toBeGreaterThanOrEqual(5);
    const starts = transcript.segments?.map(({ startMs }) => startMs) ?? [];
    expect(starts).toEqual([...starts].sort((a, b) => a - b));
    expect(starts.at(-1)).toBeGreaterThan(12_000);
  });

  test('hears the same words through a shorter window of the same weights', async () => {
    const cacheFolder = await mkdtemp(join(tmpdir(), 'whisper-windows-'));
    const shorter = startForTest(
      whisperSpec({
        id: 'whisper:short',
        modelPath: modelPath as string,
        windowMs: 10_000,
        threads: 1,
        takesTerms: false,
        retries: false,
        cacheFolder,
      }),
    );
    try {
      const through = whisperSpeechToText(shorter);
      for (const { file, language, text } of words.filter((_, index) => index % 4 === 1))
        expect((await through.transcribe(await clipOf(file), { language }, callOf())).transcript.text).toBe(text);
      expect(await readdir(cacheFolder)).toHaveLength(1);
    } finally {
      await shorter.close();
      await rm(cacheFolder, { recursive: true });
    }
  });

  test('answers several clips at once, and a stopped one at once', async () => {
    const three = words.slice(0, 3);
    const stop = new AbortController();
    const stopped = hear
      .transcribe(await clipOf(three[0]?.file ?? ''), { language: 'en' }, callOf(stop.signal))
      .catch((error: unknown) => error);
    const together = Promise.all(
      three.map(async ({ file, language }) => (await hear.transcribe(await clipOf(file), { language }, callOf())).transcript.text),
    );
    stop.abort();
    expect(await stopped).toMatchObject({ code: 'cancelled' });
    expect(await together).toEqual(three.map(({ text }) => text));
  });
});
