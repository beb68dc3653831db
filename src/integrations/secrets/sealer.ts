import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { SecretSealer } from '../../domain/access/secrets.ts';
import { AppError } from '../../shared/errors.ts';

const NONCE = 12;
const TAG = 16;

/** AES-256-GCM under a key of the ring; whose secret it is belongs to what is sealed, so that rows cannot change places. */
export function makeSealer(key: Buffer): SecretSealer {
  return {
    seal(secret, owner) {
      const nonce = randomBytes(NONCE);
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(owner));
      return Buffer.concat([nonce, cipher.update(secret), cipher.final(), cipher.getAuthTag()]).toString('base64url');
    },
    open(sealed, owner) {
      const bytes = Buffer.from(sealed, 'base64url');
      try {
        const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE), { authTagLength: TAG }).setAAD(Buffer.from(owner));
        decipher.setAuthTag(bytes.subarray(-TAG));
        return Buffer.concat([decipher.update(bytes.subarray(NONCE, -TAG)), decipher.final()]);
      } catch (error) {
        throw new AppError('internal', 'A secret of this box does not open with its key.', {}, error);
      }
    },
  };
}
