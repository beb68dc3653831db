import type { Way } from './mailer.ts';

/** Hands something to a program of the hospital's own choosing by HTTP. Resolves and throws as a `Mailer` does. */
export interface Messenger {
  /** A text message, through a gateway: a telephone on the shelf, or a company. */
  sendText(gateway: Gateway, message: { readonly id: string; readonly phone: string; readonly text: string }, way: Way): Promise<void>;
  /** An event, signed with the secret that both sides know. */
  sendEvent(
    hook: Hook,
    event: { readonly id: string; readonly name: string; readonly body: string; readonly at: number },
    way: Way,
  ): Promise<void>;
}

export interface Gateway {
  /** With the places {phone}, {text}, {secret} and {id} after the host. */
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly contentType: 'application/json' | 'application/x-www-form-urlencoded';
  /** With the same places; none for GET. */
  readonly body: string | null;
  /** Sent as a bearer token where no place asks for it. */
  readonly secret: string | null;
}

export interface Hook {
  readonly url: string;
  readonly secret: string | null;
}
