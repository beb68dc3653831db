/**
 * Finds where speech starts and ends from scores of how likely it is: a pure step, so that a live recogniser, a clip and a test all mean
 * the same by it. Speech starts after `startMs` at or above `on` and is dated back to their beginning; it ends after `endMs` below `off`
 * and is dated back to theirs. What counts as the end of a *turn* is not decided here.
 */
export interface EdgePolicy {
  readonly on: number;
  readonly off: number;
  readonly startMs: number;
  readonly endMs: number;
}

export const edgePolicy: EdgePolicy = { on: 0.5, off: 0.35, startMs: 90, endMs: 400 };

export interface EdgeState {
  readonly speaking: boolean;
  /** Since when the scores say the opposite of `speaking`. */
  readonly turningAtMs: number | undefined;
}

export type SpeechEdge = { readonly type: 'speech-start' | 'speech-end'; readonly atMs: number };

export const noSpeech: EdgeState = { speaking: false, turningAtMs: undefined };

/** `fromMs` to `toMs` is the stretch of sound that the score is about. */
export function stepEdges(
  state: EdgeState,
  score: number,
  fromMs: number,
  toMs: number,
  policy: EdgePolicy,
): readonly [EdgeState, SpeechEdge | undefined] {
  const opposite = state.speaking ? score < policy.off : score >= policy.on;
  if (!opposite) return [state.turningAtMs === undefined ? state : { speaking: state.speaking, turningAtMs: undefined }, undefined];
  const turningAtMs = state.turningAtMs ?? fromMs;
  if (toMs - turningAtMs < (state.speaking ? policy.endMs : policy.startMs)) return [{ speaking: state.speaking, turningAtMs }, undefined];
  return [
    { speaking: !state.speaking, turningAtMs: undefined },
    { type: state.speaking ? 'speech-end' : 'speech-start', atMs: turningAtMs },
  ];
}
