import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { throwIfAborted } from '../shared/abort.ts';
import { AppError } from '../shared/errors.ts';
import { type CatalogueEntry, findEntry, loadCatalogue, type WeightsSettings } from './catalogue.ts';
import { openVerdicts, type Verdicts } from './checked.ts';
import { type DamagedModel, type LocatedFile, type LocatedModel, locateModels, type Where } from './locate.ts';

/** A model whose every byte was checked: what an adapter may hand to native code. */
export interface ResolvedModel {
  readonly id: string;
  readonly entry: CatalogueEntry;
  readonly where: Where;
  readonly demonstration: boolean;
  /** Absolute paths by role: `paths.encoder`. A role may be a folder (`dataDir`). */
  readonly paths: Readonly<Record<string, string>>;
  readonly files: readonly LocatedFile[];
  /** Twelve digits that stand for all its bytes, for logs and for vectors' origin. */
  readonly digest: string;
}

/** Finds a model and checks it. Throws `not-found` for an unknown id, `unavailable` (with the command that mends it) for anything else. */
export async function resolveModel(settings: WeightsSettings, id: string, signal: AbortSignal): Promise<ResolvedModel> {
  const catalogue = await loadCatalogue(settings);
  const entry = findEntry(catalogue, id);
  const located = await locateModels(settings, catalogue);
  const model = located.models.get(id);
  if (!model) {
    const damage = located.damaged.get(id);
    throw damage ? damagedError(damage) : absentError(entry);
  }
  const verdicts = await openVerdicts(settings.modelsDir);
  try {
    return await checkModel(model, verdicts, signal);
  } finally {
    await verdicts.save();
  }
}

/** Checks every file of a located model by SHA-256; throws `unavailable`, naming the first file whose bytes are wrong. */
export async function checkModel(model: LocatedModel, verdicts: Verdicts, signal: AbortSignal): Promise<ResolvedModel> {
  for (const file of model.files) {
    const sha256 = await verdicts.sha256(file.path, signal).catch((error: NodeJS.ErrnoException) => {
      throwIfAborted(signal);
      throw damagedError(
        { entry: model.entry, where: model.where, file: file.name, why: error.code === 'ENOENT' ? 'is missing' : 'cannot be read' },
        error,
      );
    });
    if (sha256 !== file.sha256)
      throw damagedError({
        entry: model.entry,
        where: model.where,
        file: file.name,
        why: 'is not the file it should be (its SHA-256 differs)',
      });
  }
  return {
    id: model.entry.id,
    entry: model.entry,
    where: model.where,
    demonstration: model.entry.demonstration === true,
    paths: Object.fromEntries(Object.entries(model.entry.roles).map(([role, path]) => [role, join(model.folder, path)])),
    files: model.files,
    digest: digestOf(model.files),
  };
}

/** The command that brings or mends a model. */
export function pullCommand(id: string): string {
  return `bedside models pull ${id}`;
}

export function damagedError(damage: DamagedModel, cause?: unknown): AppError {
  const { entry, file, why } = damage;
  return new AppError(
    'unavailable',
    'The model {name} was refused: its file {file} {why}. `{fix}` brings it again.',
    {
      reason: 'ENGINE_UNAVAILABLE',
      values: { name: entry.name, file, why, fix: pullCommand(entry.id) },
      context: { purpose: entry.purpose, fix: pullCommand(entry.id), model: entry.id, file },
    },
    cause,
  );
}

function absentError(entry: CatalogueEntry): AppError {
  const fix = pullCommand(entry.id);
  return new AppError('unavailable', 'The model {name} is not on this box. `{fix}` brings it.', {
    reason: 'ENGINE_UNAVAILABLE',
    values: { name: entry.name, fix },
    context: { purpose: entry.purpose, fix, model: entry.id },
  });
}

function digestOf(files: readonly LocatedFile[]): string {
  const hash = createHash('sha256');
  for (const file of [...files].sort((a, b) => (a.name < b.name ? -1 : 1))) hash.update(`${file.sha256}  ${file.name}\n`);
  return hash.digest('hex').slice(0, 12);
}
