import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { AppError } from '../../shared/errors.ts';

/** Small secrets on disk (signing keys): AES-256-GCM in one piece, `BSF1 | nonce 12 | tag 16 | bytes`. Without a key they lie open. */
const MAGIC = Buffer.from('BSF1');

export function seal(key: Buffer | undefined, plain: Buffer): Buffer {
  if (!key) return plain;
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  const body = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([MAGIC, nonce, cipher.getAuthTag(), body]);
}

export function unseal(key: Buffer | undefined, sealed: Buffer): Buffer {
  if (!key) return sealed;
  try {
    if (!sealed.subarray(0, 4).equals(MAGIC)) throw new Error('not sealed');
    const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(4, 16));
    decipher.setAuthTag(sealed.subarray(16, 32));
    return Buffer.concat([decipher.update(sealed.subarray(32)), decipher.final()]);
  } catch (error) {
    throw new AppError('unavailable', 'A file on this box was altered or belongs to another key.', { reason: 'DATABASE_ERROR' }, error);
  }
}
