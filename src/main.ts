import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { uptime } from 'node:os';
import { join } from 'node:path';
import { builtMs, composeHouse, weightsSettingsOf } from './compose.ts';
import { type MachineParts, startMachines } from './compose-machines.ts';
import type { Config } from './config.ts';
import { PLATFORM } from './domain/access/caller.ts';
import { KEY_SHEET_CONFIRMED } from './domain/access/setup.ts';
import { asksForPerson } from './domain/consultation/handover.ts';
import { isFixedPhrase } from './domain/consultation/phrases.ts';
import { findRedFlags } from './domain/consultation/red-flags.ts';
import { makeUsageLedger } from './domain/usage/usage-ledger.ts';
import type { Machines } from './engines/machines.ts';
import { systemClock } from './shared/clock.ts';
import { AppError } from './shared/errors.ts';
import { type Log, makeLog } from './shared/log.ts';
import { type KeyRing, openKeyRing } from './storage/key-ring.ts';
import { openSocketDoor } from './transport/socket/server.ts';
import { detectHardware } from './weights/hardware.ts';

export interface Service {
  readonly url: string;
  /** `/setup#<token>`, while nobody has set the box up. */
  readonly setupLink: string | undefined;
  readonly keyRing: KeyRing;
  /** Somebody has said that they keep the recovery sheet. */
  readonly isKeySheetKept: boolean;
  stop(): Promise<void>;
}

const GOODBYE_MS = 5_000;

/** The machines of this box, as its configuration and its hardware would have them. */
export async function machinesOf(config: Config, record: MachineParts['record'], log: Log): Promise<Machines> {
  return startMachines({
    weights: weightsSettingsOf(config),
    hardware: await detectHardware(),
    languages: ['en', 'hi'],
    cacheFolder: join(config.home, 'cache'),
    environment: config.environment,
    record,
    isFixedPhrase,
    clock: systemClock,
    log,
  });
}

/** Composes the house, opens its doors, and shuts them in reverse. `announce` says what somebody at the box must read at once. */
export async function startService(config: Config, announce: (sentence: string) => void): Promise<Service> {
  refuseBareDoor(config);
  const log = makeLog(config.log);
  const keyRing = openKeyRing(config.key, { mayMake: true });
  const ledger = makeUsageLedger(systemClock);
  const machines = await machinesOf(config, ledger.record, log);
  const house = await composeHouse({
    config,
    keyRing,
    clock: systemClock,
    log,
    strictUnits: false,
    machines,
    ledger,
    announce,
    builtMs: builtMs(),
    uptimeMs: () => uptime() * 1_000,
  }).catch(async (error: unknown) => {
    await machines.close();
    throw error;
  });
  const server = createServer({ requestTimeout: 120_000, headersTimeout: 20_000, keepAliveTimeout: 10_000 }, house.app);
  const sockets = openSocketDoor(server, house.sockets);
  try {
    if (config.firstAdmin) await house.setup.seedAdmin(config.firstAdmin.email, config.firstAdmin.password);
    await listen(server, config);
  } catch (error) {
    await sockets.close();
    await machines.close();
    await house.close();
    throw error;
  }
  warmRules();
  house.start();
  const { port } = server.address() as AddressInfo;
  const host = config.listen.host.includes(':') ? `[${config.listen.host}]` : config.listen.host;
  const url = config.listen.publicUrl?.replace(/\/$/, '') ?? `http://${host}:${port}`;
  const invitation = await house.setup.invite();
  log.info({ port }, 'service.started');

  let stopping: Promise<void> | undefined;
  return {
    url,
    setupLink: invitation === undefined ? undefined : `${url}/setup#${invitation}`,
    keyRing,
    isKeySheetKept: (await house.storage.read(PLATFORM, (stores) => stores.access.setting(KEY_SHEET_CONFIRMED))) !== undefined,
    stop: () => (stopping ??= shut(server, sockets, house, machines, log)),
  };
}

/** The rules of emergencies are compiled at their first use, which takes longer than a frame of sound: not while somebody speaks. */
function warmRules(): void {
  findRedFlags('ready', { language: 'en', emergencyNumbers: { general: '112' } });
  asksForPerson('ready');
}

async function shut(
  server: Server,
  sockets: { close(): Promise<void> },
  house: { close(): Promise<void> },
  machines: { close(): Promise<void> },
  log: Log,
): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const cut = setTimeout(() => server.closeAllConnections(), GOODBYE_MS);
  await sockets.close();
  server.closeIdleConnections();
  await closed;
  clearTimeout(cut);
  await machines.close();
  await house.close();
  log.info({}, 'service.stopped');
}

function listen(server: Server, { listen: { host, port } }: Config): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(listenError(error, host, port)));
    server.listen(port, host, () => resolve());
  });
}

function listenError(error: NodeJS.ErrnoException, host: string, port: number): AppError {
  const sentence =
    error.code === 'EADDRINUSE'
      ? 'Port {port} is taken by another program. Stop that program, or choose another port with BEDSIDE_PORT.'
      : error.code === 'EACCES'
        ? 'Port {port} may not be used by this user. Choose one above 1023 with BEDSIDE_PORT.'
        : 'This box cannot listen on {host}, port {port}. Check BEDSIDE_HOST and BEDSIDE_PORT.';
  return new AppError('unavailable', sentence, { values: { host, port } }, error);
}

/** Words of patients do not cross a network in the open: beyond loopback it takes TLS, here or in front. */
function refuseBareDoor({ listen: { host, behindProxy, tls } }: Config): void {
  if (tls)
    throw new AppError(
      'unavailable',
      'This version cannot serve TLS by itself yet. Put a proxy with TLS in front and set BEDSIDE_BEHIND_PROXY=1.',
    );
  const loopback = host === 'localhost' || host === '::1' || /^127\./.test(host);
  if (!loopback && !behindProxy)
    throw new AppError(
      'invalid',
      'Listening on {host} needs TLS, so that nobody on the network can read along. Put a proxy with TLS in front and set BEDSIDE_BEHIND_PROXY=1, or listen on 127.0.0.1.',
      {
        values: { host },
      },
    );
}
