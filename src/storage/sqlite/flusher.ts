import { type FileHandle, open } from 'node:fs/promises';

/**
 * Makes commits durable without holding the event loop: `flush()` resolves after an fdatasync of the write-ahead log, on the
 * thread pool, that began after the call. Units of work that commit meanwhile share the next one (group commit).
 */
export interface Flusher {
  /** Says that something was committed that is not durable yet. */
  wrote(): void;
  /** Resolves when everything committed before the call is durable; at once when it is already. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

export function makeFlusher(walFile: string): Flusher {
  let handle: FileHandle | undefined;
  let running: Promise<void> | undefined;
  let next: Promise<void> | undefined;

  let commits = 0;
  let durable = 0;

  const sync = async () => {
    const covered = commits;
    handle ??= await open(walFile, 'r+');
    await handle.datasync();
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
      await next;
      await running;
      await handle?.close();
      handle = undefined;
    },
  };
}
