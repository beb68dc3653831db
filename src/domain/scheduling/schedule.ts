import { minuteOf } from './time-of-day.ts';

export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Weekday = (typeof weekdays)[number];

/** When a doctor sees patients, on the clock of the hospital's wall. Times are `09:00`; the end of a day may be `24:00`. */
export interface Schedule {
  readonly slotMinutes: number;
  /** Kept free behind each appointment. */
  readonly bufferMinutes: number;
  readonly weekly: readonly Hours[];
  readonly breaks: readonly Hours[];
  /** Hours in place of that day's own; several of one date are its hours together. */
  readonly exceptions: readonly Exception[];
  readonly leave: readonly Leave[];
}
export interface Hours {
  readonly weekday: Weekday;
  readonly from: string;
  readonly to: string;
}
export interface Exception {
  readonly date: string;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly closed?: boolean | undefined;
}
/** Both days included. */
export interface Leave {
  readonly fromDate: string;
  readonly toDate: string;
}

export interface Fault {
  readonly path: string;
  readonly message: string;
}

/** Pure: what makes no sense in a schedule, field by field as the wire names them. */
export function faultsOf({ slotMinutes, bufferMinutes, weekly, breaks, exceptions, leave }: Schedule): Fault[] {
  const faults: Fault[] = [];
  if (slotMinutes < 5 || slotMinutes > 480) faults.push({ path: 'slot_minutes', message: sentences.slot });
  if (bufferMinutes < 0 || bufferMinutes > 240) faults.push({ path: 'buffer_minutes', message: sentences.buffer });
  const check = (path: string, from: string, to: string) => {
    const [begin, end] = [minuteOf(from), minuteOf(to)];
    if (begin === undefined) faults.push({ path: `${path}.from`, message: sentences.time });
    if (end === undefined) faults.push({ path: `${path}.to`, message: sentences.time });
    if (begin !== undefined && end !== undefined && begin >= end) faults.push({ path: `${path}.to`, message: sentences.order });
  };
  for (const [at, { from, to }] of weekly.entries()) check(`weekly.${at}`, from, to);
  for (const [at, { from, to }] of breaks.entries()) check(`breaks.${at}`, from, to);
  for (const [at, { from, to, closed }] of exceptions.entries()) {
    if (closed) continue;
    if (from === undefined || to === undefined) faults.push({ path: `exceptions.${at}`, message: sentences.exception });
    else check(`exceptions.${at}`, from, to);
  }
  for (const [at, { fromDate, toDate }] of leave.entries())
    if (fromDate > toDate) faults.push({ path: `leave.${at}.to_date`, message: sentences.leave });
  return faults;
}

const sentences = {
  slot: 'An appointment takes 5 to 480 minutes.',
  buffer: 'Up to 240 minutes can be kept free behind an appointment.',
  time: 'This must be a time of the day, as 09:00.',
  order: 'The end must come after the beginning.',
  exception: 'Give from and to, or closed.',
  leave: 'The last day must not come before the first.',
};
