import { ApiError, type Bearer, UnreachableError } from '../session/api.ts';
import type { Failure } from '../talk/messages.ts';
import type { Uploaded } from './shapes.ts';

export interface UploadOptions {
  readonly language?: string | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly shared?: boolean | undefined;
  readonly replaces?: string | undefined;
}

/** Sends one file as a form. `fetch` does not tell how much of it is there already; the older way does. */
export async function sendFile(
  bearer: Bearer,
  file: File,
  options: UploadOptions,
  attempt: { readonly key: string; readonly signal: AbortSignal; readonly onSent: (sent: number, total: number) => void },
): Promise<Uploaded> {
  try {
    return await post(await bearer.token(false), file, options, attempt);
  } catch (error) {
    if (error instanceof ApiError && error.failure.error_code === 'TOKEN_EXPIRED')
      return post(await bearer.token(true), file, options, attempt);
    throw error;
  }
}

function post(
  token: string,
  file: File,
  { language, tags, shared, replaces }: UploadOptions,
  { key, signal, onSent }: { readonly key: string; readonly signal: AbortSignal; readonly onSent: (sent: number, total: number) => void },
): Promise<Uploaded> {
  const form = new FormData();
  // Fields come first: whoever reads the form as a stream knows them before the file.
  if (language) form.set('language', language);
  for (const tag of tags ?? []) form.append('tags', tag);
  if (shared) form.set('shared', 'true');
  if (replaces) form.set('replaces', replaces);
  form.set('file', file, file.name);
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const request = new XMLHttpRequest();
    const stop = () => request.abort();
    const end = (settle: () => void) => {
      signal.removeEventListener('abort', stop);
      settle();
    };
    signal.addEventListener('abort', stop, { once: true });
    request.open('POST', '/api/v1/rag/ingest-upload');
    request.setRequestHeader('authorization', `Bearer ${token}`);
    request.setRequestHeader('accept-language', document.documentElement.lang);
    // An answer that got lost on its way must not make a second document.
    request.setRequestHeader('idempotency-key', key);
    request.upload.onprogress = ({ loaded, total }) => onSent(loaded, total);
    request.upload.onload = () => onSent(1, 1);
    request.onload = () => end(() => settleWith(request, resolve, reject));
    request.onerror = () => end(() => reject(new UnreachableError('unreachable')));
    request.onabort = () => end(() => reject(signal.reason));
    request.send(form);
  });
}

function settleWith(request: XMLHttpRequest, resolve: (answer: Uploaded) => void, reject: (error: unknown) => void): void {
  let answer: unknown;
  try {
    answer = JSON.parse(request.responseText);
  } catch {
    reject(new UnreachableError('unreachable'));
    return;
  }
  if (request.status < 300) resolve(answer as Uploaded);
  else reject(new ApiError(request.status, answer as Failure));
}
