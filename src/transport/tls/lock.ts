import type { Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { KeyPair } from '../../domain/access/certificates.ts';
import { AppError } from '../../shared/errors.ts';
import { describeError, type Log } from '../../shared/log.ts';

/** Where the certificate comes from: the box itself, or files of its owner. Gives the same pair again until there is another. */
export interface CertificateSource {
  current(): Promise<KeyPair>;
}

/** What stands in the TLS door: a certificate that is changed while the door stays open. */
export interface Lock {
  pair(): KeyPair;
  /** The port of the door, once it is open. */
  port(): number;
  /** From now on this server gets every new certificate. */
  guard(server: Pick<Server, 'setSecureContext' | 'address'>): void;
  /** Looks whether there is another certificate. One that is no good is told of, and the one in use stays. */
  look(): Promise<void>;
}

export async function openLock(source: CertificateSource, log: Log): Promise<Lock> {
  let pair = await source.current();
  let guarded: Pick<Server, 'setSecureContext' | 'address'> | undefined;
  let told = '';
  return {
    pair: () => pair,
    port: () => (guarded?.address() as AddressInfo | null | undefined)?.port ?? 0,
    guard(server) {
      guarded = server;
    },
    async look() {
      try {
        const next = await source.current();
        told = '';
        if (next.certificate === pair.certificate && next.key === pair.key) return;
        guarded?.setSecureContext({ cert: next.certificate, key: next.key });
        pair = next;
        log.info({}, 'tls.certificate-changed');
      } catch (error) {
        // A file that stays wrong is told of once.
        if (!(error instanceof AppError) || error.message === told) return;
        told = error.message;
        log.error({ error: describeError(error) }, 'tls.certificate-refused');
      }
    },
  };
}
