import type { Kysely } from 'kysely';
import type { SecondFactorStore } from '../../domain/access/second-factor-store.ts';
import type { Tables } from '../schema.ts';

export function makeSecondFactorStore(db: Kysely<Tables>, hospitalId: string): SecondFactorStore {
  const codes = (userId: string) =>
    db.selectFrom('recoveryCodes').select('codeHash').where('hospitalId', '=', hospitalId).where('userId', '=', userId);
  return {
    find: (userId) =>
      db
        .selectFrom('secondFactors')
        .select(['userId', 'sealedSecret', 'beganAt', 'confirmedAt', 'lastStep'])
        .where('hospitalId', '=', hospitalId)
        .where('userId', '=', userId)
        .executeTakeFirst(),
    async put({ userId, ...factor }) {
      await db
        .insertInto('secondFactors')
        .values({ hospitalId, userId, ...factor })
        .onConflict((conflict) => conflict.columns(['hospitalId', 'userId']).doUpdateSet(factor))
        .execute();
    },
    async remove(userId) {
      await db.deleteFrom('recoveryCodes').where('hospitalId', '=', hospitalId).where('userId', '=', userId).execute();
      await db.deleteFrom('secondFactors').where('hospitalId', '=', hospitalId).where('userId', '=', userId).execute();
    },
    async putRecoveryCodes(userId, hashes) {
      await db.deleteFrom('recoveryCodes').where('hospitalId', '=', hospitalId).where('userId', '=', userId).execute();
      await db
        .insertInto('recoveryCodes')
        .values(hashes.map((codeHash) => ({ hospitalId, userId, codeHash })))
        .execute();
    },
    async takeRecoveryCode(userId, hash) {
      if (!(await codes(userId).where('codeHash', '=', hash).executeTakeFirst())) return false;
      await db
        .deleteFrom('recoveryCodes')
        .where('hospitalId', '=', hospitalId)
        .where('userId', '=', userId)
        .where('codeHash', '=', hash)
        .execute();
      return true;
    },
    recoveryCodesLeft: async (userId) => (await codes(userId).execute()).length,
  };
}
