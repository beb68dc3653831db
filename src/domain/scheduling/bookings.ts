import { randomInt } from 'node:crypto';
import { AppError } from '../../shared/errors.ts';
import { newId } from '../../shared/ids.ts';
import type { Caller } from '../access/caller.ts';
import type { Guesses } from '../access/guesses.ts';
import { transactOnce } from '../access/once.ts';
import { authorize, authorizeOwn, noSuch, notFound, requireHospital } from '../access/policies.ts';
import type { TokenMaker } from '../access/secrets.ts';
import { isOpen, type TrustedTime } from '../access/trusted-time.ts';
import { appendAudit } from '../audit/audit-log.ts';
import { type Notices, writeNotice } from '../notices/notices.ts';
import { numberOf, patientNamed } from '../patients/named.ts';
import type { Stores } from '../storage.ts';
import {
  type Appointment,
  type AppointmentDetails,
  type AppointmentEvent,
  type AppointmentStep,
  conflict,
  fits,
  isProved,
  type Proof,
  proofsIn,
  requireStep,
} from './appointment.ts';
import type { Wish } from './calendar.ts';
import { alternativesTo, type Diaries, doctorsMeant, judgeIn, momentOf, refusal, type Slot, type When, wrong } from './diary.ts';
import type { Doctor } from './doctor.ts';
import type { Post, Posted } from './post.ts';
import { standInLine } from './queue.ts';
import type { Moment, Reason } from './slots.ts';

/**
 * Appointments: held, booked, moved, cancelled. Whether a time is free is judged in the unit of work that takes it, and once more by
 * the memory itself. Who cannot have a time is told the nearest they can have (`alternativesIn`).
 */
export interface Bookings {
  /** Keeps a time for three minutes for whoever shows the token. */
  hold(caller: Caller, slot: { readonly doctorId: string; readonly startsAt: number }): Promise<Hold>;
  holds(caller: Caller): Promise<readonly AppointmentDetails[]>;
  /**
   * Books. Patients book for themselves; for whoever else is named by name and number the record is found or made. Who is not signed
   * in is told nothing of the record: `patientId` is null, and the name is the one they gave.
   */
  book(caller: Caller, request: BookingRequest): Promise<Booked>;
  /**
   * Appointments to come. Staff say what they know, a patient finds their own, and whoever is not signed in gives two of code, birth and
   * name: nothing comes back where they do not fit, and not why. To them a number proves nothing.
   */
  find(caller: Caller, asked: Proof & { readonly phone?: string | undefined }): Promise<readonly AppointmentDetails[]>;
  cancel(
    caller: Caller,
    id: string,
    how?: { readonly reason?: string | undefined; readonly proof?: Proof | undefined },
  ): Promise<AppointmentDetails>;
  /** The old time is free when the new one is taken, and not before. It keeps its id and its code, and is booked again. */
  reschedule(
    caller: Caller,
    id: string,
    to: { readonly when: When; readonly doctorId?: string | undefined; readonly proof?: Proof | undefined },
  ): Promise<AppointmentDetails>;
  confirm(caller: Caller, id: string, how?: { readonly proof?: Proof | undefined }): Promise<AppointmentDetails>;
  arrive(caller: Caller, id: string): Promise<AppointmentDetails>;
  noShow(caller: Caller, id: string): Promise<AppointmentDetails>;
}

export interface BookingRequest extends Omit<Wish, 'durationMinutes'> {
  readonly patientId?: string | undefined;
  readonly patientName?: string | undefined;
  readonly phone?: string | undefined;
  readonly email?: string | undefined;
  readonly holdToken?: string | undefined;
  readonly notes?: string | undefined;
}

export interface Booked extends AppointmentDetails {
  /** `queued` where a mail waits to leave; whether it arrived nobody knows yet. */
  readonly emailStatus: Posted['email'];
}

export interface Hold {
  readonly token: string;
  readonly expiresAt: number;
}

export interface BookingsParts {
  readonly diaries: Diaries;
  readonly time: Pick<TrustedTime, 'require' | 'lifeMs'>;
  readonly now: () => number;
  readonly tokens: Pick<TokenMaker, 'random' | 'hash'>;
  readonly guesses: Guesses;
  readonly notices: Pick<Notices, 'announce'>;
  readonly post: Pick<Post, 'write'>;
}

const HOLD_MS = 3 * 60_000;
/** How far a hold may seem to reach into the future where the clock was set right by less than an hour. */
const LONGEST_HOLD_MS = HOLD_MS + 3_600_000;
/** For one who is not of the staff: nobody keeps a clinic's whole day from others. */
const MOST_HOLDS = 5;
const MOST_BOOKINGS = 20;
const AUDIENCE = ['receptionist', 'nurse', 'doctor', 'hospital_admin'] as const;

export function makeBookings({ diaries, time, now, tokens, guesses, notices, post }: BookingsParts): Bookings {
  const { storage, open } = diaries;

  /** The time, judged anew, or why it cannot be had. */
  async function take(stores: Stores, caller: Caller, doctor: Doctor, moment: Moment, own?: string): Promise<Taken | Reason> {
    const diary = await open(stores, caller, doctor);
    const { stretch, reason } = await judgeIn(stores, diary, moment, { own });
    if (reason !== undefined || !stretch) return reason ?? 'no_such_time';
    return { doctor, timeZone: diary.zone.name, ...stretch };
  }

  /** Runs what takes a time; whoever is refused it is told of others, read when the unit of work has ended. */
  async function orElse<T>(caller: Caller, doctors: readonly Doctor[], moment: Moment, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof AppError) || error.details.reason !== 'SLOT_TAKEN') throw error;
      const alternatives = await alternativesTo(diaries, caller, doctors, moment);
      throw new AppError(
        error.code,
        error.sentence,
        { ...error.details, context: { ...error.details.context, alternatives } },
        error.cause,
      );
    }
  }

  async function dropOldHolds(stores: Stores): Promise<void> {
    const lifeMs = time.lifeMs();
    await stores.appointments.dropHolds({ lifeMs, longestMs: lifeMs + LONGEST_HOLD_MS });
  }

  async function limitStrangers(stores: Stores, caller: Caller, status: 'held' | 'booked'): Promise<void> {
    if (caller.role !== 'patient' && !isStranger(caller)) return;
    const states = status === 'held' ? (['held'] as const) : (['booked', 'confirmed'] as const);
    const most = status === 'held' ? MOST_HOLDS : MOST_BOOKINGS;
    if ((await stores.appointments.madeBy(caller.userId, states, now())) < most) return;
    throw new AppError('rate-limited', 'You have too many appointments open at once. Please ask at the reception.', {
      retryAfterMs: HOLD_MS,
    });
  }

  /** Writes down what became of an appointment, for the log, its history and whoever watches the desk. */
  async function tell(
    stores: Stores,
    caller: Caller,
    before: Appointment | undefined,
    after: Appointment,
    step: AppointmentStep,
    reason?: string,
  ) {
    const at = after.updatedAt;
    const isMove = step === 'rescheduled' && before !== undefined;
    const event: AppointmentEvent = {
      ...{ id: newId(at), appointmentId: after.id, step, at, by: caller.userId, reason: reason ?? null },
      ...{ fromStartsAt: isMove ? before.startsAt : null, fromDoctorId: isMove ? before.doctorId : null },
    };
    await stores.appointments.addEvent(event);
    const shown = ({ doctorId, startsAt, status }: Appointment) => ({ doctorId, startsAt, status });
    await appendAudit(stores, caller, at, {
      eventType: `appointment.${step}`,
      action: step === 'booked' ? 'C' : 'U',
      entityType: 'appointment',
      entityId: after.id,
      patientId: after.patientId,
      payload: { ...(before && before.status !== 'held' ? { old: shown(before) } : {}), new: shown(after) },
    });
    await writeNotice(stores, {
      ...{ hospitalId: caller.hospitalId, type: 'appointment_changed', audience: AUDIENCE, createdAt: at },
      data: { appointmentId: after.id, doctorId: after.doctorId, startsAt: after.startsAt, status: after.status, step },
    });
  }

  async function details(stores: Stores, id: string): Promise<AppointmentDetails> {
    const found = await stores.appointments.find(id);
    if (!found || found.status === 'held') throw notFound();
    return found;
  }

  async function freshCode(stores: Stores): Promise<string> {
    for (let left = 50; ; left--) {
      const code = String(randomInt(10_000)).padStart(4, '0');
      // With nearly all of them given out, one is given twice: with a name or a birth beside it, it still tells two people apart.
      if (left === 0 || !(await stores.appointments.hasCode(code, now()))) return code;
    }
  }

  async function patientFor(stores: Stores, caller: Caller, { patientId, patientName, phone, email }: BookingRequest): Promise<string> {
    if (caller.role === 'patient') {
      if (caller.patientId === undefined || (patientId !== undefined && patientId !== caller.patientId)) throw noSuch('patient_id');
      return caller.patientId;
    }
    if (patientId !== undefined) {
      if (isStranger(caller) || !(await stores.patients.find(patientId))) throw noSuch('patient_id');
      return patientId;
    }
    return (await patientNamed(stores, caller, now(), { name: patientName ?? '', phone, email })).id;
  }

  /** Throws unless the caller may touch this appointment: staff any, patients their own, everybody else with two proofs. */
  async function requireProof(caller: Caller, id: string, proof: Proof = {}): Promise<void> {
    if (!isStranger(caller)) return;
    if (proofsIn(proof) < 2) throw wrong('proof', sentences.twoProofs);
    const isRight = await judged(caller, () =>
      storage.read(caller.hospitalId, async (stores) => {
        const found = await stores.appointments.find(id);
        const patient = found?.patientId == null ? undefined : await stores.patients.find(found.patientId);
        return found !== undefined && patient !== undefined && isProved(found, patient, proof);
      }),
    );
    if (!isRight) throw notFound();
  }

  async function judged(caller: Caller, judge: () => Promise<boolean>): Promise<boolean> {
    try {
      return await guesses.judged(`booking:${caller.userId}`, judge);
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'rate-limited') throw error;
      const { retryAfterMs = 0 } = error.details;
      throw new AppError('rate-limited', 'That did not fit too often. Please wait {seconds} seconds, or ask at the reception.', {
        retryAfterMs,
        values: { seconds: Math.ceil(retryAfterMs / 1000) },
      });
    }
  }

  type Change = (stores: Stores, before: AppointmentDetails, at: number) => Promise<Partial<Appointment> | undefined>;

  /** One step of an appointment's life: rights, the row, its history, the log and the notice in one unit of work. */
  async function step(
    caller: Caller,
    id: string,
    what: Exclude<AppointmentStep, 'booked'>,
    { change, proof, reason }: { readonly change: Change; readonly proof?: Proof | undefined; readonly reason?: string | undefined },
  ): Promise<AppointmentDetails> {
    const action = what === 'arrived' || what === 'no_show' ? 'appointments.attend' : 'appointments.change';
    authorize(caller, action);
    requireHospital(caller);
    await requireProof(caller, id, proof);
    const after = await storage.transact(caller.hospitalId, async (stores) => {
      const before = await details(stores, id);
      if (!isStranger(caller)) authorizeOwn(caller, action, { patientId: before.patientId });
      requireStep(before.status, what);
      const at = now();
      const changed = await change(stores, before, at);
      if (!changed) return before;
      const appointment: Appointment = { ...rowOf(before), ...changed, sequence: before.sequence + 1, updatedAt: at };
      await stores.appointments.update(appointment);
      await tell(stores, caller, before, appointment, what, reason);
      const row = await details(stores, id);
      await post.write(stores, caller.hospitalId, row, what);
      return row;
    });
    notices.announce(caller);
    return after;
  }

  return {
    async hold(caller, { doctorId, startsAt }) {
      authorize(caller, 'appointments.book');
      requireHospital(caller);
      const moment = momentOf({ startsAt });
      await time.require();
      const doctors = await storage.read(caller.hospitalId, (stores) => doctorsMeant(stores, { doctorId }));
      return orElse(caller, doctors, moment, () =>
        transactOnce(storage, caller, caller.hospitalId, now(), async (stores): Promise<Hold> => {
          await dropOldHolds(stores);
          await limitStrangers(stores, caller, 'held');
          const taken = await take(stores, caller, doctors[0] as Doctor, moment);
          if (typeof taken === 'string') throw refusal(taken, 'start');
          const token = tokens.random('bhd_');
          const expiresAt = time.lifeMs() + HOLD_MS;
          const at = now();
          const id = newId(at);
          await stores.appointments.insert({
            ...{ ...blank, id, status: 'held', patientId: null, doctorId, ...timesOf(taken) },
            ...{ holdHash: tokens.hash(token), holdUntil: expiresAt, madeBy: caller.userId, createdAt: at, updatedAt: at },
          });
          await appendAudit(stores, caller, at, {
            ...{ eventType: 'appointment.held', action: 'C', entityType: 'appointment', entityId: id },
            payload: { new: { doctorId, startsAt } },
          });
          return { token, expiresAt };
        }),
      );
    },

    async holds(caller) {
      authorize(caller, 'appointments.attend');
      requireHospital(caller);
      return storage.transact(caller.hospitalId, async (stores) => {
        const held = await stores.appointments.holds(time.lifeMs());
        await appendAudit(stores, caller, now(), {
          ...{ eventType: 'holds.listed', action: 'R', entityType: 'appointment' },
          payload: { new: { ids: held.map(({ id }) => id) } },
        });
        return held;
      });
    },

    async book(caller, request) {
      authorize(caller, 'appointments.book');
      requireHospital(caller);
      const moment = momentOf(request.when);
      if (caller.role !== 'patient' && request.patientId === undefined && request.patientName === undefined)
        throw wrong('patient_name', sentences.whom);
      await time.require();
      const { doctors, first, reason } = await whoIsFree(caller, request, moment);
      const booked = await orElse(caller, doctors, moment, () => {
        // Who asks again under the same key is answered as before; for everybody else there is nothing to take.
        if (reason !== undefined && !caller.once) throw refusal(reason, 'appointment_time');
        return transactOnce(storage, caller, caller.hospitalId, now(), async (stores): Promise<Booked> => {
          await dropOldHolds(stores);
          await limitStrangers(stores, caller, 'booked');
          const held = await heldFor(stores, request.holdToken);
          const taken = await firstTaken(stores, caller, first, moment, held?.id);
          if (typeof taken === 'string') throw refusal(taken, 'appointment_time');
          if (held && (held.startsAt !== taken.startsAt || held.doctorId !== taken.doctor.id)) throw conflict(sentences.otherHeld, 'held');
          const at = now();
          const appointment: Appointment = {
            ...{ ...blank, id: held?.id ?? newId(at), doctorId: taken.doctor.id, ...timesOf(taken), status: 'booked' },
            ...{ patientId: await patientFor(stores, caller, request), bookingCode: await freshCode(stores) },
            ...{ email: request.email ?? null, notes: request.notes ?? null },
            ...{ madeBy: caller.userId, createdAt: at, updatedAt: at },
          };
          await (held ? stores.appointments.update(appointment) : stores.appointments.insert(appointment));
          await tell(stores, caller, held, appointment, 'booked');
          const row = await details(stores, appointment.id);
          // Whether the record knows an address is nothing that a stranger is told.
          const { email: emailStatus } = await post.write(stores, caller.hospitalId, row, 'booked', { toGiven: isStranger(caller) });
          return { ...(isStranger(caller) ? untold(row, request.patientName) : row), emailStatus };
        });
      });
      notices.announce(caller);
      return booked;
    },

    async find(caller, asked) {
      authorize(caller, 'appointments.find');
      requireHospital(caller);
      const isSaid = proofsIn(asked) >= 2 || (!isStranger(caller) && (asked.phone !== undefined || proofsIn(asked) > 0));
      if (caller.role !== 'patient' && !isSaid) throw wrong('proof', sentences.twoProofs);
      let found: readonly AppointmentDetails[] = [];
      const look = async () => {
        found = await storage.transact(caller.hospitalId, async (stores) => {
          const fitting: AppointmentDetails[] = [];
          for (const one of await stores.appointments.open(await openFor(stores, caller, asked), now())) {
            const patient = one.patientId === null ? undefined : await stores.patients.find(one.patientId);
            if (patient && (isStranger(caller) ? isProved : fits)(one, patient, asked)) fitting.push(one);
          }
          await appendAudit(stores, caller, now(), {
            ...{ eventType: 'appointments.found', action: 'R', entityType: 'appointment' },
            payload: { new: { ids: fitting.map(({ id }) => id) } },
          });
          return fitting;
        });
        return found.length > 0;
      };
      await (isStranger(caller) ? judged(caller, look) : look());
      return isStranger(caller) ? found.map((one) => ({ ...one, patientId: null })) : found;
    },

    cancel: (caller, id, { reason, proof } = {}) =>
      step(caller, id, 'cancelled', {
        ...{ proof, reason },
        change: async (_, { status }) => (status === 'cancelled' ? undefined : { status: 'cancelled' }),
      }),

    async reschedule(caller, id, { when, doctorId, proof }) {
      authorize(caller, 'appointments.change');
      requireHospital(caller);
      const moment = momentOf(when);
      await time.require();
      await requireProof(caller, id, proof);
      const doctors = await storage.read(caller.hospitalId, async (stores) => {
        const before = await details(stores, id);
        if (!isStranger(caller)) authorizeOwn(caller, 'appointments.change', { patientId: before.patientId });
        return doctorsMeant(stores, { doctorId: doctorId ?? before.doctorId });
      });
      const path = 'startsAt' in when ? 'start' : 'appointment_time';
      return orElse(caller, doctors, moment, () =>
        step(caller, id, 'rescheduled', {
          proof,
          change: async (stores, before) => {
            await dropOldHolds(stores);
            const taken = await take(stores, caller, doctors[0] as Doctor, moment, id);
            if (typeof taken === 'string') throw refusal(taken, path);
            if (taken.startsAt === before.startsAt && taken.doctor.id === before.doctorId) return undefined;
            return { doctorId: taken.doctor.id, ...timesOf(taken), status: 'booked' };
          },
        }),
      );
    },

    confirm: (caller, id, { proof } = {}) =>
      step(caller, id, 'confirmed', {
        proof,
        change: async (_, { status }) => (status === 'confirmed' ? undefined : { status: 'confirmed' }),
      }),

    arrive: (caller, id) =>
      step(caller, id, 'arrived', {
        change: async (stores, { id, status, startsAt, doctorId, patientId }, at) => {
          if (status === 'arrived') return undefined;
          const doctor = await stores.practice.doctor(doctorId);
          const { zone } = await open(stores, caller, doctor as Doctor);
          const [day, today] = [zone.wall(startsAt).date, zone.wall(at).date];
          if (day > today) throw conflict(sentences.otherDay, status);
          // What is written down of an earlier day is for the record; nobody waits for it.
          if (day === today && doctor && patientId !== null)
            await standInLine(stores, caller, zone, at, {
              ...{ patientId, doctorId, departmentId: doctor.departmentId, priority: 0, appointmentId: id, appointmentAt: startsAt },
            });
          return { status: 'arrived' };
        },
      }),

    noShow: (caller, id) =>
      step(caller, id, 'no_show', {
        change: async (_, { status, startsAt }, at) => {
          if (startsAt > at) throw conflict(sentences.toCome, status);
          return status === 'no_show' ? undefined : { status: 'no_show' };
        },
      }),
  };

  /** Where to look among what is to come. */
  async function openFor(
    stores: Stores,
    caller: Caller,
    { bookingCode, dob, birthYear, phone }: Proof & { readonly phone?: string | undefined },
  ) {
    if (caller.role === 'patient') return { bookingCode, patientIds: caller.patientId === undefined ? [] : [caller.patientId] };
    if (bookingCode !== undefined) return { bookingCode };
    if (phone !== undefined && !isStranger(caller))
      return { patientIds: (await stores.patients.byPhone(await numberOf(stores, caller, phone))).map(({ id }) => id) };
    return { birthYear: birthYear ?? (dob === undefined ? undefined : Number(dob.slice(0, 4))) };
  }

  /** Who is meant, and of those who could be booked now; a glance, which nothing rests on. */
  async function whoIsFree(caller: Caller, request: BookingRequest, moment: Moment) {
    const doctors = await storage.read(caller.hospitalId, (stores) => doctorsMeant(stores, request));
    const free: Doctor[] = [];
    let reason: Reason | undefined;
    for (const doctor of doctors) {
      const found = await storage.read(caller.hospitalId, async (stores) => {
        const held = request.holdToken === undefined ? undefined : await stores.appointments.heldUnder(tokens.hash(request.holdToken));
        return take(stores, caller, doctor, moment, held?.id);
      });
      if (typeof found !== 'string') free.push(doctor);
      else reason ??= found;
      if (free.length === MOST_TRIED) break;
    }
    const nobody = doctors.length === 0 ? ('no_hours' as const) : reason;
    return { doctors, first: free.length > 0 ? free : doctors.slice(0, 1), reason: free.length > 0 ? undefined : nobody };
  }

  async function firstTaken(
    stores: Stores,
    caller: Caller,
    doctors: readonly Doctor[],
    moment: Moment,
    own?: string,
  ): Promise<Taken | Reason> {
    let reason: Reason = 'no_hours';
    for (const doctor of doctors) {
      const taken = await take(stores, caller, doctor, moment, own);
      if (typeof taken !== 'string') return taken;
      reason = taken;
    }
    return reason;
  }

  async function heldFor(stores: Stores, token: string | undefined): Promise<Appointment | undefined> {
    if (token === undefined) return undefined;
    const held = await stores.appointments.heldUnder(tokens.hash(token));
    if (!held || !isOpen(held.holdUntil ?? 0, time.lifeMs(), HOLD_MS)) throw noSuch('hold_token');
    return held;
  }
}

/** A time that was judged free in this unit of work. */
interface Taken {
  readonly doctor: Doctor;
  readonly timeZone: string;
  readonly startsAt: number;
  readonly endsAt: number;
  readonly busyUntil: number;
}

const MOST_TRIED = 8;
const sentences = {
  whom: 'Say for whom: patient_id or patient_name.',
  twoProofs: 'Give two of these: the booking code, the date or year of birth, the full name.',
  otherHeld: 'Another time is held than the one you want to book.',
  otherDay: 'This appointment is on another day. Move it to today if the patient is to be seen.',
  toCome: 'This appointment is still to come. Cancel it if the patient will not come.',
};

const blank = { bookingCode: null, email: null, notes: null, sequence: 0, holdHash: null, holdUntil: null };
const timesOf = ({ startsAt, endsAt, busyUntil, timeZone }: Taken) => ({ startsAt, endsAt, busyUntil, timeZone });

function rowOf({ doctorName: _, department: __, patientName: ___, ...appointment }: AppointmentDetails): Appointment {
  return appointment;
}

/** Pure: is this somebody who must prove who they are before they hear of an appointment? Whoever is signed in as a patient is not. */
export function isStranger({ role, via }: Pick<Caller, 'role' | 'via'>): boolean {
  return role === 'guest' || (role !== 'patient' && (via === 'telephony' || via === 'kiosk'));
}

/** Pure: a booking as it looks whether or not its patient was known before. */
function untold(row: AppointmentDetails, name: string | undefined): AppointmentDetails {
  return { ...row, patientId: null, patientName: name ?? row.patientName };
}

/** The times that were offered instead, where an error is SLOT_TAKEN. */
export function alternativesIn(error: unknown): readonly Slot[] | undefined {
  if (!(error instanceof AppError) || error.details.reason !== 'SLOT_TAKEN') return undefined;
  return (error.details.context?.alternatives as readonly Slot[] | undefined) ?? [];
}
