import Database from 'better-sqlite3-multiple-ciphers';
import { AppError } from '../../shared/errors.ts';

/**
 * How a process uses the data folder. Any number work `beside` one that serves; one serves; whoever replaces the data is alone.
 * These are SQLite's own three locks (shared, reserved, exclusive) on an empty file: the kernel holds them, so that one dies
 * with its process, whatever killed it, and no process number is ever mistaken for another's.
 */
export type HomeUse = 'beside' | 'serve' | 'replace';

const statements = { beside: 'BEGIN; SELECT 1 FROM sqlite_master LIMIT 1', serve: 'BEGIN IMMEDIATE', replace: 'BEGIN EXCLUSIVE' } as const;

const busy = {
  beside: 'The data folder {home} is being restored at the moment. Try again when that has ended.',
  serve:
    'The data folder {home} is in use by another Bedside service, or is being restored. Stop that one first, or choose another folder with BEDSIDE_HOME.',
  replace:
    'Bedside is running on the data folder {home}. Stop it first (Ctrl-C where it runs, or `systemctl stop bedside`), then try again.',
} as const;

export interface HomeLock {
  release(): void;
}

/** Takes the data folder for this use; the folder must exist. Throws `conflict` when another use forbids it. */
export function lockHome(file: string, home: string, use: HomeUse, waitMs = 500): HomeLock {
  const db = new Database(file, { timeout: waitMs });
  try {
    db.pragma('journal_mode = MEMORY');
    db.exec(statements[use]);
    return { release: () => void db.close() };
  } catch (error) {
    db.close();
    if (String((error as { code?: unknown }).code).startsWith('SQLITE_BUSY'))
      throw new AppError('conflict', busy[use], { reason: 'CONFLICT', values: { home } }, error);
    throw error;
  }
}
