import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EngineProcess } from '../../src/engines/engine-process.ts';
import type { LanguageModel, Message, Prompt } from '../../src/engines/language-model.ts';
import { type LlamaChatOptions, llamaChatSpec, llamaLanguageModel } from '../../src/engines/llama/language-model.ts';
import { conforms } from '../contract/conforms.ts';
import { startForTest } from '../contract/engines.ts';
import { type Answer, answerOf, callOf, says } from '../contract/language-model.ts';
import { weights } from '../contract/matrix.ts';
import { formMaker } from './llama-forms.ts';

const modelPath = weights('llama-clinic-tiny', 'clinic-tiny.gguf');
if (!modelPath) console.log('Tests of the llama path with real weights are left out: llama-clinic-tiny is not here.');

const engines: EngineProcess[] = [];
const folders: string[] = [];
afterAll(async () => {
  await Promise.all(engines.map((engine) => engine.close()));
  await Promise.all(folders.map((folder) => rm(folder, { recursive: true })));
});

async function open(more: Partial<LlamaChatOptions> = {}): Promise<LanguageModel & { engine: EngineProcess }> {
  const options = {
    id: 'llama:test',
    modelPath: modelPath as string,
    contextTokens: 1024,
    sequences: 2,
    threads: 1,
    tools: 'template' as const,
    ...more,
  };
  const engine = startForTest(llamaChatSpec(options));
  engines.push(engine);
  await engine.warm(new AbortController().signal);
  return { ...llamaLanguageModel(engine, options), engine };
}

const text = { type: 'string' };
const fields = (...names: string[]) => ({
  type: 'object',
  properties: Object.fromEntries(names.map((name) => [name, text])),
  required: names,
});
const tools: NonNullable<Prompt['tools']> = [
  { name: 'check_appointment_availability', description: 'Look up free slots of a doctor on a date', input: fields('doctor', 'date') },
  { name: 'book_appointment', description: 'Book an appointment', input: fields('patient_name', 'doctor', 'date', 'time', 'phone') },
  { name: 'cancel_appointment', description: 'Cancel an appointment', input: fields('patient_name', 'date') },
  { name: 'log_call_information', description: 'Store a message for the staff', input: fields('caller_name', 'phone', 'reason') },
];
const receptionist = says('system', 'You are the receptionist of a clinic.');
const greedy = { temperature: 0, maxTokens: 60 } as const;
const ask = (model: LanguageModel, conversation: string, ...messages: Message[]): Promise<Answer> =>
  answerOf(model, { ...greedy, conversation, tools, messages: [receptionist, ...messages] });

describe.skipIf(!modelPath)('llama.cpp with a tiny trained model', () => {
  let model: LanguageModel;
  beforeAll(async () => {
    model = await open({ sequences: 3, contextTokens: 2048 });
  });

  test('calls the functions it was trained on, and speaks when it has their results', async () => {
    const asked = says('user', 'Is Dr. Rao free on Friday?');
    const first = await ask(model, 'a', asked);
    expect(first.calls).toMatchObject([{ name: 'check_appointment_availability', input: { doctor: 'Dr. Rao', date: 'Friday' } }]);
    const [call] = first.calls;
    if (!call) throw new Error('no call');
    const output = { available: true, slots: ['10:00', '11:30'] };
    const second = await ask(
      model,
      'a',
      asked,
      { role: 'assistant', content: [call] },
      { role: 'tool', content: [{ type: 'tool-result', id: call.id, output }] },
    );
    expect(second.text).toContain('Dr. Rao');
    // What the model wrote stands in its sequence as it was written: only the result is new.
    expect(second.end.usage.cachedTokens).toBeGreaterThan((first.end.usage.inputTokens as number) + 10);
    const cancelled = await ask(model, 'b', says('user', 'I want to cancel my appointment on Monday. My name is Ravi Kumar.'));
    expect(cancelled.calls).toMatchObject([{ name: 'cancel_appointment', input: { patient_name: 'Ravi Kumar', date: 'Monday' } }]);
  });

  test('is itself after a stop: what it says next depends on the messages, never on what was thrown away', async () => {
    const hello = says('user', 'Hello, I would like to see Dr. Rao about my headache.');
    const whole = (await ask(model, 'fresh', hello)).text;
    for (let after = 1; after <= 6; after++) {
      const stop = new AbortController();
      let said = '';
      await (async () => {
        const prompt = { ...greedy, conversation: 'stopped', tools, messages: [receptionist, hello] };
        for await (const part of model.generate(prompt, callOf(stop.signal))) {
          if (part.type === 'text-delta') said += part.text;
          if (said.length >= after * 4) stop.abort();
        }
      })().catch(() => {});
      expect(whole.startsWith(said)).toBe(true);
      // The person heard a part of the answer and spoke: the same conversation in a sequence that was never stopped goes on alike.
      const next = [hello, says('assistant', said), says('user', 'I have a fever as well.')];
      const stopped = await ask(model, 'stopped', ...next);
      const fresh = await ask(model, `fresh-${after}`, ...next);
      expect(stopped.text).toBe(fresh.text);
      expect((await ask(model, 'stopped', hello)).text).toBe(whole);
    }
  });

  test('keeps the conversations that were used last, and reads the one anew that had to go', async () => {
    const cached = async (conversation: string, words: string) =>
      (await answerOf(model, { ...greedy, maxTokens: 4, conversation, messages: [says('user', words)] })).end.usage.cachedTokens as number;
    expect(await cached('p', 'My head hurts since Monday morning')).toBeLessThan(6);
    expect(await cached('q', 'Could I speak with somebody about a bill')).toBeLessThan(6);
    expect(await cached('r', 'Where is the entrance for wheelchairs')).toBeLessThan(6);
    expect(await cached('p', 'My head hurts since Monday morning')).toBeGreaterThan(8);
    expect(await cached('s', 'Which doctor is here on Sunday')).toBeLessThan(6);
    expect(await cached('p', 'My head hurts since Monday morning')).toBeGreaterThan(8);
    expect(await cached('q', 'Could I speak with somebody about a bill')).toBeLessThan(6);
  });

  test('stops a prompt that is still being read', async () => {
    const stop = new AbortController();
    const long = { ...greedy, conversation: 'long', messages: [says('user', 'I have had a cough and a fever since Monday. '.repeat(110))] };
    const reading = answerOf(model, long, callOf(stop.signal)).catch((error: unknown) => error);
    await new Promise((resolve) => setTimeout(resolve, 15));
    stop.abort();
    expect(await reading).toMatchObject({ code: 'cancelled' });
    const again = await answerOf(model, { ...long, maxTokens: 3 });
    expect(again.end.usage.cachedTokens).toBeLessThan(again.end.usage.inputTokens as number);
  });

  test('remembers a shared system text over a restart, but nothing that stood in one conversation alone', async () => {
    const stateFolder = await mkdtemp(join(tmpdir(), 'llama-states-'));
    folders.push(stateFolder);
    const first = await open({ stateFolder });
    const hello = says('user', 'Hello');
    const alone = await ask(first, 'a', hello);
    expect(alone.end.usage.cachedTokens).toBe(0);
    expect(await readdir(stateFolder)).toEqual([]);
    const second = await ask(first, 'b', hello);
    expect(await readdir(stateFolder)).toHaveLength(1);
    await first.engine.close();

    const restarted = await open({ stateFolder });
    const third = await ask(restarted, 'c', hello);
    expect(third.text).toBe(second.text);
    expect(third.end.usage.cachedTokens).toBeGreaterThan((third.end.usage.inputTokens as number) * 0.9);
    await restarted.engine.close();

    const [name] = await readdir(stateFolder);
    const path = join(stateFolder, name ?? '');
    const bytes = await readFile(path);
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
    await writeFile(path, bytes);
    const tampered = await open({ stateFolder });
    const fourth = await ask(tampered, 'd', hello);
    expect(fourth.text).toBe(second.text);
    expect(fourth.end.usage.cachedTokens).toBe(0);
    expect(await readdir(stateFolder)).toEqual([]);
  });

  test('with tools as JSON either speaks or calls one of them, whatever it was trained on', async () => {
    const model = await open({ tools: 'json', contextTokens: 2048 });
    for (const words of [
      'Is Dr. Rao free on Friday?',
      'Hello',
      'I want to cancel my appointment on Monday.',
      'What is a fever?',
      'मुझे बुखार है',
    ]) {
      const {
        text: said,
        calls,
        end,
      } = await answerOf(model, { ...greedy, maxTokens: 200, tools, messages: [receptionist, says('user', words)] });
      for (const call of calls) expect(conforms(call.input, tools.find(({ name }) => name === call.name)?.input ?? {})).toBe(true);
      expect(said.length + calls.length > 0 || end.reason === 'length').toBe(true);
      expect(said).not.toMatch(/^\{"say"/);
    }
  }, 60_000);

  const forms = process.env.BEDSIDE_TEST_LONG === '1' ? 500 : 50;
  test(`fills in ${forms} forms of many shapes, each of them readable and whole`, async () => {
    const makeForm = formMaker(20260801);
    const wrong: string[] = [];
    let cut = 0;
    for (let i = 0; i < forms; i++) {
      const answerSchema = makeForm();
      const prompt: Prompt = {
        messages: [receptionist, says('user', `Visit ${i}: fever for ${1 + (i % 9)} days. Fill in the form.`)],
        answerSchema,
        temperature: i % 2 ? 0 : 0.9,
        maxTokens: 160,
      };
      const { text: answer, end } = await answerOf(model, prompt);
      if (end.reason === 'length') cut++;
      try {
        if (!conforms(JSON.parse(answer), answerSchema)) wrong.push(`${JSON.stringify(answerSchema)} -> ${answer}`);
      } catch {
        wrong.push(`${JSON.stringify(answerSchema)} -> ${answer}`);
      }
    }
    console.log(`${forms - wrong.length} of ${forms} forms are valid; ${cut} were brought to an end because the tokens ran out.`);
    expect(wrong).toEqual([]);
  }, 900_000);
});
