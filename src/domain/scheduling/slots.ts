import { addDays, daysBetween, type Zone } from '../../shared/zone.ts';
import { type Schedule, weekdays } from './schedule.ts';
import { minuteOf } from './time-of-day.ts';

/**
 * When a doctor is free, as arithmetic of intervals: hours, breaks, exceptions and leave are stretches of wall time, appointments
 * and holds are stretches between instants. Nothing here reads a clock or a row.
 */

/** A stretch between instants, in milliseconds UTC; `busyUntil` is its end with what is kept free behind it. */
export interface Stretch {
  readonly startsAt: number;
  readonly endsAt: number;
  readonly busyUntil: number;
}

/** What takes a doctor's time already. */
export interface Busy {
  readonly id: string;
  readonly startsAt: number;
  readonly busyUntil: number;
  readonly held: boolean;
}

/** Why a time is not offered. */
export type Reason =
  | 'no_hours'
  | 'no_such_time'
  | 'past'
  | 'too_far'
  | 'leave'
  | 'closed'
  | 'outside_hours'
  | 'exception'
  | 'break'
  | 'off_grid'
  | 'taken'
  | 'held';

export const reasonSentences: Readonly<Record<Reason, string>> = {
  no_hours: 'This doctor has no hours here yet.',
  no_such_time: 'On that day the clock is put forward, and this time does not exist.',
  past: 'This time has passed.',
  too_far: 'This is too far ahead: appointments are made for up to three years.',
  leave: 'The doctor is on leave that day.',
  closed: 'The doctor does not work that day.',
  outside_hours: 'This lies outside the hours of the doctor.',
  exception: 'That day the doctor has other hours than usual.',
  break: 'The doctor has a break then.',
  off_grid: 'No appointment begins at this time. Take one of the times that are offered.',
  taken: 'This time is taken already.',
  held: 'Somebody is booking this time just now. Try again in three minutes, or take another.',
};

const MINUTE_MS = 60_000;
/** Days ahead for which appointments are made. */
export const FAR_DAYS = 1_096;

/** A stretch of wall minutes of one day. */
interface Span {
  readonly from: number;
  readonly to: number;
}

interface Work {
  readonly hours: readonly Span[];
  /** The hours without the breaks. */
  readonly pieces: readonly Span[];
  readonly none?: 'leave' | 'closed';
  /** The hours are not the weekday's own. */
  readonly isException: boolean;
}

/** Pure: when work is done on a date. */
export function workOn(schedule: Schedule, date: string): Work {
  const nothing = { hours: [], pieces: [] };
  if (schedule.leave.some(({ fromDate, toDate }) => fromDate <= date && date <= toDate))
    return { ...nothing, none: 'leave', isException: false };
  const weekday = weekdays[(new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7];
  const exceptions = schedule.exceptions.filter((exception) => exception.date === date);
  const isException = exceptions.length > 0;
  if (exceptions.some(({ closed }) => closed)) return { ...nothing, none: 'closed', isException };
  const usual = schedule.weekly.filter((hours) => hours.weekday === weekday);
  const hours = union((isException ? exceptions : usual).map(spanOf));
  if (hours.length === 0) return { ...nothing, none: 'closed', isException };
  const breaks = schedule.breaks.filter((hours) => hours.weekday === weekday).map(spanOf);
  return { hours, pieces: without(hours, union(breaks)), isException };
}

/**
 * Pure: every appointment that a date has room for, taken or not, in order. Each begins on the wall at a whole number of steps
 * after its piece of the day began; a time that the clock skips has none, one that comes twice has two where both fit.
 */
export function gridOf(schedule: Schedule, zone: Zone, date: string, work: Work = workOn(schedule, date)): readonly Stretch[] {
  const lengthMs = schedule.slotMinutes * MINUTE_MS;
  const step = schedule.slotMinutes + schedule.bufferMinutes;
  const grid: Stretch[] = [];
  for (const { from, to } of work.pieces) {
    const end = zone.edge(date, to);
    const starts: number[] = [];
    for (let minute = from; minute < to; minute += step)
      for (const startsAt of zone.instants(date, minute)) if (startsAt + lengthMs <= end) starts.push(startsAt);
    // In an hour that comes twice two beginnings may lie too close together; the later gives way.
    let busyUntil = Number.NEGATIVE_INFINITY;
    for (const startsAt of starts.sort((a, b) => a - b)) {
      if (startsAt < busyUntil) continue;
      const slot = stretchOf(schedule, startsAt);
      grid.push(slot);
      busyUntil = slot.busyUntil;
    }
  }
  return grid;
}

/** Pure: what is free on a date from an instant on. `busy` is in the order of its beginnings, and does not overlap itself. */
export function freeOn(schedule: Schedule, zone: Zone, date: string, busy: readonly Busy[], fromMs: number): readonly Stretch[] {
  const grid = gridOf(schedule, zone, date);
  const first = grid[0];
  if (!first) return grid;
  let next = firstEndingAfter(busy, first.startsAt);
  return grid.filter((slot) => {
    while (next < busy.length && (busy[next] as Busy).busyUntil <= slot.startsAt) next++;
    const other = busy[next];
    return slot.startsAt > fromMs && (other === undefined || other.startsAt >= slot.busyUntil);
  });
}

export interface Verdict {
  /** Undefined where the wall never shows the time that was asked for. */
  readonly stretch: Stretch | undefined;
  /** Undefined where it is free. */
  readonly reason: Reason | undefined;
  /** What is in its way. */
  readonly conflicts: readonly Busy[];
}

/** The time somebody asks for: an instant, or what the wall shows. */
export type Moment = { readonly startsAt: number } | { readonly date: string; readonly minute: number };

/**
 * Pure: may this time be offered, and if not, why? Of a time that comes twice the first is meant, unless only the second is free.
 * A length of its own asks whether so long a stretch is free that begins where an appointment may.
 */
export function judge(
  schedule: Schedule,
  zone: Zone,
  moment: Moment,
  { busy, nowMs, lengthMs }: { readonly busy: readonly Busy[]; readonly nowMs: number; readonly lengthMs?: number | undefined },
): Verdict {
  const instants = 'startsAt' in moment ? [moment.startsAt] : zone.instants(moment.date, moment.minute);
  if (instants.length === 0) return { stretch: undefined, reason: 'no_such_time', conflicts: [] };
  const verdicts = instants.map((startsAt) => judgeInstant(schedule, zone, stretchOf(schedule, startsAt, lengthMs), busy, nowMs));
  return verdicts.find(({ reason }) => reason === undefined) ?? (verdicts[0] as Verdict);
}

function judgeInstant(schedule: Schedule, zone: Zone, stretch: Stretch, busy: readonly Busy[], nowMs: number): Verdict {
  const no = (reason: Reason, conflicts: readonly Busy[] = []): Verdict => ({ stretch, reason, conflicts });
  const { startsAt, endsAt, busyUntil } = stretch;
  if (startsAt <= nowMs) return no('past');
  const { date } = zone.wall(startsAt);
  if (daysBetween(zone.wall(nowMs).date, date) > FAR_DAYS) return no('too_far');
  const work = workOn(schedule, date);
  if (work.none) return no(work.none);
  const lies = ({ from, to }: Span) => zone.edge(date, from) <= startsAt && endsAt <= zone.edge(date, to);
  if (!work.hours.some(lies)) return no(work.isException ? 'exception' : 'outside_hours');
  const conflicts = busy.filter((other) => other.startsAt < busyUntil && startsAt < other.busyUntil);
  if (conflicts.length > 0) return no(conflicts.every(({ held }) => held) ? 'held' : 'taken', conflicts);
  if (!work.pieces.some(lies)) return no('break');
  if (!gridOf(schedule, zone, date, work).some((slot) => slot.startsAt === startsAt)) return no('off_grid');
  return { stretch, reason: undefined, conflicts };
}

/** Pure: those nearest in time, nearest first; of two as near, the earlier. */
export function nearest<T extends { readonly startsAt: number }>(slots: readonly T[], toMs: number, count: number): T[] {
  const distance = ({ startsAt }: T) => Math.abs(startsAt - toMs);
  return [...slots].sort((a, b) => distance(a) - distance(b) || a.startsAt - b.startsAt).slice(0, count);
}

/** Pure: every date from one to another, both included. */
export function datesBetween(from: string, to: string): string[] {
  return Array.from({ length: Math.max(0, daysBetween(from, to) + 1) }, (_, day) => addDays(from, day));
}

function stretchOf({ slotMinutes, bufferMinutes }: Schedule, startsAt: number, lengthMs = slotMinutes * MINUTE_MS): Stretch {
  const endsAt = startsAt + lengthMs;
  return { startsAt, endsAt, busyUntil: endsAt + bufferMinutes * MINUTE_MS };
}

function spanOf({ from, to }: { readonly from?: string | undefined; readonly to?: string | undefined }): Span {
  return { from: minuteOf(from ?? '') ?? 0, to: minuteOf(to ?? '') ?? 0 };
}

function union(spans: readonly Span[]): Span[] {
  const joined: Span[] = [];
  for (const span of [...spans].sort((a, b) => a.from - b.from)) {
    const last = joined.at(-1);
    if (last && span.from <= last.to) joined[joined.length - 1] = { from: last.from, to: Math.max(last.to, span.to) };
    else joined.push(span);
  }
  return joined;
}

function without(spans: readonly Span[], holes: readonly Span[]): Span[] {
  return holes.reduce(
    (left, hole) =>
      left.flatMap(({ from, to }) => {
        const parts = [
          { from, to: Math.min(to, hole.from) },
          { from: Math.max(from, hole.to), to },
        ];
        return parts.filter((part) => part.from < part.to);
      }),
    [...spans],
  );
}

/** The first that ends after an instant, by halving: busy stretches that do not overlap end in the order in which they begin. */
function firstEndingAfter(busy: readonly Busy[], ms: number): number {
  let [low, high] = [0, busy.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((busy[middle] as Busy).busyUntil <= ms) low = middle + 1;
    else high = middle;
  }
  return low;
}
