import { hash, verify } from '@node-rs/argon2';
import type { PasswordHasher } from '../../domain/access/secrets.ts';

/** Argon2id (RFC 9106) with OWASP's first parameters: 19 MiB, two passes, one lane; about 20 ms on a small box, on the thread pool. */
const argon2id = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

export async function makePasswordHasher(): Promise<PasswordHasher> {
  // What an unknown sign-in name is checked against, so that the answer takes as long as for a known one.
  const nobody = await hash('nobody has this password', argon2id);
  return {
    hash: (password) => hash(password, argon2id),
    async verify(known, password) {
      const right = await verify(known ?? nobody, password);
      return known !== null && right;
    },
  };
}
