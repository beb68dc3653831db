import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const file = (root) => join(root, '.setup.json');

/** What earlier runs noted: `build` (fingerprint of the sources in dist), `gpu` (packages brought), `apt` (last failed try). */
export function readState(root) {
  try {
    return JSON.parse(readFileSync(file(root), 'utf8'));
  } catch {
    return {};
  }
}

/** Notes are only a memory that saves time: where they cannot be written, the next run does the step again. */
export function noteState(root, change) {
  try {
    writeFileSync(`${file(root)}.new`, `${JSON.stringify({ ...readState(root), ...change }, null, 2)}\n`);
    renameSync(`${file(root)}.new`, file(root));
  } catch {}
}
