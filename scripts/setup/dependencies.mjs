import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { refuseFullDisk } from './disk.mjs';
import { explainFailure, lastWords } from './explain.mjs';
import { libcOfThisMachine } from './node.mjs';
import { MARGIN_BYTES, registryAnswers } from './npm.mjs';
import { SetupProblem } from './run.mjs';

const allows = (list, value) => {
  if (list === undefined || value === undefined) return true;
  const wanted = list.filter((entry) => !entry.startsWith('!'));
  return !list.includes(`!${value}`) && (wanted.length === 0 || wanted.includes(value));
};

/** True where an entry of package-lock.json has to be on a machine { platform, arch, libc }. */
export function isNeeded(entry, { platform, arch, libc }) {
  if (entry.link) return false;
  if (!entry.optional) return true;
  // An optional package without a platform belongs to one that has (WebAssembly fallbacks, mostly): npm decides.
  return (entry.os ?? entry.cpu) !== undefined && allows(entry.os, platform) && allows(entry.cpu, arch) && allows(entry.libc, libc);
}

/** The packages of package-lock.json that `installed` (npm's own note in node_modules) lacks or has in another version. */
export function missingPackages(lock, installed, machine) {
  return Object.entries(lock.packages)
    .filter(([path, entry]) => path !== '' && isNeeded(entry, machine))
    .filter(([path, entry]) => {
      const found = installed.packages[path];
      return found?.version !== entry.version || (entry.integrity !== undefined && found.integrity !== entry.integrity);
    })
    .map(([path]) => path);
}

const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'));

function missingHere(root, lock) {
  const note = join(root, 'node_modules', '.package-lock.json');
  const installed = existsSync(note) ? readJson(note) : { packages: {} };
  const machine = { platform: process.platform, arch: process.arch, libc: libcOfThisMachine() };
  const gone = Object.keys(installed.packages).filter((path) => !existsSync(join(root, path, 'package.json')));
  return [...missingPackages(lock, installed, machine), ...gone];
}

/** Makes node_modules equal to package-lock.json. Resolves to { changed, detail }. */
export async function installDependencies(root, npm) {
  const lockFile = join(root, 'package-lock.json');
  if (!existsSync(lockFile)) throw new SetupProblem(explainFailure('EUSAGE', root));
  const lock = readJson(lockFile);
  if (missingHere(root, lock).length === 0) return { changed: false, detail: 'up to date' };

  refuseFullDisk(root, 1e9);
  const source = (await registryAnswers(npm)) ? '--prefer-offline' : '--offline';
  // No dependency needs its install script: each carries prebuilt binaries.
  const { code, output } = await npm.run(['ci', '--ignore-scripts', '--no-audit', '--no-fund', source]);
  if (code !== 0) throw new SetupProblem(explainFailure(output, root));
  refuseFullDisk(root, MARGIN_BYTES);
  // npm leaves out an optional package that it could not fetch, without a word; ours are the native engines.
  const left = missingHere(root, lock);
  if (left.length > 0)
    throw new SetupProblem(
      `npm left out ${left.slice(0, 3).join(', ')}${left.length > 3 ? ` and ${left.length - 3} more` : ''}, which this machine needs: run the same command again while the registry can be reached. It said: ${lastWords(output)}`,
    );
  return {
    changed: true,
    detail: `${Object.keys(readJson(join(root, 'node_modules/.package-lock.json')).packages).length} packages installed`,
  };
}
