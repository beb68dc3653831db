import { describe, expect, it } from 'vitest';
import type { ChainLink } from '../../../../src/domain/audit/audit-entry.ts';
import { type HeadKey, isHeadSigned, readHeads, type SignedHead, signHead, writeHeads } from '../../../../src/domain/audit/signed-head.ts';
import { headKeyOf } from '../../../../src/storage/files/head-key.ts';
import { makeSigningKey } from '../../../../src/storage/files/signing-keys.ts';

const newKey = (): HeadKey => headKeyOf(makeSigningKey(0).privateJwk);
const key = newKey();
const entry = { seq: 7, hash: 'ab'.repeat(32) } satisfies Pick<ChainLink['entry'], 'seq' | 'hash'>;
const head = signHead(key, 'hospital', entry, Date.UTC(2026, 10, 20, 9));

describe('a signed head', () => {
  it('is proved by its public key alone', () => {
    expect(head).toMatchObject({ hospitalId: 'hospital', ...entry, at: '2026-11-20T09:00:00.000Z', key: key.publicKey });
    expect(isHeadSigned(head)).toBe(true);
    expect(isHeadSigned(head, key.publicKey)).toBe(true);
  });

  it('is not proved where anything of it is another', () => {
    const others: Partial<SignedHead>[] = [
      { hospitalId: 'other' },
      { seq: 6 },
      { hash: 'ac'.repeat(32) },
      { at: '2026-11-20T09:00:00.001Z' },
      { key: newKey().publicKey },
      { key: 'no key' },
      { signature: signHead(newKey(), 'hospital', entry, 0).signature },
      { signature: '' },
    ];
    for (const other of others) expect(isHeadSigned({ ...head, ...other }), JSON.stringify(other)).toBe(false);
  });

  it('that somebody else signed is not the one that was asked for', () => {
    const forged = signHead(newKey(), 'hospital', entry, 0);
    expect(isHeadSigned(forged)).toBe(true);
    expect(isHeadSigned(forged, key.publicKey)).toBe(false);
  });

  it('is read from lines, from one text, from a manifest; torn lines and other things are none', () => {
    const second = signHead(key, 'hospital', { ...entry, seq: 8 }, 0);
    const lines = writeHeads([head, second]);
    expect(readHeads(lines)).toEqual([head, second]);
    expect(readHeads(`${lines}${lines.slice(0, 90)}\n${lines}`)).toEqual([head, second, head, second]);
    expect(readHeads(JSON.stringify(head, null, 2))).toEqual([head]);
    expect(readHeads(JSON.stringify({ format: 'bedside-backup-1', heads: [head, { seq: 1 }] }))).toEqual([head]);
    for (const nothing of ['', '\n', 'words', 'null', '[]', '{}', '{"heads":[null]}']) expect(readHeads(nothing)).toEqual([]);
  });
});
