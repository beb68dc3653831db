import { stat } from 'node:fs/promises';
import {
  type ChatHistoryItem,
  type ChatModelFunctions,
  ChatWrapper,
  getModuleVersion,
  type Llama,
  LlamaChat,
  type LlamaContextSequence,
  type LlamaGrammar,
  type LlamaModel,
  type LlamaTextJSON,
  resolveChatWrapper,
  type Token,
  TokenBias,
} from 'node-llama-cpp';
import { cancelled, throwIfAborted } from '../../shared/abort.ts';
import { AppError } from '../../shared/errors.ts';
import { newId } from '../../shared/ids.ts';
import type { Prompt } from '../language-model.ts';
import { shareBatches } from './batches.ts';
import { functionsOf, historyOf } from './history.ts';
import { jsonText } from './json-text.ts';
import { type Landing, makeLanding, restClosers, stringClosers } from './landing.ts';
import { openSavedStates } from './saved-states.ts';
import { frugalAnswer, grammarOf } from './schema-grammar.ts';
import { type Lease, shareSequences } from './sequences.ts';
import { readUnion, unionSchema, withToolsAsJson } from './tools-as-json.ts';
import type { ChatInit, ChatPart } from './wire.ts';

/**
 * A chat model and its sequences. Everything that was read of a conversation stays in its sequence, so the next turn reads only what is
 * new; generations of several conversations run in one batch. A prompt is read in steps, and between steps and tokens the signal is looked at.
 */
export interface Chat {
  readonly contextTokens: number;
  readonly toolsAsJson: boolean;
  generate(prompt: Prompt, signal: AbortSignal): AsyncGenerator<ChatPart>;
  prepare(prompt: Prompt, signal: AbortSignal): Promise<void>;
}

/** Tokens read in one step: small enough that a stop, or another conversation's next token, does not wait long. */
const step = 64;
const defaultMaxTokens = 1024;
const defaultTemperature = 0.3;
/** Shorter beginnings are read as fast as they are loaded. */
const worthSaving = 64;
const rememberedCalls = 512;
const rememberedGrammars = 64;

export async function openChat(llama: Llama, model: LlamaModel, init: ChatInit): Promise<Chat> {
  const batches = shareBatches(() => performance.now());
  const context = await model.createContext({
    contextSize: Math.min(init.contextTokens, model.trainContextSize ?? init.contextTokens),
    sequences: init.sequences,
    threads: init.threads,
    batching: { itemPrioritizationStrategy: batches.strategy },
  });
  const wrapper = toolsBehindFirstSystemText(resolveChatWrapper(model));
  const chats = Array.from(
    { length: init.sequences },
    () => new LlamaChat({ contextSequence: context.getSequence(), chatWrapper: wrapper }),
  );
  const sequences = shareSequences(chats);
  const states = init.stateFolder ? await openSavedStates(init.stateFolder, await stateKind(llama, model, init.modelPath)) : undefined;
  const toolsAsJson = init.tools === 'json' || (init.tools === 'auto' && !hasOwnToolSyntax(wrapper));
  const rawCalls = new Map<string, LlamaTextJSON>();
  const grammars = new Map<string, LlamaGrammar>();
  const bias = {
    free: new TokenBias(model.tokenizer),
    closeString: preferring(model, stringClosers),
    closeRest: preferring(model, restClosers),
  };

  interface Reading {
    readonly history: ChatHistoryItem[];
    readonly functions: ChatModelFunctions | undefined;
    readonly answerSchema: object | undefined;
    readonly asJson: boolean;
    readonly tokens: readonly Token[];
    /** How many of the tokens are the first system text and the tools: the same for every conversation of a kind. */
    readonly shared: number;
  }

  function read(given: Prompt): Reading {
    const tools = given.tools ?? [];
    const asJson = tools.length > 0 && (toolsAsJson || given.answerSchema !== undefined);
    const prompt = asJson ? withToolsAsJson(given) : given;
    const functions = tools.length > 0 && !asJson ? functionsOf(tools) : undefined;
    const history = historyOf(prompt.messages, (id) => rawCalls.get(id));
    const tokens = tokensOf(history, functions);
    const first = history[0]?.type === 'system' ? [history[0]] : [];
    const shared = commonLength(tokens, tokensOf([...first, { type: 'user', text: '' }], functions));
    const answerSchema = asJson ? unionSchema(tools, given.answerSchema) : given.answerSchema;
    return { history, functions, answerSchema, asJson, tokens, shared };
  }

  function tokensOf(history: ChatHistoryItem[], functions: ChatModelFunctions | undefined): readonly Token[] {
    const open: ChatHistoryItem[] = history.at(-1)?.type === 'model' ? history : [...history, { type: 'model', response: [] }];
    return wrapper
      .generateContextState({ chatHistory: open, ...(functions ? { availableFunctions: functions } : {}) })
      .contextText.tokenize(model.tokenizer);
  }

  /** Reads tokens into a sequence, as far as they are not there already. */
  async function* readInto(
    sequence: LlamaContextSequence,
    reading: Reading,
    until: number,
    conversation: string | undefined,
    priority: 1 | 5,
    signal: AbortSignal,
  ): AsyncGenerator<{ inputTokens: number; cachedTokens: number }> {
    const { tokens } = reading;
    const beginning = tokens.slice(0, reading.shared);
    const saving = states && beginning.length >= worthSaving && beginning.length < until ? states : undefined;
    if (saving && commonLength(sequence.contextTokens, beginning) < beginning.length / 2) await saving.load(sequence, beginning);
    await sequence.adaptStateToTokens(tokens.slice(0, until) as Token[], false);
    const cachedTokens = sequence.nextTokenIndex;
    const wanted = saving?.wants(beginning, conversation) && cachedTokens <= beginning.length ? saving : undefined;
    yield { inputTokens: cachedTokens, cachedTokens };
    for (let at = cachedTokens; at < until; at = sequence.nextTokenIndex) {
      throwIfAborted(signal);
      const end = Math.min(until, at + step, wanted && at < beginning.length ? beginning.length : until);
      await sequence.evaluateWithoutGeneratingNewTokens(tokens.slice(at, end) as Token[], { evaluationPriority: priority });
      if (wanted && end === beginning.length) await wanted.save(sequence, beginning);
      yield { inputTokens: end, cachedTokens };
    }
    throwIfAborted(signal);
  }

  async function* generate(prompt: Prompt, signal: AbortSignal): AsyncGenerator<ChatPart> {
    const reading = read(prompt);
    const { tokens } = reading;
    const room = context.contextSize - tokens.length - 2;
    const landingTokens = reading.answerSchema ? model.tokenize(frugalAnswer(reading.answerSchema)).length * 2 + 16 : 0;
    // A form gets the tokens that it needs to be whole, even if fewer were granted.
    const leastTokens = landingTokens > 0 ? landingTokens + 16 : 1;
    if (room < Math.max(16, leastTokens)) throw tooLong(tokens.length, context.contextSize);
    const maxTokens = Math.min(room, Math.max(prompt.maxTokens ?? defaultMaxTokens, leastTokens));

    const lease = await sequences.take({
      conversation: prompt.conversation,
      shared: ({ sequence }) => commonLength(sequence.contextTokens, tokens),
      signal,
    });
    try {
      let read = { inputTokens: 0, cachedTokens: 0 };
      // The last token is left to the generation, which has to start from one.
      for await (read of readInto(lease.sequence.sequence, reading, tokens.length - 1, prompt.conversation, 5, signal))
        yield { type: 'reading', ...read };
      yield* answer(lease.sequence, reading, { prompt, maxTokens, landingTokens, cachedTokens: read.cachedTokens }, signal);
    } finally {
      lease.leave();
    }
  }

  async function* answer(
    chat: LlamaChat,
    reading: Reading,
    limits: { prompt: Prompt; maxTokens: number; landingTokens: number; cachedTokens: number },
    signal: AbortSignal,
  ): AsyncGenerator<ChatPart> {
    const { answerSchema, functions } = reading;
    const queue = partQueue<ChatPart>();
    const union = reading.asJson ? readUnion() : undefined;
    const grammar = answerSchema && (await grammarFor(answerSchema));
    const stop = new AbortController();
    const json = jsonText();
    const landing: Landing | undefined =
      answerSchema && makeLanding({ json, freeTokens: limits.maxTokens - limits.landingTokens, ...bias });
    const say = (text: string) => {
      if (text) queue.push({ type: 'text-delta', text });
    };
    const before = chat.sequence.tokenMeter.getState();
    const written = batches.writes();
    const generated = chat
      .generateResponse(reading.history, {
        signal: AbortSignal.any([signal, stop.signal]),
        maxTokens: limits.maxTokens,
        temperature: limits.prompt.temperature ?? defaultTemperature,
        repeatPenalty: false,
        budgets: { thoughtTokens: 0 },
        onTextChunk: (text) => {
          if (answerSchema) json.add(text);
          say(union ? union.add(text) : text);
        },
        ...(grammar && landing ? { grammar, tokenBias: () => landing.bias() } : {}),
        ...(functions ? { functions } : {}),
      } as Parameters<LlamaChat['generateResponse']>[1])
      .finally(() => {
        written();
        queue.end();
      });
    generated.catch(() => {});
    try {
      yield* queue;
    } finally {
      // Nobody else may have the sequence before the generation has let go of it.
      stop.abort();
      await generated.catch(() => {});
    }
    const response = await generated.catch((error: unknown) => {
      throw signal.aborted ? cancelled(signal) : error;
    });
    const outputTokens = chat.sequence.tokenMeter.getState().usedOutputTokens - before.usedOutputTokens;
    const usage = { inputTokens: reading.tokens.length, cachedTokens: limits.cachedTokens, outputTokens };

    const calls: { name: string; input: unknown; raw?: LlamaTextJSON }[] = (response.functionCalls ?? []).map(
      (call: { functionName: string; params?: unknown; raw: LlamaTextJSON }) => ({
        name: call.functionName,
        input: call.params ?? {},
        raw: call.raw,
      }),
    );
    // A call that was brought to its end before the model had written it is not the model's wish.
    const called = landing?.engaged ? undefined : union?.call();
    if (called) calls.push(called);
    for (const call of calls) {
      const id = `call_${newId().replaceAll('-', '')}`;
      if (call.raw) remember(id, call.raw);
      yield { type: 'tool-call', id, name: call.name, input: call.input };
    }
    const cut = landing?.engaged || response.metadata.stopReason === 'maxTokens';
    yield { type: 'generation-end', reason: calls.length > 0 ? 'tool-calls' : cut ? 'length' : 'stop', usage };
  }

  function remember(id: string, raw: LlamaTextJSON): void {
    rawCalls.set(id, raw);
    if (rawCalls.size > rememberedCalls) rawCalls.delete(rawCalls.keys().next().value as string);
  }

  async function grammarFor(schema: object): Promise<LlamaGrammar> {
    const text = grammarOf(schema);
    const grammar = grammars.get(text) ?? (await llama.createGrammar({ grammar: text }));
    grammars.set(text, grammar);
    if (grammars.size > rememberedGrammars) grammars.delete(grammars.keys().next().value as string);
    return grammar;
  }

  async function prepare(prompt: Prompt, signal: AbortSignal): Promise<void> {
    const reading = read(prompt);
    // The person may still be speaking: what stands after the words so far is not read, nor the last word, which may grow.
    const until = commonLength(reading.tokens, read(withMoreSaid(prompt)).tokens) - 1;
    if (until < 1 || reading.tokens.length + 16 > context.contextSize || prompt.conversation === undefined) return;
    const giveWay = new AbortController();
    const both = AbortSignal.any([signal, giveWay.signal]);
    const lease: Lease<LlamaChat> | undefined = sequences.tryTake({
      conversation: prompt.conversation,
      shared: ({ sequence }) => commonLength(sequence.contextTokens, reading.tokens),
      yields: () => giveWay.abort(),
    });
    if (!lease) return;
    try {
      for await (const _ of readInto(lease.sequence.sequence, reading, until, prompt.conversation, 1, both));
    } catch (error) {
      if (!giveWay.signal.aborted || signal.aborted) throw error;
    } finally {
      lease.leave();
    }
  }

  return { contextTokens: context.contextSize, toolsAsJson, generate, prepare };
}

/** True when a model's template has a way of its own to call tools. The library has a general one for all others, which no model was taught. */
function hasOwnToolSyntax(wrapper: ChatWrapper): boolean {
  return String(wrapper.settings.functions.call.prefix) !== String(ChatWrapper.defaultSettings.functions.call.prefix);
}

/**
 * The library puts the tools behind all system texts; here they stand behind the first, so that a second one about this patient
 * does not part the conversations before the tools were read.
 */
function toolsBehindFirstSystemText(wrapper: ChatWrapper): ChatWrapper {
  wrapper.addAvailableFunctionsSystemMessageToHistory = (history, functions, { documentParams = true } = {}) => {
    if (!functions || Object.keys(functions).length === 0) return history;
    const text = wrapper.generateAvailableFunctionsSystemText(functions, { documentParams }).toJSON();
    const at = history[0]?.type === 'system' ? 1 : 0;
    return [...history.slice(0, at), { type: 'system', text }, ...history.slice(at)];
  };
  return wrapper;
}

function preferring(model: LlamaModel, pieces: readonly string[]): TokenBias {
  const bias = new TokenBias(model.tokenizer);
  for (const piece of pieces) {
    const tokens = model.tokenize(piece);
    if (tokens.length === 1) bias.set(tokens as Token[], { logit: 60 + 10 * (piece.match(/[\]}]/g)?.length ?? 0) });
  }
  return bias;
}

/** Everything that a saved state depends on besides its tokens. */
async function stateKind(llama: Llama, model: LlamaModel, modelPath: string): Promise<string> {
  const { size, mtimeMs } = await stat(modelPath);
  return JSON.stringify([await getModuleVersion(), llama.gpu, modelPath, size, mtimeMs, model.fileInfo.tensorInfoSize]);
}

function tooLong(tokens: number, limit: number): AppError {
  return new AppError(
    'too-large',
    'This conversation has become too long for the language model: {tokens} tokens, of which {limit} fit. Please start a new conversation or ask about fewer documents.',
    { reason: 'TOO_LARGE', values: { tokens, limit } },
  );
}

/** The same prompt, had the person gone on speaking. */
function withMoreSaid(prompt: Prompt): Prompt {
  const messages = [...prompt.messages];
  const last = messages.pop();
  if (last?.role !== 'user') return prompt;
  const content = last.content.map((part, index) =>
    index === last.content.length - 1 && part.type === 'text' ? { ...part, text: `${part.text}…` } : part,
  );
  return { ...prompt, messages: [...messages, { ...last, content }] };
}

function commonLength(a: readonly Token[], b: readonly Token[]): number {
  const most = Math.min(a.length, b.length);
  for (let i = 0; i < most; i++) if (a[i] !== b[i]) return i;
  return most;
}

/** From callbacks to an iterable. It holds no more than one answer. */
function partQueue<T>() {
  const parts: T[] = [];
  let ended = false;
  let wake: (() => void) | undefined;
  return {
    push(part: T) {
      parts.push(part);
      wake?.();
    },
    end() {
      ended = true;
      wake?.();
    },
    async *[Symbol.asyncIterator]() {
      for (;;) {
        const part = parts.shift();
        if (part !== undefined) yield part;
        else if (ended) return;
        else
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
      }
    },
  };
}
