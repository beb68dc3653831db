import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { AppError } from '../shared/errors.ts';
import { type CatalogueEntry, loadCatalogue, parseEntry, type WeightsSettings } from './catalogue.ts';
import { copyFile } from './copy-file.ts';
import { type Description, describeGguf, describeNames } from './describe.ts';
import { fetchFile, type Patience, patience } from './fetch-file.ts';
import { namesBelow, onlyFolder, replaceFolder } from './folders.ts';
import { sha256File } from './hash.ts';
import { type Found, type FoundFile, findFiles } from './hub.ts';
import { identifyFile, refuseImpostor } from './identify.ts';
import { type InstalledFile, recordInstalled, type VouchedBy } from './installed.ts';
import { rememberAdded } from './list.ts';
import { takeLock } from './lock.ts';
import { makeTally, type OnProgress } from './progress.ts';
import { freeBytes, requireSpace } from './space.ts';
import { unpackArchive, unpackLimits } from './unpack.ts';

/** What an operator may say of the model; what is not said is read from the hub and from the file. */
export interface AddFacts {
  readonly id?: string | undefined;
  readonly name?: string | undefined;
  readonly purpose?: string | undefined;
  readonly languages?: readonly string[] | undefined;
  readonly licence?: string | undefined;
  /** Of a single file: the SHA-256 that its maker publishes. */
  readonly sha256?: string | undefined;
}

export interface AddOptions {
  readonly signal: AbortSignal;
  readonly onProgress?: OnProgress | undefined;
  readonly fetch?: typeof globalThis.fetch;
  readonly patience?: Patience;
  readonly freeBytes?: (folder: string) => Promise<number>;
}

export interface Added {
  readonly entry: CatalogueEntry;
  readonly files: readonly InstalledFile[];
}

/**
 * Brings a model that is not in the catalogue: an address of a file, `<owner>/<repository>[/<file>]` of the hub, or a file on
 * this machine. Its SHA-256 is the operator's, else the hub's, else fixed by this first download. It joins the operator's own
 * list and outranks the catalogue's models for its purpose and languages.
 */
export async function addModel(settings: WeightsSettings, address: string, facts: AddFacts, options: AddOptions): Promise<Added> {
  const { signal } = options;
  const found = await findFiles(settings, address, options);
  const sole = found.files.length === 1 ? found.files[0] : undefined;
  if (facts.sha256 !== undefined && !/^[0-9a-f]{64}$/i.test(facts.sha256))
    throw new AppError('invalid', 'A SHA-256 is 64 hexadecimal digits; {given} is not one.', { values: { given: facts.sha256 } });
  if (facts.sha256 !== undefined && !sole)
    throw new AppError('invalid', '--sha256 goes with a single file; {address} is {count} files.', {
      values: { address, count: found.files.length },
    });
  const id = facts.id ?? idOf(sole?.name ?? found.name);
  const catalogue = await loadCatalogue(settings);
  const taken = catalogue.get(id);
  if (taken && taken.added_at === undefined)
    throw new AppError('conflict', 'The catalogue has a model {id} already. Give this one another name with --id.', { values: { id } });
  requireLanguages(found, facts);

  const free = await requireSpace(
    settings.modelsDir,
    found.files.reduce((sum, file) => sum + (file.bytes ?? 0), 0),
    options.freeBytes ?? freeBytes,
  );
  const release = await takeLock(join(settings.modelsDir, '.locks', id), {
    sentence: 'The model {id} is being pulled by another command. Wait for it to end.',
    values: { id },
    waitMs: 0,
    signal,
  });
  try {
    const staging = join(settings.modelsDir, '.downloads', `${id}.adding`);
    const brought: InstalledFile[] = [];
    for (const file of found.files)
      brought.push(await bring(file, sole ? facts.sha256?.toLowerCase() : undefined, staging, id, free, options));
    const archive = sole && /\.(tar\.bz2|tbz2|tar\.gz|tgz)$/i.test(sole.name) ? brought[0] : undefined;
    const { root, files } = archive ? await unpacked(archive, staging, free, signal) : { root: staging, files: brought };
    const described = await describe(
      root,
      files.map((file) => file.name),
      found.name,
    );
    const entry = entryOf(id, found, facts, described, archive ? [archive] : files, archive !== undefined);
    await replaceFolder(root, join(settings.modelsDir, id));
    await rm(staging, { recursive: true, force: true });
    await rememberAdded(settings.modelsDir, entry, signal);
    await recordInstalled(
      settings.modelsDir,
      id,
      { installed_at: new Date().toISOString(), from: found.from, files: [...files], ...(archive ? { archive } : {}) },
      signal,
    );
    return { entry, files: archive ? [archive] : files };
  } finally {
    await release();
  }
}

// ---------- bringing and describing it

async function bring(
  file: FoundFile,
  given: string | undefined,
  staging: string,
  id: string,
  free: number,
  options: AddOptions,
): Promise<InstalledFile> {
  const { signal } = options;
  await mkdir(staging, { recursive: true });
  const tally = makeTally(options.onProgress);
  const part = join(staging, `${file.name}.part`);
  const expected = { name: file.name, sha256: given ?? file.sha256, bytes: file.bytes };
  tally.size(file.name, file.bytes);
  const local = typeof file.at === 'string';
  const fetched = local
    ? {
        ...(await copyFile(file.at as string, part, expected, {
          signal,
          onBytes: (done, moved) => tally.at(file.name, done, moved, 'copying', id, file.name),
        })),
        namedByHub: false,
      }
    : await fetchFile([file.at as URL], part, expected, {
        signal,
        fetch: options.fetch ?? globalThis.fetch,
        patience: options.patience ?? patience,
        maxBytes: free,
        onBytes: (done, moved, total) => {
          tally.size(file.name, total);
          tally.at(file.name, done, moved, 'fetching', id, file.name);
        },
      });
  const vouched_by: VouchedBy = given ? 'operator' : fetched.namedByHub || file.sha256 ? 'hub' : 'first-download';
  try {
    await refuseImpostor(part, file.name, local ? 'The folder' : (file.at as URL).host);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
  await rename(part, join(staging, file.name));
  return { name: file.name, bytes: fetched.bytes, sha256: fetched.sha256, vouched_by };
}

async function unpacked(
  archive: InstalledFile,
  staging: string,
  free: number,
  signal: AbortSignal,
): Promise<{ root: string; files: InstalledFile[] }> {
  const into = join(staging, 'content');
  await rm(into, { recursive: true, force: true });
  await mkdir(into, { recursive: true });
  await unpackArchive(
    { archive: join(staging, archive.name), into, limits: { ...unpackLimits, bytes: Math.min(unpackLimits.bytes, free) } },
    signal,
  );
  const root = await onlyFolder(into);
  const files: InstalledFile[] = [];
  for (const name of await namesBelow(root)) files.push({ name, ...(await sha256File(join(root, name), signal)), vouched_by: 'archive' });
  return { root, files };
}

async function describe(root: string, names: readonly string[], called: string): Promise<Description> {
  const [only] = names;
  if (only && names.length === 1) {
    const identity = await identifyFile(join(root, only));
    if (identity.gguf) {
      const described = describeGguf(only, identity.gguf);
      if (described) return described;
    }
    if (identity.format === 'ggml-whisper') {
      const settings = { multilingual: identity.multilingual === true, windowSeconds: 30 };
      return {
        purpose: 'speech-to-text',
        engine: 'whisper',
        roles: { model: only },
        settings,
        ...(identity.multilingual ? {} : { languages: ['en'] }),
      };
    }
  }
  const described = describeNames(names);
  if (!described)
    throw new AppError(
      'invalid',
      'This box cannot run {name}: it is neither a GGUF or Whisper (ggml) file nor a set of files that an engine here takes.',
      { values: { name: called } },
    );
  return described.settings?.model === 'vits' ? { ...described, ...(await readVoice(root, described)) } : described;
}

const voiceSchema = z.object({
  audio: z.object({ sample_rate: z.number() }).optional(),
  language: z.object({ code: z.string() }).optional(),
});

/** A Piper voice says its language and rate in a file beside it. */
async function readVoice(root: string, described: Description): Promise<Partial<Description>> {
  const text = await readFile(join(root, `${described.roles.model}.json`), 'utf8').catch(() => '{}');
  const voice = voiceSchema.safeParse(safeJson(text));
  if (!voice.success) return {};
  const language = voice.data.language?.code.split(/[_-]/)[0];
  const rate = voice.data.audio?.sample_rate;
  return { settings: { ...described.settings, ...(rate ? { sampleRate: rate } : {}) }, ...(language ? { languages: [language] } : {}) };
}

function safeJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function entryOf(
  id: string,
  found: Found,
  facts: AddFacts,
  described: Description,
  files: readonly InstalledFile[],
  archive: boolean,
): CatalogueEntry {
  const languages = facts.languages ?? described.languages ?? found.languages;
  if (!languages?.length) throw needsLanguages(found.name);
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const purpose = facts.purpose ?? described.purpose;
  return parseEntry(
    {
      id,
      name: facts.name ?? found.name,
      purpose,
      ...(described.also && facts.purpose === undefined ? { also: described.also } : {}),
      languages,
      engine: described.engine,
      files: files.map((file) => {
        const at = found.files.find((one) => one.name === file.name)?.at;
        return {
          name: file.name,
          bytes: file.bytes,
          sha256: file.sha256,
          url: at instanceof URL ? at.href : null,
          ...(archive ? { unpack: true } : {}),
        };
      }),
      roles: described.roles,
      ...(described.settings ? { settings: described.settings } : {}),
      licence: facts.licence ?? found.licence ?? described.licence ?? 'unknown: ask its maker',
      ram_bytes: Math.round(bytes * 1.2 + (purpose === 'language-model' ? 600e6 : 100e6)),
      profiles: [],
      added_at: new Date().toISOString(),
    },
    `The model ${found.name}`,
  );
}

/** Asked before gigabytes come, wherever the file itself will not tell. */
function requireLanguages(found: Found, facts: AddFacts): void {
  if (facts.languages?.length || found.languages) return;
  if (found.files.some((file) => /\.(gguf|bin|safetensors)$/i.test(file.name) && !/\.en[-.]/.test(file.name)))
    throw needsLanguages(found.name);
}

function needsLanguages(name: string): AppError {
  return new AppError('invalid', 'Say which languages {name} is fit for, for instance --languages hi or --languages en,hi.', {
    values: { name },
  });
}

function idOf(name: string): string {
  const plain = name
    .replace(/\.(gguf|bin|onnx|safetensors|tar\.bz2|tbz2|tar\.gz|tgz)$/i, '')
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '');
  return plain.slice(0, 80) || 'added-model';
}
