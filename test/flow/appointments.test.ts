import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { must, readBeneath, startWorld, type World } from './access-matrix/world.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;

describe('appointments', () => {
  let world: World;
  let serial = 0;
  beforeAll(async () => {
    world = await startWorld();
  });
  afterAll(() => world?.stop());

  const week = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
  const everyDay = (from: string, to: string, more: object = {}) => ({
    slot_minutes: 30,
    weekly: week.map((weekday) => ({ weekday, from, to })),
    ...more,
  });
  /** A local date in Kolkata. */
  const day = (n: number) => new Date(world.now() + 5.5 * 3_600_000 + n * DAY).toISOString().slice(0, 10);
  const at = (date: string, time: string) => new Date(Date.parse(`${date}T${time}:00Z`) - 330 * MINUTE).toISOString();
  const call = (
    method: string,
    path: string,
    body?: object,
    token = world.here.tokens.receptionist,
    headers: Record<string, string> = {},
  ) => world.call(method, path, { token, headers, ...(body ? { body } : {}) });

  async function hire(schedule: object = everyDay('09:00', '17:00')): Promise<string> {
    const doctorId = await world.make.doctor(world.here);
    must(await call('PUT', `/api/v1/doctors/${doctorId}/schedule`, schedule, world.here.tokens.hospital_admin), 'hours', 200);
    return doctorId;
  }
  const request = (doctor_id: string, date: string, time: string, more: object = {}) => ({
    ...{ patient_name: `Somebody Number${++serial}`, phone: `98${10_000_000 + serial}`, doctor_id },
    ...{ appointment_date: date, appointment_time: time },
    ...more,
  });
  const book = (body: object, token?: string) => call('POST', '/api/v1/appointments/book', body, token);

  it('say why a time is not offered, in the language of who asks', async () => {
    const doctor = await hire(
      everyDay('09:00', '17:00', {
        breaks: week.map((weekday) => ({ weekday, from: '13:00', to: '13:30' })),
        exceptions: [{ date: day(3), closed: true }, ...[{ date: day(4), from: '10:00', to: '12:00' }]],
        leave: [{ from_date: day(5), to_date: day(6) }],
      }),
    );
    must(await book(request(doctor, day(2), '10:00')), 'a booking');
    must(await call('POST', '/api/v1/appointments/hold', { doctor_id: doctor, start: at(day(2), '11:00') }), 'a hold');
    const why = async (date: string, time: string, headers = {}) =>
      (
        await call(
          'GET',
          `/api/v1/slots/why?${new URLSearchParams({ doctor_id: doctor, appointment_date: date, appointment_time: time })}`,
          undefined,
          world.here.tokens.receptionist,
          headers,
        )
      ).json;
    for (const [date, time, reason] of [
      [day(2), '09:00', null],
      [day(2), '10:00', 'taken'],
      [day(2), '10:15', 'taken'],
      [day(2), '11:00', 'held'],
      [day(2), '13:00', 'break'],
      [day(2), '09:10', 'off_grid'],
      [day(2), '08:30', 'outside_hours'],
      [day(2), '16:45', 'outside_hours'],
      [day(3), '10:00', 'closed'],
      [day(4), '09:00', 'exception'],
      [day(4), '10:00', null],
      [day(5), '10:00', 'leave'],
      [day(-1), '10:00', 'past'],
      [day(1_200), '10:00', 'too_far'],
    ] as const) {
      const said = await why(date, time);
      expect([date, time, said.reason, said.offered]).toEqual([date, time, reason, reason === null]);
      expect(said.alternatives.length > 0 || reason === null || reason === 'too_far').toBe(true);
    }
    const hindi = await why(day(2), '13:00', { 'accept-language': 'hi' });
    expect(hindi.message).toBe('उस समय डॉक्टर का अवकाश है।');
    expect(hindi.alternatives[0].label).toMatch(/\p{Script=Devanagari}/u);
    const nobody = await world.make.doctor(world.here);
    expect((await call('GET', `/api/v1/slots/why?doctor_id=${nobody}&start=${at(day(2), '10:00')}`)).json.reason).toBe('no_hours');
  });

  it('are not lost when a doctor changes their hours, who is told which now lie outside', async () => {
    const own = world.here.tokens.doctor;
    const free = world.make.freeTime();
    const doctorId = world.here.doctorId;
    const booked = must(await book(request(doctorId, free.date, free.time)), 'a booking').appointment_details;
    const leave = [{ from_date: free.date, to_date: free.date }];
    const changed = must(
      await call('PUT', `/api/v1/doctors/${doctorId}/schedule`, everyDay('00:00', '24:00', { leave }), own),
      'hours',
      200,
    );
    expect(changed.appointments_outside).toContainEqual({ appointment_id: booked.appointment_id, start: booked.start });
    expect((await call('GET', `/api/v1/appointments/${booked.appointment_id}`)).json.status).toBe('booked');
    const before = await call('GET', `/api/v1/doctors/${doctorId}/schedule`, undefined, own);
    expect(before.json.schedule).toMatchObject({ slot_minutes: 30, buffer_minutes: 0, leave });
    must(await call('PUT', `/api/v1/doctors/${doctorId}/schedule`, { ...everyDay('00:00', '24:00'), slot_minutes: 5 }, own), 'hours', 200);
  });

  it('keep what must be free behind each of them', async () => {
    const doctor = await hire(everyDay('09:00', '11:00', { buffer_minutes: 10 }));
    const free = async () =>
      (await call('GET', `/api/v1/slots?doctor_id=${doctor}&from=${day(2)}&to=${day(2)}`)).json.items.map(
        ({ start }: { start: string }) => start,
      );
    expect(await free()).toEqual(['09:00', '09:40', '10:20'].map((time) => at(day(2), time)));
    must(await book(request(doctor, day(2), '09:40')), 'a booking');
    expect(await free()).toEqual(['09:00', '10:20'].map((time) => at(day(2), time)));
  });

  it('are held for three minutes and no longer', async () => {
    const doctor = await hire();
    const want = { doctor_id: doctor, start: at(day(2), '09:00') };
    const held = must(await call('POST', '/api/v1/appointments/hold', want), 'a hold');
    const kept = (await call('GET', '/api/v1/appointments/holds')).json.items;
    expect(kept.filter(({ doctor_id }: { doctor_id: string }) => doctor_id === doctor)).toMatchObject([{ start: want.start }]);
    const refused = await book(request(doctor, day(2), '09:00'));
    expect([refused.json.error_code, refused.json.context.reason]).toEqual(['SLOT_TAKEN', 'held']);
    world.advance(3 * MINUTE + 1_000);
    expect((await call('GET', '/api/v1/appointments/holds')).json.items).toEqual([]);
    expect((await book(request(doctor, day(2), '09:00', { hold_token: held.hold_token }))).json.context.field).toBe('hold_token');
    must(await book(request(doctor, day(2), '09:00')), 'a booking');
    expect(
      readBeneath(world).prepare(`SELECT count(*) FROM appointments WHERE status = 'held' AND doctor_id = ?`).pluck().get(doctor),
    ).toBe(0);
  });

  it('have a history that says who moved them from where, and notices for the desk', async () => {
    const doctor = await hire();
    const made = must(await book(request(doctor, day(2), '09:00')), 'a booking');
    const path = `/api/v1/appointments/${made.appointment_details.appointment_id}`;
    must(await call('POST', `${path}/confirm`, {}), 'confirmed', 200);
    const moved = must(await call('POST', `${path}/reschedule`, { start: at(day(3), '10:00') }), 'moved', 200);
    expect(moved).toMatchObject({ success: true, appointment_details: { status: 'booked', start: at(day(3), '10:00') } });
    expect(moved.message).toContain(made.booking_code);
    expect((await call('POST', `${path}/no-show`, {})).json.error_code).toBe('CONFLICT');
    expect((await call('POST', `${path}/arrive`, {})).json.error_code).toBe('CONFLICT');
    must(await call('POST', `${path}/cancel`, { reason: 'has a cold' }), 'cancelled', 200);
    expect((await call('POST', `${path}/confirm`, {})).json.error_code).toBe('CONFLICT');
    expect((await call('POST', `${path}/reschedule`, { start: at(day(3), '11:00') })).json.error_code).toBe('CONFLICT');
    const { history } = (await call('GET', path)).json;
    expect(history.map(({ step }: { step: string }) => step)).toEqual(['booked', 'confirmed', 'rescheduled', 'cancelled']);
    expect(history[2]).toMatchObject({
      from_start: made.appointment_details.start,
      from_doctor_id: doctor,
      by: world.here.users.receptionist?.user_id,
    });
    expect(history[3].reason).toBe('has a cold');
    const { patient_id } = made.appointment_details;
    const log = await call('GET', `/api/v1/patients/${patient_id}/access-log`, undefined, world.here.tokens.hospital_admin);
    expect(log.json.items.map(({ event_type }: { event_type: string }) => event_type)).toEqual(
      ['read', 'cancelled', 'rescheduled', 'confirmed', 'booked'].map((step) => `appointment.${step}`).concat('patient.created'),
    );
    const notices = await world.house.storage.read(world.here.hospitalId, (stores) => stores.notices.since('', 1_000));
    const steps = notices.filter(({ data }) => data.appointmentId === made.appointment_details.appointment_id).map(({ data }) => data.step);
    expect(steps).toEqual(['booked', 'confirmed', 'rescheduled', 'cancelled']);
  });

  it('of a patient are their own: they book for themselves, and touch no others', async () => {
    const doctor = await hire();
    const { patient } = world.here.tokens;
    const own = world.here.users.patient?.patient_id;
    const made = must(await book({ ...request(doctor, day(2), '09:00'), patient_name: undefined }, patient), 'a booking');
    expect(made.appointment_details).toMatchObject({ patient_id: own, patient_name: 'patient Test' });
    expect((await book(request(doctor, day(2), '09:30', { patient_id: world.here.patientId }), patient)).json.context.field).toBe(
      'patient_id',
    );
    must(await book(request(doctor, day(2), '10:00')), "somebody else's");
    const list = (await call('GET', `/api/v1/appointments?doctor_id=${doctor}`, undefined, patient)).json.items;
    expect(list.map(({ patient_id }: { patient_id: string }) => patient_id)).toEqual([own]);
    must(await call('POST', `/api/v1/appointments/${made.appointment_details.appointment_id}/cancel`, {}, patient), 'cancelled', 200);
  });

  it('are heard of and changed by a guest with two proofs, who is never told who is known', async () => {
    const doctor = await hire();
    const { here } = world;
    const guest = here.guestToken;
    const known = { patient_name: 'quillhaven  PATIENT', phone: here.phone };
    const [first, second] = [
      must(await book(request(doctor, day(2), '09:00', known), guest), 'a known one'),
      must(await book(request(doctor, day(2), '09:30'), guest), 'an unknown one'),
    ];
    expect(first.appointment_details).toMatchObject({ patient_id: null, patient_name: 'quillhaven  PATIENT' });
    expect(Object.keys(first.appointment_details)).toEqual(Object.keys(second.appointment_details));
    const id = first.appointment_details.appointment_id;
    // The desk sees that it is the record they had.
    expect((await call('GET', `/api/v1/appointments/${id}`)).json).toMatchObject({
      patient_id: here.patientId,
      patient_name: 'quillhaven Patient',
    });
    expect((await book(request(doctor, day(2), '10:00', { patient_id: here.patientId }), guest)).json.context.field).toBe('patient_id');
    for (const path of ['/api/v1/appointments', `/api/v1/appointments/${id}`])
      expect((await call('GET', path, undefined, guest)).status).toBe(403);
    const cancel = (proof: object | undefined) => call('POST', `/api/v1/appointments/${id}/cancel`, { ...(proof ? { proof } : {}) }, guest);
    const code = first.booking_code;
    const other = code === '0000' ? '0001' : '0000';
    expect((await cancel(undefined)).status).toBe(400);
    expect((await cancel({ booking_code: code })).status).toBe(400);
    expect((await cancel({ booking_code: other, full_name: 'Quillhaven Patient' })).status).toBe(404);
    expect((await cancel({ booking_code: code, full_name: 'Quillhaven Patient', birth_year: 1980 })).status).toBe(404);
    const done = await cancel({ booking_code: code, full_name: 'quillhaven patient' });
    expect(done.json.appointment_details).toMatchObject({ status: 'cancelled' });
    // Whoever tries them all is stopped.
    let tries = 0;
    while (tries < 60 && (await cancel({ booking_code: other, full_name: 'Quillhaven Patient' })).status === 404) tries++;
    expect(tries).toBeLessThan(30);
    expect((await cancel({ booking_code: code, full_name: 'Quillhaven Patient' })).status).toBe(429);
  });

  it('leave with their patient, and what was to come is free again; an export has them', async () => {
    const doctor = await hire();
    const admin = world.here.tokens.hospital_admin;
    const made = must(await book(request(doctor, day(2), '09:00', { notes: 'afraid of needles' })), 'a booking').appointment_details;
    const file = await call('GET', `/api/v1/patients/${made.patient_id}/export`, undefined, world.here.tokens.doctor);
    expect(file.json.rooms.appointments).toMatchObject([
      { id: made.appointment_id, notes: 'afraid of needles', history: [{ step: 'booked' }] },
    ]);
    const erased = must(
      await call('POST', `/api/v1/patients/${made.patient_id}/erasure`, { reason: 'asked for it' }, admin),
      'erased',
      200,
    );
    expect(erased.erased).toContainEqual({ what: 'appointments', items: 1 });
    expect((await call('GET', `/api/v1/appointments/${made.appointment_id}`)).status).toBe(404);
    const db = readBeneath(world);
    for (const table of ['appointments', 'appointment_events', 'once_results'])
      expect(JSON.stringify(db.prepare(`SELECT * FROM ${table}`).all()), table).not.toMatch(new RegExp(`needles|${made.patient_id}`));
    db.close();
    must(await book(request(doctor, day(2), '09:00')), 'booked over');
  });

  it('follow a patient whose record becomes one with another', async () => {
    const doctor = await hire();
    const made = must(await book(request(doctor, day(2), '09:00')), 'a booking').appointment_details;
    const into = await world.make.patient(world.here);
    must(await call('POST', `/api/v1/patients/${made.patient_id}/merge`, { into }), 'merged', 200);
    expect((await call('GET', `/api/v1/appointments/${made.appointment_id}`)).json.patient_id).toBe(into);
  });

  it('are listed page by page, in the order of their time', async () => {
    const token = world.here.tokens.receptionist;
    const doctor = await hire();
    for (const time of ['11:00', '09:00', '10:00', '09:30']) must(await book(request(doctor, day(3), time), token), time);
    const seen: string[] = [];
    let cursor = '';
    do {
      const path = `/api/v1/appointments?doctor_id=${doctor}&limit=1&from=${day(3)}&to=${day(3)}${cursor && `&cursor=${cursor}`}`;
      const page = (await world.call('GET', path, { token })).json;
      seen.push(...page.items.map(({ local_time }: { local_time: string }) => local_time));
      cursor = page.next_cursor ?? '';
    } while (cursor);
    expect(seen).toEqual(['09:00', '09:30', '10:00', '11:00']);
    expect((await world.call('GET', `/api/v1/appointments?from=${day(3)}&to=${day(2)}`, { token })).status).toBe(400);
  });

  it('holds nobody up with a long list: the slots of twenty doctors for two months', async () => {
    const admin = world.here.tokens.hospital_admin;
    const doctors = await Promise.all(Array.from({ length: 20 }, () => world.make.doctor(world.here)));
    for (const doctor of doctors)
      must(
        await world.call('PUT', `/api/v1/doctors/${doctor}/schedule`, {
          token: admin,
          body: { ...everyDay('09:00', '17:00'), slot_minutes: 15 },
        }),
        'hours',
        200,
      );
    const path = `/api/v1/slots?department=${encodeURIComponent(world.here.departmentName)}&from=${day(1)}&to=${day(62)}`;
    // What a turn takes of the processor, whatever else this machine does meanwhile; reading the answer is part of it here.
    const turns: number[] = [];
    let last = process.threadCpuUsage();
    const timer = setInterval(() => {
      const { user, system } = process.threadCpuUsage(last);
      last = process.threadCpuUsage();
      turns.push((user + system) / 1_000);
    }, 1);
    const answer = await fetch(`${world.base}${path}`, { headers: { authorization: `Bearer ${admin}` } });
    const bytes = (await answer.arrayBuffer()).byteLength;
    clearInterval(timer);
    const { items } = await (await fetch(`${world.base}${path}`, { headers: { authorization: `Bearer ${admin}` } })).json();
    expect(items.length).toBeGreaterThan(37_000);
    expect(items.every((item: { start: string }, index: number) => index === 0 || items[index - 1].start <= item.start)).toBe(true);
    const [most = 0, next = 0] = turns.sort((a, b) => b - a);
    console.log(
      `slots: ${items.length}, ${bytes} bytes; the longest turns took ${most.toFixed(1)} and ${next.toFixed(1)} ms of the processor`,
    );
    expect(turns.length).toBeGreaterThan(20);
    // One may hold a collection of garbage.
    expect(next).toBeLessThan(20);
  });

  it('that were over long ago go with the notes of their time, but not under a legal hold', async () => {
    const { here } = world;
    const [gone, held] = [await world.make.patient(here), await world.make.patient(here)];
    const ids = await Promise.all([gone, held].map((patient) => world.make.appointment(here, patient, 'past')));
    must(await call('PUT', `/api/v1/patients/${held}/legal-hold`, { reason: 'a case in court' }, here.tokens.hospital_admin), 'held', 200);
    const admin = here.tokens.hospital_admin;
    const settings = { settings: { retention: { notes: 1 } } };
    must(await world.call('PATCH', `/api/v1/admin/hospitals/${here.hospitalId}`, { token: admin, body: settings }), 'days', 200);
    world.advance(2 * DAY);
    const run = { signal: new AbortController().signal, progress: async () => {} };
    await world.house.retention.carryOut(here.hospitalId, 'notes', run);
    const left = await world.house.storage.read(here.hospitalId, async (stores) =>
      Promise.all(ids.map(async ({ id }) => (await stores.appointments.find(id)) !== undefined)),
    );
    expect(left).toEqual([false, true]);
  });
});
