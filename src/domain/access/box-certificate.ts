import type { Clock } from '../../shared/clock.ts';
import { newId } from '../../shared/ids.ts';
import { appendAudit } from '../audit/audit-log.ts';
import type { Storage, Stores } from '../storage.ts';
import { covers, permittedFor, within } from './box-names.ts';
import { type Caller, PLATFORM } from './caller.ts';
import type { BoxNames, CertificateMaker, KeyPair, Lifetime, Permitted } from './certificates.ts';

/**
 * The authority of this box and the certificate that it issues to itself. Both lie in the (encrypted) database: a backup brings
 * them along, so that the phones of a clinic go on trusting the box that a restored one has become.
 */
export interface BoxCertificate {
  /** What to serve now; made, or made anew, where it must be. */
  current(): Promise<KeyPair>;
  /** PEM, of the authority; known once `current` has answered. */
  authority(): string;
}

export interface KeptAuthority extends KeyPair, Lifetime {
  readonly permitted: Permitted;
}
export interface KeptCertificate extends KeyPair, Lifetime {
  readonly names: BoxNames;
}

/** Settings of the platform, as JSON. */
export const TLS_AUTHORITY = 'tls_authority';
export const TLS_CERTIFICATE = 'tls_certificate';

const DAY_MS = 24 * 3_600_000;
/** Phones refuse more than 398 days. */
const CERTIFICATE_MS = 397 * DAY_MS;
const RENEW_MS = 60 * DAY_MS;
const AUTHORITY_YEARS = 10;
/** A box whose clock has lost its battery makes an authority that is good all the same when the clock is right again. */
const NOT_EARLIER_MS = Date.UTC(2026, 0, 1);

export interface BoxCertificateParts {
  readonly storage: Storage;
  readonly clock: Clock;
  readonly maker: CertificateMaker;
  /** What the box is called now: addresses come and go. */
  readonly wanted: () => BoxNames;
}

export function makeBoxCertificate({ storage, clock, maker, wanted }: BoxCertificateParts): BoxCertificate {
  let authority: KeptAuthority | undefined;
  let certificate: KeptCertificate | undefined;

  async function authorityOf(stores: Stores, nowMs: number): Promise<KeptAuthority> {
    const kept = await read<KeptAuthority>(stores, TLS_AUTHORITY);
    if (kept && nowMs < kept.toMs - RENEW_MS) return kept;
    const names = wanted();
    const permitted = permittedFor(names);
    const life = authorityLife(nowMs);
    const made = { ...maker.makeAuthority(`Bedside ${names.names[0] ?? ''}`.trim(), permitted, life), permitted, ...life };
    await stores.access.putSetting(TLS_AUTHORITY, JSON.stringify(made));
    await tell(stores, nowMs, 'tls.authority-made', { until: new Date(life.toMs).toISOString() });
    return made;
  }

  return {
    async current() {
      const nowMs = clock.now().getTime();
      if (authority && certificate && !isDue(certificate, within(wanted(), authority.permitted), nowMs)) return certificate;
      const [by, issued] = await storage.transact(PLATFORM, async (stores) => {
        const issuer = await authorityOf(stores, nowMs);
        const names = within(wanted(), issuer.permitted);
        const kept = await read<KeptCertificate>(stores, TLS_CERTIFICATE);
        if (kept?.certificate.endsWith(issuer.certificate) && !isDue(kept, names, nowMs)) return [issuer, kept];
        const life = { fromMs: Math.max(nowMs - DAY_MS, issuer.fromMs), toMs: Math.min(nowMs - DAY_MS + CERTIFICATE_MS, issuer.toMs) };
        const made: KeptCertificate = { ...maker.issue(issuer, names, life), names, ...life };
        await stores.access.putSetting(TLS_CERTIFICATE, JSON.stringify(made));
        await tell(stores, nowMs, 'tls.certificate-issued', { ...names, until: new Date(life.toMs).toISOString() });
        return [issuer, made];
      });
      authority = by;
      certificate = issued;
      return issued;
    },
    authority: () => authority?.certificate ?? '',
  };
}

/** Pure: must there be another certificate? A name that has gone does no harm; one that has come does. */
export function isDue(
  { fromMs, toMs, names }: Pick<KeptCertificate, 'fromMs' | 'toMs' | 'names'>,
  wanted: BoxNames,
  nowMs: number,
): boolean {
  return nowMs < fromMs || nowMs > toMs - RENEW_MS || !covers(names, wanted);
}

function authorityLife(nowMs: number): Lifetime {
  const end = new Date(Math.max(nowMs, NOT_EARLIER_MS));
  end.setUTCFullYear(end.getUTCFullYear() + AUTHORITY_YEARS);
  return { fromMs: nowMs - DAY_MS, toMs: end.getTime() };
}

async function read<T>(stores: Stores, name: string): Promise<T | undefined> {
  const text = await stores.access.setting(name);
  return text === undefined ? undefined : (JSON.parse(text) as T);
}

async function tell(stores: Stores, nowMs: number, eventType: string, fact: object): Promise<void> {
  const box: Caller = {
    userId: 'box',
    hospitalId: PLATFORM,
    role: 'platform_admin',
    via: 'job',
    requestId: newId(nowMs),
    signal: new AbortController().signal,
  };
  await appendAudit(stores, box, nowMs, { eventType, action: 'C', entityType: 'box', payload: { new: { ...fact } } });
}
