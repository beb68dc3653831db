import type { Kysely } from 'kysely';
import type { QueueDetails, QueueState } from '../../domain/scheduling/queue-entry.ts';
import { laneOf } from '../../domain/scheduling/queue-order.ts';
import type { QueueStore } from '../../domain/scheduling/queue-store.ts';
import type { Tables } from '../schema.ts';

type DetailsRow = Tables['queueEntries'] & {
  doctorName: string | null;
  department: string | null;
  firstName: string | null;
  lastName: string | null;
};

export function makeQueueStore(db: Kysely<Tables>, hospitalId: string): QueueStore {
  const details = () =>
    db
      .selectFrom('queueEntries')
      .leftJoin('doctors', (join) =>
        join.onRef('doctors.hospitalId', '=', 'queueEntries.hospitalId').onRef('doctors.id', '=', 'queueEntries.doctorId'),
      )
      .leftJoin('departments', (join) =>
        join.onRef('departments.hospitalId', '=', 'queueEntries.hospitalId').onRef('departments.id', '=', 'queueEntries.departmentId'),
      )
      .leftJoin('patients', (join) =>
        join.onRef('patients.hospitalId', '=', 'queueEntries.hospitalId').onRef('patients.id', '=', 'queueEntries.patientId'),
      )
      .selectAll('queueEntries')
      .select(['doctors.name as doctorName', 'departments.name as department', 'patients.firstName', 'patients.lastName'])
      .where('queueEntries.hospitalId', '=', hospitalId);

  return {
    async nextToken(day) {
      const { lastToken } = await db
        .insertInto('queueDays')
        .values({ hospitalId, day, lastToken: 1 })
        .onConflict((conflict) =>
          conflict.columns(['hospitalId', 'day']).doUpdateSet((eb) => ({ lastToken: eb('queueDays.lastToken', '+', 1) })),
        )
        .returning('lastToken')
        .executeTakeFirstOrThrow();
      return lastToken;
    },
    async insert(entry) {
      await db
        .insertInto('queueEntries')
        .values({ ...entry, hospitalId })
        .execute();
    },
    async update({ id, status, doctorId, callId, calledAt, endedAt }) {
      await db
        .updateTable('queueEntries')
        .set({ status, doctorId, callId, calledAt, endedAt })
        .where('hospitalId', '=', hospitalId)
        .where('id', '=', id)
        .execute();
    },
    async find(id) {
      const row = await details().where('queueEntries.id', '=', id).executeTakeFirst();
      return row && toDetails(row);
    },
    async standing(sinceMs) {
      const rows = await details()
        .where('queueEntries.joinedAt', '>=', sinceMs)
        .where('queueEntries.status', 'in', ['waiting', 'called'])
        .orderBy('queueEntries.id')
        .execute();
      return rows.map(toDetails);
    },
    async lastLane(doctorId, sinceMs) {
      const row = await db
        .selectFrom('queueEntries')
        .select('appointmentAt')
        .where('hospitalId', '=', hospitalId)
        .where('doctorId', '=', doctorId)
        .where('callId', 'is not', null)
        .where('joinedAt', '>=', sinceMs)
        .where('priority', '=', 0)
        .orderBy('callId', 'desc')
        .limit(1)
        .executeTakeFirst();
      return row && laneOf(row);
    },

    async olderThan(beforeMs, held, limit) {
      let query = db
        .selectFrom('queueEntries')
        .select(['id', 'patientId', 'joinedAt as madeAt'])
        .where('hospitalId', '=', hospitalId)
        .where('joinedAt', '<', beforeMs)
        .orderBy('joinedAt')
        .limit(limit);
      if (held.length > 0) query = query.where('patientId', 'not in', [...held]);
      return query.execute();
    },
    async ofPatient(patientId) {
      return (await details().where('queueEntries.patientId', '=', patientId).orderBy('queueEntries.id').execute()).map(toDetails);
    },
    async reassign(fromId, toId) {
      await db
        .updateTable('queueEntries')
        .set({ patientId: toId })
        .where('hospitalId', '=', hospitalId)
        .where('patientId', '=', fromId)
        .execute();
    },
    async remove(all) {
      // SQLite takes so many values in a statement.
      for (let from = 0; from < all.length; from += 500)
        await db
          .deleteFrom('queueEntries')
          .where('hospitalId', '=', hospitalId)
          .where('id', 'in', all.slice(from, from + 500))
          .execute();
    },
  };
}

function toDetails({ hospitalId: _, firstName, lastName, status, department, ...row }: DetailsRow): QueueDetails {
  return {
    ...{ ...row, status: status as QueueState, department: department ?? '' },
    patientName: `${firstName ?? ''} ${lastName ?? ''}`.trim(),
  };
}
