import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { findKey, type KeySource, openKeyRing, recoveryWords, rememberKey } from '../../../src/storage/key-ring.ts';

const root = mkdtempSync(join(tmpdir(), 'bedside-key-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let n = 0;
let source: KeySource;
beforeEach(() => {
  const home = join(root, String(++n));
  mkdirSync(home);
  source = { given: undefined, keyFile: `${home}.key`, home };
});

describe('the key of the box', () => {
  it('is made once, for its owner alone, and is the same at the next start', () => {
    const made = openKeyRing(source, { mayMake: true });
    expect(made.fresh).toBe(true);
    expect(statSync(source.keyFile).mode & 0o777).toBe(0o600);
    const again = openKeyRing(source, { mayMake: true });
    expect(again.fresh).toBe(false);
    expect(again.database?.equals(made.database as Buffer)).toBe(true);
  });

  it('comes back from the 24 words of its recovery sheet, however they are written', () => {
    const made = openKeyRing(source, { mayMake: true });
    const words = recoveryWords(made.secret as Buffer);
    expect(words).toHaveLength(24);
    for (const text of [words.join(' '), words.join('\n').toUpperCase(), words.join('  ')])
      expect(findKey({ ...source, given: text })?.check).toBe(made.check);
    expect(findKey({ ...source, given: made.secret?.toString('hex').toUpperCase() })?.check).toBe(made.check);
  });

  it('says that a word is wrong instead of taking the sheet for a passphrase', () => {
    const [first = '', second = '', ...rest] = recoveryWords(Buffer.from('0123456789abcdef'.repeat(4), 'hex'));
    expect(() => findKey({ ...source, given: [second, first, ...rest].join(' ') })).toThrow('do not belong together');
    expect(() => findKey({ ...source, given: ['abandon', second, ...rest].join(' ') })).toThrow('do not belong together');
  });

  it('is never made where there are data already, and nothing is touched', () => {
    writeFileSync(join(source.home, 'bedside.db'), 'x');
    expect(() => openKeyRing(source, { mayMake: true })).toThrow('encryption key is missing');
    expect(existsSync(source.keyFile)).toBe(false);
  });

  it('is refused when the data belong to another one, and nothing is touched', () => {
    rememberKey(source.home, openKeyRing(source, { mayMake: true }));
    const before = readdirSync(source.home).map((name) => readFileSync(join(source.home, name), 'utf8'));
    expect(() => openKeyRing({ ...source, given: 'another passphrase, long enough' }, { mayMake: true })).toThrow('not the encryption key');
    expect(() => openKeyRing({ ...source, given: 'off' }, { mayMake: true })).toThrow('turns encryption off');
    expect(readdirSync(source.home).map((name) => readFileSync(join(source.home, name), 'utf8'))).toEqual(before);
  });

  it('says what to do where data lie open, and no key is set', () => {
    rememberKey(source.home, openKeyRing({ ...source, given: 'off' }, { mayMake: true }));
    expect(() => openKeyRing(source, { mayMake: true })).toThrow('BEDSIDE_DB_KEY=off');
  });
});
