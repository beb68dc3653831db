import { AppError } from '../shared/errors.ts';

/** What the disk of the data folder says of itself. */
export interface DiskFacts {
  readonly freeBytes: number;
  readonly totalBytes: number;
}

/**
 * The last of the room is kept for what patients are owed now: conversations, red flags, bookings, the audit log. What can wait
 * asks first: files that are kept, models, backups, and every other job.
 */
export interface DiskRoom {
  isLow(): boolean;
  /** Throws STORAGE_FULL where what can wait has to. */
  refuseIfLow(): void;
}

/** For probes, which know no values. */
export const ALMOST_FULL = 'Less than 5 % of the disk is free: what can wait has to, until there is room again.';

const KEPT_PART = 0.05;

/** Pure: is so little free that what can wait must? */
export function isLow({ freeBytes, totalBytes }: DiskFacts): boolean {
  return totalBytes > 0 && freeBytes < totalBytes * KEPT_PART;
}

/** Looks each time it is asked, so that room that was made counts at once. */
export function makeDiskRoom(look: () => DiskFacts): DiskRoom {
  return {
    isLow: () => isLow(look()),
    refuseIfLow() {
      const { freeBytes, totalBytes } = look();
      if (!isLow({ freeBytes, totalBytes })) return;
      throw new AppError(
        'unavailable',
        'The disk of this box is almost full ({percent} % free), so this has to wait. Conversations and bookings go on. Ask whoever looks after the box to make room.',
        { reason: 'STORAGE_FULL', values: { percent: Math.floor((freeBytes / totalBytes) * 100) }, context: { free_bytes: freeBytes } },
      );
    },
  };
}
