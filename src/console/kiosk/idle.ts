/** When a kiosk forgets a patient who has gone. An emergency on the screen stays longer: somebody may be fetching help. */
const IDLE_MS = 60_000;
const IDLE_WITH_FLAG_MS = 300_000;
const WARN_MS = 15_000;

export function idleState(
  quietMs: number,
  { flagged, busy }: { flagged: boolean; busy: boolean },
): { forget: boolean; warnSeconds: number | undefined } {
  const left = (flagged ? IDLE_WITH_FLAG_MS : IDLE_MS) - quietMs;
  // An answer that is being given is not silence.
  if (busy) return { forget: false, warnSeconds: undefined };
  return { forget: left <= 0, warnSeconds: left <= WARN_MS ? Math.max(0, Math.ceil(left / 1000)) : undefined };
}
