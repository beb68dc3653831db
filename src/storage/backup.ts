import { existsSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AppError } from '../shared/errors.ts';
import { type DataTaskRun, runDataTask } from './data-task.ts';
import { flushFolder } from './files/durable.ts';
import { findHeadJwk } from './files/head-key.ts';
import { layoutOf, timeName } from './home-layout.ts';
import type { KeyRing } from './key-ring.ts';
import { type Manifest, peekManifest } from './manifest.ts';
import { freeName } from './restore.ts';

/** A backup that was made: copied, read back, signed. */
export interface Backup {
  readonly folder: string;
  readonly kind: Manifest['kind'];
  readonly madeAtMs: number;
  readonly bytes: number;
  readonly files: number;
}

export interface BackupSource {
  readonly home: string;
  readonly keyRing: KeyRing;
  /** The version that makes it. */
  readonly madeBy: string;
  readonly nowMs: number;
}

/** How many of the box's own backups are kept, of each kind. */
const KEEP = 7;

/**
 * Copies the data into a new folder, or into one named by the time in a folder that is there already, beside whoever works on
 * them. It has its name only when the copy is whole, read back and signed; everything acknowledged before the call is in it.
 */
export async function backupTo(folder: string, source: BackupSource, run: DataTaskRun): Promise<Backup> {
  const isThere = statSync(folder, { throwIfNoEntry: false })?.isDirectory() ?? false;
  const target = isThere ? freeName(folder, `bedside-${timeName(source.nowMs)}`) : folder;
  return writeBackup(target, source, { kind: 'data', mayLink: false }, run);
}

/** The same into the box's own folder of backups; the oldest of its kind go. Files that never change take no room twice. */
export async function backupAtHome(source: BackupSource, kind: Manifest['kind'], run: DataTaskRun, note?: string): Promise<Backup> {
  const { backups } = layoutOf(source.home);
  await mkdir(backups, { recursive: true, mode: 0o700 });
  // A copy that was cut off is nobody's; one of today may still be growing under another process.
  for (const name of readdirSync(backups)) {
    const path = join(backups, name);
    if (isOurs(name) && name.endsWith('.part') && source.nowMs - statSync(path).mtimeMs > 24 * 3_600_000)
      rmSync(path, { recursive: true, force: true });
  }
  const name = [timeName(source.nowMs), ...(note ? [note] : [])].join('-');
  const made = await writeBackup(freeName(backups, name), source, { kind, mayLink: true }, run);
  const old = listBackups(source.home).filter((backup) => backup.kind === kind);
  for (const { folder } of old.slice(KEEP)) rmSync(folder, { recursive: true, force: true });
  return made;
}

/** The box's own backups, newest first. What they claim is not proved here. */
export function listBackups(home: string): Backup[] {
  const { backups } = layoutOf(home);
  if (!existsSync(backups)) return [];
  return readdirSync(backups)
    .filter((name) => isOurs(name) && !name.endsWith('.part'))
    .flatMap((name) => {
      const folder = join(backups, name);
      try {
        return [describeBackup(folder, peekManifest(folder))];
      } catch {
        return []; // no backup, or none that can be read
      }
    })
    .sort((a, b) => b.madeAtMs - a.madeAtMs || (a.folder < b.folder ? 1 : -1));
}

/** Only folders named by a time are the box's own; what else somebody put there is left alone. */
function isOurs(name: string): boolean {
  return /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ/.test(name);
}

/** Writes a backup under a name that is free yet. */
export async function writeBackup(
  folder: string,
  { home, keyRing, madeBy, nowMs }: BackupSource,
  { kind, mayLink }: { kind: Manifest['kind']; mayLink: boolean },
  run: DataTaskRun,
): Promise<Backup> {
  const at = layoutOf(home);
  if (existsSync(folder)) throw new AppError('conflict', '{folder} is a file. Choose another name for the backup.', { values: { folder } });
  const partial = `${folder}.part`;
  try {
    rmSync(partial, { recursive: true, force: true });
    await mkdir(dirname(folder), { recursive: true });
    const manifest = await runDataTask<Manifest>(
      {
        type: 'backup',
        database: at.database,
        files: kind === 'data' ? at.files : undefined,
        to: partial,
        mayLink,
        key: keyRing.database,
        manifests: keyRing.manifests,
        keyCheck: keyRing.check,
        headKey: findHeadJwk(at.keys, keyRing.files),
        madeBy,
        madeAt: new Date(nowMs).toISOString(),
      },
      run,
    );
    renameSync(partial, folder);
    flushFolder(dirname(folder));
    return describeBackup(folder, manifest);
  } catch (error) {
    rmSync(partial, { recursive: true, force: true });
    throw backupError(error, folder);
  }
}

export function describeBackup(folder: string, manifest: Manifest): Backup {
  return {
    folder,
    kind: manifest.kind,
    madeAtMs: Date.parse(manifest.madeAt),
    bytes: manifest.files.reduce((sum, { bytes }) => sum + bytes, 0),
    files: manifest.files.length,
  };
}

function backupError(error: unknown, folder: string): unknown {
  const code = String((error as { code?: unknown }).code);
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'SQLITE_FULL')
    return new AppError(
      'unavailable',
      'There is not enough room for a backup in {folder}. Make room, or choose another folder.',
      { reason: 'STORAGE_FULL', values: { folder } },
      error,
    );
  if (
    code === 'EACCES' ||
    code === 'EPERM' ||
    code === 'EROFS' ||
    code === 'ENOENT' ||
    code === 'ENOTDIR' ||
    code.startsWith('SQLITE_CANTOPEN')
  )
    return new AppError(
      'unavailable',
      'A backup cannot be written to {folder}. Check that the folder may be written.',
      { values: { folder } },
      error,
    );
  return error;
}
