import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Kysely } from 'kysely';
import type { Storage, Stores } from '../../domain/storage.ts';
import { AppError } from '../../shared/errors.ts';
import { makeLanes } from '../../shared/lanes.ts';
import { appliedMigrations } from '../copy-data.ts';
import { diskFault } from '../disk-error.ts';
import { migrations } from '../migrations/all.ts';
import { makePrepared } from '../prepared.ts';
import { makeStores } from '../stores/stores.ts';
import { type TenancyCheck, type TenancyVerdict, tenancyGuard } from '../tenancy.ts';
import { isDamage } from './damage.ts';
import { type Connection, kyselyOver, openConnection, preparerOf } from './database.ts';
import { type LogFile, makeFlusher } from './flusher.ts';
import { type Maintenance, startMaintenance } from './maintenance.ts';
import { makeTurns } from './turns.ts';

export interface SqliteStorage extends Storage {
  readonly maintenance: Maintenance;
  /** Units of work that have written something since the database was opened. */
  commits(): number;
  close(): Promise<void>;
}

export interface SqliteOptions {
  readonly file: string;
  readonly key: Buffer | undefined;
  /** Every commit is synced by SQLite itself before it returns. The oracle of the durability tests, and a switch. */
  readonly full?: boolean;
  /** Fails a unit of work that awaited anything but stores: on in development and test. */
  readonly strictUnits?: boolean;
  readonly onStatement?: (verdict: TenancyVerdict) => void;
  /** The database turned out to be damaged while it was in use. */
  readonly onDamage?: () => void;
  /** How long a unit of work waits for another process that writes (a command beside the service). */
  readonly busyMs?: number;
  /** Opens the write-ahead log for flushing; given by the test that watches the flushes. */
  readonly openLog?: (file: string) => Promise<LogFile>;
}

/** Opens the database: two connections, a maintenance thread. The schema must be up to date (`migrate`). */
export async function openStorage(options: SqliteOptions): Promise<SqliteStorage> {
  const { file, key } = options;
  const guard = tenancyGuard(options.onStatement);
  const first = openSeat(options, guard);
  const second = openSeat(options, guard);
  const taken = new Set<Seat>();
  // A unit that changes nothing makes sure that the log exists before the flusher opens it; it waits for whoever writes beside.
  await first.write(async () => {});
  const flusher = makeFlusher(await (options.openLog ?? openForFlushing)(`${file}-wal`));
  const turns = makeTurns();
  const lanes = makeLanes();
  let commits = 0;
  const maintenance = startMaintenance(file, key, {
    lookEveryMs: 1_000,
    walBytes: 4_000_000,
    withoutWriters: (work) => lanes.run('write', work),
  });

  /**
   * One unit that reads and one that writes may be open at a time, never on the same connection: nobody sees what is not committed.
   * Both prefer the first. What it has read stays good across its own commits, where the other reads and decrypts everything anew.
   */
  const unit = <T>(kind: 'read' | 'write', work: (seat: Seat) => Promise<T>): Promise<T> =>
    lanes.run(kind, async () => {
      await turns.next();
      const seat = taken.has(first) ? second : first;
      taken.add(seat);
      try {
        return await work(seat);
      } finally {
        taken.delete(seat);
      }
    });

  return {
    maintenance,
    commits: () => commits,
    async transact(hospitalId, work) {
      const result = await unit('write', async (seat) => {
        flusher.refuseIfBroken();
        const before = seat.totalChanges();
        const value = await seat.write(() => work(seat.storesOf(hospitalId)));
        if (seat.totalChanges() !== before) {
          commits++;
          flusher.wrote();
        }
        return value;
      });
      // Also where this unit wrote nothing: what it read may be another's commit that is still on its way to the disk.
      if (!options.full) await flusher.flush();
      return result;
    },
    read: (hospitalId, work) => unit('read', (seat) => seat.read(() => work(seat.storesOf(hospitalId)))),
    async close() {
      await maintenance.close();
      // Whoever is still at work ends first; the last to close leaves no log behind.
      await Promise.all((['read', 'write'] as const).map((kind) => lanes.run(kind, async () => {})));
      second.connection.close();
      first.connection.close();
      await flusher.close();
    },
  };
}

/** A connection with all that a unit of work on it needs. */
interface Seat {
  readonly connection: Connection;
  readonly storesOf: (hospitalId: string) => Stores;
  readonly totalChanges: () => number;
  readonly read: Units;
  readonly write: Units;
}
type Units = <T>(work: () => Promise<T>) => Promise<T>;

function openSeat(options: SqliteOptions, guard: TenancyCheck): Seat {
  const connection = openConnection(options.file, options.key, { full: options.full ?? false });
  // Waiting for another process is done here and not by SQLite, which would hold the event loop for it.
  connection.pragma('busy_timeout = 0');
  const db = kyselyOver(connection, guard);
  const prepared = makePrepared(preparerOf(connection));
  const changes = connection.prepare('SELECT total_changes()').pluck();
  return {
    connection,
    storesOf: (hospitalId) => makeStores(db, hospitalId, prepared),
    totalChanges: () => changes.get() as number,
    read: unitsOn(connection, 'BEGIN', options),
    write: unitsOn(connection, 'BEGIN IMMEDIATE', options),
  };
}

const BUSY_MS = 5_000;
const BUSY_LOOK_MS = 10;

const openForFlushing = (file: string): Promise<LogFile> => open(file, 'r+');

/** Carries out units of work on one connection; who calls sees to it that one ends before the next begins. */
function unitsOn(
  connection: Connection,
  begin: 'BEGIN' | 'BEGIN IMMEDIATE',
  { file, strictUnits, onDamage, busyMs = BUSY_MS }: Pick<SqliteOptions, 'file' | 'strictUnits' | 'onDamage' | 'busyMs'>,
): Units {
  const [beginning, committing, undoing] = [begin, 'COMMIT', 'ROLLBACK'].map((text) => connection.prepare(text));
  const beginWhenFree = async () => {
    for (const until = performance.now() + busyMs; ; ) {
      try {
        beginning?.run();
        return;
      } catch (error) {
        if (!isBusy(error) || performance.now() >= until) throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, BUSY_LOOK_MS));
    }
  };
  return async <T>(work: () => Promise<T>): Promise<T> => {
    let turned = false;
    try {
      await beginWhenFree();
      // Comes up when the microtask queue is empty: before `work` has ended only if it awaited something that is no store.
      if (strictUnits) process.nextTick(() => (turned = true));
      const value = await work();
      if (turned) throw new AppError('internal', 'A unit of work awaited something other than its stores.');
      committing?.run();
      return value;
    } catch (error) {
      try {
        if (connection.inTransaction) undoing?.run();
      } catch {
        // What went wrong first is what is told; SQLite undoes the rest when it next opens the log.
      }
      if (isDamage(error)) onDamage?.();
      throw translate(error, dirname(file));
    }
  };
}

function isBusy(error: unknown): boolean {
  return /^SQLITE_(BUSY|LOCKED)/.test(String((error as { code?: unknown }).code));
}

/** SQLite's codes end here: above storage there are only AppErrors. */
export function translate(error: unknown, folder: string): unknown {
  const code = (error as { code?: unknown }).code;
  if (error instanceof AppError || typeof code !== 'string' || !code.startsWith('SQLITE_')) return error;
  const fault = diskFault(error, folder);
  if (fault === 'read-only')
    return new AppError(
      'unavailable',
      'The disk of this box can only be read at the moment: nothing was saved. Ask whoever looks after the box to make it writable again.',
      { reason: 'DATABASE_ERROR' },
      error,
    );
  if (fault === 'full')
    return new AppError(
      'unavailable',
      'The disk is full: nothing was saved. Free some space and try again.',
      { reason: 'STORAGE_FULL' },
      error,
    );
  if (code.startsWith('SQLITE_CONSTRAINT_UNIQUE') || code === 'SQLITE_CONSTRAINT_PRIMARYKEY')
    return new AppError('conflict', 'Something with these details exists already.', { reason: 'CONFLICT' }, error);
  // The rules that tables carry themselves: of them only the one on a doctor's time can be met by somebody's request.
  if (code === 'SQLITE_CONSTRAINT_TRIGGER') return new AppError('conflict', 'This time is taken already.', { reason: 'SLOT_TAKEN' }, error);
  if (isBusy(error))
    return new AppError(
      'unavailable',
      'The database is busy. Please try again in a moment.',
      { reason: 'DATABASE_ERROR', retryAfterMs: 1_000 },
      error,
    );
  return new AppError('unavailable', 'The database could not carry this out. Nothing was saved.', { reason: 'DATABASE_ERROR' }, error);
}

/** Names of migrations that a database has had, that it has still to get, and that this version has never heard of. */
export function migrationsOf(db: Connection): { applied: string[]; pending: string[]; unknown: string[] } {
  const applied = appliedMigrations(db);
  return {
    applied,
    pending: Object.keys(migrations).filter((name) => !applied.includes(name)),
    unknown: applied.filter((name) => !(name in migrations)),
  };
}

/**
 * Runs what is pending, each migration with its own record in one transaction: a cut in the middle leaves the one before, whole.
 * (Kysely's Migrator takes SQLite for a database whose DDL is not transactional, and leaves half of one behind.)
 * The caller has made a verified backup first, and nobody else has the folder open.
 */
export async function migrate(db: Connection): Promise<void> {
  const kysely = kyselyOver(db);
  try {
    db.exec('CREATE TABLE IF NOT EXISTS kysely_migration (name TEXT PRIMARY KEY, timestamp TEXT NOT NULL)');
    const record = db.prepare('INSERT INTO kysely_migration (name, timestamp) VALUES (?, ?)');
    for (const name of migrationsOf(db).pending) {
      db.exec('BEGIN IMMEDIATE');
      await migrations[name]?.up(kysely as Kysely<unknown>);
      record.run(name, new Date().toISOString());
      db.exec('COMMIT');
    }
  } catch (error) {
    if (db.inTransaction) db.exec('ROLLBACK');
    throw new AppError(
      'unavailable',
      'The database could not be brought up to date. Nothing was changed; the backup made before lies in the backups folder.',
      { reason: 'DATABASE_ERROR' },
      error,
    );
  }
}
