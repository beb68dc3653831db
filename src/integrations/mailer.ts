import type { Distance } from '../shared/distance.ts';

/**
 * Hands a mail to a mail server. Resolves when the server has said that it has it, and not before. Throws `unavailable` for what may
 * go better later (with the reason UNREACHABLE where nobody answered), `refused` for what never will, and `forbidden` (EGRESS_DENIED)
 * where the server lies farther away than may be gone.
 */
export interface Mailer {
  send(mail: Mail, way: Way): Promise<void>;
}

/** How far something may go, and when to give up on it. */
export interface Way {
  readonly allowed: readonly Distance[];
  readonly signal: AbortSignal;
}

export interface Mail {
  /** The same each time this mail is sent, so that whoever gets it twice sees that it is one. Without angle brackets. */
  readonly messageId: string;
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** An invitation, or its withdrawal. */
  readonly calendar: { readonly method: string; readonly content: string } | null;
}
