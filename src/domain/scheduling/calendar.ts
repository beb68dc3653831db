import { AppError } from '../../shared/errors.ts';
import { addDays, daysBetween, type Zones } from '../../shared/zone.ts';
import type { Caller } from '../access/caller.ts';
import { authorize, authorizeOwn, notFound, requireHospital } from '../access/policies.ts';
import { appendAudit } from '../audit/audit-log.ts';
import type { Storage } from '../storage.ts';
import {
  alternativesTo,
  type Diaries,
  doctorsMeant,
  freeIn,
  judgeIn,
  momentOf,
  requireDate,
  type Slot,
  slotOf,
  type When,
  type Whom,
  wrong,
  zoneOf,
} from './diary.ts';
import { faultsOf, type Schedule } from './schedule.ts';
import { type Reason, workOn } from './slots.ts';

/** When doctors work, and when they are free. There is nothing of a patient in it. */
export interface Calendar {
  /** Undefined where none was made yet. */
  schedule(caller: Caller, doctorId: string): Promise<Schedule | undefined>;
  /** Takes the place of what was there. Appointments that stand stay as they are; those that now lie outside are named. */
  setSchedule(caller: Caller, doctorId: string, schedule: Schedule): Promise<ScheduleSet>;
  /** What is free from one local date to another, both included: 62 days at most, by default a week from today. */
  slots(caller: Caller, asked: Whom & { readonly from?: string | undefined; readonly to?: string | undefined }): Promise<readonly Slot[]>;
  /** Is this time free, and if not, why, and what is nearest to it? It is asked again, and for good, when one books. */
  check(caller: Caller, wish: Wish): Promise<Availability>;
}

export interface Wish extends Whom {
  readonly when: When;
  /** Where it is not one appointment of the doctor's usual length. */
  readonly durationMinutes?: number | undefined;
}

export interface ScheduleSet {
  readonly schedule: Schedule;
  readonly outside: readonly { readonly appointmentId: string; readonly startsAt: number }[];
}

export interface Availability {
  readonly available: boolean;
  /** What was asked for, of the doctor who is free or, of a single one, who is not; undefined where the wall never shows that time. */
  readonly slot: Slot | undefined;
  readonly reason: Reason | undefined;
  /** What is in the way: times only. */
  readonly conflicts: readonly { readonly doctorId: string; readonly startsAt: number; readonly busyUntil: number }[];
  /** None where the time is free. */
  readonly alternatives: readonly Slot[];
}

export interface CalendarParts {
  readonly storage: Storage;
  readonly zones: Zones;
  readonly diaries: Diaries;
  readonly now: () => number;
  /** Lets others have their turn. */
  readonly rest: () => Promise<void>;
}

const MOST_DAYS = 62;
/** Days that are worked out before others have their turn. */
const AT_A_TIME = 16;
const earlier = (a: string, b: string) => (a < b ? a : b);
const sentences = {
  order: 'The last day must not come before the first.',
  most: 'At most 62 days can be asked for at once.',
};

export function makeCalendar({ storage, zones, diaries, now, rest }: CalendarParts): Calendar {
  return {
    async schedule(caller, doctorId) {
      authorize(caller, 'practice.read');
      return storage.read(caller.hospitalId, async (stores) => {
        if (!(await stores.practice.doctor(doctorId))) throw notFound();
        return stores.appointments.schedule(doctorId);
      });
    },

    async setSchedule(caller, doctorId, schedule) {
      authorize(caller, 'schedules.write');
      requireHospital(caller);
      const faults = faultsOf(schedule);
      if (faults.length > 0) throw new AppError('invalid', 'Some of what you sent is not right.', { fields: faults });
      return storage.transact(caller.hospitalId, async (stores) => {
        const doctor = await stores.practice.doctor(doctorId);
        if (!doctor) throw notFound();
        authorizeOwn(caller, 'schedules.write', doctor);
        const at = now();
        const before = await stores.appointments.schedule(doctorId);
        await stores.appointments.putSchedule(doctorId, schedule, caller.userId, at);
        await appendAudit(stores, caller, at, {
          eventType: 'schedule.changed',
          action: before ? 'U' : 'C',
          entityType: 'doctor',
          entityId: doctorId,
          payload: { ...(before ? { old: { ...before } } : {}), new: { ...schedule } },
        });
        const zone = await zoneOf(stores, zones, caller.hospitalId);
        const standing = await stores.appointments.list({ fromMs: at, toMs: Date.UTC(2100), doctorId }, { limit: 500 });
        const fits = ({ startsAt, endsAt }: { startsAt: number; endsAt: number }) => {
          const { date } = zone.wall(startsAt);
          return workOn(schedule, date).pieces.some(({ from, to }) => zone.edge(date, from) <= startsAt && endsAt <= zone.edge(date, to));
        };
        const outside = standing.filter((one) => (one.status === 'booked' || one.status === 'confirmed') && !fits(one));
        return { schedule, outside: outside.map(({ id, startsAt }) => ({ appointmentId: id, startsAt })) };
      });
    },

    async slots(caller, { from, to, ...whom }) {
      authorize(caller, 'slots.read');
      requireHospital(caller);
      const { doctors, today } = await storage.read(caller.hospitalId, async (stores) => {
        const zone = await zoneOf(stores, zones, caller.hospitalId);
        return { doctors: await doctorsMeant(stores, whom), today: zone.wall(now()).date };
      });
      const first = from ?? today;
      requireDate('from', first);
      const last = to ?? addDays(first, 6);
      requireDate('to', last);
      if (last < first) throw wrong('to', sentences.order);
      if (daysBetween(first, last) >= MOST_DAYS) throw wrong('to', sentences.most);
      const days = new Map<string, Slot[]>();
      for (const doctor of doctors)
        for (let from = first; from <= last; from = addDays(from, AT_A_TIME)) {
          const to = earlier(addDays(from, AT_A_TIME - 1), last);
          const { zone, free } = await storage.read(caller.hospitalId, async (stores) => {
            const diary = await diaries.open(stores, caller, doctor);
            return { zone: diary.zone, free: await freeIn(stores, diary, { from, to }) };
          });
          for (const one of free) {
            const slot = slotOf(doctor, zone, one);
            const ofDay = days.get(slot.date);
            if (ofDay) ofDay.push(slot);
            else days.set(slot.date, [slot]);
          }
          if (to < last || doctors.length > 1) await rest();
        }
      // Day by day, so that the calendar of a large clinic is not put in order in one breath.
      const slots: Slot[] = [];
      for (const [index, date] of [...days.keys()].sort().entries()) {
        if (index % 8 === 7) await rest();
        for (const slot of (days.get(date) ?? []).sort((a, b) => a.startsAt - b.startsAt)) slots.push(slot);
      }
      return slots;
    },

    async check(caller, { when, durationMinutes, ...whom }) {
      authorize(caller, 'slots.read');
      requireHospital(caller);
      const moment = momentOf(when);
      const lengthMs = durationMinutes === undefined ? undefined : durationMinutes * 60_000;
      const doctors = await storage.read(caller.hospitalId, (stores) => doctorsMeant(stores, whom));
      const refused: Omit<Availability, 'available' | 'alternatives'>[] = [];
      for (const doctor of doctors) {
        const found = await storage.read(caller.hospitalId, async (stores) => {
          const diary = await diaries.open(stores, caller, doctor);
          const { stretch, reason, conflicts } = await judgeIn(stores, diary, moment, { lengthMs });
          const slot = stretch && slotOf(doctor, diary.zone, stretch);
          return { slot, reason, conflicts: conflicts.map(({ startsAt, busyUntil }) => ({ doctorId: doctor.id, startsAt, busyUntil })) };
        });
        if (found.reason === undefined) return { ...found, available: true, alternatives: [] };
        refused.push(found);
      }
      return {
        available: false,
        slot: refused.length === 1 ? refused[0]?.slot : undefined,
        reason: weightiest(refused.map(({ reason }) => reason)),
        conflicts: refused.flatMap(({ conflicts }) => conflicts),
        alternatives: await alternativesTo(diaries, caller, doctors, moment, lengthMs),
      };
    },
  };
}

/** Pure: of what keeps several doctors, what a caller can do most about. */
export function weightiest(reasons: readonly (Reason | undefined)[]): Reason {
  const order: readonly Reason[] = ['past', 'too_far', 'no_such_time', 'taken', 'held', 'off_grid', 'break'];
  const rest = reasons.find((reason) => reason !== undefined) ?? 'no_hours';
  return order.find((reason) => reasons.includes(reason)) ?? rest;
}
