/** What a closed socket means for the conversation. Close codes are the contract's (section 5). */
export type AfterClose =
  | { readonly do: 'retry'; readonly inMs: number; readonly newToken: boolean }
  /** Speech is not possible here; writing may be. */
  | { readonly do: 'text-only' }
  | { readonly do: 'end' }
  | { readonly do: 'sign-in' };

const WAITS_MS = [400, 1_000, 2_000, 4_000, 8_000];

export function afterClose(code: number, attempt: number): AfterClose {
  const inMs = WAITS_MS[Math.min(attempt, WAITS_MS.length - 1)] as number;
  if (code === 4401) return attempt === 0 ? { do: 'retry', inMs: 0, newToken: true } : { do: 'sign-in' };
  if (code === 4403 || code === 4404 || code === 4408 || code === 4409) return { do: 'end' };
  if (code === 4400) return { do: 'text-only' };
  // Others use every place that the box has: no hurry, or it would be asked by everybody all the time.
  if (code === 4429 || code === 1013) return { do: 'retry', inMs: Math.max(inMs, 4_000), newToken: false };
  return { do: 'retry', inMs, newToken: false };
}
