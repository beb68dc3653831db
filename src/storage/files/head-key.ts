import { createPrivateKey, sign } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HeadKey } from '../../domain/audit/signed-head.ts';
import { writeDurably } from './durable.ts';
import { seal, unseal } from './sealed-file.ts';
import { makeSigningKey, type StoredSigningKey } from './signing-keys.ts';

/** Beside the keys that sign tokens, and none of them: it never gives way to a younger one. */
const NAME = 'audit-heads.sealed';

/** The key that signs heads of the audit log, sealed under the box's secret; made where there is none. */
export function openHeadKey(folder: string, sealKey: Buffer | undefined, nowMs: number): { key: HeadKey; fresh: boolean } {
  const known = findHeadKey(folder, sealKey);
  if (known) return { key: known, fresh: false };
  const made = makeSigningKey(nowMs);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeDurably(join(folder, NAME), seal(sealKey, Buffer.from(JSON.stringify(made))));
  return { key: headKeyOf(made.privateJwk), fresh: true };
}

/** The same where it is there already, for whoever works beside the service. */
export function findHeadKey(folder: string, sealKey: Buffer | undefined): HeadKey | undefined {
  const jwk = findHeadJwk(folder, sealKey);
  return jwk && headKeyOf(jwk);
}

/** As plain values, to hand to a thread. */
export function findHeadJwk(folder: string, sealKey: Buffer | undefined): Record<string, unknown> | undefined {
  const file = join(folder, NAME);
  if (!existsSync(file)) return undefined;
  return (JSON.parse(unseal(sealKey, readFileSync(file)).toString('utf8')) as StoredSigningKey).privateJwk;
}

export function headKeyOf(privateJwk: Record<string, unknown>): HeadKey {
  const key = createPrivateKey({ key: privateJwk, format: 'jwk' });
  return {
    publicKey: String(privateJwk.x),
    sign: (text) => sign(null, Buffer.from(text), key).toString('base64url'),
  };
}
