import { randomBytes } from 'node:crypto';
import type { Caller } from '../../src/domain/access/caller.ts';
import { makeGuesses } from '../../src/domain/access/guesses.ts';
import { withSettings } from '../../src/domain/access/hospital.ts';
import type { Schedule } from '../../src/domain/scheduling/schedule.ts';
import { makeScheduling, type Scheduling } from '../../src/domain/scheduling/scheduling.ts';
import type { Storage } from '../../src/domain/storage.ts';
import { makeTokenMaker } from '../../src/integrations/secrets/tokens.ts';
import type { Clock } from '../../src/shared/clock.ts';
import { newId } from '../../src/shared/ids.ts';
import { trusting } from '../fakes/trusting.ts';
import { callerOf } from './storage.ts';

/** The book of a reception desk on a database, with no door before it. */
export interface Desk {
  readonly scheduling: Scheduling;
  hospital(timeZone: string): Promise<string>;
  doctor(hospitalId: string, schedule?: Schedule, name?: string): Promise<string>;
  patient(hospitalId: string, more?: { readonly dob?: string; readonly name?: readonly [string, string] }): Promise<string>;
  as(hospitalId: string, role?: Caller['role'], more?: Partial<Caller>): Caller;
}

export function makeDesk(storage: Storage, clock: Clock): Desk {
  const time = trusting(clock);
  const tokens = makeTokenMaker(randomBytes(32));
  const guesses = makeGuesses({ storage, time });
  const at = () => clock.now().getTime();
  return {
    scheduling: makeScheduling({ storage, clock, time, tokens, guesses, notices: { announce() {} } }),
    async hospital(timeZone) {
      const id = newId();
      await storage.transact(id, (stores) =>
        stores.access.insertHospital({
          ...{ id, name: `Hospital ${id}`, email: null, adminContact: null, createdAt: at(), updatedAt: at() },
          settings: withSettings({ timeZone }),
        }),
      );
      return id;
    },
    async doctor(hospitalId, schedule, name = `Dr ${newId().slice(-8)}`) {
      const id = newId();
      await storage.transact(hospitalId, async (stores) => {
        const department = (await stores.practice.departmentNamed('Medicine')) ?? { id: newId(), name: 'Medicine', createdAt: at() };
        if (!(await stores.practice.departmentNamed('Medicine'))) await stores.practice.insertDepartment(department);
        await stores.practice.insertDoctor({
          ...{ id, name, departmentId: department.id, department: department.name, userId: null },
          ...{ specialties: [], languages: [], createdAt: at() },
        });
        if (schedule) await stores.appointments.putSchedule(id, schedule, 'test', at());
      });
      return id;
    },
    async patient(hospitalId, { dob, name = ['Anita', 'Patel'] } = {}) {
      const id = newId();
      await storage.transact(hospitalId, (stores) =>
        stores.patients.insert({
          ...{ id, firstName: name[0], lastName: name[1], email: null, dob: dob ?? null, gender: null, language: null, guardianId: null },
          ...{
            birthYear: dob ? Number(dob.slice(0, 4)) : null,
            localNumber: null,
            abhaNumber: null,
            address: null,
            preferredDoctorId: null,
          },
          ...{ allergies: null, medications: null, needs: null, notes: null, userId: null, phones: [], createdAt: at(), updatedAt: at() },
        }),
      );
      return id;
    },
    as: (hospitalId, role = 'receptionist', more = {}) => callerOf(hospitalId, role, more),
  };
}

const week = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export const everyDay = (from: string, to: string, more: Partial<Schedule> = {}): Schedule => ({
  ...{ slotMinutes: 30, bufferMinutes: 0, breaks: [], exceptions: [], leave: [] },
  weekly: week.map((weekday) => ({ weekday, from, to })),
  ...more,
});
