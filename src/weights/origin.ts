import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../shared/errors.ts';
import type { CatalogueEntry, CatalogueFile, WeightsSettings } from './catalogue.ts';
import { parseSource } from './locate.ts';
import { type Manifest, readManifest } from './manifest.ts';

interface KnownFile {
  readonly name: string;
  readonly path: string;
  readonly sha256: string | null;
}

/** Where a model can be had from; `say` is for people and lists. */
export type Origin =
  /** Its files (or its archive) lie in a folder. */
  | { readonly kind: 'folder'; readonly say: string; readonly folder: string; readonly files: readonly KnownFile[] }
  /** Its archive's content lies in an export. */
  | { readonly kind: 'unpacked'; readonly say: string; readonly files: readonly (KnownFile & { readonly sha256: string })[] }
  | { readonly kind: 'addresses'; readonly say: string; readonly addresses: (file: CatalogueFile) => readonly URL[] };

/**
 * Where this box would get the model. A source that is set is the only place asked; without one, the catalogue's own addresses.
 * Throws `not-found` when it cannot be had there (`context.nowhere` when it has no address at all), and `unavailable` with
 * `context.offline` when that would need a connection and the box is to make none.
 */
export async function originOf(settings: WeightsSettings, entry: CatalogueEntry): Promise<Origin> {
  const source = parseSource(settings.source);
  if (source?.kind === 'folder') return folderOrigin(source.path, entry);
  if (settings.offline) throw offline(entry, source ? 'its source is a network address' : 'no folder is set as its source');
  if (source) {
    const { base } = source;
    const single = entry.files.length === 1;
    const addresses = (file: CatalogueFile) => [
      new URL(escapePath(`${entry.id}/${file.name}`), base),
      ...(single ? [new URL(escapePath(file.name), base)] : []),
    ];
    return { kind: 'addresses', say: `${base.origin}${base.pathname}`, addresses };
  }
  const homeless = entry.files.find((file) => file.url === null);
  if (homeless) {
    throw new AppError(
      'not-found',
      'The model {name} ({id}) has no public address. Put it into a folder and name that folder in BEDSIDE_MODEL_SOURCE.',
      {
        values: { name: entry.name, id: entry.id },
        context: { nowhere: true },
      },
    );
  }
  const hosts = [...new Set(entry.files.map((file) => new URL(file.url ?? '').host))];
  return { kind: 'addresses', say: hosts.join(', '), addresses: (file) => [new URL(file.url ?? '')] };
}

function escapePath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}

/** Throws when this box may make no connection. */
export function requireOnline(settings: Pick<WeightsSettings, 'offline'>, what: string): void {
  if (!settings.offline) return;
  throw new AppError('unavailable', 'This box is set to make no connection (BEDSIDE_OFFLINE=1), so {what} cannot be fetched.', {
    values: { what },
    context: { offline: true },
  });
}

function offline(entry: CatalogueEntry, why: string): AppError {
  return new AppError(
    'unavailable',
    'This box is set to make no connection (BEDSIDE_OFFLINE=1) and {why}, so {id} cannot be fetched. Put the files into a folder (a USB stick made by `bedside models export` on another box) and name it in BEDSIDE_MODEL_SOURCE, or set BEDSIDE_OFFLINE=0.',
    {
      reason: 'ENGINE_UNAVAILABLE',
      values: { id: entry.id, why },
      context: { purpose: entry.purpose, fix: 'bedside models import <folder>', offline: true },
    },
  );
}

async function folderOrigin(path: string, entry: CatalogueEntry): Promise<Origin> {
  if (!(await isFolder(path))) {
    throw new AppError(
      'not-found',
      'The folder {path} that BEDSIDE_MODEL_SOURCE names is not there. Is the stick plugged in, is the share connected?',
      { values: { path } },
    );
  }
  const manifest = await readManifest(path);
  const own = join(path, entry.id);
  const [first] = entry.files;
  const places = entry.files.length === 1 && first ? [own, path] : [own];
  for (const folder of places) {
    const files = entry.files.map((file) => ({
      name: file.name,
      path: join(folder, file.name),
      sha256: file.sha256 ?? listed(manifest, entry.id, file.name),
    }));
    const there = await Promise.all(files.map((file) => isFile(file.path)));
    if (there.every(Boolean)) return { kind: 'folder', say: folder, folder, files };
    const gap = files.find((_, index) => !there[index]);
    if (there.some(Boolean) && gap) {
      throw new AppError('unavailable', 'The folder {folder} holds {id} only in part: {file} is missing.', {
        values: { folder, id: entry.id, file: gap.name },
        context: { file: gap.name },
      });
    }
  }
  const unpacked = first?.unpack ? manifest?.models.find((model) => model.id === entry.id) : undefined;
  if (unpacked) {
    const files = unpacked.files.map((file) => ({ name: file.name, path: join(own, file.name), sha256: file.sha256 }));
    return { kind: 'unpacked', say: own, files };
  }
  throw new AppError('not-found', 'The folder {path} does not hold {id}.', { values: { path, id: entry.id } });
}

function listed(manifest: Manifest | undefined, id: string, name: string): string | null {
  return manifest?.models.find((model) => model.id === id)?.files.find((file) => file.name === name)?.sha256 ?? null;
}

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isFile() === true;
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() === true;
}
