import { hostname, networkInterfaces } from 'node:os';
import type { Config } from './config.ts';
import { makeBoxCertificate } from './domain/access/box-certificate.ts';
import { namesOf } from './domain/access/box-names.ts';
import type { BoxNames } from './domain/access/certificates.ts';
import type { Storage } from './domain/storage.ts';
import { makeCertificateMaker } from './integrations/x509/certificates.ts';
import type { Clock } from './shared/clock.ts';
import type { Log } from './shared/log.ts';
import { type Lock, openLock } from './transport/tls/lock.ts';
import { ownCertificate } from './transport/tls/own-certificate.ts';

/** The lock of the TLS door, and the authority behind it where that is the box's own. */
export interface ComposedLock extends Lock {
  /** PEM; undefined where the certificate is the owner's. */
  readonly authority: (() => string) | undefined;
}

export interface LockParts {
  readonly config: Config;
  readonly storage: Storage;
  readonly clock: Clock;
  readonly log: Log;
  /** Of this machine, unless a test says otherwise. */
  readonly names?: (() => BoxNames) | undefined;
}

export async function composeLock({ config, storage, clock, log, names = () => boxNames(config) }: LockParts): Promise<ComposedLock> {
  const { own } = config.listen;
  if (own) return { ...(await openLock(ownCertificate(own, clock), log)), authority: undefined };
  const box = makeBoxCertificate({ storage, clock, maker: makeCertificateMaker(), wanted: names });
  return { ...(await openLock(box, log)), authority: box.authority };
}

/** What this machine is called at this moment. */
export function boxNames({ listen }: Config): BoxNames {
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return namesOf({ hostname: hostname(), addresses, publicUrl: listen.publicUrl, more: listen.tlsNames });
}
