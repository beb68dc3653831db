import { join } from 'node:path';
import { z } from 'zod';
import { AppError } from '../shared/errors.ts';
import { modelId, relativePath } from './catalogue.ts';
import { readJson, writeJson } from './json-file.ts';
import { takeLock } from './lock.ts';

/** Who vouches for a file's SHA-256. */
const vouchedBy = z.enum([
  'catalogue', // pinned in the catalogue of this release
  'hub', // named by the hub (X-Linked-ETag) before the bytes came
  'first-download', // computed over what came; nobody vouched for it before
  'archive', // computed over what a checked archive held
  'manifest', // named by the manifest of an export
  'operator', // given with `models add --sha256`
]);

const installedFile = z.strictObject({
  name: relativePath,
  bytes: z.int().nonnegative(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  vouched_by: vouchedBy,
});

const installedModel = z.strictObject({
  installed_at: z.string(),
  /** Where it came from, for a person to read. */
  from: z.string(),
  files: z.array(installedFile).min(1),
  /** The archive it was unpacked from; the archive itself is not kept. */
  archive: installedFile.optional(),
});

const installedSchema = z.strictObject({ version: z.literal(1), models: z.record(modelId, installedModel) });

export type VouchedBy = z.infer<typeof vouchedBy>;
export type InstalledFile = z.infer<typeof installedFile>;
export type InstalledModel = z.infer<typeof installedModel>;

export function installedList(modelsDir: string): string {
  return join(modelsDir, 'installed.json');
}

/** What has been pulled, added or imported into this folder. */
export async function loadInstalled(modelsDir: string): Promise<Record<string, InstalledModel>> {
  const file = installedList(modelsDir);
  const content = await readJson(file);
  if (content === undefined) return {};
  const parsed = installedSchema.safeParse(content);
  if (parsed.success) return parsed.data.models;
  throw new AppError(
    'unavailable',
    'The list of installed models {file} is damaged. Remove it and run `bedside models pull` again: files that are right are kept.',
    {
      values: { file },
    },
  );
}

/** Records a model, or forgets it with undefined. Two processes may do so at once. */
export async function recordInstalled(
  modelsDir: string,
  id: string,
  model: InstalledModel | undefined,
  signal: AbortSignal,
): Promise<void> {
  const file = installedList(modelsDir);
  await withListLock(modelsDir, file, signal, async () => {
    const models = { ...(await loadInstalled(modelsDir)) };
    if (model) models[id] = model;
    else delete models[id];
    await writeJson(file, { version: 1, models });
  });
}

/** Runs `work` while nobody else changes this list. */
export async function withListLock<T>(modelsDir: string, list: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  const release = await takeLock(`${list}.lock`, {
    sentence: 'The folder {modelsDir} is being changed by another command. Wait for it and try again.',
    values: { modelsDir },
    waitMs: 10_000,
    signal,
  });
  try {
    return await work();
  } finally {
    await release();
  }
}
