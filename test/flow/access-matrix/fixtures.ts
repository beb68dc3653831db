import { randomBytes, randomUUID } from 'node:crypto';
import { stepAt, totpCode } from '../../../src/domain/access/totp.ts';
import type { Consultation } from '../../../src/domain/consultation/encounter.ts';
import { newId } from '../../../src/shared/ids.ts';
import { readBase32 } from '../../kit/base32.ts';
import type { Who } from './expected.ts';
import { PLATFORM, type Place, type World } from './world.ts';

/**
 * At what a request is aimed: at nothing in particular, at a thing of the caller's hospital or of another one, at what is the
 * caller's own, or at another hospital's thing under the caller's hospital (`mixed`, where an address names both).
 */
export type Aim = 'none' | 'here' | 'elsewhere' | 'self' | 'mixed';

export interface Asked {
  readonly path: string;
  readonly body?: unknown;
  /** In place of the caller's own token, where the request uses one up. */
  readonly token?: string;
  /** In place of a body: a form with a file. */
  readonly form?: FormData;
  /** Ids that may not stand in an answer under `own`, and those that may not stand in any. */
  readonly hides?: readonly string[];
  readonly never?: readonly string[];
  /** Takes a machine that this house has not: ENGINE_UNAVAILABLE is what a caller meets who was let in. */
  readonly machine?: boolean;
  /** Answers with events that do not end. */
  readonly stream?: boolean;
}

/** How to ask at one address. Undefined where the aim makes no sense for this caller. */
export interface Fixture {
  readonly aims: readonly Aim[];
  ask(world: World, aim: Aim, who: Who | undefined): Asked | undefined | Promise<Asked | undefined>;
}

const unique = () => randomBytes(6).toString('hex');
const PASSWORD = 'a long and quiet password';

const placeOf = (world: World, aim: Aim): Place => (aim === 'elsewhere' ? world.elsewhere : world.here);
const hospitals = '/api/v1/admin/hospitals';

/** The caller's user, when they are one. */
export function userOf({ here }: World, who: Who | undefined): string | undefined {
  return who === undefined || who === 'platform_admin' || who === 'guest' || who.startsWith('key:') ? undefined : here.users[who]?.user_id;
}

const plain = (path: string, body?: unknown): Fixture => ({
  aims: ['none'],
  ask: () => ({ path, ...(body === undefined ? {} : { body }) }),
});
const oneOf = (ask: (place: Place, world: World) => Asked | Promise<Asked>): Fixture => ({
  aims: ['here', 'elsewhere'],
  ask: (world, aim) => ask(placeOf(world, aim), world),
});

/** A user that a test may use up, with a session of their own. */
async function freshSelf(world: World, who: Who | undefined): Promise<string | undefined> {
  if (who === undefined || who === 'guest' || who.startsWith('key:')) return undefined;
  const id = await world.make.user(world.here, { role: who, password: PASSWORD, first_name: 'Used', last_name: 'Up' });
  return (await world.mint(id, who === 'platform_admin' ? PLATFORM : world.here.hospitalId)).token;
}

/** Switches a second factor on; a recovery code. */
async function enrol(world: World, token: string): Promise<string> {
  const path = '/api/v1/auth/totp';
  const begun = await world.call('POST', path, { token, body: { current_password: PASSWORD } });
  const code = totpCode(readBase32(begun.json.secret), stepAt(world.now()));
  return (await world.call('POST', path, { token, body: { code } })).json.recovery_codes[0];
}

const aboutPatient = (change: (path: string) => Asked): Fixture => ({
  aims: ['here', 'elsewhere', 'self'],
  ask({ here, elsewhere }, aim, who) {
    if (aim === 'self') return who === 'patient' ? change(`/api/v1/patients/${here.users.patient?.patient_id}`) : undefined;
    return change(`/api/v1/patients/${(aim === 'here' ? here : elsewhere).patientId}`);
  },
});

const aboutJob = (path: (id: string) => Asked): Fixture => ({
  aims: ['here', 'elsewhere', 'self'],
  async ask(world, aim, who) {
    if (aim !== 'self') return path(await world.make.job(placeOf(world, aim), newId()));
    const user = userOf(world, who);
    return user === undefined ? undefined : path(await world.make.job(world.here, user));
  },
});

const aboutJobTitle = (method: 'PATCH' | 'DELETE'): Fixture => ({
  aims: ['here', 'elsewhere', 'mixed'],
  async ask(world, aim) {
    const under = placeOf(world, aim);
    const role = await world.make.role(aim === 'mixed' ? world.elsewhere : under);
    const path = `${hospitals}/${under.hospitalId}/roles/${role}`;
    return method === 'PATCH' ? { path, body: { role_name: `Renamed ${unique()}` } } : { path };
  },
});

/** A consultation that somebody else began: `here` and `elsewhere`; and one of the caller's own. */
async function consultationFor(world: World, aim: Aim, who: Who | undefined, other: keyof Place['consultations'], more: object) {
  if (aim !== 'self') return placeOf(world, aim).consultations[other];
  if (who === 'guest') return world.here.consultations.ofGuest;
  const owner =
    who === 'platform_admin' ? world.rootId : who?.startsWith('key:') ? world.here.keys[who.slice(4) as 'all'].id : userOf(world, who);
  return owner === undefined ? undefined : world.make.consultation(world.here, owner, more);
}

const aboutConsultation = (
  ask: (kept: { id: string; sessionId: string; messageId: string }) => Asked,
  other: keyof Place['consultations'] = 'ofDoctor',
  aims: readonly Aim[] = ['here', 'elsewhere', 'self'],
): Fixture => ({
  aims,
  async ask(world, aim, who) {
    const kept = await consultationFor(world, aim, who, other, {});
    return kept && ask(kept);
  },
});

/** The same, for what uses a consultation up: each is asked about one of its own. */
const endsConsultation = (ask: (id: string) => Asked, more: Partial<Consultation>): Fixture => ({
  aims: ['here', 'elsewhere', 'self'],
  async ask(world, aim, who) {
    if (aim === 'self' && who === 'guest') {
      const { id } = await world.make.consultation(world.here, newId(), { mode: 'consultation' });
      const { token } = await world.inviteGuest(world.here, id);
      return { ...ask(id), token };
    }
    if (aim === 'self') {
      const kept = await consultationFor(world, aim, who, 'ofDoctor', {});
      return kept && ask(kept.id);
    }
    return ask((await world.make.consultation(placeOf(world, aim), newId(), { mode: 'consultation', ...more })).id);
  },
});

/** What each may begin (§3, §4): clinicians, patients and programs a conversation with a patient, the others practice. */
const ownMode = (who: Who | undefined) =>
  who === 'doctor' || who === 'nurse' || who === 'patient' || who?.startsWith('key:') ? 'consultation' : 'training';

/** An appointment of somebody else or of the caller: of a patient their own, of a guest one whose code and name they know. */
const aboutAppointment = (what: string, body?: (world: World) => object, past?: 'past'): Fixture => ({
  aims: ['here', 'elsewhere', 'self'],
  async ask(world, aim, who) {
    // A guest without proofs learns nothing at all, which is proved apart.
    if ((who === 'guest') !== (aim === 'self') && who !== 'patient') return undefined;
    if (aim === 'self' && (who === 'guest' ? body === undefined : who !== 'patient')) return undefined;
    const place = placeOf(world, aim);
    const ofPatient = who === 'patient' && aim === 'self' ? place.users.patient?.patient_id : place.patientId;
    const { id, bookingCode } = await world.make.appointment(place, ofPatient, past);
    const proof = who === 'guest' ? { proof: { booking_code: bookingCode, full_name: `${place.word} Patient` } } : {};
    return { path: `/api/v1/appointments/${id}${what}`, ...(body ? { body: { ...body(world), ...proof } } : {}) };
  },
});

/** With a doctor of this place, at a time that nobody has. */
const atFreeTime = (ask: (doctorId: string, free: ReturnType<World['make']['freeTime']>) => Asked): Fixture =>
  oneOf((place, { make }) => ask(place.doctorId, make.freeTime()));

const spoken = (sessionId: string): Asked => {
  const form = new FormData();
  form.set('session_id', sessionId);
  form.set('file', new Blob([new Uint8Array(64)]), 'sound.wav');
  return { path: '/api/v1/conversation/audio', form, machine: true };
};

const uploaded = (path: string): Asked => {
  const form = new FormData();
  form.set('file', new Blob([`A leaflet: ${unique()}.`]), 'leaflet.txt');
  return { path, form };
};

export const fixtures: Readonly<Record<string, Fixture>> = {
  'POST /api/v1/auth/login': {
    aims: ['none'],
    ask: ({ here }) => ({ path: '/api/v1/auth/login', body: { email: here.users.doctor?.email, password: here.users.doctor?.password } }),
  },
  'POST /api/v1/auth/refresh': {
    aims: ['none'],
    async ask(world) {
      const user = world.here.users.nurse?.user_id ?? '';
      return { path: '/api/v1/auth/refresh', body: { refresh_token: await world.make.refreshToken(user, world.here.hospitalId) } };
    },
  },
  'POST /api/v1/auth/signup': {
    aims: ['none'],
    ask: ({ here }) => ({
      path: '/api/v1/auth/signup',
      body: { username: `s${unique()}`, password: PASSWORD, hospital_id: here.hospitalId, first_name: 'Self', last_name: 'Made' },
    }),
  },
  'GET /api/v1/setup': plain('/api/v1/setup'),
  'POST /api/v1/setup': plain('/api/v1/setup', {
    token: 'x',
    email: 'late@bedside.test',
    password: PASSWORD,
    first_name: 'Late',
    last_name: 'Comer',
    hospital_name: 'Late Clinic',
    language: 'en',
    time_zone: 'Asia/Kolkata',
    emergency_number: '112',
  }),
  'GET /healthz': plain('/healthz'),
  'GET /readyz': plain('/readyz'),
  'GET /health': plain('/health'),
  'GET /metrics': plain('/metrics'),
  'GET /openapi.json': plain('/openapi.json'),
  'GET /asyncapi.json': plain('/asyncapi.json'),

  'GET /api/v1/auth/me': plain('/api/v1/auth/me'),
  'POST /api/v1/auth/logout': {
    aims: ['none'],
    async ask(world, _aim, who) {
      const user = who === 'platform_admin' ? undefined : userOf(world, who);
      const token = user === undefined ? await freshSelf(world, who) : (await world.mint(user, world.here.hospitalId)).token;
      return { path: '/api/v1/auth/logout', body: {}, ...(token === undefined ? {} : { token }) };
    },
  },
  'POST /api/v1/auth/password': {
    aims: ['none'],
    async ask(world, _aim, who) {
      const token = await freshSelf(world, who);
      const body = { current_password: PASSWORD, new_password: `${PASSWORD} 2` };
      return { path: '/api/v1/auth/password', body, ...(token === undefined ? {} : { token }) };
    },
  },
  'POST /api/v1/auth/totp': {
    aims: ['none'],
    async ask(world, _aim, who) {
      const token = await freshSelf(world, who);
      return { path: '/api/v1/auth/totp', body: { current_password: PASSWORD }, ...(token === undefined ? {} : { token }) };
    },
  },
  'DELETE /api/v1/auth/totp': {
    aims: ['none'],
    async ask(world, _aim, who) {
      const token = await freshSelf(world, who);
      const code = token === undefined ? '000000' : await enrol(world, token);
      return { path: '/api/v1/auth/totp', body: { code }, ...(token === undefined ? {} : { token }) };
    },
  },
  'POST /api/v1/auth/ws-ticket': plain('/api/v1/auth/ws-ticket'),

  'GET /api/v1/auth/api-keys': plain('/api/v1/auth/api-keys'),
  'POST /api/v1/auth/api-keys': plain('/api/v1/auth/api-keys', { name: 'a machine', scopes: ['chat'] }),
  'DELETE /api/v1/auth/api-keys/:id': oneOf(async (place, world) => ({
    path: `/api/v1/auth/api-keys/${(await world.make.key(place)).id}`,
  })),

  'GET /api/v1/admin/hospitals': {
    aims: ['none'],
    ask: ({ elsewhere }) => ({ path: hospitals, hides: [elsewhere.hospitalId, elsewhere.word] }),
  },
  'POST /api/v1/admin/hospitals': { aims: ['none'], ask: () => ({ path: hospitals, body: { hospital_name: `New ${unique()}` } }) },
  'GET /api/v1/admin/hospitals/:id': oneOf((place) => ({ path: `${hospitals}/${place.hospitalId}` })),
  'PATCH /api/v1/admin/hospitals/:id': oneOf((place) => ({
    path: `${hospitals}/${place.hospitalId}`,
    body: { admin_contact: `Somebody ${unique()}` },
  })),
  'GET /api/v1/admin/hospitals/:id/roles': oneOf((place) => ({ path: `${hospitals}/${place.hospitalId}/roles` })),
  'POST /api/v1/admin/hospitals/:id/roles': oneOf((place) => ({
    path: `${hospitals}/${place.hospitalId}/roles`,
    body: { role_name: `Title ${unique()}` },
  })),
  'PATCH /api/v1/admin/hospitals/:id/roles/:roleId': aboutJobTitle('PATCH'),
  'DELETE /api/v1/admin/hospitals/:id/roles/:roleId': aboutJobTitle('DELETE'),

  'GET /api/v1/users': plain('/api/v1/users'),
  'POST /api/v1/users': {
    aims: ['none'],
    ask: () => ({ path: '/api/v1/users', body: { username: `n${unique()}`, role: 'nurse', first_name: 'New', last_name: 'Nurse' } }),
  },
  'GET /api/v1/users/:id': oneOf((place) => ({ path: `/api/v1/users/${place.users.nurse?.user_id}` })),
  'PATCH /api/v1/users/:id': oneOf((place) => ({ path: `/api/v1/users/${place.users.nurse?.user_id}`, body: { gender: unique() } })),
  'DELETE /api/v1/users/:id': oneOf(async (place, world) => ({ path: `/api/v1/users/${await world.make.user(place)}` })),
  'PUT /api/v1/users/:id/hospital-roles': oneOf((place) => ({
    path: `/api/v1/users/${place.users.nurse?.user_id}/hospital-roles`,
    body: { hospital_role_ids: [place.roleId] },
  })),

  'GET /api/v1/audit/logs': plain('/api/v1/audit/logs?limit=5'),
  'GET /api/v1/audit/verify': plain('/api/v1/audit/verify'),
  'GET /api/v1/system/engines': plain('/api/v1/system/engines'),
  'GET /api/v1/system/models': plain('/api/v1/system/models'),
  'GET /api/v1/system/capacity': plain('/api/v1/system/capacity'),
  'GET /api/v1/system/connectivity': plain('/api/v1/system/connectivity'),
  'PUT /api/v1/system/connectivity': plain('/api/v1/system/connectivity', { mode: 'offline' }),
  'POST /api/v1/system/models/:id/pull': plain('/api/v1/system/models/silero-vad/pull'),
  'GET /api/v1/system/clock': plain('/api/v1/system/clock'),
  'POST /api/v1/system/clock': plain('/api/v1/system/clock', {}),
  'GET /api/v1/system/backups': plain('/api/v1/system/backups'),
  'POST /api/v1/system/backup': plain('/api/v1/system/backup'),
  'GET /api/v1/languages': plain('/api/v1/languages'),
  'GET /api/v1/voices': plain('/api/v1/voices'),

  'GET /api/v1/patients': { aims: ['none'], ask: ({ here }) => ({ path: '/api/v1/patients', hides: [here.patientId] }) },
  'POST /api/v1/patients': {
    aims: ['none'],
    ask: () => ({ path: '/api/v1/patients', body: { first_name: 'New', last_name: unique() } }),
  },
  'GET /api/v1/patients/lookup': {
    aims: ['none'],
    ask: ({ here }) => ({ path: `/api/v1/patients/lookup?phone=${encodeURIComponent(here.phone)}`, hides: [here.patientId] }),
  },
  'GET /api/v1/patients/:id': aboutPatient((path) => ({ path })),
  'PATCH /api/v1/patients/:id': aboutPatient((path) => ({ path, body: { needs: `Needs ${unique()}` } })),
  'GET /api/v1/patients/:id/access-log': aboutPatient((path) => ({ path: `${path}/access-log` })),

  'POST /api/v1/patients/import': {
    aims: ['none'],
    ask() {
      const form = new FormData();
      form.append('file', new Blob([`name,phone\nTaken ${unique()},\n`]), 'register.csv');
      return { path: '/api/v1/patients/import', form };
    },
  },
  'GET /api/v1/patients/export.csv': plain('/api/v1/patients/export.csv'),
  'POST /api/v1/patients/:id/merge': oneOf(async (place, world) => ({
    path: `/api/v1/patients/${await world.make.patient(place)}/merge`,
    body: { into: await world.make.patient(place) },
  })),
  'POST /api/v1/telephony/voice': plain('/api/v1/telephony/voice', { CallSid: 'CA1' }),
  'POST /api/v1/telephony/voice/after': plain('/api/v1/telephony/voice/after', { CallSid: 'CA1' }),
  'POST /api/v1/telephony/calls': {
    aims: ['none'],
    ask: () => ({ path: '/api/v1/telephony/calls', body: { uuid: randomUUID(), from: '+919876543210' } }),
  },
  'GET /api/v1/telephony/calls/:uuid/next': oneOf(({ hospitalId }, { house }) => {
    const uuid = randomUUID();
    house.lines.ringing.ring(uuid, { hospitalId, from: undefined, desk: null });
    return { path: `/api/v1/telephony/calls/${uuid}/next` };
  }),
  'GET /api/v1/calls': plain('/api/v1/calls'),
  'GET /api/v1/calls/export.csv': plain('/api/v1/calls/export.csv'),
  'GET /api/v1/calls/:id': oneOf(async (place, world) => ({ path: `/api/v1/calls/${await world.make.call(place)}` })),

  'GET /api/v1/patients/:id/export': aboutPatient((path) => ({ path: `${path}/export` })),
  'POST /api/v1/patients/:id/erasure': oneOf(async (place, world) => ({
    path: `/api/v1/patients/${await world.make.patient(place)}/erasure`,
    body: { reason: 'The patient asked for it' },
  })),
  'GET /api/v1/patients/:id/legal-hold': oneOf((place) => ({ path: `/api/v1/patients/${place.patientId}/legal-hold` })),
  'PUT /api/v1/patients/:id/legal-hold': oneOf((place) => ({
    path: `/api/v1/patients/${place.patientId}/legal-hold`,
    body: { reason: 'A case at the district court' },
  })),
  'DELETE /api/v1/patients/:id/legal-hold': oneOf((place) => ({ path: `/api/v1/patients/${place.patientId}/legal-hold` })),
  'GET /api/v1/patients/:id/consents': aboutPatient((path) => ({ path: `${path}/consents` })),
  'POST /api/v1/patients/:id/consents': aboutPatient((path) => ({
    path: `${path}/consents`,
    body: { purposes: ['record'], given_by: 'self', how: 'tap', language: 'en', text_version: '1' },
  })),
  'POST /api/v1/patients/:id/consents/:consentId/withdraw': {
    aims: ['here', 'elsewhere', 'self'],
    async ask(world, aim, who) {
      if (aim === 'self' && who !== 'patient') return undefined;
      const place = placeOf(world, aim);
      const patientId = aim === 'self' ? (place.users.patient?.patient_id ?? '') : place.patientId;
      return { path: `/api/v1/patients/${patientId}/consents/${await world.make.consent(place, patientId)}/withdraw` };
    },
  },

  'GET /api/v1/departments': plain('/api/v1/departments'),
  'POST /api/v1/departments': { aims: ['none'], ask: () => ({ path: '/api/v1/departments', body: { name: `Ward ${unique()}` } }) },
  'GET /api/v1/doctors': plain('/api/v1/doctors'),
  'POST /api/v1/doctors': {
    aims: ['none'],
    ask: ({ here }) => ({ path: '/api/v1/doctors', body: { name: `Dr ${unique()}`, department: here.departmentName } }),
  },
  'GET /api/v1/doctors/:id': oneOf((place) => ({ path: `/api/v1/doctors/${place.doctorId}` })),
  'PATCH /api/v1/doctors/:id': oneOf((place) => ({ path: `/api/v1/doctors/${place.doctorId}`, body: { specialties: [unique()] } })),

  'GET /api/v1/doctors/:id/schedule': oneOf((place) => ({ path: `/api/v1/doctors/${place.doctorId}/schedule` })),
  'PUT /api/v1/doctors/:id/schedule': {
    aims: ['here', 'elsewhere', 'self'],
    async ask(world, aim, who) {
      if (aim === 'self' && who !== 'doctor') return undefined;
      const weekly = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'].map((weekday) => ({ weekday, from: '00:00', to: '24:00' }));
      const place = placeOf(world, aim);
      // The doctor of every place is the one who signs in; another has no user.
      const doctorId = aim === 'self' ? place.doctorId : await world.make.doctor(place);
      return { path: `/api/v1/doctors/${doctorId}/schedule`, body: { slot_minutes: 5, weekly } };
    },
  },
  'GET /api/v1/slots': oneOf((place) => ({ path: `/api/v1/slots?doctor_id=${place.doctorId}` })),
  'GET /api/v1/slots/why': atFreeTime((doctorId, { start }) => ({ path: `/api/v1/slots/why?doctor_id=${doctorId}&start=${start}` })),
  'POST /api/v1/appointments/check-availability': atFreeTime((doctor_id, { date, time }) => ({
    path: '/api/v1/appointments/check-availability',
    body: { doctor_id, appointment_date: date, appointment_time: time },
  })),
  'POST /api/v1/appointments/book': atFreeTime((doctor_id, { date, time }) => ({
    path: '/api/v1/appointments/book',
    body: { patient_name: `New ${unique()}`, doctor_id, appointment_date: date, appointment_time: time },
  })),
  'POST /api/v1/appointments/hold': atFreeTime((doctor_id, { start }) => ({
    path: '/api/v1/appointments/hold',
    body: { doctor_id, start },
  })),
  'GET /api/v1/appointments/holds': plain('/api/v1/appointments/holds'),
  'GET /api/v1/appointments': {
    aims: ['none'],
    ask: ({ here, elsewhere }) => ({
      path: '/api/v1/appointments?limit=200',
      hides: [here.appointmentId],
      never: [elsewhere.appointmentId],
    }),
  },
  'GET /api/v1/appointments/:id': aboutAppointment(''),
  'POST /api/v1/appointments/:id/cancel': aboutAppointment('/cancel', () => ({})),
  'POST /api/v1/appointments/:id/reschedule': aboutAppointment('/reschedule', ({ make }) => ({ start: make.freeTime().start })),
  'POST /api/v1/appointments/:id/confirm': aboutAppointment('/confirm', () => ({})),
  'POST /api/v1/appointments/:id/arrive': aboutAppointment('/arrive', undefined, 'past'),
  'POST /api/v1/appointments/:id/no-show': aboutAppointment('/no-show', undefined, 'past'),
  'GET /api/v1/appointments/:id/invite.ics': aboutAppointment('/invite.ics'),
  'POST /api/v1/queue': oneOf((place) => ({ path: '/api/v1/queue', body: { name: `Walked In ${unique()}`, doctor_id: place.doctorId } })),
  'GET /api/v1/queue': {
    aims: ['none'],
    ask: ({ here, elsewhere }) => ({ path: '/api/v1/queue?limit=200', hides: [here.queueId], never: [elsewhere.queueId] }),
  },
  'POST /api/v1/queue/call-next': oneOf((place) => ({ path: '/api/v1/queue/call-next', body: { doctor_id: place.doctorId } })),
  'POST /api/v1/queue/:id/done': oneOf(async (place, { make }) => ({
    path: `/api/v1/queue/${await make.token(place, { called: true })}/done`,
  })),
  'POST /api/v1/queue/:id/skip': oneOf(async (place, { make }) => ({ path: `/api/v1/queue/${await make.token(place)}/skip` })),
  'GET /api/v1/calendars/:doctorId.ics': {
    aims: ['none'],
    async ask({ house, here: { hospitalId, doctorId } }) {
      const feed = await house.storage.read(hospitalId, (stores) => stores.appointments.feed(doctorId));
      return { path: `/api/v1/calendars/${doctorId}.ics?token=${feed?.token}` };
    },
  },
  'POST /api/v1/doctors/:id/calendar': {
    aims: ['here', 'elsewhere', 'self'],
    async ask(world, aim, who) {
      if (aim === 'self' && who !== 'doctor') return undefined;
      const place = placeOf(world, aim);
      const doctorId = aim === 'self' ? place.doctorId : await world.make.doctor(place);
      return { path: `/api/v1/doctors/${doctorId}/calendar`, body: { shows_names: false } };
    },
  },
  'GET /api/v1/outbox': {
    aims: ['none'],
    ask: ({ here, elsewhere }) => ({ path: '/api/v1/outbox?limit=200', hides: [here.departureId], never: [elsewhere.departureId] }),
  },
  'POST /api/v1/outbox/:id/retry': oneOf(async (place, { make }) => ({ path: `/api/v1/outbox/${await make.departure(place)}/retry` })),
  'GET /api/v1/admin/hospitals/:id/integrations/:kind': oneOf((place) => ({
    path: `${hospitals}/${place.hospitalId}/integrations/email`,
  })),
  'PUT /api/v1/admin/hospitals/:id/integrations/:kind': oneOf((place) => ({
    path: `${hospitals}/${place.hospitalId}/integrations/email`,
    body: { settings: { enabled: true } },
  })),

  'POST /api/v1/consultation/create': {
    aims: ['none'],
    ask: (_world, _aim, who) => ({ path: '/api/v1/consultation/create', body: { consultation_type: 'text', mode: ownMode(who) } }),
  },
  'POST /api/v1/consultation/create (of a patient)': plain('/api/v1/consultation/create', {
    consultation_type: 'text',
    mode: 'consultation',
  }),
  'GET /api/v1/consultations': {
    aims: ['none'],
    ask({ here: { consultations } }, _aim, who) {
      const { restricted, ofDoctor } = consultations;
      const never = who === 'receptionist' ? [ofDoctor.id, restricted.id] : who === 'doctor' || who === 'nurse' ? [restricted.id] : [];
      return { path: '/api/v1/consultations?limit=200', hides: [ofDoctor.id, restricted.id], never };
    },
  },
  'GET /api/v1/consultations/:id': aboutConsultation(({ id }) => ({ path: `/api/v1/consultations/${id}` })),
  'GET /api/v1/consultations/:id (reception)': aboutConsultation(({ id }) => ({ path: `/api/v1/consultations/${id}` }), 'reception', [
    'here',
    'elsewhere',
  ]),
  'GET /api/v1/consultations/:id (restricted)': aboutConsultation(({ id }) => ({ path: `/api/v1/consultations/${id}` }), 'restricted', [
    'here',
    'elsewhere',
  ]),
  'POST /api/v1/consultations/:id/end': endsConsultation((id) => ({ path: `/api/v1/consultations/${id}/end` }), {}),
  'POST /api/v1/consultations/:id/end (restricted)': endsConsultation((id) => ({ path: `/api/v1/consultations/${id}/end` }), {
    sensitivity: 'restricted',
  }),
  'POST /api/v1/consultations/:id/guest': aboutConsultation(({ id }) => ({ path: `/api/v1/consultations/${id}/guest` }), 'ofDoctor', [
    'here',
    'elsewhere',
  ]),
  'POST /api/v1/consultations/:id/guest (restricted)': aboutConsultation(
    ({ id }) => ({ path: `/api/v1/consultations/${id}/guest` }),
    'restricted',
    ['here', 'elsewhere'],
  ),
  'POST /api/v1/conversation/message': aboutConsultation(({ sessionId }) => ({
    path: '/api/v1/conversation/message',
    body: { session_id: sessionId, text: 'ok' },
  })),
  'POST /api/v1/conversation/audio': aboutConsultation(({ sessionId }) => spoken(sessionId)),
  'GET /api/v1/conversation/audio': { aims: ['none'], ask: () => ({ path: '/api/v1/conversation/audio?text=hello', machine: true }) },
  'GET /api/v1/conversation/audio (of a message)': aboutConsultation(({ messageId }) => ({
    path: `/api/v1/conversation/audio?message_id=${messageId}`,
    machine: true,
  })),
  'POST /api/v1/chat/': plain('/api/v1/chat/', { message: 'ok', mode: 'training' }),
  'POST /api/v1/report': aboutConsultation(({ messageId }) => ({
    path: '/api/v1/report',
    body: { message_id: messageId, reason: 'not right' },
  })),
  'GET /api/v1/reports': plain('/api/v1/reports'),
  'PATCH /api/v1/reports/:id': oneOf(async (place, world) => ({
    path: `/api/v1/reports/${await world.make.report(place)}`,
    body: { status: 'accepted' },
  })),
  'POST /api/v1/avatar/session': plain('/api/v1/avatar/session', {}),
  'GET /api/v1/specialties': plain('/api/v1/specialties'),

  'POST /api/v1/rag/ingest-upload': { aims: ['none'], ask: () => uploaded('/api/v1/rag/ingest-upload') },
  'POST /api/v1/rag/upload': { aims: ['none'], ask: () => uploaded('/api/v1/rag/upload') },
  'GET /api/v1/rag/documents': {
    aims: ['none'],
    ask: ({ here, elsewhere }) => ({ path: '/api/v1/rag/documents?limit=200', hides: [here.documentId], never: [elsewhere.documentId] }),
  },
  'GET /api/v1/rag/documents/:id': oneOf(({ documentId }) => ({ path: `/api/v1/rag/documents/${documentId}` })),
  'PATCH /api/v1/rag/documents/:id': oneOf(({ documentId }) => ({
    path: `/api/v1/rag/documents/${documentId}`,
    body: { title: `Title ${unique()}` },
  })),
  'DELETE /api/v1/rag/documents/:id': oneOf(async (place, world) => ({
    path: `/api/v1/rag/documents/${await world.make.document(place)}`,
  })),
  'GET /api/v1/rag/documents/:id/chunks': oneOf(({ documentId }) => ({ path: `/api/v1/rag/documents/${documentId}/chunks` })),
  'GET /api/v1/rag/search': plain('/api/v1/rag/search?q=fever'),
  'POST /api/v1/rag/answer': plain('/api/v1/rag/answer', { question: 'What helps against fever?' }),
  'GET /api/v1/rag/starter': plain('/api/v1/rag/starter'),
  'POST /api/v1/rag/starter': plain('/api/v1/rag/starter', {}),

  'GET /api/v1/jobs': {
    aims: ['none'],
    async ask(world) {
      return { path: '/api/v1/jobs?limit=200', hides: [world.here.jobId] };
    },
  },
  'GET /api/v1/jobs/:id': aboutJob((id) => ({ path: `/api/v1/jobs/${id}` })),
  'POST /api/v1/jobs/:id/cancel': aboutJob((id) => ({ path: `/api/v1/jobs/${id}/cancel` })),
  'GET /api/v1/events': { aims: ['none'], ask: () => ({ path: '/api/v1/events', stream: true }) },
  'POST /api/v1/events/:id/ack': oneOf(async (place, world) => ({ path: `/api/v1/events/${await world.make.notice(place)}/ack` })),
};
