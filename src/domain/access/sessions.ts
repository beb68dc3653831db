import type { Clock } from '../../shared/clock.ts';
import { AppError } from '../../shared/errors.ts';
import { newId } from '../../shared/ids.ts';
import { makeLanes } from '../../shared/lanes.ts';
import { appendAudit } from '../audit/audit-log.ts';
import type { Storage, Stores } from '../storage.ts';
import type { RefreshToken, Session } from './access-store.ts';
import { type Caller, homeOf, PLATFORM } from './caller.ts';
import { type Guesses, mustWait } from './guesses.ts';
import { afterWrongGuess, waitLeftMs } from './lock-out.ts';
import { authorize, hasGrant, notFound } from './policies.ts';
import type { SecondFactors } from './second-factor.ts';
import type { PasswordHasher, TokenMaker, TokenSigner } from './secrets.ts';
import { isOpen, type TrustedTime } from './trusted-time.ts';
import { loginKey, loginKeys, type User, type UserSecret } from './user.ts';
import type { WhoIs, WhoIsReader } from './who-is.ts';

/**
 * Signing in, staying signed in, and leaving. Everything a person's token may do ends with its session row: whoever revokes the
 * row has shut every door. It refuses to know how tokens are signed or passwords hashed.
 */
export interface Sessions {
  login(request: LoginRequest): Promise<SignIn>;
  /** Opens a session for someone who was just made (first set-up). */
  open(stores: Stores, user: User): Promise<{ session: Session; refreshToken: string }>;
  signIn(user: WhoIs, session: Session, refreshToken: string): Promise<SignIn>;
  refresh(refreshToken: string, door: Pick<Caller, 'requestId' | 'signal'>): Promise<SignIn>;
  logout(caller: Caller, refreshToken: string | undefined): Promise<void>;
  changePassword(caller: Caller, current: string, next: string): Promise<void>;
  /** Lets somebody try again at once who was made to wait for wrong passwords. For the operator at the box. */
  unlock(caller: Caller, userId: string): Promise<void>;
  /** Is this session alive? Read on every request, so that a revocation holds at once, whoever made it. */
  isAlive(sessionId: string): Promise<boolean>;
}

export interface LoginRequest {
  readonly login: string;
  readonly password: string;
  /** From the second device, or a recovery code. */
  readonly code: string | undefined;
  readonly address: string;
  /** What the device kept from an earlier sign-in. */
  readonly deviceId: string | undefined;
  readonly requestId: string;
  readonly signal: AbortSignal;
}

export interface SignIn {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly expiresInMs: number;
  readonly user: WhoIs;
  /** To be sent back by this device, so that others' guesses do not lock its owner out. */
  readonly deviceId?: string;
  readonly mustChangePassword?: boolean;
  /** The clock is wrong, and this sign-in is good for nothing but confirming the time. */
  readonly onlyFor?: 'clock';
}

export const ACCESS_LIFE_MS = 30 * 60_000;
/** So long somebody may take to compare clocks. */
const CONFIRMING_LIFE_MS = 10 * 60_000;
const REFRESH_LIFE_MS = 7 * 24 * 3_600_000;
export const SESSION_LIFE_MS = 90 * 24 * 3_600_000;
/** Two tabs, or a lost answer: so long the same token gets the same successor. */
const GRACE_MS = 5_000;

export interface SessionsParts {
  readonly storage: Storage;
  readonly clock: Clock;
  readonly time: Pick<TrustedTime, 'lifeMs' | 'doubt' | 'require'>;
  readonly passwords: PasswordHasher;
  readonly signer: TokenSigner;
  readonly tokens: TokenMaker;
  readonly whoIs: WhoIsReader;
  readonly guesses: Guesses;
  readonly secondFactors: SecondFactors;
}

export function makeSessions({ storage, clock, time, passwords, signer, tokens, whoIs, guesses, secondFactors }: SessionsParts): Sessions {
  const now = () => clock.now().getTime();
  // Everything that ends by itself ends by this one; the other is for the record.
  const life = () => time.lifeMs();
  // Guesses at one account are judged one after the other, or a hundred at once would all count as the first.
  const lanes = makeLanes();
  const LANE_LENGTH = 20;

  async function signIn(user: WhoIs, session: Session, refreshToken: string, onlyFor?: 'clock'): Promise<SignIn> {
    const only = onlyFor ? { onlyFor } : {};
    const expiresInMs = onlyFor ? CONFIRMING_LIFE_MS : ACCESS_LIFE_MS;
    const accessToken = await signer.sign(
      { userId: user.user.id, sessionId: session.id, hospitalId: user.user.hospitalId, ...only },
      life(),
      life() + expiresInMs,
    );
    return { accessToken, refreshToken, expiresInMs, user, ...only };
  }

  async function open(stores: Stores, user: User) {
    const at = now();
    const session: Session = {
      id: newId(at),
      hospitalId: user.hospitalId,
      userId: user.id,
      createdAt: at,
      expiresAt: life() + SESSION_LIFE_MS,
      revokedAt: null,
    };
    const refreshToken = tokens.random('bsr_');
    await stores.access.insertSession(session);
    await stores.access.insertRefreshToken(newRefreshToken(tokens.hash(refreshToken), session.id));
    return { session, refreshToken };
  }

  const newRefreshToken = (tokenHash: string, sessionId: string): RefreshToken => ({
    tokenHash,
    sessionId,
    createdAt: now(),
    expiresAt: life() + REFRESH_LIFE_MS,
    usedAt: null,
    successorHash: null,
  });

  const wrong = () => new AppError('unauthenticated', 'This sign-in name and password do not belong together.');
  const wrongCode = () => new AppError('unauthenticated', 'This code is not right, or it was used before. Take the newest one.');

  /** The second step of signing in, for whom the first one went right. False for a wrong code. */
  async function passSecondStep({ user }: UserSecret, { code, requestId, signal }: LoginRequest): Promise<boolean> {
    if (!(await storage.read(user.hospitalId, (stores) => secondFactors.isAsked(stores, user.id)))) return true;
    if (code === undefined)
      throw new AppError('unauthenticated', 'Now give the code from your second device, or one of your recovery codes.', {
        reason: 'SECOND_FACTOR_REQUIRED',
      });
    const caller = { userId: user.id, hospitalId: user.hospitalId, role: user.role, via: 'http', requestId, signal } as const;
    return storage.transact(user.hospitalId, (stores) => secondFactors.take(stores, caller, user.id, code));
  }

  return {
    signIn,
    open,

    async login(request) {
      const { login, password, address, deviceId, requestId, signal } = request;
      const keys = loginKeys(login);
      const device = deviceId && tokens.hash(deviceId);
      const found = await storage.read(PLATFORM, async (stores) => {
        for (const key of keys) {
          const owner = await stores.access.login(key);
          if (owner) return { ...owner, key, known: device ? await stores.access.isKnownDevice(device, owner.userId) : false };
        }
        return undefined;
      });
      const key = found?.key ?? keys[0] ?? 'username:';
      // A device that was here before counts its own mistakes, so that a stranger's guesses do not shut its owner out.
      const account = found?.known ? `device:${device}:${found.userId}` : `account:${tokens.hash(key)}`;
      const where = `address:${tokens.hash(address)}`;

      if (lanes.length(account) >= LANE_LENGTH) throw mustWait(1_000);
      const usable = await lanes.run(account, async () => {
        const left = await storage.read(PLATFORM, async (stores) => {
          const own = waitLeftMs(await stores.access.loginWait(account), life());
          return found?.known ? own : Math.max(own, waitLeftMs(await stores.access.loginWait(where), life()));
        });
        if (left > 0) throw mustWait(left);
        const secret = found && (await storage.read(found.hospitalId, (stores) => stores.access.userSecret(found.userId)));
        const candidate =
          secret?.user.active && (secret.passwordExpiresAt === null || secret.passwordExpiresAt > life()) ? secret : undefined;
        const right = await passwords.verify(candidate?.passwordHash ?? null, password);
        if (candidate && right && (await passSecondStep(candidate, request))) return candidate;
        await storage.transact(PLATFORM, async (stores) => {
          const before = await stores.access.loginWait(account);
          await stores.access.putLoginWait(account, afterWrongGuess(before, 'account', life()));
          // The address answers for how many accounts it tried, so each account counts once.
          if (!before) await stores.access.putLoginWait(where, afterWrongGuess(await stores.access.loginWait(where), 'address', life()));
        });
        throw candidate && right ? wrongCode() : wrong();
      });

      // Only somebody whose password was right learns that it is the clock, and whoever may set it right comes in for that.
      const doubt = await time.doubt();
      const onlyFor = doubt && hasGrant(usable.user.role, 'clock.confirm') ? 'clock' : undefined;
      if (doubt && !onlyFor) throw doubt;
      const newDevice = found?.known && deviceId ? deviceId : tokens.random('bsd_');
      const { user } = usable;
      const opened = await storage.transact(user.hospitalId, async (stores) => {
        await stores.access.deleteLoginWait(account);
        await stores.access.putKnownDevice(tokens.hash(newDevice), user.id, now());
        const result = await open(stores, user);
        const caller = { userId: user.id, hospitalId: user.hospitalId, role: user.role, via: 'http', requestId, signal } as const;
        await appendAudit(stores, caller, now(), {
          eventType: 'session.opened',
          action: 'E',
          entityType: 'user',
          entityId: user.id,
          ...(onlyFor ? { payload: { new: { onlyFor } } } : {}),
        });
        return result;
      });
      const signed = await signIn(await whoIs(user), opened.session, opened.refreshToken, onlyFor);
      return { ...signed, deviceId: newDevice, ...(usable.passwordExpiresAt === null ? {} : { mustChangePassword: true }) };
    },

    async refresh(refreshToken, door) {
      await time.require();
      const hash = tokens.hash(refreshToken);
      const session = await storage.read(PLATFORM, async (stores) => {
        const token = await stores.access.refreshToken(hash);
        return token && stores.access.session(token.sessionId);
      });
      if (!session) throw new AppError('unauthenticated', 'Please sign in again.');
      const successor = tokens.successor(refreshToken);
      const outcome = await storage.transact(session.hospitalId, async (stores) => {
        const token = await stores.access.refreshToken(hash);
        const alive = await stores.access.session(session.id);
        const user = await stores.access.user(session.userId);
        if (!token || !alive || alive.revokedAt !== null || !user?.active) return 'dead' as const;
        if (token.usedAt === null) {
          if (!isOpen(token.expiresAt, life(), REFRESH_LIFE_MS) || !isOpen(alive.expiresAt, life(), SESSION_LIFE_MS))
            return 'dead' as const;
          await stores.access.useRefreshToken(hash, life(), tokens.hash(successor));
          await stores.access.insertRefreshToken(newRefreshToken(tokens.hash(successor), session.id));
          return user;
        }
        const heir = token.successorHash === null ? undefined : await stores.access.refreshToken(token.successorHash);
        if (life() - token.usedAt <= GRACE_MS && heir && heir.usedAt === null) return user;
        await stores.access.revokeSession(session.id, now());
        const caller: Caller = { ...door, userId: user.id, hospitalId: user.hospitalId, role: user.role, via: 'http' };
        await appendAudit(stores, caller, now(), {
          eventType: 'session.revoked',
          action: 'E',
          entityType: 'user',
          entityId: user.id,
          payload: { new: { cause: 'refresh_token_reused' } },
        });
        return 'reused' as const;
      });
      if (outcome === 'reused')
        throw new AppError('unauthenticated', 'This sign-in was used from two places, so it was ended for safety. Please sign in again.', {
          reason: 'TOKEN_REUSED',
        });
      if (outcome === 'dead') throw new AppError('unauthenticated', 'Please sign in again.');
      return signIn(await whoIs(outcome), session, successor);
    },

    async logout(caller, refreshToken) {
      authorize(caller, 'self.change');
      const hash = refreshToken && tokens.hash(refreshToken);
      await storage.transact(homeOf(caller), async (stores) => {
        if (caller.sessionId) await stores.access.revokeSession(caller.sessionId, now());
        const token = hash ? await stores.access.refreshToken(hash) : undefined;
        const other = token && (await stores.access.session(token.sessionId));
        if (other && other.userId === caller.userId) await stores.access.revokeSession(other.id, now());
        await appendAudit(stores, caller, now(), { eventType: 'session.closed', action: 'E', entityType: 'user', entityId: caller.userId });
      });
    },

    async changePassword(caller, current, next) {
      authorize(caller, 'self.change');
      const right = await guesses.judged(`password:${caller.userId}`, async () => {
        const secret = await storage.read(homeOf(caller), (stores) => stores.access.userSecret(caller.userId));
        return secret !== undefined && (await passwords.verify(secret.passwordHash, current));
      });
      if (!right)
        throw new AppError('invalid', 'The current password is not right.', {
          fields: [{ path: 'current_password', message: 'This is not your current password.' }],
        });
      const hash = await passwords.hash(next);
      await storage.transact(homeOf(caller), async (stores) => {
        await stores.access.setPassword(caller.userId, hash, null);
        await stores.access.revokeSessionsOf(caller.userId, now());
        await appendAudit(stores, caller, now(), {
          eventType: 'password.changed',
          action: 'U',
          entityType: 'user',
          entityId: caller.userId,
        });
      });
    },

    async unlock(caller, userId) {
      authorize(caller, 'users.write');
      await storage.transact(caller.hospitalId, async (stores) => {
        const user = await stores.access.user(userId);
        if (!user) throw notFound();
        for (const kind of ['email', 'username', 'phone'] as const) {
          const login = user[kind];
          if (login) await stores.access.deleteLoginWait(`account:${tokens.hash(loginKey(kind, login))}`);
        }
        await stores.access.deleteLoginWaitsOf(userId);
        await appendAudit(stores, caller, now(), { eventType: 'user.unlocked', action: 'U', entityType: 'user', entityId: userId });
      });
    },

    async isAlive(sessionId) {
      const session = await storage.read(PLATFORM, (stores) => stores.access.session(sessionId));
      return session !== undefined && session.revokedAt === null && isOpen(session.expiresAt, life(), SESSION_LIFE_MS);
    },
  };
}
