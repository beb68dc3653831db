import { existsSync, statSync } from 'node:fs';
import { layoutOf } from './home-layout.ts';
import type { KeyRing } from './key-ring.ts';
import { isDamage } from './sqlite/damage.ts';
import { openConnection } from './sqlite/database.ts';
import { migrationsOf } from './sqlite/storage.ts';

/** What can be said of a database without changing it, beside a service that may be running on it. */
export interface DatabaseFacts {
  readonly bytes: number;
  readonly logBytes: number;
  /** Empty where every page was read and nothing is wrong; undefined where it is too large to be read for a look. */
  readonly faults: readonly string[] | undefined;
  readonly pending: readonly string[];
  readonly unknown: readonly string[];
  /** Rows by table. */
  readonly rows: Readonly<Record<string, number>>;
  /** Jobs by kind and status. */
  readonly jobs: readonly { readonly kind: string; readonly status: string; readonly count: number }[];
  readonly lastEntryMs: number | undefined;
  setting(key: string): string | undefined;
}

const LOOK_BYTES = 200_000_000;

/** Undefined where there is no database. Throws what opening it throws; a file that cannot be read has its faults. */
export function inspectDatabase(home: string, keyRing: KeyRing): DatabaseFacts | undefined {
  const at = layoutOf(home);
  const file = statSync(at.database, { throwIfNoEntry: false });
  if (!file) return undefined;
  const sizes = { bytes: file.size, logBytes: statSync(`${at.database}-wal`, { throwIfNoEntry: false })?.size ?? 0 };
  const settings = new Map<string, string>();
  const none = {
    ...sizes,
    pending: [],
    unknown: [],
    rows: {},
    jobs: [],
    lastEntryMs: undefined,
    setting: (key: string) => settings.get(key),
  };
  try {
    const db = openConnection(at.database, keyRing.database, { readonly: true });
    try {
      const { applied, pending, unknown } = migrationsOf(db);
      if (applied.length === 0) return { ...none, faults: [], pending };
      for (const row of db.prepare('SELECT key, value FROM platform_settings').all() as { key: string; value: string }[])
        settings.set(row.key, row.value);
      const tables = db
        .prepare(`SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE 'CREATE TABLE%' ORDER BY name`)
        .pluck()
        .all();
      const count = (name: string) =>
        db
          .prepare(`SELECT count(*) FROM "${name.replaceAll('"', '""')}"`)
          .pluck()
          .get() as number;
      return {
        ...none,
        faults: sizes.bytes > LOOK_BYTES ? undefined : faultsOf(db.pragma('quick_check(5)') as Record<string, string>[]),
        pending,
        unknown,
        rows: Object.fromEntries((tables as string[]).map((name) => [name, count(name)])),
        jobs: db
          .prepare('SELECT kind, status, count(*) AS count FROM jobs GROUP BY kind, status ORDER BY kind, status')
          .all() as DatabaseFacts['jobs'],
        lastEntryMs: (db.prepare('SELECT max(at) FROM audit_entries').pluck().get() as number | null) ?? undefined,
      };
    } finally {
      db.close();
    }
  } catch (error) {
    if (isDamage(error)) return { ...none, faults: ['the file cannot be read'] };
    throw error;
  }
}

export function hasDatabase(home: string): boolean {
  return existsSync(layoutOf(home).database);
}

function faultsOf(rows: readonly Record<string, string>[]): string[] {
  return rows.map((row) => Object.values(row)[0] ?? '').filter((text) => text !== 'ok');
}
