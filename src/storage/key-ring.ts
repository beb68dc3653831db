import { createHmac, hkdfSync, randomBytes, scryptSync, timingSafeEqual } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { entropyToMnemonic } from '@scure/bip39';
import { wordlist } from '@scure/bip39/wordlists/english.js';
import { AppError } from '../shared/errors.ts';

/** The box's one secret, and what is derived from it. `undefined` everywhere means that encryption is turned off. */
export interface KeyRing {
  /** 32 bytes for the database; SQLCipher takes them raw, so that no connection pays for a key derivation. */
  readonly database: Buffer | undefined;
  /** 32 bytes for files on disk. */
  readonly files: Buffer | undefined;
  /** 32 bytes that prove a manifest was made by this box. */
  readonly manifests: Buffer;
  /** Tells whether another key is this one, and tells nothing about it. */
  readonly check: string;
  /** The secret itself, for the recovery sheet only. */
  readonly secret: Buffer | undefined;
  /** True when this start made the key. */
  readonly fresh: boolean;
}

export interface KeySource {
  /** BEDSIDE_DB_KEY: 64 hex characters, a passphrase, or `off`. */
  readonly given: string | undefined;
  readonly keyFile: string;
  readonly home: string;
}

/** Where the ring's fingerprint lies, so that a wrong key is known before the database is touched. */
export const keyCheckFile = (home: string) => join(home, 'key-check');
export const databaseFile = (home: string) => join(home, 'bedside.db');

/** Finds the key, or makes one where nothing is encrypted yet. Throws `unavailable`, with the sentence to show, and touches nothing. */
export function openKeyRing(source: KeySource, options: { mayMake: boolean }): KeyRing {
  const known = existsSync(keyCheckFile(source.home)) ? readFileSync(keyCheckFile(source.home), 'utf8').trim() : undefined;
  const hasDatabase = existsSync(databaseFile(source.home));
  const ring = findKey(source, options.mayMake && !hasDatabase);
  if (known !== undefined && known !== ring.check) throw wrongKey(source, known, ring);
  return ring;
}

/** Writes the fingerprint once the database has been opened with this ring. */
export function rememberKey(home: string, ring: KeyRing): void {
  if (!existsSync(keyCheckFile(home))) writeFileSync(keyCheckFile(home), `${ring.check}\n`, { mode: 0o600 });
}

/** The key as 24 words (BIP 39), which a person can write down and read out. */
export function recoveryWords(secret: Buffer): string[] {
  return entropyToMnemonic(secret, wordlist).split(' ');
}

function findKey({ given, keyFile, home }: KeySource, mayMake: boolean): KeyRing {
  if (given === 'off') return derive(undefined, false);
  if (given !== undefined) return derive(readKey(given), false);
  if (existsSync(keyFile)) return derive(readKey(readFileSync(keyFile, 'utf8').trim()), false);
  if (!mayMake) {
    // A database that was made with encryption off says so, and is not a lost key.
    throw new AppError(
      'unavailable',
      'The encryption key is missing: there is a database in {home}, but no key in {file}. Put the key file back (or write the key from the recovery sheet into it), or set BEDSIDE_DB_KEY.',
      { values: { home, file: keyFile } },
    );
  }
  const secret = randomBytes(32);
  mkdirSync(dirname(keyFile), { recursive: true });
  writeFileSync(keyFile, `${secret.toString('hex')}\n`, { mode: 0o600, flag: 'wx' });
  chmodSync(keyFile, 0o600);
  return derive(secret, true);
}

function readKey(text: string): Buffer {
  if (/^[0-9a-f]{64}$/i.test(text)) return Buffer.from(text, 'hex');
  if (text.length < 16)
    throw new AppError(
      'unavailable',
      'The encryption key is too short: BEDSIDE_DB_KEY takes 64 hexadecimal characters, or a passphrase of at least 16.',
    );
  // A passphrase pays for its derivation once a start; its salt is public so that a backup can be restored on another box.
  return scryptSync(text, 'bedside database key 1', 32, { N: 2 ** 16, r: 8, p: 1, maxmem: 2 ** 27 });
}

function derive(secret: Buffer | undefined, fresh: boolean): KeyRing {
  const sub = (purpose: string) => Buffer.from(hkdfSync('sha256', secret ?? Buffer.alloc(32), 'bedside', purpose, 32));
  return {
    database: secret && sub('database'),
    files: secret && sub('files'),
    manifests: sub('manifests'),
    check: secret ? createHmac('sha256', sub('check')).update('bedside key check').digest('hex').slice(0, 32) : 'off',
    secret,
    fresh,
  };
}

function wrongKey({ given, keyFile, home }: KeySource, known: string, ring: KeyRing): AppError {
  if (known === 'off')
    return new AppError(
      'unavailable',
      'The database in {home} is not encrypted, but an encryption key is set. Start with BEDSIDE_DB_KEY=off to use it as it is.',
      {
        values: { home },
      },
    );
  if (ring.check === 'off')
    return new AppError(
      'unavailable',
      'The database in {home} is encrypted, but BEDSIDE_DB_KEY=off turns encryption off. Remove that setting to use its key.',
      { values: { home } },
    );
  return new AppError(
    'unavailable',
    'This is not the encryption key of the database in {home}. Nothing was changed. Check {where}, or take the key from the recovery sheet.',
    { values: { home, where: given === undefined ? keyFile : 'BEDSIDE_DB_KEY' } },
  );
}

/** Signs bytes under the ring, for manifests. */
export function sign(ring: KeyRing, bytes: string): string {
  return createHmac('sha256', ring.manifests).update(bytes).digest('hex');
}
export function isSigned(ring: KeyRing, bytes: string, signature: string): boolean {
  const want = Buffer.from(sign(ring, bytes), 'hex');
  const got = Buffer.from(signature, 'hex');
  return want.length === got.length && timingSafeEqual(want, got);
}
