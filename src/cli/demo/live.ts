import type { DemoRooms } from '../../compose-demo.ts';
import { type Caller, PLATFORM, type Role } from '../../domain/access/caller.ts';
import { guestId } from '../../domain/consultation/consultations.ts';
import type { Schedule } from '../../domain/scheduling/schedule.ts';
import type { Clock } from '../../shared/clock.ts';
import { newId } from '../../shared/ids.ts';
import type { ClinicPlan, PlannedPatient, PlannedTalk } from './plan.ts';

/** A clock that stands where the story is. */
export interface StoryClock extends Clock {
  moveTo(ms: number): void;
}

export function makeStoryClock(real: Clock): StoryClock {
  let at = real.now().getTime();
  return {
    ...real,
    now: () => new Date(at),
    moveTo(ms) {
      at = ms;
    },
  };
}

export interface SignInSheet {
  readonly hospital: string;
  readonly people: readonly { readonly role: Role; readonly login: string; readonly name: string }[];
}

const TURN_MS = 25_000;
const APPOINTMENTS = 12;
const workdays = ['mon', 'tue', 'wed', 'thu', 'fri'] as const;
const clinicHours: Schedule = {
  ...{ slotMinutes: 20, bufferMinutes: 0, exceptions: [], leave: [] },
  weekly: [...workdays.map((weekday) => ({ weekday, from: '09:00', to: '17:00' })), { weekday: 'sat', from: '09:00', to: '12:00' }],
  breaks: workdays.map((weekday) => ({ weekday, from: '13:00', to: '14:00' })),
};
const DAY_MS = 24 * 3_600_000;

/** Lives a made-up week through, room by room, as the people of the clinic would: what they did stands in its audit log. */
export async function liveThrough(
  rooms: DemoRooms,
  { clinic, patients, talks }: ClinicPlan,
  { clock, nowMs, password }: { clock: StoryClock; nowMs: number; password: string },
): Promise<SignInSheet> {
  clock.moveTo(nowMs - 8 * DAY_MS);
  const { id: hospitalId } = await rooms.hospitals.create(rooms.callerFor(PLATFORM), clinic.hospital);
  await rooms.demo.mark(rooms.callerFor(hospitalId), { hospitalId });
  const as = (role: Role, userId: string, more: Partial<Caller> = {}): Caller => ({
    ...rooms.callerFor(hospitalId),
    role,
    userId,
    requestId: newId(),
    ...more,
  });
  const sheet: { role: Role; login: string; name: string }[] = [];
  const signUp = async (maker: Caller, role: Role, login: string, [firstName, lastName]: readonly [string, string]) => {
    const email = `${login}@${clinic.short}.example`;
    const user = await rooms.users.create(maker, { role, email, password, firstName, lastName });
    sheet.push({ role, login: email, name: `${firstName} ${lastName}` });
    return user.id;
  };

  const staff = new Map<Role, string>();
  for (const { role, login, name } of clinic.staff) {
    const admin = staff.get('hospital_admin');
    const maker = admin === undefined ? rooms.callerFor(hospitalId) : as('hospital_admin', admin);
    const id = await signUp(maker, role, login, name);
    if (!staff.has(role)) staff.set(role, id);
  }
  const one = (role: Role, more?: Partial<Caller>) => as(role, staff.get(role) ?? '', more);

  const doctorIds: string[] = [];
  for (const { login, name, department, specialties, languages } of clinic.doctors) {
    const userId = await signUp(one('hospital_admin'), 'doctor', login, name);
    const doctor = await rooms.practice.createDoctor(one('hospital_admin'), {
      name: `Dr ${name.join(' ')}`,
      department,
      userId,
      specialties,
      languages,
    });
    doctorIds.push(doctor.id);
    await rooms.scheduling.setSchedule(one('hospital_admin'), doctor.id, clinicHours);
  }

  const known: { id: string; userId: string | undefined }[] = [];
  for (const [index, planned] of patients.entries()) {
    clock.moveTo(nowMs - 8 * DAY_MS + (index + 1) * 120_000);
    known.push(await register(planned));
  }
  for (const [index, talk] of talks.entries()) await hold(talk, doctorIds[index % doctorIds.length], index < talks.length - 2);
  await seeToFlags();
  clock.moveTo(nowMs);
  for (const [index, { id }] of known.slice(0, APPOINTMENTS).entries()) await bookFor(id, index);
  return { hospital: clinic.hospital.hospitalName, people: sheet };

  async function register({ input, login }: PlannedPatient): Promise<{ id: string; userId: string | undefined }> {
    if (login === undefined) return { id: (await rooms.patients.create(one('receptionist'), input)).id, userId: undefined };
    const userId = await signUp(one('hospital_admin'), 'patient', login, [input.firstName, input.lastName]);
    const id = (await rooms.storage.read(hospitalId, (stores) => stores.patients.ofUser(userId))) ?? '';
    await rooms.patients.change(one('receptionist'), id, input);
    return { id, userId };
  }

  /** A patient writes in their own app, or on their own phone by a nurse's link; a trainee practises. */
  async function hold({ agoMs, patient, language, lines }: PlannedTalk, doctorId: string | undefined, ends: boolean): Promise<void> {
    let at = nowMs - agoMs;
    clock.moveTo(at);
    const who = patient === undefined ? undefined : known[patient];
    const own = who?.userId === undefined ? undefined : as('patient', who.userId, { patientId: who.id });
    const opener = who === undefined ? one('trainee') : (own ?? one('nurse'));
    const mode = who === undefined ? 'roleplay' : 'consultation';
    const { consultation, session } = await rooms.consultations.open(opener, {
      type: 'text',
      mode,
      language,
      ...(who ? { patientId: who.id, doctorId } : {}),
    });
    const id = consultation.id;
    const speaker = who === undefined ? opener : (own ?? as('guest', guestId(id), { consultationId: id }));
    for (const text of lines) {
      for await (const _ of rooms.consult.say({ ...speaker, requestId: newId() }, { sessionId: session.id, text }));
      at += TURN_MS;
      clock.moveTo(at);
    }
    if (ends) await rooms.consultations.end(opener, id);
  }

  /** The days to come have appointments, some of them confirmed. */
  async function bookFor(patientId: string, index: number): Promise<void> {
    const desk = one('receptionist');
    const doctorId = doctorIds[index % doctorIds.length];
    const free = await rooms.scheduling.slots(desk, { doctorId });
    const slot = free[(index * 7) % Math.max(1, free.length)];
    if (!slot) return;
    const booked = await rooms.scheduling.book(desk, { doctorId, patientId, when: slot });
    if (index % 3 === 0) await rooms.scheduling.confirm(desk, booked.id);
  }

  /** Nobody is called again today for what a made-up patient said last week. */
  async function seeToFlags(): Promise<void> {
    const notices = await rooms.storage.read(hospitalId, (stores) => stores.notices.since('', 200));
    for (const { id, audience, createdAt, ackedAt } of notices) {
      clock.moveTo(createdAt + TURN_MS);
      if (ackedAt === null && audience.includes('nurse')) await rooms.notices.acknowledge(one('nurse'), id);
    }
  }
}
