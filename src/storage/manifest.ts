import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SignedHead } from '../domain/audit/signed-head.ts';
import { AppError } from '../shared/errors.ts';
import { isSigned, type KeyRing, sign } from './key-ring.ts';

/** What a backup says of itself, in `manifest.json`. */
export interface Manifest {
  readonly format: 'bedside-backup-1';
  /** `data`: database and files. `database`: the database alone, made before it is brought up to date. */
  readonly kind: 'data' | 'database';
  /** When the copy of the database was begun: everything acknowledged before is in it. */
  readonly madeAt: string;
  readonly madeBy: string;
  /** Names of the migrations that had run. */
  readonly schema: readonly string[];
  /** Tells whether a key is the one that opens it, and tells nothing about it. */
  readonly keyCheck: string;
  /** The head of each audit chain in this copy; a box that has never served has no key to sign them. */
  readonly heads?: readonly SignedHead[];
  readonly files: readonly ManifestFile[];
}

export interface ManifestFile {
  /** Below the backup's folder, with slashes. */
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** What of a key ring proves a manifest. */
export type Proof = Pick<KeyRing, 'manifests' | 'check'>;

export const MANIFEST = 'manifest.json';
/** The name of the database in a backup. */
export const BACKUP_DATABASE = 'bedside.db';

export function writeManifest(ring: Pick<KeyRing, 'manifests'>, manifest: Manifest): string {
  return `${JSON.stringify({ ...manifest, signature: sign(ring, JSON.stringify(manifest)) }, null, 2)}\n`;
}

/** Reads and proves the manifest of a backup; the files it names are not looked at. Throws with the sentence to show. */
export function readManifest(folder: string, ring: Proof): Manifest {
  const { signature, ...manifest } = parse(folder);
  if (manifest.keyCheck !== ring.check) throw otherKey(manifest.keyCheck, ring);
  if (!isSigned(ring, JSON.stringify(manifest), signature)) throw altered(folder);
  return manifest;
}

/** What a backup claims, not proved: enough to say which key it needs. */
export function peekManifest(folder: string): Manifest {
  return parse(folder);
}

function parse(folder: string): Manifest & { signature: string } {
  let text: string;
  try {
    text = readFileSync(join(folder, MANIFEST), 'utf8');
  } catch (error) {
    throw new AppError('not-found', 'There is no backup in {folder}: it has no manifest.json.', { values: { folder } }, error);
  }
  try {
    const found = JSON.parse(text) as Manifest & { signature: string };
    const strings = [found.madeAt, found.madeBy, found.keyCheck, found.signature, found.kind, ...found.schema];
    const whole =
      found.format === 'bedside-backup-1' &&
      strings.every((value) => typeof value === 'string') &&
      found.files.every(({ path, bytes, sha256 }) => isBelow(path) && Number.isInteger(bytes) && typeof sha256 === 'string');
    if (whole) return found;
  } catch {
    // told below
  }
  throw altered(folder);
}

/** The signature would refuse a path that climbs; a backup that was never signed must not get that far. */
function isBelow(path: unknown): boolean {
  return typeof path === 'string' && path !== '' && path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
}

function altered(folder: string): AppError {
  return new AppError('invalid', 'The backup in {folder} was altered or cut short: its manifest.json does not hold. Nothing was changed.', {
    values: { folder },
  });
}

function otherKey(check: string, ring: Proof): AppError {
  if (check === 'off')
    return new AppError('unavailable', 'This backup is not encrypted. Restore it with BEDSIDE_DB_KEY=off. Nothing was changed.');
  if (ring.check === 'off')
    return new AppError(
      'unavailable',
      'This backup is encrypted, and BEDSIDE_DB_KEY=off turns encryption off. Give its key instead. Nothing was changed.',
    );
  return new AppError(
    'unavailable',
    'This backup was made with another encryption key. Put that key, or the 24 words of its recovery sheet, into the key file or into BEDSIDE_DB_KEY. Nothing was changed.',
  );
}
