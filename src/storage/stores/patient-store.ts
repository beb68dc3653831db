import type { Kysely } from 'kysely';
import type { Patient } from '../../domain/patients/patient.ts';
import type { PatientStore } from '../../domain/patients/patient-store.ts';
import type { Prepared } from '../prepared.ts';
import type { Tables } from '../schema.ts';

type Row = Tables['patients'];

export function makePatientStore(db: Kysely<Tables>, hospitalId: string, prepared: Prepared): PatientStore {
  const patients = () => db.selectFrom('patients').selectAll().where('hospitalId', '=', hospitalId);

  async function withPhones(rows: readonly Row[]): Promise<Patient[]> {
    if (rows.length === 0) return [];
    const ids = rows.map((row) => row.id);
    const phones = await db
      .selectFrom('patientPhones')
      .selectAll()
      .where('hospitalId', '=', hospitalId)
      .where('patientId', 'in', ids)
      .execute();
    return rows.map((row) =>
      toPatient(
        row,
        phones.filter((phone) => phone.patientId === row.id),
      ),
    );
  }

  async function insertPhones({ id, phones }: Patient): Promise<void> {
    if (phones.length === 0) return;
    await db
      .insertInto('patientPhones')
      .values(phones.map((phone) => ({ ...phone, hospitalId, patientId: id })))
      .execute();
  }

  return {
    async find(id) {
      const [row] = await prepared.rows('patient', { hospitalId, id }, (of) =>
        db.selectFrom('patients').selectAll().where('hospitalId', '=', of.hospitalId).where('id', '=', of.id),
      );
      if (!row) return undefined;
      const phones = await prepared.rows('phones of a patient', { hospitalId, id }, (of) =>
        db.selectFrom('patientPhones').selectAll().where('hospitalId', '=', of.hospitalId).where('patientId', '=', of.id),
      );
      return toPatient(row, phones);
    },
    async list({ after, limit }) {
      let query = patients().orderBy('id').limit(limit);
      if (after !== undefined) query = query.where('id', '>', after);
      return withPhones(await query.execute());
    },
    async byPhone(number) {
      const ids = await db
        .selectFrom('patientPhones')
        .select('patientId')
        .where('hospitalId', '=', hospitalId)
        .where('number', '=', number)
        .execute();
      if (ids.length === 0) return [];
      const rows = await patients()
        .where(
          'id',
          'in',
          ids.map((row) => row.patientId),
        )
        .orderBy('id')
        .execute();
      return withPhones(rows);
    },
    async ofUser(userId) {
      const row = await db
        .selectFrom('patients')
        .select('id')
        .where('hospitalId', '=', hospitalId)
        .where('userId', '=', userId)
        .executeTakeFirst();
      return row?.id;
    },
    async alike({ abhaNumber, localNumber, dob }) {
      if (abhaNumber === null && localNumber === null && dob === null) return [];
      const rows = await patients()
        .where((eb) =>
          eb.or([
            ...(abhaNumber === null ? [] : [eb('abhaNumber', '=', abhaNumber)]),
            ...(localNumber === null ? [] : [eb('localNumber', '=', localNumber)]),
            ...(dob === null ? [] : [eb('dob', '=', dob)]),
          ]),
        )
        .limit(200)
        .execute();
      return withPhones(rows);
    },
    async mergedFrom(id) {
      const rows = await db
        .selectFrom('mergedPatients')
        .select('id')
        .where('hospitalId', '=', hospitalId)
        .where('intoId', '=', id)
        .execute();
      return rows.map((row) => row.id);
    },
    async mergedInto(id) {
      const row = await db
        .selectFrom('mergedPatients')
        .select('intoId')
        .where('hospitalId', '=', hospitalId)
        .where('id', '=', id)
        .executeTakeFirst();
      return row?.intoId;
    },
    async noteMerge(merge) {
      await db
        .insertInto('mergedPatients')
        .values({ ...merge, hospitalId })
        .execute();
    },
    async reassignGuardian(from, to) {
      await db
        .updateTable('patients')
        .set({ guardianId: to })
        .where('hospitalId', '=', hospitalId)
        .where('guardianId', '=', from)
        .where('id', '!=', to)
        .execute();
    },
    async insert(patient) {
      const { phones: _, ...row } = patient;
      await db
        .insertInto('patients')
        .values({ ...row, hospitalId })
        .execute();
      await insertPhones(patient);
    },
    async update(patient) {
      const { phones: _, id, ...row } = patient;
      await db.updateTable('patients').set(row).where('hospitalId', '=', hospitalId).where('id', '=', id).execute();
      await db.deleteFrom('patientPhones').where('hospitalId', '=', hospitalId).where('patientId', '=', id).execute();
      await insertPhones(patient);
    },
    async remove(id) {
      await db
        .updateTable('patients')
        .set({ guardianId: null })
        .where('hospitalId', '=', hospitalId)
        .where('guardianId', '=', id)
        .execute();
      await db.deleteFrom('patientPhones').where('hospitalId', '=', hospitalId).where('patientId', '=', id).execute();
      await db.deleteFrom('patients').where('hospitalId', '=', hospitalId).where('id', '=', id).execute();
    },
  };
}

function toPatient({ hospitalId: _, ...row }: Row, phones: readonly Tables['patientPhones'][]): Patient {
  return { ...row, phones: phones.map(({ number, whose }) => ({ number, whose })) };
}
