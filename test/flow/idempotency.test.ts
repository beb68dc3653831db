import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../src/shared/ids.ts';
import { databaseFile, openKeyRing } from '../../src/storage/key-ring.ts';
import { type Connection, openConnection } from '../../src/storage/sqlite/database.ts';
import { type JumpClock, makeJumpClock } from '../fakes/jump-clock.ts';
import { type SeededHospital, seedHospital, startHouse, type TestHouse } from '../kit/house.ts';

/** What a route that honours Idempotency-Key is tried with. A route without a row here fails the test. */
interface Case {
  readonly role: 'root' | 'hospital_admin' | 'doctor' | 'nobody';
  readonly path: (made: Made) => string;
  /** A question of its own for each `n`. */
  readonly body: (n: number, made: Made) => Record<string, unknown>;
  /** The rows that it makes, one a deed. */
  readonly rows: string;
  readonly keys: number;
}
interface Made {
  readonly hospitalId: string;
  readonly messageId: string;
  readonly patientId: string;
  /** Sees patients around the clock. */
  readonly doctorId: string;
}

const ONE = 'SELECT count(*) FROM';
const cases: Readonly<Record<string, Case>> = {
  '/api/v1/patients': {
    role: 'doctor',
    path: () => '/api/v1/patients',
    body: (n) => ({ name: `Asha Rao${n}`, phone: '+919876543210' }),
    rows: `${ONE} patients`,
    keys: 6,
  },
  '/api/v1/departments': {
    role: 'hospital_admin',
    path: () => '/api/v1/departments',
    body: (n) => ({ name: `Department ${n}` }),
    rows: `${ONE} departments`,
    keys: 3,
  },
  '/api/v1/doctors': {
    role: 'hospital_admin',
    path: () => '/api/v1/doctors',
    body: (n) => ({ name: `Dr. Mehta ${n}`, department: 'Medicine', specialties: ['fever'] }),
    rows: `${ONE} doctors`,
    keys: 2,
  },
  '/api/v1/appointments/book': {
    role: 'doctor',
    path: () => '/api/v1/appointments/book',
    body: (n, { doctorId }) => ({
      ...{ patient_name: `Asha Rao${n}`, phone: '+919876543210', doctor_id: doctorId },
      ...{ appointment_date: slotAt(n).slice(0, 10), appointment_time: slotAt(n).slice(11, 16) },
    }),
    rows: `${ONE} appointments WHERE status = 'booked'`,
    keys: 4,
  },
  '/api/v1/appointments/hold': {
    role: 'doctor',
    path: () => '/api/v1/appointments/hold',
    body: (n, { doctorId }) => ({ doctor_id: doctorId, start: slotAt(n + 10_000) }),
    rows: `${ONE} appointments WHERE status = 'held'`,
    keys: 1,
  },
  '/api/v1/queue': {
    role: 'doctor',
    path: () => '/api/v1/queue',
    body: (n, { doctorId }) => ({ name: `Asha Rao${n}`, doctor_id: doctorId }),
    rows: `${ONE} queue_entries`,
    keys: 2,
  },
  '/api/v1/admin/hospitals': {
    role: 'root',
    path: () => '/api/v1/admin/hospitals',
    body: (n) => ({ hospital_name: `Hospital ${n}`, settings: { emergency_number: '112' } }),
    rows: `${ONE} hospitals`,
    keys: 1,
  },
  '/api/v1/admin/hospitals/:id/roles': {
    role: 'hospital_admin',
    path: ({ hospitalId }) => `/api/v1/admin/hospitals/${hospitalId}/roles`,
    body: (n) => ({ role_name: `Head of ${n}` }),
    rows: `${ONE} hospital_roles`,
    keys: 1,
  },
  '/api/v1/users': {
    role: 'hospital_admin',
    path: () => '/api/v1/users',
    body: (n) => ({ email: `nurse${n}@idem.test`, password: 'a long password', role: 'nurse', first_name: 'N', last_name: 'N' }),
    rows: `${ONE} users`,
    keys: 1,
  },
  '/api/v1/auth/signup': {
    role: 'nobody',
    path: () => '/api/v1/auth/signup',
    body: (n, { hospitalId }) => ({
      hospital_id: hospitalId,
      email: `patient${n}@idem.test`,
      password: 'a long password',
      first_name: 'P',
      last_name: 'P',
    }),
    rows: `${ONE} users`,
    keys: 1,
  },
  '/api/v1/auth/api-keys': {
    role: 'hospital_admin',
    path: () => '/api/v1/auth/api-keys',
    body: (n) => ({ name: `machine ${n}`, scopes: ['bookings'] }),
    rows: `${ONE} api_keys`,
    keys: 1,
  },
  '/api/v1/consultation/create': {
    role: 'doctor',
    path: () => '/api/v1/consultation/create',
    body: (n) => ({ consultation_type: 'text', specialty: `Specialty ${n}` }),
    rows: `${ONE} consultations`,
    keys: 1,
  },
  '/api/v1/patients/:id/consents': {
    role: 'doctor',
    path: ({ patientId }) => `/api/v1/patients/${patientId}/consents`,
    body: (n) => ({ purposes: ['record'], given_by: 'self', how: 'tap', language: 'en', text_version: `${n}` }),
    rows: `${ONE} consents`,
    keys: 1,
  },
  '/api/v1/report': {
    role: 'doctor',
    path: () => '/api/v1/report',
    body: (n, { messageId }) => ({ message_id: messageId, reason: `Not what I said, ${n}` }),
    rows: `${ONE} inaccuracy_reports`,
    keys: 1,
  },
  '/api/v1/system/models/:id/pull': {
    role: 'root',
    path: () => '/api/v1/system/models/silero-vad/pull',
    body: () => ({}),
    rows: `${ONE} jobs WHERE kind = 'model-pull'`,
    keys: 1,
  },
  '/api/v1/system/backup': {
    role: 'root',
    path: () => '/api/v1/system/backup',
    body: () => ({}),
    rows: `${ONE} jobs WHERE kind = 'backup'`,
    keys: 1,
  },
};

/** Another half hour of the days to come for each `n`. */
const slotAt = (n: number) => new Date((Math.ceil(Date.now() / 86_400_000) + 2) * 86_400_000 + n * 1_800_000).toISOString();
const AT_ONCE = 50;

describe('Idempotency-Key', () => {
  let clock: JumpClock;
  let house: TestHouse;
  let hospital: SeededHospital;
  let root: string;
  let made: Made;
  let db: Connection;

  beforeAll(async () => {
    clock = makeJumpClock();
    house = await startHouse({ clock });
    root = await house.login();
    hospital = await seedHospital(house, root, 'Idem', ['hospital_admin', 'doctor']);
    const ring = openKeyRing({ given: undefined, keyFile: `${house.home}.key`, home: house.home }, { mayMake: false });
    db = openConnection(databaseFile(house.home), ring.database);
    made = {
      hospitalId: hospital.hospitalId,
      messageId: await sayOneThing(),
      patientId: await registerSomebody(),
      doctorId: await hireSomebody(),
    };
  });
  afterAll(async () => {
    db.close();
    await house.stop();
  });

  async function hireSomebody(): Promise<string> {
    const token = hospital.tokens.hospital_admin;
    const hired = await house.call('POST', '/api/v1/doctors', { token, body: { name: 'Dr Rao', department: 'Medicine' } });
    const weekly = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'].map((weekday) => ({ weekday, from: '00:00', to: '24:00' }));
    await house.call('PUT', `/api/v1/doctors/${hired.json.doctor_id}/schedule`, { token, body: { slot_minutes: 30, weekly } });
    return hired.json.doctor_id;
  }

  async function registerSomebody(): Promise<string> {
    const registered = await house.call('POST', '/api/v1/patients', { token: hospital.tokens.doctor, body: { name: 'Who Agrees' } });
    return registered.json.patient_id;
  }

  /** An answer that somebody can report. */
  async function sayOneThing(): Promise<string> {
    const { json } = await house.call('POST', '/api/v1/consultation/create', {
      token: hospital.tokens.doctor,
      body: { consultation_type: 'text' },
    });
    const id = newId();
    await house.house.storage.transact(hospital.hospitalId, (stores) =>
      stores.encounters.insertMessage({
        id,
        consultationId: json.consultation_id,
        sessionId: json.session_id,
        sender: 'assistant',
        senderId: 'assistant',
        text: 'Please drink enough.',
        language: 'en',
        answeredBy: null,
        abstained: false,
        trivial: false,
        demonstration: false,
        interrupted: false,
        sources: [],
        redFlag: null,
        transcript: null,
        metrics: null,
        processingMs: 0,
        createdAt: clock.now().getTime(),
      }),
    );
    return id;
  }

  const tokenOf = (role: Case['role']) => (role === 'nobody' ? undefined : role === 'root' ? root : hospital.tokens[role]);
  const count = (sql: string) => db.prepare(sql).pluck().get() as number;
  const ask = (one: Case, key: string, body: unknown, token = tokenOf(one.role)) =>
    house.call('POST', one.path(made), {
      token,
      body,
      headers: { 'idempotency-key': key, ...(one.role === 'root' ? { 'x-access-reason': 'A test of the whole house.' } : {}) },
    });
  const patients = cases['/api/v1/patients'] as Case;

  it('is tried on every route that honours it', () => {
    // Forms with files have theirs in documents.test.ts.
    const honouring = house.house.routes.filter((route) => route.once && !route.upload).map((route) => route.path);
    expect(honouring.length).toBeGreaterThan(0);
    expect([...honouring].sort()).toEqual(Object.keys(cases).sort());
  });

  let n = 0;
  for (const [name, one] of Object.entries(cases))
    it(`makes one deed of ${AT_ONCE} requests at once, and gives all the same bytes: POST ${name}`, async () => {
      for (let i = 0; i < one.keys; i++) {
        const body = one.body(++n, made);
        const before = count(one.rows);
        const entries = count(`${ONE} audit_entries WHERE event_type NOT IN ('backup.made', 'job.finished')`);
        const key = `key ${n}`;
        const answers = await Promise.all(Array.from({ length: AT_ONCE }, () => ask(one, key, body)));
        expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size, answers.map(({ text }) => text).join('\n')).toBe(1);
        expect(answers[0]?.status).toBeLessThan(300);
        expect(count(one.rows) - before).toBe(1);
        // Also what is written beside the deed is written once.
        const beside = count(`${ONE} audit_entries WHERE event_type NOT IN ('backup.made', 'job.finished')`) - entries;
        expect(beside).toBeGreaterThan(0);
        expect(beside).toBeLessThanOrEqual(3);
      }
    }, 60_000);

  it('says that a key was used for something else, and does nothing: another body, another address', async () => {
    const first = await ask(patients, 'once', patients.body(1_001, made));
    expect(first.status).toBe(201);
    const before = count(patients.rows);
    const other = await ask(patients, 'once', patients.body(1_002, made));
    expect([other.status, other.json.error_code]).toEqual([409, 'IDEMPOTENCY_CONFLICT']);
    const elsewhere = await house.call('POST', '/api/v1/consultation/create', {
      token: hospital.tokens.doctor,
      body: { consultation_type: 'text' },
      headers: { 'idempotency-key': 'once' },
    });
    expect([elsewhere.status, elsewhere.json.error_code]).toEqual([409, 'IDEMPOTENCY_CONFLICT']);
    expect(count(patients.rows)).toBe(before);
    expect((await ask(patients, 'once', patients.body(1_001, made))).text).toBe(first.text);
  });

  it('takes the same question for the same, whatever the order of its fields', async () => {
    const first = await ask(patients, 'ordered', { name: 'Ravi Rao', phone: '+919876543211', language: 'hi' });
    const again = await ask(patients, 'ordered', { language: 'hi', phone: '+919876543211', name: 'Ravi Rao' });
    expect([again.status, again.text]).toEqual([201, first.text]);
  });

  it('belongs to whoever sent it: the same key of somebody else is another deed', async () => {
    const body = patients.body(1_003, made);
    const [one, two] = [await ask(patients, 'mine', body), await ask(patients, 'mine', body, hospital.tokens.hospital_admin)];
    expect([one.status, two.status]).toEqual([201, 201]);
    expect(one.json.patient_id).not.toBe(two.json.patient_id);
  });

  it('is not used up by a request that failed', async () => {
    const wrong = await ask(patients, 'second try', { phone: '+919876543210' });
    expect(wrong.status).toBe(400);
    expect((await ask(patients, 'second try', patients.body(1_004, made))).status).toBe(201);
  });

  it('is refused when it is too long, before anything is done', async () => {
    const before = count(patients.rows);
    expect((await ask(patients, 'x'.repeat(256), patients.body(1_005, made))).status).toBe(400);
    expect(count(patients.rows)).toBe(before);
  });

  it('is kept for a day, and makes a new deed after it', async () => {
    const body = patients.body(1_006, made);
    const first = await ask(patients, 'a day', body);
    clock.jump(24 * 3_600_000 - 60_000);
    hospital = { ...hospital, tokens: { ...hospital.tokens, doctor: await house.login(hospital.users.doctor as never) } };
    // Every deed under a key sweeps away what is older than a day.
    await ask(patients, 'another key', patients.body(1_007, made));
    expect((await ask(patients, 'a day', body)).text).toBe(first.text);
    clock.jump(2 * 60_000);
    await ask(patients, 'yet another key', patients.body(1_008, made));
    const later = await ask(patients, 'a day', body);
    expect(later.status).toBe(201);
    expect(later.json.patient_id).not.toBe(first.json.patient_id);
  });
});
