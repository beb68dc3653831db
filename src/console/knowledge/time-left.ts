/** Below this nobody can tell. */
const TELL_AFTER_MS = 3_000;

/** Pure: seconds until the rest is done at the pace so far; undefined while it is too early to tell. */
export function timeLeftS(so: {
  readonly elapsedMs: number;
  /** What was done when the watch was started. */
  readonly from: number;
  readonly done: number;
  readonly total: number;
}): number | undefined {
  const made = so.done - so.from;
  if (so.elapsedMs < TELL_AFTER_MS || made <= 0 || so.done >= so.total) return undefined;
  return ((so.elapsedMs / made) * (so.total - so.done)) / 1000;
}
