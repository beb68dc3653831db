import type { Clock } from '../../shared/clock.ts';
import { AppError } from '../../shared/errors.ts';
import { newId } from '../../shared/ids.ts';
import { type Page, type PageRequest, pageOf } from '../../shared/page.ts';
import type { Caller } from '../access/caller.ts';
import { transactOnce } from '../access/once.ts';
import { authorize, noSuch, notFound, requireHospital } from '../access/policies.ts';
import { appendAudit } from '../audit/audit-log.ts';
import type { Storage, Stores } from '../storage.ts';
import type { Department, Doctor } from './doctor.ts';

/** Who practises here: departments and doctors. When they work is the calendar's matter. */
export interface Practice {
  createDepartment(caller: Caller, input: { name: string }): Promise<Department>;
  departments(caller: Caller, page: PageRequest): Promise<Page<Department>>;
  createDoctor(caller: Caller, input: DoctorInput): Promise<Doctor>;
  doctors(caller: Caller, page: PageRequest): Promise<Page<Doctor>>;
  doctor(caller: Caller, id: string): Promise<Doctor>;
  changeDoctor(caller: Caller, id: string, change: DoctorChange): Promise<Doctor>;
}

export interface DoctorInput {
  readonly name: string;
  /** By name; made when the hospital has none of this name. */
  readonly department: string;
  readonly userId?: string | null | undefined;
  readonly specialties?: readonly string[] | undefined;
  readonly languages?: readonly string[] | undefined;
}
export type DoctorChange = { readonly [K in keyof DoctorInput]?: DoctorInput[K] | undefined };

export function makePractice({ storage, clock }: { storage: Storage; clock: Clock }): Practice {
  const now = () => clock.now().getTime();

  async function departmentNamed(stores: Stores, caller: Caller, name: string): Promise<Department> {
    return (await stores.practice.departmentNamed(name)) ?? insertDepartment(stores, caller, name);
  }

  async function insertDepartment(stores: Stores, caller: Caller, name: string): Promise<Department> {
    const department: Department = { id: newId(now()), name, createdAt: now() };
    await stores.practice.insertDepartment(department);
    await appendAudit(stores, caller, now(), {
      eventType: 'department.created',
      action: 'C',
      entityType: 'department',
      entityId: department.id,
      payload: { new: { name } },
    });
    return department;
  }

  /** A doctor's sign-in is a user of this hospital with that role, and nobody else's. */
  async function checkUser(stores: Stores, userId: string | null | undefined, own?: string): Promise<void> {
    if (userId == null) return;
    const user = await stores.access.user(userId);
    if (!user?.active || user.role !== 'doctor') throw noSuch('user_id');
    const other = await stores.practice.doctorOfUser(userId);
    if (other !== undefined && other !== own)
      throw new AppError('conflict', 'This user already signs in as another doctor.', {
        reason: 'CONFLICT',
        context: { field: 'user_id' },
      });
  }

  return {
    async createDepartment(caller, { name }) {
      authorize(caller, 'practice.write');
      requireHospital(caller);
      return transactOnce(storage, caller, caller.hospitalId, now(), async (stores) => {
        if (await stores.practice.departmentNamed(name))
          throw new AppError('conflict', 'There is already a department with this name.', {
            reason: 'CONFLICT',
            context: { field: 'name' },
          });
        return insertDepartment(stores, caller, name);
      });
    },
    async departments(caller, page) {
      authorize(caller, 'practice.read');
      const rows = await storage.read(caller.hospitalId, (stores) => stores.practice.departments({ ...page, limit: page.limit + 1 }));
      return pageOf(rows, page.limit, (department) => department.id);
    },
    async createDoctor(caller, input) {
      authorize(caller, 'practice.write');
      requireHospital(caller);
      return transactOnce(storage, caller, caller.hospitalId, now(), async (stores) => {
        await checkUser(stores, input.userId);
        const department = await departmentNamed(stores, caller, input.department);
        const doctor: Doctor = {
          id: newId(now()),
          name: input.name,
          departmentId: department.id,
          department: department.name,
          userId: input.userId ?? null,
          specialties: input.specialties ?? [],
          languages: input.languages ?? [],
          createdAt: now(),
        };
        await stores.practice.insertDoctor(doctor);
        await appendAudit(stores, caller, now(), {
          eventType: 'doctor.created',
          action: 'C',
          entityType: 'doctor',
          entityId: doctor.id,
          payload: { new: { ...doctor } },
        });
        return doctor;
      });
    },
    async doctors(caller, page) {
      authorize(caller, 'practice.read');
      const rows = await storage.read(caller.hospitalId, (stores) => stores.practice.doctors({ ...page, limit: page.limit + 1 }));
      return pageOf(rows, page.limit, (doctor) => doctor.id);
    },
    async doctor(caller, id) {
      authorize(caller, 'practice.read');
      const doctor = await storage.read(caller.hospitalId, (stores) => stores.practice.doctor(id));
      if (!doctor) throw notFound();
      return doctor;
    },
    async changeDoctor(caller, id, change) {
      authorize(caller, 'practice.write');
      return storage.transact(caller.hospitalId, async (stores) => {
        const before = await stores.practice.doctor(id);
        if (!before) throw notFound();
        await checkUser(stores, change.userId, id);
        const department = change.department === undefined ? undefined : await departmentNamed(stores, caller, change.department);
        const after: Doctor = {
          ...before,
          name: change.name ?? before.name,
          ...(department ? { departmentId: department.id, department: department.name } : {}),
          userId: change.userId === undefined ? before.userId : change.userId,
          specialties: change.specialties ?? before.specialties,
          languages: change.languages ?? before.languages,
        };
        await stores.practice.updateDoctor(after);
        await appendAudit(stores, caller, now(), {
          eventType: 'doctor.changed',
          action: 'U',
          entityType: 'doctor',
          entityId: id,
          payload: { old: { ...before }, new: { ...after } },
        });
        return after;
      });
    },
  };
}
