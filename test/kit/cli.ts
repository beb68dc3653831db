import { spawn } from 'node:child_process';
import { join } from 'node:path';

const cli = join(import.meta.dirname, '../../src/cli/main.ts');

/** Runs a command as a person would, without a terminal. */
export function runCli(args: readonly string[], home: string) {
  return new Promise<{ code: number | null; out: string; err: string; all: string }>((resolve) => {
    const env = { PATH: process.env.PATH, BEDSIDE_HOME: home, BEDSIDE_OFFLINE: '1', BEDSIDE_PORT: '0' };
    const child = spawn(process.execPath, [cli, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'], timeout: 60_000 });
    let [out, err] = ['', ''];
    child.stdout.on('data', (part) => (out += part));
    child.stderr.on('data', (part) => (err += part));
    child.on('close', (code) => resolve({ code, out, err, all: out + err }));
  });
}
