import { join } from 'node:path';
import { z } from 'zod';
import { AppError } from '../shared/errors.ts';
import { modelId, relativePath } from './catalogue.ts';
import { readJson } from './json-file.ts';

export const MANIFEST = 'manifest.json';

const manifestSchema = z.strictObject({
  format: z.literal('bedside-models'),
  version: z.literal(1),
  made_at: z.string(),
  models: z.array(
    z.strictObject({
      id: modelId,
      name: z.string(),
      purpose: z.string(),
      licence: z.string(),
      licence_note: z.string().optional(),
      files: z
        .array(z.strictObject({ name: relativePath, bytes: z.int().nonnegative(), sha256: z.string().regex(/^[0-9a-f]{64}$/) }))
        .min(1),
      /** The whole entry, where the model is not of the catalogue: the box that imports it needs it. */
      entry: z.unknown().optional(),
      archive: z.strictObject({ name: relativePath, bytes: z.int().nonnegative(), sha256: z.string().regex(/^[0-9a-f]{64}$/) }).optional(),
    }),
  ),
});

/** What an exported folder says of itself. */
export type Manifest = z.infer<typeof manifestSchema>;

/** The manifest of an exported folder; undefined where the folder is not an export. Throws `invalid` for a damaged one. */
export async function readManifest(folder: string): Promise<Manifest | undefined> {
  const file = join(folder, MANIFEST);
  const content = await readJson(file);
  if (content === undefined) return undefined;
  const parsed = manifestSchema.safeParse(content);
  if (parsed.success) return parsed.data;
  throw new AppError('invalid', 'The manifest {file} is damaged or of another make. Export the models again.', { values: { file } });
}
