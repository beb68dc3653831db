import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

/**
 * Large files, sealed in pieces, so that they stream and any part is read without the rest:
 * `BSF2 | salt 16`, then pieces of 64 KiB, each AES-256-GCM with its tag of 16 bytes behind it. Every file has a key of its
 * own, derived from the salt and the file's name, so that no two files can change places; a piece's nonce is its number and
 * whether it is the last, so that pieces cannot change places either, nor the end be cut off.
 */
export const PIECE = 64 * 1024;
export const TAG = 16;
export const HEAD = 20;
const MAGIC = Buffer.from('BSF2');

export interface Sealer {
  readonly head: Buffer;
  /** A full piece, or the last one. */
  seal(piece: Uint8Array, index: number, isLast: boolean): Buffer;
}

export function makeSealer(key: Buffer, name: string): Sealer {
  const salt = randomBytes(16);
  const fileKey = keyOf(key, salt, name);
  return {
    head: Buffer.concat([MAGIC, salt]),
    seal(piece, index, isLast) {
      const cipher = createCipheriv('aes-256-gcm', fileKey, nonceOf(index, isLast));
      return Buffer.concat([cipher.update(piece), cipher.final(), cipher.getAuthTag()]);
    },
  };
}

/** Throws where the head is none; `open` throws where a piece is not what was sealed. */
export function makeOpener(key: Buffer, name: string, head: Buffer): (sealed: Buffer, index: number, isLast: boolean) => Buffer {
  if (head.length !== HEAD || !head.subarray(0, 4).equals(MAGIC)) throw new Error('not a sealed file');
  const fileKey = keyOf(key, head.subarray(4), name);
  return (sealed, index, isLast) => {
    const decipher = createDecipheriv('aes-256-gcm', fileKey, nonceOf(index, isLast));
    decipher.setAuthTag(sealed.subarray(sealed.length - TAG));
    return Buffer.concat([decipher.update(sealed.subarray(0, sealed.length - TAG)), decipher.final()]);
  };
}

/** How many pieces a sealed file of this size has, and how many bytes its content; undefined where no file has that size. */
export function measure(sealedBytes: number): { pieces: number; bytes: number } | undefined {
  const body = sealedBytes - HEAD;
  const pieces = Math.ceil(body / (PIECE + TAG));
  const last = body - (pieces - 1) * (PIECE + TAG);
  // Only an empty file has an empty piece.
  if (pieces < 1 || last < TAG || (last === TAG && pieces > 1)) return undefined;
  return { pieces, bytes: body - pieces * TAG };
}

function keyOf(key: Buffer, salt: Buffer, name: string): Buffer {
  return Buffer.from(hkdfSync('sha256', key, salt, `file ${name}`, 32));
}

function nonceOf(index: number, isLast: boolean): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeUIntBE(index, 5, 6);
  nonce[11] = isLast ? 1 : 0;
  return nonce;
}
