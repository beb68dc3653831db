import { accessSync, constants, existsSync, statfsSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname } from 'node:path';
import { weightsSettingsOf } from '../compose.ts';
import type { Config } from '../config.ts';
import { type ClockFault, judgeClock } from '../domain/access/clock-verdict.ts';
import { KEY_SHEET_CONFIRMED } from '../domain/access/setup.ts';
import { KEPT_TIME, keptTimeOf } from '../domain/access/trusted-time.ts';
import { isLow } from '../domain/disk-room.ts';
import { LAST_RECOVERY } from '../domain/jobs/backups.ts';
import { AppError } from '../shared/errors.ts';
import type { DatabaseFacts } from '../storage/inspect.ts';
import { loadCatalogue } from '../weights/catalogue.ts';
import { chooseModels, type Hardware } from '../weights/choose.ts';
import { locateModels } from '../weights/locate.ts';
import { HOW_TO_CONFIRM, HOW_TO_SEE } from './key-sheet.ts';
import { megabytes } from './say.ts';

export interface Check {
  readonly what: string;
  readonly state: 'ok' | 'warn' | 'fail';
  readonly text: string;
  /** What to do about it. */
  readonly fix?: string;
}

const DAY_MS = 24 * 3_600_000;

export function checkNode(version: string): Check {
  const major = Number(/^v?(\d+)/.exec(version)?.[1]);
  return major >= 24
    ? ok('Node', version)
    : fail('Node', `${version} is too old`, 'start Bedside with `npm start` or `scripts/bedside`, which bring Node 24');
}

export function checkDisk(config: Config): Check {
  let folder = config.home;
  while (!existsSync(folder) && folder !== dirname(folder)) folder = dirname(folder);
  const disk = statfsSync(folder);
  const free = disk.bavail * disk.bsize;
  const text = `${megabytes(free)} free for ${config.home}`;
  const fix = 'make room, or move the data folder to a larger disk (BEDSIDE_HOME)';
  try {
    accessSync(folder, constants.W_OK);
  } catch {
    return fail(
      'disk',
      `${folder} may not be written by this user`,
      'run doctor as the user that runs the service, and give that user the data folder',
    );
  }
  if (isLow({ freeBytes: free, totalBytes: disk.blocks * disk.bsize }))
    return fail('disk', `${text}, less than 5 %: uploads, recordings, backups, models and jobs wait`, fix);
  return free < 500e6 ? fail('disk', text, fix) : free < 5e9 ? warn('disk', text, fix) : ok('disk', text);
}

export function checkMemory({ ramBytes }: Hardware): Check {
  const text = `${megabytes(ramBytes)} of RAM`;
  if (ramBytes < 1e9) return fail('memory', text, 'Bedside needs 1 GB for itself; models need more');
  return ramBytes < 3.5e9 ? warn('memory', text, 'the small models alone will run; 8 GB serve a clinic') : ok('memory', text);
}

export function checkCores({ cores }: Hardware): Check {
  const text = `${cores} ${cores === 1 ? 'core' : 'cores'}`;
  return cores < 2 ? warn('cores', text, 'speech will be slow; two cores or more serve better') : ok('cores', text);
}

export function checkGpu({ gpu }: Hardware): Check {
  return ok('GPU', gpu ? `${gpu.name}, ${megabytes(gpu.memoryBytes)}` : 'none; models run on the processor');
}

export async function checkPort({ host, port }: Pick<Config['listen'], 'host' | 'port'>, served: boolean | undefined): Promise<Check> {
  if (port === 0) return ok('port', 'any that is free');
  const fault = await new Promise<string | undefined>((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'unknown'));
    server.listen(port, host, () => server.close(() => resolve(undefined)));
  });
  if (fault === undefined) return ok('port', `${port} on ${host} is free`);
  if (fault === 'EADDRINUSE')
    return served === true
      ? ok('port', `${port} on ${host} is in use, and Bedside is running`)
      : fail('port', `${port} on ${host} is taken by another program`, 'stop that program, or set BEDSIDE_PORT or BEDSIDE_TLS_PORT');
  const fix =
    fault === 'EACCES' ? 'choose a port above 1023 with BEDSIDE_PORT and BEDSIDE_TLS_PORT' : 'check BEDSIDE_HOST and BEDSIDE_PORT';
  return fail('port', `${port} on ${host} cannot be used (${fault})`, fix);
}

const clockFaults: Readonly<Record<ClockFault, string>> = {
  beforeLastWrite: 'before the time of what was last written here',
  beforeBuild: 'before this version was made',
  longAfter: 'more than 400 days after this box was last used',
  jumped: 'it has jumped by more than an hour',
};

/** A clock that is not believed: bookings, approvals and sign-ins wait until a person has looked at it. */
export function checkClock(nowMs: number, facts: DatabaseFacts | undefined, releasedMs: number): Check {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const text = `${new Date(nowMs).toISOString().slice(0, 16).replace('T', ' ')} UTC, time zone ${zone}`;
  const { doubt, highestMs = facts?.lastEntryMs, overruledMs } = keptTimeOf(facts?.setting(KEPT_TIME));
  const fault = doubt ?? judgeClock({ wallMs: nowMs, highestMs, builtMs: overruledMs === releasedMs ? undefined : releasedMs });
  if (!fault) return ok('clock', text);
  const known = highestMs === undefined ? '' : `; last written ${new Date(highestMs).toISOString()}`;
  return fail(
    'clock',
    `${text}: ${clockFaults[fault]}${known}`,
    'set the clock of this machine (timedatectl set-time) where it is wrong, then `bedside doctor --fix-clock`',
  );
}

export function checkDatabase(config: Config, facts: DatabaseFacts | undefined, problem: unknown, served: boolean | undefined): Check {
  const where = config.home;
  if (problem !== undefined) {
    const text = problem instanceof AppError ? problem.message : `the database in ${where} cannot be opened`;
    const isDisk = problem instanceof AppError && problem.details.reason !== undefined;
    return fail(
      'database',
      text,
      isDisk
        ? 'run doctor as the user that runs the service, and give that user the data folder'
        : 'put the right key back, or restore a backup with `bedside restore <folder>`',
    );
  }
  if (!facts) return ok('database', `none in ${where} yet; \`bedside serve\` makes it`);
  const size = `${megabytes(facts.bytes)}${facts.logBytes > 50e6 ? `, log ${megabytes(facts.logBytes)}` : ''}${served ? ', in use' : ''}`;
  if (facts.faults && facts.faults.length > 0)
    return fail(
      'database',
      `damaged: ${facts.faults[0]}`,
      'stop Bedside and start it again: it puts the newest backup in the place of the damaged file, which it keeps',
    );
  if (facts.unknown.length > 0) return fail('database', `${size}, of a later version of Bedside`, 'install that version again');
  if (facts.pending.length > 0) return ok('database', `${size}, of an earlier version: the next start brings it up to date`);
  return ok('database', facts.faults ? `${size}, every page is right` : `${size}, too large to be read through here`);
}

export function checkRecovery(facts: DatabaseFacts | undefined, nowMs: number): Check | undefined {
  const told = facts?.setting(LAST_RECOVERY);
  if (told === undefined) return undefined;
  const { at, from, to } = JSON.parse(told) as { at: string; from: string; to: string };
  if (nowMs - Date.parse(at) > 30 * DAY_MS) return undefined;
  return warn(
    'recovery',
    `on ${at} a damaged database gave way to a backup; what was entered from ${from} to ${to} is missing`,
    'enter it again from paper, and have the disk of this box looked at',
  );
}

export function checkKeySheet(config: Config, encrypted: boolean, facts: DatabaseFacts | undefined): Check {
  if (!encrypted)
    return config.key.given === 'off'
      ? warn('key sheet', 'encryption is off (BEDSIDE_DB_KEY=off)', 'use a key: whoever takes this disk can read it')
      : ok('key sheet', 'there is no key yet');
  if (config.key.given !== undefined) return ok('key sheet', 'the key is given by BEDSIDE_DB_KEY; whoever gives it keeps it');
  const open = existsSync(config.key.keyFile) && (statSync(config.key.keyFile).mode & 0o077) !== 0;
  if (open) return fail('key sheet', `others may read the key file ${config.key.keyFile}`, `chmod 600 ${config.key.keyFile}`);
  const at = facts?.setting(KEY_SHEET_CONFIRMED);
  return at
    ? ok('key sheet', `kept by somebody since ${at.slice(0, 10)}`)
    : warn('key sheet', 'nobody has said that they keep it', `write it down (${HOW_TO_SEE}), then ${HOW_TO_CONFIRM}`);
}

export async function checkWeights(config: Config, hardware: Hardware): Promise<Check[]> {
  try {
    const settings = weightsSettingsOf(config);
    const catalogue = await loadCatalogue(settings);
    const located = await locateModels(settings, catalogue);
    const available = [...located.models.values()];
    const { chosen, missing, why } = chooseModels({ hardware, profile: settings.profile, languages: ['en', 'hi'], catalogue, available });
    const used = [...new Set(chosen.map(({ id, demonstration }) => `${id}${demonstration ? ' (demonstration)' : ''}`))];
    const damaged = [...located.damaged.values()].filter(({ entry }) => !located.models.has(entry.id));
    return [
      chosen.length > 0
        ? ok('weights', `${used.join(', ')} (${why.replace(/\.$/, '')})`)
        : warn('weights', `no models are on this box (${why.replace(/\.$/, '')})`, 'bedside models pull'),
      ...missing.map(({ purpose, languages, fix }) => warn('weights', `nothing for ${purpose}${forLanguages(languages)}`, fix)),
      ...damaged.map(({ entry, file, why: fault }) => warn('weights', `${entry.id}: ${file} ${fault}`, `bedside models pull ${entry.id}`)),
    ];
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return [fail('weights', error.message, 'check BEDSIDE_MODELS and BEDSIDE_MODEL_SOURCE')];
  }
}

function forLanguages(languages: readonly string[]): string {
  const named = languages.filter((language) => language !== 'any');
  return named.length > 0 ? ` in ${named.join(', ')}` : '';
}

export function ok(what: string, text: string): Check {
  return { what, state: 'ok', text };
}
export function warn(what: string, text: string, fix: string): Check {
  return { what, state: 'warn', text, fix };
}
export function fail(what: string, text: string, fix: string): Check {
  return { what, state: 'fail', text, fix };
}
