import { stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { throwIfAborted } from '../shared/abort.ts';
import { AppError } from '../shared/errors.ts';
import type { WeightsSettings } from './catalogue.ts';
import { pickFiles } from './describe.ts';
import { type Patience, patience } from './fetch-file.ts';
import { requireOnline } from './origin.ts';

export interface AskOptions {
  readonly signal: AbortSignal;
  readonly fetch?: typeof globalThis.fetch;
  readonly patience?: Patience;
}

export interface FoundFile {
  readonly name: string;
  readonly at: URL | string;
  readonly sha256: string | null;
  readonly bytes: number | null;
}

export interface Found {
  readonly name: string;
  readonly from: string;
  readonly files: readonly FoundFile[];
  readonly languages?: readonly string[] | undefined;
  readonly licence?: string | undefined;
}

const HUB = 'https://huggingface.co';

/** What an address stands for: a file here, a file somewhere, files of a repository. Asks the hub, never for weights. */
export async function findFiles(settings: WeightsSettings, address: string, options: AskOptions): Promise<Found> {
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
  options: AskOptions,
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
async function readListing(url: URL, hub: URL, needed: boolean, options: AskOptions): Promise<z.infer<typeof listingSchema> | undefined> {
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
