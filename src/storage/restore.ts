import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { AppError } from '../shared/errors.ts';
import { type DataTaskRun, runDataTask } from './data-task.ts';
import { flushFolder, writeDurably } from './files/durable.ts';
import { databaseFiles, type Layout, layoutOf, timeName } from './home-layout.ts';
import type { KeyRing } from './key-ring.ts';
import { BACKUP_DATABASE, type Manifest, peekManifest, readManifest } from './manifest.ts';
import { migrations } from './migrations/all.ts';
import { lockHome } from './sqlite/home-lock.ts';
import { PLAN, type RestorePlan } from './stage-backup.ts';

export interface RestoreReport {
  readonly manifest: Manifest;
  /** Where what was in place lies now; undefined where there was nothing. */
  readonly aside: string | undefined;
}

/**
 * Puts a backup in the place of the data of this folder. Everything is proved first: the manifest, every byte, the database
 * under the key. Until then, and wherever it fails, what is in place stays as it is.
 */
export async function restoreBackup(
  options: { home: string; folder: string; keyRing: KeyRing; nowMs: number } & DataTaskRun,
): Promise<RestoreReport> {
  const { home, folder, keyRing, nowMs, signal, onProgress } = options;
  const at = layoutOf(home);
  readManifest(folder, keyRing);
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const lock = lockHome(at.lock, home, 'replace');
  try {
    const aside = freeName(at.replaced, timeName(nowMs));
    const manifest = await stage(at, { folder, mode: 'replace', aside, keyRing }, { signal, onProgress });
    finishRestore(at);
    return { manifest, aside: existsSync(aside) ? aside : undefined };
  } finally {
    lock.release();
  }
}

/** Which key a backup needs; for the sentence when there is none. */
export function isBackupEncrypted(folder: string): boolean {
  return peekManifest(folder).keyCheck !== 'off';
}

/** Proves a backup and lays it beside what is in place. The caller holds the data folder alone, and goes on with `finishRestore`. */
export function stage(
  at: Layout,
  { folder, mode, aside, keyRing }: { folder: string; mode: RestorePlan['mode']; aside: string; keyRing: KeyRing },
  run: DataTaskRun,
): Promise<Manifest> {
  return runDataTask<Manifest>(
    {
      type: 'stage',
      folder,
      home: at.home,
      mode,
      aside: relative(at.home, aside),
      key: keyRing.database,
      manifests: keyRing.manifests,
      keyCheck: keyRing.check,
      knownMigrations: Object.keys(migrations),
    },
    run,
  );
}

/**
 * Moves what is in place aside and what was staged into its place. It may be cut off at any instant and begun again: the
 * staged database is moved last of its part, and while it is still staged that part is not done.
 */
export function finishRestore(at: Layout): void {
  const { mode, aside, keyCheck } = JSON.parse(readFileSync(join(at.restoring, PLAN), 'utf8')) as RestorePlan;
  const moveAside = (path: string) => {
    if (!existsSync(path)) return;
    mkdirSync(join(at.home, aside), { recursive: true, mode: 0o700 });
    renameSync(path, join(at.home, aside, basename(path)));
  };
  // Made from the documents of before; it is made again from these.
  for (const file of databaseFiles(at.searchIndex)) rmSync(file, { force: true });
  const staged = join(at.restoring, BACKUP_DATABASE);
  if (existsSync(staged)) {
    for (const file of databaseFiles(at.database)) moveAside(file);
    // Tokens signed for the data of before say nothing about these, and their keys may lie under another key.
    if (mode === 'replace') for (const path of [at.keys, at.keyCheck]) moveAside(path);
    flushFolder(at.home);
    renameSync(staged, at.database);
  }
  const files = join(at.restoring, 'files');
  if (existsSync(files)) {
    if (mode === 'replace') {
      moveAside(at.files);
      renameSync(files, at.files);
    } else bringMissing(files, at.files);
  }
  writeDurably(at.keyCheck, `${keyCheck}\n`);
  const done = `${at.restoring}.done`;
  rmSync(done, { recursive: true, force: true });
  renameSync(at.restoring, done);
  flushFolder(at.home);
  rmSync(done, { recursive: true, force: true });
}

/** What a restore that was cut off has left behind and nobody needs. The caller holds the data folder. */
export function sweepRestores(at: Layout): void {
  for (const left of [`${at.restoring}.part`, `${at.restoring}.done`]) rmSync(left, { recursive: true, force: true });
}

function bringMissing(from: string, to: string): void {
  for (const entry of readdirSync(from, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    const source = join(entry.parentPath, entry.name);
    const target = join(to, relative(from, source));
    if (existsSync(target)) continue;
    mkdirSync(dirname(target), { recursive: true, mode: 0o700 });
    renameSync(source, target);
    flushFolder(dirname(target));
  }
}

/** A name in this folder that nobody has: two deeds in one second must not meet. */
export function freeName(folder: string, name: string): string {
  for (let n = 1; ; n++) {
    const path = join(folder, n === 1 ? name : `${name}-${n}`);
    if (!existsSync(path) && !existsSync(`${path}.part`)) return path;
    if (n > 1_000) throw new AppError('conflict', 'The folder {folder} is full of backups of the same second.', { values: { folder } });
  }
}
