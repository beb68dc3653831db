import type { Kysely } from 'kysely';
import type { UsageStore } from '../../domain/usage/usage-store.ts';
import { newId } from '../../shared/ids.ts';
import type { Tables } from '../schema.ts';

export function makeUsageStore(db: Kysely<Tables>, hospitalId: string): UsageStore {
  return {
    async insert(uses, context) {
      if (uses.length === 0) return;
      await db
        .insertInto('usageRows')
        .values(
          uses.map((use) => ({
            ...context,
            id: newId(use.startedAt.getTime()),
            hospitalId,
            purpose: use.purpose,
            use: use.label.use,
            engine: use.engine,
            model: use.model,
            local: use.local ? 1 : 0,
            units: JSON.stringify(use.units),
            startedAt: use.startedAt.getTime(),
            ms: use.ms,
            firstMs: use.firstMs ?? null,
            status: use.status,
            requestId: use.label.requestId,
          })),
        )
        .execute();
    },
    async olderThan(beforeMs, held, limit) {
      let query = db
        .selectFrom('usageRows')
        .select(['id', 'patientId', 'startedAt as madeAt'])
        .where('hospitalId', '=', hospitalId)
        .where('startedAt', '<', beforeMs)
        .orderBy('startedAt')
        .limit(limit);
      if (held.length > 0) query = query.where((eb) => eb.or([eb('patientId', 'is', null), eb('patientId', 'not in', [...held])]));
      return query.execute();
    },
    async remove(ids) {
      if (ids.length === 0) return;
      await db
        .deleteFrom('usageRows')
        .where('hospitalId', '=', hospitalId)
        .where('id', 'in', [...ids])
        .execute();
    },
    async ofPatient(patientId) {
      const rows = await db
        .selectFrom('usageRows')
        .select(['purpose', 'use', 'engine', 'model', 'local', 'units', 'startedAt'])
        .where('hospitalId', '=', hospitalId)
        .where('patientId', '=', patientId)
        .orderBy('startedAt')
        .execute();
      return rows.map(({ local, units, ...row }) => ({ ...row, local: local === 1, units: JSON.parse(units) }));
    },
    async reassign(from, to) {
      await db.updateTable('usageRows').set({ patientId: to }).where('hospitalId', '=', hospitalId).where('patientId', '=', from).execute();
    },
    async forgetPatient(patientId) {
      const rows = await db
        .updateTable('usageRows')
        .set({ patientId: null, sessionId: null })
        .where('hospitalId', '=', hospitalId)
        .where('patientId', '=', patientId)
        .returning('id')
        .execute();
      return rows.length;
    },
  };
}
