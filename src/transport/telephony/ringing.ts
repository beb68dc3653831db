import type { TokenMaker } from '../../domain/access/secrets.ts';
import type { Clock } from '../../shared/clock.ts';
import { AppError } from '../../shared/errors.ts';

/**
 * Calls that an exchange has told of: each rings once, is answered once, and has an end that the exchange may ask for. They live in
 * memory; a restart voids those that were not answered.
 */
export interface Ringing {
  /** A call rings; the token that answers it. Throws `forbidden` for a call that rang before. */
  ring(callId: string, call: Rung): string;
  /** Whose call this is, once, within a minute of its ringing. Undefined for anything else. */
  answer(callId: string, token: string): Rung | undefined;
  /** The same without a token, for exchanges on this machine whose call id is one. */
  answerKnown(callId: string): Rung | undefined;
  /** How the call ended. `desk`: put it through to a person; also where it ended in trouble. */
  ended(callId: string, how: 'desk' | 'over'): void;
  /** A call that has rung; `end` is undefined while it goes on, and of one that was never answered. */
  find(callId: string): { readonly call: Rung; readonly end: 'desk' | 'over' | undefined } | undefined;
}

export interface Rung {
  readonly hospitalId: string;
  readonly from: string | undefined;
  readonly desk: string | null;
}

const ANSWER_MS = 60_000;
/** So long nobody rings again as the same call. */
const REMEMBERED_MS = 24 * 3_600_000;
const MOST = 20_000;

interface Entry {
  readonly call: Rung;
  readonly hash: string;
  readonly rangAtMs: number;
  answered: boolean;
  end: 'desk' | 'over' | undefined;
}

export function makeRinging({ clock, tokens }: { clock: Clock; tokens: Pick<TokenMaker, 'random' | 'hash'> }): Ringing {
  const calls = new Map<string, Entry>();

  function forgetOld(): void {
    const nowMs = clock.elapsedMs();
    // Oldest first, as they came.
    for (const [id, { rangAtMs }] of calls) {
      if (calls.size < MOST && nowMs - rangAtMs < REMEMBERED_MS) return;
      calls.delete(id);
    }
  }

  function take(callId: string, fits: (entry: Entry) => boolean): Rung | undefined {
    const entry = calls.get(callId);
    if (!entry || entry.answered || clock.elapsedMs() - entry.rangAtMs > ANSWER_MS || !fits(entry)) return undefined;
    entry.answered = true;
    return entry.call;
  }

  return {
    ring(callId, call) {
      forgetOld();
      if (calls.has(callId)) throw new AppError('forbidden', 'This call has been put through before.');
      const token = tokens.random('bph_');
      calls.set(callId, { call, hash: tokens.hash(token), rangAtMs: clock.elapsedMs(), answered: false, end: undefined });
      return token;
    },
    answer: (callId, token) => take(callId, ({ hash }) => hash === tokens.hash(token)),
    answerKnown: (callId) => take(callId, () => true),
    ended(callId, how) {
      const entry = calls.get(callId);
      if (entry) entry.end = how;
    },
    find: (callId) => calls.get(callId),
  };
}
