import { ApiError, type Bearer, request } from '../session/api.ts';
import { eventsIn } from '../session/events.ts';
import type { Job } from './shapes.ts';

/** Longer without a sign of life than the box ever is: something between it and us swallows the stream. */
const SILENT_MS = 25_000;
const LOOK_MS = 2_000;
const AGAIN_MS = 500;
/** After so many broken streams one asks instead. */
const STREAMS = 2;

export interface Following {
  readonly bearer: Bearer;
  readonly jobId: string;
  readonly signal: AbortSignal;
  readonly onJob: (job: Job) => void;
}

const isDone = ({ status }: Job) => status === 'succeeded' || status === 'failed' || status === 'cancelled';

/** Tells of a job until it is over; rejects when the box says that it is not ours to know. A line that breaks is taken up again. */
export async function followJob({ bearer, jobId, signal, onJob }: Following): Promise<Job> {
  const path = `/api/v1/jobs/${encodeURIComponent(jobId)}`;
  let fresh = false;
  for (let broken = 0; ; ) {
    signal.throwIfAborted();
    try {
      const token = await bearer.token(fresh);
      fresh = false;
      if (broken < STREAMS) {
        for await (const job of streamed(path, token, signal)) {
          onJob(job);
          if (isDone(job)) return job;
        }
        broken++;
      } else {
        const job = await request<Job>('GET', path, { token });
        onJob(job);
        if (isDone(job)) return job;
      }
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof ApiError && error.failure.error_code === 'TOKEN_EXPIRED') fresh = true;
      else if (error instanceof ApiError && error.status !== 429 && error.status < 500) throw error;
      else broken++;
    }
    await wait(broken < STREAMS ? AGAIN_MS : LOOK_MS, signal);
  }
}

async function* streamed(path: string, token: string, signal: AbortSignal): AsyncGenerator<Job> {
  const silent = new AbortController();
  let alarm = setTimeout(() => silent.abort(), SILENT_MS);
  try {
    const response = await fetch(path, {
      headers: { authorization: `Bearer ${token}`, accept: 'text/event-stream', 'accept-language': document.documentElement.lang },
      signal: AbortSignal.any([signal, silent.signal]),
    });
    if (!response.ok) throw new ApiError(response.status, await response.json());
    // Something in between made one answer of it: that is an answer, too.
    if (!response.headers.get('content-type')?.includes('text/event-stream') || !response.body) {
      yield (await response.json()) as Job;
      return;
    }
    const noted = response.body.pipeThrough(
      new TransformStream<Uint8Array, Uint8Array>({
        transform(bytes, controller) {
          clearTimeout(alarm);
          alarm = setTimeout(() => silent.abort(), SILENT_MS);
          controller.enqueue(bytes);
        },
      }),
    );
    for await (const { event, data } of eventsIn(noted)) if (event === 'job') yield data as Job;
  } finally {
    clearTimeout(alarm);
  }
}

/** Resolves after a while, or at once when it is given up. */
export function wait(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}
