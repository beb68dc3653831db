/**
 * What the process wall and the contract cost: recognition through host and adapter ÷ the library alone, on a clip of 60 s and one of 3 s.
 * Both sides run in turns in one run, and the ratio is that of their medians, so that a busy machine does not decide.
 *
 *   node scripts/bench/recognition.ts [--weights <folder>] [--wav <file>] [--runs 15] [--json <file>]
 *
 * "The library alone" makes the same native calls (the detector's windows, then the recogniser on what holds speech) in this process.
 * The last column is the recogniser on the whole clip without a detector, which also hears words in noise.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { AudioFrame } from '../../src/engines/audio.ts';
import type { Call } from '../../src/engines/call.ts';
import { startEngineProcess } from '../../src/engines/host/process.ts';
import { clipMs, joinSamples, splitFrames, toFloat } from '../../src/engines/pcm.ts';
import { sherpaEngine } from '../../src/engines/sherpa/engine.ts';
import type { SherpaInit } from '../../src/engines/sherpa/models.ts';
import { loadSherpa } from '../../src/engines/sherpa/native.ts';
import { sherpaSpeechToText } from '../../src/engines/sherpa/speech-to-text.ts';
import { openEngine, type TranscribedSegment } from '../../src/engines/sherpa/worker.ts';
import { decodeWav } from '../../src/engines/wav.ts';
import { systemClock } from '../../src/shared/clock.ts';
import type { Log } from '../../src/shared/log.ts';

const root = resolve(import.meta.dirname, '../..');
const { values: given } = parseArgs({
  options: {
    weights: { type: 'string', default: join(root, '../shared/models') },
    wav: { type: 'string', default: join(root, '../shared/data/speech_clinic/dev/audio/dev-001.wav') },
    runs: { type: 'string', default: '15' },
    json: { type: 'string' },
  },
});
const limits = { '60 s': 1.03, '3 s': 1.15 } as const;
const zipformer = (name: string) => join(given.weights, 'zipformer-en-3.3M', name);
const init = {
  detector: join(given.weights, 'silero-vad/silero_vad.onnx'),
  recogniser: {
    kind: 'streaming-transducer',
    encoder: zipformer('encoder.int8.onnx'),
    decoder: zipformer('decoder.onnx'),
    joiner: zipformer('joiner.int8.onnx'),
    tokens: zipformer('tokens.txt'),
    bpeVocab: zipformer('bpe.vocab'),
    modelType: 'zipformer2',
  },
  threads: 1,
} satisfies SherpaInit;
const log: Log = { debug() {}, info() {}, warn() {}, error() {}, child: () => log };
const { signal } = new AbortController();
const call: Call = { signal, label: { hospitalId: 'bench', use: 'voice', requestId: 'bench' } };

const sentence: AudioFrame[] = [];
for await (const frame of decodeWav(readFileSync(given.wav), 16_000, signal)) sentence.push(frame);
/** The sentence again and again, cut to this length. */
const clipOf = (ms: number) => {
  const samples = joinSamples(Array.from({ length: Math.ceil(ms / clipMs(sentence)) }, () => sentence).flat()).subarray(0, ms * 16);
  return splitFrames(samples, 16_000);
};

const engine = startEngineProcess(sherpaEngine({ id: 'bench', purpose: 'speech-to-text', init }), {
  log,
  clock: systemClock,
  environment: { PATH: '/usr/bin:/bin' },
});
const hosted = sherpaSpeechToText('bench', engine, ['en']);
const { handlers } = await openEngine(init);
const transcribe = handlers.transcribe as (params: object, context: object) => AsyncIterable<TranscribedSegment>;
const bare = new (loadSherpa().OnlineRecognizer)({
  featConfig: { sampleRate: 16_000, featureDim: 80 },
  modelConfig: {
    transducer: { encoder: init.recogniser.encoder, decoder: init.recogniser.decoder, joiner: init.recogniser.joiner },
    tokens: init.recogniser.tokens,
    numThreads: 1,
    modelType: 'zipformer2',
  },
  decodingMethod: 'modified_beam_search',
});
await engine.warm(signal);

const ways = {
  host: async (clip: AudioFrame[]) => (await hosted.transcribe(clip, {}, call)).transcript.text,
  library: async (clip: AudioFrame[]) => {
    async function* input() {
      yield joinSamples(clip);
    }
    const texts: string[] = [];
    for await (const { text } of transcribe({ language: 'en', terms: [] }, { signal, input: input() })) texts.push(text);
    return texts.join(' ');
  },
  bare: async (clip: AudioFrame[]) => {
    const stream = bare.createStream();
    for (const samples of [toFloat(joinSamples(clip)), new Float32Array(8_000)]) stream.acceptWaveform({ samples, sampleRate: 16_000 });
    stream.inputFinished();
    while (bare.isReady(stream)) bare.decode(stream);
    return bare.getResult(stream).text;
  },
};

const runs = Number(given.runs);
const table: Record<string, Record<string, number | string>> = {};
for (const [name, ms] of [
  ['60 s', 60_000],
  ['3 s', 3_000],
] as const) {
  const clip = clipOf(ms);
  const took: Record<keyof typeof ways, number[]> = { host: [], library: [], bare: [] };
  const texts: Partial<Record<keyof typeof ways, string>> = {};
  for (let run = 0; run <= runs * (ms < 10_000 ? 4 : 1); run++) {
    for (const way of Object.keys(ways) as (keyof typeof ways)[]) {
      const begun = performance.now();
      texts[way] = await ways[way](clip);
      // The first round warms caches on all sides.
      if (run > 0) took[way].push(performance.now() - begun);
    }
  }
  if (texts.host !== texts.library) throw new Error('the host and the library heard different words');
  const [host, library, whole] = [median(took.host), median(took.library), median(took.bare)];
  table[name] = {
    'host ms': round(host),
    'library ms': round(library),
    'host ÷ library': round(host / library, 3),
    limit: limits[name],
    'real-time factor': round(host / ms, 4),
    'no detector ms': round(whole),
    'host ÷ no detector': round(host / whole, 3),
  };
}
console.table(table);
console.log(`engine process: ${Math.round((engine.state().residentBytes ?? 0) / 2 ** 20)} MB resident`);
if (given.json) writeFileSync(given.json, `${JSON.stringify(table, null, 2)}\n`);
await engine.close();
const over = Object.entries(table).filter(([name, row]) => (row['host ÷ library'] as number) > limits[name as keyof typeof limits]);
if (over.length > 0) {
  console.error(`over the limit: ${over.map(([name]) => name).join(', ')}`);
  process.exitCode = 1;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] as number;
}

function round(value: number, digits = 1): number {
  return Math.round(value * 10 ** digits) / 10 ** digits;
}
