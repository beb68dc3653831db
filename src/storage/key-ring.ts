import { createHmac, hkdfSync, randomBytes, scryptSync, timingSafeEqual } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { entropyToMnemonic, mnemonicToEntropy } from '@scure/bip39';
import { wordlist } from '@scure/bip39/wordlists/english.js';
import { AppError } from '../shared/errors.ts';
import { writeDurably } from './files/durable.ts';
import { layoutOf } from './home-layout.ts';

/** The box's one secret, and what is derived from it. `undefined` everywhere means that encryption is turned off. */
export interface KeyRing {
  /** 32 bytes for the database; SQLCipher takes them raw, so that no connection pays for a key derivation. */
  readonly database: Buffer | undefined;
  /** 32 bytes for files on disk. */
  readonly files: Buffer | undefined;
  /** 32 bytes that prove a manifest was made by this box. */
  readonly manifests: Buffer;
  /** 32 bytes for the few secrets that are kept inside the database, so that a copy of a row alone tells nothing. */
  readonly secrets: Buffer;
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

export const databaseFile = (home: string) => layoutOf(home).database;

/** Finds the key, or makes one where nothing is encrypted yet. Throws `unavailable`, with the sentence to show, and touches nothing. */
export function openKeyRing(source: KeySource, options: { mayMake: boolean }): KeyRing {
  const known = knownCheck(source.home);
  const { database, restoring } = layoutOf(source.home);
  const hasDatabase = known !== undefined || existsSync(database) || existsSync(restoring);
  const ring = findKey(source) ?? (options.mayMake && !hasDatabase ? makeKey(source.keyFile) : undefined);
  if (known !== undefined && known !== (ring?.check ?? known)) throw wrongKey(source, known, ring);
  if (!ring) throw known === 'off' ? wrongKey(source, known, ring) : missingKey(source, hasDatabase);
  return ring;
}

/** The key that was given or lies in its file, whatever the data folder holds; undefined where there is none. Touches nothing. */
export function findKey({ given, keyFile }: KeySource): KeyRing | undefined {
  if (given === 'off') return derive(undefined, false);
  if (given !== undefined) return derive(readKey(given), false);
  return existsSync(keyFile) ? derive(readKey(readFileSync(keyFile, 'utf8').trim()), false) : undefined;
}

/** The fingerprint of the key that the data folder was made with, by which a wrong key is known before the database is touched; undefined where there are no data yet. */
export function knownCheck(home: string): string | undefined {
  const { keyCheck } = layoutOf(home);
  return existsSync(keyCheck) ? readFileSync(keyCheck, 'utf8').trim() || undefined : undefined;
}

/** Writes the fingerprint once the database has been opened with this ring. */
export function rememberKey(home: string, ring: KeyRing): void {
  if (knownCheck(home) === undefined) writeDurably(layoutOf(home).keyCheck, `${ring.check}\n`);
}

/** The key as 24 words (BIP 39), which a person can write down and read out. */
export function recoveryWords(secret: Buffer): string[] {
  return entropyToMnemonic(secret, wordlist).split(' ');
}

function makeKey(keyFile: string): KeyRing {
  const secret = randomBytes(32);
  mkdirSync(dirname(keyFile), { recursive: true });
  // On the disk before anything is encrypted with it: a power cut may take both or neither.
  writeDurably(keyFile, `${secret.toString('hex')}\n`);
  return derive(secret, true);
}

function missingKey({ keyFile, home }: KeySource, hasDatabase: boolean): AppError {
  return new AppError(
    'unavailable',
    hasDatabase
      ? 'The encryption key is missing: there is a database in {home}, but no key in {file}. Put the key file back (or write the words of the recovery sheet into it), or set BEDSIDE_DB_KEY.'
      : 'There is no encryption key in {file} yet. `bedside serve` and `bedside init` make one.',
    { values: { home, file: keyFile } },
  );
}

function readKey(text: string): Buffer {
  if (/^[0-9a-f]{64}$/i.test(text)) return Buffer.from(text, 'hex');
  const words = text.toLowerCase().split(/\s+/);
  if (words.length === 24 && words.every((word) => wordlist.includes(word))) return fromWords(words);
  if (text.length < 16)
    throw new AppError(
      'unavailable',
      'The encryption key is too short: BEDSIDE_DB_KEY takes 64 hexadecimal characters, the 24 words of the recovery sheet, or a passphrase of at least 16 characters.',
    );
  // A passphrase pays for its derivation once a start; its salt is public so that a backup can be restored on another box.
  return scryptSync(text, 'bedside database key 1', 32, { N: 2 ** 16, r: 8, p: 1, maxmem: 2 ** 27 });
}

function fromWords(words: readonly string[]): Buffer {
  try {
    return Buffer.from(mnemonicToEntropy(words.join(' '), wordlist));
  } catch (error) {
    throw new AppError(
      'unavailable',
      'The 24 words of the key do not belong together: one of them is wrong, or two have changed places. Compare them with the recovery sheet.',
      {},
      error,
    );
  }
}

function derive(secret: Buffer | undefined, fresh: boolean): KeyRing {
  const sub = (purpose: string) => Buffer.from(hkdfSync('sha256', secret ?? Buffer.alloc(32), 'bedside', purpose, 32));
  return {
    database: secret && sub('database'),
    files: secret && sub('files'),
    manifests: sub('manifests'),
    secrets: sub('secrets'),
    check: secret ? createHmac('sha256', sub('check')).update('bedside key check').digest('hex').slice(0, 32) : 'off',
    secret,
    fresh,
  };
}

function wrongKey({ given, keyFile, home }: KeySource, known: string, ring: KeyRing | undefined): AppError {
  if (known === 'off')
    return new AppError(
      'unavailable',
      'The database in {home} is not encrypted. Set BEDSIDE_DB_KEY=off to use it as it is; with an encryption key it cannot be opened.',
      {
        values: { home },
      },
    );
  if (ring?.check === 'off')
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
export function sign(ring: Pick<KeyRing, 'manifests'>, bytes: string): string {
  return createHmac('sha256', ring.manifests).update(bytes).digest('hex');
}
export function isSigned(ring: Pick<KeyRing, 'manifests'>, bytes: string, signature: string): boolean {
  const want = Buffer.from(sign(ring, bytes), 'hex');
  const got = Buffer.from(signature, 'hex');
  return want.length === got.length && timingSafeEqual(want, got);
}
