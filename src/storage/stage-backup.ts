import { chownSync, existsSync, lstatSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { AppError } from '../shared/errors.ts';
import { copyHashing, foldersBelow, makeProgress, type Report, refuseFaults, refuseLackOfRoom, SPARE_BYTES } from './copy-data.ts';
import { flushFolder, writeDurably } from './files/durable.ts';
import { layoutOf } from './home-layout.ts';
import { BACKUP_DATABASE, type Manifest, readManifest } from './manifest.ts';

/** Plain values only: it crosses to a thread. */
export interface StageTask {
  readonly type: 'stage';
  readonly folder: string;
  readonly home: string;
  /** `replace`: everything comes from the backup. `mend`: the database does, and those files that are no longer there. */
  readonly mode: 'replace' | 'mend';
  /** Where what is in place now will go, below the data folder. */
  readonly aside: string;
  readonly key: Uint8Array | undefined;
  readonly manifests: Uint8Array;
  readonly keyCheck: string;
  /** Migrations that this version knows. */
  readonly knownMigrations: readonly string[];
}

/** What a staged restore still has to do; it lies with it, so that whoever comes after a power cut can go on. */
export interface RestorePlan {
  readonly mode: StageTask['mode'];
  readonly aside: string;
  readonly keyCheck: string;
}

export const PLAN = 'plan.json';

/**
 * Copies a backup into the data folder, beside what is in place, and proves every byte of the copy on the way. What is in
 * place is not touched. Synchronous: for a thread of its own.
 */
export function stageBackup(task: StageTask, report: Report): Manifest {
  const { folder, mode } = task;
  const at = layoutOf(task.home);
  const manifest = readManifest(folder, { manifests: Buffer.from(task.manifests), check: task.keyCheck });
  const unknown = manifest.schema.filter((name) => !task.knownMigrations.includes(name));
  if (unknown.length > 0)
    throw new AppError(
      'unavailable',
      'This backup was made by a later version of Bedside ({version}). Install that version to restore it. Nothing was changed.',
      { values: { version: manifest.madeBy } },
    );
  const isNeeded = (path: string) => path === BACKUP_DATABASE || mode === 'replace' || !existsSync(join(at.home, path));
  const total = manifest.files.reduce((sum, { bytes }) => sum + bytes, 0);
  const bytes = manifest.files.filter(({ path }) => isNeeded(path)).reduce((sum, file) => sum + file.bytes, 0);
  refuseLackOfRoom(
    at.home,
    bytes + SPARE_BYTES,
    'There is not enough room on the disk of {folder}: the backup needs {need} MB, {free} MB are free. Nothing was changed.',
  );
  const progress = makeProgress(report, total);
  const staging = `${at.restoring}.part`;
  rmSync(staging, { recursive: true, force: true });
  try {
    mkdirSync(manifest.kind === 'data' ? join(staging, 'files') : staging, { recursive: true, mode: 0o700 });
    for (const want of manifest.files) {
      const to = isNeeded(want.path) ? join(staging, want.path) : undefined;
      if (to) mkdirSync(dirname(to), { recursive: true, mode: 0o700 });
      const from = join(folder, want.path);
      if (!existsSync(from)) throw unsound(folder, want.path, 'missing');
      const got = copyHashing(from, to, progress);
      if (got.bytes !== want.bytes || got.sha256 !== want.sha256) throw unsound(folder, want.path, 'altered');
    }
    if (!manifest.files.some(({ path }) => path === BACKUP_DATABASE)) throw unsound(folder, BACKUP_DATABASE, 'missing');
    refuseFaults(join(staging, BACKUP_DATABASE), task.key && Buffer.from(task.key));
    writeDurably(join(staging, PLAN), JSON.stringify({ mode, aside: task.aside, keyCheck: manifest.keyCheck } satisfies RestorePlan));
    ownLikeHome(at.home, staging);
    for (const inside of foldersBelow(staging)) flushFolder(inside);
    renameSync(staging, at.restoring);
    flushFolder(at.home);
  } catch (error) {
    rmSync(staging, { recursive: true, force: true });
    throw error;
  }
  return manifest;
}

function unsound(folder: string, path: string, what: 'missing' | 'altered'): AppError {
  return new AppError(
    'invalid',
    what === 'missing'
      ? 'The backup in {folder} is not whole: its file {path} is missing. Nothing was changed; take another backup.'
      : 'The backup in {folder} was altered or cut short: its file {path} is not what was backed up. Nothing was changed; take another backup.',
    { values: { folder, path } },
  );
}

/** An operator restores as root what a service reads as somebody else. */
function ownLikeHome(home: string, staging: string): void {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = statSync(home);
  if (uid === 0) return;
  for (const entry of readdirSync(staging, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name);
    if (!lstatSync(path).isSymbolicLink()) chownSync(path, uid, gid);
  }
  chownSync(staging, uid, gid);
}
