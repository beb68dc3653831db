import { X509Certificate } from 'node:crypto';
import { isIPv6 } from 'node:net';
import { boxNames } from '../compose-tls.ts';
import type { Config } from '../config.ts';
import { type KeptAuthority, type KeptCertificate, TLS_AUTHORITY, TLS_CERTIFICATE } from '../domain/access/box-certificate.ts';
import { within } from '../domain/access/box-names.ts';
import type { BoxNames } from '../domain/access/certificates.ts';
import { AppError } from '../shared/errors.ts';
import type { DatabaseFacts } from '../storage/inspect.ts';
import { readOwnCertificate } from '../transport/tls/own-certificate.ts';
import { type Check, fail, ok, warn } from './doctor-checks.ts';

const SOON_MS = 21 * 24 * 3_600_000;
const day = (atMs: number) => new Date(atMs).toISOString().slice(0, 10);

/** Who can reach the box, and what stands in the door. */
export function checkTls(config: Config, facts: DatabaseFacts | undefined, nowMs: number): Check {
  const { tls, own, behindProxy, host } = config.listen;
  if (own) return checkOwn(own, nowMs);
  if (tls) return checkBox(facts, boxNames(config), nowMs);
  if (behindProxy) return ok('TLS', 'a proxy in front of this box serves it');
  if (host === 'localhost' || host === '::1' || /^127\./.test(host)) return ok('TLS', 'off; nobody but this machine reaches the box');
  return fail('TLS', `off, and ${host} is beyond this machine: \`serve\` will not start`, 'bedside serve --tls, or BEDSIDE_TLS=1');
}

function checkOwn(own: { certificate: string; key: string }, nowMs: number): Check {
  try {
    const { certificate } = readOwnCertificate(own, nowMs);
    const untilMs = new X509Certificate(certificate).validToDate.getTime();
    const text = `a certificate of your own, until ${day(untilMs)}`;
    return untilMs - nowMs < SOON_MS
      ? warn('TLS', text, `put a new one into ${own.certificate}; it is read without a restart`)
      : ok('TLS', text);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return fail('TLS', error.message, 'check BEDSIDE_TLS_CERT and BEDSIDE_TLS_KEY');
  }
}

/** The letters by which people at other devices know that the page they see is this box's. */
function checkBox(facts: DatabaseFacts | undefined, names: BoxNames, nowMs: number): Check {
  const authority = kept<KeptAuthority>(facts, TLS_AUTHORITY);
  const certificate = kept<KeptCertificate>(facts, TLS_CERTIFICATE);
  if (!authority || !certificate) return ok('TLS', 'the next start makes a certificate for this box');
  // No name stands in it: this line is part of what support may read.
  const text = `certificate until ${day(certificate.toMs)}; authority until ${day(authority.toMs)}, SHA-256 ${new X509Certificate(authority.certificate).fingerprint256}`;
  if (nowMs > certificate.toMs) return warn('TLS', `${text}: ended`, 'start Bedside; it renews by itself');
  const inside = within(names, authority.permitted);
  const outside = [...names.names, ...names.addresses].filter(
    (name) => !isIPv6(name) && !inside.names.includes(name) && !inside.addresses.includes(name),
  );
  return outside.length === 0
    ? ok('TLS', text)
    : warn(
        'TLS',
        `${text}; it may not vouch for ${outside.join(', ')}`,
        `reach the box by ${[...inside.names, ...inside.addresses].join(', ')}`,
      );
}

function kept<T>(facts: DatabaseFacts | undefined, name: string): T | undefined {
  const text = facts?.setting(name);
  return text === undefined ? undefined : (JSON.parse(text) as T);
}
