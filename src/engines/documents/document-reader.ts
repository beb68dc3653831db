import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Duplex } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { abortable, cancelled, throwIfAborted } from '../../shared/abort.ts';
import { AppError } from '../../shared/errors.ts';
import { siblingModule } from '../../shared/sibling.ts';
import type { DocumentKind, DocumentReader, ReadDocument } from '../document-reader.ts';
import { engineEnvironment } from '../environment.ts';
import type { SentError } from '../host/protocol.ts';
import { kindOf } from './kinds.ts';
import { damaged, tooLarge } from './refused.ts';
import { deframe, frame, gather, type Reply } from './wire.ts';

export interface DocumentReaderOptions {
  /** The service's environment; only what engineEnvironment() lets through reaches the parsers. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly limits?: Partial<ReadingLimits>;
}

export interface ReadingLimits {
  /** What the reading process may hold, all in all; looked at every 50 ms. */
  readonly residentBytes: number;
  /**
   * What it may have of writable memory (`ulimit -d`), of which Node reserves some 560 MB that it never touches: the wall behind the limit
   * above, that a process runs against which grows faster than it is looked at. 0 leaves it out.
   */
  readonly dataBytes: number;
  readonly heapMegabytes: number;
  /** A file has this long from the moment its bytes are sent; time in which other programs held the processors is not its fault. */
  readonly baseMs: number;
  /** A long document has longer, as its pages come: so much for each that was read whole and held words, and half of `baseMs` besides. */
  readonly perPageMs: number;
  /** But never longer than this. */
  readonly longestMs: number;
  readonly startMs: number;
  /** The process ends after so long without a file. */
  readonly idleMs: number;
  readonly fileBytes: number;
}

export const readingLimits: ReadingLimits = {
  residentBytes: 256 * 2 ** 20,
  dataBytes: 755_000 * 1_024,
  heapMegabytes: 128,
  baseMs: 4_900,
  perPageMs: 60,
  longestMs: 60_000,
  startMs: 30_000,
  idleMs: 60_000,
  fileBytes: 64 * 2 ** 20,
};

/** A process reads so many files, and may use so much of a processor in all its life: far more than that many files ever need. */
const filesAtMost = 200;
const cpuSeconds = 1_800;

type Cause = 'slow' | 'memory' | 'asked' | 'crashed' | 'not-started';

interface Child {
  readonly process: ChildProcess;
  readonly link: Duplex;
  readonly ready: Promise<void>;
  readonly gone: Promise<void>;
  /** Why we end it, or why it ended. */
  endedFor: Cause | undefined;
  files: number;
  /** It has the whole of the file that it was sent last. */
  hasFile: boolean;
  onReply: (reply: Reply) => void;
}

/**
 * Reads documents in a process of its own, one after another: a file that makes a parser run for ever, eat all memory or crash costs that
 * file and nothing else. The process starts at the first file, is kept between files, replaced when it had to be ended, and ends when idle.
 */
export function openDocumentReader(options: DocumentReaderOptions): DocumentReader {
  const limits: ReadingLimits = { ...readingLimits, ...options.limits };
  let child: Child | undefined;
  let turn: Promise<void> = Promise.resolve();
  let idle: NodeJS.Timeout | undefined;
  let closed = false;
  // A system that cannot hold a process within `ulimit -d` still holds it by looking.
  let walled = limits.dataBytes > 0 && process.platform !== 'win32';

  function end(one: Child, cause: Cause): void {
    one.endedFor ??= cause;
    if (child === one) child = undefined;
    one.process.kill('SIGKILL');
  }

  function start(): Child {
    const born = spawnReader(limits, walled, options.environment);
    const ready = Promise.withResolvers<void>();
    const gone = Promise.withResolvers<void>();
    const one: Child = {
      process: born,
      link: born.stdio[3] as Duplex,
      ready: ready.promise,
      gone: gone.promise,
      endedFor: undefined,
      files: 0,
      hasFile: false,
      onReply: () => {},
    };
    ready.promise.catch(() => {});
    let isReady = false;
    const died = (): void => {
      one.endedFor ??= isReady ? causeOf(born, errors) : 'not-started';
      if (child === one) child = undefined;
      ready.reject(notStarted());
      gone.resolve();
    };
    let errors = '';
    born.stderr?.setEncoding('utf8').on('data', (text: string) => {
      errors = (errors + text).slice(-4_000);
    });
    born.once('error', died).once('close', died);
    const take = deframe((json) => {
      const reply = JSON.parse(json.toString()) as Reply;
      if (reply.type !== 'ready') return one.onReply(reply);
      isReady = true;
      ready.resolve();
    });
    one.link?.on('error', () => {});
    one.link?.on('data', (bytes: Buffer) => {
      try {
        take(bytes);
      } catch {
        end(one, 'crashed');
      }
    });
    return one;
  }

  /** A child that is ready for a file. */
  async function readyChild(signal: AbortSignal): Promise<Child> {
    for (;;) {
      child ??= start();
      const one = child;
      const timer = setTimeout(() => end(one, 'not-started'), limits.startMs);
      try {
        await abortable(one.ready, signal);
        return one;
      } catch (error) {
        if (signal.aborted || !walled) throw error;
        walled = false;
      } finally {
        clearTimeout(timer);
      }
    }
  }

  async function readWith(one: Child, bytes: Uint8Array, kind: DocumentKind, signal: AbortSignal): Promise<ReadDocument> {
    const answer = Promise.withResolvers<ReadDocument>();
    const take = gather();
    const began = performance.now();
    const waitedBefore = waitedMs(one.process);
    let allowedMs = limits.baseMs;
    let pages = 0;
    one.hasFile = false;
    one.onReply = (reply) => {
      if (reply.type === 'taken') one.hasFile = true;
      else if (reply.type === 'page') allowedMs = allowance(limits, ++pages);
      else if (reply.type === 'failed') answer.reject(received(reply.error));
      else {
        const whole = take(reply);
        if (whole) answer.resolve(whole);
      }
    };
    const looking = setInterval(() => {
      const passedMs = performance.now() - began;
      const ownMs = passedMs - (waitedMs(one.process) - waitedBefore);
      if (ownMs > allowedMs || passedMs > limits.longestMs) end(one, 'slow');
      else if (residentBytes(one.process) > limits.residentBytes) end(one, 'memory');
    }, 50);
    const stop = () => end(one, 'asked');
    signal.addEventListener('abort', stop, { once: true });
    void one.gone.then(() => answer.reject(signal.aborted ? cancelled(signal) : whyEnded(one.endedFor)));
    try {
      if (signal.aborted) stop();
      else {
        one.link.write(frame({ kind, bytes: bytes.length }));
        one.link.write(bytes);
      }
      return await answer.promise;
    } finally {
      clearInterval(looking);
      signal.removeEventListener('abort', stop);
      one.onReply = () => {};
      // What one file left behind is not charged to the next.
      one.files++;
      if (residentBytes(one.process) > limits.residentBytes * 0.6 || one.files >= filesAtMost) end(one, 'asked');
    }
  }

  function endWhenIdle(): void {
    clearTimeout(idle);
    idle = setTimeout(() => {
      if (child) end(child, 'asked');
    }, limits.idleMs);
    idle.unref();
  }

  return {
    kindOf,
    async read(bytes, kind, signal) {
      throwIfAborted(signal);
      if (bytes.length > limits.fileBytes)
        throw new AppError('too-large', 'This file is larger than {megabytes} MB. Please split it into smaller files.', {
          values: { megabytes: Math.floor(limits.fileBytes / 2 ** 20) },
        });
      const mine = Promise.withResolvers<void>();
      const before = turn;
      turn = before.then(() => mine.promise);
      try {
        await abortable(before, signal);
        if (closed) throw notStarted();
        clearTimeout(idle);
        const one = await readyChild(signal);
        const kept = one.files > 0;
        try {
          return await readWith(one, bytes, kind, signal);
        } catch (error) {
          // A process that had died between two files is not this file's fault, although only this file finds out.
          const diedBefore = kept && one.endedFor === 'crashed' && !one.hasFile;
          if (!diedBefore || signal.aborted || closed) throw error;
          return await readWith(await readyChild(signal), bytes, kind, signal);
        }
      } finally {
        mine.resolve();
        if (!closed) endWhenIdle();
      }
    },
    async close() {
      closed = true;
      clearTimeout(idle);
      const last = child;
      if (!last) return;
      end(last, 'asked');
      await last.gone;
    },
  };
}

/** How long a document may take of which so many pages were read. */
export function allowance(limits: ReadingLimits, pages: number): number {
  return Math.min(Math.max(limits.baseMs, limits.baseMs / 2 + pages * limits.perPageMs), limits.longestMs);
}

function spawnReader(limits: ReadingLimits, walled: boolean, environment: DocumentReaderOptions['environment']): ChildProcess {
  const command = [
    process.execPath,
    `--max-old-space-size=${limits.heapMegabytes}`,
    '--max-semi-space-size=8',
    fileURLToPath(siblingModule(import.meta.url, 'child')),
  ] as const;
  const options = {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'] as ('ignore' | 'pipe')[],
    env: engineEnvironment(environment),
  };
  if (process.platform === 'win32') return spawn(command[0], command.slice(1), options);
  // No core files: they would put what the document says on the disk. Nor any other file.
  // And should the service itself die while a parser runs for ever, the kernel ends it.
  const ceilings = [
    'ulimit -c 0',
    'ulimit -f 0',
    `ulimit -t ${cpuSeconds}`,
    ...(walled ? [`ulimit -d ${Math.floor(limits.dataBytes / 1_024)}`] : []),
  ];
  return spawn('/bin/sh', ['-c', `${ceilings.join(' && ')} && exec "$@"`, 'reader', ...command], options);
}

/** Resident memory of the process; 0 where the system does not tell. */
function residentBytes(child: ChildProcess): number {
  try {
    return Number(readFileSync(`/proc/${child.pid}/statm`, 'latin1').split(' ')[1]) * 4_096;
  } catch {
    return 0;
  }
}

/** How long its main thread was ready to work and had to wait for a processor; 0 where the system does not tell. */
function waitedMs(child: ChildProcess): number {
  try {
    return Number(readFileSync(`/proc/${child.pid}/schedstat`, 'latin1').split(' ')[1]) / 1e6 || 0;
  } catch {
    return 0;
  }
}

/** What a process died of that we did not end: V8 says on the standard error that it found no more memory. */
function causeOf(child: ChildProcess, errors: string): Cause {
  return /out of memory|heap limit|allocation failed/i.test(errors) || child.signalCode === 'SIGKILL' ? 'memory' : 'crashed';
}

function whyEnded(cause: Cause | undefined): AppError {
  if (cause === 'memory') return tooLarge();
  if (cause === 'slow')
    return new AppError(
      'timed-out',
      'This document took too long to read and was stopped. It may be damaged: please export it again, or split it into smaller files.',
    );
  if (cause === 'asked' || cause === 'not-started') return notStarted();
  return damaged();
}

function notStarted(): AppError {
  return new AppError('unavailable', 'Documents cannot be read at the moment. Please try again in a minute.', {
    reason: 'ENGINE_UNAVAILABLE',
    retryAfterMs: 5_000,
    context: { fix: 'bedside doctor' },
  });
}

function received(error: SentError): AppError {
  return error.ours ? new AppError(error.code, error.sentence, error.details) : damaged(error);
}
