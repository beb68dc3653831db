import type { Call } from '../../src/engines/call.ts';
import type { GenerationPart, LanguageModel, Prompt } from '../../src/engines/language-model.ts';
import { cancelled } from '../../src/shared/abort.ts';
import { AppError } from '../../src/shared/errors.ts';

/** What the fake says: text, tool calls, or some of both, in order. An error is thrown where it stands. */
export type FakeReply = string | readonly (string | { call: string; input: unknown } | Error)[];

export interface FakeLanguageModelOptions {
  readonly id?: string;
  readonly contextTokens?: number;
  /** Called before every word: a test that wants to hold the model between two words waits here. */
  readonly beforeWord?: (word: string, call: Call) => Promise<void> | void;
}

export interface FakeLanguageModel extends LanguageModel {
  /** Every prompt it was given, in order. */
  readonly prompts: readonly Prompt[];
  readonly prepared: readonly Prompt[];
  prepare(prompt: Prompt, call: Call): Promise<void>;
}

/**
 * A language model that says what a test wrote for it: a list of replies, one a turn (the last one again and again), or a function of
 * the prompt. Its tokens are words. It keeps the contract in all else: it stops when told to, counts, cuts, and refuses what is too long.
 */
export function fakeLanguageModel(
  script: readonly FakeReply[] | ((prompt: Prompt, turn: number) => FakeReply),
  options: FakeLanguageModelOptions = {},
): FakeLanguageModel {
  const { id = 'fake:language-model', contextTokens = 4096, beforeWord } = options;
  const prompts: Prompt[] = [];
  const prepared: Prompt[] = [];
  const warm = new Map<string, readonly string[]>();
  let calls = 0;

  function replyTo(prompt: Prompt): readonly (string | { call: string; input: unknown } | Error)[] {
    const turn = prompts.length - 1;
    const reply = typeof script === 'function' ? script(prompt, turn) : script[Math.min(turn, script.length - 1)];
    if (reply === undefined) throw new Error('the test wrote no reply for this turn');
    return typeof reply === 'string' ? [reply] : reply;
  }

  async function* generate(prompt: Prompt, call: Call): AsyncGenerator<GenerationPart> {
    const stopped = () => {
      if (call.signal.aborted) throw cancelled(call.signal);
    };
    stopped();
    prompts.push(prompt);
    const words = wordsOf(prompt);
    if (words.length >= contextTokens)
      throw new AppError(
        'too-large',
        'This conversation has become too long for the language model: {tokens} tokens, of which {limit} fit.',
        {
          reason: 'TOO_LARGE',
          values: { tokens: words.length, limit: contextTokens },
        },
      );
    const before = prompt.conversation === undefined ? [] : (warm.get(prompt.conversation) ?? []);
    const usage = { inputTokens: words.length, cachedTokens: commonLength(before, words), outputTokens: 0 };
    let called = false;
    for (const item of replyTo(prompt)) {
      if (item instanceof Error) throw item;
      if (typeof item === 'object') {
        called = true;
        yield { type: 'tool-call', id: `call_${++calls}`, name: item.call, input: item.input };
        continue;
      }
      for (const word of item.match(/\S+\s*|\s+/g) ?? []) {
        if (usage.outputTokens >= (prompt.maxTokens ?? Number.POSITIVE_INFINITY)) {
          yield { type: 'generation-end', reason: 'length', usage };
          return;
        }
        await beforeWord?.(word, call);
        await new Promise((resolve) => setImmediate(resolve));
        stopped();
        usage.outputTokens++;
        yield { type: 'text-delta', text: word };
      }
    }
    if (prompt.conversation !== undefined) warm.set(prompt.conversation, words);
    yield { type: 'generation-end', reason: called ? 'tool-calls' : 'stop', usage };
  }

  return {
    id,
    contextTokens,
    prompts,
    prepared,
    generate,
    async prepare(prompt, { signal }) {
      if (signal.aborted) throw cancelled(signal);
      prepared.push(prompt);
      if (prompt.conversation !== undefined) warm.set(prompt.conversation, wordsOf(prompt));
    },
  };
}

function wordsOf(prompt: Prompt): readonly string[] {
  if (prompt.messages.some(({ content }) => content.some((part) => part.type === 'image')))
    throw new AppError('invalid', 'The language model of this box reads text only; it cannot look at pictures.');
  const texts = [JSON.stringify(prompt.tools ?? []), ...prompt.messages.flatMap(({ role, content }) => [role, ...content.map(textOf)])];
  return texts.flatMap((text) => text.split(/\s+/)).filter(Boolean);
}

function textOf(part: Prompt['messages'][number]['content'][number]): string {
  if (part.type === 'text') return part.text;
  return JSON.stringify(part);
}

function commonLength(a: readonly string[], b: readonly string[]): number {
  const different = a.findIndex((word, index) => word !== b[index]);
  return different < 0 ? Math.min(a.length, b.length) : different;
}
