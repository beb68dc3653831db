/**
 * Finds where speech starts and ends from scores of how likely it is: a pure step, so that a live recogniser, a clip and a test all mean
 * the same by it. Speech starts after `startMs` at or above `on` and is dated back to their beginning; it ends after `endMs` below `off`
 * and is dated back to theirs. What counts as the end of a *turn* is not decided here.
 */
export interface EdgePolicy {
  readonly on: number;
  readonly off: number;
  readonly startMs: number;
  /** Quiet for so long is told as a pause, before it is known to be the end. */
  readonly pauseMs: number;
  readonly endMs: number;
}

export const edgePolicy: EdgePolicy = { on: 0.5, off: 0.35, startMs: 90, pauseMs: 96, endMs: 400 };

export interface EdgeState {
  readonly speaking: boolean;
  /** Since when the scores say the opposite of `speaking`. */
  readonly turningAtMs: number | undefined;
  /** A pause was told that has not ended yet. */
  readonly paused: boolean;
}

export type SpeechEdge = { readonly type: 'speech-start' | 'speech-pause' | 'speech-resume' | 'speech-end'; readonly atMs: number };

export const noSpeech: EdgeState = { speaking: false, turningAtMs: undefined, paused: false };

/** `fromMs` to `toMs` is the stretch of sound that the score is about. */
export function stepEdges(
  state: EdgeState,
  score: number,
  fromMs: number,
  toMs: number,
  policy: EdgePolicy,
): readonly [EdgeState, SpeechEdge | undefined] {
  const opposite = state.speaking ? score < policy.off : score >= policy.on;
  const { speaking, paused } = state;
  if (!opposite) {
    if (state.turningAtMs === undefined) return [state, undefined];
    return [{ speaking, turningAtMs: undefined, paused: false }, paused ? { type: 'speech-resume', atMs: fromMs } : undefined];
  }
  const turningAtMs = state.turningAtMs ?? fromMs;
  const turnedMs = toMs - turningAtMs;
  if (turnedMs < (speaking ? policy.endMs : policy.startMs)) {
    const pauses = speaking && !paused && turnedMs >= policy.pauseMs;
    return [{ speaking, turningAtMs, paused: paused || pauses }, pauses ? { type: 'speech-pause', atMs: turningAtMs } : undefined];
  }
  return [
    { speaking: !speaking, turningAtMs: undefined, paused: false },
    { type: state.speaking ? 'speech-end' : 'speech-start', atMs: turningAtMs },
  ];
}
