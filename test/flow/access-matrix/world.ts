import { createHash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { configOf } from '../../../src/config.ts';
import type { AccessClaims, TokenSigner } from '../../../src/domain/access/secrets.ts';
import type { Consultation } from '../../../src/domain/consultation/encounter.ts';
import type { Job } from '../../../src/domain/jobs/job.ts';
import { makeTokenSigner } from '../../../src/integrations/secrets/token-signer.ts';
import type { Clock } from '../../../src/shared/clock.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { newId } from '../../../src/shared/ids.ts';
import { openSigningKeys, type StoredSigningKey } from '../../../src/storage/files/signing-keys.ts';
import { openKeyRing } from '../../../src/storage/key-ring.ts';
import { type Connection, openConnection } from '../../../src/storage/sqlite/database.ts';
import { type Answer, type SeededHospital, seedHospital, startHouse, type TestHouse } from '../../kit/house.ts';

export const PLATFORM = 'platform';
type HouseOptions = NonNullable<Parameters<typeof startHouse>[0]>;
export const sha256 = (text: string) => createHash('sha256').update(text).digest('base64url');

/** One hospital with somebody in every role, and one thing of every kind. Every name in it holds the hospital's own word. */
export interface Place extends SeededHospital {
  readonly word: string;
  readonly root: string;
  readonly departmentId: string;
  readonly departmentName: string;
  readonly doctorId: string;
  readonly roleId: string;
  /** A patient whom no user signs in as, and their number. */
  readonly patientId: string;
  readonly phone: string;
  readonly keys: Readonly<Record<'all' | 'bookings' | 'chat', { id: string; key: string }>>;
  readonly jobId: string;
  readonly noticeId: string;
  readonly documentId: string;
  readonly departureId: string;
  /** Of `patientId` with `doctorId`, who sees patients every five minutes around the clock. */
  readonly appointmentId: string;
  /** Called, with a token of its own. */
  readonly queueId: string;
  /** What others began, who are none of the callers; `ofGuest` is the doctor's, who sent a link to it. */
  readonly consultations: Readonly<Record<'ofDoctor' | 'restricted' | 'reception' | 'ofGuest', Kept>>;
  /** The token of who follows the link to `ofGuest`. */
  readonly guestToken: string;
}
interface Kept {
  readonly id: string;
  readonly sessionId: string;
  readonly messageId: string;
}

/** A house with two hospitals, a clock that can be put forward, and the key with which it signs. */
export interface World extends TestHouse {
  readonly root: string;
  readonly rootId: string;
  readonly here: Place;
  readonly elsewhere: Place;
  readonly signer: TokenSigner;
  readonly signingKey: StoredSigningKey;
  advance(ms: number): void;
  now(): number;
  /** Signs somebody in without their password: a session like any other, and a token that the house's own key signed. */
  mint(userId: string, hospitalId: string): Promise<{ token: string; sessionId: string }>;
  /** A guest's token for a consultation, as its link holds it. */
  inviteGuest(place: Place, consultationId: string): Promise<{ token: string }>;
  readonly make: Maker;
}

export interface Maker {
  user(place: Place, more?: object): Promise<string>;
  role(place: Place): Promise<string>;
  key(place: Place, more?: object): Promise<{ id: string; key: string }>;
  patient(place: Place): Promise<string>;
  consent(place: Place, patientId: string): Promise<string>;
  call(place: Place): Promise<string>;
  job(place: Place, createdBy: string): Promise<string>;
  notice(place: Place): Promise<string>;
  /** Ready, with one chunk. */
  document(place: Place): Promise<string>;
  /** With a session and one answer; a practice of the owner's unless it says otherwise. */
  consultation(place: Place, ownerId: string, more?: Partial<Consultation>): Promise<{ id: string; sessionId: string; messageId: string }>;
  report(place: Place): Promise<string>;
  /** One who signs in nowhere. */
  doctor(place: Place): Promise<string>;
  /** Booked at a time that nobody else has, to come unless it says otherwise. */
  appointment(place: Place, patientId?: string, past?: 'past'): Promise<{ id: string; bookingCode: string }>;
  /** Somebody who waits in the line of `doctorId`, or was called by them. */
  token(place: Place, how?: { called: true }): Promise<string>;
  /** A mail that waits to leave. */
  departure(place: Place): Promise<string>;
  /** A time to come that no appointment has, as the wall in Kolkata shows it and as an instant. */
  freeTime(): { readonly start: string; readonly date: string; readonly time: string };
  refreshToken(userId: string, hospitalId: string): Promise<string>;
}

/** The system's time, put forward when a test says so; waits are real. */
export function shiftableClock(): { clock: Clock; advance(ms: number): void } {
  const shift = { ms: 0 };
  const clock: Clock = { ...systemClock, now: () => new Date(Date.now() + shift.ms), elapsedMs: () => performance.now() + shift.ms };
  return {
    clock,
    advance(ms) {
      shift.ms += ms;
    },
  };
}

export async function startWorld(options: Pick<HouseOptions, 'onStatement' | 'keepHome' | 'machines' | 'env'> = {}): Promise<World> {
  const { clock, advance } = shiftableClock();
  const house = await startHouse({ clock, ...options });
  const config = configOf({ BEDSIDE_HOME: house.home });
  const keyRing = openKeyRing(config.key, { mayMake: false });
  const keys = openSigningKeys(join(house.home, 'keys'), keyRing.files, clock.now().getTime());
  const [signingKey] = keys;
  if (!signingKey) throw new Error('the house has no key to sign with');
  const signer = await makeTokenSigner(keys);
  const root = await house.login();
  const now = () => clock.now().getTime();
  const make = maker(house, now);
  const here = await furnish(house, root, make, 'Quillhaven Clinic', 'quillhaven');
  const elsewhere = await furnish(house, root, make, 'Brambleford Clinic', 'brambleford');
  return {
    ...house,
    root,
    rootId: (await house.call('GET', '/api/v1/auth/me', { token: root })).json.user_id,
    here,
    elsewhere,
    signer,
    signingKey,
    advance,
    now,
    make,
    inviteGuest: (place, consultationId) => inviteGuest(house, place, consultationId),
    async mint(userId, hospitalId) {
      const sessionId = newId();
      const claims: AccessClaims = { userId, sessionId, hospitalId };
      await house.house.storage.transact(hospitalId, (stores) =>
        stores.access.insertSession({
          id: sessionId,
          hospitalId,
          userId,
          createdAt: now(),
          expiresAt: now() + 86_400_000,
          revokedAt: null,
        }),
      );
      return { token: await signer.sign(claims, now(), now() + 1_800_000), sessionId };
    },
  };
}

/** A connection beneath the house, past every guard: what really lies in its tables. */
export function readBeneath({ home }: TestHouse): Connection {
  const { database } = openKeyRing(configOf({ BEDSIDE_HOME: home }).key, { mayMake: false });
  return openConnection(join(home, 'bedside.db'), database, { readonly: true });
}

export function must(answer: Answer, what: string, wanted = 201) {
  if (answer.status !== wanted) throw new Error(`${what}: ${answer.status} ${answer.text}`);
  return answer.json;
}

const unique = () => randomBytes(6).toString('hex');

const SLOT_MS = 300_000;

function maker({ call, house }: TestHouse, now: () => number): Maker {
  let [first, last, codes] = [Number.POSITIVE_INFINITY, 0, 0];
  const slotNow = () => Math.floor(now() / SLOT_MS);
  const nextSlot = () => {
    last = Math.max(last, slotNow() + 288) + 1;
    return last * SLOT_MS;
  };
  const slotBefore = () => {
    first = Math.min(first, slotNow()) - 1;
    return first * SLOT_MS;
  };
  const at = (place: Place) => ({
    token: place.root,
    headers: { 'x-hospital-id': place.hospitalId, 'x-access-reason': 'Made for the tests' },
  });
  return {
    async user(place, more = {}) {
      const body = { username: `u${unique()}`, role: 'nurse', first_name: place.word, last_name: 'Fresh', ...more };
      return must(await call('POST', '/api/v1/users', { ...at(place), body }), 'a user').user_id;
    },
    async role(place) {
      const path = `/api/v1/admin/hospitals/${place.hospitalId}/roles`;
      return must(await call('POST', path, { token: place.root, body: { role_name: `${place.word} ${unique()}` } }), 'a job title')
        .hospital_role_id;
    },
    async key(place, more = {}) {
      const body = { name: `${place.word} machine`, scopes: ['all'], ...more };
      const made = must(await call('POST', '/api/v1/auth/api-keys', { ...at(place), body }), 'a key');
      return { id: made.api_key_id, key: made.key };
    },
    async patient(place) {
      const body = { first_name: place.word, last_name: unique() };
      return must(await call('POST', '/api/v1/patients', { ...at(place), body }), 'a patient').patient_id;
    },
    async consent(place, patientId) {
      const body = { purposes: ['record'], given_by: 'self', how: 'tap', language: 'en', text_version: '1' };
      return must(await call('POST', `/api/v1/patients/${patientId}/consents`, { ...at(place), body }), 'a consent').consent_id;
    },
    async call(place) {
      const id = newId();
      await house.storage.transact(place.hospitalId, (stores) =>
        stores.calls.insert({
          id,
          sessionId: newId(),
          consultationId: newId(),
          startedAt: now(),
          endedAt: now(),
          callerPhone: null,
          customerName: place.word,
          customerEmail: null,
          customerType: 'new',
          patientId: null,
          language: 'en',
          callType: 'inquiry',
          departmentEnquired: null,
          doctorEnquired: null,
          status: 'completed',
          outcome: null,
          filedAt: null,
        }),
      );
      return id;
    },
    async job(place, createdBy) {
      const job: Job = {
        id: newId(),
        hospitalId: place.hospitalId,
        kind: 'nobody-does-this',
        payload: { word: place.word },
        status: 'queued',
        progress: { done: 0, total: 1, unit: place.word },
        result: null,
        error: null,
        attempt: 0,
        leaseUntil: null,
        runAfter: now(),
        cancelAsked: false,
        createdBy,
        createdAt: now(),
        updatedAt: now(),
      };
      await house.storage.transact(place.hospitalId, (stores) => stores.jobs.insert(job));
      return job.id;
    },
    async notice(place) {
      const id = newId();
      await house.storage.transact(place.hospitalId, (stores) =>
        stores.notices.insert({
          id,
          hospitalId: place.hospitalId,
          type: 'notice',
          data: { about: place.word },
          audience: ['hospital_admin', 'doctor', 'nurse', 'receptionist'],
          createdAt: now(),
          ackedAt: null,
          ackedBy: null,
          escalatedAt: null,
        }),
      );
      return id;
    },
    async document(place) {
      const [id, language] = [newId(), 'en'];
      await house.storage.transact(place.hospitalId, async (stores) => {
        await stores.documents.insert({
          ...{ id, hospitalId: place.hospitalId, title: `Leaflet ${place.word}`, fileName: `${place.word}.txt`, kind: 'txt', language },
          ...{ tags: [place.word], sha256: unique(), bytes: 1, fileKey: newId(), pages: null, unreadPages: [], chunks: 1, status: 'ready' },
          ...{ error: null, replaces: null, jobId: newId(), createdBy: 'somebody', createdAt: now(), updatedAt: now() },
        });
        const chunk = { id: newId(), documentId: id, place: 0, text: `${place.word} leaflet`, page: null, headings: [], tableHead: null };
        await stores.documents.insertChunks([{ ...chunk, language, start: 0, end: 10 }]);
      });
      return id;
    },
    async consultation(place, ownerId, more = {}) {
      const [id, sessionId, messageId] = [newId(), newId(), newId()];
      const consultation: Consultation = {
        ...{ id, ownerId, patientId: null, doctorId: null, specialty: place.word, type: 'text', mode: 'training', language: 'en' },
        ...{ scenario: null, sensitivity: 'normal', status: 'active', createdAt: now(), endedAt: null },
        ...more,
      };
      await house.storage.transact(place.hospitalId, async (stores) => {
        await stores.encounters.insert(consultation);
        await stores.encounters.insertSession({
          id: sessionId,
          consultationId: id,
          type: 'text',
          startedAt: now(),
          endedAt: null,
          totalTokens: 0,
          totalCalls: 0,
        });
        await stores.encounters.insertMessage({
          ...{ id: messageId, consultationId: id, sessionId, sender: 'assistant', senderId: 'assistant', text: place.word, language: 'en' },
          ...{ answeredBy: 'rules', abstained: false, trivial: false, demonstration: false, interrupted: false, sources: [] },
          ...{ redFlag: null, transcript: null, metrics: null, processingMs: 0, createdAt: now() },
        });
      });
      return { id, sessionId, messageId };
    },
    async report(place) {
      const id = newId();
      await house.storage.transact(place.hospitalId, (stores) =>
        stores.encounters.insertReport({
          id,
          messageId: newId(),
          reason: place.word,
          correction: null,
          status: 'open',
          createdBy: 'somebody',
          createdAt: now(),
        }),
      );
      return id;
    },
    async doctor(place) {
      const body = { name: `Dr ${place.word} ${unique()}`, department: `Department ${place.word}` };
      return must(await call('POST', '/api/v1/doctors', { ...at(place), body }), 'a doctor').doctor_id;
    },
    async appointment(place, patientId = place.patientId, past) {
      const [id, bookingCode] = [newId(), String(++codes % 10_000).padStart(4, '0')];
      const startsAt = past ? slotBefore() : nextSlot();
      await house.storage.transact(place.hospitalId, (stores) =>
        stores.appointments.insert({
          ...{ id, doctorId: place.doctorId, patientId, status: 'booked', startsAt, endsAt: startsAt + SLOT_MS },
          ...{ busyUntil: startsAt + SLOT_MS, timeZone: 'Asia/Kolkata', bookingCode, email: null, notes: place.word, sequence: 0 },
          ...{ holdHash: null, holdUntil: null, madeBy: 'somebody', createdAt: now(), updatedAt: now() },
        }),
      );
      return { id, bookingCode };
    },
    async token(place, how) {
      const [id, at] = [newId(), now()];
      const day = new Date(at + 5.5 * 3_600_000).toISOString().slice(0, 10);
      const called = how ? ({ status: 'called', callId: newId(), calledAt: at } as const) : undefined;
      await house.storage.transact(place.hospitalId, async (stores) =>
        stores.queue.insert({
          ...{ id, day, tokenNumber: await stores.queue.nextToken(day), patientId: place.patientId, doctorId: place.doctorId },
          ...{ departmentId: place.departmentId, appointmentId: null, appointmentAt: null, priority: 0, status: 'waiting', joinedAt: at },
          ...{ callId: null, calledAt: null, endedAt: null, madeBy: 'somebody' },
          ...called,
        }),
      );
      return id;
    },
    async departure(place) {
      const [id, at] = [newId(), now()];
      const content = { messageId: id, subject: place.word, text: place.word, html: place.word, calendar: null };
      await house.storage.transact(place.hospitalId, (stores) =>
        stores.outbox.insert({
          ...{ id, kind: 'email', event: 'appointment.booked', key: id, lane: id, appointmentId: null, patientId: null, content },
          ...{ recipient: `${place.word.toLowerCase()}@example.test`, status: 'dead', attempts: 24, nextAt: null, leaseUntil: null },
          ...{ error: null, answer: null, expiresAt: null, createdAt: at, updatedAt: at, sentAt: null },
        }),
      );
      return id;
    },
    freeTime() {
      const at = nextSlot();
      const wall = new Date(at + 5.5 * 3_600_000).toISOString();
      return { start: new Date(at).toISOString(), date: wall.slice(0, 10), time: wall.slice(11, 16) };
    },
    async refreshToken(userId, hospitalId) {
      const token = `bsr_${randomBytes(32).toString('base64url')}`;
      const session = { id: newId(), hospitalId, userId, createdAt: now(), expiresAt: now() + 86_400_000, revokedAt: null };
      await house.storage.transact(hospitalId, async (stores) => {
        await stores.access.insertSession(session);
        await stores.access.insertRefreshToken({
          tokenHash: sha256(token),
          sessionId: session.id,
          createdAt: now(),
          expiresAt: now() + 86_400_000,
          usedAt: null,
          successorHash: null,
        });
      });
      return token;
    },
  };
}

async function inviteGuest(house: TestHouse, place: SeededHospital, consultationId: string): Promise<{ token: string }> {
  return must(await house.call('POST', `/api/v1/consultations/${consultationId}/guest`, { token: place.tokens.doctor }), 'a guest');
}

async function furnish(house: TestHouse, root: string, make: Maker, name: string, word: string): Promise<Place> {
  const seeded = await seedHospital(house, root, name);
  const admin = seeded.tokens.hospital_admin;
  const post = async (path: string, body: object) => must(await house.call('POST', path, { token: admin, body }), path);
  const place = { ...seeded, word, root } as Place;
  const departmentName = `Department ${word}`;
  const department = await post('/api/v1/departments', { name: departmentName });
  const doctor = await post('/api/v1/doctors', { name: `Dr ${word}`, department: departmentName, user_id: seeded.users.doctor?.user_id });
  const weekly = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'].map((weekday) => ({ weekday, from: '00:00', to: '24:00' }));
  const hours = { token: admin, body: { slot_minutes: 5, weekly } };
  must(await house.call('PUT', `/api/v1/doctors/${doctor.doctor_id}/schedule`, hours), 'hours', 200);
  const phone = word === 'quillhaven' ? '+919876543210' : '+919876543211';
  const patient = await post('/api/v1/patients', {
    first_name: word,
    last_name: 'Patient',
    phone,
    notes: `${word} notes`,
    address: `1 ${word} Street`,
  });
  const [all, bookings, chat] = await Promise.all([
    make.key(place, { scopes: ['all'] }),
    make.key(place, { scopes: ['bookings'] }),
    make.key(place, { scopes: ['chat'] }),
  ]);
  // Begun by people whom no test signs in as.
  const other = await make.user(place, { role: 'doctor' });
  const consultations = {
    ofDoctor: await make.consultation(place, other, { mode: 'consultation' }),
    restricted: await make.consultation(place, other, { mode: 'consultation', sensitivity: 'restricted' }),
    reception: await make.consultation(place, newId(), { mode: 'reception' }),
    ofGuest: await make.consultation(place, seeded.users.doctor?.user_id ?? '', { mode: 'consultation' }),
  };
  const furnished = { ...place, doctorId: doctor.doctor_id, departmentId: department.department_id, patientId: patient.patient_id };
  // The address of the doctor's calendar is made when it is first seen.
  must(await house.call('GET', `/api/v1/doctors/${doctor.doctor_id}`, { token: seeded.tokens.hospital_admin }), 'a calendar', 200);
  return {
    ...place,
    consultations,
    guestToken: (await inviteGuest(house, place, consultations.ofGuest.id)).token,
    departmentId: department.department_id,
    departmentName,
    doctorId: doctor.doctor_id,
    roleId: await make.role(place),
    patientId: patient.patient_id,
    phone,
    keys: { all, bookings, chat },
    jobId: await make.job(place, seeded.users.hospital_admin?.user_id ?? ''),
    noticeId: await make.notice(place),
    documentId: await make.document(place),
    departureId: await make.departure(place),
    appointmentId: (await make.appointment(furnished, patient.patient_id)).id,
    queueId: await make.token(furnished, { called: true }),
  };
}
