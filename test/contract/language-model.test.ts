import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Prompt } from '../../src/engines/language-model.ts';
import { type LlamaChatOptions, llamaChatSpec, llamaLanguageModel } from '../../src/engines/llama/language-model.ts';
import { fakeLanguageModel } from '../fakes/fake-language-model.ts';
import { startForTest } from './engines.ts';
import { languageModelContract, says } from './language-model.ts';
import { tell, weights } from './matrix.ts';

const text = { type: 'string' };
const fields = (...names: string[]) => ({
  type: 'object',
  properties: Object.fromEntries(names.map((name) => [name, text])),
  required: names,
});
// The functions that the tiny chat model was trained on, in the order that it knows.
const tools: NonNullable<Prompt['tools']> = [
  { name: 'check_appointment_availability', description: 'Look up free slots of a doctor on a date', input: fields('doctor', 'date') },
  { name: 'book_appointment', description: 'Book an appointment', input: fields('patient_name', 'doctor', 'date', 'time', 'phone') },
  { name: 'cancel_appointment', description: 'Cancel an appointment', input: fields('patient_name', 'date') },
  { name: 'log_call_information', description: 'Store a message for the staff', input: fields('caller_name', 'phone', 'reason') },
];
const receptionist = says('system', 'You are the receptionist of a clinic.');
const talk: Prompt = { messages: [receptionist, says('user', 'Hello, I would like to see Dr. Rao about my headache. When can I come?')] };
const callsTool: Prompt = { messages: [receptionist, says('user', 'Is Dr. Rao free on Friday?')], tools };
const form: Prompt = {
  messages: [receptionist, says('user', 'The patient has had a fever for two days. Fill in the form.')],
  answerSchema: {
    type: 'object',
    properties: {
      complaint: text,
      days: { type: 'integer', minimum: 0 },
      severity: { enum: ['mild', 'moderate', 'severe'] },
      advice: { type: 'array', items: text },
    },
    required: ['complaint', 'days', 'severity', 'advice'],
    additionalProperties: false,
  },
};

tell('LanguageModel', 'fake', 'scripted', true);
languageModelContract('the fake', {
  open: async () => {
    const model = fakeLanguageModel(({ answerSchema, tools: given, messages }) => {
      if (answerSchema) return '{"complaint": "fever", "days": 2, "severity": "mild", "advice": ["rest"]}';
      if (given && messages.at(-1)?.role === 'user')
        return [{ call: 'check_appointment_availability', input: { doctor: 'Dr. Rao', date: 'Friday' } }];
      return 'Dr. Rao is free on Friday at ten. Shall I book that for you?';
    });
    return { model, close: async () => {} };
  },
  talk,
  callsTool,
  form,
  warm: true,
});

function llama(
  name: string,
  file: string | undefined,
  more: Partial<LlamaChatOptions>,
  subject: { callsTool?: Prompt; form?: Prompt },
): void {
  tell('LanguageModel', 'llama', name, file !== undefined);
  if (!file) return;
  languageModelContract(`llama with ${name}`, {
    open: async () => {
      const stateFolder = await mkdtemp(join(tmpdir(), 'llama-states-'));
      const options: LlamaChatOptions = {
        id: `llama:${name}`,
        modelPath: file,
        contextTokens: 1024,
        sequences: 3,
        threads: 1,
        stateFolder,
        ...more,
      };
      const engine = startForTest(llamaChatSpec(options));
      await engine.warm(new AbortController().signal);
      const close = async () => {
        await engine.close();
        await rm(stateFolder, { recursive: true });
      };
      return { model: llamaLanguageModel(engine, options), close };
    },
    talk,
    warm: true,
    ...subject,
  });
}

const clinic = weights('llama-clinic-tiny', 'clinic-tiny.gguf');
llama('llama-clinic-tiny, tools by its template', clinic, { tools: 'template' }, { callsTool, form });
llama('llama-clinic-tiny, tools as JSON', clinic, { tools: 'json' }, { form });
llama('stories260K', weights('stories260K', 'stories260K.gguf'), { contextTokens: 512 }, {});
