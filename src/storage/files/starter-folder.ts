import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { StarterFolder } from '../../domain/knowledge/starter.ts';

const LARGEST = 50 * 1024 * 1024;
const kinds = /\.(pdf|docx|txt|md|html?|csv)$/i;

/** Documents that lie in a folder of the machine, not in folders beneath it. Names are those that were listed, never paths. */
export function openStarterFolder(folder: string | undefined): StarterFolder {
  async function list() {
    if (folder === undefined) return [];
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
    const names = entries.filter((entry) => entry.isFile() && kinds.test(entry.name)).map(({ name }) => name);
    const files = await Promise.all(names.sort().map(async (name) => ({ name, bytes: (await stat(join(folder, name))).size })));
    return files.filter(({ bytes }) => bytes <= LARGEST);
  }
  return {
    list,
    read: (name) => readFile(join(folder ?? '.', name)),
  };
}
