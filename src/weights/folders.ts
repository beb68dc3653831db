import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { relativePath } from './catalogue.ts';

/** Archives hold one folder as a rule; what is in it is the model. */
export async function onlyFolder(folder: string): Promise<string> {
  const inside = await readdir(folder, { withFileTypes: true });
  const [only] = inside;
  return only && inside.length === 1 && only.isDirectory() ? join(folder, only.name) : folder;
}

/** The files below a folder, as sorted paths with slashes. */
export async function namesBelow(root: string): Promise<string[]> {
  const found = await readdir(root, { withFileTypes: true, recursive: true });
  return found
    .filter((entry) => entry.isFile())
    .map((entry) => relativePath.parse(relative(root, join(entry.parentPath, entry.name)).split(sep).join('/')))
    .sort();
}

/** Moves a folder to where another one may be; that one goes only when the new one is in its place. */
export async function replaceFolder(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  const aside = `${to}.old`;
  await rm(aside, { recursive: true, force: true });
  await rename(to, aside).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
  await rename(from, to);
  await rm(aside, { recursive: true, force: true });
}
