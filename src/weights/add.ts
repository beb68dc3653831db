import { mkdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { throwIfAborted } from '../shared/abort.ts';
import { AppError } from '../shared/errors.ts';
import { type CatalogueEntry, loadCatalogue, parseEntry, type WeightsSettings } from './catalogue.ts';
import { copyFile } from './copy-file.ts';
import { type Description, describeGguf, describeNames, pickFiles } from './describe.ts';
import { fetchFile, type Patience, patience } from './fetch-file.ts';
import { namesBelow, onlyFolder, replaceFolder } from './folders.ts';
import { sha256File } from './hash.ts';
import { identifyFile, refuseImpostor } from './identify.ts';
import { type InstalledFile, recordInstalled, type VouchedBy } from './installed.ts';
import { rememberAdded } from './list.ts';
import { takeLock } from './lock.ts';
import { requireOnline } from './origin.ts';
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
  const found = await find(settings, address, options);
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

// ---------- where it is

interface FoundFile {
  readonly name: string;
  readonly at: URL | string;
  readonly sha256: string | null;
  readonly bytes: number | null;
}

interface Found {
  readonly name: string;
  readonly from: string;
  readonly files: readonly FoundFile[];
  readonly languages?: readonly string[] | undefined;
  readonly licence?: string | undefined;
}

const HUB = 'https://huggingface.co';

async function find(settings: WeightsSettings, address: string, options: AddOptions): Promise<Found> {
  const hub = new URL(settings.hub ?? HUB);
  const text = address.trim().replace(/^hf:(\/\/)?/, '');
  if (!/^https?:\/\//i.test(text)) {
    const file = text.startsWith('file://') ? fileURLToPath(text) : resolve(text);
    const info = await stat(file).catch(() => undefined);
    if (info?.isFile())
      return { name: basename(file), from: file, files: [{ name: basename(file), at: file, sha256: null, bytes: info.size }] };
    if (!/^[\w.-]+\/[\w.-]+(\/.+)?$/.test(text)) {
      throw new AppError('invalid', '{address} is neither a file here, nor an http address, nor <owner>/<repository> of the hub.', {
        values: { address },
      });
    }
  }
  requireOnline(settings, address);
  const url = /^https?:\/\//i.test(text) ? new URL(text) : new URL(text, `${hub.origin}/`);
  if (url.origin !== hub.origin) return fileAt(url, decodeURIComponent(basename(url.pathname)));
  const [owner, repository, kind, revision, ...rest] = url.pathname.split('/').filter(Boolean).map(decodeURIComponent);
  if (!owner || !repository) throw new AppError('invalid', '{address} names no repository of the hub.', { values: { address } });
  const given = /^https?:/i.test(text);
  const path = !given
    ? [kind, revision, ...rest].filter((part): part is string => part !== undefined).join('/')
    : kind === 'resolve' || kind === 'blob'
      ? rest.join('/')
      : '';
  return repositoryAt(hub, owner, repository, given && path ? (revision ?? 'main') : 'main', path, options);
}

function fileAt(url: URL, name: string): Found {
  if (!name.includes('.'))
    throw new AppError('invalid', 'The address {address} names no file.', { values: { address: `${url.origin}${url.pathname}` } });
  return { name, from: `${url.origin}${url.pathname}`, files: [{ name, at: url, sha256: null, bytes: null }] };
}

const listingSchema = z.object({
  siblings: z.array(
    z.object({
      rfilename: z.string(),
      size: z.number().nullish(),
      lfs: z.object({ sha256: z.string().regex(/^[0-9a-f]{64}$/), size: z.number() }).nullish(),
    }),
  ),
  cardData: z.object({ license: z.string().nullish(), language: z.union([z.string(), z.array(z.string())]).nullish() }).nullish(),
});

async function repositoryAt(
  hub: URL,
  owner: string,
  repository: string,
  revision: string,
  path: string,
  options: AddOptions,
): Promise<Found> {
  const at = (name: string) =>
    new URL(`/${[owner, repository, 'resolve', revision, ...name.split('/')].map(encodeURIComponent).join('/')}`, hub);
  const listing = await readListing(
    new URL(
      `/api/models/${encodeURIComponent(owner)}/${encodeURIComponent(repository)}/revision/${encodeURIComponent(revision)}?blobs=true`,
      hub,
    ),
    hub,
    path === '',
    options,
  );
  const names = listing?.siblings.map((one) => one.rfilename) ?? [];
  const picked = path ? { files: [path] } : pickFiles(names);
  if ('fault' in picked) {
    const sentence =
      picked.fault === 'several'
        ? '{repository} holds several models: {names}. Name one of them: `bedside models add {repository}/<file>`.'
        : '{repository} holds no model that this box can run. It holds: {names}.';
    throw new AppError('invalid', sentence, {
      values: { repository: `${owner}/${repository}`, names: picked.names.slice(0, 20).join(', ') || 'nothing' },
    });
  }
  const files = picked.files.map((name): FoundFile => {
    const known = listing?.siblings.find((one) => one.rfilename === name);
    return { name: basename(name), at: at(name), sha256: known?.lfs?.sha256 ?? null, bytes: known?.lfs?.size ?? known?.size ?? null };
  });
  const languages = [listing?.cardData?.language ?? []].flat().filter((code) => /^[a-z]{2,3}$/.test(code));
  return {
    name: repository,
    from: `${hub.host}/${owner}/${repository}`,
    files,
    languages: languages.length > 0 ? languages : undefined,
    licence: listing?.cardData?.license ?? undefined,
  };
}

/** The hub's list of a repository. Where a file is named it is only a help: without it the file is fetched all the same. */
async function readListing(url: URL, hub: URL, needed: boolean, options: AddOptions): Promise<z.infer<typeof listingSchema> | undefined> {
  const { stallMs } = options.patience ?? patience;
  try {
    const response = await (options.fetch ?? globalThis.fetch)(url.href, {
      headers: { 'user-agent': 'bedside-models' },
      signal: AbortSignal.any([options.signal, AbortSignal.timeout(stallMs)]),
    });
    if (response.ok) return listingSchema.parse(await response.json());
    await response.body?.cancel();
    if (!needed) return undefined;
    const sentence =
      response.status === 404 || response.status === 401
        ? 'The hub {hub} knows no public repository of that name.'
        : 'The hub {hub} answers HTTP {status}. Try again later.';
    throw new AppError(response.status === 404 || response.status === 401 ? 'not-found' : 'unavailable', sentence, {
      values: { hub: hub.host, status: response.status },
    });
  } catch (error) {
    throwIfAborted(options.signal);
    if (error instanceof AppError) throw error;
    if (!needed) return undefined;
    throw new AppError(
      'unavailable',
      'The hub {hub} cannot be reached or answers something unexpected. Check the line and try again.',
      { values: { hub: hub.host }, context: { unreachable: true } },
      error,
    );
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
