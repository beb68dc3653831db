/** How soon to ask for new words again. Each look is an entry in the patient's access log, so a silence is asked about less often. */
export function lookAfterMs(silentMs: number): number {
  return silentMs < 60_000 ? 1_000 : 3_000;
}
