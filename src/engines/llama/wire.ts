import type { GenerationPart, Prompt } from '../language-model.ts';

/** What the adapters and their workers say to each other across the wall. */
export interface ChatInit {
  readonly kind: 'chat';
  readonly modelPath: string;
  /** For each conversation. */
  readonly contextTokens: number;
  /** So many conversations keep what was read of them, and so many are answered at once. */
  readonly sequences: number;
  readonly threads: number;
  readonly gpu: boolean;
  readonly tools: ToolSyntax;
  /** Where states of system prompts are kept; absent: nowhere. */
  readonly stateFolder?: string;
}

/** How a model calls tools: as its template says, as a JSON object under a grammar, or whichever of the two it was made for. */
export type ToolSyntax = 'auto' | 'template' | 'json';

export interface EmbedderInit {
  readonly kind: 'embedder' | 'reranker';
  readonly modelPath: string;
  readonly threads: number;
  readonly gpu: boolean;
}

export type LlamaInit = ChatInit | EmbedderInit;

export interface GenerateParams {
  readonly prompt: Prompt;
}

/** `reading` tells how far a prompt was read: a sign of life, and what a call that was stopped has used. */
export type ChatPart = GenerationPart | { type: 'reading'; inputTokens: number; cachedTokens: number };
