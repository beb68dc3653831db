import {
  type ChatHistoryItem,
  type ChatModelFunctions,
  ChatWrapper,
  type LlamaModel,
  type LlamaTextJSON,
  type Token,
} from 'node-llama-cpp';
import type { Prompt } from '../language-model.ts';
import { functionsOf, historyOf } from './history.ts';
import { unionSchema, withToolsAsJson } from './tools-as-json.ts';

/** A prompt as this model reads it. */
export interface Reading {
  readonly history: ChatHistoryItem[];
  readonly functions: ChatModelFunctions | undefined;
  readonly answerSchema: object | undefined;
  /** The answer is one JSON object, words or a call. */
  readonly asJson: boolean;
  readonly tokens: readonly Token[];
  /** How many of the tokens are the first system text and the tools: the same for every conversation of a kind. */
  readonly shared: number;
}

export interface Reader {
  read(prompt: Prompt): Reading;
  /** How many of the tokens stay as they are, should the person go on speaking. */
  steady(prompt: Prompt, reading: Reading): number;
}

export function makeReader(parts: {
  readonly model: LlamaModel;
  readonly wrapper: ChatWrapper;
  readonly toolsAsJson: boolean;
  readonly rawCall: (id: string) => LlamaTextJSON | undefined;
}): Reader {
  const { model, wrapper } = parts;

  function tokensOf(history: ChatHistoryItem[], functions: ChatModelFunctions | undefined): readonly Token[] {
    const open: ChatHistoryItem[] = history.at(-1)?.type === 'model' ? history : [...history, { type: 'model', response: [] }];
    return wrapper
      .generateContextState({ chatHistory: open, ...(functions ? { availableFunctions: functions } : {}) })
      .contextText.tokenize(model.tokenizer);
  }

  function read(given: Prompt): Reading {
    const tools = given.tools ?? [];
    const asJson = tools.length > 0 && (parts.toolsAsJson || given.answerSchema !== undefined);
    const prompt = asJson ? withToolsAsJson(given) : given;
    const functions = tools.length > 0 && !asJson ? functionsOf(tools) : undefined;
    const history = historyOf(prompt.messages, parts.rawCall);
    const tokens = tokensOf(history, functions);
    const first = history[0]?.type === 'system' ? [history[0]] : [];
    const shared = commonLength(tokens, tokensOf([...first, { type: 'user', text: '' }], functions));
    const answerSchema = asJson ? unionSchema(tools, given.answerSchema) : given.answerSchema;
    return { history, functions, answerSchema, asJson, tokens, shared };
  }

  return {
    read,
    // The last word may still grow, so one token less.
    steady: (prompt, reading) => commonLength(reading.tokens, read(withMoreSaid(prompt)).tokens) - 1,
  };
}

/** True when a model's template has a way of its own to call tools. The library has a general one for all others, which no model was taught. */
export function hasOwnToolSyntax(wrapper: ChatWrapper): boolean {
  return String(wrapper.settings.functions.call.prefix) !== String(ChatWrapper.defaultSettings.functions.call.prefix);
}

/**
 * The library puts the tools behind all system texts; here they stand behind the first, so that a second one about this patient
 * does not part the conversations before the tools were read.
 */
export function toolsBehindFirstSystemText(wrapper: ChatWrapper): ChatWrapper {
  wrapper.addAvailableFunctionsSystemMessageToHistory = (history, functions, { documentParams = true } = {}) => {
    if (!functions || Object.keys(functions).length === 0) return history;
    const text = wrapper.generateAvailableFunctionsSystemText(functions, { documentParams }).toJSON();
    const at = history[0]?.type === 'system' ? 1 : 0;
    return [...history.slice(0, at), { type: 'system', text }, ...history.slice(at)];
  };
  return wrapper;
}

export function commonLength(a: readonly Token[], b: readonly Token[]): number {
  const most = Math.min(a.length, b.length);
  for (let i = 0; i < most; i++) if (a[i] !== b[i]) return i;
  return most;
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
