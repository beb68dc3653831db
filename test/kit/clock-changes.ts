import { Temporal } from 'temporal-polyfill';
import type { Schedule, Weekday } from '../../src/domain/scheduling/schedule.ts';
import { freeOn, gridOf, judge } from '../../src/domain/scheduling/slots.ts';
import { timeText } from '../../src/domain/scheduling/time-of-day.ts';
import { addDays, type Zone } from '../../src/shared/zone.ts';

/** A change of a zone's clock, as Temporal knows it: another reckoning than the house's own. */
export interface ClockChange {
  readonly zone: string;
  readonly at: number;
  /** Minutes by which the wall jumps: forward above zero. */
  readonly jump: number;
}

export function clockChanges(zone: string, fromYear: number, untilYear: number): ClockChange[] {
  const changes: ClockChange[] = [];
  let at = Temporal.Instant.fromEpochMilliseconds(Date.UTC(fromYear)).toZonedDateTimeISO(zone);
  for (;;) {
    const next = at.getTimeZoneTransition('next');
    if (!next || next.epochMilliseconds >= Date.UTC(untilYear)) return changes;
    changes.push({
      zone,
      at: next.epochMilliseconds,
      jump: (next.offsetNanoseconds - next.subtract({ minutes: 1 }).offsetNanoseconds) / 6e10,
    });
    at = next;
  }
}

const wallAt = (zone: string, ms: number) => {
  const wall = Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone);
  return { date: wall.toPlainDate().toString(), minute: wall.hour * 60 + wall.minute };
};

/** The instants that show this on the wall, found with Temporal. */
function instantsAt(zone: string, date: string, minute: number): number[] {
  const plain = Temporal.PlainDate.from(date).toPlainDateTime({ hour: Math.floor(minute / 60), minute: minute % 60 });
  const found = (['earlier', 'later'] as const).map((disambiguation) => plain.toZonedDateTime(zone, { disambiguation }).epochMilliseconds);
  return [...new Set(found)].filter((ms) => JSON.stringify(wallAt(zone, ms)) === JSON.stringify({ date, minute })).sort((a, b) => a - b);
}

const MINUTE = 60_000;
const weekdays: readonly Weekday[] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const allWeek = (from: number, to: number, slotMinutes: number): Schedule => ({
  ...{ slotMinutes, bufferMinutes: 0, breaks: [], exceptions: [], leave: [] },
  weekly: weekdays.map((weekday) => ({ weekday, from: timeText(from), to: timeText(to) })),
});

/** The five things that a change of the clock could break; each sentence is something that it did. */
export const cases: Readonly<Record<string, (zone: Zone, change: ClockChange) => string[]>> = {
  /** What the clock skips is no time: no instant shows it, nothing begins then, and who asks for it is told. */
  gap(zone, { at, jump }) {
    if (jump <= 0) return same(zone, at);
    const skipped = { date: wallAt(zone.name, at - MINUTE).date, minute: wallAt(zone.name, at - MINUTE).minute + 1 };
    if (skipped.minute >= 1440) Object.assign(skipped, { date: addDays(skipped.date, 1), minute: 0 });
    const said = zone.instants(skipped.date, skipped.minute);
    const verdict = judge(allWeek(0, 1440, 15), zone, skipped, { busy: [], nowMs: at - 30 * 86_400_000 });
    return [
      ...(said.length === 0 ? [] : [`${skipped.date} ${timeText(skipped.minute)} is said to exist`]),
      ...(verdict.reason === 'no_such_time' ? [] : [`it is judged ${verdict.reason}`]),
      ...(zone.edge(skipped.date, skipped.minute) === at ? [] : ['its edge is not the change']),
    ];
  },
  /** What comes twice has two instants, and of the two the first is meant. */
  overlap(zone, { at, jump }) {
    if (jump >= 0) return same(zone, at);
    const twice = wallAt(zone.name, at);
    const said = zone.instants(twice.date, twice.minute);
    const wanted = instantsAt(zone.name, twice.date, twice.minute);
    const moment = { date: twice.date, minute: twice.minute - (twice.minute % 15) };
    const both = instantsAt(zone.name, moment.date, moment.minute);
    const free = judge(allWeek(0, 1440, 15), zone, moment, { busy: [], nowMs: at - 30 * 86_400_000 });
    return [
      ...(wanted.length === 2 && said.join() === wanted.join()
        ? []
        : [`${timeText(twice.minute)} has ${said.length} instants, wanted ${wanted.length}`]),
      ...(free.reason === undefined && free.stretch?.startsAt === both[0] ? [] : [`of two the first is not meant: ${free.reason}`]),
    ];
  },
  /** A weekly nine o'clock is nine o'clock in the week before, on the day and in the week after. */
  weekly(zone, { at }) {
    const schedule = allWeek(9 * 60, 12 * 60, 30);
    const { date } = wallAt(zone.name, at);
    return [-7, -1, 0, 1, 7].flatMap((days) => {
      const day = addDays(date, days);
      const shown = freeOn(schedule, zone, day, [], 0).map(({ startsAt }) => wallAt(zone.name, startsAt));
      const wanted = [540, 570, 600, 630, 660, 690].flatMap((minute) =>
        instantsAt(zone.name, day, minute).map(() => ({ date: day, minute })),
      );
      return JSON.stringify(shown) === JSON.stringify(wanted)
        ? []
        : [`${day} shows ${shown.map(({ minute }) => timeText(minute)).join(' ')}`];
    });
  },
  /** A day of 23 or 25 hours has every quarter of an hour that it has, and no other. */
  day(zone, { at }) {
    const schedule = allWeek(0, 1440, 15);
    const { date } = wallAt(zone.name, at);
    return [wallAt(zone.name, at - MINUTE).date, date].flatMap((day) => {
      const wanted = Array.from({ length: 96 }, (_, index) => index * 15)
        .flatMap((minute) => instantsAt(zone.name, day, minute))
        .sort((a, b) => a - b)
        .filter((start, index, all) => index === 0 || start - (all[index - 1] ?? 0) >= 15 * MINUTE);
      const got = gridOf(schedule, zone, day).map(({ startsAt }) => startsAt);
      return got.join() === wanted.filter((start) => start + 15 * MINUTE <= zone.edge(day, 1440)).join()
        ? []
        : [`${day} has ${got.length} slots, wanted ${wanted.length}`];
    });
  },
  /** An appointment that begins before the change is as long as any, begins when the wall says, and overlaps none behind it. */
  across(zone, { at }) {
    const schedule = allWeek(0, 1440, 45);
    const { date } = wallAt(zone.name, at - MINUTE);
    const grid = gridOf(schedule, zone, date);
    return grid.flatMap(({ startsAt, endsAt }, index) => {
      const shown = wallAt(zone.name, startsAt);
      const next = grid[index + 1];
      return [
        ...(endsAt - startsAt === 45 * MINUTE ? [] : ['a slot has another length']),
        ...(shown.date === date && shown.minute % 45 === 0 ? [] : [`a slot begins at ${timeText(shown.minute)}`]),
        ...(next && next.startsAt < endsAt ? ['two slots overlap'] : []),
      ];
    });
  },
};

/** Around a change of the other kind the two reckonings must agree as well. */
function same(zone: Zone, at: number): string[] {
  return [-90, -31, -1, 0, 1, 31, 90].flatMap((minutes) => {
    const { date, minute } = wallAt(zone.name, at + minutes * MINUTE);
    const got = zone.wall(at + minutes * MINUTE);
    const agrees =
      got.date === date && got.minute === minute && zone.instants(date, minute).join() === instantsAt(zone.name, date, minute).join();
    return agrees ? [] : [`${date} ${timeText(minute)} is another instant`];
  });
}
