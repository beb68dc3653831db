import type { Caller } from '../../domain/access/caller.ts';
import type { TokenMaker } from '../../domain/access/secrets.ts';
import type { Clock } from '../../shared/clock.ts';

/** Tickets that open one socket, once, within 30 s. They live in memory: a restart voids them, and a client asks for another. */
export interface Tickets {
  issue(caller: Caller): { ticket: string; expires_in: number };
  /** Who the ticket was for; undefined when it was never given out, is used, or too old. */
  redeem(ticket: string): Pick<Caller, 'userId' | 'hospitalId' | 'role' | 'sessionId' | 'patientId' | 'doctorId'> | undefined;
}

const LIFE_MS = 30_000;

export function makeTickets({ clock, tokens }: { clock: Clock; tokens: TokenMaker }): Tickets {
  const open = new Map<string, { caller: Caller; untilMs: number }>();
  return {
    issue(caller) {
      const now = clock.elapsedMs();
      for (const [old, { untilMs }] of open) if (untilMs <= now) open.delete(old);
      const ticket = tokens.random('bst_');
      open.set(tokens.hash(ticket), { caller, untilMs: now + LIFE_MS });
      return { ticket, expires_in: LIFE_MS / 1000 };
    },
    redeem(ticket) {
      const hash = tokens.hash(ticket);
      const found = open.get(hash);
      open.delete(hash);
      return found && found.untilMs > clock.elapsedMs() ? found.caller : undefined;
    },
  };
}
