import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Call } from '../../src/engines/call.ts';
import type { GenerationPart, LanguageModel, Message, Prompt } from '../../src/engines/language-model.ts';
import { AppError } from '../../src/shared/errors.ts';
import { conforms } from './conforms.ts';

/** What a language model is tried with: prompts that this one is able to answer. */
export interface LanguageModelSubject {
  readonly open: () => Promise<{ model: LanguageModel; close(): Promise<void> }>;
  /** Answered with at least a few words. */
  readonly talk: Prompt;
  /** Answered with a call of one of its tools; absent where the model cannot be brought to it. */
  readonly callsTool?: Prompt;
  /** A small form to fill in. */
  readonly form?: Prompt;
  /** True where a second turn of a conversation finds the first one read already. */
  readonly warm: boolean;
}

export const callOf = (signal: AbortSignal = new AbortController().signal): Call => ({
  signal,
  label: { hospitalId: 'h1', use: 'consultation', requestId: 'r1' },
});
export const says = (role: Message['role'], text: string): Message => ({ role, content: [{ type: 'text', text }] });

export interface Answer {
  readonly text: string;
  readonly calls: readonly Extract<GenerationPart, { type: 'tool-call' }>[];
  readonly end: Extract<GenerationPart, { type: 'generation-end' }>;
}

export async function answerOf(model: LanguageModel, prompt: Prompt, call: Call = callOf()): Promise<Answer> {
  const parts: GenerationPart[] = [];
  for await (const part of model.generate(prompt, call)) parts.push(part);
  const ends = parts.filter((part) => part.type === 'generation-end');
  expect(ends).toHaveLength(1);
  expect(parts.at(-1)).toBe(ends[0]);
  return {
    text: parts.map((part) => (part.type === 'text-delta' ? part.text : '')).join(''),
    calls: parts.filter((part) => part.type === 'tool-call'),
    end: ends[0] as Answer['end'],
  };
}

export function languageModelContract(name: string, subject: LanguageModelSubject): void {
  describe(`a language model: ${name}`, () => {
    let model: LanguageModel;
    let close: () => Promise<void>;
    beforeAll(async () => {
      ({ model, close } = await subject.open());
    });
    afterAll(() => close());
    const talk: Prompt = { ...subject.talk, temperature: 0, maxTokens: 60 };

    test('answers in pieces and ends once, with what it used', async () => {
      const { text, end } = await answerOf(model, talk);
      expect(text.trim()).not.toBe('');
      expect(end.usage.inputTokens).toBeGreaterThan(0);
      expect(end.usage.outputTokens).toBeGreaterThan(0);
      expect(end.reason).toMatch(/stop|length/);
    });

    test('stops after as many tokens as it may write, and says so', async () => {
      const { end } = await answerOf(model, { ...talk, maxTokens: 2 });
      expect(end.reason).toBe('length');
      expect(end.usage.outputTokens).toBeLessThanOrEqual(2);
    });

    test('does nothing for a call that was stopped before it began', async () => {
      const error = await answerOf(model, talk, callOf(AbortSignal.abort())).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: 'cancelled' });
    });

    test('stops when told to, and answers the same question afterwards as if nothing had been', async () => {
      const whole = await answerOf(model, { ...talk, conversation: 'stopped' });
      for (const after of [1, 2, 3]) {
        const stop = new AbortController();
        let pieces = 0;
        const error = await (async () => {
          for await (const part of model.generate({ ...talk, conversation: 'stopped' }, callOf(stop.signal)))
            if (part.type === 'text-delta' && ++pieces === after) stop.abort();
        })().catch((thrown: unknown) => thrown);
        expect(error).toMatchObject({ code: 'cancelled' });
        expect(pieces).toBeLessThanOrEqual(after + 1);
        expect((await answerOf(model, { ...talk, conversation: 'stopped' })).text).toBe(whole.text);
      }
    });

    test('is free again when its reader walks away', async () => {
      for (let i = 0; i < 6; i++) for await (const _ of model.generate({ ...talk, conversation: `left-${i}` }, callOf())) break;
      expect((await answerOf(model, talk)).text).not.toBe('');
    });

    test('refuses what is too long with a sentence that a person understands', async () => {
      const long = says('user', 'word '.repeat(model.contextTokens * 2));
      const error = await answerOf(model, { ...talk, messages: [long] }).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(AppError);
      expect(['too-large', 'invalid']).toContain((error as AppError).code);
      expect((error as AppError).message).toMatch(/long/);
      expect((error as AppError).message).not.toMatch(/[{}]/);
      expect((await answerOf(model, talk)).text).not.toBe('');
    });

    test('says that it cannot look at a picture rather than making something up', async () => {
      const picture: Message = { role: 'user', content: [{ type: 'image', mediaType: 'image/png', data: new Uint8Array(8) }] };
      await expect(answerOf(model, { ...talk, messages: [picture] })).rejects.toMatchObject({ code: 'invalid' });
    });

    test('answers several at once as it answers one after the other', async () => {
      const prompts = ['one', 'two', 'three', 'four', 'five'].map((conversation) => ({ ...talk, conversation, maxTokens: 12 }));
      const together = await Promise.all(prompts.map((prompt) => answerOf(model, prompt)));
      const alone = await answerOf(model, { ...talk, maxTokens: 12 });
      for (const { text } of together) expect(text.slice(0, 8)).toBe(alone.text.slice(0, 8));
    });

    test('reads no more than what is new of a conversation it knows', async () => {
      if (!subject.warm) return;
      const conversation = `warm-${Math.random()}`;
      const first = await answerOf(model, { ...talk, conversation });
      const more = [...talk.messages, says('assistant', first.text), says('user', 'And then?')];
      const second = await answerOf(model, { ...talk, conversation, messages: more });
      expect(second.end.usage.cachedTokens).toBeGreaterThanOrEqual((first.end.usage.inputTokens as number) - 8);
    });

    test('reads ahead while the person is still speaking', async () => {
      if (!model.prepare || !subject.warm) return;
      const conversation = `ahead-${Math.random()}`;
      const said = talk.messages.at(-1)?.content[0];
      if (said?.type !== 'text') throw new Error('the prompt of this subject does not end with words');
      const half = said.text.slice(0, Math.ceil(said.text.length * 0.8));
      await model.prepare({ ...talk, conversation, messages: [...talk.messages.slice(0, -1), says('user', half)] }, callOf());
      const { end } = await answerOf(model, { ...talk, conversation });
      expect(end.usage.cachedTokens).toBeGreaterThan((end.usage.inputTokens as number) * 0.4);
      const stopped = model.prepare({ ...talk, conversation: 'x' }, callOf(AbortSignal.abort()));
      await expect(stopped).rejects.toMatchObject({ code: 'cancelled' });
    });

    test('names the tool it wants, and goes on when it has the result', async () => {
      if (!subject.callsTool) return;
      const prompt: Prompt = { ...subject.callsTool, temperature: 0, conversation: `tools-${Math.random()}` };
      const { calls, end } = await answerOf(model, prompt);
      expect(end.reason).toBe('tool-calls');
      const [call] = calls;
      if (!call) throw new Error('no call');
      const tool = prompt.tools?.find(({ name }) => name === call.name);
      expect(tool).toBeDefined();
      expect(conforms(call.input, tool?.input ?? {})).toBe(true);
      const next = await answerOf(model, {
        ...prompt,
        maxTokens: 80,
        messages: [
          ...prompt.messages,
          { role: 'assistant', content: [call] },
          { role: 'tool', content: [{ type: 'tool-result', id: call.id, output: { available: true, slots: ['10:00'] } }] },
        ],
      });
      expect(next.text.length + next.calls.length).toBeGreaterThan(0);
      for (const other of next.calls) expect(other.id).not.toBe(call.id);
    });

    test('fills in a form so that it can be read by a machine', async () => {
      if (!subject.form) return;
      const { text, end } = await answerOf(model, { ...subject.form, temperature: 0, maxTokens: 120 });
      expect(conforms(JSON.parse(text), subject.form.answerSchema ?? {})).toBe(true);
      expect(end.reason).toMatch(/stop|length/);
    });
  });
}
