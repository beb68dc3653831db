import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeScheduling } from '../../../../src/domain/scheduling/scheduling.ts';
import { AppError } from '../../../../src/shared/errors.ts';
import { type FakeClock, makeFakeClock } from '../../../fakes/fake-clock.ts';
import { type Desk, everyDay, makeDesk } from '../../../kit/desk.ts';
import { openTestStorage, type TestStorage } from '../../../kit/storage.ts';

describe('the book of appointments', () => {
  let kept: TestStorage;
  let clock: FakeClock;
  let desk: Desk;
  let hospital: string;
  let doctor: string;
  let patient: string;
  beforeAll(async () => {
    kept = await openTestStorage();
    clock = makeFakeClock();
    desk = makeDesk(kept.storage, clock);
    hospital = await desk.hospital('Asia/Kolkata');
    doctor = await desk.doctor(hospital, everyDay('09:00', '17:00'), 'Dr Asha Rao');
    patient = await desk.patient(hospital, { dob: '1980-02-29' });
  });
  afterAll(() => kept?.close());
  const when = (date: string, time: string) => ({ date, time });
  const reasonOf = (work: Promise<unknown>) =>
    work.then(
      () => 'done',
      (error: unknown) => (error instanceof AppError ? (error.details.reason ?? error.code) : String(error)),
    );

  it('takes no time while the clock of the box is not believed, but lets one cancel and look', async () => {
    const doubt = new AppError('unavailable', 'The clock is wrong.', { reason: 'CLOCK_WRONG' });
    const time = { require: () => Promise.reject(doubt), lifeMs: () => clock.now().getTime() };
    const rest = { guesses: { judged: async (_: string, judge: () => Promise<boolean>) => judge() }, notices: { announce() {} } };
    const tokens = { random: (prefix: string) => prefix, hash: (token: string) => token };
    const doubtful = makeScheduling({ storage: kept.storage, clock, time, tokens, ...rest });
    const caller = desk.as(hospital);
    const wish = { doctorId: doctor, when: when('2026-11-24', '09:00') };
    const made = await desk.scheduling.book(caller, { ...wish, patientId: patient });
    expect(await reasonOf(doubtful.book(caller, { ...wish, patientId: patient }))).toBe('CLOCK_WRONG');
    expect(await reasonOf(doubtful.hold(caller, { doctorId: doctor, startsAt: made.startsAt }))).toBe('CLOCK_WRONG');
    expect(await reasonOf(doubtful.reschedule(caller, made.id, { when: when('2026-11-24', '10:00') }))).toBe('CLOCK_WRONG');
    expect((await doubtful.check(caller, wish)).reason).toBe('taken');
    expect((await doubtful.cancel(caller, made.id)).status).toBe('cancelled');
  });

  it('is heard of by telephone with two proofs, and tells one caller nothing of another', async () => {
    const caller = desk.as(hospital, 'guest', { via: 'telephony', userId: 'call-1' });
    const made = await desk.scheduling.book(desk.as(hospital), { doctorId: doctor, when: when('2026-11-24', '11:00'), patientId: patient });
    const code = made.bookingCode ?? '';
    const found = await desk.scheduling.find(caller, { bookingCode: code, birthYear: 1980 });
    expect(found).toMatchObject([{ id: made.id, patientId: null, patientName: 'Anita Patel' }]);
    expect(await desk.scheduling.find(caller, { fullName: 'anita patel', dob: '1980-02-29' })).toHaveLength(1);
    expect(await desk.scheduling.find(caller, { fullName: 'anita patel', dob: '1981-02-28' })).toEqual([]);
    expect(await reasonOf(desk.scheduling.find(caller, { bookingCode: code }))).toBe('invalid');
    // The desk says what it knows; a patient finds their own; to a stranger a number proves nothing.
    expect(await desk.scheduling.find(desk.as(hospital), { fullName: 'Anita Patel' })).toMatchObject([{ id: made.id, patientId: patient }]);
    expect(await desk.scheduling.find(desk.as(hospital), { phone: '+91 90000 99999' })).toEqual([]);
    expect(await desk.scheduling.find(desk.as(hospital, 'patient', { patientId: patient }), {})).toHaveLength(1);
    expect(await desk.scheduling.find(desk.as(hospital, 'patient', { patientId: 'another' }), { bookingCode: code })).toEqual([]);
    expect(await reasonOf(desk.scheduling.find(caller, { fullName: 'Anita Patel', phone: '+919000099999' }))).toBe('invalid');
    const proof = { bookingCode: code, fullName: 'Anita Patel' };
    const moved = await desk.scheduling.reschedule(caller, made.id, { when: when('2026-11-24', '12:00'), proof });
    expect(moved).toMatchObject({ id: made.id, bookingCode: code, status: 'booked' });
  });

  it('tells the nearest times, of the same doctor and then of the same department', async () => {
    const once = { ...everyDay('09:00', '10:00'), weekly: [], exceptions: [{ date: '2026-11-25', from: '09:00', to: '10:00' }] };
    const rare = await desk.doctor(hospital, once);
    const answer = await desk.scheduling.check(desk.as(hospital), { doctorId: rare, when: when('2026-11-25', '12:00') });
    expect(answer).toMatchObject({ available: false, reason: 'exception' });
    expect(answer.alternatives.map(({ doctorId, time }) => [doctorId === rare, time])).toEqual([
      ...[
        [true, '09:30'],
        [true, '09:00'],
      ],
      [false, '12:00'],
    ]);
  });

  it('lets one stranger keep no whole day from others', async () => {
    const caller = desk.as(hospital, 'guest', { userId: 'guest-1' });
    const day = Date.UTC(2026, 10, 26, 3, 30);
    const codes = [];
    for (let n = 0; n < 7; n++)
      codes.push(await reasonOf(desk.scheduling.hold(caller, { doctorId: doctor, startsAt: day + n * 1_800_000 })));
    expect(codes).toEqual(['done', 'done', 'done', 'done', 'done', 'rate-limited', 'rate-limited']);
  });

  it('gives no code twice while an appointment under it is to come', async () => {
    const many = await desk.doctor(hospital, { ...everyDay('00:00', '24:00'), slotMinutes: 5 });
    const caller = desk.as(hospital);
    const codes = new Set<string | null>();
    for (let n = 0; n < 250; n++) {
      const startsAt = Date.UTC(2026, 10, 27) + n * 300_000;
      const wall = new Date(startsAt + 330 * 60_000).toISOString();
      const wish = { doctorId: many, when: when(wall.slice(0, 10), wall.slice(11, 16)) };
      codes.add((await desk.scheduling.book(caller, { ...wish, patientId: patient })).bookingCode);
    }
    expect(codes.size).toBe(250);
  });

  it('makes one record of one name and number, and guesses between no two', async () => {
    const caller = desk.as(hospital);
    const book = async (time: string, patientName: string, phone?: string) =>
      (await desk.scheduling.book(caller, { doctorId: doctor, when: when('2026-11-30', time), patientName, phone })).patientId;
    const first = await book('09:00', 'Ravi Kumar', '90000 11111');
    expect(await book('09:30', ' ravi  KUMAR ', '+91 90000-11111')).toBe(first);
    expect(await book('10:00', 'Ravi Kumari', '9000011111')).not.toBe(first);
    expect(await book('10:30', 'Ravi Kumar')).not.toBe(first);
    const phones = [{ number: '+919000022222', whose: null }];
    for (const id of ['father', 'son'])
      await kept.storage.transact(hospital, async (stores) => {
        const known = await stores.patients.find(first ?? '');
        if (known) await stores.patients.insert({ ...known, id, phones });
      });
    const third = await book('11:00', 'Ravi Kumar', '9000022222');
    expect(['father', 'son', first]).not.toContain(third);
    expect(await reasonOf(book('11:30', 'Ravi Kumar', 'call me'))).toBe('invalid');
  });
});
