import { existsSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { AppError } from '../shared/errors.ts';
import { describeError, type Log } from '../shared/log.ts';
import { backupAtHome, listBackups } from './backup.ts';
import { runDataTask } from './data-task.ts';
import { diskFault } from './disk-error.ts';
import { writeDurably } from './files/durable.ts';
import { databaseFiles, type Layout, layoutOf, timeName } from './home-layout.ts';
import { type KeyRing, knownCheck, rememberKey } from './key-ring.ts';
import { finishRestore, freeName, stage, sweepRestores } from './restore.ts';
import { isDamage } from './sqlite/damage.ts';
import { openConnection } from './sqlite/database.ts';
import { type HomeLock, lockHome } from './sqlite/home-lock.ts';
import { migrate, migrationsOf, openStorage, type SqliteStorage } from './sqlite/storage.ts';
import type { TenancyVerdict } from './tenancy.ts';

export interface HomeOptions {
  readonly home: string;
  readonly keyRing: KeyRing;
  readonly full: boolean;
  readonly strictUnits: boolean;
  readonly log: Log;
  /** The version that runs; backups carry its name. */
  readonly madeBy: string;
  readonly nowMs: number;
  /** Says a sentence that somebody at the box must read, beside the log. */
  readonly announce?: ((sentence: string) => void) | undefined;
  /** A larger database is checked while it serves; so many bytes are read through in a good second. */
  readonly checkAtStartBytes?: number | undefined;
  readonly onStatement?: ((verdict: TenancyVerdict) => void) | undefined;
}

/** What was lost when a damaged database gave way to its newest backup. */
export interface Recovery {
  readonly fromMs: number;
  /** The damaged file was last written then. */
  readonly toMs: number;
  readonly backup: string;
  readonly damaged: string;
}

export interface Home {
  readonly storage: SqliteStorage;
  readonly recovery: Recovery | undefined;
}

const CHECK_AT_START_BYTES = 64_000_000;
const never = new AbortController().signal;

/** Opens the data folder to serve from it: held against others, checked, mended where it can be, brought up to date. */
export async function openHome(options: HomeOptions): Promise<Home> {
  const at = layoutOf(options.home);
  try {
    mkdirSync(at.home, { recursive: true, mode: 0o700 });
    return await open(at, options);
  } catch (error) {
    throw homeError(error, at.home);
  }
}

async function open(at: Layout, options: HomeOptions): Promise<Home> {
  const { keyRing, log, announce } = options;
  if (existsSync(at.restoring)) await alone(at, async () => finishRestore(at));
  let lock = lockHome(at.lock, at.home, 'serve');
  try {
    sweepRestores(at);
    let recovery: Recovery | undefined;
    const damage = findDamage(at, options);
    if (damage) {
      log.error({ what: damage.what }, 'storage.damaged');
      lock.release();
      recovery = await alone(at, () => recover(at, damage, options));
      lock = lockHome(at.lock, at.home, 'serve');
    }
    await bringUpToDate(at, options);
    rememberKey(at.home, keyRing);
    const warn = warnOfDamage(at, options);
    const storage = await openStorage({
      file: at.database,
      key: keyRing.database,
      full: options.full,
      strictUnits: options.strictUnits,
      onDamage: warn,
      ...(options.onStatement ? { onStatement: options.onStatement } : {}),
    });
    if (recovery) {
      log.error({ ...recovery }, 'storage.recovered');
      announce?.(recoverySentence(recovery));
    }
    return { storage: guarded(storage, lock, checkWhileServing(at, options, warn)), recovery };
  } catch (error) {
    lock.release();
    throw error;
  }
}

/**
 * Opens the data folder for a command, beside a service that may be running on it. It must have been made and brought up to
 * date by `serve`; a command changes no schema.
 */
export async function openBeside(options: Pick<HomeOptions, 'home' | 'keyRing'>): Promise<SqliteStorage> {
  const at = layoutOf(options.home);
  if (!existsSync(at.database))
    throw new AppError('not-found', 'There is no database in {home} yet. `bedside serve` makes it.', { values: { home: at.home } });
  try {
    const lock = lockHome(at.lock, at.home, 'beside');
    try {
      const db = openConnection(at.database, options.keyRing.database);
      try {
        const { pending, unknown } = migrationsOf(db);
        if (unknown.length > 0) throw laterVersion(at.home);
        if (pending.length > 0)
          throw new AppError(
            'conflict',
            'The database in {home} is of an earlier version. Start `bedside serve` once, which brings it up to date.',
            {
              values: { home: at.home },
            },
          );
      } finally {
        db.close();
      }
      return guarded(await openStorage({ file: at.database, key: options.keyRing.database }), lock, new AbortController());
    } catch (error) {
      lock.release();
      throw error;
    }
  } catch (error) {
    throw homeError(error, at.home);
  }
}

/** True while a service runs on this folder; undefined where that cannot be found out. */
export function isServed(home: string): boolean | undefined {
  const at = layoutOf(home);
  if (!existsSync(at.lock)) return false;
  try {
    lockHome(at.lock, at.home, 'serve', 0).release();
    return false;
  } catch (error) {
    return error instanceof AppError ? true : undefined;
  }
}

interface Damage {
  readonly what: string;
  readonly lastWriteMs: number;
}

/** Looks without writing. A file that another key made is not damaged: there the error says so. */
function findDamage(at: Layout, { keyRing, checkAtStartBytes = CHECK_AT_START_BYTES }: HomeOptions): Damage | undefined {
  const known = knownCheck(at.home);
  const written = databaseFiles(at.database)
    .slice(0, 2)
    .flatMap((file) => statSync(file, { throwIfNoEntry: false }) ?? []);
  const lastWriteMs = Math.max(0, ...written.map(({ mtimeMs }) => Math.floor(mtimeMs)));
  const bytes = existsSync(at.database) ? statSync(at.database).size : undefined;
  // Without the fingerprint this folder has never held a finished database.
  if (bytes === undefined) return known === undefined ? undefined : { what: 'the file is missing', lastWriteMs };
  try {
    // Played back under another key, a journal would be the end of what it is there to save.
    if (known === undefined || known === keyRing.check) undoUnfinished(at, keyRing);
    const db = openConnection(at.database, keyRing.database, { readonly: true });
    try {
      if (known !== undefined && migrationsOf(db).applied.length === 0) return { what: 'the file is empty', lastWriteMs };
      if (bytes > checkAtStartBytes && !existsSync(at.checkDue)) return undefined;
      const rows = db.pragma('quick_check(5)') as Record<string, string>[];
      const faults = rows.map((row) => Object.values(row)[0] ?? '').filter((text) => text !== 'ok');
      if (faults.length > 0) return { what: faults.join('; ').slice(0, 500), lastWriteMs };
    } finally {
      db.close();
    }
  } catch (error) {
    // With the right key, bytes that no key opens are broken bytes.
    if (known === keyRing.check && isDamage(error)) return { what: 'the file cannot be read', lastWriteMs };
    throw error;
  }
  rmSync(at.checkDue, { force: true });
  return undefined;
}

/**
 * A database gets its write-ahead log in a change that has a journal of the older kind. A power cut in the middle of it leaves that
 * journal to be played back, which a connection that only reads may not do.
 */
function undoUnfinished(at: Layout, keyRing: KeyRing): void {
  if (existsSync(`${at.database}-journal`)) openConnection(at.database, keyRing.database).close();
}

/** The newest backup that holds, in the place of the damaged files, which are kept. */
async function recover(at: Layout, damage: Damage, { keyRing, log, nowMs }: HomeOptions): Promise<Recovery> {
  const aside = freeName(at.damaged, timeName(nowMs));
  for (const backup of listBackups(at.home)) {
    try {
      const manifest = await stage(at, { folder: backup.folder, mode: 'mend', aside, keyRing }, { signal: never });
      finishRestore(at);
      rmSync(at.checkDue, { force: true });
      const fromMs = Date.parse(manifest.madeAt);
      return { fromMs, toMs: Math.max(fromMs, damage.lastWriteMs), backup: backup.folder, damaged: aside };
    } catch (error) {
      log.error({ backup: backup.folder, error: describeError(error) }, 'backup.unusable');
      if (existsSync(at.restoring)) throw error; // proved and on its way: the next start goes on with it
    }
  }
  throw new AppError(
    'unavailable',
    'The database in {home} is damaged, and there is no usable backup in {backups} to put in its place. Nothing was changed. Restore one from elsewhere with `bedside restore <folder>`.',
    { reason: 'DATABASE_ERROR', values: { home: at.home, backups: at.backups } },
  );
}

/** Runs the migrations that are due, after a verified copy of what there is. */
async function bringUpToDate(at: Layout, { home, keyRing, madeBy, nowMs, log }: HomeOptions): Promise<void> {
  const db = openConnection(at.database, keyRing.database);
  try {
    const { applied, pending, unknown } = migrationsOf(db);
    if (unknown.length > 0) throw laterVersion(home);
    if (pending.length === 0) return;
    if (applied.length > 0) {
      const copy = await backupAtHome({ home, keyRing, madeBy, nowMs }, 'database', { signal: never }, `before-${pending[0]}`);
      log.info({ folder: copy.folder }, 'backup.made');
    }
    log.info({ pending }, 'storage.migrating');
    await migrate(db);
  } finally {
    db.close();
  }
}

/** Says once that the database is damaged, and leaves word for the next start to check it whole. */
function warnOfDamage(at: Layout, { log, announce }: HomeOptions): () => void {
  let said = false;
  return () => {
    if (said) return;
    said = true;
    log.error({}, 'storage.damaged');
    try {
      writeDurably(at.checkDue, 'The database was found damaged while it was in use.\n');
    } catch {
      // Without room for the note a start looks at a small database all the same, and the sentence is said here.
    }
    announce?.('The database is damaged. Stop Bedside and start it again: it then puts the newest backup in its place.');
  };
}

/** A database too large to be read through at start is read through now, on a thread of its own. */
function checkWhileServing(
  at: Layout,
  { keyRing, log, announce, checkAtStartBytes = CHECK_AT_START_BYTES }: HomeOptions,
  warn: () => void,
): AbortController {
  const stop = new AbortController();
  const { size } = statSync(at.database);
  if (size <= checkAtStartBytes) return stop;
  announce?.(`The database has ${Math.round(size / 1e6)} MB: it is being checked while Bedside serves.`);
  runDataTask<string[]>({ type: 'check', database: at.database, key: keyRing.database }, { signal: stop.signal }).then(
    (faults) => (faults.length > 0 ? warn() : log.info({ bytes: size }, 'storage.checked')),
    (error: unknown) => {
      if (stop.signal.aborted) return;
      if (isDamage(error)) warn();
      else log.warn({ error: describeError(error) }, 'storage.check-failed');
    },
  );
  return stop;
}

function guarded(storage: SqliteStorage, lock: HomeLock, check: AbortController): SqliteStorage {
  return {
    ...storage,
    async close() {
      check.abort();
      try {
        await storage.close();
      } finally {
        lock.release();
      }
    },
  };
}

async function alone<T>(at: Layout, work: () => Promise<T>): Promise<T> {
  const lock = lockHome(at.lock, at.home, 'replace');
  try {
    return await work();
  } finally {
    lock.release();
  }
}

/** Pure: the line that tells people which minutes they must enter again. */
export function recoverySentence({ fromMs, toMs, damaged }: Recovery): string {
  const minutes = Math.ceil((toMs - fromMs) / 60_000);
  const local = (ms: number) => new Date(ms).toLocaleString('sv-SE', { timeZoneName: 'short' });
  return (
    `THE DATABASE WAS DAMAGED and the newest backup is in its place. What was entered between ${local(fromMs)} and ${local(toMs)} ` +
    `(${minutes} minute${minutes === 1 ? '' : 's'}) is missing and must be entered again. The damaged file is kept in ${damaged}.`
  );
}

function laterVersion(home: string): AppError {
  return new AppError(
    'unavailable',
    'The database in {home} was made by a later version of Bedside. Install that version again, or restore the backup that was made before the update. Nothing was changed.',
    { values: { home } },
  );
}

/** The system's codes end here: whoever starts the box reads a sentence. */
export function homeError(error: unknown, home: string): unknown {
  const fault = diskFault(error, home);
  if (fault === undefined) return error;
  const say = (sentence: string, reason = 'DATABASE_ERROR') => new AppError('unavailable', sentence, { reason, values: { home } }, error);
  switch (fault) {
    case 'full':
      return say('The disk of the data folder {home} is full. Make room there and start again.', 'STORAGE_FULL');
    case 'read-only':
      return say('The data folder {home} can only be read. Make it writable for this user, or choose another with BEDSIDE_HOME.');
    case 'not-allowed':
      return say('The data folder {home} may not be written by this user. Change its owner, or choose another with BEDSIDE_HOME.');
    case 'no-folder':
      return say('{home} is not a folder. Choose another data folder with BEDSIDE_HOME.');
    case 'failing':
      return say('The disk of the data folder {home} does not read or write as it should. Replace it, and restore the newest backup.');
  }
}
