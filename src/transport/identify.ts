import type { ApiKeys } from '../domain/access/api-keys.ts';
import { type Caller, PLATFORM, type Role, type Scope } from '../domain/access/caller.ts';
import type { TokenSigner } from '../domain/access/secrets.ts';
import { SESSION_LIFE_MS } from '../domain/access/sessions.ts';
import { isOpen, type TrustedTime } from '../domain/access/trusted-time.ts';
import type { Storage } from '../domain/storage.ts';
import { AppError } from '../shared/errors.ts';

/** Who knocks, before anything is known of what they want. */
export interface Identity {
  readonly userId: string;
  readonly hospitalId: string;
  readonly role: Role;
  readonly sessionId?: string;
  readonly patientId?: string;
  readonly doctorId?: string;
  readonly consultationId?: string;
  readonly onlyFor?: 'clock';
  readonly scopes?: readonly Scope[];
  readonly language?: string;
}

export interface Identify {
  /** Reads a bearer token or an API key. Throws `unauthenticated`. */
  byToken(token: string): Promise<Identity>;
  byApiKey(key: string): Promise<Identity>;
  /** Is the sign-in, or the machine's key, still good that this identity was read from? */
  isAlive(identity: Identity): Promise<boolean>;
  /** The hospital that a caller means: their own, or for a platform admin the one they name. Throws `not-found`. */
  hospitalFor(identity: Identity, named: string | undefined): Promise<string>;
}

export interface IdentifyParts {
  readonly storage: Storage;
  readonly time: Pick<TrustedTime, 'lifeMs'>;
  readonly signer: TokenSigner;
  readonly apiKeys: ApiKeys;
}

export function makeIdentify({ storage, time, signer, apiKeys }: IdentifyParts): Identify {
  const unknown = () => new AppError('unauthenticated', 'Please sign in again.');

  async function byApiKey(secret: string): Promise<Identity> {
    const key = await apiKeys.find(secret);
    if (!key) throw new AppError('unauthenticated', 'This key is not valid, or not any more.');
    return { userId: key.id, hospitalId: key.hospitalId, role: 'machine', scopes: key.scopes };
  }

  return {
    byApiKey,
    isAlive({ hospitalId, sessionId, userId }) {
      const holds = (of: { revokedAt: number | null; expiresAt: number | null } | undefined) =>
        of !== undefined && of.revokedAt === null && (of.expiresAt === null || of.expiresAt > time.lifeMs());
      return storage.read(hospitalId, async (stores) =>
        holds(sessionId === undefined ? await stores.access.apiKey(userId) : await stores.access.session(sessionId)),
      );
    },
    async byToken(token) {
      if (token.startsWith('bsk_')) return byApiKey(token);
      const lifeMs = time.lifeMs();
      const claims = await signer.verify(token, lifeMs);
      // Session and user are read each time: a logout, a new role or a removal holds from the next request on.
      return storage.read(claims.hospitalId, async (stores) => {
        const session = await stores.access.session(claims.sessionId);
        if (!session || session.revokedAt !== null || session.userId !== claims.userId) throw unknown();
        if (!isOpen(session.expiresAt, lifeMs, SESSION_LIFE_MS)) throw unknown();
        if (claims.consultationId !== undefined)
          return {
            userId: claims.userId,
            hospitalId: claims.hospitalId,
            role: 'guest' as const,
            sessionId: session.id,
            consultationId: claims.consultationId,
          };
        const user = await stores.access.user(claims.userId);
        if (!user?.active) throw unknown();
        const patientId = user.role === 'patient' ? await stores.patients.ofUser(user.id) : undefined;
        const doctorId = user.role === 'doctor' ? await stores.practice.doctorOfUser(user.id) : undefined;
        return {
          userId: user.id,
          hospitalId: user.hospitalId,
          role: user.role,
          sessionId: session.id,
          ...(patientId === undefined ? {} : { patientId }),
          ...(doctorId === undefined ? {} : { doctorId }),
          ...(user.language ? { language: user.language } : {}),
          ...(claims.onlyFor ? { onlyFor: claims.onlyFor } : {}),
        };
      });
    },
    async hospitalFor(identity, named) {
      if (identity.role !== 'platform_admin') {
        if (named !== undefined && named !== identity.hospitalId)
          throw new AppError('not-found', 'This does not exist, or it is not yours to see.');
        return identity.hospitalId;
      }
      return storage.read(PLATFORM, async (stores) => {
        if (named !== undefined) {
          if (!(await stores.access.hospital(named))) throw new AppError('not-found', 'This does not exist, or it is not yours to see.');
          return named;
        }
        // While there is one hospital, who names none means that one.
        const [only, second] = await stores.access.hospitals({ limit: 2 });
        return only && !second ? only.id : PLATFORM;
      });
    },
  };
}

/** Pure: an identity with what this request adds. */
export function callerOf(
  identity: Identity,
  request: Pick<Caller, 'hospitalId' | 'via' | 'requestId' | 'signal'> & Partial<Pick<Caller, 'accessReason' | 'once'>>,
): Caller {
  const { language: _, ...who } = identity;
  return { ...who, ...request };
}
