import { statfsSync } from 'node:fs';
import type { DiskFacts } from '../../domain/disk-room.ts';
import { isReadOnly } from '../disk-error.ts';

/** What an ordinary user may still write where this folder lies. A folder that cannot be asked has room: writing there says the rest. */
export function diskFacts(folder: string): DiskFacts {
  try {
    const { bavail, blocks, bsize } = statfsSync(folder);
    return { freeBytes: bavail * bsize, totalBytes: blocks * bsize, readOnly: isReadOnly(folder) };
  } catch {
    return { freeBytes: 0, totalBytes: 0 };
  }
}
