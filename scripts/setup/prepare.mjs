import { installTools } from './apt.mjs';
import { buildWhenChanged } from './build.mjs';
import { installDependencies } from './dependencies.mjs';
import { explainFailure } from './explain.mjs';
import { bringGpuPackages } from './gpu-packages.mjs';
import { findOrBringNode } from './node.mjs';
import { makeNpm } from './npm.mjs';
import { SetupProblem, step } from './run.mjs';
import { readState } from './state.mjs';

/** All of the set-up that `npm start` and `npm test` share. Resolves to { node, npm }: the Node to use, and npm run by it. */
export async function prepare(root, { tools }) {
  try {
    let node = '';
    await step('Node', async () => {
      const found = await findOrBringNode(root);
      node = found.node;
      return found.detail;
    });
    const npm = makeNpm({ root, node });
    let installed = false;
    await step('Dependencies', async () => {
      const { changed, detail } = await installDependencies(root, npm);
      installed = changed;
      return detail;
    });
    const gpu = readState(root).gpu;
    if (installed && gpu) await step('GPU packages', () => bringGpuPackages(root, npm, gpu));
    await step('Build', () => buildWhenChanged(root, npm));
    await step('Tools', () => installTools(root, tools));
    return { node, npm };
  } catch (error) {
    // What the system refuses (a full disk, a folder of somebody else) is told as a sentence; anything else is a bug and keeps its stack.
    if (error?.errno === undefined) throw error;
    throw new SetupProblem(explainFailure(`${error.code} ${error.message}`, root));
  }
}
