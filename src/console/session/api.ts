import type { Failure } from '../talk/messages.ts';

/** The box said no, in words that may be shown. */
export class ApiError extends Error {
  readonly status: number;
  readonly failure: Failure;
  constructor(status: number, failure: Failure) {
    super(failure.message);
    this.status = status;
    this.failure = failure;
  }
}

/** The box did not answer at all. */
export class UnreachableError extends Error {}

/** Who asks: a signed-in person whose token is renewed, or a guest with a link. */
export interface Bearer {
  /** A token that is good now; with `fresh` the last one was refused. Throws ApiError 401 when there is none any more. */
  token(fresh: boolean): Promise<string>;
}

export async function request<T>(
  method: string,
  path: string,
  options: { readonly body?: unknown; readonly token?: string; readonly locale?: string } = {},
): Promise<T> {
  const response = await fetch(path, {
    method,
    headers: {
      ...(options.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(options.token === undefined ? {} : { authorization: `Bearer ${options.token}` }),
      'accept-language': options.locale ?? document.documentElement.lang,
    },
    ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
  }).catch((error: unknown) => {
    throw new UnreachableError('unreachable', { cause: error });
  });
  if (response.status === 204) return undefined as T;
  const answer: unknown = await response.json().catch(() => undefined);
  if (response.ok) return answer as T;
  // A proxy's own page says nothing that a person could use.
  if (!isFailure(answer)) throw new UnreachableError('unreachable');
  throw new ApiError(response.status, answer);
}

/** The same as somebody: a token that has run out is renewed once. */
export async function requestAs<T>(bearer: Bearer, method: string, path: string, body?: unknown): Promise<T> {
  const send = async (fresh: boolean) => request<T>(method, path, { body, token: await bearer.token(fresh) });
  try {
    return await send(false);
  } catch (error) {
    if (error instanceof ApiError && error.status === 401 && error.failure.error_code === 'TOKEN_EXPIRED') return send(true);
    throw error;
  }
}

/** What to tell a person about something that failed; undefined where the page itself has the words (the box is not there). */
export function failureOf(error: unknown): Failure | undefined {
  return error instanceof ApiError ? error.failure : undefined;
}

function isFailure(answer: unknown): answer is Failure {
  return typeof answer === 'object' && answer !== null && 'message' in answer && 'error_code' in answer;
}
