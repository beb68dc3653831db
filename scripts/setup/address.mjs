import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { SetupProblem } from './run.mjs';

function fromFile(file, name) {
  if (!existsSync(file)) return undefined;
  const line = new RegExp(`^\\s*${name}\\s*=\\s*"?([^"\\s]*)"?\\s*$`, 'm').exec(readFileSync(file, 'utf8'));
  return line?.[1];
}

/** Where `serve` is going to listen, told from its flags, the environment and the file that `init` writes, in this order. */
export function listenAddress(args, env, root) {
  const flag = (name) => {
    const at = args.findIndex((arg) => arg === name || arg.startsWith(`${name}=`));
    return at === -1 ? undefined : args[at].includes('=') ? args[at].slice(name.length + 1) : args[at + 1];
  };
  const file = join(resolve(root, env.BEDSIDE_HOME ?? 'data'), 'bedside.env');
  const setting = (option, name, otherwise) => flag(option) ?? env[name] ?? fromFile(file, name) ?? otherwise;
  return { host: setting('--host', 'BEDSIDE_HOST', '127.0.0.1'), port: Number(setting('--port', 'BEDSIDE_PORT', '8080')) };
}

/** Says at once that the address is taken, rather than after a set-up of half a minute. `serve` stays the judge of all else. */
export function refuseTakenAddress({ host, port }) {
  return new Promise((done, refuse) => {
    if (!Number.isInteger(port) || port < 1 || port > 65535) return done();
    const probe = createServer();
    probe.on('error', ({ code }) => {
      if (code !== 'EADDRINUSE') return done();
      refuse(
        new SetupProblem(
          `Port ${port} on ${host} is taken by another program, perhaps a Bedside that already runs: stop it, or choose another port with "BEDSIDE_PORT=${port + 1} npm start".`,
        ),
      );
    });
    probe.listen({ host, port, exclusive: true }, () => probe.close(done));
  });
}
