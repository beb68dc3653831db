import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openHeadFile } from '../../../src/storage/files/head-file.ts';
import { findHeadKey, openHeadKey } from '../../../src/storage/files/head-key.ts';
import { openSigningKeys } from '../../../src/storage/files/signing-keys.ts';

const root = mkdtempSync(join(tmpdir(), 'bedside-heads-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe('the file of signed heads', () => {
  const path = join(root, 'home.audit-heads');
  const file = openHeadFile(path, root);

  it('is empty before there is one, and grows at its end', async () => {
    expect(await file.read()).toBe('');
    expect(await file.setAside(0)).toBeUndefined();
    await file.append('one\n');
    await file.append('two\nthree\n');
    expect(await file.read()).toBe('one\ntwo\nthree\n');
  });

  it('leaves a line that a power cut has torn a line of its own', async () => {
    appendFileSync(path, 'to');
    await file.append('four\n');
    expect(await file.read()).toBe('one\ntwo\nthree\nto\nfour\n');
  });

  it('is laid aside and never overwritten', async () => {
    const aside = [await file.setAside(0)];
    await file.append('five\n');
    aside.push(await file.setAside(0));
    expect(await file.read()).toBe('');
    expect(new Set(aside).size).toBe(2);
    expect(aside.map((name) => readFileSync(name ?? '', 'utf8').length)).toEqual([22, 5]);
  });

  it('says in a sentence that its place cannot be written', async () => {
    await expect(openHeadFile(join(path, 'below', 'a', 'file'), root).append('x\n')).rejects.toThrow('cannot be kept in');
  });
});

describe('the key that signs heads', () => {
  it('is made once, sealed, and none of those that sign tokens', () => {
    const folder = join(root, 'keys');
    const seal = Buffer.alloc(32, 7);
    expect(findHeadKey(folder, seal)).toBeUndefined();
    const { key, fresh } = openHeadKey(folder, seal, 0);
    expect(fresh).toBe(true);
    openSigningKeys(folder, seal, 0);
    openSigningKeys(folder, seal, 400 * 24 * 3_600_000);
    expect(openHeadKey(folder, seal, 1)).toMatchObject({ fresh: false, key: { publicKey: key.publicKey } });
    expect(findHeadKey(folder, seal)?.publicKey).toBe(key.publicKey);
    const [name = ''] = readdirSync(folder).filter((one) => !one.endsWith('.key'));
    expect(readFileSync(join(folder, name), 'latin1')).not.toContain('privateJwk');
    expect(() => findHeadKey(folder, Buffer.alloc(32, 8))).toThrow('another key');
  });
});
