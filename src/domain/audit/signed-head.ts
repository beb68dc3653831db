import { createPublicKey, verify } from 'node:crypto';
import type { ChainHead } from './audit-entry.ts';

/**
 * The newest entry of a chain as it stood at a time, with the box's name under it. Kept away from the chain, it shows that the chain
 * was cut or written anew below it; whoever has the public key can prove it anywhere.
 */
export interface SignedHead {
  readonly hospitalId: string;
  readonly seq: number;
  readonly hash: string;
  /** ISO 8601. */
  readonly at: string;
  /** The public key (Ed25519, 32 bytes, base64url) that the signature holds under. */
  readonly key: string;
  readonly signature: string;
}

/** Puts the box's name under a text. */
export interface HeadKey {
  readonly publicKey: string;
  sign(text: string): string;
}

/** Pure: the very text that is signed. */
export function headText({ hospitalId, seq, hash, at }: Pick<SignedHead, 'hospitalId' | 'seq' | 'hash' | 'at'>): string {
  return ['bedside-audit-head-1', hospitalId, seq, hash, at].join('\n');
}

export function signHead(key: HeadKey, hospitalId: string, { seq, hash }: ChainHead, nowMs: number): SignedHead {
  const head = { hospitalId, seq, hash, at: new Date(nowMs).toISOString() };
  return { ...head, key: key.publicKey, signature: key.sign(headText(head)) };
}

/** Pure: whether a head is what its key signed, and the key is the one that was asked for. */
export function isHeadSigned(head: SignedHead, publicKey: string = head.key): boolean {
  if (head.key !== publicKey) return false;
  try {
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: publicKey }, format: 'jwk' });
    return verify(null, Buffer.from(headText(head)), key, Buffer.from(head.signature, 'base64url'));
  } catch {
    return false; // not the form of a key
  }
}

/** Pure: one head a line, as they are kept. */
export function writeHeads(heads: readonly SignedHead[]): string {
  return heads.map((head) => `${JSON.stringify(head)}\n`).join('');
}

/** Pure: the heads in a text: one a line, or a backup's manifest. A line that a power cut has torn is none. */
export function readHeads(text: string): SignedHead[] {
  const whole = parsed(text);
  const found = whole === undefined ? text.split('\n').map(parsed) : isManifest(whole) ? whole.heads : [whole];
  return found.filter(isHead);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isManifest(value: unknown): value is { heads: unknown[] } {
  return Array.isArray((value as { heads?: unknown } | null)?.heads);
}

function isHead(value: unknown): value is SignedHead {
  if (typeof value !== 'object' || value === null) return false;
  const { hospitalId, seq, hash, at, key, signature } = value as Record<string, unknown>;
  return [hospitalId, hash, at, key, signature].every((text) => typeof text === 'string') && Number.isInteger(seq);
}
