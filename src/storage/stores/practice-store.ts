import type { Kysely } from 'kysely';
import type { Doctor } from '../../domain/scheduling/doctor.ts';
import type { PracticeStore } from '../../domain/scheduling/practice-store.ts';
import type { Prepared } from '../prepared.ts';
import type { Tables } from '../schema.ts';

export function makePracticeStore(db: Kysely<Tables>, hospitalId: string, prepared: Prepared): PracticeStore {
  const departments = () => db.selectFrom('departments').select(['id', 'name', 'createdAt']).where('hospitalId', '=', hospitalId);
  const doctorsOf = (hospital: string) =>
    db
      .selectFrom('doctors')
      .innerJoin('departments', (join) =>
        join.onRef('departments.hospitalId', '=', 'doctors.hospitalId').onRef('departments.id', '=', 'doctors.departmentId'),
      )
      .selectAll('doctors')
      .select('departments.name as department')
      .where('doctors.hospitalId', '=', hospital);
  const doctors = () => doctorsOf(hospitalId);
  const toDoctor = ({ hospitalId: _, specialties, languages, ...row }: Tables['doctors'] & { department: string }): Doctor => ({
    ...row,
    specialties: JSON.parse(specialties),
    languages: JSON.parse(languages),
  });
  const toRow = ({ department: _, specialties, languages, ...doctor }: Doctor) => ({
    ...doctor,
    hospitalId,
    specialties: JSON.stringify(specialties),
    languages: JSON.stringify(languages),
  });

  return {
    async departments({ after, limit }) {
      const query = departments().orderBy('id').limit(limit);
      return (after === undefined ? query : query.where('id', '>', after)).execute();
    },
    departmentNamed: (name) => departments().where('name', '=', name).executeTakeFirst(),
    async insertDepartment(department) {
      await db
        .insertInto('departments')
        .values({ ...department, hospitalId })
        .execute();
    },
    async doctors({ after, limit }) {
      const query = doctors().orderBy('doctors.id').limit(limit);
      return (await (after === undefined ? query : query.where('doctors.id', '>', after)).execute()).map(toDoctor);
    },
    async doctor(id) {
      const [row] = await prepared.rows('doctor', { hospitalId, id }, (of) => doctorsOf(of.hospitalId).where('doctors.id', '=', of.id));
      return row && toDoctor(row);
    },
    async doctorOfUser(userId) {
      const row = await db
        .selectFrom('doctors')
        .select('id')
        .where('hospitalId', '=', hospitalId)
        .where('userId', '=', userId)
        .executeTakeFirst();
      return row?.id;
    },
    async insertDoctor(doctor) {
      await db.insertInto('doctors').values(toRow(doctor)).execute();
    },
    async updateDoctor(doctor) {
      await db.updateTable('doctors').set(toRow(doctor)).where('hospitalId', '=', hospitalId).where('id', '=', doctor.id).execute();
    },
  };
}
