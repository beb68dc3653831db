import { createHash, createHmac, randomBytes } from 'node:crypto';
import type { TokenMaker } from '../../domain/access/secrets.ts';

/** Opaque secrets: random, stored as SHA-256, and a refresh token's successor by HMAC under the box's own secret. */
export function makeTokenMaker(secret: Buffer): TokenMaker {
  return {
    random: (prefix) => prefix + randomBytes(32).toString('base64url'),
    successor: (token) => `bsr_${createHmac('sha256', secret).update(`successor ${token}`).digest('base64url')}`,
    hash: (token) => createHash('sha256').update(token).digest('base64url'),
  };
}
