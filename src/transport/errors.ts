import type { AppError, ErrorCode } from '../shared/errors.ts';
import { isCancelled, AppError as Known } from '../shared/errors.ts';
import { say } from './words/say.ts';

/** How each code is said at a door: HTTP status, WebSocket close code, the contract's `error`, and its `error_code` unless the error names one. */
const table: Readonly<
  Record<ErrorCode, { status: number; close: number; error: string; errorCode: string; level: 'debug' | 'info' | 'warn' | 'error' }>
> = {
  invalid: { status: 400, close: 4400, error: 'ValidationError', errorCode: 'VALIDATION_ERROR', level: 'info' },
  unauthenticated: { status: 401, close: 4401, error: 'AuthenticationError', errorCode: 'AUTHENTICATION_ERROR', level: 'info' },
  forbidden: { status: 403, close: 4403, error: 'AuthorizationError', errorCode: 'AUTHORIZATION_ERROR', level: 'info' },
  'not-found': { status: 404, close: 4404, error: 'ResourceNotFoundError', errorCode: 'NOT_FOUND', level: 'debug' },
  conflict: { status: 409, close: 4409, error: 'DataIntegrityError', errorCode: 'CONFLICT', level: 'info' },
  'too-large': { status: 413, close: 4400, error: 'ValidationError', errorCode: 'TOO_LARGE', level: 'info' },
  'rate-limited': { status: 429, close: 4429, error: 'RateLimitError', errorCode: 'RATE_LIMITED', level: 'info' },
  refused: { status: 422, close: 4400, error: 'ValidationError', errorCode: 'REFUSED', level: 'warn' },
  overloaded: { status: 503, close: 1013, error: 'OverloadedError', errorCode: 'OVERLOADED', level: 'warn' },
  unavailable: { status: 503, close: 1013, error: 'EngineUnavailableError', errorCode: 'ENGINE_UNAVAILABLE', level: 'warn' },
  'timed-out': { status: 504, close: 4408, error: 'TimeoutError', errorCode: 'TIMED_OUT', level: 'warn' },
  cancelled: { status: 499, close: 1000, error: 'CancelledError', errorCode: 'CANCELLED', level: 'debug' },
  internal: { status: 500, close: 1011, error: 'InternalError', errorCode: 'INTERNAL_ERROR', level: 'error' },
};

/** Error codes whose status or name differ from their family's. */
const particular: Readonly<Record<string, { status?: number; error?: string }>> = {
  METHOD_NOT_ALLOWED: { status: 405 },
  UNSUPPORTED_MEDIA: { status: 415 },
  TRANSACTION_ERROR: { error: 'TransactionError' },
  SESSION_ERROR: { error: 'SessionError' },
  DATABASE_ERROR: { error: 'DatabaseError' },
  CLOCK_WRONG: { error: 'DatabaseError' },
  STORAGE_FULL: { status: 507, error: 'DatabaseError' },
};

export interface Failure {
  readonly status: number;
  readonly close: number;
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly retryAfterMs: number | undefined;
  readonly body: { error: string; message: string; error_code: string; context: Record<string, unknown>; request_id: string };
}

/** The one place of a door where anything thrown becomes an answer. What is unknown becomes `internal`, and nothing of its cause is told. */
export function toFailure(thrown: unknown, requestId: string, language: string): Failure {
  const error = known(thrown);
  const row = table[error.code];
  const errorCode = error.details.reason ?? row.errorCode;
  const special = particular[errorCode];
  const { fields, context, values } = error.details;
  return {
    status: special?.status ?? row.status,
    close: row.close,
    level: row.level,
    retryAfterMs: error.details.retryAfterMs,
    body: {
      error: special?.error ?? row.error,
      message: say(language, error.sentence, values),
      error_code: errorCode,
      context: {
        ...context,
        ...(fields
          ? { fields: fields.map((field) => ({ path: field.path, message: say(language, field.message, field.values ?? values) })) }
          : {}),
      },
      request_id: requestId,
    },
  };
}

function known(thrown: unknown): AppError {
  if (thrown instanceof Known) return thrown;
  if (isCancelled(thrown)) return new Known('cancelled', 'The request was cancelled.', {}, thrown);
  return new Known(
    'internal',
    'Something went wrong on this box. Please try again; if it happens again, tell the person who looks after it.',
    {},
    thrown,
  );
}
