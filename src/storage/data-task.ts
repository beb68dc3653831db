import { Worker } from 'node:worker_threads';
import { cancelled } from '../shared/abort.ts';
import { AppError } from '../shared/errors.ts';
import { siblingModule } from '../shared/sibling.ts';
import type { DataReply, DataTask } from './data-worker.ts';

export interface DataTaskRun {
  readonly signal: AbortSignal;
  /** Bytes done, of how many; a few times a second at most. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** Carries long work on the data folder out on a thread of its own. When stopped, it rejects once that thread has let go of its files. */
export async function runDataTask<T>(task: DataTask, { signal, onProgress }: DataTaskRun): Promise<T> {
  if (signal.aborted) throw cancelled(signal);
  const worker = new Worker(siblingModule(import.meta.url, 'data-worker'), { workerData: task });
  try {
    return await new Promise<T>((resolve, reject) => {
      const stop = () => reject(cancelled(signal));
      signal.addEventListener('abort', stop, { once: true });
      worker.on('message', (reply: DataReply) => {
        if (reply.type === 'progress') onProgress?.(reply.done, reply.total);
        else {
          signal.removeEventListener('abort', stop);
          if (reply.type === 'done') resolve(reply.value as T);
          else reject(errorOf(reply));
        }
      });
      worker.on('error', reject);
      worker.on('exit', () => reject(new AppError('unavailable', 'The work on the data folder has ended before its end.')));
    });
  } finally {
    await worker.terminate();
  }
}

function errorOf(reply: DataReply & { type: 'failed' }): Error {
  if (reply.known) return new AppError(reply.known.code, reply.known.sentence, reply.known.details);
  return Object.assign(new Error(reply.message), { code: reply.code });
}
