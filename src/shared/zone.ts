/** What the clock on the wall of a place shows. */
export interface Wall {
  /** `2026-11-24` */
  readonly date: string;
  /** Of the day, from 0. */
  readonly minute: number;
}

/** A place's time: between instants (milliseconds UTC) and what its wall clock shows. Pure but for a memory of what it worked out before. */
export interface Zone {
  /** IANA name. */
  readonly name: string;
  wall(ms: number): Wall;
  /** The instants at which the wall shows this: none where the clock skips it, two in the hour that comes twice. */
  instants(date: string, minute: number): readonly number[];
  /**
   * Where a stretch of wall time begins or ends: the first instant that shows it, or, where the clock skips it, the skip itself.
   * The minute may be 1440, the end of the day.
   */
  edge(date: string, minute: number): number;
  /** Milliseconds that the wall is ahead of UTC. */
  offsetAt(ms: number): number;
}

export interface Zones {
  /** Throws RangeError for a name that is no zone. */
  of(name: string): Zone;
}

export const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
/** No two changes of a clock lie closer together than weeks, anywhere and at any time since clocks are changed by law. */
const LOOK_EVERY_MS = 7 * DAY_MS;

const DAYS_KEPT = 1_000;

interface Era {
  /** From this instant on. */
  readonly at: number;
  readonly offset: number;
}

/** Every zone that was asked for, with the changes of its clock by year: found once, looked up afterwards. */
export function makeZones(): Zones {
  // The first format of a process takes a hundred times as long as every other, and is made here, where nobody waits for it.
  const known = new Map([['UTC', makeZone('UTC')]]);
  return {
    of(name) {
      const zone = known.get(name) ?? makeZone(name);
      known.set(name, zone);
      return zone;
    },
  };
}

function makeZone(name: string): Zone {
  const format = new Intl.DateTimeFormat('en-US', {
    ...({ timeZone: name, calendar: 'iso8601', numberingSystem: 'latn', hourCycle: 'h23' } as const),
    ...({ year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' } as const),
  });
  const years = new Map<number, readonly Era[]>();
  const days = new Map<string, number | undefined>();

  function look(ms: number): number {
    const parts: Record<string, number> = {};
    for (const { type, value } of format.formatToParts(ms)) parts[type] = Number(value);
    const { year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0 } = parts;
    return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(ms / 1000) * 1000;
  }

  function changeBetween(before: number, after: number): number {
    const offset = look(before);
    while (after - before > 1000) {
      const middle = Math.floor((before + after) / 2000) * 1000;
      if (look(middle) === offset) before = middle;
      else after = middle;
    }
    return after;
  }

  function erasOf(year: number): readonly Era[] {
    const found = years.get(year);
    if (found) return found;
    const [begin, end] = [Date.UTC(year), Date.UTC(year + 1)];
    const eras: Era[] = [{ at: begin, offset: look(begin) }];
    for (let at = begin; at < end; at += LOOK_EVERY_MS) {
      const next = Math.min(at + LOOK_EVERY_MS, end);
      const offset = look(next);
      if (offset !== eras.at(-1)?.offset) eras.push({ at: changeBetween(at, next), offset });
    }
    years.set(year, eras);
    return eras;
  }

  function eraAt(ms: number): Era {
    const eras = erasOf(new Date(ms).getUTCFullYear());
    let era = eras[0] as Era;
    for (const next of eras) if (next.at <= ms) era = next;
    return era;
  }

  const offsetAt = (ms: number) => eraAt(ms).offset;

  /** Where a date's wall begins in UTC; undefined for the few whose clock is changed, or is about to be. */
  function plainDay(date: string): number | undefined {
    if (days.has(date)) return days.get(date);
    const local = Date.parse(`${date}T00:00:00Z`);
    const [before, after] = [offsetAt(local - DAY_MS), offsetAt(local + 2 * DAY_MS)];
    const begin = before === after ? local - before : undefined;
    if (days.size >= DAYS_KEPT) days.clear();
    days.set(date, begin);
    return begin;
  }

  function instants(date: string, minute: number): readonly number[] {
    const begin = plainDay(date);
    if (begin !== undefined) return [begin + minute * MINUTE_MS];
    const local = Date.parse(`${date}T00:00:00Z`) + minute * MINUTE_MS;
    // No place is further from UTC than 14 hours, so whatever holds then holds at one of these.
    const before = offsetAt(local - 15 * 60 * MINUTE_MS);
    const after = offsetAt(local + 15 * 60 * MINUTE_MS);
    const both = before === after ? [local - before] : [local - before, local - after];
    return both.filter((at) => at + offsetAt(at) === local).sort((a, b) => a - b);
  }

  return {
    name,
    offsetAt,
    instants,
    wall(ms) {
      const local = ms + offsetAt(ms);
      const minute = Math.floor((((local % DAY_MS) + DAY_MS) % DAY_MS) / MINUTE_MS);
      return { date: new Date(local).toISOString().slice(0, 10), minute };
    },
    edge(date, minute) {
      const [first] = instants(date, minute);
      if (first !== undefined) return first;
      const local = Date.parse(`${date}T00:00:00Z`) + minute * MINUTE_MS;
      return eraAt(local - offsetAt(local - 15 * 60 * MINUTE_MS)).at;
    },
  };
}

/** Pure: the date so many days later. */
export function addDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

/** Pure: whole days from one date to the other. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / DAY_MS);
}
