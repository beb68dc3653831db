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
    async forget(what) {
      // Housekeeping by age alone, or of an id that is erased: it reads nothing of anybody.
      const results = acrossHospitals(db).deleteFrom('onceResults');
      await ('naming' in what
        ? results.where('result', 'like', `%"${what.naming}"%`)
        : results.where('createdAt', '<', what.beforeMs)
      ).execute();
    },
  };
}
