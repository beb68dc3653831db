// npm start: the whole set-up, then the service. Runs on any Node >= 18 with nothing installed.
//   npm start -- --setup-only     stops after the set-up
//   npm start -- <flags>          handed on to `bedside serve`
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { listenAddress, refuseTakenAddress } from './setup/address.mjs';
import { SERVE_PACKAGES } from './setup/apt.mjs';
import { prepare } from './setup/prepare.mjs';
import { capture, SetupProblem, secondsSince, tellProblem } from './setup/run.mjs';
import { readSettings } from './setup/settings.mjs';
import { planWeights, SET } from './setup/weights.mjs';

const root = resolve(fileURLToPath(new URL('..', import.meta.url)));
process.chdir(root);

/** Runs a command in this terminal and resolves to its exit code; signals sent to this process reach the command. */
function run(command, args) {
  return new Promise((done) => {
    const child = spawn(command, args, { stdio: 'inherit' });
    // A terminal sends its own signals to the whole group; a second Ctrl-C would cut the shutdown short.
    const atTerminal = [process.stdin, process.stdout, process.stderr].some((stream) => stream.isTTY);
    const handOn = (signal) => {
      if (signal === 'SIGTERM' || !atTerminal) child.kill(signal);
    };
    const signals = ['SIGTERM', 'SIGHUP', 'SIGINT'];
    for (const signal of signals) process.on(signal, handOn);
    // npm puts a shell between itself and this process; where both are gone, nobody is left to stop the service.
    const parent = process.ppid;
    const watch = setInterval(() => {
      if (process.env.npm_lifecycle_event === 'start' && process.ppid !== parent) child.kill('SIGTERM');
    }, 1000);
    const end = (code) => {
      clearInterval(watch);
      for (const signal of signals) process.off(signal, handOn);
      done(code);
    };
    child.on('error', (error) => {
      console.error(error.message);
      end(127);
    });
    child.on('exit', (code, signal) => end(code ?? 128 + constants.signals[signal]));
  });
}

/** Fetches beside the service, which does not wait for it. What has come is kept when it is stopped. */
function pullBeside(node, bedside) {
  const child = spawn(node, [bedside, 'models', 'pull', SET], { stdio: ['ignore', 'pipe', 'pipe'] });
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text) => process.stdout.write(`${text}`.replace(/^(?=.)/gm, 'Weights: ')));
  child.on('error', (error) => console.error(`Weights: ${error.message}`));
  child.on('exit', (code) => code === 0 && console.log(`Weights: the ${SET} set is there; a restart puts it to use`));
  return () => child.kill('SIGTERM');
}

async function main(args) {
  const start = performance.now();
  const setupOnly = args.includes('--setup-only');
  Object.assign(process.env, readSettings(process.env, root));
  if (!setupOnly) await refuseTakenAddress(listenAddress(process.env));

  const { node } = await prepare(root, { tools: SERVE_PACKAGES });
  const bedside = join(root, 'dist/cli/main.js');
  if (!existsSync(bedside))
    throw new SetupProblem(
      'The build has no dist/cli/main.js: bring src/cli/main.ts back ("git status" shows what is missing) and run npm start again.',
    );
  const weights = await planWeights({
    root,
    env: process.env,
    atTerminal: Boolean(process.stdin.isTTY && process.stdout.isTTY),
    list: () => capture(node, [bedside, 'models', 'list', '--json']),
  });
  console.log(`Weights: ${weights.say}`);
  // What cannot be fetched is told by the command itself and is no reason not to go on; Ctrl-C is.
  if (weights.fetch && setupOnly && (await run(node, [bedside, 'models', 'pull', SET])) === 130) return 130;
  console.log(`Set-up: done (${secondsSince(start)})`);
  if (setupOnly) return 0;

  const stopPull = weights.fetch ? pullBeside(node, bedside) : () => {};
  const code = await run(node, [bedside, 'serve', ...args]);
  stopPull();
  return code;
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error) => {
    tellProblem(error);
    process.exit(1);
  },
);
