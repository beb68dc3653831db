import type { Kysely } from 'kysely';
import type { CallRecord } from '../../domain/scheduling/call.ts';
import type { CallStore } from '../../domain/scheduling/call-store.ts';
import type { Tables } from '../schema.ts';

export function makeCallStore(db: Kysely<Tables>, hospitalId: string): CallStore {
  const calls = () => db.selectFrom('calls').selectAll().where('hospitalId', '=', hospitalId);
  return {
    async insert(call) {
      await db
        .insertInto('calls')
        .values({ ...call, hospitalId })
        .execute();
    },
    async find(id) {
      const row = await calls().where('id', '=', id).executeTakeFirst();
      return row && toCall(row);
    },
    async ofSession(sessionId) {
      const row = await calls().where('sessionId', '=', sessionId).executeTakeFirst();
      return row && toCall(row);
    },
    async openOf(consultationId) {
      return (await calls().where('consultationId', '=', consultationId).where('endedAt', 'is', null).execute()).map(toCall);
    },
    async list({ after, limit }) {
      let query = calls().orderBy('id', 'desc').limit(limit);
      if (after !== undefined) query = query.where('id', '<', after);
      return (await query.execute()).map(toCall);
    },
    async ofPatient(patientId) {
      return (await calls().where('patientId', '=', patientId).orderBy('id').execute()).map(toCall);
    },
    async unfiled(limit) {
      return (await calls().where('endedAt', 'is not', null).where('filedAt', 'is', null).orderBy('id').limit(limit).execute()).map(toCall);
    },
    async olderThan(beforeMs, held, limit) {
      let query = db
        .selectFrom('calls')
        .select(['id', 'patientId', 'startedAt as madeAt'])
        .where('hospitalId', '=', hospitalId)
        .where('startedAt', '<', beforeMs)
        .where('endedAt', 'is not', null)
        .orderBy('startedAt')
        .limit(limit);
      if (held.length > 0) query = query.where((eb) => eb.or([eb('patientId', 'is', null), eb('patientId', 'not in', [...held])]));
      return query.execute();
    },
    async remove(ids) {
      // SQLite takes so many values in a statement.
      for (let from = 0; from < ids.length; from += 500)
        await db
          .deleteFrom('calls')
          .where('hospitalId', '=', hospitalId)
          .where('id', 'in', ids.slice(from, from + 500))
          .execute();
    },
    async reassign(from, to) {
      await db.updateTable('calls').set({ patientId: to }).where('hospitalId', '=', hospitalId).where('patientId', '=', from).execute();
    },
    async update(id, change) {
      await db.updateTable('calls').set(change).where('hospitalId', '=', hospitalId).where('id', '=', id).execute();
    },
  };
}

function toCall({ hospitalId: _, ...row }: Tables['calls']): CallRecord {
  return row as CallRecord;
}
