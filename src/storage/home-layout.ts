import { join } from 'node:path';

/** What lies where in the data folder. Weights have a folder of their own, and the key lies beside it, never in it. */
export function layoutOf(home: string) {
  return {
    home,
    database: join(home, 'bedside.db'),
    keyCheck: join(home, 'key-check'),
    /** What searches look in: made from the database and the files, in no backup, and made again where it is missing. */
    searchIndex: join(home, 'search.db'),
    /** Sound, pictures, documents: encrypted, one file each. */
    files: join(home, 'files'),
    /** Keys that sign access tokens. */
    keys: join(home, 'keys'),
    lock: join(home, 'home.lock'),
    backups: join(home, 'backups'),
    /** Databases that were found damaged, by the time they were moved there. */
    damaged: join(home, 'damaged'),
    /** What a restore found in place, by the time it was moved there. */
    replaced: join(home, 'replaced'),
    /** A checked backup on its way into place: when this folder is there, going on is the only way. */
    restoring: join(home, 'restoring'),
    /** Asks for a full check at the next start, however large the database is. */
    checkDue: join(home, 'check-due'),
  } as const;
}

export type Layout = ReturnType<typeof layoutOf>;

/** The files that SQLite keeps beside its database. */
export const databaseFiles = (file: string) => [file, `${file}-wal`, `${file}-shm`] as const;

/** A time as the name of a folder: it sorts, and no file system objects to it. */
export function timeName(atMs: number): string {
  return new Date(atMs)
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replaceAll(':', '-');
}
