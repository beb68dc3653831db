import { AppError } from './errors.ts';

/** Throws `cancelled` when the signal is aborted. */
export function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw cancelled(signal);
}

/** What an aborted signal means to a caller: its own AppError if it carries one (a time-out, say), else `cancelled`. */
export function cancelled(signal: AbortSignal): AppError {
  if (signal.reason instanceof AppError) return signal.reason;
  return new AppError('cancelled', 'The request was cancelled.', {}, signal.reason);
}

/** Waits for a promise, or for the signal, whichever comes first. The work behind the promise goes on; its result is ignored. */
export function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  if (signal.aborted) {
    promise.catch(() => {});
    return Promise.reject(cancelled(signal));
  }
  return new Promise((resolve, reject) => {
    const stop = () => reject(cancelled(signal));
    signal.addEventListener('abort', stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
