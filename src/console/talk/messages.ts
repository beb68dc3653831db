import type { z } from 'zod';
import type { redFlag } from '../../transport/schema/consultations.ts';
import type { ServerMessage } from '../../transport/schema/voice.ts';

/** What the voice socket says, by the box's own description of it. */
export type { ServerMessage };
export type Message<T extends ServerMessage['type']> = Extract<ServerMessage, { readonly type: T }>;

export type RedFlag = z.output<typeof redFlag>;
export type Source = Message<'sources'>['sources'][number];
export type Viseme = NonNullable<Message<'audio_chunk'>['visemes']>[number];

/** A refusal, as much of it as a page reads. */
export interface Failure {
  readonly message: string;
  readonly error_code: string;
  readonly context?: Readonly<Record<string, unknown>>;
}

/** Undefined for what is no message of ours: a page must outlive a box that is newer than itself. */
export function readMessage(text: string): ServerMessage | undefined {
  try {
    const message: unknown = JSON.parse(text);
    return typeof message === 'object' && message !== null && typeof (message as { type?: unknown }).type === 'string'
      ? (message as ServerMessage)
      : undefined;
  } catch {
    return undefined;
  }
}
