// node scripts/bench/heard.ts <speech folder> [--phone] > heard.jsonl: what this box's recogniser makes of a folder of clips (utterances.jsonl beside audio/),
// one line of { id, text } each. --phone narrows the sound to a telephone's 8 kHz mu-law first. Weights as BEDSIDE_MODEL_SOURCE and BEDSIDE_PROFILE name them.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readConfig } from '../../src/config.ts';
import type { AudioFrame } from '../../src/engines/audio.ts';
import { machinesOf } from '../../src/main.ts';
import { makeLog } from '../../src/shared/log.ts';

const [folder = ''] = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const phone = process.argv.includes('--phone');
const machines = await machinesOf(readConfig(), () => {}, makeLog({ level: 'error', showPii: false }));
await machines.settled();
const signal = new AbortController().signal;
try {
  for (const line of readFileSync(join(folder, 'utterances.jsonl'), 'utf8').trim().split('\n')) {
    const { id, language } = JSON.parse(line) as { id: string; language: string };
    if (language !== 'en') continue; // no recogniser at hand hears people's Hindi
    const file = join(folder, 'audio', `${id}.wav`);
    const bytes = phone
      ? execFileSync('ffmpeg', ['-v', 'error', '-i', file, '-ar', '8000', '-ac', '1', '-c:a', 'pcm_mulaw', '-f', 'wav', 'pipe:1'])
      : readFileSync(file);
    const frames: AudioFrame[] = [];
    for await (const frame of machines.sound.decode(bytes, 16_000, signal)) frames.push(frame);
    const call = { signal, label: { hospitalId: 'bench', use: 'consultation', requestId: 'bench' } } as const;
    const { transcript } = await machines.hear('en').engine.transcribe(frames, { language: 'en' }, call);
    process.stdout.write(`${JSON.stringify({ id, text: transcript.text })}\n`);
  }
} finally {
  await machines.close();
}
