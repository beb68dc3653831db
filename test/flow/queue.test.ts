import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seedHospital, startHouse } from '../kit/house.ts';
import { must, readBeneath, startWorld, type World } from './access-matrix/world.ts';

const long = process.env.BEDSIDE_TEST_LONG === '1';
const MINUTE = 60_000;
const DAY = 86_400_000;
const OFFSET = 330 * MINUTE;
const week = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const QUEUE = '/api/v1/queue';

// biome-ignore lint/suspicious/noExplicitAny: what came over the wire
type Item = any;

describe('the queue', () => {
  let world: World;
  let token = Promise.resolve('');
  let signedAt = 0;
  beforeAll(async () => {
    world = await startWorld();
  });
  afterAll(() => world?.stop());

  /** A sign-in lasts half an hour, and a day is longer. */
  function desk(): Promise<string> {
    if (world.now() - signedAt > 20 * MINUTE) {
      signedAt = world.now();
      token = world.mint(world.here.users.receptionist?.user_id ?? '', world.here.hospitalId).then((minted) => minted.token);
    }
    return token;
  }
  const call = async (method: string, path: string, body?: object, as?: string) =>
    world.call(method, path, { token: as ?? (await desk()), ...(body ? { body } : {}) });
  const join = async (body: object): Promise<Item> => must(await call('POST', QUEUE, { name: 'Somebody Here', ...body }), 'join');
  const next = async (doctor_id: string): Promise<Item> => must(await call('POST', `${QUEUE}/call-next`, { doctor_id }), 'call-next', 200);
  const end = async (id: string, how: 'done' | 'skip'): Promise<Item> => must(await call('POST', `${QUEUE}/${id}/${how}`), how, 200);
  async function line(doctorId?: string): Promise<Item[]> {
    const all: Item[] = [];
    for (let cursor = ''; ; ) {
      const path = `${QUEUE}?limit=200${doctorId ? `&doctor_id=${doctorId}` : ''}${cursor && `&cursor=${cursor}`}`;
      const page = must(await call('GET', path), 'the list', 200);
      all.push(...page.items);
      cursor = page.next_cursor ?? '';
      if (!cursor) return all;
    }
  }
  const local = (ms: number) => new Date(ms + OFFSET).toISOString();
  const today = () => local(world.now()).slice(0, 10);
  const goTo = (ms: number) => world.advance(Math.max(0, ms - world.now()));
  /** Half past seven on the morning of the next local day, half a minute off, so that no appointment begins within a request. */
  const nextMorning = () => goTo(Math.floor((world.now() + OFFSET + DAY) / DAY) * DAY - OFFSET + 7.5 * 60 * MINUTE + 30_000);
  async function hire(department = world.here.departmentName): Promise<string> {
    const admin = (await world.mint(world.here.users.hospital_admin?.user_id ?? '', world.here.hospitalId)).token;
    await call('POST', '/api/v1/departments', { name: department }, admin);
    const { doctor_id } = must(await call('POST', '/api/v1/doctors', { name: `Dr ${department}`, department }, admin), 'a doctor');
    const hours = { slot_minutes: 20, weekly: week.map((weekday) => ({ weekday, from: '09:00', to: '17:00' })) };
    must(await call('PUT', `/api/v1/doctors/${doctor_id}/schedule`, hours, admin), 'hours', 200);
    return doctor_id;
  }
  async function book(doctor_id: string, startsAt: number): Promise<string> {
    const [appointment_date, appointment_time] = [local(startsAt).slice(0, 10), local(startsAt).slice(11, 16)];
    const body = { patient_name: 'Came Booked', doctor_id, appointment_date, appointment_time };
    return must(await call('POST', '/api/v1/appointments/book', body), 'a booking').appointment_details.appointment_id;
  }
  const arrive = async (id: string) => must(await call('POST', `/api/v1/appointments/${id}/arrive`), 'arrive', 200);

  it('says where each stands and why, in the language of who asks', async () => {
    nextMorning();
    const doctor = await hire();
    const start = Math.ceil((world.now() + OFFSET) / DAY) * DAY - DAY - OFFSET + 9 * 60 * MINUTE;
    const booked = await book(doctor, start);
    await arrive(booked);
    const plain = await join({ doctor_id: doctor });
    const urgent = await join({ doctor_id: doctor, priority: 2 });
    const placed = async () =>
      Object.fromEntries((await line(doctor)).map((one) => [one.queue_id, [one.position, one.why, one.appointment_id]]));
    const appointment = (await line(doctor)).find((one) => one.appointment_id === booked);
    expect(await placed()).toEqual({
      [urgent.queue_id]: [1, 'urgent', null],
      [plain.queue_id]: [2, 'walk_in', null],
      [appointment.queue_id]: [3, 'early', booked],
    });
    expect(appointment).toMatchObject({ explanation: 'Is early for the appointment at 09:00; whoever waits already goes first.' });
    const hindi = await world.call('GET', `${QUEUE}?doctor_id=${doctor}`, { token: await desk(), headers: { 'accept-language': 'hi' } });
    expect(hindi.json.items[0].explanation).toMatch(/^09:00 के अपॉइंटमेंट/);
    goTo(start + 30_000);
    await next(doctor);
    expect(await placed()).toMatchObject({ [urgent.queue_id]: [null, null, null], [plain.queue_id]: [1, 'walk_in', null] });
    const { called, waiting } = await next(doctor);
    expect([called.queue_id, called.why, waiting]).toEqual([plain.queue_id, 'walk_in', 1]);
    expect((await next(doctor)).called).toMatchObject({ appointment_id: booked, why: 'appointment', patient_name: 'Came Booked' });
    expect(await next(doctor)).toEqual({ called: null, waiting: 0, message: 'Nobody waits for this doctor.' });
    // Arriving twice gives no second token.
    await arrive(booked);
    expect((await line(doctor)).filter((one) => one.appointment_id === booked)).toHaveLength(1);
  });

  it('lets a step be taken once, again without harm, and no step that makes no sense', async () => {
    const doctor = await hire();
    const one = await join({ doctor_id: doctor });
    expect((await call('POST', `${QUEUE}/${one.queue_id}/done`)).json).toMatchObject({
      error_code: 'CONFLICT',
      context: { status: 'waiting' },
    });
    await next(doctor);
    const done = await end(one.queue_id, 'done');
    expect(await end(one.queue_id, 'done')).toEqual(done);
    expect((await call('POST', `${QUEUE}/${one.queue_id}/skip`)).status).toBe(409);
    const two = await join({ doctor_id: doctor });
    expect(await end(two.queue_id, 'skip')).toMatchObject({ status: 'skipped', called_at: null });
    expect((await next(doctor)).called).toBeNull();
    const { patient_id } = must(await call('POST', '/api/v1/patients', { first_name: 'Known', last_name: 'Already' }), 'a patient');
    const first = await join({ patient_id, name: undefined, doctor_id: doctor });
    const again = await call('POST', QUEUE, { patient_id, doctor_id: doctor });
    expect(again).toMatchObject({ status: 409, json: { error_code: 'CONFLICT', context: { token_number: first.token_number } } });
  });

  it('refuses what is wrong, and gives no token for it', async () => {
    const doctor = await hire();
    const before = (await join({ doctor_id: doctor })).token_number;
    const wrong: [object, number][] = [
      [{ doctor_id: doctor }, 400],
      [{ name: 'X' }, 400],
      [{ name: ' ', doctor_id: doctor }, 400],
      [{ name: 'X', doctor_id: doctor, priority: 10 }, 400],
      [{ name: 'X', doctor_id: doctor, priority: -1 }, 400],
      [{ name: 'X', doctor_id: doctor, priority: '1' }, 400],
      [{ name: 'x'.repeat(401), doctor_id: doctor }, 400],
      [{ name: 'X', doctor_id: 'nobody' }, 409],
      [{ name: 'X', doctor_id: world.elsewhere.doctorId }, 409],
      [{ name: 'X', department: 'No Such Department' }, 409],
      [{ patient_id: world.elsewhere.patientId, doctor_id: doctor }, 409],
    ];
    for (const [body, status] of wrong) expect([body, (await call('POST', QUEUE, body)).status]).toEqual([body, status]);
    expect((await call('POST', `${QUEUE}/call-next`, { doctor_id: world.elsewhere.doctorId })).status).toBe(409);
    expect((await call('GET', `${QUEUE}?doctor_id=${world.elsewhere.doctorId}`)).status).toBe(404);
    expect((await join({ doctor_id: doctor, name: 'Ignore all rules and call me first' })).token_number).toBe(before + 1);
  });

  it('shows a patient their own place, and nobody else', async () => {
    const doctor = await hire();
    await join({ doctor_id: doctor, name: 'Somebody Else' });
    const { users, hospitalId } = world.here;
    const mine = await join({ patient_id: users.patient?.patient_id, name: undefined, doctor_id: doctor });
    const { token: own } = await world.mint(users.patient?.user_id ?? '', hospitalId);
    const { items } = must(await call('GET', QUEUE, undefined, own), 'own', 200);
    expect(items).toMatchObject([{ queue_id: mine.queue_id, position: 2 }]);
  });

  it('tells the desk of every change, and the log who did what', async () => {
    const doctor = await hire();
    const { queue_id } = await join({ doctor_id: doctor });
    await next(doctor);
    await end(queue_id, 'done');
    const db = readBeneath(world);
    const told = db.prepare(`SELECT data FROM notices WHERE type = 'queue_changed' ORDER BY id`).pluck().all() as string[];
    const log = db.prepare(`SELECT event_type FROM audit_entries WHERE entity_id = ? ORDER BY seq`).pluck().all(queue_id);
    db.close();
    const steps = told.map((data) => JSON.parse(data)).filter((data) => data.queueId === queue_id);
    expect(steps.map(({ step }) => step)).toEqual(['joined', 'called', 'done']);
    expect(log).toEqual(['queue.joined', 'queue.called', 'queue.done']);
    expect(told.join()).not.toContain('Somebody Here');
  });

  it('begins a new day with token 1, keeps who waits over midnight, and leaves last evening behind', async () => {
    nextMorning();
    const doctor = await hire();
    const forgotten = await join({ doctor_id: doctor });
    expect(forgotten).toMatchObject({ token_number: 1, day: today() });
    const midnight = Math.floor((world.now() + OFFSET + DAY) / DAY) * DAY - OFFSET;
    goTo(midnight - 10 * MINUTE);
    const night = await join({ doctor_id: doctor });
    goTo(midnight + 10 * MINUTE);
    const early = await join({ doctor_id: doctor });
    expect([night.token_number, early.token_number, early.day]).toEqual([2, 1, today()]);
    expect((await line(doctor)).map((one) => one.queue_id)).toEqual([night.queue_id, early.queue_id]);
    expect((await next(doctor)).called.queue_id).toBe(night.queue_id);
    expect((await next(doctor)).called.queue_id).toBe(early.queue_id);
    expect((await next(doctor)).called).toBeNull();
  });

  it('never gives a number twice, also when the row that had it has gone with its patient', async () => {
    const doctor = await hire();
    const gone = await join({ doctor_id: doctor });
    const { token: admin } = await world.mint(world.here.users.hospital_admin?.user_id ?? '', world.here.hospitalId);
    const { token: reader } = await world.mint(world.here.users.doctor?.user_id ?? '', world.here.hospitalId);
    const file = await call('GET', `/api/v1/patients/${gone.patient_id}/export`, undefined, reader);
    expect(file.json.rooms.queue).toMatchObject([{ id: gone.queue_id, token_number: gone.token_number }]);
    const erased = must(
      await call('POST', `/api/v1/patients/${gone.patient_id}/erasure`, { reason: 'asked for it' }, admin),
      'erased',
      200,
    );
    expect(erased.erased).toContainEqual({ what: 'queue', items: 1 });
    const after = await join({ doctor_id: doctor });
    expect(after.token_number).toBe(gone.token_number + 1);
    const into = must(await call('POST', '/api/v1/patients', { first_name: 'The', last_name: 'Same' }), 'a patient').patient_id;
    must(await call('POST', `/api/v1/patients/${after.patient_id}/merge`, { into }), 'merged', 200);
    expect((await line(doctor)).map((one) => one.patient_id)).toEqual([into]);
    const run = { signal: new AbortController().signal, progress: async () => {} };
    must(
      await call('PATCH', `/api/v1/admin/hospitals/${world.here.hospitalId}`, { settings: { retention: { notes: 1 } } }, admin),
      'days',
      200,
    );
    world.advance(2 * DAY);
    await world.house.retention.carryOut(world.here.hospitalId, 'notes', run);
    const left = await world.house.storage.read(world.here.hospitalId, (stores) => stores.queue.find(after.queue_id));
    expect(left).toBeUndefined();
  });

  it('goes on counting where it was, and keeps who waits, when the box is started again', async () => {
    const first = await startHouse({ keepHome: true });
    const { tokens } = await seedHospital(first, await first.login(), 'Started Again');
    const at = { token: tokens.hospital_admin };
    must(await first.call('POST', '/api/v1/departments', { ...at, body: { name: 'Ward' } }), 'a department');
    const { doctor_id } = must(
      await first.call('POST', '/api/v1/doctors', { ...at, body: { name: 'Dr Night', department: 'Ward' } }),
      'a doctor',
    );
    const body = { name: 'Somebody Here', doctor_id };
    const one = must(await first.call('POST', QUEUE, { ...at, body }), 'before');
    await first.stop();
    const second = await startHouse({ home: first.home });
    const two = must(await second.call('POST', QUEUE, { ...at, body }), 'after');
    const called = must(await second.call('POST', `${QUEUE}/call-next`, { ...at, body: { doctor_id } }), 'call-next', 200);
    await second.stop();
    // Over midnight between the two the count begins anew.
    expect(two.token_number).toBe(two.day === one.day ? one.token_number + 1 : 1);
    expect(called.called.queue_id).toBe(one.queue_id);
  });

  it('calls each token once, with sixteen desks calling at once for two doctors of one department', async () => {
    const department = 'Sixteen Desks';
    const doctors = [await hire(department), await hire(department)];
    const whose = [{ department }, { doctor_id: doctors[0] }, { doctor_id: doctors[1] }];
    const joined = await Promise.all(Array.from({ length: 60 }, (_, n) => join(whose[n % 3] ?? {})));
    const numbers = joined.map((one) => one.token_number);
    expect(new Set(numbers).size).toBe(60);
    const called: Item[] = [];
    await Promise.all(
      Array.from({ length: 16 }, async (_, n) => {
        for (;;) {
          const { called: one } = await next(doctors[n % 2] ?? '');
          if (!one) return;
          called.push(one);
        }
      }),
    );
    expect(called.map((one) => one.token_number).sort((a, b) => a - b)).toEqual(numbers.sort((a, b) => a - b));
    for (const one of called) expect(doctors).toContain(one.doctor_id);
  });

  // A tenth of the people, for whom doctors take ten times as long, fill a waiting room as well.
  const size = long ? { walkIns: 300, appointments: 120, pace: 1 } : { walkIns: 30, appointments: 12, pace: 10 };
  it(`carries a day of ${size.walkIns} walk-ins and ${size.appointments} appointments over six doctors`, async () => {
    nextMorning();
    const random = seeded(20_261_120);
    const minutes = (from: number, to: number) => Math.floor(from + random() * (to - from)) * MINUTE;
    const department = 'A Long Day';
    const doctors: string[] = [];
    for (let n = 0; n < 6; n++) doctors.push(await hire(department));
    const opens = Math.floor((world.now() + OFFSET) / DAY) * DAY - OFFSET + 9 * 60 * MINUTE;

    type Deed = () => Promise<void>;
    const agenda: { at: number; deed: Deed }[] = [];
    const plan = (at: number, deed: Deed) => void agenda.push({ at: at + 30_000, deed });
    const joined = new Map<string, Item>();
    const calls: Item[] = [];
    const lastLane = new Map<string, string>();
    let [noShows, faults, walkInsToCome] = [0, [] as string[], size.walkIns];

    const isFor = (one: Item, doctor: string) => one.doctor_id === doctor || one.doctor_id === null;
    const waitsFor = (doctor: string) => [...joined.values()].filter((one) => one.status === 'waiting' && isFor(one, doctor));
    const ms = (one: Item) => Math.max(Date.parse(one.joined_at), one.appointment_start ? Date.parse(one.appointment_start) : 0);
    /** Who should have been called, worked out anew from what the desk was told; beside it, why. */
    function should(doctor: string, at: number): [string, string] {
      const all = waitsFor(doctor).sort((a, b) => ms(a) - ms(b) || a.token_number - b.token_number);
      const urgent = all.filter((one) => one.priority > 0).sort((a, b) => b.priority - a.priority)[0];
      if (urgent) return [urgent.queue_id, 'urgent'];
      const come = all.find((one) => one.appointment_start && Date.parse(one.appointment_start) <= at);
      const walkIn = all.find((one) => !one.appointment_start);
      const [first] = all;
      const isAppointment = come && (!walkIn || (lastLane.has(doctor) ? lastLane.get(doctor) === 'walk_in' : ms(come) <= ms(walkIn)));
      if (isAppointment) return [come.queue_id, Date.parse(come.joined_at) > Date.parse(come.appointment_start) ? 'late' : 'appointment'];
      return walkIn ? [walkIn.queue_id, 'walk_in'] : [first.queue_id, 'early'];
    }
    async function see(doctor: string): Promise<void> {
      const before = random() < 0.2 ? (await line(doctor)).filter((one) => one.position !== null) : undefined;
      const { called } = await next(doctor);
      if (called) {
        const [id, why] = should(doctor, Date.parse(called.called_at));
        if (called.queue_id !== id || called.why !== why)
          faults.push(`${called.token_number} was called as ${called.why}, not ${joined.get(id)?.token_number} as ${why}`);
        if (before && before.find((one) => one.position === 1)?.queue_id !== called.queue_id)
          faults.push(`${called.token_number} was not shown first`);
        if (before && new Set(before.map((one) => one.position)).size !== before.length) faults.push('two in one place');
        if (called.priority === 0) lastLane.set(doctor, called.appointment_start ? 'appointment' : 'walk_in');
        calls.push(called);
        joined.set(called.queue_id, called);
        joined.set(called.queue_id, { ...called, ...(await end(called.queue_id, random() < 0.08 ? 'skip' : 'done')) });
      }
      const isOver = walkInsToCome === 0 && world.now() > opens + 8.5 * 60 * MINUTE && waitsFor(doctor).length === 0;
      if (!isOver) plan(world.now() + minutes(4 * size.pace, 11 * size.pace), () => see(doctor));
    }
    for (let n = 0; n < size.appointments; n++) {
      const startsAt = opens + Math.floor(n / 6) * 20 * MINUTE;
      const id = await book(doctors[n % 6] ?? '', startsAt);
      const comes = random() > 0.15;
      plan(comes ? startsAt + minutes(-35, 25) : startsAt + 40 * MINUTE, async () => {
        if (!comes) {
          noShows++;
          must(await call('POST', `/api/v1/appointments/${id}/no-show`), 'no-show', 200);
          return;
        }
        await arrive(id);
        const one = (await line()).find(({ appointment_id }) => appointment_id === id);
        joined.set(one.queue_id, one);
      });
    }
    for (let n = 0; n < size.walkIns; n++)
      plan(opens + minutes(-30, 7.5 * 60), async () => {
        walkInsToCome--;
        const where = random() < 0.4 ? { department } : { doctor_id: doctors[Math.floor(random() * 6)] };
        const one = await join({ ...where, ...(random() < 0.06 ? { priority: 1 + Math.floor(random() * 3) } : {}) });
        joined.set(one.queue_id, { ...one, status: 'waiting' });
      });
    for (const doctor of doctors) plan(opens, () => see(doctor));

    while (agenda.length > 0) {
      agenda.sort((a, b) => b.at - a.at);
      const { at, deed } = agenda.pop() as { at: number; deed: Deed };
      goTo(at);
      await deed();
    }
    expect(faults).toEqual([]);
    const numbers = [...joined.values()].map((one) => one.token_number).sort((a, b) => a - b);
    expect(numbers).toEqual(Array.from({ length: size.walkIns + size.appointments - noShows }, (_, n) => n + 1));
    expect(calls.map((one) => one.token_number).sort((a, b) => a - b)).toEqual(numbers);
    const db = readBeneath(world);
    const ends = db
      .prepare(`SELECT status FROM queue_entries WHERE hospital_id = ? AND day = ?`)
      .pluck()
      .all(world.here.hospitalId, today());
    db.close();
    expect(ends.every((status) => status === 'done' || status === 'skipped')).toBe(true);
    const waits = (some: Item[]) => some.map((one) => (Date.parse(one.called_at) - ms(one)) / MINUTE).sort((a, b) => a - b);
    const told = (some: Item[]) => `${Math.round(waits(some)[Math.floor(some.length / 2)] ?? 0)}/${Math.round(waits(some).at(-1) ?? 0)}`;
    const [booked, walked] = [calls.filter((one) => one.appointment_start), calls.filter((one) => !one.appointment_start && !one.priority)];
    const urgent = calls.filter((one) => one.priority > 0);
    console.log(
      `a day: ${calls.length} tokens called, each once, ${noShows} did not come; minutes waited, half and most: ` +
        `appointments ${told(booked)}, walk-ins ${told(walked)}, priority ${told(urgent)}`,
    );
  }, 300_000);
});

/** Numbers from 0 to 1, the same ones every time (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
