import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { cancelled, throwIfAborted } from '../shared/abort.ts';
import { AppError } from '../shared/errors.ts';
import { type CatalogueEntry, type CatalogueFile, findEntry, loadCatalogue, type WeightsSettings } from './catalogue.ts';
import { openVerdicts, type Verdicts } from './checked.ts';
import { copyFile } from './copy-file.ts';
import { fetchFile, isUnreachable, type Patience, patience } from './fetch-file.ts';
import { namesBelow, onlyFolder, replaceFolder } from './folders.ts';
import { sha256File } from './hash.ts';
import { refuseImpostor } from './identify.ts';
import { type InstalledFile, type InstalledModel, loadInstalled, recordInstalled, type VouchedBy } from './installed.ts';
import { locateModels } from './locate.ts';
import { takeLock } from './lock.ts';
import { type Origin, originOf } from './origin.ts';
import { makeTally, type OnProgress, type Tally } from './progress.ts';
import { freeBytes, requireSpace } from './space.ts';
import { unpackArchive } from './unpack.ts';

export interface PullOptions {
  readonly signal: AbortSignal;
  readonly onProgress?: OnProgress | undefined;
  /** For tests: another network, less patience, a smaller disk. */
  readonly fetch?: typeof globalThis.fetch;
  readonly patience?: Patience;
  readonly freeBytes?: (folder: string) => Promise<number>;
}

export interface Pulled {
  readonly id: string;
  readonly outcome: 'installed' | 'already-there';
  readonly bytes: number;
  /** Files whose SHA-256 the catalogue did not know and that this pull fixed. */
  readonly fixed: readonly InstalledFile[];
}

export interface PullReport {
  readonly pulled: readonly Pulled[];
  readonly failed: readonly { readonly id: string; readonly error: AppError }[];
  /** Of a set: what cannot be had from anywhere known and need not be. */
  readonly skipped: readonly { readonly id: string; readonly why: string }[];
}

/** Files that come at the same time. */
const LANES = 3;

/** Pulls one model into the models folder, or mends it there. Throws why it could not be had. */
export async function pullModel(settings: WeightsSettings, id: string, options: PullOptions): Promise<Pulled> {
  const report = await pullModels(settings, [id], options);
  const [failure] = report.failed;
  if (failure) throw failure.error;
  return report.pulled[0] as Pulled;
}

/**
 * Pulls several models, three files at a time. One that fails does not stop the others, unless the source itself is gone or
 * the disk is full. `asSet`: what nobody offers, and demonstrations that the source has not got, are skipped.
 * Throws only when nothing can even be begun: an unknown id, no room, a source that `BEDSIDE_OFFLINE` forbids, `cancelled`.
 */
export async function pullModels(
  settings: WeightsSettings,
  ids: readonly string[],
  options: PullOptions & { readonly asSet?: boolean },
): Promise<PullReport> {
  const { signal } = options;
  const catalogue = await loadCatalogue(settings);
  const entries = [...new Set(ids)].map((id) => findEntry(catalogue, id));
  const verdicts = await openVerdicts(settings.modelsDir);
  const pulled: Pulled[] = [];
  const failed: { id: string; error: AppError }[] = [];
  const skipped: { id: string; why: string }[] = [];
  const fail = (entry: CatalogueEntry, error: unknown) => {
    const known = asAppError(error);
    const dispensable = options.asSet && known.code === 'not-found' && (entry.demonstration || known.details.context?.nowhere === true);
    if (dispensable) skipped.push({ id: entry.id, why: known.message });
    else failed.push({ id: entry.id, error: known });
  };

  const located = options.asSet ? (await locateModels(settings, catalogue)).models : undefined;
  const wanted: Wanted[] = [];
  for (const entry of entries) {
    // What belongs to this release needs no pulling for a set; by its name it can still be brought.
    if (located?.get(entry.id)?.where === 'project') {
      pulled.push({ id: entry.id, outcome: 'already-there', bytes: 0, fixed: [] });
      continue;
    }
    const lacking = await lackingFiles(settings, entry, verdicts, signal);
    if (lacking.length === 0) {
      pulled.push({ id: entry.id, outcome: 'already-there', bytes: 0, fixed: [] });
      continue;
    }
    try {
      wanted.push({ entry, lacking, origin: await originOf(settings, entry) });
    } catch (error) {
      if (error instanceof AppError && error.details.context?.offline === true) throw error;
      fail(entry, error);
    }
  }
  await verdicts.save();
  if (wanted.length === 0) return { pulled, failed, skipped };

  const measure = options.freeBytes ?? freeBytes;
  const free = await requireSpace(settings.modelsDir, await needed(settings, wanted), measure);
  const cutOff = new AbortController();
  const run: Run = {
    settings,
    signal: AbortSignal.any([signal, cutOff.signal]),
    tally: makeTally(options.onProgress),
    lane: makeLanes(LANES, (error) => {
      // A source that does not answer would make every other file wait for it in turn.
      if (isUnreachable(error) || isFull(error)) cutOff.abort(error);
    }),
    maxBytes: free,
    fetch: options.fetch ?? globalThis.fetch,
    patience: options.patience ?? patience,
  };
  for (const { entry, lacking } of wanted)
    for (const file of lacking) run.tally.size(keyOf(entry, file.name), file.bytes ?? file.about_bytes ?? null);
  await Promise.all(
    wanted.map(async (one) => {
      try {
        pulled.push(await install(one, run));
      } catch (error) {
        fail(one.entry, error);
      }
    }),
  );
  if (signal.aborted) throw cancelled(signal);
  const order = new Map(ids.map((id, index) => [id, index]));
  pulled.sort((a, b) => (order.get(a.id) ?? 0) - (order.get(b.id) ?? 0));
  return { pulled, failed, skipped };
}

export interface PullPlan {
  readonly ids: readonly string[];
  /** Bytes still to come, as far as known. */
  readonly bytes: number;
  /** How many files there are whose size nobody has told yet. */
  readonly unknown: number;
}

/** What a pull would bring: for a question that shows the size first. Nothing is asked of any network. */
export async function planPull(settings: WeightsSettings, ids: readonly string[], signal: AbortSignal): Promise<PullPlan> {
  const catalogue = await loadCatalogue(settings);
  const verdicts = await openVerdicts(settings.modelsDir);
  const wanted: string[] = [];
  let bytes = 0;
  let unknown = 0;
  for (const id of ids) {
    const lacking = await lackingFiles(settings, findEntry(catalogue, id), verdicts, signal);
    if (lacking.length > 0) wanted.push(id);
    for (const file of lacking) {
      const size = file.bytes ?? file.about_bytes;
      if (size === undefined) unknown++;
      else bytes += size;
    }
  }
  return { ids: wanted, bytes, unknown };
}

// ---------- what is there already

/** The catalogue's files of a model that are not in the store, whole. An archive counts as one file. */
async function lackingFiles(
  settings: WeightsSettings,
  entry: CatalogueEntry,
  verdicts: Verdicts,
  signal: AbortSignal,
): Promise<CatalogueFile[]> {
  const record = (await loadInstalled(settings.modelsDir))[entry.id];
  const folder = join(settings.modelsDir, entry.id);
  const intact = async (name: string, sha256: string | null | undefined) => {
    if (!record || !sha256) return false;
    const info = await stat(join(folder, name)).catch(() => undefined);
    return info?.isFile() === true && (await verdicts.sha256(join(folder, name), signal)) === sha256;
  };
  const recorded = new Map(record?.files.map((file) => [file.name, file.sha256]));
  const [archive] = entry.files.filter((file) => file.unpack);
  if (archive) {
    for (const [name, sha256] of recorded) if (!(await intact(name, sha256))) return [archive];
    return record ? [] : [archive];
  }
  const lacking: CatalogueFile[] = [];
  for (const file of entry.files) if (!(await intact(file.name, file.sha256 ?? recorded.get(file.name)))) lacking.push(file);
  return lacking;
}

async function needed(settings: WeightsSettings, wanted: readonly Wanted[]): Promise<number> {
  let bytes = 0;
  for (const { entry, lacking } of wanted) {
    for (const file of lacking) {
      const size = file.bytes ?? file.about_bytes ?? 0;
      const part = await stat(partOf(settings, entry, file)).catch(() => undefined);
      bytes += Math.max(0, size - (part?.size ?? 0));
      if (file.unpack) bytes += file.unpacked_about_bytes ?? 2 * size;
    }
  }
  return bytes;
}

// ---------- bringing one model

interface Wanted {
  readonly entry: CatalogueEntry;
  readonly lacking: readonly CatalogueFile[];
  readonly origin: Origin;
}

interface Run {
  readonly settings: WeightsSettings;
  readonly signal: AbortSignal;
  readonly tally: Tally;
  readonly lane: <T>(work: () => Promise<T>) => Promise<T>;
  readonly maxBytes: number;
  readonly fetch: typeof globalThis.fetch;
  readonly patience: Patience;
}

async function install(wanted: Wanted, run: Run): Promise<Pulled> {
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
    await unpackArchive({ archive: path, into: staging, limits: { entries: 20_000, bytes: Math.min(8e9, run.maxBytes) } }, signal);
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

function partOf(settings: WeightsSettings, entry: CatalogueEntry, file: CatalogueFile): string {
  const folder = file.unpack ? join(settings.modelsDir, '.downloads') : join(settings.modelsDir, entry.id);
  return `${join(folder, file.name)}.part`;
}

function keyOf(entry: CatalogueEntry, name: string): string {
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

// ---------- several at once

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

/** So many works at a time; `failed` hears of a failure before the next one begins. */
function makeLanes(width: number, failed: (error: unknown) => void): <T>(work: () => Promise<T>) => Promise<T> {
  let busy = 0;
  const line: (() => void)[] = [];
  return async (work) => {
    if (busy >= width) await new Promise<void>((enter) => line.push(enter));
    busy++;
    try {
      return await work();
    } catch (error) {
      failed(error);
      throw error;
    } finally {
      busy--;
      line.shift()?.();
    }
  };
}

function isFull(error: unknown): boolean {
  return error instanceof AppError && error.details.reason === 'STORAGE_FULL';
}

function asAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const { code } = error as NodeJS.ErrnoException;
  const why = code ? `the system says ${code}` : 'something unexpected happened';
  return new AppError(
    'internal',
    'It could not be stored: {why}. Check the disk and the permissions of the models folder.',
    { values: { why } },
    error,
  );
}
