import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getLlama, LlamaChat, LlamaLogLevel } from 'node-llama-cpp';
import type { Prompt } from '../../src/engines/language-model.ts';
import { type LlamaChatOptions, llamaChatSpec, llamaLanguageModel } from '../../src/engines/llama/language-model.ts';
import { benchCall, cpuMs, live, median, report, startForBench, timed, undisturbed } from './measure.ts';
import { type LlamaName, randomWeights } from './random-weights.ts';

/**
 * The language model behind the wall against node-llama-cpp alone, on random weights of a real shape.
 *
 *   node scripts/bench/language-model.ts [0.5B-q8_0 | 0.5B-q4_0 | 1.5B-q8_0 | 1.5B-q4_0] [threads] [rounds] [write,read,warm,together,state]
 *
 * With as many threads as the box has cores, the figures are worth nothing while anything else runs: llama.cpp's threads wait for each
 * other in a busy loop, and one that is held up holds up all.
 */
const [name = '0.5B-q8_0', threadsText = '2', roundsText = '5', partsText = 'write,read,warm,together,state'] = process.argv.slice(2);
const parts = new Set(partsText.split(','));
const threads = Number(threadsText);
const rounds = Number(roundsText);
const modelPath = await randomWeights(name as LlamaName);
const stateFolder = await mkdtemp(join(tmpdir(), 'bench-states-'));
const options: LlamaChatOptions = {
  id: `llama:${name}`,
  modelPath,
  contextTokens: 2048,
  sequences: 4,
  threads,
  tools: 'template',
  stateFolder,
};
console.log(`${name}, ${threads} threads, ${rounds} rounds`);

// Every byte is a token of these weights, so a prompt has as many tokens as characters.
const words = (length: number, salt: string) =>
  `${salt} The patient has had a fever since Monday and coughs at night. `.repeat(Math.ceil(length / 60)).slice(0, length);
const system = words(500, 'Hospital policy:');
const prompt = (conversation: string, salt: string, tokens: number): Prompt => ({
  messages: [
    { role: 'system', content: [{ type: 'text', text: system }] },
    { role: 'user', content: [{ type: 'text', text: words(600, 'History:') + words(60, salt) }] },
  ],
  conversation,
  maxTokens: tokens,
  temperature: 0,
});

/** A turn of a conversation that has just begun. */
const brief = (conversation: string, tokens: number): Prompt => ({
  messages: [{ role: 'user', content: [{ type: 'text', text: words(40, conversation) }] }],
  conversation,
  maxTokens: tokens,
  temperature: 0,
});

const llama = await getLlama({
  build: 'never',
  skipDownload: true,
  progressLogs: false,
  gpu: false,
  maxThreads: threads,
  logLevel: LlamaLogLevel.error,
});
const alone = await llama.loadModel({ modelPath });
const context = await alone.createContext({ contextSize: 2048, sequences: 3, threads });
const sequence = context.getSequence();
const chat = new LlamaChat({ contextSequence: sequence });

let engine = startForBench(llamaChatSpec(options));
await engine.warm(live);
let model = llamaLanguageModel(engine, options);

interface Run {
  readonly firstMs: number;
  readonly tokensPerSecond: number;
  readonly cachedTokens: number;
}

async function through(given: Prompt): Promise<Run> {
  const start = performance.now();
  let firstAt = 0;
  let lastAt = 0;
  let pieces = 0;
  let cachedTokens = 0;
  for await (const part of model.generate(given, benchCall)) {
    if (part.type === 'text-delta') {
      lastAt = performance.now();
      firstAt ||= lastAt;
      pieces++;
    } else if (part.type === 'generation-end') cachedTokens = part.usage.cachedTokens ?? 0;
  }
  return { firstMs: firstAt - start, tokensPerSecond: ((pieces - 1) * 1000) / (lastAt - firstAt), cachedTokens };
}

async function library(given: Prompt): Promise<Run> {
  const start = performance.now();
  let firstAt = 0;
  let lastAt = 0;
  let pieces = 0;
  const history = given.messages.map(({ role, content }) => ({
    type: role as 'system' | 'user',
    text: (content[0] as { text: string }).text,
  }));
  await chat.generateResponse(history, {
    ...(given.maxTokens ? { maxTokens: given.maxTokens } : {}),
    temperature: 0,
    repeatPenalty: false,
    onTextChunk: () => {
      lastAt = performance.now();
      firstAt ||= lastAt;
      pieces++;
    },
  });
  return { firstMs: firstAt - start, tokensPerSecond: ((pieces - 1) * 1000) / (lastAt - firstAt), cachedTokens: 0 };
}

const results: boolean[] = [];

// 1. Tokens a second, in turns; the prompt is warm on both sides, so only the writing is compared.
if (parts.has('write')) {
  const pairs: { ours: number; theirs: number }[] = [];
  const cpu = { ours: 0, theirs: 0 };
  const runOurs = async () => {
    const before = cpuMs(engine);
    const { tokensPerSecond } = await undisturbed(engine, () => through(prompt('a', 'same', 48)));
    const after = cpuMs(engine);
    cpu.ours += after.engine - before.engine + after.here - before.here;
    return tokensPerSecond;
  };
  const runTheirs = async () => {
    const before = cpuMs();
    const { tokensPerSecond } = await undisturbed(engine, () => library(prompt('a', 'same', 48)));
    cpu.theirs += cpuMs().here - before.here;
    return tokensPerSecond;
  };
  await through(prompt('a', 'same', 4));
  await library(prompt('a', 'same', 4));
  for (let round = 0; round < rounds; round++) {
    const first = round % 2 === 0 ? await runOurs() : undefined;
    const theirs = await runTheirs();
    pairs.push({ ours: first ?? (await runOurs()), theirs });
  }
  report(
    '  the same in processor time: alone / host and adapter',
    cpu.theirs / cpu.ours,
    {},
    `${(cpu.ours / rounds / 48).toFixed(1)} and ${(cpu.theirs / rounds / 48).toFixed(1)} ms a token`,
  );
  const best = (side: 'ours' | 'theirs') => Math.max(...pairs.map((pair) => pair[side]));
  results.push(
    report(
      'tokens/s, host and adapter / node-llama-cpp alone (median pair)',
      median(pairs.map(({ ours, theirs }) => ours / theirs)),
      { atLeast: 0.97 },
      `best runs ${best('ours').toFixed(1)} and ${best('theirs').toFixed(1)} tokens/s, ratio ${(best('ours') / best('theirs')).toFixed(3)}`,
    ),
  );
}

// 2. Reading a prompt: steps between which a stop is seen, against one go.
if (parts.has('read')) {
  const reads: number[] = [];
  for (let round = 0; round < Math.max(2, rounds - 2); round++) {
    await sequence.clearHistory();
    const given = prompt(`r${round}`, 'same', 2);
    const theirs = await library(given);
    const ours = await through({
      ...given,
      messages: given.messages.map((message) => ({
        ...message,
        content: [{ type: 'text', text: `${round} ${(message.content[0] as { text: string }).text}` }],
      })),
    });
    reads.push(theirs.firstMs / ours.firstMs);
  }
  report('speed of reading a cold prompt in steps / in one go (median)', median(reads), {}, '1176 tokens');
}

// 3. First token, cold and with nine tenths of the prompt read before.
if (parts.has('warm')) {
  const firsts: number[] = [];
  let shared = 0;
  for (let round = 0; round < Math.max(2, rounds - 2); round++) {
    const salted = (given: Prompt): Prompt => ({
      ...given,
      messages: given.messages.map((message, index) =>
        index ? message : { ...message, content: [{ type: 'text', text: `${round} cold ${system}` }] },
      ),
    });
    const cold = await through(salted(prompt(`w${round}`, 'first question', 2)));
    const warm = await through(salted(prompt(`w${round}`, 'other question', 2)));
    shared = warm.cachedTokens;
    firsts.push(warm.firstMs / cold.firstMs);
  }
  results.push(
    report(
      'first token warm / cold, most of the prompt shared (median)',
      median(firsts),
      { atMost: 0.2 },
      `${shared} of 1180 tokens shared`,
    ),
  );
}

// 4. Two conversations at once against one.
if (parts.has('together')) {
  const using = async (work: () => Promise<unknown>) => {
    const before = cpuMs(engine).engine;
    const { ms } = await undisturbed(engine, () => timed(work));
    return { ms, cpu: cpuMs(engine).engine - before };
  };
  for (const conversations of [2, 4]) {
    const names = Array.from({ length: conversations }, (_, index) => `talk ${index}`);
    const all = (tokens: number) => () => Promise.all(names.map((one) => through(brief(one, tokens))));
    const together: number[] = [];
    const cpu = { single: 0, all: 0 };
    for (let round = 0; round < rounds + 2; round++) {
      await all(1)();
      const single = await using(() => through(brief('talk 0', 40)));
      const several = await using(all(40));
      // In the first two rounds the engine finds out which way is faster on this box.
      if (round < 2) continue;
      together.push((conversations * single.ms) / several.ms);
      cpu.single += single.cpu;
      cpu.all += several.cpu;
    }
    const what = `tokens/s of ${conversations} conversations together / of one (median)`;
    const detail = `best ${Math.max(...together).toFixed(2)}, in processor time ${((conversations * cpu.single) / cpu.all).toFixed(2)}`;
    results.push(report(what, median(together), conversations === 2 ? { atLeast: 1.3 } : {}, detail));
  }
}

// 5. The system text from disk after a restart.
if (parts.has('state')) {
  await through(prompt('s1', 'state', 2));
  await through(prompt('s2', 'state', 2));
  await engine.close();
  engine = startForBench(llamaChatSpec(options));
  await engine.warm(live);
  model = llamaLanguageModel(engine, options);
  const short = (salt: string, text: string): Prompt => ({
    ...prompt(salt, salt, 2),
    messages: [
      { role: 'system', content: [{ type: 'text', text }] },
      { role: 'user', content: [{ type: 'text', text: words(50, salt) }] },
    ],
  });
  const restored = await through(short('after', system));
  const unknown = await through(short('never', `Unknown ${system}`));
  report(
    'first token after a restart, system text from disk / read anew',
    restored.firstMs / unknown.firstMs,
    {},
    `${restored.cachedTokens} of 570 tokens from disk`,
  );
}

await engine.close();
await llama.dispose();
await rm(stateFolder, { recursive: true });
process.exitCode = results.every(Boolean) ? 0 : 1;
