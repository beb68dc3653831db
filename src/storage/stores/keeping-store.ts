import type { Kysely } from 'kysely';
import type { Deletion, KeepingStore } from '../../domain/patients/keeping-store.ts';
import type { Tables } from '../schema.ts';

export function makeKeepingStore(db: Kysely<Tables>, hospitalId: string): KeepingStore {
  const holds = () => db.selectFrom('legalHolds').selectAll().where('hospitalId', '=', hospitalId);
  return {
    async insertHold(hold) {
      await db
        .insertInto('legalHolds')
        .values({ ...hold, hospitalId })
        .execute();
    },
    async holdOn(patientId) {
      const row = await holds().where('patientId', '=', patientId).where('liftedAt', 'is', null).executeTakeFirst();
      if (!row) return undefined;
      const { hospitalId: _, ...hold } = row;
      return hold;
    },
    async liftHold(id, by, at) {
      await db
        .updateTable('legalHolds')
        .set({ liftedAt: at, liftedBy: by })
        .where('hospitalId', '=', hospitalId)
        .where('id', '=', id)
        .execute();
    },
    heldPatients: async () => (await holds().where('liftedAt', 'is', null).execute()).map(({ patientId }) => patientId),

    async insertDeletions(deletions) {
      if (deletions.length === 0) return;
      await db
        .insertInto('deletions')
        .values(deletions.map((deletion) => ({ ...deletion, hospitalId })))
        .execute();
    },
    async deletionsOf(patientId) {
      const rows = await db
        .selectFrom('deletions')
        .selectAll()
        .where('hospitalId', '=', hospitalId)
        .where('patientId', '=', patientId)
        .orderBy('id')
        .execute();
      return rows.map(({ hospitalId: _, ...row }) => row as Deletion);
    },

    async doomFiles(keys) {
      await db
        .insertInto('doomedFiles')
        .values(keys.map((fileKey) => ({ hospitalId, fileKey })))
        .onConflict((conflict) => conflict.columns(['hospitalId', 'fileKey']).doNothing())
        .execute();
    },
    async doomedFiles(limit) {
      const rows = await db.selectFrom('doomedFiles').select('fileKey').where('hospitalId', '=', hospitalId).limit(limit).execute();
      return rows.map(({ fileKey }) => fileKey);
    },
    async forgetDoomed(keys) {
      await db
        .deleteFrom('doomedFiles')
        .where('hospitalId', '=', hospitalId)
        .where('fileKey', 'in', [...keys])
        .execute();
    },
  };
}
