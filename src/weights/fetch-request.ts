import { AppError } from '../shared/errors.ts';
import { type Expected, Interrupted, tooLong } from './fetch-failures.ts';

export interface Have {
  readonly bytes: number;
  readonly validator: string | undefined;
}

export interface HubFacts {
  readonly sha256: string | undefined;
  readonly bytes: number | undefined;
}

/** Asks, following redirects by hand: a hub names a file's SHA-256 on its own answer, not on that of the store it points to. */
export async function request(
  address: URL,
  have: Have,
  expected: Expected,
  fetch: typeof globalThis.fetch,
  signal: AbortSignal,
): Promise<{ response: Response; hub: HubFacts }> {
  let hub: HubFacts = { sha256: undefined, bytes: undefined };
  let url = address;
  for (let hop = 0; hop < 8; hop++) {
    const headers: Record<string, string> = {
      'accept-encoding': 'identity',
      'user-agent': 'bedside-models',
      ...(url.origin === address.origin ? authorisation(address) : {}),
    };
    if (have.bytes > 0) {
      headers.range = `bytes=${have.bytes}-`;
      if (have.validator) headers['if-range'] = have.validator;
    }
    const response = await fetch(withoutCredentials(url).href, { headers, redirect: 'manual', signal });
    hub = { sha256: hub.sha256 ?? linkedSha(response), bytes: hub.bytes ?? linkedSize(response) };
    if (![301, 302, 303, 307, 308].includes(response.status)) return { response, hub };
    await response.body?.cancel();
    url = redirectOf(response, url, expected);
  }
  throw new AppError('unavailable', 'The source {host} sends from one address to the next without end, so {file} cannot be fetched.', {
    values: { host: address.host, file: expected.name },
  });
}

function redirectOf(response: Response, url: URL, expected: Expected): URL {
  const to = response.headers.get('location');
  const next = to && URL.canParse(to, url.href) ? new URL(to, url) : undefined;
  const safe = next && (next.protocol === 'https:' || (next.protocol === 'http:' && url.protocol === 'http:'));
  if (next && safe) return next;
  throw new AppError('unavailable', 'The source {host} points to an address that is not safe to follow, so {file} was not fetched.', {
    values: { host: url.host, file: expected.name },
  });
}

export function readHead(
  response: Response,
  address: URL,
  have: number,
  expected: Expected,
  hubBytes: number | undefined,
): { start: number; total: number | null } {
  const { status } = response;
  const values = { host: address.host, file: expected.name, status };
  if (status === 404 || status === 410) {
    throw new AppError('not-found', 'The source {host} has no file {file}.', { values });
  }
  if (status === 401 || status === 403) {
    throw new AppError(
      'unavailable',
      'The source {host} does not give out {file} without permission (HTTP {status}). Accept its licence there, or fetch the file by hand and use `bedside models import`.',
      { values },
    );
  }
  if (status === 416 || status === 429 || status >= 500) {
    const say =
      status === 429
        ? 'The source {host} is too busy to give {file} now (HTTP {status}). Try again later.'
        : 'The source {host} failed while asked for {file} (HTTP {status}). Try again later.';
    throw new Interrupted(new AppError('unavailable', say, { values, context: { unreachable: status !== 416 } }));
  }
  if (status !== 200 && status !== 206)
    throw new AppError('unavailable', 'The source {host} answers HTTP {status} for {file}.', { values });
  const range = /^bytes (\d+)-/.exec(response.headers.get('content-range') ?? '');
  const start = status === 206 ? Number(range?.[1] ?? have) : 0;
  if (status === 206 && start !== have)
    throw new Interrupted(new AppError('unavailable', 'The source {host} sends another part of {file} than was asked for.', { values }));
  const encoded = (response.headers.get('content-encoding') ?? 'identity') !== 'identity';
  const length = response.headers.get('content-length');
  const announced = length === null || encoded ? hubBytes : start + Number(length);
  const total = (status === 206 ? rangeTotal(response) : undefined) ?? announced ?? null;
  if (total !== null && expected.bytes !== null && total !== expected.bytes) throw tooLong(address, expected, total);
  return { start, total };
}

export function rangeTotal(response: Response): number | undefined {
  const total = /\/(\d+)$/.exec(response.headers.get('content-range') ?? '')?.[1];
  return total === undefined ? undefined : Number(total);
}

/** A hub's own word for the SHA-256 of a large file. Its plain ETag is something else (a git hash, or the store's), so it does not count. */
function linkedSha(response: Response): string | undefined {
  return /^(?:W\/)?"?([0-9a-f]{64})"?$/.exec(response.headers.get('x-linked-etag') ?? '')?.[1];
}

function linkedSize(response: Response): number | undefined {
  const size = response.headers.get('x-linked-size');
  return size !== null && /^\d+$/.test(size) ? Number(size) : undefined;
}

/** What If-Range takes: a strong ETag, else the date of the last change. */
export function validatorOf(response: Response): string | undefined {
  const etag = response.headers.get('etag');
  if (etag && !etag.startsWith('W/')) return etag;
  return response.headers.get('last-modified') ?? undefined;
}

function authorisation(url: URL): Record<string, string> {
  if (!url.username && !url.password) return {};
  return {
    authorization: `Basic ${Buffer.from(`${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`).toString('base64')}`,
  };
}

function withoutCredentials(url: URL): URL {
  const bare = new URL(url);
  bare.username = '';
  bare.password = '';
  return bare;
}

/** For notes and messages: no password, no signed query. */
export function plain(url: URL): string {
  return `${url.origin}${url.pathname}`;
}
