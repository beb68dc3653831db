import type { Call, Usage } from './call.ts';

/** Says how well each passage answers the question. */
export interface Reranker {
  readonly id: string;
  /** One score for each passage, in order; higher is better, comparable only within one call. */
  rank(question: string, passages: readonly string[], call: Call): Promise<{ scores: readonly number[]; usage: Usage }>;
}
