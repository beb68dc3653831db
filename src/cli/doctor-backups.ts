import { version } from '../compose.ts';
import type { Config } from '../config.ts';
import type { PlaceStatus } from '../domain/jobs/backup-places.ts';
import { BACKUP_PLACES, type BackupStatus, backupStatus, LAST_BACKUP, placeRecords } from '../domain/jobs/backups.ts';
import { fill } from '../shared/errors.ts';
import { homePlace, namedPlace } from '../storage/backup-folder.ts';
import type { DatabaseFacts } from '../storage/inspect.ts';
import type { KeyRing } from '../storage/key-ring.ts';
import { listVolumes } from '../storage/volumes.ts';
import { type Check, ok, warn } from './doctor-checks.ts';
import { megabytes } from './say.ts';

const HOW = 'bedside backup <folder>, on another disk than this one';

/** When the last backup was read back, where they lie, and what could hold more of them. */
export function checkBackups(config: Config, facts: DatabaseFacts | undefined, keyRing: KeyRing | undefined, nowMs: number): Check[] {
  if (!facts || !keyRing) return [ok('backup', 'nothing to back up yet')];
  const { home, storage } = config;
  const parts = { home, keyRing, madeBy: version, now: () => nowMs };
  const last = facts.setting(LAST_BACKUP);
  const status = backupStatus({
    places: [homePlace(parts), ...storage.backupFolders.map((folder) => namedPlace(folder, parts))],
    records: placeRecords(facts.setting(BACKUP_PLACES)),
    last,
    volumes: listVolumes(home),
    nowMs,
    everyMs: storage.backupHours * 3_600_000,
  });
  return [
    newest(status, last, nowMs),
    ...status.places.flatMap((place) => placeCheck(place, nowMs)),
    ...offers(status, storage.backupFolders),
  ];
}

function newest({ lastVerifiedAt, isLate, places }: BackupStatus, last: string | undefined, nowMs: number): Check {
  if (lastVerifiedAt === null) return warn('backup', 'no verified backup was made yet', HOW);
  const place = places.find((one) => one.lastVerifiedAt === lastVerifiedAt);
  const byHand = last === undefined ? undefined : (JSON.parse(last) as { folder: string; bytes: number });
  const [bytes, folder] = place ? [place.bytes ?? 0, place.folder] : [byHand?.bytes ?? 0, byHand?.folder ?? ''];
  const text = `last verified backup ${new Date(lastVerifiedAt).toISOString()} (${ageOf(nowMs - lastVerifiedAt)}), ${megabytes(bytes)}, in ${folder}`;
  return isLate ? warn('backup', text, HOW) : ok('backup', text);
}

/** A folder that settings name, in a line of its own; the box's own folder only where it failed. */
function placeCheck({ folder, kind, state, lastVerifiedAt, sameDisk, fault }: PlaceStatus, nowMs: number): Check[] {
  const age = lastVerifiedAt === null ? 'no backup yet' : `last verified ${ageOf(nowMs - lastVerifiedAt)}`;
  const why = fault ? `: ${fill(fault.sentence, fault.values)}` : '';
  if (kind === 'box') return fault ? [warn('backups', `${folder}: failed${why}`, 'make room on this disk, or look at the log')] : [];
  switch (state) {
    case 'missing':
      return [warn('backups', `${folder} is not there`, 'put its disk in, or take it out of BEDSIDE_BACKUP_FOLDERS')];
    case 'failed':
      return [warn('backups', `${folder}: failed (${age})${why}`, 'make room there, or name another folder in BEDSIDE_BACKUP_FOLDERS')];
    case 'late':
      return [warn('backups', `${folder}: ${age}`, 'is Bedside running? It makes them while it runs')];
    default:
      return sameDisk
        ? [warn('backups', `${folder}: ${age}, but on the disk of the data`, 'name a folder on another disk in BEDSIDE_BACKUP_FOLDERS')]
        : [ok('backups', `${folder}: ${age}`)];
  }
}

function offers({ volumes }: BackupStatus, named: readonly string[]): Check[] {
  return volumes.map(({ folder, freeBytes, removable }) =>
    ok(
      'backups',
      `${removable ? 'a stick' : 'another disk'} is there: ${folder}, ${megabytes(freeBytes)} free; for daily backups: BEDSIDE_BACKUP_FOLDERS=${[...named, folder].join(',')}`,
    ),
  );
}

function ageOf(ms: number): string {
  const hours = Math.floor(Math.max(0, ms) / 3_600_000);
  return hours < 48 ? `${hours} h ago` : `${Math.floor(hours / 24)} days ago`;
}
