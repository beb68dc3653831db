import { type Chance, makeChance } from '../../src/cli/demo/chance.ts';
import type { AppointmentDetails } from '../../src/domain/scheduling/appointment.ts';
import { alternativesIn } from '../../src/domain/scheduling/bookings.ts';
import type { Schedule, Weekday } from '../../src/domain/scheduling/schedule.ts';
import { AppError } from '../../src/shared/errors.ts';
import { type FakeClock, makeFakeClock } from '../fakes/fake-clock.ts';
import type { Desk } from './desk.ts';

/**
 * A desk of paper: the same rules as the room's, worked out as simply as can be, minute by minute and row by row. Random life is
 * lived through on both, and wherever they part is a divergence. Places without summer time: their nights are proved apart.
 */
const places = { 'Asia/Kolkata': 330, UTC: 0, 'Asia/Kathmandu': 345, 'America/Phoenix': -420, 'Pacific/Kiritimati': 840 } as const;
type Place = keyof typeof places;
export const oraclePlaces = Object.keys(places) as [Place, ...Place[]];

interface PaperRow {
  id: string | undefined;
  doctor: number;
  start: number;
  end: number;
  state: 'held' | 'booked' | 'confirmed' | 'cancelled';
  heldUntil: number;
  token: string | undefined;
}

const MINUTE = 60_000;
const DAY = 24 * 60;
const names: readonly Weekday[] = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const clockText = (minute: number) => `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;

/** A life begins on a day of its own, so that its number is enough to live it again. */
export function clockOf(seed: number): FakeClock {
  return makeFakeClock(Date.UTC(2026, 0, 1 + (seed % 1_500), seed % 24, (seed * 7) % 60));
}

/** Lives one random sequence through on both desks; every sentence is a divergence. */
export async function liveBoth(
  desk: Desk,
  clock: FakeClock,
  { hospitalId, place, seed, steps }: { readonly hospitalId: string; readonly place: Place; readonly seed: number; readonly steps: number },
): Promise<{ readonly divergences: string[]; readonly operations: number }> {
  const chance = makeChance(seed);
  const divergences: string[] = [];
  const offset = places[place];
  const today = Math.floor((clock.now().getTime() / MINUTE + offset) / DAY); // days of the wall since 1970
  const schedules = [randomSchedule(chance, today), randomSchedule(chance, today)];
  const doctors = [await desk.doctor(hospitalId, schedules[0]), await desk.doctor(hospitalId, schedules[1])];
  const patientId = await desk.patient(hospitalId);
  const caller = desk.as(hospitalId);
  const paper: PaperRow[] = [];
  const now = () => clock.now().getTime();
  const beginnings = new Map<string, ReadonlySet<number>>();

  /** The minutes of a day of the wall at which an appointment may begin, whoever has it. */
  function beginningsOn(doctor: number, day: number): ReadonlySet<number> {
    const key = `${doctor} ${day}`;
    const known = beginnings.get(key);
    if (known) return known;
    const schedule = schedules[doctor] as Schedule;
    const works = worksOn(schedule, day);
    const found = new Set<number>();
    for (let minute = 0, begin = 0; minute < DAY; minute++) {
      if (!works(minute)) continue;
      if (minute === 0 || !works(minute - 1)) begin = minute;
      let length = 0;
      while (length < schedule.slotMinutes && works(minute + length)) length++;
      if (length === schedule.slotMinutes && (minute - begin) % (schedule.slotMinutes + schedule.bufferMinutes) === 0) found.add(minute);
    }
    beginnings.set(key, found);
    return found;
  }
  function isOnGrid(doctor: number, start: number): boolean {
    const wall = start / MINUTE + offset;
    return beginningsOn(doctor, Math.floor(wall / DAY)).has(((wall % DAY) + DAY) % DAY);
  }
  const isLive = (row: PaperRow) => row.state !== 'cancelled' && (row.state !== 'held' || row.heldUntil > now());
  const busyUntil = (doctor: number, start: number) => {
    const { slotMinutes, bufferMinutes } = schedules[doctor] as Schedule;
    return start + (slotMinutes + bufferMinutes) * MINUTE;
  };
  function verdict(doctor: number, start: number, own?: PaperRow): 'ok' | 'VALIDATION_ERROR' | 'SLOT_TAKEN' {
    if (start <= now()) return 'VALIDATION_ERROR';
    const isTaken = paper.some(
      (row) => row !== own && row.doctor === doctor && isLive(row) && row.start < busyUntil(doctor, start) && start < row.end,
    );
    return isOnGrid(doctor, start) && !isTaken ? 'ok' : 'SLOT_TAKEN';
  }
  function freeOf(doctor: number, fromDay: number, toDay: number): number[] {
    const free: number[] = [];
    for (let day = fromDay; day <= toDay; day++)
      for (const minute of beginningsOn(doctor, day)) {
        const start = (day * DAY + minute - offset) * MINUTE;
        if (verdict(doctor, start) === 'ok') free.push(start);
      }
    return free;
  }

  const outcome = async <T>(work: Promise<T>): Promise<{ code: string; value?: T; error?: unknown }> =>
    work.then(
      (value) => ({ code: 'ok', value }),
      (error: unknown) => {
        if (!(error instanceof AppError)) throw error;
        return { code: error.details.reason ?? (error.code === 'invalid' ? 'VALIDATION_ERROR' : error.code), error };
      },
    );
  const differ = (what: string, wanted: unknown, got: unknown) => {
    if (JSON.stringify(wanted) !== JSON.stringify(got))
      divergences.push(`seed ${seed}: ${what}: the paper says ${JSON.stringify(wanted)}, the room ${JSON.stringify(got)}`);
  };
  /** Somewhere in the days ahead: mostly where work is done, and mostly on the grid. */
  function somewhere(doctor: number): number {
    const day = today + chance.below(4);
    const works = worksOn(schedules[doctor] as Schedule, day);
    const minutes = Array.from({ length: DAY / 5 }, (_, index) => index * 5).filter((minute) => works(minute));
    const minute = minutes.length > 0 && chance.below(12) > 0 ? (minutes[chance.below(minutes.length)] ?? 0) : chance.below(DAY / 5) * 5;
    const start = (day * DAY + minute - offset) * MINUTE;
    const onGrid = freeOf(doctor, day, day);
    return chance.below(5) === 0 || onGrid.length === 0 ? start : (onGrid[chance.below(Math.min(6, onGrid.length))] ?? start);
  }
  const when = (start: number) => {
    const wall = new Date(start + offset * MINUTE).toISOString();
    return { date: wall.slice(0, 10), time: wall.slice(11, 16) };
  };
  const write = (row: Pick<PaperRow, 'doctor' | 'start' | 'state'> & Partial<PaperRow>): PaperRow => {
    const whole = { id: undefined, heldUntil: 0, token: undefined, end: busyUntil(row.doctor, row.start), ...row };
    paper.push(whole);
    return whole;
  };

  async function look(doctor: number): Promise<void> {
    const slots = await desk.scheduling.slots(caller, { doctorId: doctors[doctor], from: dateOf(today), to: dateOf(today + 6) });
    const shown = slots.map(({ startsAt }) => startsAt);
    differ(`what is free of ${doctor}`, freeOf(doctor, today, today + 6), shown);
  }

  let operations = 0;
  for (let step = 0; step < steps; step++) {
    operations++;
    const doctor = chance.below(2);
    const doctorId = doctors[doctor] as string;
    const rows = paper.filter(({ id }) => id !== undefined);
    const row = rows[chance.below(Math.max(1, rows.length))];
    const deed = chance.pick([
      'book',
      'book',
      'book',
      'race',
      'hold',
      'use',
      'cancel',
      'move',
      'move',
      'confirm',
      'wait',
      'look',
      'rehire',
    ]);
    if (deed === 'book') {
      const start = somewhere(doctor);
      const wanted = verdict(doctor, start);
      const got = await outcome(desk.scheduling.book(caller, { doctorId, patientId, when: when(start) }));
      differ(`book ${doctor} at ${when(start).date} ${when(start).time}`, wanted, got.code);
      if (got.value) write({ id: got.value.id, doctor, start, state: 'booked' });
      if (got.code === 'SLOT_TAKEN') {
        // As the room does it: those within a day, or else within eight, or else within sixty-two.
        const asked = Math.floor((start / MINUTE + offset) / DAY);
        const near = freeOf(doctor, asked - 9, asked + 9).sort((a, b) => Math.abs(a - start) - Math.abs(b - start) || a - b);
        const told = (alternativesIn(got.error) ?? []).filter((slot) => slot.doctorId === doctorId).map(({ startsAt }) => startsAt);
        if (near[2] !== undefined && Math.abs(near[2] - start) < 8 * DAY * MINUTE) differ('nearest', near.slice(0, 3), told);
      }
    } else if (deed === 'race') {
      const start = somewhere(doctor);
      const wanted = verdict(doctor, start);
      const tries = [0, 1, 2].map(() => outcome(desk.scheduling.book(caller, { doctorId, patientId, when: when(start) })));
      const all = await Promise.all(tries);
      const winners = all.filter(({ code }) => code === 'ok');
      differ('winners of a race', wanted === 'ok' ? 1 : 0, winners.length);
      for (const { value } of winners) if (value) write({ id: value.id, doctor, start, state: 'booked' });
    } else if (deed === 'hold') {
      const start = somewhere(doctor);
      const wanted = verdict(doctor, start);
      const got = await outcome(desk.scheduling.hold(caller, { doctorId, startsAt: start }));
      differ('hold', wanted, got.code);
      if (got.value) write({ doctor, start, state: 'held', heldUntil: now() + 180_000, token: got.value.token });
    } else if (deed === 'use') {
      const held = paper.find(({ state }) => state === 'held');
      if (!held?.token) continue;
      const wanted = held.heldUntil <= now() ? 'DATA_INTEGRITY_ERROR' : verdict(held.doctor, held.start, held);
      const request = { doctorId: doctors[held.doctor], patientId, when: when(held.start), holdToken: held.token };
      const got = await outcome(desk.scheduling.book(caller, request));
      // A hold that has run out and whose time somebody took meanwhile is refused for either.
      if (!(wanted === 'DATA_INTEGRITY_ERROR' && verdict(held.doctor, held.start, held) !== 'ok')) differ('use a hold', wanted, got.code);
      if (got.value) Object.assign(held, { id: got.value.id, state: 'booked', token: undefined, end: busyUntil(held.doctor, held.start) });
      else if (held.heldUntil <= now()) Object.assign(held, { state: 'cancelled', token: undefined });
    } else if (deed === 'rehire') {
      // Other hours from now on; what stands stays, with the length that it had.
      const schedule = randomSchedule(chance, today);
      schedules[doctor] = schedule;
      beginnings.clear();
      await desk.scheduling.setSchedule(desk.as(hospitalId, 'hospital_admin'), doctorId, schedule);
    } else if (deed === 'wait') {
      await clock.advance((1 + chance.below(240)) * MINUTE);
    } else if (deed === 'look') {
      await look(doctor);
    } else if (row?.id !== undefined && deed === 'cancel') {
      const got = await outcome(desk.scheduling.cancel(caller, row.id));
      differ('cancel', 'ok', got.code);
      row.state = 'cancelled';
    } else if (row?.id !== undefined && deed === 'confirm') {
      const got = await outcome(desk.scheduling.confirm(caller, row.id));
      differ('confirm', row.state === 'cancelled' ? 'CONFLICT' : 'ok', got.code);
      if (got.value) row.state = 'confirmed';
    } else if (row?.id !== undefined && deed === 'move') {
      const start = somewhere(doctor);
      const wanted = row.state === 'cancelled' ? 'CONFLICT' : verdict(doctor, start, row);
      const got = await outcome(desk.scheduling.reschedule(caller, row.id, { when: { startsAt: start }, doctorId }));
      differ('move', wanted, got.code);
      const isMoved = row.start !== start || row.doctor !== doctor;
      if (got.value && isMoved) Object.assign(row, { doctor, start, end: busyUntil(doctor, start), state: 'booked' });
    }
  }

  await look(0);
  await look(1);
  const stored: AppointmentDetails[] = [];
  for (const doctorId of doctors) {
    const asked = { doctorId, from: dateOf(today - 1), to: dateOf(today + 10), limit: 200 };
    stored.push(...(await desk.scheduling.list(caller, asked)).items);
  }
  const shown = (rows: readonly (readonly [string, number, string])[]) => rows.map((row) => row.join(' ')).sort();
  differ(
    'rows at the end',
    shown(paper.flatMap(({ id, start, state }) => (id === undefined ? [] : [[id, start, state] as const]))),
    shown(stored.map(({ id, startsAt, status }) => [id, startsAt, status])),
  );
  differ('overlapping pairs', 0, overlaps(stored));
  return { divergences, operations };
}

/** How many pairs of living appointments of one doctor share a moment. */
export function overlaps(rows: readonly Pick<AppointmentDetails, 'doctorId' | 'startsAt' | 'busyUntil' | 'status'>[]): number {
  let count = 0;
  const living = rows.filter(({ status }) => status !== 'cancelled').sort((a, b) => a.startsAt - b.startsAt);
  for (const [, ofDoctor] of Map.groupBy(living, ({ doctorId }) => doctorId))
    for (const [index, row] of ofDoctor.entries()) {
      const next = ofDoctor[index + 1];
      if (next && next.startsAt < row.busyUntil) count++;
    }
  return count;
}

const dateOf = (day: number) => new Date(day * DAY * MINUTE).toISOString().slice(0, 10);
const minutesOf = (text: string) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3));

/** Is a minute of the wall one in which this doctor works? */
function worksOn({ weekly, breaks, exceptions, leave }: Schedule, day: number): (minute: number) => boolean {
  const date = dateOf(day);
  const weekday = names[new Date(date).getUTCDay()];
  const others = exceptions.filter((one) => one.date === date);
  const isAway = leave.some(({ fromDate, toDate }) => fromDate <= date && date <= toDate) || others.some(({ closed }) => closed);
  const within = ({ from = '00:00', to = '00:00' }: { from?: string | undefined; to?: string | undefined }, minute: number) =>
    minutesOf(from) <= minute && minute < minutesOf(to);
  const hours = others.length > 0 ? others : weekly.filter((one) => one.weekday === weekday);
  const pauses = breaks.filter((one) => one.weekday === weekday);
  const minutes = Array.from(
    { length: DAY },
    (_, minute) => hours.some((one) => within(one, minute)) && !pauses.some((one) => within(one, minute)),
  );
  return (minute) => !isAway && minutes[minute] === true;
}

function randomSchedule(chance: Chance, today: number): Schedule {
  const span = () => {
    const from = chance.below(22 * 12) * 5;
    return { from: clockText(from), to: clockText(Math.min(DAY, from + 5 * (6 + chance.below(60)))) };
  };
  const some = <T>(most: number, make: () => T): T[] => Array.from({ length: chance.below(most + 1) }, make);
  const weekly = names.flatMap((weekday) => [{ weekday, ...span() }, ...some(1, () => ({ weekday, ...span() }))]);
  return {
    slotMinutes: chance.pick([10, 15, 20, 25, 30, 45, 60]),
    bufferMinutes: chance.pick([0, 0, 0, 5, 10]),
    weekly,
    breaks: names.flatMap((weekday) => some(1, () => ({ weekday, ...span() }))),
    exceptions: some(2, () => ({ date: dateOf(today + chance.below(5)), ...(chance.below(3) === 0 ? { closed: true } : span()) })),
    leave: some(1, () => ({ fromDate: dateOf(today + 2 + chance.below(3)), toDate: dateOf(today + 5) })),
  };
}
