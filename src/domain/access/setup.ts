import type { Clock } from '../../shared/clock.ts';
import { AppError } from '../../shared/errors.ts';
import { newId } from '../../shared/ids.ts';
import { appendAudit } from '../audit/audit-log.ts';
import type { Storage, Stores } from '../storage.ts';
import { type Caller, PLATFORM } from './caller.ts';
import { type Hospital, withSettings } from './hospital.ts';
import type { PasswordHasher, TokenMaker } from './secrets.ts';
import type { Sessions, SignIn } from './sessions.ts';
import type { TrustedTime } from './trusted-time.ts';
import { insertUser, newUser } from './users.ts';
import { readWhoIs } from './who-is.ts';

/** The first minutes of a box: an empty one is set up by whoever holds the link that `serve` prints, once. */
export interface Setup {
  isNeeded(): Promise<boolean>;
  /** A new one-time token for the link; the one before is void. Undefined when the box is set up. */
  invite(): Promise<string | undefined>;
  carryOut(token: string, input: SetupInput, door: { requestId: string; signal: AbortSignal }): Promise<SignIn>;
  /** The first admin from the environment, when nobody can sign in yet. True when one was made. */
  seedAdmin(email: string, password: string): Promise<boolean>;
}

export interface SetupInput {
  readonly email: string;
  readonly password: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly hospitalName: string;
  readonly language: string;
  readonly timeZone: string;
  readonly emergencyNumber: string;
}

const INVITATION = 'setup_invitation';
/** A setting of the platform: when somebody said that they keep the recovery sheet, in ISO 8601. */
export const KEY_SHEET_CONFIRMED = 'key_sheet_confirmed';

export interface SetupParts {
  readonly storage: Storage;
  readonly clock: Clock;
  readonly time: Pick<TrustedTime, 'require'>;
  readonly passwords: PasswordHasher;
  readonly tokens: TokenMaker;
  readonly sessions: Sessions;
}

export function makeSetup({ storage, clock, time, passwords, tokens, sessions }: SetupParts): Setup {
  const now = () => clock.now().getTime();
  const isNeeded = () => storage.read(PLATFORM, (stores) => stores.access.isEmpty());
  const box = (requestId: string, signal: AbortSignal): Caller => ({
    userId: 'setup',
    hospitalId: PLATFORM,
    role: 'platform_admin',
    via: 'cli',
    requestId,
    signal,
  });
  const already = () => new AppError('conflict', 'This box has been set up already. Please sign in.', { reason: 'CONFLICT' });

  return {
    isNeeded,

    async invite() {
      const token = tokens.random('');
      return storage.transact(PLATFORM, async (stores) => {
        if (!(await stores.access.isEmpty())) return undefined;
        await stores.access.putSetting(INVITATION, tokens.hash(token));
        return token;
      });
    },

    async carryOut(token, input, { requestId, signal }) {
      if (!(await isNeeded())) throw already();
      await time.require();
      const hash = await passwords.hash(input.password);
      const at = now();
      const hospital: Hospital = {
        id: newId(at),
        name: input.hospitalName,
        email: null,
        adminContact: null,
        settings: withSettings({
          timeZone: input.timeZone,
          defaultLanguage: input.language,
          languages: [...new Set([input.language, 'en', 'hi'])],
          emergencyNumbers: { general: input.emergencyNumber },
        }),
        createdAt: at,
        updatedAt: at,
      };
      const user = newUser({ ...input, role: 'platform_admin' }, PLATFORM, at);
      const opened = await storage.transact(PLATFORM, async (stores: Stores) => {
        if (!(await stores.access.isEmpty())) throw already();
        if ((await stores.access.setting(INVITATION)) !== tokens.hash(token))
          throw new AppError('forbidden', 'This set-up link is not valid. Use the newest one that the box printed when it started.');
        await stores.access.insertHospital(hospital);
        await insertUser(stores, box(requestId, signal), user, hash, at);
        await appendAudit(stores, box(requestId, signal), at, {
          eventType: 'hospital.created',
          action: 'C',
          entityType: 'hospital',
          entityId: hospital.id,
        });
        await stores.access.putSetting(INVITATION, '');
        return { ...(await sessions.open(stores, user)), who: await readWhoIs(stores, user) };
      });
      return sessions.signIn(opened.who, opened.session, opened.refreshToken);
    },

    async seedAdmin(email, password) {
      if (!(await isNeeded())) return false;
      const hash = await passwords.hash(password);
      const user = newUser({ role: 'platform_admin', email, firstName: 'First', lastName: 'Administrator' }, PLATFORM, now());
      return storage.transact(PLATFORM, async (stores) => {
        if (!(await stores.access.isEmpty())) return false;
        await insertUser(stores, box('start', new AbortController().signal), user, hash, now());
        return true;
      });
    },
  };
}
