import { stat } from 'node:fs/promises';
import { isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AppError } from '../shared/errors.ts';
import type { Catalogue, CatalogueEntry, WeightsSettings } from './catalogue.ts';
import { type InstalledModel, loadInstalled } from './installed.ts';
import { type Manifest, readManifest } from './manifest.ts';

export type Source = { readonly kind: 'folder'; readonly path: string } | { readonly kind: 'url'; readonly base: URL };

/** `store`: pulled into the models folder. `source`: used where it lies. `project`: the repository's own tiny weights. */
export type Where = 'store' | 'source' | 'project';

export interface LocatedFile {
  /** Path below the model's folder, as roles and lists name it. */
  readonly name: string;
  readonly path: string;
  readonly sha256: string;
  /** Undefined where the catalogue does not know it yet. */
  readonly bytes: number | undefined;
}

export interface LocatedModel {
  readonly entry: CatalogueEntry;
  readonly where: Where;
  /** The folder that roles are relative to. */
  readonly folder: string;
  readonly files: readonly LocatedFile[];
}

/** A model that is there but cannot be used, with the sentence for a person. */
export interface DamagedModel {
  readonly entry: CatalogueEntry;
  readonly where: Where;
  readonly file: string;
  readonly why: string;
}

export interface Located {
  readonly models: ReadonlyMap<string, LocatedModel>;
  /** By id; an id may be damaged in one place and whole in another. */
  readonly damaged: ReadonlyMap<string, DamagedModel>;
}

/** Reads `BEDSIDE_MODEL_SOURCE`: an http(s) address, a file: address or a folder. */
export function parseSource(source: string | undefined): Source | undefined {
  const text = source?.trim();
  if (!text) return undefined;
  if (/^https?:\/\//i.test(text)) {
    const base = URL.canParse(text) ? new URL(text) : undefined;
    if (!base) throw new AppError('invalid', 'The model source {source} is not an address.', { values: { source: text } });
    if (!base.pathname.endsWith('/')) base.pathname += '/';
    return { kind: 'url', base };
  }
  if (/^file:\/\//i.test(text)) return { kind: 'folder', path: fileURLToPath(text) };
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(text)) {
    throw new AppError('invalid', 'The model source {source} is neither a folder nor an http address.', { values: { source: text } });
  }
  return { kind: 'folder', path: isAbsolute(text) ? text : resolve(text) };
}

/** Where each model lies, by name and size alone; nothing is hashed. The store comes first, then the folder source, then the repository. */
export async function locateModels(settings: WeightsSettings, catalogue: Catalogue): Promise<Located> {
  const source = parseSource(settings.source);
  const installed = await loadInstalled(settings.modelsDir);
  const folders: { where: Where; path: string; manifest?: Manifest | undefined }[] = [];
  if (source?.kind === 'folder')
    folders.push({ where: 'source', path: source.path, manifest: await readManifest(source.path).catch(() => undefined) });
  folders.push({ where: 'project', path: join(settings.projectModelsDir, 'demo') });

  const models = new Map<string, LocatedModel>();
  const damaged = new Map<string, DamagedModel>();
  const consider = async (where: Where, entry: CatalogueEntry, folder: string, files: readonly LocatedFile[]) => {
    const fault = await firstFault(files);
    if (!fault) models.set(entry.id, { entry, where, folder, files });
    // A folder source that lacks a file simply has not got the model; in the store the same is damage.
    else if (where === 'store' || fault.why !== MISSING) damaged.set(entry.id, { entry, where, ...fault });
  };

  for (const entry of catalogue.values()) {
    const record = installed[entry.id];
    if (record) await consider('store', entry, join(settings.modelsDir, entry.id), storedFiles(settings.modelsDir, entry, record));
    for (const { where, path, manifest } of folders) {
      if (models.has(entry.id)) break;
      for (const candidate of folderCandidates(path, entry, manifest)) {
        if (!models.has(entry.id)) await consider(where, entry, candidate.folder, candidate.files);
      }
    }
  }
  return { models, damaged };
}

/** The files of a model in the store. What the catalogue pins outranks what was recorded. */
export function storedFiles(modelsDir: string, entry: CatalogueEntry, record: InstalledModel): LocatedFile[] {
  const pinned = new Map(entry.files.filter((file) => !file.unpack).map((file) => [file.name, file]));
  const recorded = record.files.map((file) => ({
    name: file.name,
    path: join(modelsDir, entry.id, file.name),
    sha256: pinned.get(file.name)?.sha256 ?? file.sha256,
    bytes: pinned.get(file.name)?.bytes ?? file.bytes,
  }));
  // A release may have given the model a file that an older pull did not bring.
  const names = new Set(record.files.map((file) => file.name));
  const lacking = [...pinned.values()].filter((file) => !names.has(file.name));
  return [
    ...recorded,
    ...lacking.map((file) => ({
      name: file.name,
      path: join(modelsDir, entry.id, file.name),
      sha256: file.sha256 ?? '',
      bytes: file.bytes ?? undefined,
    })),
  ];
}

/**
 * How a model may lie in a folder: `<id>/<file>`, or `<file>` alone for a model of one file.
 * Only files whose SHA-256 is known beforehand (catalogue, or the manifest of an export) can be used where they lie.
 */
export function folderCandidates(path: string, entry: CatalogueEntry, manifest?: Manifest): { folder: string; files: LocatedFile[] }[] {
  const listed = manifest?.models.find((model) => model.id === entry.id);
  const folder = join(path, entry.id);
  if (entry.files.some((file) => file.unpack)) {
    if (!listed) return [];
    return [
      {
        folder,
        files: listed.files.map((file) => ({ name: file.name, path: join(folder, file.name), sha256: file.sha256, bytes: file.bytes })),
      },
    ];
  }
  const files: LocatedFile[] = [];
  for (const file of entry.files) {
    const written = listed?.files.find((one) => one.name === file.name);
    const sha256 = file.sha256 ?? written?.sha256;
    if (sha256 === undefined) return [];
    files.push({ name: file.name, path: join(folder, file.name), sha256, bytes: file.bytes ?? written?.bytes });
  }
  const [only] = files;
  const alone = only && files.length === 1 ? [{ folder: path, files: [{ ...only, path: join(path, only.name) }] }] : [];
  return [{ folder, files }, ...alone];
}

const MISSING = 'is missing';

async function firstFault(files: readonly LocatedFile[]): Promise<{ file: string; why: string } | undefined> {
  let fault: { file: string; why: string } | undefined;
  for (const file of files) {
    const info = await stat(file.path).catch(() => undefined);
    if (!info?.isFile()) return { file: file.name, why: MISSING };
    if (file.bytes !== undefined && info.size !== file.bytes)
      fault ??= { file: file.name, why: `has ${info.size} bytes instead of ${file.bytes}` };
  }
  return fault;
}
