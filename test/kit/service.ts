import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { ADMIN } from './house.ts';

/** The service as an operator starts it, in a process of its own. */
export interface ServiceProcess {
  readonly base: string;
  readonly child: ChildProcess;
  /** Resolves when it listens. Rejects when it ended before, with what it had said. */
  readonly up: Promise<void>;
  /** Resolves to its exit code or the signal that ended it. */
  readonly gone: Promise<number | string>;
}

export async function startService(home: string, env: Record<string, string> = {}): Promise<ServiceProcess> {
  const port = await freePort();
  const child = spawn(process.execPath, [join(import.meta.dirname, '../../src/cli/main.ts'), 'serve'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      BEDSIDE_HOME: home,
      BEDSIDE_PORT: String(port),
      BEDSIDE_OFFLINE: '1',
      BEDSIDE_PULL: 'never',
      BEDSIDE_BACKUP_HOURS: '0',
      API_RATE_LIMIT: '0',
      BEDSIDE_ADMIN_EMAIL: ADMIN.email,
      BEDSIDE_ADMIN_PASSWORD: ADMIN.password,
      ...env,
    },
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const gone = once(child, 'close').then(([code, signal]) => (code as number | null) ?? String(signal));
  const base = `http://127.0.0.1:${port}`;
  const up = (async () => {
    let ended = false;
    void gone.then(() => {
      ended = true;
    });
    for (;;) {
      const answers = await fetch(`${base}/healthz`).then(
        (response) => response.ok,
        () => false,
      );
      if (answers) return;
      if (ended) throw new Error(`the service ended before it listened:\n${said}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  })();
  up.catch(() => {}); // whoever kills it does not ask
  return { base, child, up, gone };
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
