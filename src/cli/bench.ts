import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { readConfig } from '../config.ts';
import type { AudioFrame } from '../engines/audio.ts';
import type { Call } from '../engines/call.ts';
import type { Machines } from '../engines/machines.ts';
import { machinesOf } from '../main.ts';
import { AppError } from '../shared/errors.ts';
import { makeLog } from '../shared/log.ts';
import { type Flags, settingsOf, withFlags } from './flags.ts';
import { say } from './say.ts';

/** One figure of this box: what, of which engine, how much, in what unit. */
interface Figure {
  readonly what: string;
  readonly engine: string;
  readonly value: number;
  readonly unit: string;
}

const sentence = 'Good morning. I have had a fever and a cough since Monday, and my head hurts when I lie down.';
const prompt = 'The patient says: I have had a fever since Monday. Answer in one sentence. '.repeat(12);

/** `bedside bench`: how fast this box hears, thinks and speaks, and how many conversations it carries at once. */
export function benchCommand(): Command {
  const command = new Command('bench')
    .description('Measure how fast this box hears, thinks and speaks, and how many conversations it carries')
    .option('--out <file>', 'where the figures are written, as JSON (default: bench.json in the data folder)');
  return withFlags(command, 'home', 'profile', 'models', 'modelSource').action(async (options: Flags & { out?: string }) => {
    const config = readConfig(settingsOf(options));
    const machines = await machinesOf(config, () => {}, makeLog({ level: 'error', showPii: false }));
    try {
      await machines.settled();
      const figures = await measure(machines);
      const sessions = sessionsThatFit(figures);
      const out = options.out ?? join(config.home, 'bench.json');
      writeFileSync(out, `${JSON.stringify({ at: new Date().toISOString(), figures, voice_sessions: sessions }, null, 2)}\n`);
      for (const { what, engine, value, unit } of figures)
        say.line(`${what.padEnd(34)} ${engine.padEnd(24)} ${String(Math.round(value * 1000) / 1000).padStart(10)} ${unit}`);
      say.line(
        sessions === null
          ? 'Voice sessions at a time: not known, because this box cannot hear or speak yet.'
          : `Voice sessions at a time: ${sessions}`,
      );
      say.line(`Written to ${out}; \`serve\` admits no more sessions than that.`);
    } finally {
      await machines.close();
    }
  });
}

async function measure(machines: Machines): Promise<Figure[]> {
  const figures: Figure[] = [];
  const call: Call = { signal: new AbortController().signal, label: { hospitalId: 'bench', use: 'voice', requestId: 'bench' } };
  const note = (what: string, engine: string, value: number, unit: string) => figures.push({ what, engine, value, unit });
  /** A machine that is not there is a line, and no end. */
  const part = async (what: string, work: () => Promise<void>) => {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      say.line(`${what.padEnd(34)} ${error.message}`);
    }
  };
  const clip: AudioFrame[] = [];

  await part('speaking', async () => {
    const { engine, voice } = machines.speak('en');
    for (const run of ['cold', 'warm']) {
      const startedMs = performance.now();
      let firstMs = 0;
      clip.length = 0;
      for await (const spoken of engine.speak(one(sentence), { voice }, call)) {
        if (spoken.type !== 'speech-audio') continue;
        firstMs ||= performance.now() - startedMs;
        clip.push(spoken.frame);
      }
      note(`first sound, ${run}`, engine.id, firstMs, 'ms');
      if (run === 'warm') note('speaking, real-time factor', engine.id, (performance.now() - startedMs) / soundMs(clip), 'x');
    }
  });
  await part('hearing', async () => {
    const { engine } = machines.hear('en');
    await engine.transcribe(clip, { language: 'en' }, call);
    const startedMs = performance.now();
    await engine.transcribe(clip, { language: 'en' }, call);
    note('hearing a clip, real-time factor', engine.id, (performance.now() - startedMs) / soundMs(clip), 'x');
  });
  await part('hearing live', async () => {
    const { engine } = machines.hearLive('en');
    const startedMs = performance.now();
    for await (const _ of engine.listen(each(clip), { language: 'en' }, call));
    note('hearing live, real-time factor', engine.id, (performance.now() - startedMs) / soundMs(clip), 'x');
  });
  await part('thinking', async () => {
    const chosen = machines.think('en');
    if (!chosen) return;
    for (const run of ['cold', 'warm']) {
      const startedMs = performance.now();
      let firstMs = 0;
      for await (const made of chosen.engine.generate(
        { messages: [{ role: 'user', content: [{ type: 'text', text: prompt }] }], conversation: 'bench', maxTokens: 64, temperature: 0 },
        call,
      )) {
        firstMs ||= performance.now() - startedMs;
        if (made.type !== 'generation-end') continue;
        const { inputTokens = 0, outputTokens = 0 } = made.usage;
        note(`first token, ${run}`, chosen.engine.id, firstMs, 'ms');
        if (run === 'cold') note('reading', chosen.engine.id, (inputTokens / firstMs) * 1000, 'tokens/s');
        else
          note('writing', chosen.engine.id, (Math.max(0, outputTokens - 1) / (performance.now() - startedMs - firstMs)) * 1000, 'tokens/s');
      }
    }
  });
  await part('embedding', async () => {
    const chosen = machines.embed();
    if (!chosen) return;
    const texts = Array.from({ length: 200 }, (_, n) => `${sentence} ${n}`);
    await chosen.engine.embed(texts.slice(0, 4), call);
    const startedMs = performance.now();
    await chosen.engine.embed(texts, call);
    note('embedding', chosen.engine.id, (texts.length / (performance.now() - startedMs)) * 1000, 'texts/s');
  });
  return figures;
}

/** Pure: a session hears all the time and speaks half of it; a core does what its real-time factors say, and a fifth of it stays free. */
export function sessionsThatFit(figures: readonly Figure[], cores = navigator.hardwareConcurrency): number | null {
  const factor = (what: string) => figures.find((figure) => figure.what === `${what}, real-time factor`)?.value;
  const [hears, speaks] = [factor('hearing live') ?? factor('hearing a clip'), factor('speaking')];
  if (hears === undefined || speaks === undefined) return null;
  return Math.max(1, Math.floor((cores * 0.8) / (hears + speaks / 2)));
}

const soundMs = (frames: readonly AudioFrame[]) =>
  frames.reduce((sum, { samples, sampleRate }) => sum + (samples.length / sampleRate) * 1000, 0);

async function* one(text: string): AsyncGenerator<string> {
  yield text;
}
async function* each<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}
