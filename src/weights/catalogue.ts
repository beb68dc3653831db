import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Purpose } from '../engines/call.ts';
import { AppError } from '../shared/errors.ts';
import { readJson } from './json-file.ts';

/** From the smallest box to the largest. */
export const profiles = ['demo', 'lite', 'standard', 'gpu'] as const;
export type Profile = (typeof profiles)[number];

/** Where weights are, and what may be done to get them. Everything else in this folder takes this. */
export interface WeightsSettings {
  /** Where pulled weights live, with `installed.json`, `added.json` and `checked.json`. */
  readonly modelsDir: string;
  /** A folder or an http(s) address, laid out `<id>/<file>`, or `<file>` alone for models of one file. */
  readonly source?: string | undefined;
  /** True: no connection is ever tried. */
  readonly offline: boolean;
  readonly profile: Profile | 'auto';
  /** The repository's own `models/` folder: `catalogue.json`, and `demo/<id>/<file>`. */
  readonly projectModelsDir: string;
  /** The hub that `add <owner>/<repository>` asks; huggingface.co when absent. */
  readonly hub?: string | undefined;
}

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'a SHA-256 is 64 hexadecimal digits');

/** A path below a model's own folder: no climbing, no absolute path, no odd characters. */
export const relativePath = z
  .string()
  .min(1)
  .max(240)
  .refine(
    (path) => path.split('/').every((part) => part !== '' && part !== '.' && part !== '..' && !/[\\\0-\x1f:]/.test(part)),
    'a path below the model folder',
  );

/** An id names a folder, so it may not climb either. */
export const modelId = z
  .string()
  .max(100)
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'letters, digits, dot, dash and underscore, starting with a letter or digit');

const purpose = z.enum([
  'speech-to-text',
  'live-speech-to-text',
  'voice-activity',
  'language-model',
  'text-to-speech',
  'embedder',
  'reranker',
  'translator',
  'image-reader',
  'diariser',
  'audio-decoder',
] satisfies [Purpose, ...Purpose[]]);

const language = z.string().regex(/^(any|[a-z]{2,3}(-[A-Za-z0-9]+)*)$/, 'a language code such as en or hi, or any');

const fileSchema = z.strictObject({
  name: relativePath,
  /** Null until a first download fixes it. */
  bytes: z.int().positive().nullable(),
  sha256: sha256.nullable(),
  url: z.url({ protocol: /^https?$/ }).nullable(),
  /** What listings say, for showing and for the space check; never enforced. */
  about_bytes: z.number().positive().optional(),
  /** An archive (.tar.gz, .tar.bz2): what it holds becomes the model. */
  unpack: z.literal(true).optional(),
  unpacked_about_bytes: z.number().positive().optional(),
});

const entrySchema = z
  .strictObject({
    id: modelId,
    name: z.string().min(1),
    purpose,
    /** Other purposes it can serve, less well than a model made for them. */
    also: z.array(purpose).optional(),
    /** Only those it is fit for; `any` where language does not matter. */
    languages: z.array(language).min(1),
    measured: z.array(z.strictObject({ language, measure: z.string(), value: z.number(), on: z.string(), source: z.string() })).optional(),
    /** Languages it would accept and is not fit for, with the reason a person is told. */
    unfit: z.array(z.strictObject({ language, why: z.string(), source: z.string().optional() })).optional(),
    engine: z.enum(['sherpa', 'whisper', 'llama', 'static-embeddings']),
    files: z.array(fileSchema).min(1),
    /** What an adapter calls a file (or a folder of an archive) -> its path below the model's folder. */
    roles: z.record(z.string(), relativePath),
    /** Facts an adapter needs: sample rate, dimensions, context, voices as `name:number`. */
    settings: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(z.string())])).optional(),
    licence: z.string().min(1),
    licence_note: z.string().optional(),
    /** Memory while loaded: an estimate, rounded up. */
    ram_bytes: z.number().nonnegative(),
    /** The profiles whose set it belongs to; none: pulled by name only. */
    profiles: z.array(z.enum(profiles)),
    /** The smallest profile on which it is bearable, where its sets do not say so. */
    least_profile: z.enum(profiles).optional(),
    demonstration: z.literal(true).optional(),
    /** Exercises an engine in tests; never chosen. */
    test_only: z.literal(true).optional(),
    /** Among models for the same purpose, language and profile the highest wins. */
    preference: z.number().optional(),
    notes: z.string().optional(),
    /** Set on what an operator added. */
    added_at: z.string().optional(),
  })
  .superRefine((entry, context) => {
    const names = entry.files.map((file) => file.name);
    if (new Set(names).size !== names.length)
      context.addIssue({ code: 'custom', path: ['files'], message: 'two files have the same name' });
    const archives = entry.files.filter((file) => file.unpack);
    if (archives.length > 0 && entry.files.length > 1)
      context.addIssue({ code: 'custom', path: ['files'], message: 'an archive comes alone' });
    if (archives.length > 0) return;
    for (const [role, path] of Object.entries(entry.roles)) {
      if (!names.includes(path)) context.addIssue({ code: 'custom', path: ['roles', role], message: `no file is called ${path}` });
    }
  });

export type CatalogueFile = z.infer<typeof fileSchema>;
export type CatalogueEntry = z.infer<typeof entrySchema>;

const catalogueSchema = z.strictObject({ version: z.literal(1), models: z.array(entrySchema) }).superRefine((catalogue, context) => {
  const seen = new Set<string>();
  for (const [index, { id }] of catalogue.models.entries()) {
    // Folders of some file systems do not tell upper from lower case.
    if (seen.has(id.toLowerCase()))
      context.addIssue({ code: 'custom', path: ['models', index, 'id'], message: `the id ${id} occurs twice` });
    seen.add(id.toLowerCase());
  }
});

/** Models by id, in the catalogue's order, what the operator added last. */
export type Catalogue = ReadonlyMap<string, CatalogueEntry>;

/** Checks an entry that comes from outside the catalogue: an added model, a manifest. Throws `invalid` with every fault. */
export function parseEntry(value: unknown, what: string): CatalogueEntry {
  const parsed = entrySchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new AppError('invalid', '{what} does not describe a model: {faults}.', { values: { what, faults: faults(parsed.error) } });
}

/** The catalogue that ships with the program and what the operator added beside it. */
export async function loadCatalogue(settings: Pick<WeightsSettings, 'projectModelsDir' | 'modelsDir'>): Promise<Catalogue> {
  const file = join(settings.projectModelsDir, 'catalogue.json');
  const shipped = parseCatalogue(JSON.parse(await readFile(file, 'utf8')), file);
  const added = await loadAdded(settings.modelsDir);
  const catalogue = new Map(shipped.map((entry) => [entry.id, entry]));
  const taken = new Set(shipped.map((entry) => entry.id.toLowerCase()));
  // A later release may bring an id that an operator has used: the checked list of the release wins.
  for (const entry of added) if (!taken.has(entry.id.toLowerCase())) catalogue.set(entry.id, entry);
  return catalogue;
}

export function addedFile(modelsDir: string): string {
  return join(modelsDir, 'added.json');
}

export async function loadAdded(modelsDir: string): Promise<CatalogueEntry[]> {
  const file = addedFile(modelsDir);
  const content = await readJson(file);
  return content === undefined ? [] : parseCatalogue(content, file);
}

function parseCatalogue(content: unknown, file: string): CatalogueEntry[] {
  const parsed = catalogueSchema.safeParse(content);
  if (parsed.success) return parsed.data.models;
  throw new AppError('internal', 'The list of models {file} is damaged: {faults}.', { values: { file, faults: faults(parsed.error) } });
}

export function findEntry(catalogue: Catalogue, id: string): CatalogueEntry {
  const entry = catalogue.get(id);
  if (entry) return entry;
  throw new AppError('not-found', 'No model is called {id}. `bedside models list` shows those that are.', { values: { id } });
}

/** The ids that make up a profile's set, in the catalogue's order. */
export function profileSet(catalogue: Catalogue, profile: Profile): string[] {
  return [...catalogue.values()].filter((entry) => entry.profiles.includes(profile)).map((entry) => entry.id);
}

/** What it weighs on the disk, as far as known. */
export function entryBytes(entry: CatalogueEntry): number | null {
  let sum = 0;
  for (const file of entry.files) {
    const bytes = file.bytes ?? file.about_bytes;
    if (bytes === undefined) return null;
    sum += bytes;
  }
  return sum;
}

function faults(error: z.ZodError): string {
  return error.issues
    .slice(0, 5)
    .map((issue) => `${issue.path.join('.') || 'it'}: ${issue.message}`)
    .join('; ');
}
