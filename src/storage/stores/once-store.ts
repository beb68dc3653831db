import type { Kysely } from 'kysely';
import type { OnceStore } from '../../domain/access/once-store.ts';
import type { Tables } from '../schema.ts';
import { acrossHospitals } from '../tenancy.ts';

export function makeOnceStore(db: Kysely<Tables>): OnceStore {
  return {
    find: (userId, key) =>
      db.selectFrom('onceResults').select(['fingerprint', 'result']).where('userId', '=', userId).where('key', '=', key).executeTakeFirst(),
    async put(userId, key, fingerprint, result, createdAt) {
      await db.insertInto('onceResults').values({ userId, key, fingerprint, result, createdAt }).execute();
    },
    async forget(beforeMs) {
      // Housekeeping by age alone: it reads nothing of anybody.
      await acrossHospitals(db).deleteFrom('onceResults').where('createdAt', '<', beforeMs).execute();
    },
  };
}
