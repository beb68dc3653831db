/** What can go wrong, in one closed list. How a door says it (HTTP status, close code) is the door's table, not ours. */
export type ErrorCode =
  | 'invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'not-found'
  | 'conflict'
  | 'too-large'
  | 'rate-limited'
  | 'overloaded'
  | 'unavailable'
  | 'timed-out'
  | 'refused'
  | 'cancelled'
  | 'internal';

export interface AppErrorDetails {
  /** The contract's error_code, where one code has several. */
  readonly reason?: string;
  readonly retryAfterMs?: number;
  readonly fields?: readonly {
    readonly path: string;
    readonly message: string;
    readonly values?: Readonly<Record<string, string | number>>;
  }[];
  readonly context?: Readonly<Record<string, unknown>>;
  /** What stands in the message's `{name}` places; a door needs them to say the same sentence in another language. */
  readonly values?: Readonly<Record<string, string | number>>;
}

export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: ErrorCode;
  readonly details: AppErrorDetails;
  /** The sentence before its places are filled: the key under which translations are found. */
  readonly sentence: string;

  /** `sentence` is safe to show and holds no patient's words; `cause` is for the log only. */
  constructor(code: ErrorCode, sentence: string, details: AppErrorDetails = {}, cause?: unknown) {
    super(fill(sentence, details.values), cause === undefined ? undefined : { cause });
    this.code = code;
    this.details = details;
    this.sentence = sentence;
  }
}

/** Puts values into the `{name}` places of a sentence; a place without a value stays as it is. */
export function fill(sentence: string, values: Readonly<Record<string, string | number>> = {}): string {
  return sentence.replace(/\{(\w+)\}/g, (place, name: string) => (Object.hasOwn(values, name) ? String(values[name]) : place));
}

/** True for what an aborted signal throws: our own `cancelled`, or the platform's AbortError. */
export function isCancelled(error: unknown): boolean {
  return (error instanceof AppError && error.code === 'cancelled') || (error instanceof Error && error.name === 'AbortError');
}
