import type { Kysely } from 'kysely';
import type { AccessStore, ApiKey } from '../../domain/access/access-store.ts';
import type { Role } from '../../domain/access/caller.ts';
import { type Hospital, withSettings } from '../../domain/access/hospital.ts';
import type { User } from '../../domain/access/user.ts';
import type { PageRequest } from '../../shared/page.ts';
import type { Prepared } from '../prepared.ts';
import { type Tables, tenancy } from '../schema.ts';
import { acrossHospitals } from '../tenancy.ts';

export function makeAccessStore(db: Kysely<Tables>, hospitalId: string, prepared: Prepared): AccessStore {
  const users = () => db.selectFrom('users').selectAll().where('hospitalId', '=', hospitalId);
  const apiKeys = () => db.selectFrom('apiKeys').selectAll().where('hospitalId', '=', hospitalId);

  return {
    hospitalId,

    async setting(key) {
      return (await db.selectFrom('platformSettings').select('value').where('key', '=', key).executeTakeFirst())?.value;
    },
    async putSetting(key, value) {
      await db
        .insertInto('platformSettings')
        .values({ key, value })
        .onConflict((conflict) => conflict.column('key').doUpdateSet({ value }))
        .execute();
    },
    async hospitals({ after, limit }: PageRequest) {
      const query = db.selectFrom('hospitals').selectAll().orderBy('id').limit(limit);
      return (await (after === undefined ? query : query.where('id', '>', after)).execute()).map(toHospital);
    },
    async hospital(id) {
      const [row] = await prepared.rows('hospital', { id }, (of) => db.selectFrom('hospitals').selectAll().where('id', '=', of.id));
      return row && toHospital(row);
    },
    async hospitalNamed(name) {
      const row = await db.selectFrom('hospitals').selectAll().where('name', '=', name).executeTakeFirst();
      return row && toHospital(row);
    },
    async insertHospital(hospital) {
      await db.insertInto('hospitals').values(fromHospital(hospital)).execute();
    },
    async updateHospital(hospital) {
      await db.updateTable('hospitals').set(fromHospital(hospital)).where('id', '=', hospital.id).execute();
    },
    async eraseHospital() {
      for (const { id } of await db.selectFrom('users').select('id').where('hospitalId', '=', hospitalId).execute()) {
        await db.deleteFrom('onceResults').where('userId', '=', id).execute();
        await db.deleteFrom('loginWaits').where('subject', 'like', `%:${id}`).execute();
        // A device is known by a secret of its own; here its owner is gone.
        await acrossHospitals(db).deleteFrom('knownDevices').where('userId', '=', id).execute();
      }
      // Tokens go with their sessions. A table that comes later is erased as well, because it says whose its rows are.
      const owned = Object.keys(tenancy).filter((name) => tenancy[name] === 'hospital') as ['users'];
      for (const table of [...owned, 'sessions', 'api_keys', 'logins'] as const)
        await db
          .deleteFrom(inCamels(table) as 'users')
          .where('hospitalId', '=', hospitalId)
          .execute();
      await db.deleteFrom('hospitals').where('id', '=', hospitalId).execute();
    },
    async isEmpty() {
      return (await db.selectFrom('logins').select('login').limit(1).executeTakeFirst()) === undefined;
    },
    login: (key) => db.selectFrom('logins').select(['userId', 'hospitalId']).where('login', '=', key).executeTakeFirst(),
    async insertLogin(key, userId) {
      await db.insertInto('logins').values({ login: key, userId, hospitalId }).execute();
    },
    async deleteLogins(userId) {
      await db.deleteFrom('logins').where('userId', '=', userId).execute();
    },
    loginWait: (subject) =>
      db.selectFrom('loginWaits').select(['failures', 'lastFailedAt', 'waitUntil']).where('subject', '=', subject).executeTakeFirst(),
    async putLoginWait(subject, wait) {
      await db
        .insertInto('loginWaits')
        .values({ subject, ...wait })
        .onConflict((conflict) => conflict.column('subject').doUpdateSet({ ...wait }))
        .execute();
    },
    async deleteLoginWait(subject) {
      await db.deleteFrom('loginWaits').where('subject', '=', subject).execute();
    },
    async deleteLoginWaitsOf(userId) {
      await db.deleteFrom('loginWaits').where('subject', 'like', `%:${userId}`).execute();
    },
    async isKnownDevice(deviceHash, userId) {
      const row = await db
        .selectFrom('knownDevices')
        .select('seenAt')
        .where('deviceHash', '=', deviceHash)
        .where('userId', '=', userId)
        .executeTakeFirst();
      return row !== undefined;
    },
    async putKnownDevice(deviceHash, userId, seenAt) {
      await db
        .insertInto('knownDevices')
        .values({ deviceHash, userId, seenAt })
        .onConflict((conflict) => conflict.columns(['deviceHash', 'userId']).doUpdateSet({ seenAt }))
        .execute();
    },

    async users({ after, limit }) {
      const query = users().where('active', '=', 1).orderBy('id').limit(limit);
      return (await (after === undefined ? query : query.where('id', '>', after)).execute()).map(toUser);
    },
    async user(id) {
      const [row] = await prepared.rows('user', { hospitalId, id }, (of) =>
        db.selectFrom('users').selectAll().where('hospitalId', '=', of.hospitalId).where('id', '=', of.id),
      );
      return row && toUser(row);
    },
    async userSecret(id) {
      const row = await users().where('id', '=', id).executeTakeFirst();
      return row && { user: toUser(row), passwordHash: row.passwordHash, passwordExpiresAt: row.passwordExpiresAt };
    },
    async insertUser(user, passwordHash) {
      await db
        .insertInto('users')
        .values({ ...user, active: user.active ? 1 : 0, passwordHash, passwordExpiresAt: null })
        .execute();
    },
    async updateUser(user) {
      await db
        .updateTable('users')
        .set({ ...user, active: user.active ? 1 : 0 })
        .where('hospitalId', '=', hospitalId)
        .where('id', '=', user.id)
        .execute();
    },
    async eraseUser(userId, at) {
      const nothing = { email: null, username: null, phone: null, gender: null, dob: null, address: null, passwordHash: null };
      await db
        .updateTable('users')
        .set({ ...nothing, firstName: '', lastName: '', active: 0, updatedAt: at })
        .where('hospitalId', '=', hospitalId)
        .where('id', '=', userId)
        .execute();
    },
    async setPassword(userId, passwordHash, passwordExpiresAt) {
      await db
        .updateTable('users')
        .set({ passwordHash, passwordExpiresAt })
        .where('hospitalId', '=', hospitalId)
        .where('id', '=', userId)
        .execute();
    },

    async session(id) {
      const [row] = await prepared.rows('session', { id }, (of) => db.selectFrom('sessions').selectAll().where('id', '=', of.id));
      return row;
    },
    async insertSession(session) {
      await db.insertInto('sessions').values(session).execute();
    },
    async revokeSession(id, at) {
      await db.updateTable('sessions').set({ revokedAt: at }).where('id', '=', id).where('revokedAt', 'is', null).execute();
    },
    async revokeSessionsOf(userId, at, except = '') {
      const rows = await db
        .updateTable('sessions')
        .set({ revokedAt: at })
        .where('hospitalId', '=', hospitalId)
        .where('userId', '=', userId)
        .where('revokedAt', 'is', null)
        .where('id', '!=', except)
        .returning('id')
        .execute();
      return rows.map((row) => row.id);
    },
    refreshToken: (tokenHash) => db.selectFrom('refreshTokens').selectAll().where('tokenHash', '=', tokenHash).executeTakeFirst(),
    async insertRefreshToken(token) {
      await db.insertInto('refreshTokens').values(token).execute();
    },
    async useRefreshToken(tokenHash, usedAt, successorHash) {
      await db.updateTable('refreshTokens').set({ usedAt, successorHash }).where('tokenHash', '=', tokenHash).execute();
    },

    async apiKeys({ after, limit }) {
      const query = apiKeys().where('revokedAt', 'is', null).orderBy('id').limit(limit);
      return (await (after === undefined ? query : query.where('id', '>', after)).execute()).map(toApiKey);
    },
    async apiKey(id) {
      const row = await apiKeys().where('id', '=', id).executeTakeFirst();
      return row && toApiKey(row);
    },
    async apiKeyByHash(keyHash) {
      const row = await db.selectFrom('apiKeys').selectAll().where('keyHash', '=', keyHash).executeTakeFirst();
      return row && toApiKey(row);
    },
    async insertApiKey(key) {
      await db
        .insertInto('apiKeys')
        .values({ ...key, scopes: JSON.stringify(key.scopes) })
        .execute();
    },
    async revokeApiKey(id, at) {
      await db.updateTable('apiKeys').set({ revokedAt: at }).where('hospitalId', '=', hospitalId).where('id', '=', id).execute();
    },

    hospitalRoles: () =>
      db
        .selectFrom('hospitalRoles')
        .select(['id', 'roleName', 'parentId', 'createdAt'])
        .where('hospitalId', '=', hospitalId)
        .orderBy('id')
        .execute(),
    async insertHospitalRole(role) {
      await db
        .insertInto('hospitalRoles')
        .values({ ...role, hospitalId })
        .execute();
    },
    async updateHospitalRole({ id, roleName, parentId }) {
      await db.updateTable('hospitalRoles').set({ roleName, parentId }).where('hospitalId', '=', hospitalId).where('id', '=', id).execute();
    },
    async deleteHospitalRole(id) {
      await db.deleteFrom('hospitalRoles').where('hospitalId', '=', hospitalId).where('id', '=', id).execute();
    },
    hospitalRoleHolders: () =>
      db
        .selectFrom('userHospitalRoles')
        .innerJoin('users', (join) =>
          join.onRef('users.hospitalId', '=', 'userHospitalRoles.hospitalId').onRef('users.id', '=', 'userHospitalRoles.userId'),
        )
        .select(['userHospitalRoles.roleId', 'users.id as userId', 'users.firstName', 'users.lastName'])
        .where('userHospitalRoles.hospitalId', '=', hospitalId)
        .execute(),
    async setHospitalRoles(userId, roleIds) {
      await db.deleteFrom('userHospitalRoles').where('hospitalId', '=', hospitalId).where('userId', '=', userId).execute();
      if (roleIds.length === 0) return;
      await db
        .insertInto('userHospitalRoles')
        .values(roleIds.map((roleId) => ({ hospitalId, userId, roleId })))
        .execute();
    },
  };
}

const inCamels = (name: string) => name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());

function toHospital({ settings, ...row }: Tables['hospitals']): Hospital {
  // A row that is older than a setting has its default.
  return { ...row, settings: withSettings(JSON.parse(settings)) };
}
function fromHospital({ settings, ...hospital }: Hospital): Tables['hospitals'] {
  return { ...hospital, settings: JSON.stringify(settings) };
}
function toUser({ passwordHash: _, passwordExpiresAt: __, ...row }: Tables['users']): User {
  return { ...row, role: row.role as Role, active: row.active === 1 };
}
function toApiKey(row: Tables['apiKeys']): ApiKey {
  return { ...row, scopes: JSON.parse(row.scopes) };
}
