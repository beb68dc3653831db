import { ApiError, type Bearer, failureOf, requestAs } from '../session/api.ts';
import { followJob, wait } from './follow-job.ts';
import { sendFile, type UploadOptions } from './send-file.ts';
import type { KnowledgeDocument } from './shapes.ts';
import { isInHand, isOver, isReadable, stateOfJob, type UploadLine, type UploadState } from './upload-line.ts';

/**
 * Files on their way into the library. They belong to the browser's tab and not to a page of it: whoever goes to another place comes
 * back to them. A browser keeps six lines to one address open, so that few are sent and followed at a time; the others wait.
 */
export interface Uploads {
  lines(): readonly UploadLine[];
  /** Rises when the library is no more as it was. */
  changes(): number;
  subscribe(changed: () => void): () => void;
  add(files: readonly File[], options: UploadOptions): void;
  /** What the box was reading already when this page was opened. */
  adopt(document: KnowledgeDocument): void;
  cancel(key: number): void;
  again(key: number): void;
  /** Takes a line that is over off the list. */
  putAway(key: number): void;
  /** Somebody else sits here: everything stops, and nothing is left to see. */
  clear(): void;
}

const SENT_AT_ONCE = 2;
const FOLLOWED_AT_ONCE = 2;
/** A box that has its hands full takes the file a little later. */
const TRIES = 6;
const PATIENCE_MS = 2_000;

interface Work {
  readonly file: File | undefined;
  readonly options: UploadOptions;
  /** Of this attempt. */
  stop: AbortController;
  isCancelled: boolean;
}

export function makeUploads(bearer: Bearer): Uploads {
  let lines: readonly UploadLine[] = [];
  let changes = 0;
  let lastKey = 0;
  const work = new Map<number, Work>();
  const listeners = new Set<() => void>();
  /** Documents whose line was put away: they do not come back by themselves. */
  const forgotten = new Set<string>();
  const sending = makeTurns(SENT_AT_ONCE);
  const following = makeTurns(FOLLOWED_AT_ONCE);

  function show(next: readonly UploadLine[]): void {
    lines = next;
    for (const changed of listeners) changed();
  }
  const change = (key: number, part: Partial<UploadLine>) => show(lines.map((line) => (line.key === key ? { ...line, ...part } : line)));
  const step = (key: number, state: UploadState) => change(key, { state });
  const find = (key: number) => lines.find((line) => line.key === key);
  function forget(key: number): void {
    work.get(key)?.stop.abort();
    work.delete(key);
    show(lines.filter((line) => line.key !== key));
  }
  function libraryChanged(): void {
    changes++;
    show([...lines]);
  }

  async function run(key: number): Promise<void> {
    const mine = work.get(key);
    if (!mine) return;
    const { signal } = mine.stop;
    try {
      const already = mine.file ? await send(key, mine, mine.file) : false;
      const line = find(key);
      if (!line || isOver(line)) return;
      await watch(key, mine, line, already);
    } catch (error) {
      if (signal.aborted) {
        // A file that is on its way only stops; one that the box has already is its job to stop.
        if (find(key)) step(key, { at: 'stopped' });
        return;
      }
      const why = failureOf(error)?.message;
      step(key, { at: 'failed', why, ...(why === undefined ? { kind: 'line-broke' } : {}) });
    }
  }

  /** Whether the box had it before. */
  async function send(key: number, mine: Work, file: File): Promise<boolean> {
    const done = await sending(mine.stop.signal, async () => {
      step(key, { at: 'sending', sent: 0, total: file.size });
      const attempt = {
        key: crypto.randomUUID(),
        signal: mine.stop.signal,
        onSent: (sent: number, total: number) => step(key, sent < total ? { at: 'sending', sent, total } : { at: 'sent' }),
      };
      for (let tries = 1; ; tries++) {
        try {
          return await sendFile(bearer, file, mine.options, attempt);
        } catch (error) {
          if (tries === TRIES || !isBusy(error)) throw error;
          step(key, { at: 'waiting' });
          await wait(tries * PATIENCE_MS, mine.stop.signal);
        }
      }
    });
    const [taken] = done.documents;
    if (!taken) throw new Error('the box took nothing');
    // The library may have told of it before the box did.
    for (const line of lines) if (!line.hasFile && line.documentId === taken.document_id) forget(line.key);
    const already = taken.status === 'ready' || lines.some((line) => line.key !== key && line.documentId === taken.document_id);
    change(key, {
      documentId: taken.document_id,
      jobId: taken.job_id,
      state: taken.status === 'ready' ? { at: 'ready', already: true } : { at: 'queued' },
    });
    libraryChanged();
    return already;
  }

  async function watch(key: number, mine: Work, { jobId, documentId }: UploadLine, already: boolean): Promise<void> {
    if (jobId === undefined) return;
    const job = await following(mine.stop.signal, () =>
      followJob({
        bearer,
        jobId,
        signal: mine.stop.signal,
        onJob(seen) {
          const state = stateOfJob(seen);
          step(key, state.at === 'ready' ? { ...state, already } : state);
        },
      }),
    );
    // Whoever stops a file does not want half a document in the library. What others sent as well is not ours to remove.
    if (job.status === 'cancelled' && mine.isCancelled && !already && documentId !== undefined) await remove(documentId);
    libraryChanged();
  }

  const remove = (documentId: string) =>
    requestAs(bearer, 'DELETE', `/api/v1/rag/documents/${encodeURIComponent(documentId)}`).catch(() => {
      // It is shown as failed then, and can be removed there.
    });

  function open(line: Omit<UploadLine, 'key'>, file: File | undefined, options: UploadOptions): number {
    const key = ++lastKey;
    work.set(key, { file, options, stop: new AbortController(), isCancelled: false });
    show([...lines, { ...line, key }]);
    return key;
  }

  return {
    lines: () => lines,
    changes: () => changes,
    subscribe(changed) {
      listeners.add(changed);
      return () => listeners.delete(changed);
    },
    add(files, options) {
      for (const file of files) {
        const readable = isReadable(file.name);
        const state: UploadState = readable ? { at: 'waiting' } : { at: 'failed', why: undefined, kind: 'not-read' };
        const key = open({ name: file.name, bytes: file.size, state, hasFile: readable }, file, options);
        if (readable) void run(key);
      }
    },
    adopt({ document_id: documentId, job_id: jobId, file_name: name, bytes }) {
      const isOurs = (line: UploadLine) => line.documentId === documentId || (isInHand(line) && line.name === name);
      if (forgotten.has(documentId) || lines.some(isOurs)) return;
      void run(open({ name, bytes, documentId, jobId, state: { at: 'queued' }, hasFile: false }, undefined, {}));
    },
    cancel(key) {
      const line = find(key);
      const mine = work.get(key);
      if (!line || !mine || isOver(line)) return;
      mine.isCancelled = true;
      if (line.jobId === undefined) mine.stop.abort();
      // Its own stream tells how it ended: it may have been quicker.
      else requestAs(bearer, 'POST', `/api/v1/jobs/${encodeURIComponent(line.jobId)}/cancel`).catch(() => {});
    },
    again(key) {
      const line = find(key);
      const mine = work.get(key);
      if (!line || !mine?.file || !isOver(line)) return;
      const left = line.state.at === 'failed' ? line.documentId : undefined;
      mine.stop = new AbortController();
      mine.isCancelled = false;
      change(key, { documentId: undefined, jobId: undefined, state: { at: 'waiting' } });
      // What failed before would stay in the library beside the one that comes now.
      void (left === undefined ? Promise.resolve() : remove(left)).then(() => run(key));
    },
    putAway(key) {
      const documentId = find(key)?.documentId;
      if (documentId !== undefined) forgotten.add(documentId);
      forget(key);
    },
    clear() {
      for (const { stop } of work.values()) stop.abort();
      work.clear();
      forgotten.clear();
      show([]);
    },
  };
}

/** Lets so many work at a time, in the order in which they came. Whoever gives up waiting is passed over. */
function makeTurns(most: number): <T>(signal: AbortSignal, task: () => Promise<T>) => Promise<T> {
  let busy = 0;
  const waiting: (() => void)[] = [];
  const next = () => {
    const first = waiting.shift();
    if (first) first();
    else busy--;
  };
  return async (signal, task) => {
    if (busy < most) busy++;
    else
      await new Promise<void>((resolve, reject) => {
        waiting.push(resolve);
        signal.addEventListener('abort', () => {
          const at = waiting.indexOf(resolve);
          if (at >= 0) waiting.splice(at, 1);
          reject(signal.reason);
        });
      });
    try {
      signal.throwIfAborted();
      return await task();
    } finally {
      next();
    }
  };
}

const isBusy = (error: unknown): boolean =>
  error instanceof ApiError && (error.failure.error_code === 'OVERLOADED' || error.failure.error_code === 'RATE_LIMITED');
