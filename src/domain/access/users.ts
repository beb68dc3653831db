import type { Clock } from '../../shared/clock.ts';
import { AppError } from '../../shared/errors.ts';
import { newId } from '../../shared/ids.ts';
import { type Page, type PageRequest, pageOf } from '../../shared/page.ts';
import { appendAudit } from '../audit/audit-log.ts';
import type { Storage, Stores } from '../storage.ts';
import { type Caller, PLATFORM, type Role } from './caller.ts';
import { transactOnce } from './once.ts';
import { authorize, noSuch, notFound, requireHospital } from './policies.ts';
import type { PasswordHasher } from './secrets.ts';
import type { TrustedTime } from './trusted-time.ts';
import { type LoginKind, loginKey, type User } from './user.ts';

/** The people who can sign in: made, changed and removed by administrators, or signed up by themselves as patients. */
export interface Users {
  create(caller: Caller, input: UserInput): Promise<User>;
  /** A patient registers themselves, where the hospital allows it. */
  signUp(caller: Omit<Caller, 'userId' | 'hospitalId' | 'role'>, hospitalId: string, input: Omit<UserInput, 'role'>): Promise<User>;
  list(caller: Caller, page: PageRequest): Promise<Page<User>>;
  read(caller: Caller, id: string): Promise<User>;
  change(caller: Caller, id: string, change: UserChange): Promise<User>;
  remove(caller: Caller, id: string): Promise<void>;
  setHospitalRoles(caller: Caller, id: string, roleIds: readonly string[]): Promise<void>;
  /** Puts a one-time code in the password's place; resolves to when it ends. For the operator at the box. */
  resetPassword(caller: Caller, id: string, code: string, lifeMs: number): Promise<void>;
}

export interface UserInput {
  readonly role: Role;
  readonly email?: string | null | undefined;
  readonly username?: string | null | undefined;
  readonly phone?: string | null | undefined;
  readonly password?: string | undefined;
  readonly firstName: string;
  readonly lastName: string;
  readonly gender?: string | null | undefined;
  readonly dob?: string | null | undefined;
  readonly address?: string | null | undefined;
  readonly language?: string | null | undefined;
}
export type UserChange = { readonly [K in keyof UserInput]?: UserInput[K] | undefined };

const loginKinds: readonly LoginKind[] = ['email', 'username', 'phone'];

export interface UsersParts {
  readonly storage: Storage;
  readonly clock: Clock;
  readonly time: Pick<TrustedTime, 'lifeMs'>;
  readonly passwords: PasswordHasher;
}

export function makeUsers({ storage, clock, time, passwords }: UsersParts): Users {
  const now = () => clock.now().getTime();

  return {
    async create(caller, input) {
      authorize(caller, 'users.write');
      refuseRole(caller, input.role);
      if (input.role !== 'platform_admin') requireHospital(caller);
      // Platform admins belong to the box, whichever hospital the one who makes them was looking at.
      const scoped = input.role === 'platform_admin' ? { ...caller, hospitalId: PLATFORM } : caller;
      const hash = input.password === undefined ? null : await passwords.hash(input.password);
      return transactOnce(storage, scoped, scoped.hospitalId, now(), (stores) =>
        insertUser(stores, scoped, newUser(input, scoped.hospitalId, now()), hash, now()),
      );
    },

    async signUp(door, hospitalId, input) {
      const hospital = hospitalId === PLATFORM ? undefined : await storage.read(hospitalId, (stores) => stores.access.hospital(hospitalId));
      if (!hospital) throw noSuch('hospital_id');
      if (!hospital.settings.allowSignup)
        throw new AppError('forbidden', 'At this hospital patients cannot register by themselves. Please ask at the reception.');
      const hash = input.password === undefined ? null : await passwords.hash(input.password);
      const user = newUser({ ...input, role: 'patient' }, hospitalId, now());
      const caller: Caller = { ...door, userId: user.id, hospitalId, role: 'patient' };
      // Whoever asks again is as unknown as before: their key counts among those of all who were not signed in.
      const asker = { ...caller, userId: `anonymous at ${hospitalId}` };
      return transactOnce(storage, asker, hospitalId, now(), (stores) => insertUser(stores, caller, user, hash, now()));
    },

    async list(caller, page) {
      authorize(caller, 'users.read');
      const rows = await storage.read(caller.hospitalId, (stores) => stores.access.users({ ...page, limit: page.limit + 1 }));
      return pageOf(rows, page.limit, (user) => user.id);
    },

    async read(caller, id) {
      authorize(caller, 'users.read');
      const user = await storage.read(caller.hospitalId, (stores) => stores.access.user(id));
      if (!user) throw notFound();
      return user;
    },

    async change(caller, id, change) {
      authorize(caller, 'users.write');
      const hash = change.password === undefined ? undefined : await passwords.hash(change.password);
      return storage.transact(caller.hospitalId, async (stores) => {
        const before = await stores.access.user(id);
        if (!before?.active) throw notFound();
        if (change.role !== undefined && change.role !== before.role) {
          refuseRole(caller, change.role);
          // Such a user would be the box's by role and a hospital's by home, or the other way round.
          if (change.role === 'platform_admin' || before.role === 'platform_admin')
            throw new AppError('conflict', 'An administrator of the box belongs to no hospital. Make a new user for that.', {
              reason: 'CONFLICT',
              context: { field: 'role' },
            });
        }
        const { password: _, ...rest } = change;
        const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
        const after: User = { ...before, ...given, updatedAt: now() };
        if (loginKinds.some((kind) => after[kind] !== before[kind])) {
          await stores.access.deleteLogins(id);
          await takeLogins(stores, after);
        }
        await stores.access.updateUser(after);
        if (hash !== undefined) await stores.access.setPassword(id, hash, null);
        if (after.role === 'patient' && before.role !== 'patient') await openRecord(stores, after, now());
        // A new role or password holds at once: what was opened under the old one is shut.
        if (after.role !== before.role || hash !== undefined) await stores.access.revokeSessionsOf(id, now());
        await appendAudit(stores, caller, now(), {
          eventType: 'user.changed',
          action: 'U',
          entityType: 'user',
          entityId: id,
          payload: {
            old: changed(before, after),
            new: { ...changed(after, before), ...(hash === undefined ? {} : { passwordChanged: true }) },
          },
        });
        return after;
      });
    },

    async remove(caller, id) {
      authorize(caller, 'users.write');
      await storage.transact(caller.hospitalId, async (stores) => {
        const user = await stores.access.user(id);
        if (!user?.active) throw notFound();
        if (id === caller.userId)
          throw new AppError('conflict', 'You cannot remove yourself. Ask another administrator.', { reason: 'CONFLICT' });
        await stores.access.updateUser({ ...user, active: false, updatedAt: now() });
        await stores.access.deleteLogins(id);
        await stores.secondFactors.remove(id);
        await stores.access.setHospitalRoles(id, []);
        await stores.access.revokeSessionsOf(id, now());
        await appendAudit(stores, caller, now(), {
          eventType: 'user.removed',
          action: 'D',
          entityType: 'user',
          entityId: id,
          payload: { old: { role: user.role } },
        });
      });
    },

    async setHospitalRoles(caller, id, roleIds) {
      authorize(caller, 'hospital-roles.write');
      await storage.transact(caller.hospitalId, async (stores) => {
        if (!(await stores.access.user(id))?.active) throw notFound();
        const known = new Set((await stores.access.hospitalRoles()).map((role) => role.id));
        if (roleIds.some((roleId) => !known.has(roleId))) throw noSuch('hospital_role_ids');
        await stores.access.setHospitalRoles(id, [...new Set(roleIds)]);
        await appendAudit(stores, caller, now(), {
          eventType: 'user.job_titles_set',
          action: 'U',
          entityType: 'user',
          entityId: id,
          payload: { new: { roleIds } },
        });
      });
    },

    async resetPassword(caller, id, code, lifeMs) {
      authorize(caller, 'users.write');
      const hash = await passwords.hash(code);
      await storage.transact(caller.hospitalId, async (stores) => {
        if (!(await stores.access.user(id))) throw notFound();
        await stores.access.setPassword(id, hash, time.lifeMs() + lifeMs);
        await stores.access.revokeSessionsOf(id, now());
        await appendAudit(stores, caller, now(), { eventType: 'password.reset', action: 'U', entityType: 'user', entityId: id });
      });
    },
  };
}

/** Nobody makes or promotes someone to rights they do not hold themselves. */
function refuseRole(caller: Caller, role: Role): void {
  if (role === 'platform_admin' && caller.role !== 'platform_admin')
    throw new AppError('forbidden', 'Only an administrator of the box can make another one.');
}

export function newUser(input: UserInput, hospitalId: string, at: number): User {
  return {
    id: newId(at),
    hospitalId,
    role: input.role,
    email: input.email ?? null,
    username: input.username ?? null,
    phone: input.phone ?? null,
    firstName: input.firstName,
    lastName: input.lastName,
    gender: input.gender ?? null,
    dob: input.dob ?? null,
    address: input.address ?? null,
    language: input.language ?? null,
    active: true,
    createdAt: at,
    updatedAt: at,
  };
}

/** Inserts a user with their logins, and a patient's one record with them. */
export async function insertUser(stores: Stores, caller: Caller, user: User, passwordHash: string | null, at: number): Promise<User> {
  if (user.hospitalId !== PLATFORM && !(await stores.access.hospital(user.hospitalId))) throw noSuch('hospital_id');
  await takeLogins(stores, user);
  await stores.access.insertUser(user, passwordHash);
  if (user.role === 'patient') await openRecord(stores, user, at);
  await appendAudit(stores, caller, at, {
    eventType: 'user.created',
    action: 'C',
    entityType: 'user',
    entityId: user.id,
    payload: { new: { role: user.role } },
  });
  return user;
}

async function takeLogins(stores: Stores, user: User): Promise<void> {
  const keys = loginKinds.flatMap((kind) => (user[kind] ? [{ kind, key: loginKey(kind, user[kind]) }] : []));
  if (keys.length === 0)
    throw new AppError('invalid', 'Give an e-mail address, a username or a phone number to sign in with.', {
      fields: [{ path: 'email', message: 'One of e-mail, username and phone is needed.' }],
    });
  for (const { kind, key } of keys) {
    if (await stores.access.login(key))
      throw new AppError('conflict', 'Somebody else signs in with this {kind} already.', {
        reason: 'CONFLICT',
        values: { kind },
        context: { field: kind },
      });
    await stores.access.insertLogin(key, user.id);
  }
}

/** A patient's user has exactly one patient record. */
async function openRecord(stores: Stores, user: User, at: number): Promise<void> {
  if (await stores.patients.ofUser(user.id)) return;
  const id = newId(at);
  await stores.patients.insert({
    id,
    firstName: user.firstName,
    lastName: user.lastName,
    email: user.email,
    dob: user.dob,
    birthYear: user.dob ? Number(user.dob.slice(0, 4)) : null,
    gender: user.gender,
    language: user.language,
    address: user.address,
    guardianId: null,
    localNumber: null,
    abhaNumber: null,
    preferredDoctorId: null,
    allergies: null,
    medications: null,
    needs: null,
    notes: null,
    userId: user.id,
    phones: user.phone ? [{ number: user.phone, whose: null }] : [],
    createdAt: at,
    updatedAt: at,
  });
}

function changed(one: User, other: User): Record<string, unknown> {
  return Object.fromEntries(Object.entries(one).filter(([key, value]) => key !== 'updatedAt' && value !== other[key as keyof User]));
}
