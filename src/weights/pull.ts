import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { cancelled } from '../shared/abort.ts';
import { AppError } from '../shared/errors.ts';
import { type CatalogueEntry, type CatalogueFile, findEntry, loadCatalogue, type WeightsSettings } from './catalogue.ts';
import { openVerdicts, type Verdicts } from './checked.ts';
import { isUnreachable } from './fetch-failures.ts';
import { type Patience, patience } from './fetch-file.ts';
import { install, keyOf, type Pulled, partOf, type Run, type Wanted } from './install.ts';
import { loadInstalled } from './installed.ts';
import { locateModels } from './locate.ts';
import { originOf } from './origin.ts';
import { makeTally, type OnProgress } from './progress.ts';
import { freeBytes, requireSpace } from './space.ts';

export interface PullOptions {
  readonly signal: AbortSignal;
  readonly onProgress?: OnProgress | undefined;
  /** For tests: another network, less patience, a smaller disk. */
  readonly fetch?: typeof globalThis.fetch;
  readonly patience?: Patience;
  readonly freeBytes?: (folder: string) => Promise<number>;
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

// ---------- several at once

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
