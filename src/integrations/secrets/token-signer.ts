import { createHash } from 'node:crypto';
import { errors, importJWK, type JWK, jwtVerify, SignJWT } from 'jose';
import type { AccessClaims, TokenSigner } from '../../domain/access/secrets.ts';
import { AppError } from '../../shared/errors.ts';

/** An Ed25519 key pair as JWK, with the time it was made. The newest signs; all of them verify, until their tokens are over. */
export interface SigningKey {
  readonly kid: string;
  readonly madeAt: number;
  readonly privateJwk: JWK;
  readonly publicJwk: JWK;
}

const ISSUER = 'bedside';
const REMEMBERED = 2_000;

export async function makeTokenSigner(keys: readonly SigningKey[]): Promise<TokenSigner> {
  const newest = [...keys].sort((a, b) => b.madeAt - a.madeAt)[0];
  if (!newest) throw new AppError('internal', 'There is no key to sign with.');
  const privateKey = await importJWK(newest.privateJwk, 'EdDSA');
  const publicKeys = new Map(await Promise.all(keys.map(async (key) => [key.kid, await importJWK(key.publicJwk, 'EdDSA')] as const)));
  // A signature is judged once: what changes afterwards is the time, which is looked at each time, and the session, which the room reads.
  const judged = new Map<string, { claims: AccessClaims; expiresAtMs: number }>();

  const invalid = (cause?: unknown) => new AppError('unauthenticated', 'Please sign in again.', {}, cause);
  const expired = () => new AppError('unauthenticated', 'Your sign-in has run out. Please sign in again.', { reason: 'TOKEN_EXPIRED' });

  async function judge(token: string, nowMs: number): Promise<{ claims: AccessClaims; expiresAtMs: number }> {
    try {
      const { payload } = await jwtVerify(
        token,
        ({ kid }) => {
          const key = publicKeys.get(kid ?? '');
          if (!key) throw invalid();
          return key;
        },
        { algorithms: ['EdDSA'], issuer: ISSUER, currentDate: new Date(nowMs), requiredClaims: ['sub', 'sid', 'hid', 'exp'] },
      );
      const { sub, sid, hid, cid, use, exp } = payload as {
        sub: string;
        sid: string;
        hid: string;
        cid?: string;
        use?: string;
        exp: number;
      };
      return {
        claims: {
          userId: sub,
          sessionId: sid,
          hospitalId: hid,
          ...(cid === undefined ? {} : { consultationId: cid }),
          ...(use === 'clock' ? { onlyFor: use } : {}),
        },
        expiresAtMs: exp * 1000,
      };
    } catch (error) {
      if (error instanceof errors.JWTExpired) throw expired();
      throw error instanceof AppError ? error : invalid(error);
    }
  }

  return {
    sign({ userId, sessionId, hospitalId, consultationId, onlyFor }, issuedAtMs, expiresAtMs) {
      return new SignJWT({
        sid: sessionId,
        hid: hospitalId,
        ...(consultationId === undefined ? {} : { cid: consultationId }),
        ...(onlyFor === undefined ? {} : { use: onlyFor }),
      })
        .setProtectedHeader({ alg: 'EdDSA', kid: newest.kid, typ: 'JWT' })
        .setIssuer(ISSUER)
        .setSubject(userId)
        .setIssuedAt(Math.floor(issuedAtMs / 1000))
        .setExpirationTime(Math.floor(expiresAtMs / 1000))
        .setJti(createHash('sha256').update(`${sessionId} ${issuedAtMs} ${Math.random()}`).digest('base64url').slice(0, 16))
        .sign(privateKey);
    },
    async verify(token, nowMs) {
      if (token.length > 4_000) throw invalid();
      const known = judged.get(token);
      if (known) {
        if (known.expiresAtMs <= nowMs) throw expired();
        return known.claims;
      }
      const verdict = await judge(token, nowMs);
      if (judged.size >= REMEMBERED) judged.clear();
      judged.set(token, verdict);
      return verdict.claims;
    },
  };
}
