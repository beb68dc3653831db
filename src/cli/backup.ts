import { resolve } from 'node:path';
import { Command } from 'commander';
import { version } from '../compose.ts';
import { headsAt } from '../compose-desk.ts';
import type { Config } from '../config.ts';
import { rememberBackup } from '../domain/jobs/backups.ts';
import { AppError } from '../shared/errors.ts';
import { type Backup, backupAtHome, backupTo } from '../storage/backup.ts';
import { layoutOf } from '../storage/home-layout.ts';
import { hasDatabase } from '../storage/inspect.ts';
import { findKey, type KeyRing, openKeyRing } from '../storage/key-ring.ts';
import { openBeside } from '../storage/open-home.ts';
import { isBackupEncrypted, restoreBackup } from '../storage/restore.ts';
import { lockHome } from '../storage/sqlite/home-lock.ts';
import { configFrom, type Flags, withFlags } from './flags.ts';
import { megabytes, say, stoppable } from './say.ts';

/** `bedside backup [folder]`: a verified copy of everything, also while the service runs. */
export function backupCommand(): Command {
  const command = new Command('backup')
    .description('Make a verified backup: database and files, read back, with a signed list; also while the service runs')
    .argument('[folder]', 'where to: a new folder, or one in which a folder is made (default: backups in the data folder)')
    .addHelpText(
      'after',
      '\nThe backup is encrypted with the key of this box. Keep the recovery sheet (bedside doctor --key-sheet) apart from it.\nSettings (bedside.env) and models are not in it.',
    )
    .action(async (folder: string | undefined, given: Flags) => {
      const config = configFrom(given);
      const made = await stoppable((signal) => backUp(config, folder, signal));
      say.line(
        `Backup made in ${made.folder}: ${made.files} file${made.files === 1 ? '' : 's'}, ${megabytes(made.bytes)}, every byte read back.`,
      );
    });
  return withFlags(command, 'home', 'keyFile');
}

async function backUp(config: Config, folder: string | undefined, signal: AbortSignal): Promise<Backup> {
  const { home } = config;
  if (!hasDatabase(home))
    throw new AppError('not-found', 'There is no database in {home}, so there is nothing to back up.', { values: { home } });
  const keyRing = openKeyRing(config.key, { mayMake: false });
  const source = { home, keyRing, madeBy: version, nowMs: Date.now() };
  const run = { signal, onProgress: (done: number, total: number) => say.passing(`backup: ${megabytes(done)} of ${megabytes(total)}`) };
  const lock = lockHome(layoutOf(home).lock, home, 'beside');
  try {
    const made = folder === undefined ? await backupAtHome(source, 'data', run) : await backupTo(resolve(folder), source, run);
    await remember(config, keyRing, made);
    return made;
  } finally {
    lock.release();
  }
}

/** The box tells of its last backup, and signs what its audit log is by now. A database of an earlier version is backed up as it is, and not written to. */
async function remember(config: Config, keyRing: KeyRing, made: Backup): Promise<void> {
  try {
    const storage = await openBeside({ home: config.home, keyRing });
    try {
      await rememberBackup(storage, made);
      await headsAt(config, keyRing, storage)?.sign();
    } finally {
      await storage.close();
    }
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
  }
}

/** `bedside restore <folder>`: proves a backup, and only then puts it in the place of the data. */
export function restoreCommand(): Command {
  const command = new Command('restore')
    .description('Put a backup in the place of the data of this box; everything is verified before anything is replaced')
    .argument('<folder>', 'the backup')
    .addHelpText(
      'after',
      '\nThe service must be stopped. The key of the backup comes from the key file or BEDSIDE_DB_KEY: write the 24 words of the recovery\nsheet into the key file where it is gone. What is in place now is moved aside, not deleted.',
    )
    .action(async (folder: string, given: Flags) => {
      const config = configFrom(given);
      const from = resolve(folder);
      const keyRing = findKey(config.key) ?? noKey(from, config);
      const { manifest, aside } = await stoppable((signal) =>
        restoreBackup({
          home: config.home,
          folder: from,
          keyRing,
          nowMs: Date.now(),
          signal,
          onProgress: (done, total) => say.passing(`checking and copying: ${megabytes(done)} of ${megabytes(total)}`),
        }),
      );
      const bytes = manifest.files.reduce((sum, file) => sum + file.bytes, 0);
      say.line(
        `Restored the backup of ${manifest.madeAt} into ${config.home}: ${manifest.files.length} files, ${megabytes(bytes)}, every byte verified.`,
      );
      if (manifest.kind === 'database') say.line('It holds the database alone; the files of the data folder are as they were.');
      say.line(aside ? `What was there before lies in ${aside}.` : 'There was nothing there before.');
      say.line('Everybody signs in again. Start the service with: bedside serve');
    });
  return withFlags(command, 'home', 'keyFile');
}

function noKey(folder: string, { key }: Config): never {
  if (!isBackupEncrypted(folder))
    throw new AppError('unavailable', 'This backup is not encrypted. Restore it with BEDSIDE_DB_KEY=off. Nothing was changed.');
  throw new AppError(
    'unavailable',
    'The key of this backup is needed. Write the 24 words of its recovery sheet (or the key itself) into {file}, or set BEDSIDE_DB_KEY. Nothing was changed.',
    { values: { file: key.keyFile } },
  );
}
