import { release } from 'node:os';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { builtMs, version } from '../compose.ts';
import { openDesk } from '../compose-desk.ts';
import { type Config, settings } from '../config.ts';
import { PLATFORM } from '../domain/access/caller.ts';
import { KEY_SHEET_CONFIRMED } from '../domain/access/setup.ts';
import { appendAudit } from '../domain/audit/audit-log.ts';
import { AppError } from '../shared/errors.ts';
import { listBackups } from '../storage/backup.ts';
import { writeDurably } from '../storage/files/durable.ts';
import { timeName } from '../storage/home-layout.ts';
import { type DatabaseFacts, inspectDatabase } from '../storage/inspect.ts';
import { findKey, type KeyRing, knownCheck, openKeyRing } from '../storage/key-ring.ts';
import { homeError, isServed } from '../storage/open-home.ts';
import { detectHardware } from '../weights/hardware.ts';
import { checkBackups } from './doctor-backups.ts';
import * as checks from './doctor-checks.ts';
import { checkTls } from './doctor-tls.ts';
import { fixClock } from './fix-clock.ts';
import { configFrom, type Flags, withFlags } from './flags.ts';
import { keySheet } from './key-sheet.ts';
import { say } from './say.ts';

interface DoctorFlags extends Flags {
  readonly keySheet?: true;
  readonly confirm?: true;
  readonly bundle?: true | string;
  readonly fixClock?: true;
}

/** `bedside doctor`: looks at this box and says what is wrong and what to do. It changes nothing, also beside a running service. */
export function doctorCommand(): Command {
  const command = new Command('doctor')
    .description(
      'Look at this box: Node, disk, memory, cores, GPU, ports, TLS, clock, database, key sheet, backups, weights; each with what to do',
    )
    .option('--key-sheet', 'show the recovery sheet: the key as 24 words and as a picture')
    .option('--confirm', 'with --key-sheet: write down that somebody keeps the sheet; it is not shown again by itself')
    .option('--bundle [file]', 'also write what was found into a file for support, without patients, names or secrets')
    .option(
      '--fix-clock',
      'confirm that the clock of this machine is right, so that bookings, approvals and sign-ins go on; also while the service runs',
    )
    .addHelpText('after', '\nExit code 0 where nothing failed, 1 where something did.')
    .action(async (given: DoctorFlags) => {
      const config = configFrom(given);
      if (given.fixClock) return fixClock(config);
      if (given.confirm && !given.keySheet) throw new AppError('invalid', 'Use --confirm together with --key-sheet.');
      if (given.keySheet) return given.confirm ? confirmKeySheet(config) : showKeySheet(config);
      const { found, facts } = await examine(config);
      const width = Math.max(...found.map(({ what }) => what.length));
      for (const { what, state, text, fix } of found) {
        say.line(`${state.padEnd(4)}  ${what.padEnd(width)}  ${text}`);
        if (fix) say.line(`      ${''.padEnd(width)}  -> ${fix}`);
      }
      const [failures, warnings] = [count(found, 'fail'), count(found, 'warn')];
      say.line();
      say.line(failures + warnings === 0 ? 'Everything is well.' : `${failures} failed, ${warnings} to look at.`);
      if (given.bundle) say.line(`Written for support: ${writeBundle(config, given.bundle, found, facts)}`);
      if (failures > 0) process.exitCode = 1;
    });
  return withFlags(command, 'home', 'keyFile', 'host', 'port', 'tls', 'cert', 'key', 'profile', 'models', 'modelSource');
}

async function examine(config: Config): Promise<{ found: checks.Check[]; facts: DatabaseFacts | undefined }> {
  const nowMs = Date.now();
  const hardware = await detectHardware();
  const served = isServed(config.home);
  let facts: DatabaseFacts | undefined;
  let problem: unknown;
  let keyRing: KeyRing | undefined;
  try {
    keyRing = hasData(config) ? openKeyRing(config.key, { mayMake: false }) : findKey(config.key);
    facts = keyRing && inspectDatabase(config.home, keyRing);
  } catch (error) {
    problem = homeError(error, config.home);
  }
  const recovery = checks.checkRecovery(facts, nowMs);
  const found = [
    checks.checkNode(process.versions.node),
    checks.checkDisk(config),
    checks.checkMemory(hardware),
    checks.checkCores(hardware),
    checks.checkGpu(hardware),
    await checks.checkPort(config.listen, served),
    ...(config.listen.tls ? [await checks.checkPort({ ...config.listen, port: config.listen.tlsPort }, served)] : []),
    checkTls(config, facts, nowMs),
    checks.checkClock(nowMs, facts, builtMs()),
    checks.checkDatabase(config, facts, problem, served),
    ...(recovery ? [recovery] : []),
    checks.checkKeySheet(config, keyRing?.secret !== undefined || problem !== undefined, facts),
    ...checkBackups(config, facts, keyRing, nowMs),
    ...(await checks.checkWeights(config, hardware)),
  ];
  return { found, facts };
}

function hasData({ home }: Config): boolean {
  return knownCheck(home) !== undefined;
}

async function showKeySheet(config: Config): Promise<void> {
  const { secret } = openKeyRing(config.key, { mayMake: false });
  if (!secret) throw new AppError('conflict', 'Encryption is turned off (BEDSIDE_DB_KEY=off), so there is no key to keep.');
  say.line(await keySheet(secret, { colours: process.stdout.isTTY }));
}

async function confirmKeySheet(config: Config): Promise<void> {
  const desk = await openDesk(config);
  try {
    if (!desk.keyRing.secret) throw new AppError('conflict', 'Encryption is turned off (BEDSIDE_DB_KEY=off), so there is no key to keep.');
    const at = new Date();
    await desk.storage.transact(PLATFORM, async (stores) => {
      await stores.access.putSetting(KEY_SHEET_CONFIRMED, at.toISOString());
      await appendAudit(stores, desk.callerFor(PLATFORM), at.getTime(), {
        eventType: 'key_sheet.confirmed',
        action: 'E',
        entityType: 'box',
      });
    });
    say.line('Written down: somebody keeps the recovery sheet of this box.');
  } finally {
    await desk.close();
  }
}

/** What support needs and nobody minds: figures, versions, states. Settings only where their value can be no secret and no name. */
function writeBundle(config: Config, to: true | string, found: readonly checks.Check[], facts: DatabaseFacts | undefined): string {
  const file = resolve(to === true ? `bedside-support-${timeName(Date.now())}.json` : to);
  const content = {
    made_at: new Date().toISOString(),
    bedside: version,
    node: process.versions.node,
    machine: { platform: process.platform, arch: process.arch, release: release() },
    checks: found.map(({ what, state, text }) => ({ what, state, text: hidePaths(text, config) })),
    settings: plainSettings(config),
    database: facts && {
      bytes: facts.bytes,
      log_bytes: facts.logBytes,
      faults: facts.faults ?? null,
      pending: facts.pending,
      rows: facts.rows,
      jobs: facts.jobs,
    },
    backups: listBackups(config.home).map(({ kind, madeAtMs, bytes, files }) => ({
      kind,
      made_at: new Date(madeAtMs).toISOString(),
      bytes,
      files,
    })),
  };
  writeDurably(file, `${JSON.stringify(content, null, 2)}\n`);
  return file;
}

/** Numbers, switches and choices from a short list; a text may be an address, a name or a secret. */
function plainSettings({ listen, models, storage, limits, voice, offline, log }: Config): Record<string, unknown> {
  const { port, behindProxy, tls, tlsPort } = listen;
  const { profile, pull } = models;
  return {
    known: Object.keys(settings).length,
    port,
    behindProxy,
    tls,
    tlsPort,
    profile,
    pull,
    offline,
    log: log.level,
    full: storage.full,
    backupHours: storage.backupHours,
    backupFolders: storage.backupFolders.length,
    ...limits,
    maxSessions: voice.maxSessions,
  };
}

/** A folder's name may be a clinic's or a person's. */
function hidePaths(text: string, config: Config): string {
  const places: [string | undefined, string][] = [
    [config.key.keyFile, '<key file>'],
    [config.models.folder, '<models>'],
    [config.models.source, '<model source>'],
    [config.listen.own?.certificate, '<certificate>'],
    [config.listen.own?.key, '<certificate key>'],
    [config.home, '<home>'],
  ];
  const known = places.reduce((hidden, [path, name]) => (path ? hidden.replaceAll(path, name) : hidden), text);
  return known.replace(/(?<![\w>])\/[^\s,;:)]+/g, '<path>');
}

function count(found: readonly checks.Check[], state: checks.Check['state']): number {
  return found.filter((check) => check.state === state).length;
}
