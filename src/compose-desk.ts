import { boxSecret, version } from './compose.ts';
import type { Config } from './config.ts';
import type { Caller } from './domain/access/caller.ts';
import { PLATFORM } from './domain/access/caller.ts';
import { makeGuesses } from './domain/access/guesses.ts';
import { makeSecondFactors, type SecondFactors } from './domain/access/second-factor.ts';
import { makeSessions, type Sessions } from './domain/access/sessions.ts';
import { timeBeside } from './domain/access/trusted-time.ts';
import { makeUsers, type Users } from './domain/access/users.ts';
import { makeWhoIs } from './domain/access/who-is.ts';
import { type Heads, makeHeads } from './domain/audit/heads.ts';
import { makePasswordHasher } from './integrations/secrets/passwords.ts';
import { makeSealer } from './integrations/secrets/sealer.ts';
import { makeTokenSigner } from './integrations/secrets/token-signer.ts';
import { makeTokenMaker } from './integrations/secrets/tokens.ts';
import { systemClock } from './shared/clock.ts';
import { newId } from './shared/ids.ts';
import { makeLog } from './shared/log.ts';
import { openHeadFile } from './storage/files/head-file.ts';
import { findHeadKey } from './storage/files/head-key.ts';
import { makeSigningKey } from './storage/files/signing-keys.ts';
import { layoutOf } from './storage/home-layout.ts';
import { hasDatabase } from './storage/inspect.ts';
import { type KeyRing, openKeyRing } from './storage/key-ring.ts';
import { openBeside, openHome } from './storage/open-home.ts';
import type { SqliteStorage } from './storage/sqlite/storage.ts';

/** The few rooms that an operator's command needs, over the data as they lie, beside a service that may be running on them. */
export interface Desk {
  readonly keyRing: KeyRing;
  readonly storage: SqliteStorage;
  readonly users: Users;
  readonly sessions: Sessions;
  /** Undefined on a box that has not served since it signs heads: there is no key to sign them with yet. */
  readonly heads: Heads | undefined;
  readonly secondFactors: SecondFactors;
  /** Whoever can open the database at the box may do what an administrator may; the audit log says that it was done here. */
  callerFor(hospitalId: string): Caller;
  close(): Promise<void>;
}

/** Makes the data folder of a box that was never started, as a first start would; one that there is stays as it is. */
export async function makeHome(config: Config, announce: (sentence: string) => void): Promise<void> {
  if (hasDatabase(config.home)) return;
  const keyRing = openKeyRing(config.key, { mayMake: true });
  const log = makeLog({ ...config.log, level: 'warn' });
  const { storage } = await openHome({
    home: config.home,
    keyRing,
    full: config.storage.full,
    strictUnits: false,
    log,
    madeBy: version,
    nowMs: Date.now(),
    announce,
  });
  await storage.close();
}

export async function openDesk(config: Config): Promise<Desk> {
  const keyRing = openKeyRing(config.key, { mayMake: false });
  const storage = await openBeside({ home: config.home, keyRing });
  try {
    const clock = systemClock;
    const [passwords, secret, time] = await Promise.all([makePasswordHasher(), boxSecret(storage), timeBeside(storage, clock)]);
    // Nobody signs in at the desk: the key is there to make the room whole, and ends with the command.
    const signer = await makeTokenSigner([makeSigningKey(clock.now().getTime())]);
    const tokens = makeTokenMaker(secret);
    const guesses = makeGuesses({ storage, time });
    const secondFactors = makeSecondFactors({ storage, clock, time, passwords, tokens, sealer: makeSealer(keyRing.secrets), guesses });
    return {
      keyRing,
      storage,
      users: makeUsers({ storage, clock, time, passwords }),
      sessions: makeSessions({ storage, clock, time, passwords, signer, tokens, whoIs: makeWhoIs(storage), guesses, secondFactors }),
      heads: headsAt(config, keyRing, storage),
      secondFactors,
      callerFor: (hospitalId) => ({
        userId: 'operator',
        hospitalId,
        role: 'platform_admin',
        via: 'cli',
        requestId: newId(),
        signal: new AbortController().signal,
      }),
      close: () => storage.close(),
    };
  } catch (error) {
    await storage.close();
    throw error;
  }
}

/** The signed heads of a box, for a command beside the service. */
export function headsAt(config: Config, keyRing: KeyRing, storage: SqliteStorage): Heads | undefined {
  const key = findHeadKey(layoutOf(config.home).keys, keyRing.files);
  return key && makeHeads({ storage, clock: systemClock, key, file: openHeadFile(config.headsFile, config.home) });
}

/** Every chain of the box: its own, and one of each hospital. */
export async function chainsOf({ storage }: Desk): Promise<{ id: string; name: string }[]> {
  const chains = [{ id: PLATFORM, name: 'the box itself' }];
  for (let after: string | undefined; ; ) {
    const page = await storage.read(PLATFORM, (stores) => stores.access.hospitals({ after, limit: 200 }));
    chains.push(...page.map(({ id, name }) => ({ id, name })));
    after = page.at(-1)?.id;
    if (page.length < 200) return chains;
  }
}
