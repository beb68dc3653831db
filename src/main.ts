import { createServer, type Server as HttpServer } from 'node:http';
import { createServer as createSecureServer, type Server as SecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { uptime } from 'node:os';
import { join } from 'node:path';
import { builtMs, composeHouse, type House, weightsSettingsOf } from './compose.ts';
import { type MachineParts, startMachines } from './compose-machines.ts';
import { boxNames } from './compose-tls.ts';
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
import { TRUST_PATH } from './transport/http/trust.ts';
import { openSocketDoor } from './transport/socket/server.ts';
import { openAudioSocket } from './transport/telephony/audio-socket.ts';
import { detectHardware } from './weights/hardware.ts';

type Server = HttpServer | SecureServer;

export interface Service {
  readonly url: string;
  /** Where devices get the certificate of the box's own authority. */
  readonly trustUrl: string | undefined;
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
  const { lock } = house;
  const patience = { requestTimeout: 120_000, headersTimeout: 20_000, keepAliveTimeout: 10_000 };
  const plain = createServer(patience, house.app);
  const secure = lock && createSecureServer({ ...patience, cert: lock.pair().certificate, key: lock.pair().key }, house.app);
  if (secure) lock.guard(secure);
  const servers = secure ? [secure, plain] : [plain];
  // With a lock, the plain port only sends people on: a socket that knocks there is told to come to the other one.
  const sockets = openSocketDoor(secure ?? plain, house.sockets);
  const doors: { close(): Promise<void> }[] = [sockets];
  const shutAll = () => shut(servers, doors, house, machines);
  try {
    if (config.firstAdmin) await house.setup.seedAdmin(config.firstAdmin.email, config.firstAdmin.password);
    const { host, port, tlsPort } = config.listen;
    if (secure) await listen(secure, host, tlsPort);
    await listen(plain, host, port);
    const { audioSocket } = config.voice;
    if (audioSocket) doors.push(await openLines(audioSocket, house));
  } catch (error) {
    await shutAll();
    throw error;
  }
  warmRules();
  house.start();
  const { port } = plain.address() as AddressInfo;
  const host = shownHost(config);
  const url = config.listen.publicUrl?.replace(/\/$/, '') ?? (lock ? `https://${host}:${lock.port()}` : `http://${host}:${port}`);
  const invitation = await house.setup.invite();
  log.info({ port, ...(lock ? { tlsPort: lock.port() } : {}) }, 'service.started');

  let stopping: Promise<void> | undefined;
  return {
    url,
    trustUrl: lock?.authority && `http://${host}:${port}${TRUST_PATH}`,
    setupLink: invitation === undefined ? undefined : `${url}/setup#${invitation}`,
    keyRing,
    isKeySheetKept: (await house.storage.read(PLATFORM, (stores) => stores.access.setting(KEY_SHEET_CONFIRMED))) !== undefined,
    stop: () => (stopping ??= shutAll().then(() => log.info({}, 'service.stopped'))),
  };
}

/** The rules of emergencies are compiled at their first use, which takes longer than a frame of sound: not while somebody speaks. */
function warmRules(): void {
  findRedFlags('ready', { language: 'en', emergencyNumbers: { general: '112' } });
  asksForPerson('ready');
}

async function shut(
  servers: readonly Server[],
  doors: readonly { close(): Promise<void> }[],
  house: { close(): Promise<void> },
  machines: { close(): Promise<void> },
): Promise<void> {
  const closed = servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve())));
  const each = (close: (server: Server) => void) => servers.forEach(close);
  each((server) => server.closeIdleConnections());
  const cut = setTimeout(() => each((server) => server.closeAllConnections()), GOODBYE_MS);
  await Promise.all(doors.map((door) => door.close()));
  each((server) => server.closeIdleConnections());
  await Promise.all(closed);
  clearTimeout(cut);
  await machines.close();
  await house.close();
}

/** What a person can type: a box that listens everywhere is reached by the address of its network. */
function shownHost(config: Config): string {
  const { host } = config.listen;
  const isEverywhere = host === '0.0.0.0' || host === '::';
  const shown = isEverywhere ? (boxNames(config).addresses.find((address) => !isLoopback(address)) ?? 'localhost') : host;
  return shown.includes(':') ? `[${shown}]` : shown;
}

function openLines(address: NonNullable<Config['voice']['audioSocket']>, house: House) {
  return openAudioSocket(address, house.lines).catch((error: NodeJS.ErrnoException) => {
    throw listenError(error, address.host, address.port);
  });
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(listenError(error, host, port)));
    server.listen(port, host, () => resolve());
  });
}

function listenError(error: NodeJS.ErrnoException, host: string, port: number): AppError {
  const sentence =
    error.code === 'EADDRINUSE'
      ? 'Port {port} is taken by another program. Stop that program, or choose another port with BEDSIDE_PORT or BEDSIDE_TLS_PORT.'
      : error.code === 'EACCES'
        ? 'Port {port} may not be used by this user. Choose one above 1023 with BEDSIDE_PORT or BEDSIDE_TLS_PORT.'
        : 'This box cannot listen on {host}, port {port}. Check BEDSIDE_HOST and BEDSIDE_PORT.';
  return new AppError('unavailable', sentence, { values: { host, port } }, error);
}

/** Words of patients do not cross a network in the open: beyond loopback it takes TLS, here or in front. */
function refuseBareDoor({ listen: { host, behindProxy, tls } }: Config): void {
  if (tls || behindProxy || isLoopback(host)) return;
  throw new AppError(
    'invalid',
    'Listening on {host} needs TLS, so that nobody on the network can read along: bedside serve --tls makes a certificate for this box. Or put a proxy with TLS in front and set BEDSIDE_BEHIND_PROXY=1, or listen on 127.0.0.1.',
    { values: { host } },
  );
}

const isLoopback = (host: string) => host === 'localhost' || host === '::1' || /^127\./.test(host);
