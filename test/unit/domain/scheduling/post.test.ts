import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Hospital, withSettings } from '../../../../src/domain/access/hospital.ts';
import type { Letter } from '../../../../src/domain/outbox/departure.ts';
import type { AppointmentDetails } from '../../../../src/domain/scheduling/appointment.ts';
import { letterOf, makeWhenText, type Occasion, shortTextOf } from '../../../../src/domain/scheduling/letters.ts';
import { AppError } from '../../../../src/shared/errors.ts';
import { makeFakeClock } from '../../../fakes/fake-clock.ts';
import { type Desk, everyDay, makeDesk } from '../../../kit/desk.ts';
import { openTestStorage, type TestStorage } from '../../../kit/storage.ts';

describe('the post of the book of appointments', () => {
  let kept: TestStorage;
  let desk: Desk;
  let hospital: string;
  let doctor: string;
  let minute = 540;
  const clock = makeFakeClock();
  beforeAll(async () => {
    kept = await openTestStorage();
    desk = makeDesk(kept.storage, clock, { mailDomain: 'north.test' });
    hospital = await desk.hospital('Asia/Kolkata');
    doctor = await desk.doctor(hospital, everyDay('09:00', '17:00', { slotMinutes: 5 }), 'Dr Asha Rao');
  });
  afterAll(() => kept?.close());

  const next = () => {
    const time = `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
    minute += 5;
    return { doctorId: doctor, when: { date: '2026-11-24', time } };
  };
  const written = async (id?: string) => {
    const all = await kept.storage.read(hospital, (stores) => stores.outbox.list({ limit: 200 }));
    return all.filter(({ appointmentId }) => id === undefined || appointmentId === id);
  };

  it('is written with the booking: not where it was refused, and once where it was asked for twice', async () => {
    const caller = desk.as(hospital);
    const wish = { ...next(), patientName: 'Anita Patel', phone: '+919876500001', email: 'anita@example.test' };
    const once = { key: 'the same', fingerprint: 'the same' };
    const first = await desk.scheduling.book({ ...caller, once }, wish);
    const again = await desk.scheduling.book({ ...caller, once }, wish);
    expect([first.emailStatus, again.emailStatus, again.id]).toEqual(['queued', 'queued', first.id]);
    expect(await written(first.id)).toHaveLength(1);
    const before = (await written()).length;
    await expect(desk.scheduling.book(caller, { ...wish, patientName: 'Somebody Else' })).rejects.toThrow(AppError);
    expect(await written()).toHaveLength(before);
    await desk.scheduling.cancel(caller, first.id);
    await desk.scheduling.cancel(caller, first.id);
    expect((await written(first.id)).map(({ event }) => event)).toEqual(['appointment.cancelled', 'appointment.booked']);
  });

  it('says nothing to a stranger of whether the record has an address', async () => {
    const known = { patientName: 'Known Person', phone: '+919876500002' };
    await desk.scheduling.book(desk.as(hospital), { ...next(), ...known, email: 'known@example.test' });
    const guest = desk.as(hospital, 'guest', { via: 'kiosk' });
    const strangers = await desk.scheduling.book(guest, { ...next(), ...known });
    const nobody = await desk.scheduling.book(guest, { ...next(), patientName: 'Nobody Known', phone: '+919876500003' });
    expect([strangers.emailStatus, nobody.emailStatus]).toEqual(['off', 'off']);
    expect(await written(strangers.id)).toEqual([]);
    const own = await desk.scheduling.book(guest, { ...next(), ...known, email: 'given@example.test' });
    expect(own.emailStatus).toBe('queued');
    expect((await written(own.id)).map(({ recipient }) => recipient)).toEqual(['given@example.test']);
    const staffs = await desk.scheduling.book(desk.as(hospital), { ...next(), ...known });
    expect((await written(staffs.id)).map(({ recipient }) => recipient)).toEqual(['known@example.test']);
  });

  it('is off where no mail server is named', async () => {
    const quiet = makeDesk(kept.storage, clock);
    const wish = { ...next(), patientName: 'Quiet Person', phone: '+919876500004', email: 'quiet@example.test' };
    const booked = await quiet.scheduling.book(quiet.as(hospital), wish);
    expect(booked.emailStatus).toBe('off');
    expect(await written(booked.id)).toEqual([]);
  });
});

describe('what people are told of an appointment', () => {
  const hospital: Hospital = {
    ...{ id: 'h', name: 'North & <b>Clinic</b>', email: 'desk@north.test', adminContact: null, createdAt: 0, updatedAt: 0 },
    settings: withSettings({}),
  };
  const appointment: AppointmentDetails = {
    ...{
      id: 'a',
      doctorId: 'd',
      patientId: 'p',
      status: 'booked',
      startsAt: Date.UTC(2026, 10, 24, 4),
      endsAt: Date.UTC(2026, 10, 24, 4, 30),
    },
    ...{ busyUntil: 0, timeZone: 'Asia/Kolkata', bookingCode: '4711', email: null, notes: 'a private itch', sequence: 2 },
    ...{ holdHash: null, holdUntil: null, madeBy: 'x', createdAt: 0, updatedAt: 0 },
    ...{ doctorName: 'Dr Rao\r\nBcc: x@y.test', department: 'Oncology', patientName: 'Wilhelmina Überall' },
  };
  const when = makeWhenText();
  const told = (occasion: Occasion, language: string, namesPatient = false) => ({
    ...{ appointment, hospital, occasion, language, namesPatient },
    when: when(appointment.startsAt, appointment.timeZone, language),
  });
  const occasions: readonly Occasion[] = ['booked', 'rescheduled', 'confirmed', 'cancelled', 'reminder'];
  const whole = ({ subject, text, html, calendar }: Letter) => [subject, text, html, calendar?.content ?? ''].join('\n');

  it('names time, doctor, clinic and code in both languages, and neither patient, department nor reason', () => {
    for (const language of ['en', 'hi', 'ta'])
      for (const occasion of occasions) {
        const letter = letterOf(told(occasion, language), { messageId: 'm', to: 'a@b.test', nowMs: 0 });
        const short = shortTextOf(told(occasion, language));
        for (const text of [whole(letter), short]) {
          for (const secret of ['Wilhelmina', 'Überall', 'Oncology', 'itch']) expect(text).not.toContain(secret);
          expect(text).toContain('09:30');
          expect(text).toContain('Dr Rao');
        }
        expect(letter.text).toContain('4711');
        expect(letter.subject).not.toMatch(/[\r\n]/);
        expect(letter.html).not.toContain('<b>Clinic</b>');
        expect(short).not.toMatch(/[\r\n]/);
        expect(/[\u0900-\u097f]/.test(letter.text)).toBe(language === 'hi');
      }
  });

  it('names the patient where the hospital allows it', () => {
    expect(letterOf(told('booked', 'en', true), { messageId: 'm', to: 'a@b.test', nowMs: 0 }).text).toContain('Wilhelmina Überall');
    expect(shortTextOf(told('booked', 'en', true))).toMatch(/^Wilhelmina Überall: /);
  });
});
