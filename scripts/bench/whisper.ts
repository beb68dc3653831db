import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AudioFrame } from '../../src/engines/audio.ts';
import { splitFrames } from '../../src/engines/pcm.ts';
import { decodeWav } from '../../src/engines/wav.ts';
import { whisperSpec, whisperSpeechToText } from '../../src/engines/whisper/speech-to-text.ts';
import { benchCall, cpuMs, live, median, report, startForBench, timed } from './measure.ts';
import { randomWeights, type WhisperName } from './random-weights.ts';

/**
 * Whisper behind the wall against the library alone, on random weights of a real shape: the wall's cost, what shorter windows save,
 * how long one window of 30 s takes; and on a trained tiny model, what shorter windows do to the words.
 *
 *   node scripts/bench/whisper.ts [whisper-base-q8_0 | whisper-base-f16 | whisper-small-q8_0] [threads] [rounds]
 *   BEDSIDE_TEST_WEIGHTS and BEDSIDE_TEST_DATA: where the tiny model and its sounds lie
 */
const [name = 'whisper-base-q8_0', threadsText = '2', roundsText = '2'] = process.argv.slice(2);
const threads = Number(threadsText);
const rounds = Number(roundsText);
const modelPath = await randomWeights(name as WhisperName);
const cacheFolder = join(tmpdir(), 'bedside-random-weights', 'windows');
console.log(`${name}, ${threads} threads, ${rounds} rounds`);

interface Library {
  initWhisper(
    options: object,
  ): Promise<{ transcribeData(samples: ArrayBuffer, options: object): { promise: Promise<unknown> }; release(): Promise<void> }>;
  toggleNativeLog(on: boolean): Promise<void>;
}
const library = createRequire(import.meta.url)('@fugood/whisper.node') as Library;
await library.toggleNativeLog(true);

/** Something that is not silence: a hum that comes and goes. */
function hum(seconds: number): Int16Array {
  return Int16Array.from({ length: seconds * 16_000 }, (_, i) => Math.sin(i / 20) * 6000 * Math.abs(Math.sin(i / 9000)));
}

const results: boolean[] = [];
const alone = await library.initWhisper({ filePath: modelPath, useGpu: false });
const theirs = (samples: Int16Array, more: object = {}) =>
  timed(
    () =>
      alone.transcribeData(samples.slice().buffer as ArrayBuffer, { language: 'en', maxThreads: threads, temperatureInc: 0, ...more })
        .promise,
  );

interface Comparison {
  /** Median of the pairs: ours / theirs. */
  readonly ratio: number;
  readonly cpuRatio: number;
  readonly ours: number;
  readonly theirs: number;
}

async function compare(windows: readonly number[], seconds: number): Promise<Comparison> {
  const engine = startForBench(whisperSpec({ id: 'bench', modelPath, threads, retries: false, shorterWindows: windows, cacheFolder }));
  await engine.warm(live);
  const hear = whisperSpeechToText(engine);
  const samples = hum(seconds);
  const frames = splitFrames(samples, 16_000);
  const cpu = { ours: 0, theirs: 0 };
  const runOurs = async () => {
    const before = cpuMs(engine);
    const { ms } = await timed(() => hear.transcribe(frames, { language: 'en' }, benchCall));
    const after = cpuMs(engine);
    cpu.ours += after.engine - before.engine + after.here - before.here;
    return ms;
  };
  const runTheirs = async () => {
    const before = cpuMs().here;
    const { ms } = await theirs(samples);
    cpu.theirs += cpuMs().here - before;
    return ms;
  };
  await runOurs();
  cpu.ours = 0;
  const pairs: { ours: number; theirs: number }[] = [];
  for (let round = 0; round < rounds; round++) {
    const first = round % 2 ? undefined : await runOurs();
    const other = await runTheirs();
    pairs.push({ ours: first ?? (await runOurs()), theirs: other });
  }
  await engine.close();
  const of = (side: 'ours' | 'theirs') => Math.min(...pairs.map((pair) => pair[side]));
  return {
    ratio: median(pairs.map((pair) => pair.ours / pair.theirs)),
    cpuRatio: cpu.ours / cpu.theirs,
    ours: of('ours'),
    theirs: of('theirs'),
  };
}

const clip = await compare([], 3);
results.push(
  report(
    '3 s clip, host / library alone (whole window)',
    clip.ratio,
    { atMost: 1.15 },
    `${clip.ours.toFixed(0)} and ${clip.theirs.toFixed(0)} ms`,
  ),
);
report('  the same in processor time', clip.cpuRatio);
const ignored = await theirs(hum(3), { audioCtx: 278 });
report('3 s clip, library with audioCtx 278 / without', ignored.ms / clip.theirs, {}, 'the option reaches other kinds of models only');
for (const windowMs of [12_800, 7_680, 5_700]) {
  const short = await compare([windowMs], 3);
  report(
    `3 s clip, window of ${(windowMs / 1000).toFixed(1)} s / library alone with 30 s`,
    short.ratio,
    {},
    `${short.ours.toFixed(0)} ms, processor time ${short.cpuRatio.toFixed(3)}`,
  );
}
const window = await theirs(hum(29));
console.log(
  `       one window of 30 s with ${threads} threads: ${(window.ms / 1000).toFixed(1)} s, ${(window.ms / 29_000).toFixed(2)} of real time`,
);
await alone.release();

// What shorter windows do to the words, on a model that knows some.
const weights = process.env.BEDSIDE_TEST_WEIGHTS ?? join(import.meta.dirname, '../../../shared/models');
const sounds = join(process.env.BEDSIDE_TEST_DATA ?? join(import.meta.dirname, '../../../shared/data'), 'speech_espeak');
const table = await readFile(join(sounds, 'transcripts.tsv'), 'utf8').catch(() => undefined);
if (!table) console.log('       words with shorter windows: left out, the trained tiny model or its sounds are not here');
else {
  const lines = table
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split('\t') as [string, string, string, string, string]);
  const spoken = lines.filter(([, , , , text]) => text);
  for (const windows of [[], [7_680], [5_120]]) {
    const spec = whisperSpec({
      id: 'tiny',
      modelPath: join(weights, 'whisper-clinic-tiny', 'ggml-clinic-tiny.bin'),
      windowMs: 10_000,
      threads: 1,
      takesTerms: false,
      retries: false,
      shorterWindows: windows,
      cacheFolder,
    });
    const engine = startForBench(spec);
    await engine.warm(live);
    const hear = whisperSpeechToText(engine);
    let exact = 0;
    let errors = 0;
    let count = 0;
    const { ms } = await timed(async () => {
      for (const [file, language, , , text] of spoken) {
        const frames: AudioFrame[] = [];
        for await (const frame of decodeWav(new Uint8Array(await readFile(join(sounds, file))), 16_000, live)) frames.push(frame);
        const { transcript } = await hear.transcribe(frames, { language }, benchCall);
        if (transcript.text === text) exact++;
        errors += wordErrors(text, transcript.text);
        count += wordsOf(text).length;
      }
    });
    await engine.close();
    const named = windows.length ? `a window of ${windows[0] as number} ms` : 'its whole window of 10 s';
    console.log(
      `       tiny model with ${named}: ${exact} of ${spoken.length} to the letter, word error rate ${((100 * errors) / count).toFixed(1)} %, ${(ms / spoken.length).toFixed(0)} ms a clip`,
    );
  }
}
process.exitCode = results.every(Boolean) ? 0 : 1;

function wordsOf(text: string): string[] {
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}' ]/gu, '')
    .split(/\s+/)
    .filter(Boolean);
}

function wordErrors(said: string, heard: string): number {
  const [a, b] = [wordsOf(said), wordsOf(heard)];
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (const [i, word] of a.entries()) {
    const next = [i + 1];
    for (const [j, other] of b.entries())
      next.push(Math.min((row[j] as number) + (word === other ? 0 : 1), (row[j + 1] as number) + 1, (next[j] as number) + 1));
    row = next;
  }
  return row[b.length] as number;
}
