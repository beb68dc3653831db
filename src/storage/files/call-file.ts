import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { CallFile } from '../../domain/scheduling/call-book.ts';
import { flushFolder } from './durable.ts';

/** The book of calls in a folder of the clinic's own choosing. It is not encrypted: that is what it is for. */
export function openCallFile(folder: string): CallFile {
  return {
    async append(hospitalId, head, lines) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      // Hospitals' ids are the box's own making, and good names of files.
      const handle = await open(join(folder, `calls-${hospitalId}.csv`), 'a+', 0o600);
      try {
        const { size } = await handle.stat();
        const last = size === 0 ? undefined : (await handle.read(Buffer.alloc(1), 0, 1, size - 1)).buffer.toString();
        // Spreadsheets take a file for UTF-8 that says so; what a power cut has torn stays a line of its own.
        await handle.appendFile(last === undefined ? `\ufeff${head}${lines}` : last === '\n' ? lines : `\r\n${lines}`);
        await handle.sync();
        if (last === undefined) flushFolder(folder);
      } finally {
        await handle.close();
      }
    },
  };
}
