import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** A whole file or none, on the disk when this returns, for its owner alone. */
export function writeDurably(file: string, bytes: Buffer | string): void {
  const partial = `${file}.part`;
  try {
    rmSync(partial, { force: true });
    const handle = openSync(partial, 'wx', 0o600);
    try {
      const content = typeof bytes === 'string' ? Buffer.from(bytes) : bytes;
      for (let at = 0; at < content.length; ) at += writeSync(handle, content, at);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(partial, file);
  } catch (error) {
    rmSync(partial, { force: true });
    throw error;
  }
  flushFolder(dirname(file));
}

/** Makes names that came, went or changed in a folder outlive a power cut. */
export function flushFolder(folder: string): void {
  flushFile(folder);
}

export function flushFile(file: string): void {
  const handle = openSync(file, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
