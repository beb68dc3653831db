import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import type { KeyPair } from '../../domain/access/certificates.ts';
import type { Clock } from '../../shared/clock.ts';
import { AppError } from '../../shared/errors.ts';
import type { CertificateSource } from './lock.ts';

export interface CertificateFiles {
  readonly certificate: string;
  readonly key: string;
}

/** A certificate of the owner's own, read anew when one of its files changes: whatever renews it need not know of the box. */
export function ownCertificate(files: CertificateFiles, clock: Clock): CertificateSource {
  let known: { stamp: string; pair: KeyPair } | undefined;
  return {
    async current() {
      const stamp = [files.certificate, files.key].map(stampOf).join();
      if (known?.stamp !== stamp) known = { stamp, pair: readOwnCertificate(files, clock.now().getTime()) };
      return known.pair;
    },
  };
}

/** Throws the sentence that says what is wrong with it: a door with a bad lock is not opened. */
export function readOwnCertificate(files: CertificateFiles, nowMs: number): KeyPair {
  const certificate = read(files.certificate);
  const key = read(files.key);
  const first = attempt(() => new X509Certificate(certificate), 'In {file} there is no certificate in PEM form.', files.certificate);
  const secret: KeyObject = attempt(
    () => createPrivateKey(key),
    'In {file} there is no private key in PEM form without a passphrase.',
    files.key,
  );
  if (!first.checkPrivateKey(secret))
    throw new AppError(
      'invalid',
      'The key in {key} does not belong to the certificate in {file}. The certificate of the box comes first.',
      {
        values: { file: files.certificate, key: files.key },
      },
    );
  if (nowMs >= first.validToDate.getTime())
    throw new AppError('invalid', 'The certificate in {file} has ended on {date}. Put a new one there.', {
      values: { file: files.certificate, date: first.validToDate.toISOString().slice(0, 10) },
    });
  if (nowMs < first.validFromDate.getTime())
    throw new AppError('invalid', 'The certificate in {file} begins on {date}, which is to come. Is the clock of this machine right?', {
      values: { file: files.certificate, date: first.validFromDate.toISOString().slice(0, 10) },
    });
  attempt(
    () => createSecureContext({ cert: certificate, key }),
    'The certificate in {file} cannot be used: its key is too weak, or its chain is not whole.',
    files.certificate,
  );
  return { certificate, key };
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new AppError('invalid', 'The file {file} cannot be read. It is named for TLS.', { values: { file } }, error);
  }
}

function attempt<T>(action: () => T, sentence: string, file: string): T {
  try {
    return action();
  } catch (error) {
    throw new AppError('invalid', sentence, { values: { file } }, error);
  }
}

function stampOf(file: string): string {
  const found = statSync(file, { throwIfNoEntry: false });
  return found ? `${found.ino}-${found.mtimeMs}-${found.size}` : 'gone';
}
