import { createServer } from 'node:net';
import { SetupProblem } from './run.mjs';

/** Where `serve` is going to listen. */
export function listenAddress(env) {
  return { host: env.BEDSIDE_HOST || '127.0.0.1', port: Number(env.BEDSIDE_PORT || 8080) };
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
