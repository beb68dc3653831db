import { randomBytes } from 'node:crypto';
import type { Clock } from '../../shared/clock.ts';
import { AppError } from '../../shared/errors.ts';
import { appendAudit } from '../audit/audit-log.ts';
import type { Storage, Stores } from '../storage.ts';
import { type Caller, homeOf } from './caller.ts';
import type { Guesses } from './guesses.ts';
import { authorize, notFound } from './policies.ts';
import type { PasswordHasher, SecretSealer, TokenMaker } from './secrets.ts';
import { base32, matchingStep, otpauthUri } from './totp.ts';
import { isOpen, type TrustedTime } from './trusted-time.ts';
import { readWhoIs } from './who-is.ts';

/**
 * A code from a device in somebody's pocket, beside their password. Whoever switched it on needs it at every sign-in; it works with
 * no network at all. A code is good once, and ten recovery codes stand in for a phone that is lost.
 */
export interface SecondFactors {
  /** A new secret, in force only when `confirm` has seen a code made with it. Asks for the password, since the desk may be shared. */
  begin(caller: Caller, currentPassword: string): Promise<{ secret: string; uri: string; expiresInMs: number }>;
  /** Switches it on; the other sign-ins of the user end, and the recovery codes are told this once. */
  confirm(caller: Caller, code: string): Promise<{ recoveryCodes: readonly string[] }>;
  /** Switches it off, with one more code or a recovery code. */
  disable(caller: Caller, code: string): Promise<void>;
  /** Takes it from somebody who lost both phone and recovery codes. For the operator at the box. */
  remove(caller: Caller, userId: string): Promise<void>;
  /** Does this user need a code to sign in? */
  isAsked(stores: Stores, userId: string): Promise<boolean>;
  /** Takes a code or a recovery code, which is used up with it. False where it is neither. */
  take(stores: Stores, caller: Caller, userId: string, code: string): Promise<boolean>;
}

const PENDING_MS = 15 * 60_000;
const RECOVERY_CODES = 10;
const SECRET_BYTES = 20;

export interface SecondFactorsParts {
  readonly storage: Storage;
  /** Codes go by the clock on the wall, as those of a phone do. */
  readonly clock: Clock;
  readonly time: Pick<TrustedTime, 'lifeMs'>;
  readonly passwords: PasswordHasher;
  readonly tokens: TokenMaker;
  readonly sealer: SecretSealer;
  readonly guesses: Guesses;
}

export function makeSecondFactors({ storage, clock, time, passwords, tokens, sealer, guesses }: SecondFactorsParts): SecondFactors {
  const now = () => clock.now().getTime();
  const owner = (userId: string) => `second factor of ${userId}`;
  const wrongCode = () =>
    new AppError('invalid', 'This code is not right, or it was used before. Take the newest one.', {
      fields: [{ path: 'code', message: 'This code is not right, or it was used before. Take the newest one.' }],
    });

  async function take(stores: Stores, caller: Caller, userId: string, code: string): Promise<boolean> {
    const factor = await stores.secondFactors.find(userId);
    if (!factor || factor.confirmedAt === null) return false;
    const step = matchingStep(sealer.open(factor.sealedSecret, owner(userId)), code, now(), factor.lastStep);
    if (step !== undefined) {
      await stores.secondFactors.put({ ...factor, lastStep: step });
      return true;
    }
    if (!(await stores.secondFactors.takeRecoveryCode(userId, tokens.hash(plain(code))))) return false;
    const left = await stores.secondFactors.recoveryCodesLeft(userId);
    await appendAudit(stores, caller, now(), {
      eventType: 'recovery_code.used',
      action: 'E',
      entityType: 'user',
      entityId: userId,
      payload: { new: { left } },
    });
    return true;
  }

  return {
    take,

    async isAsked(stores, userId) {
      const factor = await stores.secondFactors.find(userId);
      return factor !== undefined && factor.confirmedAt !== null;
    },

    async begin(caller, currentPassword) {
      authorize(caller, 'self.change');
      const right = await guesses.judged(`password:${caller.userId}`, async () => {
        const known = await storage.read(homeOf(caller), (stores) => stores.access.userSecret(caller.userId));
        return passwords.verify(known?.passwordHash ?? null, currentPassword);
      });
      if (!right)
        throw new AppError('invalid', 'The current password is not right.', {
          fields: [{ path: 'current_password', message: 'This is not your current password.' }],
        });
      const secret = randomBytes(SECRET_BYTES);
      const who = await storage.transact(homeOf(caller), async (stores) => {
        const user = await stores.access.user(caller.userId);
        if (!user) throw notFound();
        const before = await stores.secondFactors.find(user.id);
        if (before && before.confirmedAt !== null)
          throw new AppError('conflict', 'Your second factor is switched on already. Switch it off before you set up another device.', {
            reason: 'CONFLICT',
          });
        const sealedSecret = sealer.seal(secret, owner(user.id));
        await stores.secondFactors.put({ userId: user.id, sealedSecret, beganAt: time.lifeMs(), confirmedAt: null, lastStep: 0 });
        await appendAudit(stores, caller, now(), {
          eventType: 'second_factor.begun',
          action: 'C',
          entityType: 'user',
          entityId: user.id,
        });
        return readWhoIs(stores, user);
      });
      const account = who.user.email ?? who.user.username ?? who.user.phone ?? who.user.id;
      return { secret: base32(secret), uri: otpauthUri(secret, who.hospitalName ?? 'Bedside', account), expiresInMs: PENDING_MS };
    },

    async confirm(caller, code) {
      authorize(caller, 'self.change');
      const recoveryCodes = Array.from({ length: RECOVERY_CODES }, newRecoveryCode);
      const right = await guesses.judged(`code:${caller.userId}`, () =>
        storage.transact(homeOf(caller), async (stores) => {
          const pending = await stores.secondFactors.find(caller.userId);
          if (!pending || pending.confirmedAt !== null || !isOpen(pending.beganAt + PENDING_MS, time.lifeMs(), PENDING_MS))
            throw new AppError('conflict', 'There is nothing to confirm, or it took too long. Begin again.', { reason: 'CONFLICT' });
          const step = matchingStep(sealer.open(pending.sealedSecret, owner(caller.userId)), code, now(), 0);
          if (step === undefined) return false;
          await stores.secondFactors.put({ ...pending, confirmedAt: now(), lastStep: step });
          await stores.secondFactors.putRecoveryCodes(
            caller.userId,
            recoveryCodes.map((one) => tokens.hash(plain(one))),
          );
          // What was opened with the password alone ends, but for the place where it was switched on.
          await stores.access.revokeSessionsOf(caller.userId, now(), caller.sessionId);
          await appendAudit(stores, caller, now(), {
            eventType: 'second_factor.switched_on',
            action: 'U',
            entityType: 'user',
            entityId: caller.userId,
          });
          return true;
        }),
      );
      if (!right) throw wrongCode();
      return { recoveryCodes };
    },

    async disable(caller, code) {
      authorize(caller, 'self.change');
      const right = await guesses.judged(`code:${caller.userId}`, () =>
        storage.transact(homeOf(caller), async (stores) => {
          const factor = await stores.secondFactors.find(caller.userId);
          if (!factor || factor.confirmedAt === null)
            throw new AppError('conflict', 'Your second factor is not switched on.', { reason: 'CONFLICT' });
          if (!(await take(stores, caller, caller.userId, code))) return false;
          await stores.secondFactors.remove(caller.userId);
          await appendAudit(stores, caller, now(), {
            eventType: 'second_factor.switched_off',
            action: 'U',
            entityType: 'user',
            entityId: caller.userId,
          });
          return true;
        }),
      );
      if (!right) throw wrongCode();
    },

    async remove(caller, userId) {
      authorize(caller, 'users.write');
      await storage.transact(caller.hospitalId, async (stores) => {
        if (!(await stores.access.user(userId))) throw notFound();
        if (!(await stores.secondFactors.find(userId))) return;
        await stores.secondFactors.remove(userId);
        await appendAudit(stores, caller, now(), { eventType: 'second_factor.removed', action: 'U', entityType: 'user', entityId: userId });
      });
    },
  };
}

/** Eighty bits in four groups, in letters and digits that a person can read off paper. */
function newRecoveryCode(): string {
  return (base32(randomBytes(10)).match(/.{4}/g) ?? []).join('-');
}

/** As it was typed: in small letters, with spaces, without the dashes. */
function plain(code: string): string {
  return code.toUpperCase().replace(/[^A-Z2-7]/g, '');
}
