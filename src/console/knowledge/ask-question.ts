import { ApiError, type Bearer, UnreachableError } from '../session/api.ts';
import { eventsIn } from '../session/events.ts';
import type { Failure } from '../talk/messages.ts';
import type { Answered, Source } from './shapes.ts';

export type AnswerPart =
  | { readonly type: 'sources'; readonly sources: readonly Source[] }
  | { readonly type: 'delta'; readonly text: string }
  | { readonly type: 'done'; readonly answered: Answered };

/** An answer as it is made. Ends after `done`; throws what the box says, or that it does not answer. */
export async function* askQuestion(
  bearer: Bearer,
  body: { readonly question: string; readonly language?: string | undefined },
  signal: AbortSignal,
): AsyncGenerator<AnswerPart> {
  const send = async (fresh: boolean) =>
    fetch('/api/v1/rag/answer', {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'text/event-stream',
        authorization: `Bearer ${await bearer.token(fresh)}`,
        'accept-language': document.documentElement.lang,
      },
      body: JSON.stringify({ ...body, stream: true }),
      signal,
    }).catch((error: unknown) => {
      signal.throwIfAborted();
      throw new UnreachableError('unreachable', { cause: error });
    });
  let response = await send(false);
  if (
    response.status === 401 &&
    (
      (await response
        .clone()
        .json()
        .catch(() => undefined)) as Failure | undefined
    )?.error_code === 'TOKEN_EXPIRED'
  )
    response = await send(true);
  if (!response.ok || !response.body) throw new ApiError(response.status, await failureIn(response));
  if (!response.headers.get('content-type')?.includes('text/event-stream')) {
    yield { type: 'done', answered: (await response.json()) as Answered };
    return;
  }
  for await (const { event, data } of eventsIn(response.body)) {
    if (event === 'error') throw new ApiError(500, data as Failure);
    if (event === 'sources') yield { type: 'sources', sources: (data as { sources: Source[] }).sources };
    if (event === 'delta') yield { type: 'delta', text: (data as { text: string }).text };
    if (event === 'done') {
      yield { type: 'done', answered: data as Answered };
      return;
    }
  }
  throw new BrokenAnswer('the line broke');
}

/** The stream ended before the answer was whole. */
export class BrokenAnswer extends Error {}

async function failureIn(response: Response): Promise<Failure> {
  try {
    return (await response.json()) as Failure;
  } catch {
    throw new UnreachableError('unreachable');
  }
}
