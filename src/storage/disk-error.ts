import { accessSync, constants, statfsSync } from 'node:fs';

export type DiskFault = 'full' | 'read-only' | 'not-allowed' | 'no-folder' | 'failing';

/** The code with which the disk refused, also where it is the cause of another sentence. */
export function diskCode(error: unknown): string | undefined {
  const { code, cause } = error as { code?: unknown; cause?: unknown };
  const isDisk = /^(E(NOSPC|DQUOT|ROFS|ACCES|PERM|NOTDIR|EXIST|IO)|SQLITE_(FULL|READONLY|CANTOPEN|PERM|IOERR).*)$/;
  if (typeof code === 'string' && isDisk.test(code)) return code;
  return cause instanceof Error ? diskCode(cause) : undefined;
}

/** Why the disk under this folder refused; undefined for what is no matter of the disk. SQLite often knows only that it failed. */
export function diskFault(error: unknown, folder: string): DiskFault | undefined {
  const code = diskCode(error);
  if (code === undefined) return undefined;
  const isVague = code.startsWith('SQLITE_IOERR') || code.startsWith('SQLITE_CANTOPEN');
  if (/^(ENOSPC|EDQUOT|SQLITE_FULL)$/.test(code) || (isVague && isFull(folder))) return 'full';
  if (code === 'EROFS' || code.startsWith('SQLITE_READONLY') || (isVague && isReadOnly(folder))) return 'read-only';
  if (/^(EACCES|EPERM)$|^SQLITE_(CANTOPEN|PERM)/.test(code)) return 'not-allowed';
  return code === 'ENOTDIR' || code === 'EEXIST' ? 'no-folder' : 'failing';
}

/** True where the file system itself takes no writes, whoever asks. */
export function isReadOnly(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EROFS';
  }
}

function isFull(folder: string): boolean {
  try {
    const disk = statfsSync(folder);
    return disk.bavail * disk.bsize < 1_000_000;
  } catch {
    return false;
  }
}
