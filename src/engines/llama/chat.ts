import { stat } from 'node:fs/promises';
import {
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
import { jsonText } from './json-text.ts';
import { type Landing, makeLanding, restClosers, stringClosers } from './landing.ts';
import { partQueue } from './part-queue.ts';
import { commonLength, hasOwnToolSyntax, makeReader, type Reading, toolsBehindFirstSystemText } from './reading.ts';
import { openSavedStates } from './saved-states.ts';
import { frugalAnswer, grammarOf } from './schema-grammar.ts';
import { type Lease, shareSequences } from './sequences.ts';
import { readUnion } from './tools-as-json.ts';
import type { ChatInit, ChatPart } from './wire.ts';

/**
 * A chat model and its sequences. Everything that was read of a conversation stays in its sequence, so the next turn reads only what is
 * new; generations of several conversations run in one batch. A prompt is read in steps, and between steps and tokens the signal is looked at.
 */
export interface Chat {
  readonly contextTokens: number;
  readonly toolsAsJson: boolean;
  generate(prompt: Prompt, signal: AbortSignal): AsyncGenerator<ChatPart>;
  prepare(prompt: Prompt, signal: AbortSignal): AsyncGenerator<ChatPart>;
}

/** Tokens read in one step: small enough that a stop, or another conversation's next token, does not wait long. */
const step = 64;
const defaultMaxTokens = 1024;
const defaultTemperature = 0.3;
/** Shorter beginnings are read as fast as they are loaded. */
const worthSaving = 64;
const signOfLifeMs = 10_000;
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
  const reader = makeReader({ model, wrapper, toolsAsJson, rawCall: (id) => rawCalls.get(id) });
  const grammars = new Map<string, LlamaGrammar>();
  const bias = {
    free: new TokenBias(model.tokenizer),
    closeString: preferring(model, stringClosers),
    closeRest: preferring(model, restClosers),
  };

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
    const reading = reader.read(prompt);
    const { tokens } = reading;
    const room = context.contextSize - tokens.length - 2;
    const landingTokens = reading.answerSchema ? model.tokenize(frugalAnswer(reading.answerSchema)).length * 2 + 16 : 0;
    // A form gets the tokens that it needs to be whole, even if fewer were granted.
    const leastTokens = landingTokens > 0 ? landingTokens + 16 : 1;
    if (room < Math.max(16, leastTokens)) throw tooLong(tokens.length, context.contextSize);
    const maxTokens = Math.min(room, Math.max(prompt.maxTokens ?? defaultMaxTokens, leastTokens));

    const taking = sequences.take({
      conversation: prompt.conversation,
      shared: ({ sequence }) => commonLength(sequence.contextTokens, tokens),
      signal,
    });
    let lease: Lease<LlamaChat> | undefined;
    try {
      // Who waits gives a sign of life from time to time, lest the engine be taken for hung.
      while (!(await within(taking, signOfLifeMs))) yield { type: 'reading', inputTokens: 0, cachedTokens: 0 };
      lease = await taking;
      let read = { inputTokens: 0, cachedTokens: 0 };
      // The last token is left to the generation, which has to start from one.
      for await (read of readInto(lease.sequence.sequence, reading, tokens.length - 1, prompt.conversation, 5, signal))
        yield { type: 'reading', ...read };
      yield* answer(lease.sequence, reading, { prompt, maxTokens, landingTokens, cachedTokens: read.cachedTokens }, signal);
    } finally {
      // Also for a reader who walked away while waiting: what comes to him later goes back.
      if (lease) lease.leave();
      else
        taking.then(
          (late) => late.leave(),
          () => {},
        );
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

  async function* prepare(prompt: Prompt, signal: AbortSignal): AsyncGenerator<ChatPart> {
    if (prompt.conversation === undefined) return;
    const reading = reader.read(prompt);
    const until = reader.steady(prompt, reading);
    if (until < 1 || reading.tokens.length + 16 > context.contextSize) return;
    const giveWay = new AbortController();
    const lease = sequences.tryTake({
      conversation: prompt.conversation,
      shared: ({ sequence }) => commonLength(sequence.contextTokens, reading.tokens),
      yields: () => giveWay.abort(),
    });
    if (!lease) return;
    try {
      const either = AbortSignal.any([signal, giveWay.signal]);
      for await (const read of readInto(lease.sequence.sequence, reading, until, prompt.conversation, 1, either))
        yield { type: 'reading', ...read };
    } catch (error) {
      if (!giveWay.signal.aborted || signal.aborted) throw error;
    } finally {
      lease.leave();
    }
  }

  return { contextTokens: context.contextSize, toolsAsJson, generate, prepare };
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

/** True when the promise was settled within this time. */
async function within(promise: Promise<unknown>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  const settled = promise.then(
    () => true,
    () => true,
  );
  return Promise.race([settled, late]).finally(() => clearTimeout(timer));
}
