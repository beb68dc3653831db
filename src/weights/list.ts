import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { throwIfAborted } from '../shared/abort.ts';
import { AppError } from '../shared/errors.ts';
import { addedFile, type CatalogueEntry, entryBytes, loadAdded, loadCatalogue, type Profile, type WeightsSettings } from './catalogue.ts';
import { openVerdicts } from './checked.ts';
import { loadInstalled, recordInstalled, withListLock } from './installed.ts';
import { writeJson } from './json-file.ts';
import { locateModels, storedFiles, type Where } from './locate.ts';
import { takeLock } from './lock.ts';

/** One line of the catalogue, joined with what this box has of it. */
export interface ModelListing {
  readonly id: string;
  readonly name: string;
  readonly purpose: string;
  readonly also: readonly string[];
  readonly languages: readonly string[];
  readonly measured: CatalogueEntry['measured'];
  readonly unfit: CatalogueEntry['unfit'];
  readonly engine: string;
  readonly demonstration: boolean;
  readonly added: boolean;
  readonly licence: string;
  readonly licence_note: string | null;
  readonly profiles: readonly Profile[];
  /** Bytes of its files; an estimate (`bytes_estimated`) where no download has fixed them; null where nobody knows. */
  readonly bytes: number | null;
  readonly bytes_estimated: boolean;
  readonly ram_bytes: number;
  readonly installed: boolean;
  /** `store`, `source` (used where it lies), `project` (part of this release); null where it is not on this box. */
  readonly where: Where | null;
  /** The sentence that says what is wrong with what is there; null where nothing is. */
  readonly damaged: string | null;
  readonly files: readonly { readonly name: string; readonly bytes: number | null; readonly sha256: string | null }[];
  readonly notes: string | null;
}

/** Catalogue × installed, in the catalogue's order. Sizes are looked at, bytes are not read. */
export async function listModels(settings: WeightsSettings): Promise<ModelListing[]> {
  const catalogue = await loadCatalogue(settings);
  const located = await locateModels(settings, catalogue);
  const installed = await loadInstalled(settings.modelsDir);
  return [...catalogue.values()].map((entry) => {
    const record = installed[entry.id];
    const model = located.models.get(entry.id);
    const damage = located.damaged.get(entry.id);
    // What an archive held is listed as one: its hundred small files tell nobody anything.
    const files = entry.files.map((file) => {
      const known =
        record?.files.find((one) => one.name === file.name) ?? (record?.archive?.name === file.name ? record.archive : undefined);
      return { name: file.name, bytes: file.bytes ?? known?.bytes ?? null, sha256: file.sha256 ?? known?.sha256 ?? null };
    });
    const exact = files.every((file) => file.bytes !== null);
    return {
      id: entry.id,
      name: entry.name,
      purpose: entry.purpose,
      also: entry.also ?? [],
      languages: entry.languages,
      measured: entry.measured ?? [],
      unfit: entry.unfit ?? [],
      engine: entry.engine,
      demonstration: entry.demonstration === true,
      added: entry.added_at !== undefined,
      licence: entry.licence,
      licence_note: entry.licence_note ?? null,
      profiles: entry.profiles,
      bytes: exact ? files.reduce((sum, file) => sum + (file.bytes ?? 0), 0) : entryBytes(entry),
      bytes_estimated: !exact,
      ram_bytes: entry.ram_bytes,
      installed: model !== undefined,
      where: model?.where ?? null,
      damaged: model || !damage ? null : `${damage.file} ${damage.why}`,
      files,
      notes: entry.notes ?? null,
    };
  });
}

export interface Verified {
  readonly id: string;
  readonly where: Where;
  readonly file: string;
  readonly path: string;
  readonly bytes: number;
  /** Undefined where the file is right. */
  readonly fault: string | undefined;
}

/** Reads every byte of every model on this box (or of those named), where it lies, and says of each file whether it is right. */
export async function* verifyModels(
  settings: WeightsSettings,
  ids: readonly string[],
  signal: AbortSignal,
  onBytes?: (id: string, file: string, bytes: number) => void,
): AsyncGenerator<Verified> {
  const catalogue = await loadCatalogue(settings);
  const located = await locateModels(settings, catalogue);
  const installed = await loadInstalled(settings.modelsDir);
  for (const id of ids) {
    if (!catalogue.has(id))
      throw new AppError('not-found', 'No model is called {id}. `bedside models list` shows those that are.', { values: { id } });
    if (!installed[id] && !located.models.has(id) && !located.damaged.has(id))
      throw new AppError('not-found', 'The model {id} is not on this box.', { values: { id } });
  }
  const verdicts = await openVerdicts(settings.modelsDir);
  try {
    for (const entry of catalogue.values()) {
      if (ids.length > 0 && !ids.includes(entry.id)) continue;
      const record = installed[entry.id];
      const used = located.models.get(entry.id);
      const sets = [
        ...(record ? [{ where: 'store' as const, files: storedFiles(settings.modelsDir, entry, record) }] : []),
        // Where the store's copy is damaged the one that is used instead is checked too.
        ...(used && used.where !== 'store' ? [{ where: used.where, files: used.files }] : []),
      ];
      if (sets.length === 0 && located.damaged.has(entry.id)) {
        const damage = located.damaged.get(entry.id);
        if (damage) yield { id: entry.id, where: damage.where, file: damage.file, path: damage.file, bytes: 0, fault: damage.why };
      }
      for (const { where, files } of sets) {
        for (const file of files) {
          throwIfAborted(signal);
          const bytes = (await stat(file.path).catch(() => undefined))?.size;
          let fault: string | undefined;
          if (bytes === undefined) fault = 'is missing';
          else if (file.bytes !== undefined && file.bytes !== bytes) fault = `has ${bytes} bytes instead of ${file.bytes}`;
          else {
            const sha256 = await verdicts
              .sha256(file.path, signal, { fresh: true, onBytes: (moved) => onBytes?.(entry.id, file.name, moved) })
              .catch(() => undefined);
            throwIfAborted(signal);
            if (sha256 === undefined) fault = 'cannot be read';
            else if (sha256 !== file.sha256) fault = 'was altered (its SHA-256 differs)';
          }
          yield { id: entry.id, where, file: file.name, path: file.path, bytes: bytes ?? 0, fault };
        }
      }
    }
  } finally {
    await verdicts.save();
  }
}

/** Takes a model out of the store. What lies in a folder source or belongs to the release stays. Answers the bytes that became free. */
export async function removeModel(settings: WeightsSettings, id: string, signal: AbortSignal): Promise<number> {
  const catalogue = await loadCatalogue(settings);
  const record = (await loadInstalled(settings.modelsDir))[id];
  const added = (await loadAdded(settings.modelsDir)).some((entry) => entry.id === id);
  if (!record && !added) {
    if (!catalogue.has(id))
      throw new AppError('not-found', 'No model is called {id}. `bedside models list` shows those that are.', { values: { id } });
    const used = (await locateModels(settings, catalogue)).models.get(id);
    const sentence = used
      ? 'The model {id} is used where it lies, in {folder}; that folder is not touched.'
      : 'The model {id} is not installed.';
    throw new AppError('not-found', sentence, { values: { id, folder: used?.folder ?? '' } });
  }
  const release = await takeLock(join(settings.modelsDir, '.locks', id), {
    sentence: 'The model {id} is being pulled by another command. Wait for it to end.',
    values: { id },
    waitMs: 0,
    signal,
  });
  try {
    // Forgotten first: a stop in between leaves files that nobody uses, not a list that names files that are gone.
    await recordInstalled(settings.modelsDir, id, undefined, signal);
    if (added) await forgetAdded(settings.modelsDir, id, signal);
    await rm(join(settings.modelsDir, id), { recursive: true, force: true });
    return record?.files.reduce((sum, file) => sum + file.bytes, 0) ?? 0;
  } finally {
    await release();
  }
}

/** Puts an entry into the operator's own list; an entry of the same id is replaced. */
export async function rememberAdded(modelsDir: string, entry: CatalogueEntry, signal: AbortSignal): Promise<void> {
  const list = addedFile(modelsDir);
  await withListLock(modelsDir, list, signal, async () => {
    const others = (await loadAdded(modelsDir)).filter((one) => one.id !== entry.id);
    await writeJson(list, { version: 1, models: [...others, entry] });
  });
}

async function forgetAdded(modelsDir: string, id: string, signal: AbortSignal): Promise<void> {
  const list = addedFile(modelsDir);
  await withListLock(modelsDir, list, signal, async () => {
    await writeJson(list, { version: 1, models: (await loadAdded(modelsDir)).filter((one) => one.id !== id) });
  });
}
