import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { explainFailure, knownCause, lastWords } from './explain.mjs';
import { SetupProblem } from './run.mjs';
import { noteState, readState } from './state.mjs';

/** Every file below a folder, sorted; nothing where the folder is missing. */
export function filesBelow(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .flatMap((entry) => (entry.isDirectory() ? filesBelow(join(folder, entry.name)) : [join(folder, entry.name)]))
    .sort();
}

/** A hash over names and contents: touching a file or checking it out again changes nothing, moving or editing one does. */
export function fingerprint(root, paths) {
  const hash = createHash('sha256');
  for (const path of paths)
    hash
      .update(`${relative(root, path)}\0`)
      .update(existsSync(path) ? readFileSync(path) : '')
      .update('\0');
  return hash.digest('hex');
}

/** Compiles src to dist where it changed since the last time. Resolves to what to tell. */
export async function buildWhenChanged(root, npm) {
  const shapedBy = ['package-lock.json', 'tsconfig.json', 'tsconfig.build.json', 'scripts/copy-assets.mjs', 'scripts/setup/assets.mjs'].map(
    (name) => join(root, name),
  );
  const now = fingerprint(root, [...shapedBy, ...filesBelow(join(root, 'src'))]);
  const made = ['dist/cli/main.js', 'dist/console/index.html'].every((name) => existsSync(join(root, name)));
  if (readState(root).build === now && made) return 'up to date';
  const { code, output } = await npm.run(['run', '--silent', 'build']);
  if (code !== 0) {
    if (knownCause(output) === undefined && /\berror TS\d+/.test(output))
      throw new SetupProblem(`The code does not compile:\n${lastWords(output, 20)}`);
    throw new SetupProblem(explainFailure(output, root));
  }
  noteState(root, { build: now });
  return 'src compiled to dist';
}
