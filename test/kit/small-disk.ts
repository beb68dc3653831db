import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A real file system of a few megabytes, to be filled. */
export interface SmallDisk {
  readonly folder: string;
  freeBytes(): number;
  /** Leaves this much free, whatever was there before. */
  leave(bytes: number): void;
  /** Gives back what `leave` took. */
  free(): void;
  remount(how: 'ro' | 'rw'): boolean;
  remove(): void;
}

/** Undefined where this user may not mount. */
export function mountSmallDisk(megabytes: number): SmallDisk | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'bedside-disk-'));
  const mount = (...args: string[]) => spawnSync('mount', args).status === 0;
  if (!mount('-t', 'tmpfs', '-o', `size=${megabytes}m`, 'bedside-test', folder)) {
    rmSync(folder, { recursive: true, force: true });
    return undefined;
  }
  const filler = join(folder, 'filler');
  const freeBytes = () => {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  };
  const free = () => rmSync(filler, { force: true });
  return {
    folder,
    freeBytes,
    free,
    leave(bytes) {
      free();
      const handle = openSync(filler, 'w');
      try {
        for (let left = freeBytes() - bytes; left > 0; ) left -= writeSync(handle, Buffer.alloc(Math.min(left, 1 << 20)));
      } finally {
        closeSync(handle);
      }
    },
    remount: (how) => mount('-o', `remount,${how}`, folder),
    remove() {
      spawnSync('umount', ['-l', folder]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
