import { existsSync, renameSync, statSync } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { HeadFile } from '../../domain/audit/heads.ts';
import { AppError } from '../../shared/errors.ts';
import { timeName } from '../home-layout.ts';
import { freeName } from '../restore.ts';
import { flushFolder } from './durable.ts';

/** Signed heads in a file beside the data folder, one a line, only ever added to. There is nothing secret in it. */
export function openHeadFile(file: string, home: string): HeadFile {
  return {
    async read() {
      try {
        return await readFile(file, 'utf8');
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
        throw cannot(error);
      }
    },
    async append(text) {
      try {
        const isNew = !existsSync(file);
        const handle = await open(file, 'a+', 0o644);
        try {
          // A command that root runs leaves a file that the service can go on with.
          if (isNew && process.getuid?.() === 0) await handle.chown(statSync(home).uid, statSync(home).gid);
          const { size } = await handle.stat();
          const { buffer } = size === 0 ? { buffer: Buffer.from('\n') } : await handle.read(Buffer.alloc(1), 0, 1, size - 1);
          // What a power cut has torn stays a line of its own.
          await handle.appendFile(buffer.toString() === '\n' ? text : `\n${text}`);
          await handle.sync();
        } finally {
          await handle.close();
        }
        if (isNew) flushFolder(dirname(file));
      } catch (error) {
        throw cannot(error);
      }
    },
    async setAside(nowMs) {
      if (!existsSync(file)) return undefined;
      const folder = dirname(file);
      const aside = freeName(folder, `${basename(file)}-before-${timeName(nowMs)}`);
      renameSync(file, aside);
      flushFolder(folder);
      return aside;
    },
  };

  function cannot(error: unknown): AppError {
    return new AppError(
      'unavailable',
      'The signed heads of the audit log cannot be kept in {file}. Make that place writable and readable for the user that runs Bedside.',
      { reason: 'DATABASE_ERROR', values: { file } },
      error,
    );
  }
}
