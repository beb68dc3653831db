import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { throwIfAborted } from '../shared/abort.ts';
import { AppError } from '../shared/errors.ts';
import { type Catalogue, type CatalogueEntry, findEntry, loadCatalogue, parseEntry, type WeightsSettings } from './catalogue.ts';
import { copyFile } from './copy-file.ts';
import { sha256File } from './hash.ts';
import { type InstalledFile, loadInstalled, recordInstalled } from './installed.ts';
import { writeJson } from './json-file.ts';
import { rememberAdded } from './list.ts';
import { folderCandidates, type LocatedFile, locateModels } from './locate.ts';
import { takeLock } from './lock.ts';
import { MANIFEST, type Manifest, readManifest } from './manifest.ts';
import { makeTally, type OnProgress, type Tally } from './progress.ts';
import { damagedError } from './resolve.ts';
import { freeBytes, requireSpace } from './space.ts';

export interface PackOptions {
  readonly signal: AbortSignal;
  readonly onProgress?: OnProgress | undefined;
  readonly freeBytes?: (folder: string) => Promise<number>;
}

export interface Packed {
  readonly id: string;
  readonly bytes: number;
  /** False where it was there already, whole. */
  readonly copied: boolean;
}

const README = `Models for Bedside, made by \`bedside models export\`.

On the other box:   bedside models import <this folder>
or, without copying: BEDSIDE_MODEL_SOURCE=<this folder>

${MANIFEST} names every file with its SHA-256; a file that was altered, cut short or lost is refused.
LICENCES.txt says under what terms each model may be used and passed on.
`;

/**
 * Writes what this box has (or the named models) into a folder, a USB stick for instance, with a manifest. Each byte is
 * checked on its way; a copy that was broken off goes on where it stopped. Throws `unavailable`, naming the file, when one is damaged here.
 */
export async function exportModels(
  settings: WeightsSettings,
  folder: string,
  ids: readonly string[],
  options: PackOptions,
): Promise<Packed[]> {
  const { signal } = options;
  const catalogue = await loadCatalogue(settings);
  const located = await locateModels(settings, catalogue);
  const installed = await loadInstalled(settings.modelsDir);
  for (const id of ids) findEntry(catalogue, id);
  const wanted = [...located.models.values()].filter(({ entry, where }) => (ids.length > 0 ? ids.includes(entry.id) : where !== 'project'));
  for (const id of ids.length > 0 ? ids : located.damaged.keys()) {
    const damage = located.damaged.get(id);
    if (damage && !located.models.has(id)) throw damagedError(damage);
    if (!located.models.has(id))
      throw new AppError('not-found', 'The model {id} is not on this box, so it cannot be exported.', { values: { id } });
  }
  if (wanted.length === 0)
    throw new AppError(
      'not-found',
      'Nothing is installed on this box, so there is nothing to export. `bedside models pull` brings models.',
    );
  if (resolve(folder) === resolve(settings.modelsDir)) {
    throw new AppError('invalid', 'The folder {folder} is the models folder itself. Name another one, on a stick for instance.', {
      values: { folder },
    });
  }

  const tally = makeTally(options.onProgress);
  const jobs = wanted.map(({ entry, files }) => ({ entry, files, target: join(folder, entry.id) }));
  await requireSpace(folder, await missingBytes(jobs, tally), options.freeBytes ?? freeBytes);
  await mkdir(folder, { recursive: true });
  const earlier = await readManifest(folder).catch(() => undefined);
  const packed: Packed[] = [];
  const models: Manifest['models'] = [];
  for (const { entry, files, target } of jobs) {
    const { copied, done } = await copyModel(entry, files, target, tally, signal);
    packed.push({ id: entry.id, bytes: done.reduce((sum, file) => sum + file.bytes, 0), copied });
    const archive = installed[entry.id]?.archive;
    models.push({
      id: entry.id,
      name: entry.name,
      purpose: entry.purpose,
      licence: entry.licence,
      ...(entry.licence_note === undefined ? {} : { licence_note: entry.licence_note }),
      files: done.map(({ name, bytes, sha256 }) => ({ name, bytes, sha256 })),
      ...(entry.added_at === undefined ? {} : { entry }),
      ...(archive ? { archive: { name: archive.name, bytes: archive.bytes, sha256: archive.sha256 } } : {}),
    });
  }
  // What an earlier export put there stays in the list, as long as it is not replaced.
  const kept = earlier?.models.filter((model) => !models.some((one) => one.id === model.id)) ?? [];
  const manifest: Manifest = { format: 'bedside-models', version: 1, made_at: new Date().toISOString(), models: [...kept, ...models] };
  await writeJson(join(folder, MANIFEST), manifest);
  await writeFile(
    join(folder, 'LICENCES.txt'),
    manifest.models
      .map(({ id, name, licence, licence_note }) => `${name} (${id}): ${licence}${licence_note ? `\n  ${licence_note}` : ''}\n`)
      .join(''),
  );
  await writeFile(join(folder, 'README.txt'), README);
  return packed;
}

/**
 * Takes models from an exported folder into the store. Each file must have the SHA-256 that the catalogue pins, else the one
 * the manifest names. All files are looked at before the first is taken over; throws `unavailable` and names the file that
 * is missing, cut short or altered, and takes over no model that has one. A folder without a manifest is taken for what the
 * catalogue can vouch for.
 */
export async function importModels(settings: WeightsSettings, folder: string, options: PackOptions): Promise<Packed[]> {
  const { signal } = options;
  if (!(await stat(folder).catch(() => undefined))?.isDirectory()) {
    throw new AppError('not-found', 'The folder {folder} is not there. Is the stick plugged in?', { values: { folder } });
  }
  const catalogue = await loadCatalogue(settings);
  const manifest = await readManifest(folder);
  const jobs = manifest ? jobsOfManifest(manifest, catalogue, folder, settings) : await jobsWithoutManifest(catalogue, folder, settings);
  if (jobs.length === 0)
    throw new AppError('not-found', 'The folder {folder} holds no model that is known here, and no {manifest}.', {
      values: { folder, manifest: MANIFEST },
    });
  for (const { files } of jobs) for (const file of files) await requireSize(file);

  const tally = makeTally(options.onProgress);
  await requireSpace(settings.modelsDir, await missingBytes(jobs, tally), options.freeBytes ?? freeBytes);
  const packed: Packed[] = [];
  for (const { entry, files, target } of jobs) {
    const release = await takeLock(join(settings.modelsDir, '.locks', entry.id), {
      sentence: 'The model {id} is being pulled by another command. Wait for it to end.',
      values: { id: entry.id },
      waitMs: 0,
      signal,
    });
    try {
      const { copied, done } = await copyModel(entry, files, target, tally, signal);
      const pinned = new Map(entry.files.map((file) => [file.name, file.sha256]));
      const recorded: InstalledFile[] = done.map((file) => ({
        ...file,
        vouched_by: entry.added_at === undefined && pinned.get(file.name) ? 'catalogue' : 'manifest',
      }));
      const archive = manifest?.models.find((model) => model.id === entry.id)?.archive;
      if (entry.added_at !== undefined) await rememberAdded(settings.modelsDir, entry, signal);
      await recordInstalled(
        settings.modelsDir,
        entry.id,
        {
          installed_at: new Date().toISOString(),
          from: folder,
          files: recorded,
          ...(archive ? { archive: { ...archive, vouched_by: 'manifest' as const } } : {}),
        },
        signal,
      );
      packed.push({ id: entry.id, bytes: done.reduce((sum, file) => sum + file.bytes, 0), copied });
    } finally {
      await release();
    }
  }
  return packed;
}

interface Job {
  readonly entry: CatalogueEntry;
  readonly files: readonly LocatedFile[];
  readonly target: string;
}

function jobsOfManifest(manifest: Manifest, catalogue: Catalogue, folder: string, settings: WeightsSettings): Job[] {
  return manifest.models.map((model): Job => {
    const entry =
      catalogue.get(model.id) ?? (model.entry === undefined ? undefined : parseEntry(model.entry, `${MANIFEST}, model ${model.id},`));
    if (!entry || entry.id !== model.id) {
      throw new AppError(
        'not-found',
        'The model {id} of {manifest} is not in the catalogue of this release, and the export does not describe it.',
        { values: { id: model.id, manifest: MANIFEST } },
      );
    }
    const archived = entry.files.some((file) => file.unpack);
    const lacking = archived ? undefined : entry.files.find((file) => !model.files.some((one) => one.name === file.name));
    if (lacking) throw missing(join(folder, entry.id, lacking.name), lacking.name);
    const files = model.files.map((file): LocatedFile => {
      const pinned = archived ? undefined : entry.files.find((one) => one.name === file.name)?.sha256;
      return { name: file.name, path: join(folder, entry.id, file.name), sha256: pinned ?? file.sha256, bytes: file.bytes };
    });
    // An operator's own entry stays one: the box that imports it must know where it came from.
    return {
      entry: catalogue.has(entry.id) ? entry : { ...entry, added_at: entry.added_at ?? manifest.made_at },
      files,
      target: join(settings.modelsDir, entry.id),
    };
  });
}

async function jobsWithoutManifest(catalogue: Catalogue, folder: string, settings: WeightsSettings): Promise<Job[]> {
  const jobs: Job[] = [];
  for (const entry of catalogue.values()) {
    for (const candidate of folderCandidates(folder, entry)) {
      const there = await Promise.all(
        candidate.files.map(async (file) => (await stat(file.path).catch(() => undefined))?.isFile() === true),
      );
      if (!there.some(Boolean)) continue;
      jobs.push({ entry, files: candidate.files, target: join(settings.modelsDir, entry.id) });
      break;
    }
  }
  return jobs;
}

async function requireSize(file: LocatedFile): Promise<void> {
  const info = await stat(file.path).catch(() => undefined);
  if (!info?.isFile()) throw missing(file.path, file.name);
  if (file.bytes === undefined || file.bytes === info.size) return;
  throw new AppError(
    'unavailable',
    'The file {path} was cut short or altered: it has {got} bytes instead of {want}. Nothing was taken over; export the models again.',
    {
      values: { path: file.path, got: info.size, want: file.bytes },
      context: { file: file.name },
    },
  );
}

function missing(path: string, name: string): AppError {
  return new AppError('unavailable', 'The file {path} is missing. Nothing was taken over; export the models again.', {
    values: { path },
    context: { file: name },
  });
}

async function missingBytes(jobs: readonly Job[], tally: Tally): Promise<number> {
  let bytes = 0;
  for (const { entry, files, target } of jobs) {
    for (const file of files) {
      const size = file.bytes ?? (await stat(file.path).catch(() => undefined))?.size ?? 0;
      tally.size(`${entry.id}/${file.name}`, size);
      const there =
        (await stat(join(target, file.name)).catch(() => undefined)) ??
        (await stat(`${join(target, file.name)}.part`).catch(() => undefined));
      bytes += Math.max(0, size - (there?.size ?? 0));
    }
  }
  return bytes;
}

/** Copies a model's files; those get their names only when all of them are right. */
async function copyModel(
  entry: CatalogueEntry,
  files: readonly LocatedFile[],
  target: string,
  tally: Tally,
  signal: AbortSignal,
): Promise<{ copied: boolean; done: { name: string; bytes: number; sha256: string }[] }> {
  const done: { name: string; bytes: number; sha256: string }[] = [];
  const fresh: string[] = [];
  for (const file of files) {
    throwIfAborted(signal);
    const path = join(target, file.name);
    const key = `${entry.id}/${file.name}`;
    const there = await stat(path).catch(() => undefined);
    if (there?.isFile() && (file.bytes === undefined || there.size === file.bytes)) {
      const found = await sha256File(path, signal, (moved) => tally.at(key, 0, moved, 'checking', entry.id, file.name));
      if (found.sha256 === file.sha256) {
        tally.at(key, found.bytes, 0, 'checking', entry.id, file.name);
        done.push({ name: file.name, ...found });
        continue;
      }
    }
    const copied = await copyFile(
      file.path,
      `${path}.part`,
      { name: file.name, sha256: file.sha256 },
      { signal, onBytes: (at, moved) => tally.at(key, at, moved, 'copying', entry.id, file.name) },
    );
    fresh.push(path);
    done.push({ name: file.name, bytes: copied.bytes, sha256: copied.sha256 });
  }
  for (const path of fresh) {
    await rm(path, { force: true });
    await rename(`${path}.part`, path);
  }
  return { copied: fresh.length > 0, done };
}
