import { createHash } from 'node:crypto';
import {
  closeSync,
  type Dirent,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  rmSync,
  statfsSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { type SignedHead, signHead } from '../domain/audit/signed-head.ts';
import { AppError } from '../shared/errors.ts';
import { flushFile, flushFolder, writeDurably } from './files/durable.ts';
import { headKeyOf } from './files/head-key.ts';
import { BACKUP_DATABASE, MANIFEST, type Manifest, type ManifestFile, writeManifest } from './manifest.ts';
import { type Connection, openConnection } from './sqlite/database.ts';

/** Plain values only: it crosses to a thread. */
export interface BackupTask {
  readonly type: 'backup';
  readonly database: string;
  /** Undefined for a copy of the database alone. */
  readonly files: string | undefined;
  /** A folder that does not exist yet. */
  readonly to: string;
  /** On the same disk a file that never changes may stand in two folders at once. */
  readonly mayLink: boolean;
  readonly key: Uint8Array | undefined;
  readonly manifests: Uint8Array;
  readonly keyCheck: string;
  /** Signs the heads of the audit chains in the copy. */
  readonly headKey: Record<string, unknown> | undefined;
  readonly madeBy: string;
  readonly madeAt: string;
}

export type Report = (done: number, total: number) => void;

/** Copies the data into a folder, reads the copy back and signs the list of it. Synchronous: for a thread of its own. */
export function copyData(task: BackupTask, report: Report): Manifest {
  mkdirSync(task.to, { recursive: true, mode: 0o700 });
  const names = task.files === undefined ? [] : filesBelow(task.files);
  const needed = statSync(task.database).size + (task.mayLink ? 0 : names.reduce((sum, { bytes }) => sum + bytes, 0));
  refuseLackOfRoom(
    task.to,
    needed + (task.mayLink ? SPARE_BYTES : 1_000_000),
    'There is not enough room for a backup in {folder}: it needs {need} MB, {free} MB are free. Make room, or choose another folder.',
  );
  const key = task.key && Buffer.from(task.key);
  const source = openConnection(task.database, key, { readonly: true });
  let schema: string[];
  const copy = join(task.to, BACKUP_DATABASE);
  const total = 2 * statSync(task.database).size + names.reduce((sum, { bytes }) => sum + bytes, 0);
  const progress = makeProgress(report, total);
  try {
    schema = appliedMigrations(source);
    source.prepare('VACUUM INTO ?').run(copy);
  } finally {
    source.close();
  }
  flushFile(copy);
  progress(statSync(task.database).size);
  refuseFaults(copy, key);
  const files: ManifestFile[] = [{ path: BACKUP_DATABASE, ...hashFile(copy, progress) }];
  for (const { name } of names) {
    const file = keepFile(join(task.files ?? '', name), join(task.to, 'files', name), task.mayLink, progress);
    if (file) files.push({ path: `files/${name}`, ...file });
  }
  const manifest: Manifest = {
    format: 'bedside-backup-1',
    kind: task.files === undefined ? 'database' : 'data',
    madeAt: task.madeAt,
    madeBy: task.madeBy,
    schema,
    keyCheck: task.keyCheck,
    ...(task.headKey ? { heads: headsOf(copy, key, task.headKey, task.madeAt) } : {}),
    files,
  };
  writeDurably(join(task.to, MANIFEST), writeManifest({ manifests: Buffer.from(task.manifests) }, manifest));
  for (const folder of foldersBelow(task.to)) flushFolder(folder);
  report(total, total); // a copy has no unused pages, and may be smaller than was reckoned with
  return manifest;
}

function headsOf(copy: string, key: Buffer | undefined, headKey: Record<string, unknown>, madeAt: string): SignedHead[] {
  const db = openConnection(copy, key, { readonly: true });
  try {
    const known = db.prepare(`SELECT 1 FROM sqlite_master WHERE name = 'audit_heads'`).get();
    const rows = known ? db.prepare('SELECT hospital_id AS hospitalId, seq, hash FROM audit_heads ORDER BY hospital_id').all() : [];
    const signer = headKeyOf(headKey);
    return (rows as { hospitalId: string; seq: number; hash: string }[]).map(({ hospitalId, ...head }) =>
      signHead(signer, hospitalId, head, Date.parse(madeAt)),
    );
  } finally {
    db.close();
  }
}

/** Room that stays free on the disk that the clinic is working on. */
export const SPARE_BYTES = 64_000_000;

export function refuseLackOfRoom(folder: string, bytes: number, sentence: string): void {
  const disk = statfsSync(folder);
  const free = disk.bavail * disk.bsize;
  if (bytes <= free) return;
  const values = { folder: folder.replace(/\.part$/, ''), need: Math.ceil(bytes / 1e6), free: Math.floor(free / 1e6) };
  throw new AppError('unavailable', sentence, { reason: 'STORAGE_FULL', values });
}

/** Throws `invalid` where a copy of the database is not whole, or is not opened by this key. */
export function refuseFaults(file: string, key: Buffer | undefined): void {
  let faults: string[];
  try {
    const db = openConnection(file, key, { readonly: true });
    try {
      faults = (db.pragma('integrity_check(5)') as Record<string, string>[])
        .map((row) => Object.values(row)[0] ?? '')
        .filter((text) => text !== 'ok');
    } finally {
      db.close();
    }
  } catch (error) {
    faults = [error instanceof Error ? error.message : String(error)];
  }
  if (faults.length > 0)
    throw new AppError('invalid', 'The copy of the database in {file} is damaged.', { values: { file } }, new Error(faults.join('; ')));
}

/** Names of the migrations that a database has had, in their order. */
export function appliedMigrations(db: Connection): string[] {
  const known = db.prepare(`SELECT 1 FROM sqlite_master WHERE name = 'kysely_migration'`).get();
  return known ? (db.prepare('SELECT name FROM kysely_migration ORDER BY name').pluck().all() as string[]) : [];
}

/** Files that are whole, by name with slashes; what is still being written is left out. */
function filesBelow(root: string): { name: string; bytes: number }[] {
  if (!existsSync(root)) return [];
  return readdirSync(root, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((name) => !name.startsWith('.'))
    .sort()
    .map((name) => ({ name, bytes: statSync(join(root, name), { throwIfNoEntry: false })?.size ?? 0 }));
}

export function foldersBelow(root: string): string[] {
  const inside: Dirent[] = readdirSync(root, { withFileTypes: true, recursive: true });
  return [root, ...inside.filter((entry) => entry.isDirectory()).map((entry) => join(entry.parentPath, entry.name))];
}

/** Undefined where the file was erased meanwhile. */
function keepFile(from: string, to: string, mayLink: boolean, progress: (bytes: number) => void) {
  mkdirSync(dirname(to), { recursive: true, mode: 0o700 });
  try {
    if (mayLink) {
      linkSync(from, to);
      return hashFile(to, progress);
    }
    return copyHashing(from, to, progress);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' && !existsSync(from)) return undefined;
    if (mayLink && (code === 'EXDEV' || code === 'EPERM' || code === 'EMLINK' || code === 'ENOTSUP'))
      return keepFile(from, to, false, progress);
    throw error;
  }
}

const PIECE_BYTES = 1 << 20;

export function hashFile(file: string, progress: (bytes: number) => void): { bytes: number; sha256: string } {
  return copyHashing(file, undefined, progress);
}

/** Reads a file to its end; writes what it read where it is told to, and on the disk before it returns. */
export function copyHashing(from: string, to: string | undefined, progress: (bytes: number) => void): { bytes: number; sha256: string } {
  const hash = createHash('sha256');
  const piece = Buffer.allocUnsafe(PIECE_BYTES);
  const reading = openSync(from, 'r');
  let writing: number | undefined;
  let bytes = 0;
  try {
    if (to !== undefined) writing = openSync(to, 'wx', 0o600);
    for (let got = readSync(reading, piece); got > 0; got = readSync(reading, piece)) {
      const part = piece.subarray(0, got);
      hash.update(part);
      if (writing !== undefined) for (let at = 0; at < got; ) at += writeSync(writing, part, at);
      bytes += got;
      progress(got);
    }
    if (writing !== undefined) fsyncSync(writing);
  } catch (error) {
    if (to !== undefined && writing !== undefined) rmSync(to, { force: true });
    throw error;
  } finally {
    closeSync(reading);
    if (writing !== undefined) closeSync(writing);
  }
  return { bytes, sha256: hash.digest('hex') };
}

export function makeProgress(report: Report, total: number): (bytes: number) => void {
  let done = 0;
  return (bytes) => {
    done += bytes;
    report(Math.min(done, total), total);
  };
}
