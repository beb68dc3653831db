import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { withPackage } from './npm.mjs';
import { capture, SetupProblem } from './run.mjs';
import { noteState } from './state.mjs';

export const GPU_KINDS = ['cuda', 'vulkan'];

/**
 * The packages that package.json replaces by an empty one and that make the engines use a GPU of this kind on this machine,
 * as [{ name, version }]. The version is what the engine that wants the package asks for in package-lock.json.
 */
export function gpuPackages(manifest, lock, kind, { platform, arch }) {
  const ofThisMachine = new RegExp(`[/-]${platform}-${arch}-${kind}(-ext)?$`);
  return Object.keys(manifest.overrides)
    .filter((name) => ofThisMachine.test(name))
    .map((name) => ({
      name,
      version: Object.values(lock.packages).find((entry) => entry.optionalDependencies?.[name])?.optionalDependencies[name],
    }))
    .filter(({ version }) => version !== undefined);
}

/** 'cuda' where NVIDIA's driver is at work, 'vulkan' on any other graphics device, null without one. */
export function kindOfGpu(exists = existsSync) {
  if (exists('/proc/driver/nvidia/version')) return 'cuda';
  return exists('/dev/dri') ? 'vulkan' : null;
}

/** The system's libraries that the packages load and bring none of. */
const LIBRARIES = { cuda: ['libcuda.so.1', 'libcudart.so.12', 'libcublas.so.12', 'libnccl.so.2'], vulkan: ['libvulkan.so.1'] };

/** Which of them `ldconfig -p` does not list. */
export const missingLibraries = (kind, listed) => LIBRARIES[kind].filter((name) => !listed.includes(`\t${name} `));

function bytesBelow(path) {
  const info = statSync(path);
  return info.isDirectory() ? readdirSync(path).reduce((sum, name) => sum + bytesBelow(join(path, name)), 0) : info.size;
}

/** Puts the real packages in the place of the empty ones. Resolves to what to tell. */
export async function bringGpuPackages(root, npm, kind) {
  const read = (name) => JSON.parse(readFileSync(join(root, name), 'utf8'));
  const packages = gpuPackages(read('package.json'), read('package-lock.json'), kind, process);
  if (packages.length === 0)
    throw new SetupProblem(`The engines have no ${kind} variant for ${process.platform} ${process.arch}: they run on the processor there.`);
  const told = [];
  for (const { name, version } of packages) {
    const place = join(root, 'node_modules', name);
    await withPackage(npm, { name, version, bytes: 1.5e9 }, join(root, 'node_modules'), (folder) => {
      rmSync(place, { recursive: true, force: true });
      mkdirSync(dirname(place), { recursive: true });
      renameSync(folder, place);
    });
    told.push(`${name} ${version}, ${Math.round(bytesBelow(place) / 1e6)} MB`);
  }
  noteState(root, { gpu: kind });
  const missing = missingLibraries(kind, (await capture('/sbin/ldconfig', ['-p'])).output);
  if (missing.length > 0) told.push(`they work once this machine has ${missing.join(', ')} (the driver and its ${kind} runtime libraries)`);
  return told.join('; ');
}
