// Plays held-out conversations against the chat model as the service runs it (src/engines/llama), one answer at a time with the true history.
//
//   node measure.ts <model.gguf> <samples.jsonl>
//
// Also checks that the engine cuts whole conversations into the very tokens that the training used.
import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { getLlama, LlamaLogLevel, resolveChatWrapper } from 'node-llama-cpp';
import type { Message, Prompt } from '../../../src/engines/language-model.ts';
import { type Chat, openChat } from '../../../src/engines/llama/chat.ts';
import { functionsOf, historyOf } from '../../../src/engines/llama/history.ts';
import { withToolsAsJson } from '../../../src/engines/llama/tools-as-json.ts';

type Part = string | { name: string; params: object; result: object };
type Turn = ['user', string] | ['assistant', Part[]];
interface Sample {
  kind: string;
  way: 'functions' | 'json' | 'plain';
  system: string;
  turns: Turn[];
  tokens: number[];
}

const [modelPath = '', samplesPath = ''] = process.argv.slice(2);
const functions = JSON.parse(readFileSync(new URL('../../../test/fixtures/llama-tiny/functions.json', import.meta.url), 'utf8')) as Record<
  string,
  { description: string; params: object }
>;
const tools = Object.entries(functions).map(([name, { description, params }]) => ({ name, description, input: params }));
const noteSchema = {
  type: 'object',
  properties: { patient: { type: 'string' }, symptoms: { type: 'string' }, days: { type: 'integer' }, plan: { type: 'string' } },
  required: ['patient', 'symptoms', 'days', 'plan'],
};
const samples = readFileSync(samplesPath, 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as Sample);

const llama = await getLlama({ build: 'never', gpu: false, logLevel: LlamaLogLevel.error });
const model = await llama.loadModel({ modelPath });
const init = { kind: 'chat', modelPath, contextTokens: 4096, sequences: 1, threads: 1, gpu: false } as const;
const chats: Record<Sample['way'], Chat> = {
  functions: await openChat(llama, model, { ...init, tools: 'template' }),
  json: await openChat(llama, model, { ...init, tools: 'json' }),
  plain: await openChat(llama, model, { ...init, tools: 'auto' }),
};
const wrapper = resolveChatWrapper(model);

const scores = new Map<string, [right: number, all: number]>();
function score(what: string, right: boolean): void {
  const [before, all] = scores.get(what) ?? [0, 0];
  scores.set(what, [before + Number(right), all + 1]);
}

function promptOf(sample: Sample, messages: readonly Message[]): Prompt {
  const told: Message = { role: 'system', content: [{ type: 'text', text: sample.system }] };
  const answerSchema = sample.kind === 'note' ? { answerSchema: noteSchema } : {};
  return { messages: [told, ...messages], ...(sample.way === 'plain' ? {} : { tools }), ...answerSchema, temperature: 0, maxTokens: 200 };
}

async function answer(sample: Sample, messages: readonly Message[], conversation: string) {
  let text = '';
  let call: { name: string; input: unknown } | undefined;
  for await (const part of chats[sample.way].generate({ ...promptOf(sample, messages), conversation }, AbortSignal.timeout(120_000))) {
    if (part.type === 'text-delta') text += part.text;
    if (part.type === 'tool-call') call ??= { name: part.name, input: part.input };
  }
  return { text, call };
}

function sameTokens(sample: Sample, messages: readonly Message[]): boolean {
  const given = promptOf(sample, messages);
  const prompt = sample.way === 'json' ? withToolsAsJson(given) : given;
  const history = historyOf(prompt.messages, () => undefined);
  const state = wrapper.generateContextState({
    chatHistory: history,
    ...(sample.way === 'functions' ? { availableFunctions: functionsOf(tools) } : {}),
  });
  const tokens = state.contextText.tokenize(model.tokenizer).map(Number);
  // The last answer is still open in the engine's layout; training ends it.
  return isDeepStrictEqual(tokens, sample.tokens.slice(0, tokens.length)) && sample.tokens.length - tokens.length <= 1;
}

for (const [number, sample] of samples.entries()) {
  const messages: Message[] = [];
  let allCalls = true;
  for (const [who, said] of sample.turns) {
    if (who === 'user') {
      messages.push({ role: 'user', content: [{ type: 'text', text: said }] });
      continue;
    }
    for (const [place, part] of said.entries()) {
      const heard = await answer(sample, messages, String(number));
      const label = `${sample.kind} ${sample.way}`;
      if (typeof part === 'string') {
        const right = heard.text === part && !heard.call;
        score(`${label}: sentence word for word`, right);
        if (!right) console.log(`${label}: ${part} -> ${heard.text}${heard.call ? JSON.stringify(heard.call) : ''}`);
        messages.push({ role: 'assistant', content: [{ type: 'text', text: part }] });
        continue;
      }
      const exact = heard.call?.name === part.name && isDeepStrictEqual(heard.call.input, part.params);
      score(`${label}: right function`, heard.call?.name === part.name);
      score(`${label}: right function and parameters`, exact);
      score(`${part.name}: right function and parameters`, exact);
      allCalls &&= exact;
      if (!exact) console.log(`${label}: ${JSON.stringify(part.params)} -> ${heard.call ? JSON.stringify(heard.call) : heard.text}`);
      const id = `call_${number}_${messages.length}_${place}`;
      messages.push({ role: 'assistant', content: [{ type: 'tool-call', id, name: part.name, input: part.params }] });
      messages.push({ role: 'tool', content: [{ type: 'tool-result', id, output: part.result }] });
    }
  }
  score('engine and training cut the conversation alike', sameTokens(sample, messages));
  if (sample.kind === 'reception') score(`reception ${sample.way}: all calls of a conversation`, allCalls);
}
for (const [what, [right, all]] of [...scores].sort()) console.log(`${what}: ${right}/${all}`);
await llama.dispose();
