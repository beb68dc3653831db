import { AppError } from '../../shared/errors.ts';
import { addDays, type Zone, type Zones } from '../../shared/zone.ts';
import type { Caller } from '../access/caller.ts';
import { noSuch } from '../access/policies.ts';
import { plainName } from '../patients/patient.ts';
import type { Storage, Stores } from '../storage.ts';
import type { Doctor } from './doctor.ts';
import type { Schedule } from './schedule.ts';
import { datesBetween, FAR_DAYS, freeOn, judge, type Moment, nearest, type Reason, reasonSentences, type Verdict } from './slots.ts';
import { minuteOf, timeText } from './time-of-day.ts';

/** A time as a person says it, on the wall of the hospital, or as an instant. */
export type When = { readonly date: string; readonly time: string } | { readonly startsAt: number };

/** With whom: a doctor, by id or by name; any doctor of a department; or whoever is free. */
export interface Whom {
  readonly doctorId?: string | undefined;
  readonly doctorName?: string | undefined;
  readonly department?: string | undefined;
}

/** A time that a doctor is free. */
export interface Slot {
  readonly doctorId: string;
  readonly doctorName: string;
  readonly department: string;
  readonly startsAt: number;
  readonly endsAt: number;
  /** On the wall of the hospital; the time is `09:30`. */
  readonly date: string;
  readonly time: string;
  /** Minutes ahead of UTC, of a time that comes twice that night: they tell one from the other. */
  readonly offsetMinutes?: number;
}

/** What a unit of work must know of a doctor to say when they are free. */
export interface Diary {
  readonly doctor: Doctor;
  readonly schedule: Schedule | undefined;
  readonly zone: Zone;
  readonly nowMs: number;
  /** The time by which holds live. */
  readonly lifeMs: number;
}

/** Judges a time within a unit of work; what it finds holds until that unit ends. `own` is left out of account: a hold, or what is to be moved. */
export async function judgeIn(
  stores: Stores,
  { doctor, schedule, zone, nowMs, lifeMs }: Diary,
  moment: Moment,
  { lengthMs, own }: { readonly lengthMs?: number | undefined; readonly own?: string | undefined } = {},
): Promise<Verdict> {
  if (!schedule) return { stretch: undefined, reason: 'no_hours', conflicts: [] };
  const around = 'startsAt' in moment ? moment.startsAt : zone.edge(moment.date, moment.minute);
  // The wall's hour may come twice, and an appointment takes a day at most.
  const between = { fromMs: around - DAY_MS, toMs: around + 2 * DAY_MS, lifeMs };
  const busy = (await stores.appointments.busy(doctor.id, between)).filter(({ id }) => id !== own);
  return judge(schedule, zone, moment, { busy, nowMs, lengthMs });
}

/** What is free between two dates, both included, in order. */
export async function freeIn(
  stores: Stores,
  { doctor, schedule, zone, nowMs, lifeMs }: Diary,
  { from, to, lengthMs }: { readonly from: string; readonly to: string; readonly lengthMs?: number | undefined },
): Promise<readonly Free[]> {
  const today = zone.wall(nowMs).date;
  const [first, last] = [from > today ? from : today, earlier(to, addDays(today, FAR_DAYS))];
  if (!schedule || first > last) return [];
  const between = { fromMs: zone.edge(first, 0), toMs: zone.edge(last, 1440) + DAY_MS, lifeMs };
  const busy = await stores.appointments.busy(doctor.id, between);
  const found: Free[] = [];
  for (const date of datesBetween(first, last))
    for (const { startsAt, endsAt } of freeOn(schedule, zone, date, busy, nowMs)) {
      if (lengthMs !== undefined && judge(schedule, zone, { startsAt }, { busy, nowMs, lengthMs }).reason) continue;
      found.push({ startsAt, endsAt: lengthMs === undefined ? endsAt : startsAt + lengthMs });
    }
  return found;
}

interface Free {
  readonly startsAt: number;
  readonly endsAt: number;
}

export function slotOf(doctor: Doctor, zone: Zone, { startsAt, endsAt }: Free): Slot {
  const { date, minute } = zone.wall(startsAt);
  const isTwice = zone.instants(date, minute).length > 1;
  return {
    ...{ doctorId: doctor.id, doctorName: doctor.name, department: doctor.department, startsAt, endsAt, date, time: timeText(minute) },
    ...(isTwice ? { offsetMinutes: zone.offsetAt(startsAt) / 60_000 } : {}),
  };
}

/** Throws `invalid` for a date or a time that is none. */
export function momentOf(when: When): Moment {
  if ('startsAt' in when) {
    if (Math.abs(when.startsAt) < Date.UTC(2100)) return when;
    throw wrong('start', sentences.date);
  }
  requireDate('appointment_date', when.date);
  const minute = minuteOf(when.time);
  if (minute === undefined || minute === 1440) throw wrong('appointment_time', 'This must be a time of the day, as 09:00.');
  return { date: when.date, minute };
}

export function requireDate(path: string, date: string): void {
  const parsed = /^\d{4}-\d{2}-\d{2}$/.test(date) ? Date.parse(`${date}T00:00:00Z`) : Number.NaN;
  const isDate = !Number.isNaN(parsed) && new Date(parsed).toISOString().startsWith(date);
  if (!isDate) throw wrong(path, sentences.form);
  if (date < '2000' || date >= '2100') throw wrong(path, sentences.date);
}

export function wrong(path: string, message: string, context: Readonly<Record<string, unknown>> = {}): AppError {
  return new AppError('invalid', message, { fields: [{ path, message }], context });
}

/** What is thrown where a time cannot be had; alternatives are laid beside it when the unit of work has ended. */
export function refusal(reason: Reason, path: string): AppError {
  const sentence = reasonSentences[reason];
  if (reason === 'past' || reason === 'too_far' || reason === 'no_such_time') return wrong(path, sentence, { reason });
  return new AppError('conflict', sentence, { reason: 'SLOT_TAKEN', context: { reason } });
}

export async function zoneOf(stores: Stores, zones: Zones, hospitalId: string): Promise<Zone> {
  const hospital = await stores.access.hospital(hospitalId);
  return zones.of(hospital?.settings.timeZone ?? 'UTC');
}

/** The doctors that somebody means. One who is not there is DATA_INTEGRITY_ERROR, one of another department `invalid`. */
export async function doctorsMeant(stores: Stores, { doctorId, doctorName, department }: Whom): Promise<readonly Doctor[]> {
  if (doctorId !== undefined) {
    const doctor = await stores.practice.doctor(doctorId);
    if (!doctor) throw noSuch('doctor_id');
    if (department !== undefined && !isOf(doctor, department)) throw wrong('department', sentences.otherDepartment);
    return [doctor];
  }
  const all = await stores.practice.doctors({ limit: 1_000 });
  if (doctorName !== undefined) {
    const named = doctorsNamed(all, doctorName);
    const here = department === undefined ? named : named.filter((doctor) => isOf(doctor, department));
    if (named.length === 0) throw noSuch('doctor_name');
    if (here.length === 0) throw wrong('department', sentences.otherDepartment);
    if (here.length > 1) throw wrong('doctor_name', sentences.severalDoctors);
    return here;
  }
  const inDepartment = department === undefined ? all : all.filter((doctor) => isOf(doctor, department));
  if (department !== undefined && inDepartment.length === 0) throw noSuch('department');
  return inDepartment;
}

/** Pure: whoever is called exactly so; else whoever has all of these words in their name. */
export function doctorsNamed<T extends Pick<Doctor, 'name'>>(doctors: readonly T[], name: string): readonly T[] {
  const wanted = plainName(name);
  const exact = doctors.filter((doctor) => plainName(doctor.name) === wanted);
  if (exact.length > 0 || wanted === '') return exact;
  return doctors.filter((doctor) => {
    const words = plainName(doctor.name).split(' ');
    return wanted.split(' ').every((word) => words.includes(word));
  });
}

/** Reads for many doctors, each in a unit of its own, so that nobody waits for all of them. */
export interface Diaries {
  readonly storage: Storage;
  readonly open: (stores: Stores, caller: Caller, doctor: Doctor) => Promise<Diary>;
}

/** The times nearest to one that cannot be had, nearest first: of whoever was asked for, then of the same department. */
export async function alternativesTo(
  { storage, open }: Diaries,
  caller: Caller,
  doctors: readonly Doctor[],
  moment: Moment,
  lengthMs?: number | undefined,
): Promise<readonly Slot[]> {
  const found = await nearestOf(doctors, COUNT);
  const [only] = doctors;
  if (found.length === COUNT || doctors.length !== 1 || !only) return found;
  const colleagues = await storage.read(caller.hospitalId, (stores) => doctorsMeant(stores, { department: only.department }));
  const others = await nearestOf(
    colleagues.filter(({ id }) => id !== only.id),
    COUNT - found.length,
  );
  return [...found, ...others];

  async function nearestOf(some: readonly Doctor[], count: number): Promise<readonly Slot[]> {
    let best: readonly Slot[] = [];
    for (const days of [1, 8, 62]) {
      const slots: Slot[] = [];
      let toMs = 0;
      for (const doctor of some)
        await storage.read(caller.hospitalId, async (stores) => {
          const diary = await open(stores, caller, doctor);
          const { zone, nowMs } = diary;
          toMs = Math.max('startsAt' in moment ? moment.startsAt : zone.edge(moment.date, moment.minute), nowMs);
          const { date } = zone.wall(toMs);
          const free = await freeIn(stores, diary, { from: addDays(date, -days), to: addDays(date, days), lengthMs });
          slots.push(...nearest(free, toMs, count).map((one) => slotOf(doctor, zone, one)));
        });
      best = nearest(slots, toMs, count);
      const last = best[count - 1];
      // Beyond the days that were looked at nothing can be nearer than this.
      if (last && Math.abs(last.startsAt - toMs) <= days * DAY_MS) break;
    }
    return best;
  }
}

const COUNT = 3;
const DAY_MS = 86_400_000;
const isOf = (doctor: Doctor, department: string) => plainName(doctor.department) === plainName(department);
const earlier = (a: string, b: string) => (a < b ? a : b);

const sentences = {
  date: 'This date is not possible here.',
  form: 'This must be a date, as 2026-01-31.',
  otherDepartment: 'This is not the department of this doctor.',
  severalDoctors: 'Several doctors are called so. Give the full name, or the department.',
};
