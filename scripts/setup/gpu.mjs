// scripts/bedside gpu install [cuda|vulkan]: brings the GPU variants of the engines, which a plain set-up leaves out (over 1 GB).
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bringGpuPackages, GPU_KINDS, gpuPackages, kindOfGpu } from './gpu-packages.mjs';
import { isTrue, makeNpm } from './npm.mjs';
import { SetupProblem, step, tellProblem } from './run.mjs';

const SIZES = { cuda: 'about 800 MB', vulkan: 'about 130 MB' };

const root = resolve(fileURLToPath(new URL('../..', import.meta.url)));

async function main([action, wanted]) {
  if (action !== 'install' || (wanted !== undefined && !GPU_KINDS.includes(wanted)))
    throw new SetupProblem(`Usage: scripts/bedside gpu install [${GPU_KINDS.join('|')}]`);
  if (isTrue(process.env.BEDSIDE_OFFLINE))
    throw new SetupProblem(
      'BEDSIDE_OFFLINE=1 forbids downloads: unset it for this one command, or bring the box online, to install the GPU packages.',
    );
  const kind = wanted ?? kindOfGpu();
  if (kind === null)
    throw new SetupProblem(
      `No graphics device was found here: name the kind that the box will have (${GPU_KINDS.join(' or ')}) to install its packages all the same.`,
    );
  if (!existsSync(join(root, 'node_modules/.package-lock.json')))
    throw new SetupProblem('The dependencies are not installed yet: run "npm start -- --setup-only" first.');

  const npm = makeNpm({ root, node: process.execPath });
  const read = (name) => JSON.parse(readFileSync(join(root, name), 'utf8'));
  const names = gpuPackages(read('package.json'), read('package-lock.json'), kind, process).map(({ name }) => name);
  console.log(`Bringing ${names.join(', ')} (${SIZES[kind]})`);
  await step(`GPU packages (${kind})`, () => bringGpuPackages(root, npm, kind));
}

main(process.argv.slice(2)).catch((error) => {
  tellProblem(error);
  process.exitCode = 1;
});
