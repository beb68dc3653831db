// Measures the recogniser as the service runs it: whisper.cpp in a process of its own, through the adapter (src/engines/whisper).
//
//   node measure.ts <model.bin> <test folder of corpus.py> [most clips of each version]
//
// Word error: lower case, no punctuation, errors pooled over all words. `shorter` hears with an encoder window of 5 s where the clip fits,
// `prompted` hands over a list of terms, of which few were said; both are done for the clean clips only.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEngineProcess } from '../../../src/engines/host/process.ts';
import { splitFrames } from '../../../src/engines/pcm.ts';
import { whisperSpec, whisperSpeechToText } from '../../../src/engines/whisper/speech-to-text.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import type { Log } from '../../../src/shared/log.ts';

const [modelPath = '', folder = '', most = '1000'] = process.argv.slice(2);
const wavHeaderBytes = 44;
const samplesPerSecond = 16_000;
const terms = ['Doctor Rao', 'Doctor Mensah', 'paracetamol', 'Fatima Khan'];

interface Clip {
  file: string;
  version: string;
  voice: string;
  kind: string;
  text: string;
}

type Way = 'plain' | 'shorter' | 'prompted';

function clipsOf(transcripts: string): Clip[] {
  return transcripts
    .trimEnd()
    .split('\n')
    .map((line) => {
      const [file = '', version = '', voice = '', kind = '', text = ''] = line.split('\t');
      return { file, version, voice, kind, text };
    });
}

function words(text: string): string[] {
  const bare = text.toLowerCase().replace(/[^\p{L}\p{N}' ]/gu, ' ');
  return bare.split(' ').filter(Boolean);
}

/** Words to insert, remove or change to get from one list to the other. */
function distance(from: string[], to: string[]): number {
  let row = [0, ...to.map((_, index) => index + 1)];
  for (const [index, word] of from.entries()) {
    const next = [index + 1];
    for (const [place, other] of to.entries()) {
      const change = (row[place] ?? 0) + (word === other ? 0 : 1);
      next.push(Math.min(change, (row[place + 1] ?? 0) + 1, (next[place] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}

class Tally {
  clips = 0;
  exact = 0;
  words = 0;
  errors = 0;

  add(said: string, heard: string): boolean {
    const expected = words(said);
    const missed = distance(expected, words(heard));
    this.clips += 1;
    this.exact += Number(said === heard);
    this.words += expected.length;
    this.errors += missed;
    return missed > 0;
  }

  toString(): string {
    const rate = this.words > 0 ? `, word error ${((100 * this.errors) / this.words).toFixed(2)} % of ${this.words} words` : '';
    return `${this.exact}/${this.clips} letter by letter${rate}`;
  }
}

const silent: Log = { debug() {}, info() {}, warn() {}, error() {}, child: () => silent };
const cacheFolder = await mkdtemp(join(tmpdir(), 'whisper-measure-'));
const call = { signal: new AbortController().signal, label: { hospitalId: 'none', use: 'consultation', requestId: 'measure' } } as const;

function start(shorterWindows: readonly number[]) {
  const spec = whisperSpec({ id: 'whisper:demo', modelPath, windowMs: 10_000, threads: 1, retries: false, shorterWindows, cacheFolder });
  return startEngineProcess(spec, { log: silent, clock: systemClock, environment: { PATH: process.env.PATH ?? '' } });
}
const engines = { whole: start([]), shorter: start([5000]) };

async function hear(file: string, way: Way): Promise<{ text: string; seconds: number }> {
  const wav = await readFile(join(folder, file));
  const samples = new Int16Array(wav.buffer.slice(wav.byteOffset + wavHeaderBytes, wav.byteOffset + wav.length));
  const hints = { language: 'en', ...(way === 'prompted' ? { terms } : {}) };
  const speech = whisperSpeechToText(way === 'shorter' ? engines.shorter : engines.whole);
  const { transcript } = await speech.transcribe(splitFrames(samples, samplesPerSecond), hints, call);
  return { text: transcript.text, seconds: samples.length / samplesPerSecond };
}

const clips = clipsOf(await readFile(join(folder, 'transcripts.tsv'), 'utf8'));
const plans: [string, Way][] = [
  ['clean', 'plain'],
  ['noisy', 'plain'],
  ['telephone', 'plain'],
  ['clean', 'shorter'],
  ['clean', 'prompted'],
  ['nothing', 'plain'],
];
const misheard: string[] = [];
for (const [version, way] of plans) {
  const tallies = new Map<string, Tally>();
  const chosen = clips.filter((clip) => clip.version === version).slice(0, version === 'nothing' ? undefined : Number(most));
  let seconds = 0;
  const began = performance.now();
  for (const clip of chosen) {
    const heard = await hear(clip.file, way);
    seconds += heard.seconds;
    const groups = clip.kind === 'jumble' ? ['words in no order'] : version === 'nothing' ? ['not speech'] : ['sentences', clip.kind];
    for (const group of groups) {
      const tally = tallies.get(group) ?? new Tally();
      tallies.set(group, tally);
      const wrong = tally.add(clip.text, heard.text);
      if (wrong && group === groups[0]) misheard.push(`${way} ${clip.file} ${clip.voice}: ${clip.text} -> ${heard.text}`);
    }
  }
  console.log(`${version}, ${way}: ${((performance.now() - began) / 1000 / seconds).toFixed(2)} of real time`);
  for (const [group, tally] of tallies) console.log(`  ${group}: ${tally}`);
}
await Promise.all([engines.whole.close(), engines.shorter.close()]);
await rm(cacheFolder, { recursive: true });
for (const line of misheard) console.log(line);
