import { describe, expect, it } from 'vitest';
import { isProved, proofsIn } from '../../../../src/domain/scheduling/appointment.ts';
import { isStranger } from '../../../../src/domain/scheduling/bookings.ts';
import { doctorsNamed } from '../../../../src/domain/scheduling/diary.ts';
import { faultsOf, type Schedule } from '../../../../src/domain/scheduling/schedule.ts';
import { freeOn, gridOf, judge, nearest } from '../../../../src/domain/scheduling/slots.ts';
import { minuteOf, readTime, timeText } from '../../../../src/domain/scheduling/time-of-day.ts';
import { makeZones } from '../../../../src/shared/zone.ts';
import { everyDay } from '../../../kit/desk.ts';

const zones = makeZones();
const [utc, london] = [zones.of('UTC'), zones.of('Europe/London')];
const at = (text: string) => Date.parse(`${text}Z`);
const walls = (schedule: Schedule, date: string, zone = utc) =>
  gridOf(schedule, zone, date)
    .map(({ startsAt }) => timeText(zone.wall(startsAt).minute))
    .join(' ');

describe('a time of the day', () => {
  it.each([
    ['10:00 AM', '10:00'],
    ['2:30 pm', '14:30'],
    ['02:30 p.m.', '14:30'],
    ['12:00 AM', '00:00'],
    ['12:30 PM', '12:30'],
    ['9:05', '09:05'],
    ['23:59', '23:59'],
    ['13:30 PM', undefined],
    ['0:30 AM', undefined],
    ['24:00', undefined],
    ['10:60', undefined],
    ['half ten', undefined],
    ['', undefined],
  ])('reads %s as %s', (text, time) => expect(readTime(text)).toBe(time));

  it('has an end of the day in schedules only', () => {
    expect([minuteOf('24:00'), minuteOf('24:01'), minuteOf('9'), minuteOf('09:30')]).toEqual([1440, undefined, undefined, 570]);
  });
});

describe('the hours of a doctor', () => {
  it('begin anew behind a break, join where they touch, and end before what does not fit', () => {
    const weekly = [
      { weekday: 'fri', from: '09:00', to: '10:00' },
      { weekday: 'fri', from: '10:00', to: '11:20' },
      { weekday: 'sat', from: '09:00', to: '10:00' },
    ] as const;
    expect(walls({ ...everyDay('00:00', '01:00'), weekly }, '2026-11-20')).toBe('09:00 09:30 10:00 10:30');
    const breaks = [{ weekday: 'fri', from: '09:40', to: '09:50' }] as const;
    expect(walls({ ...everyDay('00:00', '01:00'), weekly, breaks }, '2026-11-20')).toBe('09:00 09:50 10:20 10:50');
    expect(walls({ ...everyDay('00:00', '01:00'), weekly, breaks }, '2026-11-22')).toBe('');
  });

  it('of an exception stand in place of the usual ones, and leave in place of all', () => {
    const exceptions = [
      { date: '2026-11-20', from: '18:00', to: '19:00' },
      { date: '2026-11-20', from: '07:00', to: '07:30' },
    ];
    expect(walls(everyDay('09:00', '10:00', { exceptions }), '2026-11-20')).toBe('07:00 18:00 18:30');
    const leave = [{ fromDate: '2026-11-19', toDate: '2026-11-20' }];
    expect(walls(everyDay('09:00', '10:00', { exceptions, leave }), '2026-11-20')).toBe('');
    expect(walls(everyDay('23:00', '24:00'), '2026-11-20')).toBe('23:00 23:30');
  });

  it('have what makes no sense named', () => {
    const wrong: Schedule = {
      ...{ slotMinutes: 3, bufferMinutes: -1, breaks: [{ weekday: 'mon', from: '12:00', to: '12:00' }] },
      weekly: [{ weekday: 'mon', from: '25:00', to: '08:00' }],
      exceptions: [{ date: '2026-11-20' }],
      leave: [{ fromDate: '2026-11-20', toDate: '2026-11-19' }],
    };
    expect(faultsOf(wrong).map(({ path }) => path)).toEqual([
      ...['slot_minutes', 'buffer_minutes', 'weekly.0.from', 'breaks.0.to', 'exceptions.0', 'leave.0.to_date'],
    ]);
    expect(faultsOf(everyDay('09:00', '24:00'))).toEqual([]);
  });

  it('have eight half hours in the night that loses one, and twelve in the night that gets one more', () => {
    expect(walls(everyDay('00:00', '05:00'), '2027-03-28', london)).toBe('00:00 00:30 02:00 02:30 03:00 03:30 04:00 04:30');
    expect(walls(everyDay('00:00', '05:00'), '2027-10-31', london)).toBe(
      '00:00 00:30 01:00 01:30 01:00 01:30 02:00 02:30 03:00 03:30 04:00 04:30',
    );
    // A shift that ends at half past one ends when it is half past one for the first time.
    expect(walls(everyDay('00:00', '01:30'), '2027-10-31', london)).toBe('00:00 00:30 01:00');
    expect(walls(everyDay('00:30', '01:30'), '2027-03-28', london)).toBe('00:30');
  });
});

describe('a time that somebody asks for', () => {
  const schedule = everyDay('00:00', '05:00');
  const asked = (zone = utc, busy: Parameters<typeof judge>[3]['busy'] = []) => ({ busy, nowMs: at('2026-11-20T12:00'), zone });

  it('that comes twice is the first, and the second where only that is free', () => {
    const moment = { date: '2027-10-31', minute: 60 };
    const first = judge(schedule, london, moment, asked());
    expect(first.stretch?.startsAt).toBe(at('2027-10-31T00:00'));
    const busy = [{ id: 'x', startsAt: at('2027-10-31T00:00'), busyUntil: at('2027-10-31T00:30'), held: false }];
    expect(judge(schedule, london, moment, asked(london, busy)).stretch?.startsAt).toBe(at('2027-10-31T01:00'));
  });

  it('that does not exist is refused', () => {
    expect(judge(schedule, london, { date: '2027-03-28', minute: 90 }, asked()).reason).toBe('no_such_time');
  });

  it('may be for longer than usual where so long is free', () => {
    const busy = [{ id: 'x', startsAt: at('2026-11-21T02:00'), busyUntil: at('2026-11-21T02:30'), held: false }];
    const of = (startsAt: number, minutes: number) =>
      judge(schedule, utc, { startsAt }, { ...asked(utc, busy), lengthMs: minutes * 60_000 }).reason;
    expect(of(at('2026-11-21T01:00'), 60)).toBeUndefined();
    expect(of(at('2026-11-21T01:00'), 61)).toBe('taken');
    expect(of(at('2026-11-21T04:00'), 61)).toBe('outside_hours');
  });

  it('is offered the nearest others, of two as near the earlier first', () => {
    const slots = [1, 4, 6, 9].map((startsAt) => ({ startsAt }));
    expect(nearest(slots, 5, 3).map(({ startsAt }) => startsAt)).toEqual([4, 6, 1]);
  });

  it('is free only while nothing is in its way, on whichever side', () => {
    const busy = [{ id: 'x', startsAt: at('2026-11-21T00:50'), busyUntil: at('2026-11-21T02:10'), held: true }];
    const free = freeOn(schedule, utc, '2026-11-21', busy, 0).map(({ startsAt }) => timeText(utc.wall(startsAt).minute));
    expect(free.slice(0, 3)).toEqual(['00:00', '02:30', '03:00']);
  });
});

describe('names and proofs', () => {
  it('find a doctor by the whole name, or by words that only one has', () => {
    const doctors = [{ name: 'Dr Asha Rao' }, { name: 'Dr. Vikram Sharma' }, { name: 'Dr Neha Sharma' }];
    expect(doctorsNamed(doctors, 'asha  RAO')).toEqual([doctors[0]]);
    expect(doctorsNamed(doctors, 'Dr Rao')).toEqual([doctors[0]]);
    expect(doctorsNamed(doctors, 'Sharma')).toHaveLength(2);
    expect(doctorsNamed(doctors, 'Dr')).toEqual([]);
    expect(doctorsNamed(doctors, 'Ra')).toEqual([]);
  });

  it('take two of three, and nothing that is wrong beside them', () => {
    const row = { bookingCode: '0427', patientName: 'José Díaz' };
    const patient = { dob: '1980-02-29', birthYear: 1980 };
    expect(isProved(row, patient, { bookingCode: '0427' })).toBe(false);
    expect(isProved(row, patient, { bookingCode: '0427', birthYear: 1980 })).toBe(true);
    expect(isProved(row, patient, { dob: '1980-02-29', fullName: 'jose diaz' })).toBe(true);
    expect(isProved(row, patient, { dob: '1980-02-28', bookingCode: '0427' })).toBe(false);
    expect(isProved(row, patient, { bookingCode: '0427', birthYear: 1980, fullName: 'Someone Else' })).toBe(false);
    expect(isProved(row, { dob: null, birthYear: null }, { bookingCode: '0427', birthYear: 1980 })).toBe(false);
    expect(proofsIn({ dob: '1980-02-29', birthYear: 1980 })).toBe(1);
  });

  it('are asked of guests, and of whoever speaks by telephone or at a kiosk, but not of who is signed in as a patient', () => {
    expect(isStranger({ role: 'guest', via: 'http' })).toBe(true);
    expect(isStranger({ role: 'receptionist', via: 'kiosk' })).toBe(true);
    expect(isStranger({ role: 'machine', via: 'telephony' })).toBe(true);
    expect(isStranger({ role: 'patient', via: 'telephony' })).toBe(false);
    expect(isStranger({ role: 'receptionist', via: 'assistant' })).toBe(false);
  });
});
