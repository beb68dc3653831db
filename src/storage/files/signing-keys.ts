import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeDurably } from './durable.ts';
import { seal, unseal } from './sealed-file.ts';

export interface StoredSigningKey {
  readonly kid: string;
  readonly madeAt: number;
  readonly privateJwk: Record<string, unknown>;
  readonly publicJwk: Record<string, unknown>;
}

const ROTATE_MS = 30 * 24 * 3_600_000;
/** No token signed with it lives that long any more. */
const FORGET_MS = ROTATE_MS + 24 * 3_600_000;

/**
 * The keys that sign access tokens, one file each, 0600 and sealed. A key older than 30 days gets a successor at start; it goes
 * on verifying for a day more, so that nobody is signed out by it.
 */
export function openSigningKeys(folder: string, sealKey: Buffer | undefined, nowMs: number): StoredSigningKey[] {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const read = (name: string): StoredSigningKey => JSON.parse(unseal(sealKey, readFileSync(join(folder, name))).toString('utf8'));
  let keys = readdirSync(folder)
    .filter((name) => name.endsWith('.key'))
    .map(read);
  for (const old of keys.filter((key) => nowMs - key.madeAt > FORGET_MS && keys.some((other) => other.madeAt > key.madeAt)))
    rmSync(join(folder, `${old.kid}.key`));
  keys = keys.filter((key) => nowMs - key.madeAt <= FORGET_MS || !keys.some((other) => other.madeAt > key.madeAt));
  if (!keys.some((key) => nowMs - key.madeAt < ROTATE_MS)) {
    const fresh = makeSigningKey(nowMs);
    writeDurably(join(folder, `${fresh.kid}.key`), seal(sealKey, Buffer.from(JSON.stringify(fresh))));
    keys.push(fresh);
  }
  return keys;
}

export function makeSigningKey(nowMs: number): StoredSigningKey {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const asJwk = (key: typeof privateKey) => key.export({ format: 'jwk' }) as Record<string, unknown>;
  return { kid: randomUUID(), madeAt: nowMs, privateJwk: asJwk(privateKey), publicJwk: asJwk(publicKey) };
}
