import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AppError } from '../shared/errors.ts';
import { sayBytes } from './progress.ts';

/** Room that stays free for the box's own work: its database, its logs. */
const MARGIN_BYTES = 64_000_000;

/** Bytes that an ordinary user may still write where this folder is, or will be. */
export async function freeBytes(folder: string): Promise<number> {
  for (let at = folder; ; at = dirname(at)) {
    try {
      const disk = await statfs(at);
      return disk.bavail * disk.bsize;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || at === dirname(at)) throw error;
    }
  }
}

/** Throws `unavailable` with reason `STORAGE_FULL` when so many bytes do not fit. Answers what is free. */
export async function requireSpace(
  folder: string,
  bytes: number,
  measure: (folder: string) => Promise<number> = freeBytes,
): Promise<number> {
  const free = await measure(folder);
  if (bytes + MARGIN_BYTES <= free) return free;
  throw new AppError(
    'unavailable',
    'There is not enough room on the disk of {folder}: {need} are needed, {free} are free. Make room, or set BEDSIDE_MODELS to a larger disk.',
    {
      reason: 'STORAGE_FULL',
      values: { folder, need: sayBytes(bytes + MARGIN_BYTES), free: sayBytes(free) },
    },
  );
}
