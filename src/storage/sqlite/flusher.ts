import { AppError } from '../../shared/errors.ts';

/** The write-ahead log as the flusher sees it. A test gives one that tells when it was asked. */
export interface LogFile {
  datasync(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Makes commits durable without holding the event loop: `flush()` resolves after an fdatasync of the write-ahead log, on the
 * thread pool, that began after the call. Units of work that commit meanwhile share the next one (group commit).
 */
export interface Flusher {
  /** Throws where an earlier flush failed: what is written from then on could not be kept. */
  refuseIfBroken(): void;
  /** Says that something was committed that is not durable yet. */
  wrote(): void;
  /** Resolves when everything committed before the call is durable; at once when it is already. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

export function makeFlusher(log: LogFile): Flusher {
  let running: Promise<void> | undefined;
  let next: Promise<void> | undefined;
  let broken: AppError | undefined;

  let commits = 0;
  let durable = 0;

  const refuseIfBroken = () => {
    if (broken) throw broken;
  };
  const sync = async () => {
    refuseIfBroken();
    const covered = commits;
    try {
      await log.datasync();
    } catch (error) {
      // The kernel may call the lost pages clean, so a later flush that succeeds proves nothing: the log could end at a hole,
      // and every commit behind it would be gone after a power cut. Only a restart, which reads the log anew, can tell.
      broken = new AppError(
        'unavailable',
        "This box's disk could not keep what was written. Nothing more is saved until the disk has been checked and Bedside was started again.",
        { reason: 'DATABASE_ERROR' },
        error,
      );
      throw broken;
    }
    durable = Math.max(durable, covered);
  };
  const start = (): Promise<void> => {
    const mine = sync().finally(() => {
      if (running === mine) running = undefined;
    });
    running = mine;
    return mine;
  };

  return {
    refuseIfBroken,
    wrote() {
      commits++;
    },
    flush() {
      if (durable === commits) return Promise.resolve();
      if (!running) return start();
      next ??= running
        .catch(() => {})
        .then(() => {
          next = undefined;
          return start();
        });
      return next;
    },
    async close() {
      await next?.catch(() => {});
      await running?.catch(() => {});
      await log.close();
    },
  };
}
