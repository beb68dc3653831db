import type { Kysely } from 'kysely';
import type { Appointment, AppointmentDetails, AppointmentEvent } from '../../domain/scheduling/appointment.ts';
import type { AppointmentStore } from '../../domain/scheduling/appointment-store.ts';
import type { Schedule } from '../../domain/scheduling/schedule.ts';
import type { Prepared } from '../prepared.ts';
import type { Tables } from '../schema.ts';

type Row = Tables['appointments'];
type DetailsRow = Row & { doctorName: string; department: string; firstName: string | null; lastName: string | null };

const DAY_MS = 86_400_000;

export function makeAppointmentStore(db: Kysely<Tables>, hospitalId: string, prepared: Prepared): AppointmentStore {
  const rows = (hospital: string) =>
    db
      .selectFrom('appointments')
      .innerJoin('doctors', (join) =>
        join.onRef('doctors.hospitalId', '=', 'appointments.hospitalId').onRef('doctors.id', '=', 'appointments.doctorId'),
      )
      .innerJoin('departments', (join) =>
        join.onRef('departments.hospitalId', '=', 'doctors.hospitalId').onRef('departments.id', '=', 'doctors.departmentId'),
      )
      .leftJoin('patients', (join) =>
        join.onRef('patients.hospitalId', '=', 'appointments.hospitalId').onRef('patients.id', '=', 'appointments.patientId'),
      )
      .selectAll('appointments')
      .select(['doctors.name as doctorName', 'departments.name as department', 'patients.firstName', 'patients.lastName'])
      .where('appointments.hospitalId', '=', hospital);
  const details = () => rows(hospitalId);

  return {
    async schedule(doctorId) {
      const [row] = await prepared.rows('schedule of a doctor', { hospitalId, doctorId }, (of) =>
        db.selectFrom('schedules').select('schedule').where('hospitalId', '=', of.hospitalId).where('doctorId', '=', of.doctorId),
      );
      return row && (JSON.parse(row.schedule) as Schedule);
    },
    async putSchedule(doctorId, schedule, updatedBy, updatedAt) {
      const text = JSON.stringify(schedule);
      await db
        .insertInto('schedules')
        .values({ hospitalId, doctorId, schedule: text, updatedBy, updatedAt })
        .onConflict((conflict) => conflict.columns(['hospitalId', 'doctorId']).doUpdateSet({ schedule: text, updatedBy, updatedAt }))
        .execute();
    },

    async busy(doctorId, { fromMs, toMs, lifeMs }) {
      // Nothing takes longer than a day, so what began a day before has ended.
      const found = await prepared.rows(
        'busy times of a doctor',
        { hospitalId, doctorId, earliest: fromMs - DAY_MS, fromMs, toMs, lifeMs },
        (of) =>
          db
            .selectFrom('appointments')
            .select(['id', 'startsAt', 'busyUntil', 'status'])
            .where('hospitalId', '=', of.hospitalId)
            .where('doctorId', '=', of.doctorId)
            .where('status', '<>', 'cancelled')
            .where('startsAt', '>', of.earliest)
            .where('startsAt', '<', of.toMs)
            .where('busyUntil', '>', of.fromMs)
            .where((eb) => eb.or([eb('holdUntil', 'is', null), eb('holdUntil', '>', of.lifeMs)]))
            .orderBy('startsAt'),
      );
      return found.map(({ id, startsAt, busyUntil, status }) => ({ id, startsAt, busyUntil, held: status === 'held' }));
    },
    async find(id) {
      const [row] = await prepared.rows('appointment', { hospitalId, id }, (of) =>
        rows(of.hospitalId).where('appointments.id', '=', of.id),
      );
      return row && toDetails(row as DetailsRow);
    },
    async list({ fromMs, toMs, doctorId, patientId, status }, { after, limit }) {
      let query = details()
        .where('startsAt', '>=', fromMs)
        .where('startsAt', '<', toMs)
        .where('status', '<>', 'held')
        .orderBy('startsAt')
        .orderBy('appointments.id')
        .limit(limit);
      if (doctorId !== undefined) query = query.where('doctorId', '=', doctorId);
      if (patientId !== undefined) query = query.where('patientId', '=', patientId);
      if (status !== undefined) query = query.where('status', '=', status);
      if (after)
        query = query.where((eb) =>
          eb.or([eb('startsAt', '>', after.startsAt), eb.and([eb('startsAt', '=', after.startsAt), eb('appointments.id', '>', after.id)])]),
        );
      return ((await query.execute()) as DetailsRow[]).map(toDetails);
    },
    async open({ bookingCode, patientIds, birthYear }, afterMs) {
      let query = details().where('status', 'in', ['booked', 'confirmed']).where('endsAt', '>', afterMs).orderBy('startsAt').limit(500);
      if (bookingCode !== undefined) query = query.where('bookingCode', '=', bookingCode);
      if (patientIds !== undefined) query = query.where('patientId', 'in', [...patientIds]);
      if (birthYear !== undefined) query = query.where('patients.birthYear', '=', birthYear);
      return ((await query.execute()) as DetailsRow[]).map(toDetails);
    },
    async hasCode(bookingCode, afterMs) {
      const found = await prepared.rows('open appointment by code', { hospitalId, bookingCode, afterMs }, (of) =>
        db
          .selectFrom('appointments')
          .select('id')
          .where('hospitalId', '=', of.hospitalId)
          .where('bookingCode', '=', of.bookingCode)
          .where('status', 'in', ['booked', 'confirmed'])
          .where('endsAt', '>', of.afterMs),
      );
      return found.length > 0;
    },
    async madeBy(userId, status, afterMs) {
      const { count } = await db
        .selectFrom('appointments')
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .where('hospitalId', '=', hospitalId)
        .where('startsAt', '>', afterMs)
        .where('madeBy', '=', userId)
        .where('status', 'in', [...status])
        .executeTakeFirstOrThrow();
      return count;
    },
    async insert(appointment) {
      await prepared.rows('new appointment', { hospitalId, ...appointment }, (of) => db.insertInto('appointments').values(of));
    },
    async update({ id, ...appointment }) {
      await db.updateTable('appointments').set(appointment).where('hospitalId', '=', hospitalId).where('id', '=', id).execute();
    },

    async heldUnder(holdHash) {
      const row = await db
        .selectFrom('appointments')
        .selectAll()
        .where('hospitalId', '=', hospitalId)
        .where('status', '=', 'held')
        .where('holdHash', '=', holdHash)
        .executeTakeFirst();
      return row && toAppointment(row);
    },
    async holds(lifeMs) {
      const found = await details().where('status', '=', 'held').where('holdUntil', '>', lifeMs).orderBy('holdUntil').limit(500).execute();
      return (found as DetailsRow[]).map(toDetails);
    },
    async dropHolds({ lifeMs, longestMs }) {
      await prepared.rows('drop holds', { hospitalId, lifeMs, longestMs }, (of) =>
        db
          .deleteFrom('appointments')
          .where('hospitalId', '=', of.hospitalId)
          .where('status', '=', 'held')
          .where((eb) => eb.or([eb('holdUntil', '<=', of.lifeMs), eb('holdUntil', '>', of.longestMs)])),
      );
    },

    async addEvent(event) {
      await prepared.rows('new appointment event', { hospitalId, ...event }, (of) => db.insertInto('appointmentEvents').values(of));
    },
    async events(appointmentId) {
      const found = await db
        .selectFrom('appointmentEvents')
        .selectAll()
        .where('hospitalId', '=', hospitalId)
        .where('appointmentId', '=', appointmentId)
        .orderBy('id')
        .execute();
      return found.map(({ hospitalId: _, step, ...row }) => ({ ...row, step: step as AppointmentEvent['step'] }));
    },

    async olderThan(beforeMs, held, limit) {
      let query = db
        .selectFrom('appointments')
        .select(['id', 'patientId', 'startsAt as madeAt'])
        .where('hospitalId', '=', hospitalId)
        .where('startsAt', '<', beforeMs)
        .where('endsAt', '<', beforeMs)
        .where('status', '<>', 'held')
        .orderBy('startsAt')
        .limit(limit);
      if (held.length > 0) query = query.where('patientId', 'not in', [...held]);
      return query.execute();
    },
    async ofPatient(patientId) {
      const found = await details().where('patientId', '=', patientId).orderBy('startsAt').execute();
      return (found as DetailsRow[]).map(toDetails);
    },
    async reassign(fromId, toId) {
      await db
        .updateTable('appointments')
        .set({ patientId: toId })
        .where('hospitalId', '=', hospitalId)
        .where('patientId', '=', fromId)
        .execute();
    },
    async remove(all) {
      // SQLite takes so many values in a statement.
      for (let from = 0; from < all.length; from += 500) {
        const ids = all.slice(from, from + 500);
        await db.deleteFrom('appointmentEvents').where('hospitalId', '=', hospitalId).where('appointmentId', 'in', ids).execute();
        await db.deleteFrom('appointments').where('hospitalId', '=', hospitalId).where('id', 'in', ids).execute();
      }
    },
  };
}

function toAppointment({ hospitalId: _, status, ...row }: Row): Appointment {
  return { ...row, status: status as Appointment['status'] };
}

function toDetails({ doctorName, department, firstName, lastName, ...row }: DetailsRow): AppointmentDetails {
  return { ...toAppointment(row), doctorName, department, patientName: `${firstName ?? ''} ${lastName ?? ''}`.trim() };
}
