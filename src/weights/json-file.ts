import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AppError } from '../shared/errors.ts';

/** What a JSON file holds; undefined where there is none. */
export async function readJson(file: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new AppError('unavailable', 'The file {file} cannot be read. Check its permissions.', { values: { file } }, error);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new AppError(
      'unavailable',
      'The file {file} is damaged: it is not JSON. Put back a copy of it, or remove it.',
      { values: { file } },
      error,
    );
  }
}

/** Writes a JSON file whole or not at all, whatever happens to the machine meanwhile. */
export async function writeJson(file: string, value: unknown): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const draft = `${file}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    const handle = await open(draft, 'w');
    try {
      await handle.writeFile(`${JSON.stringify(value, null, 2)}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}
