import { createHash, type Hash } from 'node:crypto';
import { type FileHandle, mkdir, open, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { cancelled, throwIfAborted } from '../shared/abort.ts';
import { AppError } from '../shared/errors.ts';
import { cut, diskError, type Expected, Interrupted, lineError, replaced, tooLong, wrongBytes } from './fetch-failures.ts';
import { type Have, plain, rangeTotal, readHead, request, validatorOf } from './fetch-request.ts';
import { feedHash } from './hash.ts';
import { readJson, writeJson } from './json-file.ts';

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
    const { response, hub } = await request(address, have, expected, options.fetch, signal);
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

// ---------- what an earlier run left

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

async function sizeOf(file: string): Promise<number> {
  return (await stat(file).catch(() => undefined))?.size ?? 0;
}

export async function discard(part: string): Promise<void> {
  await rm(part, { force: true });
  await rm(noteFile(part), { force: true });
}

// ---------- waiting

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
