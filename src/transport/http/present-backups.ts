import type { z } from 'zod';
import type { BackupStatus } from '../../domain/jobs/backups.ts';
import type { backups } from '../schema/system.ts';
import { say } from '../words/say.ts';

export function presentBackups(status: BackupStatus, nowMs: number, language: string): z.infer<typeof backups> {
  const { everyMs, lastVerifiedAt, lastElsewhereAt, isLate, places, volumes } = status;
  return {
    every_hours: everyMs / 3_600_000,
    last_verified_at: timeOf(lastVerifiedAt),
    age_seconds: lastVerifiedAt === null ? null : Math.max(0, Math.round((nowMs - lastVerifiedAt) / 1_000)),
    is_late: isLate,
    last_elsewhere_at: timeOf(lastElsewhereAt),
    places: places.map(({ folder, kind, state, lastVerifiedAt: at, bytes, sameDisk, fault }) => ({
      folder,
      kind,
      state,
      last_verified_at: timeOf(at),
      bytes,
      same_disk: sameDisk,
      message: state === 'missing' ? say(language, MISSING, { folder }) : fault ? say(language, fault.sentence, fault.values) : null,
    })),
    volumes: volumes.map(({ folder, freeBytes, removable }) => ({ folder, free_bytes: freeBytes, removable })),
  };
}

const MISSING = 'The folder {folder} for backups is not there. Put its disk in, or take it out of the settings.';
const timeOf = (at: number | null) => (at === null ? null : new Date(at).toISOString());
