import type { LoginWait } from './access-store.ts';

/** Pure rules against guessing passwords. An account waits after 5 wrong ones; an address after it tried 20 accounts in vain. */
const ACCOUNT_FREE = 5;
const ADDRESS_FREE = 20;
const FIRST_WAIT_MS = 5_000;
const LONGEST_WAIT_MS = 15 * 60_000;
/** After this long without a wrong guess, counting begins anew. */
const FORGET_MS = 12 * 3_600_000;

/** How long the subject still has to wait. More than was ever asked for comes from a clock that ran ahead, and is no wait. */
export function waitLeftMs(wait: LoginWait | undefined, nowMs: number): number {
  const left = Math.max(0, (wait?.waitUntil ?? 0) - nowMs);
  return left > LONGEST_WAIT_MS ? 0 : left;
}

export function afterWrongGuess(before: LoginWait | undefined, kind: 'account' | 'address', nowMs: number): LoginWait {
  const stale = before !== undefined && Math.abs(nowMs - before.lastFailedAt) > FORGET_MS;
  const failures = (stale ? 0 : (before?.failures ?? 0)) + 1;
  const over = failures - (kind === 'account' ? ACCOUNT_FREE : ADDRESS_FREE);
  const wait = over < 0 ? 0 : Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(over, 20));
  return { failures, lastFailedAt: nowMs, waitUntil: nowMs + wait };
}
