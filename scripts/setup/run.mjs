import { spawn } from 'node:child_process';

/** Something the person at the keyboard can put right; the message says what happened and what to do, in a sentence. */
export class SetupProblem extends Error {
  name = 'SetupProblem';
}

/** Runs a command without a sound. Resolves to its exit code and what it said, even where it cannot be started. */
export function capture(command, args, { cwd, env, limitMs } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    let timedOut = false;
    const timer = limitMs === undefined ? undefined : setTimeout(stop, limitMs);
    function stop() {
      timedOut = true;
      child.kill('SIGKILL');
    }
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += text));
    child.on('error', (error) => resolve({ code: 127, output: `${output}${error.message}`, timedOut }));
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve({ code: code ?? 1, output, timedOut });
    });
  });
}

/**
 * Runs a command that writes to this terminal, in a process group of its own so that its children end with it.
 * `timedOut` is true where it was still running after `limitMs`.
 */
export function show(command, args, { cwd, env, limitMs } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'inherit', 'inherit'], detached: true });
    let timedOut = false;
    const endGroup = (signal) => {
      try {
        process.kill(-child.pid, signal);
      } catch {
        // It ended by itself in the meantime.
      }
    };
    const onSignal = (signal) => endGroup(signal);
    for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, onSignal);
    const timers = [];
    if (limitMs !== undefined) {
      const giveUp = () => {
        timedOut = true;
        endGroup('SIGTERM');
        timers.push(setTimeout(() => endGroup('SIGKILL'), 5000));
      };
      timers.push(setTimeout(giveUp, Math.max(0, limitMs)));
    }
    const done = (code, signal) => {
      for (const timer of timers) clearTimeout(timer);
      for (const name of ['SIGINT', 'SIGTERM']) process.off(name, onSignal);
      if (timedOut) endGroup('SIGKILL');
      resolve({ code: code ?? 1, signal, timedOut });
    };
    child.on('error', (error) => {
      console.error(error.message);
      done(127, null);
    });
    child.on('exit', done);
  });
}

export const secondsSince = (start) => `${((performance.now() - start) / 1000).toFixed(1)} s`;

/** Prints `title: what came of it (time)`; `work` resolves to what came of it. */
export async function step(title, work) {
  const start = performance.now();
  process.stdout.write(`${title}: `);
  try {
    process.stdout.write(`${await work()} (${secondsSince(start)})\n`);
  } catch (error) {
    process.stdout.write(`failed (${secondsSince(start)})\n`);
    throw error;
  }
}

/** What a script prints when it cannot go on: the sentence alone where it is ours, the whole stack where it is a bug. */
export function tellProblem(error) {
  console.error(error instanceof SetupProblem ? error.message : (error?.stack ?? String(error)));
}
