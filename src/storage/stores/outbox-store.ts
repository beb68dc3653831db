import type { Kysely, Selectable } from 'kysely';
import type { Channel } from '../../domain/outbox/channel.ts';
import { channelOf, type Departure } from '../../domain/outbox/departure.ts';
import type { OutboxStore } from '../../domain/outbox/outbox-store.ts';
import type { Prepared } from '../prepared.ts';
import type { Tables } from '../schema.ts';
import { acrossHospitals } from '../tenancy.ts';

type Row = Selectable<Tables['outbox']>;

export function makeOutboxStore(db: Kysely<Tables>, hospitalId: string, prepared: Prepared): OutboxStore {
  const rows = () => db.selectFrom('outbox').selectAll().where('hospitalId', '=', hospitalId);
  return {
    async insert({ content, ...departure }) {
      const channel = channelOf(departure.kind, hospitalId);
      const { numInsertedOrUpdatedRows } = await db
        .insertInto('outbox')
        .values({ ...departure, hospitalId, channel, content: content && JSON.stringify(content) })
        .onConflict((conflict) => conflict.columns(['hospitalId', 'key']).doNothing())
        .executeTakeFirstOrThrow();
      return (numInsertedOrUpdatedRows ?? 0n) > 0n;
    },
    async find(id) {
      const row = await rows().where('id', '=', id).executeTakeFirst();
      return row && toDeparture(row);
    },
    async list({ after, limit }) {
      let query = rows().orderBy('id', 'desc').limit(limit);
      if (after !== undefined) query = query.where('id', '<', after);
      return (await query.execute()).map(toDeparture);
    },
    async update(id, { content, ...change }) {
      const whole = content === undefined ? change : { ...change, content: content && JSON.stringify(content) };
      await db.updateTable('outbox').set(whole).where('hospitalId', '=', hospitalId).where('id', '=', id).execute();
    },
    async isOvertaken({ id, lane }) {
      const place = db.selectFrom('outbox').select('place').where('hospitalId', '=', hospitalId).where('id', '=', id);
      const later = await rows().where('lane', '=', lane).where('status', '=', 'sent').where('place', '>', place).limit(1).execute();
      return later.length > 0;
    },
    async withdraw(appointmentId, event) {
      await db
        .deleteFrom('outbox')
        .where('hospitalId', '=', hospitalId)
        .where('appointmentId', '=', appointmentId)
        .where('event', '=', event)
        .where('status', '<>', 'sent')
        .execute();
    },
    async keysOf(appointmentIds) {
      if (appointmentIds.length === 0) return [];
      const found = await db
        .selectFrom('outbox')
        .select('key')
        .where('hospitalId', '=', hospitalId)
        .where('appointmentId', 'in', [...appointmentIds])
        .execute();
      return found.map(({ key }) => key);
    },
    async ofAppointment(appointmentId) {
      return (await rows().where('appointmentId', '=', appointmentId).orderBy('place').execute()).map(toDeparture);
    },

    async claimDue({ lifeMs, leaseMs, paused, limit }) {
      // The box carries every hospital's post; what becomes of a message is written for its own.
      const all = acrossHospitals(db);
      let query = all
        .selectFrom('outbox as due')
        .selectAll('due')
        .where('due.nextAt', '<=', lifeMs)
        .where((eb) => eb.or([eb('due.leaseUntil', 'is', null), eb('due.leaseUntil', '<', lifeMs)]))
        .where(({ not, exists, selectFrom }) =>
          not(
            exists(
              selectFrom('outbox as earlier')
                .select('earlier.place')
                .whereRef('earlier.hospitalId', '=', 'due.hospitalId')
                .whereRef('earlier.lane', '=', 'due.lane')
                .whereRef('earlier.place', '<', 'due.place')
                .where('earlier.nextAt', 'is not', null),
            ),
          ),
        )
        .orderBy('due.nextAt')
        .orderBy('due.place')
        .limit(limit);
      if (paused.length > 0) query = query.where('due.channel', 'not in', [...paused]);
      const claimed = [];
      for (const row of await query.execute()) {
        const change = { leaseUntil: lifeMs + leaseMs, attempts: row.attempts + 1 };
        await db.updateTable('outbox').set(change).where('hospitalId', '=', row.hospitalId).where('id', '=', row.id).execute();
        claimed.push({ hospitalId: row.hospitalId, departure: toDeparture({ ...row, ...change }) });
      }
      return claimed;
    },
    async releaseAll(lifeMs) {
      const change = { leaseUntil: null, nextAt: lifeMs };
      // A process that was killed had post of every hospital in its hands.
      await acrossHospitals(db)
        .updateTable('outbox')
        .set(change)
        .where('leaseUntil', 'is not', null)
        .where('nextAt', 'is not', null)
        .execute();
    },

    async channels() {
      const found = await prepared.rows('channels of a hospital', { hospitalId }, (of) =>
        db.selectFrom('channels').selectAll().where('hospitalId', '=', of.hospitalId).orderBy('kind'),
      );
      return found.map(
        ({ kind, settings, sealedSecret, updatedAt }) => ({ kind, settings: JSON.parse(settings), sealedSecret, updatedAt }) as Channel,
      );
    },
    async putChannel({ kind, settings, sealedSecret, updatedAt }, updatedBy) {
      const row = { settings: JSON.stringify(settings), sealedSecret, updatedBy, updatedAt };
      await db
        .insertInto('channels')
        .values({ hospitalId, kind, ...row })
        .onConflict((conflict) => conflict.columns(['hospitalId', 'kind']).doUpdateSet(row))
        .execute();
    },

    async olderThan(beforeMs, held, limit) {
      let query = db
        .selectFrom('outbox')
        .select(['id', 'patientId', 'createdAt as madeAt'])
        .where('hospitalId', '=', hospitalId)
        .where('createdAt', '<', beforeMs)
        .where('status', 'in', ['sent', 'dead'])
        .orderBy('createdAt')
        .limit(limit);
      if (held.length > 0) query = query.where((eb) => eb.or([eb('patientId', 'is', null), eb('patientId', 'not in', [...held])]));
      return query.execute();
    },
    async ofPatient(patientId) {
      return (await rows().where('patientId', '=', patientId).orderBy('place').execute()).map(toDeparture);
    },
    async remove(ids) {
      // SQLite takes so many values in a statement.
      for (let from = 0; from < ids.length; from += 500)
        await db
          .deleteFrom('outbox')
          .where('hospitalId', '=', hospitalId)
          .where('id', 'in', ids.slice(from, from + 500))
          .execute();
    },
    async reassign(from, to) {
      await db.updateTable('outbox').set({ patientId: to }).where('hospitalId', '=', hospitalId).where('patientId', '=', from).execute();
    },
  };
}

function toDeparture({ place: _, hospitalId: __, channel: ___, content, ...row }: Row): Departure {
  return { ...row, content: content === null ? null : JSON.parse(content) } as Departure;
}
