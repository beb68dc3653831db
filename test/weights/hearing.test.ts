import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AudioFrame } from '../../src/engines/audio.ts';
import type { EngineProcess } from '../../src/engines/engine-process.ts';
import { ffmpegAudioDecoder } from '../../src/engines/ffmpeg/audio-decoder.ts';
import { joinSamples, toFloat } from '../../src/engines/pcm.ts';
import { sherpaLiveSpeechToText } from '../../src/engines/sherpa/live-speech-to-text.ts';
import { loadSherpa, type OnlineRecognizer } from '../../src/engines/sherpa/native.ts';
import { sherpaSpeechToText } from '../../src/engines/sherpa/speech-to-text.ts';
import type { LiveSpeechToText, SpeechToText } from '../../src/engines/speech-to-text.ts';
import { dataFolder } from '../contract/matrix.ts';
import { hasHearing, hearingInit, startHearing } from '../contract/sherpa.ts';
import { callWith, follow, present, readClip, silence, streamOf } from '../contract/sounds.ts';
import { wordErrorRate } from './word-errors.ts';

const long = process.env.BEDSIDE_TEST_LONG === '1';
const speech = join(dataFolder, 'speech_clinic/dev');
const libri = join(dataFolder, 'speech_librispeech_other/dev');
const odd = join(dataFolder, 'speech_formats');
const hasFfmpeg = spawnSync('ffmpeg', ['-version']).status === 0;
const sound = ffmpegAudioDecoder({ environment: { PATH: process.env.PATH ?? '' } });
const live = new AbortController().signal;

interface Spoken {
  readonly id: string;
  readonly text: string;
  readonly clip: AudioFrame[];
}

/** The library as its examples use it: the whole clip at once, no detector, no process, no contract. */
function libraryAlone(hotwords: readonly string[] = []): (spoken: Spoken) => string {
  const model = hearingInit.recogniser;
  if (model?.kind !== 'streaming-transducer') throw new Error('another model was expected');
  const lines = hotwords.map((line) => `${line.toUpperCase()}\n`).join('');
  const recogniser: OnlineRecognizer = new (loadSherpa().OnlineRecognizer)({
    featConfig: { sampleRate: 16_000, featureDim: 80 },
    modelConfig: {
      transducer: { encoder: model.encoder, decoder: model.decoder, joiner: model.joiner },
      tokens: model.tokens,
      numThreads: 1,
      modelType: 'zipformer2',
      modelingUnit: 'bpe',
      bpeVocab: model.bpeVocab,
    },
    decodingMethod: 'modified_beam_search',
    ...(lines ? { hotwordsBuf: lines, hotwordsBufSize: lines.length, hotwordsScore: 1.5 } : {}),
  });
  return ({ clip }) => {
    const stream = recogniser.createStream();
    for (const samples of [toFloat(joinSamples(clip)), new Float32Array(8_000)]) stream.acceptWaveform({ samples, sampleRate: 16_000 });
    stream.inputFinished();
    while (recogniser.isReady(stream)) recogniser.decode(stream);
    return recogniser.getResult(stream).text;
  };
}

async function clinic(): Promise<Spoken[]> {
  const rows = readFileSync(join(speech, 'utterances.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { id: string; text: string; language: string })
    .filter(({ language }) => language === 'en')
    .slice(0, long ? undefined : 20);
  return Promise.all(rows.map(async ({ id, text }) => ({ id, text, clip: await readClip(join(speech, `audio/${id}.wav`)) })));
}

const decode = async (path: string) => {
  const frames: AudioFrame[] = [];
  for await (const frame of sound.decode(readFileSync(path), 16_000, live)) frames.push(frame);
  return frames;
};

describe.skipIf(!hasHearing('hearing real speech') || !present('hearing real speech', speech))(
  'hearing real speech',
  { timeout: 600_000 },
  () => {
    let engine: EngineProcess;
    let clips: SpeechToText;
    let ear: LiveSpeechToText;
    let spoken: Spoken[];
    const names = ['Doctor Sharma', 'Doctor Rao'];
    const fromClip =
      (terms: readonly string[]) =>
      async ({ clip }: Spoken) =>
        (await clips.transcribe(clip, { language: 'en', terms }, callWith())).transcript.text;
    const fromStream =
      (terms: readonly string[]) =>
      async ({ clip }: Spoken) => {
        const texts: string[] = [];
        for await (const part of ear.listen(streamOf(clip), { terms }, callWith()))
          if (part.type === 'transcript-final') texts.push(part.transcript.text);
        return texts.join(' ');
      };
    const tell = (what: string, rates: Record<string, number>) =>
      console.log(
        `word errors, ${what}: ${Object.entries(rates)
          .map(([name, rate]) => `${name} ${rate.toFixed(1)} %`)
          .join(', ')}`,
      );

    beforeAll(async () => {
      engine = startHearing();
      clips = sherpaSpeechToText('sherpa:zipformer', engine, ['en']);
      ear = sherpaLiveSpeechToText('sherpa:zipformer', engine, 'en');
      spoken = await clinic();
    });
    afterAll(async () => {
      await engine?.close();
    });

    test('through host and contract, clinic sentences are heard as well as by the library alone, and names no worse when they are expected', async () => {
      const alone = await wordErrorRate(spoken, libraryAlone());
      const aloneNamed = await wordErrorRate(spoken, libraryAlone(names));
      const clip = await wordErrorRate(spoken, fromClip([]));
      const clipNamed = await wordErrorRate(spoken, fromClip(names));
      const stream = await wordErrorRate(spoken, fromStream([]));
      const streamNamed = await wordErrorRate(spoken, fromStream(names));
      tell(`${spoken.length} clinic sentences`, {
        'library alone': alone,
        clip,
        stream,
        'library alone with names': aloneNamed,
        'clip with names': clipNamed,
        'stream with names': streamNamed,
      });
      for (const [heard, library] of [
        [clip, alone],
        [stream, alone],
        [clipNamed, aloneNamed],
        [streamNamed, aloneNamed],
      ] as const)
        expect(heard).toBeLessThanOrEqual(library + 1);
      expect(clipNamed).toBeLessThanOrEqual(clip);
      expect(streamNamed).toBeLessThanOrEqual(stream);
    });

    test('a name that is expected is written as the caller writes it', async () => {
      const rao = spoken.find(({ text }) => text.includes('Rao')) as Spoken;
      expect(await fromClip(['Dr. Rao', 'Rao'])(rao)).toMatch(/\bRao\b/);
    });

    test.skipIf(!long || !hasFfmpeg || !present('LibriSpeech', libri))('read books are heard as well as by the library alone', async () => {
      const rows = readFileSync(join(libri, 'transcripts.tsv'), 'utf8').trim().split('\n').slice(1);
      const read: Spoken[] = [];
      for (const row of rows) {
        const [id, , , , text] = row.split('\t') as [string, string, string, string, string];
        read.push({ id, text, clip: await decode(join(libri, `audio/${id}.flac`)) });
      }
      const alone = await wordErrorRate(read, libraryAlone());
      const clip = await wordErrorRate(read, fromClip([]));
      const stream = await wordErrorRate(read, fromStream([]));
      tell(`${read.length} clips of LibriSpeech test-other`, { 'library alone': alone, clip, stream });
      expect(clip).toBeLessThanOrEqual(alone + 1);
      expect(stream).toBeLessThanOrEqual(alone + 1);
    });

    test.skipIf(!hasFfmpeg || !present('sounds without speech', odd))('typing, an office and silence give no words', async () => {
      const quiet: [string, AudioFrame[]][] = [['silence', silence(10_000)]];
      for (const name of readdirSync(join(odd, 'nonspeech'))) quiet.push([name, await decode(join(odd, 'nonspeech', name))]);
      const espeak = join(dataFolder, 'speech_espeak');
      if (present('sounds without speech', espeak))
        for (const name of ['sil_noise', 'sil_zero']) quiet.push([name, await readClip(join(espeak, `${name}.wav`))]);
      for (const [id, clip] of quiet) {
        const sound: Spoken = { id, text: '', clip };
        expect([id, await fromClip(names)(sound), await fromStream(names)(sound)]).toEqual([id, '', '']);
      }
      console.log(`no words in ${quiet.map(([name]) => name).join(', ')}`);
    });

    test('a sentence in the middle of a long silence is found where it lies', async () => {
      const [one] = spoken as [Spoken];
      const sound = follow(silence(5_000), one.clip, silence(5_000));
      const { transcript } = await clips.transcribe(sound, {}, callWith());
      expect(transcript.segments?.length).toBeGreaterThan(0);
      expect(transcript.segments?.[0]?.startMs).toBeGreaterThan(4_800);
      expect(transcript.segments?.at(-1)?.endMs).toBeLessThan(5_300 + one.clip.length * 20);
    });
  },
);
