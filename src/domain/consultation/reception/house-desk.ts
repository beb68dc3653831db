import type { Clock } from '../../../shared/clock.ts';
import { AppError } from '../../../shared/errors.ts';
import { addDays, type Zones } from '../../../shared/zone.ts';
import type { Caller } from '../../access/caller.ts';
import type { Hospital } from '../../access/hospital.ts';
import { plainName } from '../../patients/patient.ts';
import type { AppointmentDetails, Proof } from '../../scheduling/appointment.ts';
import { noteCall } from '../../scheduling/calls.ts';
import type { Scheduling } from '../../scheduling/scheduling.ts';
import { timeText } from '../../scheduling/time-of-day.ts';
import type { Storage } from '../../storage.ts';
import type { ConsultationSession } from '../encounter.ts';
import type { Proofs, ReceptionDesk } from './desk.ts';
import type { AppointmentRow } from './tools.ts';

/** The desk of the house: the booking room, as the one who speaks at the reception may use it. Who may do what is decided there. */
export interface HouseDeskParts {
  readonly storage: Storage;
  readonly clock: Clock;
  readonly scheduling: Scheduling;
  readonly zones: Zones;
}

/** So far ahead appointments are looked for, and so many read, when staff name somebody. */
const AHEAD_DAYS = 180;
const MOST_READ = 1_000;
const PAGE = 200;

export function makeHouseDesk({ storage, clock, scheduling, zones }: HouseDeskParts) {
  return ({
    caller,
    session,
    hospital,
  }: {
    readonly caller: Caller;
    readonly session: ConsultationSession;
    readonly hospital: Hospital;
  }): ReceptionDesk => {
    const zone = zones.of(hospital.settings.timeZone);
    // A turn may be sent twice under one key; each deed in it is its own.
    const { once: _, ...asked } = caller;
    const rowOf = (details: AppointmentDetails): AppointmentRow => {
      const { date, minute } = zone.wall(details.startsAt);
      const { id, doctorId, doctorName, department, patientName, status, bookingCode } = details;
      return {
        appointmentId: id,
        doctorId,
        doctorName,
        department,
        patientName,
        status,
        date,
        time: timeText(minute),
        ...(bookingCode ? { bookingCode } : {}),
      };
    };
    /** Only who books is told the code. */
    const untold = (details: AppointmentDetails): AppointmentRow => rowOf({ ...details, bookingCode: null });
    const proofOf = ({ name, code, birthDate, birthYear }: Proofs): Proof => ({
      ...(name === undefined ? {} : { fullName: name }),
      ...(code === undefined ? {} : { bookingCode: code }),
      ...(birthDate === undefined ? (birthYear === undefined ? {} : { birthYear }) : { dob: birthDate }),
    });
    /** What is to come, of those whom the caller may see: a patient their own, staff whom they name. */
    async function listed(fits: (details: AppointmentDetails) => boolean): Promise<AppointmentRow[]> {
      const nowMs = clock.now().getTime();
      const today = zone.wall(nowMs).date;
      const rows: AppointmentRow[] = [];
      for (let [after, read] = [undefined as string | undefined, 0]; read < MOST_READ; read += PAGE) {
        const { items, next } = await scheduling.list(asked, { from: today, to: addDays(today, AHEAD_DAYS), after, limit: PAGE });
        rows.push(...items.filter((item) => item.startsAt > nowMs && fits(item)).map(untold));
        after = next ?? undefined;
        if (after === undefined) break;
      }
      return rows;
    }

    /** For staff: whoever is called so, else has this code, else can be reached there. */
    async function named({ name, phone, code }: Proofs): Promise<AppointmentRow[]> {
      if (name === undefined && code === undefined) {
        if (phone === undefined) return [];
        const reached = await storage.read(caller.hospitalId, (stores) => stores.patients.byPhone(phone));
        return listed(({ patientId }) => reached.some(({ id }) => id === patientId));
      }
      return listed(
        ({ patientName, bookingCode }) =>
          (name === undefined || plainName(patientName) === plainName(name)) && (code === undefined || bookingCode === code),
      );
    }

    return {
      async practice() {
        return storage.read(caller.hospitalId, async (stores) => {
          const doctors = await stores.practice.doctors({ limit: PAGE });
          const hours: { from: string; to: string }[] = [];
          for (const { id } of doctors) hours.push(...((await stores.appointments.schedule(id))?.weekly ?? []));
          const from = hours.map((one) => one.from.padStart(5, '0')).sort()[0];
          const to = hours
            .map((one) => one.to.padStart(5, '0'))
            .sort()
            .at(-1);
          return {
            doctors: doctors.map(({ id, name, department }) => ({ id, name, department })),
            ...(from && to ? { open: { from, to } } : {}),
          };
        });
      },
      async check({ appointment_date: date, appointment_time: time, doctor_id: doctorId, department, until_date: until, after, before }) {
        const whom = doctorId === undefined ? { department } : { doctorId };
        if (time !== undefined) {
          const { available, slot, alternatives } = await scheduling.check(asked, { ...whom, when: { date, time } });
          return { available, ...(slot ? { slot } : {}), alternatives };
        }
        const free = await scheduling.slots(asked, { ...whom, from: date, to: until ?? date });
        const fits = free.filter((slot) => (after === undefined || slot.time >= after) && (before === undefined || slot.time < before));
        return { available: fits.length > 0, alternatives: fits.slice(0, 3) };
      },
      async book(wish) {
        const own = caller.role === 'patient';
        const booked = await scheduling.book(asked, {
          when: { date: wish.appointment_date, time: wish.appointment_time },
          doctorId: wish.doctor_id,
          ...(own
            ? {}
            : wish.patient_id === undefined
              ? { patientName: wish.patient_name, phone: wish.phone }
              : { patientId: wish.patient_id }),
          ...(wish.email === undefined ? {} : { email: wish.email }),
          ...(wish.hold_token === undefined ? {} : { holdToken: wish.hold_token }),
          ...(wish.notes === undefined ? {} : { notes: wish.notes }),
        });
        return rowOf(booked);
      },
      cancel: async (id, reason, proofs) => untold(await scheduling.cancel(asked, id, { reason, proof: proofOf(proofs) })),
      reschedule: async (id, { date, time, doctorId }, proofs) =>
        untold(await scheduling.reschedule(asked, id, { when: { date, time }, doctorId, proof: proofOf(proofs) })),
      async find(proofs) {
        if (caller.role === 'patient') return listed(() => true);
        if (caller.role !== 'guest' && caller.role !== 'machine') return named(proofs);
        return (await scheduling.find(asked, proofOf(proofs))).map(untold);
      },
      async log(entry) {
        await storage.transact(caller.hospitalId, (stores) =>
          noteCall(stores, session.id, {
            callType: entry.call_type,
            ...(entry.customer_name === undefined ? {} : { customerName: entry.customer_name }),
            ...(entry.caller_phone === undefined ? {} : { callerPhone: entry.caller_phone }),
            ...(entry.customer_email === undefined ? {} : { customerEmail: entry.customer_email }),
            ...(entry.department_enquired === undefined ? {} : { departmentEnquired: entry.department_enquired }),
            ...(entry.doctor_enquired === undefined ? {} : { doctorEnquired: entry.doctor_enquired }),
            ...(entry.outcome === undefined ? {} : { outcome: entry.outcome }),
          }),
        );
      },
      async email() {
        // Nothing here sends a letter yet, and nobody is told that one was sent.
        throw new AppError('unavailable', 'This box sends no mails yet.');
      },
      // The conversation calls the staff when it has kept its answer.
      async transfer() {},
    };
  };
}
