import { AppError } from '../shared/errors.ts';

/** What the disk of the data folder says of itself. */
export interface DiskFacts {
  readonly freeBytes: number;
  readonly totalBytes: number;
  /** The file system takes no writes at all. */
  readonly readOnly?: boolean;
}

/**
 * The last of the room is kept for what patients are owed now: conversations, red flags, bookings, the audit log. What can wait
 * asks first: files that are kept, models, backups, and every other job.
 */
export interface DiskRoom {
  isLow(): boolean;
  /** What is wrong with the disk, as the code that requests meet and a sentence; undefined where nothing is. */
  problem(): { readonly code: string; readonly detail: string } | undefined;
  /** Throws STORAGE_FULL where what can wait has to. */
  refuseIfLow(): void;
}

const KEPT_PART = 0.05;

/** Pure: is so little free that what can wait must? */
export function isLow({ freeBytes, totalBytes }: Pick<DiskFacts, 'freeBytes' | 'totalBytes'>): boolean {
  return totalBytes > 0 && freeBytes < totalBytes * KEPT_PART;
}

/** Looks each time it is asked, so that room that was made counts at once. */
export function makeDiskRoom(look: () => DiskFacts): DiskRoom {
  return {
    isLow: () => isLow(look()),
    problem() {
      const facts = look();
      if (facts.readOnly) return { code: 'DATABASE_ERROR', detail: 'The data folder can only be read: nothing new is saved.' };
      if (!isLow(facts)) return undefined;
      return { code: 'STORAGE_FULL', detail: 'Less than 5 % of the disk is free: what can wait has to, until there is room again.' };
    },
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
