import type { Call, Usage } from './call.ts';

export type Content =
  | { type: 'text'; text: string }
  | { type: 'image'; mediaType: string; data: Uint8Array }
  | { type: 'tool-call'; id: string; name: string; input: unknown }
  | { type: 'tool-result'; id: string; output: unknown };

export interface Message {
  readonly role: 'system' | 'user' | 'assistant' | 'tool';
  readonly content: readonly Content[];
}

export interface Prompt {
  readonly messages: readonly Message[];
  /** `input` is a JSON Schema. */
  readonly tools?: readonly { name: string; description: string; input: object }[];
  readonly answerSchema?: object;
  /** Same id, same KV sequence. */
  readonly conversation?: string;
  readonly maxTokens?: number;
  readonly temperature?: number;
}

export type GenerationPart =
  | { type: 'text-delta'; text: string }
  | { type: 'tool-call'; id: string; name: string; input: unknown } // surfaced, never executed by the engine
  | { type: 'generation-end'; reason: 'stop' | 'length' | 'tool-calls'; usage: Usage };

export interface LanguageModel {
  readonly id: string;
  readonly contextTokens: number;
  generate(prompt: Prompt, call: Call): AsyncIterable<GenerationPart>;
  /** Reads ahead, on a partial transcript for instance; a later generate with the same conversation finds the prefix warm. */
  prepare?(prompt: Prompt, call: Call): Promise<void>;
}
