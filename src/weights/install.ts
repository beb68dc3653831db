import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { throwIfAborted } from '../shared/abort.ts';
import { AppError } from '../shared/errors.ts';
import type { CatalogueEntry, CatalogueFile, WeightsSettings } from './catalogue.ts';
import { copyFile } from './copy-file.ts';
import { isUnreachable } from './fetch-failures.ts';
import { fetchFile, type Patience } from './fetch-file.ts';
import { namesBelow, onlyFolder, replaceFolder } from './folders.ts';
import { sha256File } from './hash.ts';
import { refuseImpostor } from './identify.ts';
import { type InstalledFile, type InstalledModel, loadInstalled, recordInstalled, type VouchedBy } from './installed.ts';
import { takeLock } from './lock.ts';
import type { Origin } from './origin.ts';
import type { Tally } from './progress.ts';
import { unpackArchive, unpackLimits } from './unpack.ts';

export interface Pulled {
  readonly id: string;
  readonly outcome: 'installed' | 'already-there';
  readonly bytes: number;
  /** Files whose SHA-256 the catalogue did not know and that this pull fixed. */
  readonly fixed: readonly InstalledFile[];
}

export interface Wanted {
  readonly entry: CatalogueEntry;
  readonly lacking: readonly CatalogueFile[];
  readonly origin: Origin;
}

export interface Run {
  readonly settings: WeightsSettings;
  readonly signal: AbortSignal;
  readonly tally: Tally;
  readonly lane: <T>(work: () => Promise<T>) => Promise<T>;
  readonly maxBytes: number;
  readonly fetch: typeof globalThis.fetch;
  readonly patience: Patience;
}

export async function install(wanted: Wanted, run: Run): Promise<Pulled> {
  const { entry, origin } = wanted;
  const { settings, signal } = run;
  const release = await takeLock(join(settings.modelsDir, '.locks', entry.id), {
    sentence: 'The model {id} is being pulled by another command. Wait for it to end.',
    values: { id: entry.id },
    waitMs: 0,
    signal,
  });
  try {
    const [first] = wanted.lacking;
    const model = first?.unpack ? await installArchive(wanted, first, run) : await installFiles(wanted, run);
    await recordInstalled(settings.modelsDir, entry.id, model, signal);
    const brought = new Set(wanted.lacking.map((file) => file.name));
    const unpinned = new Set(entry.files.filter((file) => file.sha256 === null).map((file) => file.name));
    const files = model.archive ? [model.archive] : model.files.filter((file) => brought.has(file.name));
    return {
      id: entry.id,
      outcome: 'installed',
      bytes: files.reduce((sum, file) => sum + file.bytes, 0),
      fixed: files.filter((file) => unpinned.has(file.name) && origin.kind !== 'unpacked'),
    };
  } finally {
    await release();
  }
}

async function installFiles({ entry, lacking, origin }: Wanted, run: Run): Promise<InstalledModel> {
  const { settings, signal } = run;
  const folder = join(settings.modelsDir, entry.id);
  const before = (await loadInstalled(settings.modelsDir))[entry.id];
  const brought = await allOrNothing(
    lacking.map((file) => async (): Promise<InstalledFile> => {
      const { vouched_by, sha256, bytes } = await bring(entry, file, origin, run);
      return { name: file.name, bytes, sha256, vouched_by };
    }),
    run,
  );
  const byName = new Map(brought.map((file) => [file.name, file]));
  const files: InstalledFile[] = [];
  for (const file of entry.files) {
    const known = byName.get(file.name) ?? before?.files.find((one) => one.name === file.name);
    // Kept from an earlier pull that ended before it could record: the catalogue vouches for it, or it would be lacking.
    files.push(known ?? { name: file.name, ...(await sha256File(join(folder, file.name), signal)), vouched_by: 'catalogue' });
  }
  return { installed_at: new Date().toISOString(), from: origin.say, files };
}

async function installArchive({ entry, origin }: Wanted, file: CatalogueFile, run: Run): Promise<InstalledModel> {
  const { settings, signal, tally } = run;
  const downloads = join(settings.modelsDir, '.downloads');
  const staging = join(downloads, `${entry.id}.unpacking`);
  await rm(staging, { recursive: true, force: true });
  try {
    if (origin.kind === 'unpacked') return await installUnpacked(entry, file, origin, staging, run);
    const { sha256, bytes, vouched_by, path } = await bring(entry, file, origin, run);
    tally.at(keyOf(entry, file.name), bytes, 0, 'unpacking', entry.id, file.name);
    await mkdir(staging, { recursive: true });
    await unpackArchive(
      { archive: path, into: staging, limits: { ...unpackLimits, bytes: Math.min(unpackLimits.bytes, run.maxBytes) } },
      signal,
    );
    const root = await onlyFolder(staging);
    const files = await settle(entry, root, signal);
    await replaceFolder(root, join(settings.modelsDir, entry.id));
    await rm(path, { force: true });
    return { installed_at: new Date().toISOString(), from: origin.say, files, archive: { name: file.name, bytes, sha256, vouched_by } };
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

/** An archive's model that lies in the folder already unpacked, with a manifest: an export used as a source. */
async function installUnpacked(
  entry: CatalogueEntry,
  archive: CatalogueFile,
  origin: Extract<Origin, { kind: 'unpacked' }>,
  staging: string,
  run: Run,
): Promise<InstalledModel> {
  const { settings, signal, tally } = run;
  const files: InstalledFile[] = [];
  let done = 0;
  for (const file of origin.files) {
    const from = done;
    const { sha256, bytes } = await copyFile(file.path, join(staging, file.name), file, {
      signal,
      onBytes: (at, moved) => tally.at(keyOf(entry, archive.name), from + at, moved, 'copying', entry.id, file.name),
    });
    done += bytes;
    files.push({ name: file.name, bytes, sha256, vouched_by: 'manifest' });
  }
  await requireRoles(entry, staging);
  await replaceFolder(staging, join(settings.modelsDir, entry.id));
  return { installed_at: new Date().toISOString(), from: origin.say, files };
}

/** Brings one file, checks it, and only then gives it its name. */
async function bring(
  entry: CatalogueEntry,
  file: CatalogueFile,
  origin: Origin,
  run: Run,
): Promise<{ sha256: string; bytes: number; vouched_by: VouchedBy; path: string }> {
  return run.lane(async () => {
    const { settings, signal, tally } = run;
    throwIfAborted(signal);
    const part = partOf(settings, entry, file);
    const path = part.slice(0, -'.part'.length);
    const key = keyOf(entry, file.name);
    if (origin.kind === 'folder') {
      const known = origin.files.find((one) => one.name === file.name);
      const from = known?.path ?? join(origin.folder, file.name);
      const expected = { name: file.name, sha256: file.sha256 ?? known?.sha256 ?? null };
      const vouched_by: VouchedBy = file.sha256 ? 'catalogue' : expected.sha256 ? 'manifest' : 'first-download';
      // The models folder itself may be named as the source: then the file is where it belongs and is only checked.
      if (resolve(from) === resolve(path)) return { ...(await checkInPlace(path, expected, signal)), vouched_by, path };
      const copied = await copyFile(from, part, expected, {
        signal,
        onBytes: (done, moved, total) => {
          tally.size(key, total);
          tally.at(key, done, moved, 'copying', entry.id, file.name);
        },
      });
      if (vouched_by === 'first-download') await keepOrDrop(part, file.name, from);
      await rename(part, path);
      return { ...copied, vouched_by, path };
    }
    const addresses = origin.kind === 'addresses' ? origin.addresses(file) : [];
    const fetched = await fetchFile(addresses, part, file, {
      signal,
      fetch: run.fetch,
      patience: run.patience,
      maxBytes: run.maxBytes,
      onBytes: (done, moved, total) => {
        if (total !== null) tally.size(key, total);
        tally.at(key, done, moved, 'fetching', entry.id, file.name);
      },
    });
    const vouched_by: VouchedBy = file.sha256 ? (entry.added_at ? 'operator' : 'catalogue') : fetched.namedByHub ? 'hub' : 'first-download';
    if (vouched_by === 'first-download') await keepOrDrop(part, file.name, addresses[0]?.host ?? 'The source');
    await rename(part, path);
    return { sha256: fetched.sha256, bytes: fetched.bytes, vouched_by, path };
  });
}

async function checkInPlace(
  path: string,
  expected: { name: string; sha256: string | null },
  signal: AbortSignal,
): Promise<{ sha256: string; bytes: number }> {
  const found = await sha256File(path, signal);
  if (expected.sha256 === null || found.sha256 === expected.sha256) return found;
  throw new AppError('unavailable', 'The file {file} is not what it should be (its SHA-256 differs): it was altered or cut short.', {
    values: { file: path },
    context: { file: expected.name },
  });
}

async function keepOrDrop(part: string, name: string, from: string): Promise<void> {
  try {
    await refuseImpostor(part, name, from);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

// ---------- folders

export function partOf(settings: WeightsSettings, entry: CatalogueEntry, file: CatalogueFile): string {
  const folder = file.unpack ? join(settings.modelsDir, '.downloads') : join(settings.modelsDir, entry.id);
  return `${join(folder, file.name)}.part`;
}

export function keyOf(entry: CatalogueEntry, name: string): string {
  return `${entry.id}/${name}`;
}

/** What an archive held: its roles are there, its names are sane, each file's SHA-256 taken. */
async function settle(entry: CatalogueEntry, root: string, signal: AbortSignal): Promise<InstalledFile[]> {
  await requireRoles(entry, root);
  const files: InstalledFile[] = [];
  for (const name of await namesBelow(root)) files.push({ name, ...(await sha256File(join(root, name), signal)), vouched_by: 'archive' });
  return files;
}

async function requireRoles(entry: CatalogueEntry, root: string): Promise<void> {
  for (const path of Object.values(entry.roles)) {
    if (await stat(join(root, path)).catch(() => undefined)) continue;
    throw new AppError('unavailable', 'The archive of {name} lacks {path}, so it cannot be used.', {
      values: { name: entry.name, path },
      context: { file: path },
    });
  }
}

/** Runs all; when one fails the others are waited for, so that nothing writes after the answer is given. */
async function allOrNothing<T>(works: readonly (() => Promise<T>)[], run: Run): Promise<T[]> {
  const ends = await Promise.allSettled(works.map((work) => work()));
  const failures = ends.filter((end) => end.status === 'rejected').map((end) => end.reason as unknown);
  if (failures.length > 0) {
    throwIfAborted(run.signal);
    throw failures.find((failure) => isUnreachable(failure)) ?? failures[0];
  }
  return ends.map((end) => (end as PromiseFulfilledResult<T>).value);
}
