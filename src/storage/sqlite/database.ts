import Database from 'better-sqlite3-multiple-ciphers';
import { CamelCasePlugin, Kysely, SqliteDialect } from 'kysely';
import { AppError } from '../../shared/errors.ts';
import type { Prepare } from '../prepared.ts';
import type { Tables } from '../schema.ts';
import { guarded, type TenancyCheck } from '../tenancy.ts';

export type Connection = Database.Database;

/**
 * Opens one connection: key, probe, pragmas. A wrong key shows at the first statement and not at open, so it is probed here.
 * Checkpoints are made by the maintenance thread, because one on this thread would hold the event loop for its fsync.
 */
export function openConnection(file: string, key: Buffer | undefined, options: { full?: boolean; readonly?: boolean } = {}): Connection {
  const db = new Database(file, { timeout: 5_000, readonly: options.readonly ?? false });
  try {
    if (key) {
      db.pragma(`cipher='sqlcipher'`);
      db.pragma(`key="x'${key.toString('hex')}'"`);
    }
    db.prepare('SELECT count(*) FROM sqlite_master').get();
    if (!options.readonly) {
      db.pragma('journal_mode = WAL');
      db.pragma(`synchronous = ${options.full ? 'FULL' : 'NORMAL'}`);
      db.pragma('wal_autocheckpoint = 0');
      // What is deleted is overwritten where it lay: a page that is free holds nothing of anybody.
      db.pragma('secure_delete = ON');
      // What a busy hour blew up is given back when the log begins anew.
      db.pragma('journal_size_limit = 33554432');
    }
    // What SQLite puts aside while it sorts or rebuilds, it would write beside the database as it is, not encrypted.
    db.pragma('temp_store = MEMORY');
    db.pragma('foreign_keys = ON');
    db.pragma('trusted_schema = OFF');
    db.pragma('cache_size = -16000');
    return db;
  } catch (error) {
    db.close();
    if ((error as { code?: string }).code === 'SQLITE_NOTADB')
      throw new AppError(
        'unavailable',
        'The database cannot be read with this encryption key. Nothing was changed. Check BEDSIDE_DB_KEY or the key file.',
        {},
        error,
      );
    throw error;
  }
}

/** Kysely over one connection. Statements are prepared once and kept: the set of them is small and known. */
export function kyselyOver(db: Connection, check?: TenancyCheck): Kysely<Tables> {
  const prepared = new Map<string, Database.Statement>();
  const database = {
    prepare(sql: string) {
      const known = prepared.get(sql);
      if (known) return known;
      if (prepared.size >= 500) prepared.clear();
      const statement = db.prepare(sql);
      prepared.set(sql, statement);
      return statement;
    },
    close: () => db.close(),
  };
  const dialect = new SqliteDialect({ database: database as never });
  return new Kysely<Tables>({
    dialect: {
      createAdapter: () => dialect.createAdapter(),
      createDriver: () => dialect.createDriver(),
      createIntrospector: (of) => dialect.createIntrospector(of),
      createQueryCompiler: () => (check ? guarded(dialect.createQueryCompiler(), check) : dialect.createQueryCompiler()),
    },
    plugins: [new CamelCasePlugin()],
  });
}

/** Statements on one connection without Kysely around them; their rows look as if it had been there. */
export function preparerOf(db: Connection): Prepare {
  return (sql) => {
    const statement = db.prepare<unknown[], unknown[]>(sql);
    if (!statement.reader)
      return (values) => {
        statement.run(values);
        return [];
      };
    const names = statement.columns().map(({ name }) => name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase()));
    statement.raw();
    return (values) =>
      statement.all(values).map((cells) => {
        const row: Record<string, unknown> = {};
        for (let i = 0; i < names.length; i++) row[names[i] as string] = cells[i];
        return row;
      });
  };
}
