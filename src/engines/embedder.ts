import type { Call, Usage } from './call.ts';

export interface Embedder {
  /** Stored beside every vector it made. */
  readonly id: string;
  readonly dimensions: number;
  /** One vector of length 1 for each text, in order. */
  embed(texts: readonly string[], call: Call): Promise<{ vectors: readonly Float32Array[]; usage: Usage }>;
}
