import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { basename, delimiter, dirname, join } from 'node:path';
import { refuseFullDisk } from './disk.mjs';
import { explainFailure } from './explain.mjs';
import { capture, SetupProblem } from './run.mjs';

const resolved = (path) => {
  try {
    return realpathSync(path);
  } catch {
    return '';
  }
};

/** The file of npm's own program, so that it can be run by the Node of our choice; null where there is no npm. */
export function findNpm(env, execPath) {
  const candidates = [
    env.npm_execpath ?? '',
    join(dirname(execPath), '../lib/node_modules/npm/bin/npm-cli.js'),
    ...(env.PATH ?? '').split(delimiter).map((folder) => join(folder, 'npm')),
  ];
  return candidates.map(resolved).find((path) => basename(path) === 'npm-cli.js') ?? null;
}

export const isTrue = (value) => /^(1|true)$/i.test(value ?? '');

/** Where a caller works: `npm(args)` runs npm with the chosen Node, and so do the scripts that npm starts. */
export function makeNpm({ root, node, env = process.env }) {
  const cli = findNpm(env, process.execPath);
  if (cli === null)
    throw new SetupProblem(
      'npm is missing beside Node: install it (Debian: apt-get install npm; or Node 24 from nodejs.org) and run the same command again.',
    );
  const childEnv = { ...env, PATH: `${dirname(node)}${delimiter}${env.PATH ?? ''}`, npm_config_update_notifier: 'false' };
  const run = (args, options = {}) => capture(node, [cli, ...args], { cwd: root, env: childEnv, ...options });
  return { cli, env: childEnv, run };
}

/** A machine whose network swallows packets would keep npm waiting for minutes; this is known in seconds. */
export async function registryAnswers(npm) {
  if (isTrue(npm.env.BEDSIDE_OFFLINE)) return false;
  const { code, output } = await npm.run(['ping', '--fetch-retries=0', '--fetch-timeout=8000'], { limitMs: 12_000 });
  // A mirror without a ping page has answered all the same.
  return code === 0 || /\bE(404|405|401|403)\b/.test(output);
}

/** Less than this left after an installation means that something did not fit. */
export const MARGIN_BYTES = 20e6;

/**
 * Fetches one package (`bytes`: the room it needs) as it is, without its install scripts and without this project's overrides, and hands its folder to `take`.
 * The folder lies on the same disk as `into` and is gone afterwards, so `take` moves what it wants to keep.
 */
export async function withPackage(npm, { name, version, bytes }, into, take) {
  mkdirSync(into, { recursive: true });
  refuseFullDisk(into, bytes);
  const folder = mkdtempSync(join(into, '.bring-'));
  try {
    const source = (await registryAnswers(npm)) ? '--prefer-offline' : '--offline';
    const args = ['install', '--prefix', folder, '--ignore-scripts', '--no-audit', '--no-fund', '--no-save', '--no-package-lock', source];
    const { code, output } = await npm.run([...args, `${name}@${version}`], { cwd: folder });
    if (code !== 0) throw new SetupProblem(explainFailure(output, into));
    refuseFullDisk(into, MARGIN_BYTES);
    return await take(join(folder, 'node_modules', name));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
