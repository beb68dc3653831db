import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type BackupPlace, type PlaceLook, timesToKeep } from '../domain/jobs/backup-places.ts';
import { AppError } from '../shared/errors.ts';
import { type Backup, type BackupSource, backupAtHome, describeBackup, listBackups, writeBackup } from './backup.ts';
import type { DataTaskRun } from './data-task.ts';
import { layoutOf, timeName } from './home-layout.ts';
import type { KeyRing } from './key-ring.ts';
import { readManifest } from './manifest.ts';
import { freeName } from './restore.ts';

/** So many stay, however little room there is. */
const LEAST = 2;
const isDaily = (name: string) => /^bedside-daily-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ/.test(name);

export interface PlaceParts {
  readonly home: string;
  readonly keyRing: KeyRing;
  readonly madeBy: string;
  readonly now: () => number;
  /** The disk on which a path lies. */
  readonly diskOf?: (path: string) => number;
}

/** The folder of backups in the data folder. */
export function homePlace(parts: PlaceParts): BackupPlace {
  const { home, keyRing } = parts;
  return {
    folder: layoutOf(home).backups,
    kind: 'box',
    look: () => ({ exists: true, mounted: false, sameDisk: true }),
    newest: () =>
      listBackups(home).find(
        ({ kind, madeAtMs, folder }) => kind === 'data' && madeAtMs <= parts.now() && wholeBackup(folder, keyRing) !== undefined,
      ),
    make: (run) => backupAtHome(sourceOf(parts), 'data', run),
  };
}

/** A folder that settings name. It is never made: where it is missing, its disk is. */
export function namedPlace(folder: string, parts: PlaceParts): BackupPlace {
  const ours = () => dailyBackups(folder, parts.keyRing);
  return {
    folder,
    kind: 'named',
    look: () => lookAt(folder, parts),
    newest: () => ours().find(({ madeAtMs }) => madeAtMs <= parts.now()),
    async make(run) {
      forgetHalves(folder, parts.now());
      const made = await makeWithRoom(folder, sourceOf(parts), run, ours);
      const kept = ours();
      const stays = timesToKeep(kept.map(({ madeAtMs }) => madeAtMs));
      for (const old of kept) if (!stays.has(old.madeAtMs)) rmSync(old.folder, { recursive: true, force: true });
      return made;
    },
  };
}

/** Where the disk is full of this box's own backups, the oldest go first. */
async function makeWithRoom(folder: string, source: BackupSource, run: DataTaskRun, ours: () => Backup[]): Promise<Backup> {
  for (;;) {
    try {
      return await writeBackup(freeName(folder, `bedside-daily-${timeName(source.nowMs)}`), source, { kind: 'data', mayLink: false }, run);
    } catch (error) {
      const [oldest, ...rest] = ours().reverse();
      if (!(error instanceof AppError && error.details.reason === 'STORAGE_FULL') || !oldest || rest.length < LEAST) throw error;
      rmSync(oldest.folder, { recursive: true, force: true });
    }
  }
}

/** This box's own, whole ones in a folder, newest first; what another box or a person put there is none of it. */
function dailyBackups(folder: string, keyRing: KeyRing): Backup[] {
  return namesIn(folder)
    .filter((name) => isDaily(name) && !name.endsWith('.part'))
    .flatMap((name) => wholeBackup(join(folder, name), keyRing) ?? [])
    .sort((a, b) => b.madeAtMs - a.madeAtMs);
}

/** A backup whose list this box has signed, with every file of it in its size; undefined for anything else. */
export function wholeBackup(folder: string, keyRing: KeyRing): Backup | undefined {
  try {
    const manifest = readManifest(folder, keyRing);
    const whole = manifest.files.every(({ path, bytes }) => statSync(join(folder, path), { throwIfNoEntry: false })?.size === bytes);
    return whole ? describeBackup(folder, manifest) : undefined;
  } catch {
    return undefined; // not this box's, or not readable: the same to whoever counts
  }
}

function lookAt(folder: string, { home, diskOf = (path) => statSync(path).dev }: PlaceParts): PlaceLook {
  try {
    if (!statSync(folder).isDirectory()) return { exists: false, mounted: false, sameDisk: false };
    const disk = diskOf(folder);
    return { exists: true, mounted: disk !== diskOf('/'), sameDisk: disk === diskOf(nearest(home)) };
  } catch {
    return { exists: false, mounted: false, sameDisk: false };
  }
}

function nearest(folder: string): string {
  return existsSync(folder) || folder === dirname(folder) ? folder : nearest(dirname(folder));
}

/** A copy that was cut off is nobody's; one of today may still be growing under another process. */
function forgetHalves(folder: string, nowMs: number): void {
  for (const name of namesIn(folder)) {
    const path = join(folder, name);
    if (isDaily(name) && name.endsWith('.part') && nowMs - statSync(path).mtimeMs > 24 * 3_600_000)
      rmSync(path, { recursive: true, force: true });
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function sourceOf({ home, keyRing, madeBy, now }: PlaceParts): BackupSource {
  return { home, keyRing, madeBy, nowMs: now() };
}
