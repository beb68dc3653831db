import { createHash, type Hash } from 'node:crypto';
import { type FileHandle, mkdir, open, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { cancelled, throwIfAborted } from '../shared/abort.ts';
import { AppError } from '../shared/errors.ts';
import { feedHash } from './hash.ts';
import { readJson, writeJson } from './json-file.ts';

/** What is known of a file before it comes. */
export interface Expected {
  readonly name: string;
  readonly sha256: string | null;
  readonly bytes: number | null;
}

/** How patient a download is. */
export interface Patience {
  /** No byte for so long: the line is taken for dead. */
  readonly stallMs: number;
  /** Tries without a megabyte of headway before it gives up. */
  readonly attempts: number;
  /** The first pause between tries; each next is three times as long. */
  readonly backoffMs: number;
}

export const patience: Patience = { stallMs: 30_000, attempts: 4, backoffMs: 1_000 };

export interface FetchOptions {
  readonly signal: AbortSignal;
  readonly fetch: typeof globalThis.fetch;
  readonly patience: Patience;
  /** `done` bytes are on the disk, `moved` of them just came; `total` as far as the server told. */
  readonly onBytes?: (done: number, moved: number, total: number | null) => void;
  /** The most that is written where nobody knows the size beforehand. */
  readonly maxBytes: number;
}

export interface Fetched {
  readonly sha256: string;
  readonly bytes: number;
  /** The SHA-256 that the hub named before the bytes came, if it did. */
  readonly namedByHub: boolean;
}

/** Headway that makes a try count as a new beginning: a poor line is not given up while it brings something. */
const HEADWAY_BYTES = 1_000_000;

/**
 * Brings a file to `part`, going on where an earlier run stopped, and checks it. The first address that has it is used.
 * On return `part` holds exactly the bytes whose SHA-256 is answered; bytes that turned out wrong are gone.
 * Throws `not-found` (no address has it), `timed-out` or `unavailable` with `context.unreachable` (the source does not
 * answer), `unavailable` (it answers with other bytes).
 */
export async function fetchFile(addresses: readonly URL[], part: string, expected: Expected, options: FetchOptions): Promise<Fetched> {
  await mkdir(dirname(part), { recursive: true });
  let absent: unknown;
  for (const address of addresses) {
    try {
      return await fetchFrom(address, part, expected, options);
    } catch (error) {
      if (!(error instanceof AppError && error.code === 'not-found')) throw error;
      absent = error;
    }
  }
  throw absent ?? new AppError('not-found', 'Nobody is known who has the file {file}.', { values: { file: expected.name } });
}

async function fetchFrom(address: URL, part: string, expected: Expected, options: FetchOptions): Promise<Fetched> {
  const { signal } = options;
  let failures = 0;
  let reached = 0;
  let freshStarts = 0;
  let resumed = false;
  let hub: string | undefined;
  for (;;) {
    throwIfAborted(signal);
    const before = await sizeOf(part);
    try {
      const end = await attempt(address, part, expected, options);
      hub = end.hub ?? hub;
      resumed ||= end.from > 0;
      const want = expected.sha256 ?? hub ?? null;
      if (want === null || want === end.sha256) {
        await rm(noteFile(part), { force: true });
        return { sha256: end.sha256, bytes: end.bytes, namedByHub: want !== null && want === hub };
      }
      await discard(part);
      // The piece from an earlier run may have been another file's: one fresh start settles it.
      if (!resumed || freshStarts > 0) throw wrongBytes(address, expected, end.sha256);
      freshStarts++;
      resumed = false;
    } catch (error) {
      if (signal.aborted) throw cancelled(signal);
      if (!(error instanceof Interrupted)) throw error;
      const now = await sizeOf(part);
      resumed ||= before > 0;
      if (now > reached + HEADWAY_BYTES) failures = 0;
      reached = Math.max(reached, now);
      failures++;
      if (failures >= options.patience.attempts) throw error.final;
      await pause(options.patience.backoffMs * 3 ** (failures - 1), signal);
    }
  }
}

/** A try that failed in a way that another try may mend; `final` is thrown when patience ends. */
class Interrupted extends Error {
  readonly final: AppError;
  constructor(final: AppError) {
    super(final.message, { cause: final });
    this.final = final;
  }
}

interface Ended {
  readonly sha256: string;
  readonly bytes: number;
  /** Where this try began: over 0 when it went on from an earlier one. */
  readonly from: number;
  readonly hub: string | undefined;
}

async function attempt(address: URL, part: string, expected: Expected, options: FetchOptions): Promise<Ended> {
  const stall = stallTimer(options.patience.stallMs, address, expected);
  const signal = AbortSignal.any([options.signal, stall.signal]);
  let file: FileHandle | undefined;
  try {
    const have = await resumable(address, part, expected);
    // Everything is here already: the run that fetched it was stopped before it could check.
    if (have.bytes > 0 && have.bytes === expected.bytes) return await finished(part, have.bytes, options);
    const { response, hub } = await request(address, have, expected, options, signal);
    // The part is as long as the file, or longer: either everything is here, or it is another file's.
    if (response.status === 416 && rangeTotal(response) === have.bytes) return await finished(part, have.bytes, options);
    if (response.status === 416) await discard(part);
    const { start, total } = readHead(response, address, have.bytes, expected, hub.bytes);
    if (total !== null && total > options.maxBytes) throw tooLong(address, expected, total);
    if (hub.sha256 && expected.sha256 && hub.sha256 !== expected.sha256) throw replaced(address, expected);

    const hash = createHash('sha256');
    if (start > 0) await feedHash(hash, part, options.signal, undefined, start);
    stall.refresh();
    file = await open(part, start > 0 ? 'r+' : 'w');
    await file.truncate(start);
    await writeNote(part, { address: plain(address), validator: validatorOf(response) });
    const bytes = await receive(
      response,
      file,
      hash,
      start,
      { most: expected.bytes ?? total ?? options.maxBytes, total: total ?? expected.bytes },
      { ...options, signal },
      stall.refresh,
      () => tooLong(address, expected, null),
    );
    await file.sync();
    if (bytes < (total ?? expected.bytes ?? 0)) throw new Interrupted(cut(address, expected));
    return { sha256: hash.digest('hex'), bytes, from: start, hub: hub.sha256 };
  } catch (error) {
    if (options.signal.aborted) throw cancelled(options.signal);
    if (stall.signal.aborted) throw new Interrupted(stall.signal.reason as AppError);
    throw error instanceof AppError || error instanceof Interrupted ? error : lineError(error, address, expected);
  } finally {
    stall.end();
    await file?.close().catch(() => {});
  }
}

async function finished(part: string, bytes: number, options: FetchOptions): Promise<Ended> {
  const hash = createHash('sha256');
  await feedHash(hash, part, options.signal);
  options.onBytes?.(bytes, 0, bytes);
  return { sha256: hash.digest('hex'), bytes, from: bytes, hub: undefined };
}

async function receive(
  response: Response,
  file: FileHandle,
  hash: Hash,
  start: number,
  size: { readonly most: number; readonly total: number | null },
  options: FetchOptions,
  alive: () => void,
  overflow: () => AppError,
): Promise<number> {
  let bytes = start;
  options.onBytes?.(bytes, 0, size.total);
  if (!response.body) return bytes;
  for await (const piece of response.body as unknown as AsyncIterable<Uint8Array>) {
    alive();
    throwIfAborted(options.signal);
    if (bytes + piece.length > size.most) throw overflow();
    await writeAll(file, piece, bytes);
    hash.update(piece);
    bytes += piece.length;
    options.onBytes?.(bytes, piece.length, size.total);
  }
  return bytes;
}

async function writeAll(file: FileHandle, piece: Uint8Array, at: number): Promise<void> {
  try {
    for (let done = 0; done < piece.length; ) {
      const { bytesWritten } = await file.write(piece, done, piece.length - done, at + done);
      done += bytesWritten;
    }
  } catch (error) {
    throw diskError(error);
  }
}

/** A full or failing disk, as a sentence. */
export function diskError(error: unknown): AppError {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new AppError(
      'unavailable',
      'The disk is full. Make room and run the command again: what has come so far is kept.',
      { reason: 'STORAGE_FULL' },
      error,
    );
  }
  return new AppError(
    'unavailable',
    'The disk refused a write ({code}). Check it, then run the command again.',
    { values: { code: code ?? 'unknown' } },
    error,
  );
}

// ---------- asking

interface Have {
  readonly bytes: number;
  readonly validator: string | undefined;
}

const noteSchema = z.object({ address: z.string(), validator: z.string().optional() });

function noteFile(part: string): string {
  return `${part}.json`;
}

async function writeNote(part: string, note: { address: string; validator: string | undefined }): Promise<void> {
  await writeJson(noteFile(part), note);
}

/** What of an earlier run can be gone on from: anything where a SHA-256 will decide in the end, else only what the server can confirm. */
async function resumable(address: URL, part: string, expected: Expected): Promise<Have> {
  const bytes = await sizeOf(part);
  if (bytes === 0) return { bytes: 0, validator: undefined };
  const note = noteSchema.safeParse(await readJson(noteFile(part)).catch(() => undefined));
  const validator = note.success && note.data.address === plain(address) ? note.data.validator : undefined;
  const tooMuch = expected.bytes !== null && bytes > expected.bytes;
  if (tooMuch || (expected.sha256 === null && validator === undefined)) {
    await discard(part);
    return { bytes: 0, validator: undefined };
  }
  return { bytes, validator };
}

interface HubFacts {
  readonly sha256: string | undefined;
  readonly bytes: number | undefined;
}

/** Asks, following redirects by hand: a hub names a file's SHA-256 on its own answer, not on that of the store it points to. */
async function request(
  address: URL,
  have: Have,
  expected: Expected,
  options: FetchOptions,
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
    const response = await options.fetch(withoutCredentials(url).href, { headers, redirect: 'manual', signal });
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

function readHead(
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

function rangeTotal(response: Response): number | undefined {
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
function validatorOf(response: Response): string | undefined {
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
function plain(url: URL): string {
  return `${url.origin}${url.pathname}`;
}

// ---------- waiting and failing

function stallTimer(stallMs: number, address: URL, expected: Expected): { signal: AbortSignal; refresh(): void; end(): void } {
  const stop = new AbortController();
  const give = () =>
    stop.abort(
      new AppError(
        'timed-out',
        'The source {host} sends nothing more of {file}. Check the line, then run the command again: what has come so far is kept.',
        {
          values: { host: address.host, file: expected.name },
          context: { unreachable: true },
        },
      ),
    );
  const timer = setTimeout(give, stallMs);
  return {
    signal: stop.signal,
    refresh: () => void timer.refresh(),
    // Also lets go of a connection whose answer nobody is going to read.
    end: () => {
      clearTimeout(timer);
      stop.abort();
    },
  };
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  // A little chance in it, so that several files of one source do not knock at the same instant.
  const length = ms * (0.8 + Math.random() * 0.4);
  await new Promise<void>((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(cancelled(signal));
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, length);
    signal.addEventListener('abort', stop, { once: true });
  });
}

function lineError(error: unknown, address: URL, expected: Expected): Interrupted | AppError {
  const code = codeOf(error);
  const why = REASONS[code] ?? 'the connection was cut';
  const values = { host: address.host, file: expected.name, why };
  const final = new AppError(
    'unavailable',
    'The source {host} cannot be reached for {file}: {why}. Check the line, then run the command again: what has come so far is kept.',
    { values, context: { unreachable: true } },
    error,
  );
  // A name that does not exist and a certificate that is not trusted do not mend themselves in seconds.
  return code === 'ENOTFOUND' || code in CERTIFICATE ? final : new Interrupted(final);
}

function codeOf(error: unknown): string {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
    const { code } = at as NodeJS.ErrnoException;
    if (typeof code === 'string') return code;
  }
  return '';
}

const CERTIFICATE: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'its certificate has expired (is the clock of this box right?)',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet (is the clock of this box right?)',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is not trusted',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is not trusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate is not trusted',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate belongs to another host',
};

const REASONS: Readonly<Record<string, string>> = {
  ...CERTIFICATE,
  ENOTFOUND: 'its name is not known (is this box connected?)',
  EAI_AGAIN: 'its name cannot be looked up now (is this box connected?)',
  ECONNREFUSED: 'it refuses the connection',
  ENETUNREACH: 'this box is not connected',
  EHOSTUNREACH: 'there is no way to it',
  ETIMEDOUT: 'it does not answer',
  UND_ERR_CONNECT_TIMEOUT: 'it does not answer',
  UND_ERR_HEADERS_TIMEOUT: 'it does not answer',
};

function wrongBytes(address: URL, expected: Expected, sha256: string): AppError {
  return new AppError(
    'unavailable',
    'The file {file} from {host} is not what it should be: its SHA-256 is {got}…, not {want}…. It was thrown away.',
    {
      values: {
        file: expected.name,
        host: address.host,
        got: sha256.slice(0, 12),
        want: (expected.sha256 ?? '').slice(0, 12) || 'what the hub named',
      },
      context: { file: expected.name },
    },
  );
}

function replaced(address: URL, expected: Expected): AppError {
  return new AppError(
    'unavailable',
    '{host} now holds another file under the name {file} than the catalogue knows. It was not fetched; a newer release may know it.',
    {
      values: { host: address.host, file: expected.name },
      context: { file: expected.name },
    },
  );
}

function tooLong(address: URL, expected: Expected, bytes: number | null): AppError {
  const values = { file: expected.name, host: address.host, got: bytes ?? 'more', want: expected.bytes ?? 'what was announced' };
  return new AppError(
    'unavailable',
    'The file {file} at {host} is not what it should be: {got} bytes instead of {want}. It was not kept.',
    {
      values,
      context: { file: expected.name },
    },
  );
}

function cut(address: URL, expected: Expected): AppError {
  return new AppError('unavailable', 'The source {host} ended {file} too early. Run the command again: what has come so far is kept.', {
    values: { host: address.host, file: expected.name },
    context: { unreachable: true },
  });
}

/** True for what says that a whole source, not one file, is the trouble. */
export function isUnreachable(error: unknown): boolean {
  return error instanceof AppError && error.details.context?.unreachable === true;
}

async function sizeOf(file: string): Promise<number> {
  return (await stat(file).catch(() => undefined))?.size ?? 0;
}

export async function discard(part: string): Promise<void> {
  await rm(part, { force: true });
  await rm(noteFile(part), { force: true });
}
