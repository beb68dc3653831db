import type { AppointmentDetails, AppointmentStep, Proof } from '../../../domain/scheduling/appointment.ts';
import { alternativesIn } from '../../../domain/scheduling/bookings.ts';
import type { Availability } from '../../../domain/scheduling/calendar.ts';
import type { When } from '../../../domain/scheduling/diary.ts';
import type { Schedule } from '../../../domain/scheduling/schedule.ts';
import type { Scheduling } from '../../../domain/scheduling/scheduling.ts';
import { reasonSentences } from '../../../domain/scheduling/slots.ts';
import { AppError } from '../../../shared/errors.ts';
import { created, ok, type Route, route } from '../../route.ts';
import { id } from '../../schema/common.ts';
import * as schema from '../../schema/scheduling.ts';
import { fromWire, iso, toWire } from '../../wire.ts';
import { say } from '../../words/say.ts';
import { writeLongList } from '../long-list.ts';
import { presentPage } from '../present.ts';
import { makeAppointmentPresenter } from '../present-appointment.ts';

const one = '/api/v1/appointments/:id';

export function schedulingRoutes({ scheduling }: { scheduling: Scheduling }): Route[] {
  const present = makeAppointmentPresenter();

  /** Whoever cannot have a time is offered others in their own language. */
  async function offering<T>(language: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      const slots = alternativesIn(error);
      if (!slots || !(error instanceof AppError)) throw error;
      const alternatives = slots.map((slot) => present.slot(slot, language));
      throw new AppError(
        error.code,
        error.sentence,
        { ...error.details, context: { ...error.details.context, alternatives } },
        error.cause,
      );
    }
  }

  const changed = (appointment: AppointmentDetails, step: AppointmentStep, language: string) => ({
    success: true,
    message: say(language, sentences[step], {
      doctor: appointment.doctorName,
      when: present.when(appointment, language),
      code: appointment.bookingCode ?? '',
    }),
    appointment_details: present.details(appointment),
  });

  const found = ({ available, slot, reason, conflicts, alternatives }: Availability, language: string) => ({
    reason: reason ?? null,
    message: available
      ? say(language, sentences.free, {
          doctor: slot?.doctorName ?? '',
          when: slot ? String(present.slot(slot, language).label) : '',
        })
      : say(language, reasonSentences[reason ?? 'taken']),
    requested_slot: slot ? present.slot(slot, language) : null,
    conflicts: conflicts.map(({ doctorId, startsAt, busyUntil }) => ({ doctor_id: doctorId, start: iso(startsAt), end: iso(busyUntil) })),
    alternatives: alternatives.map((alternative) => present.slot(alternative, language)),
  });

  return [
    route({
      method: 'get',
      path: '/api/v1/doctors/:id/schedule',
      summary: 'When a doctor works; null where nobody has said so yet',
      policy: 'practice.read',
      params: { id },
      replies: { 200: schema.schedule },
      async handle({ caller, params }) {
        const schedule = await scheduling.schedule(caller, params.id);
        return ok({ doctor_id: params.id, schedule: schedule ? toWire(schedule) : null });
      },
    }),
    route({
      method: 'put',
      path: '/api/v1/doctors/:id/schedule',
      summary: 'Say when a doctor works; names the appointments that now lie outside',
      policy: 'schedules.write',
      params: { id },
      body: schema.scheduleInput,
      replies: { 200: schema.scheduleSet },
      async handle({ caller, params, body }) {
        const { schedule, outside } = await scheduling.setSchedule(caller, params.id, fromWire(body) as Schedule);
        const appointments = outside.map(({ appointmentId, startsAt }) => ({ appointment_id: appointmentId, start: iso(startsAt) }));
        return ok({ doctor_id: params.id, ...(toWire(schedule) as object), appointments_outside: appointments });
      },
    }),
    route({
      method: 'get',
      path: '/api/v1/slots',
      summary: 'Free times of a doctor, of a department or of everybody, from one local date to another',
      policy: 'slots.read',
      query: schema.slotsQuery,
      replies: { 200: schema.slots },
      async handle({ caller, query, door }) {
        const slots = await scheduling.slots(caller, fromWire(query)).catch(asAddress);
        return writeLongList(door, slots, (slot) => present.slot(slot, door.language));
      },
    }),
    route({
      method: 'get',
      path: '/api/v1/slots/why',
      summary: 'Is this time offered, and if not, why not?',
      policy: 'slots.read',
      query: schema.whyQuery,
      replies: { 200: schema.why },
      async handle({ caller, query, door }) {
        const { start, appointment_date, appointment_time, ...rest } = query;
        const wish = { ...fromWire(rest), when: whenOf({ start, appointment_date, appointment_time }) };
        const availability = await scheduling.check(caller, wish).catch(asAddress);
        return ok({ offered: availability.available, ...found(availability, door.language) });
      },
    }),
    route({
      method: 'post',
      path: '/api/v1/appointments/check-availability',
      summary: 'Is this time free, and if not, what is nearest to it?',
      policy: 'slots.read',
      body: schema.checkInput,
      replies: { 200: schema.availability },
      async handle({ caller, body, door }) {
        const { appointment_date: date, appointment_time: time, ...rest } = body;
        const availability = await scheduling.check(caller, { ...given(fromWire(rest)), when: { date, time } });
        return ok({ success: true, available: availability.available, ...found(availability, door.language) });
      },
    }),
    route({
      method: 'post',
      path: '/api/v1/appointments/book',
      summary: 'Book an appointment; whoever cannot have the time is told the nearest they can have',
      policy: 'appointments.book',
      body: schema.bookInput,
      once: true,
      replies: { 201: schema.booked },
      async handle({ caller, body, door }) {
        const { appointment_date: date, appointment_time: time, ...rest } = body;
        const request = { ...given(fromWire(rest)), when: { date, time } };
        const appointment = await offering(door.language, () => scheduling.book(caller, request));
        return created({
          ...changed(appointment, 'booked', door.language),
          // Mails and calendars leave through the outbox, which this box has not yet.
          ...{ email_sent: false, email_status: 'off', calendar_added: false, calendar_status: 'off' },
          booking_code: appointment.bookingCode,
        });
      },
    }),
    route({
      method: 'post',
      path: '/api/v1/appointments/hold',
      summary: 'Keep a time for three minutes for whoever shows the token',
      policy: 'appointments.book',
      body: schema.holdInput,
      once: true,
      replies: { 201: schema.held },
      async handle({ caller, body, door }) {
        const slot = { doctorId: body.doctor_id, startsAt: Date.parse(body.start) };
        const { token, expiresAt } = await offering(door.language, () => scheduling.hold(caller, slot));
        return created({ hold_token: token, expires_at: iso(expiresAt) });
      },
    }),
    route({
      method: 'get',
      path: '/api/v1/appointments/holds',
      summary: 'Times that are being kept for somebody just now',
      policy: 'appointments.attend',
      replies: { 200: schema.holds },
      handle: async ({ caller, door }) =>
        ok({ items: (await scheduling.holds(caller)).map((hold) => present.hold(hold, door.language)), next_cursor: null }),
    }),
    route({
      method: 'get',
      path: '/api/v1/appointments',
      summary: 'Appointments, by default of today and the seven days after; a patient sees their own',
      policy: 'appointments.list',
      query: schema.appointmentsQuery,
      replies: { 200: schema.appointmentPage },
      async handle({ caller, query }) {
        const { cursor, limit, ...rest } = query;
        return ok(presentPage(await scheduling.list(caller, { ...fromWire(rest), after: cursor, limit }), present.listed));
      },
    }),
    route({
      method: 'get',
      path: one,
      summary: 'An appointment with its history',
      policy: 'appointments.list',
      params: { id },
      replies: { 200: schema.appointment },
      async handle({ caller, params }) {
        const { appointment, events } = await scheduling.read(caller, params.id);
        return ok({ ...present.listed(appointment), email: appointment.email, history: events.map(present.event) });
      },
    }),
    route({
      method: 'post',
      path: `${one}/cancel`,
      summary: 'Cancel an appointment: its time is free again, the row stays',
      policy: 'appointments.change',
      params: { id },
      body: schema.cancelInput,
      replies: { 200: schema.changed },
      handle: async ({ caller, params, body, door }) =>
        ok(changed(await scheduling.cancel(caller, params.id, given(fromWire(body))), 'cancelled', door.language)),
    }),
    route({
      method: 'post',
      path: `${one}/reschedule`,
      summary: 'Move an appointment: it keeps its id, and the old time is free when the new one is taken',
      policy: 'appointments.change',
      params: { id },
      body: schema.rescheduleInput,
      replies: { 200: schema.changed },
      async handle({ caller, params, body, door }) {
        const to = { when: whenOf(body), doctorId: body.doctor_id ?? undefined, proof: fromWire(body.proof) as Proof | undefined };
        const moved = await offering(door.language, () => scheduling.reschedule(caller, params.id, to));
        return ok(changed(moved, 'rescheduled', door.language));
      },
    }),
    route({
      method: 'post',
      path: `${one}/confirm`,
      summary: 'The patient says that they will come',
      policy: 'appointments.change',
      params: { id },
      body: schema.confirmInput,
      replies: { 200: schema.changed },
      handle: async ({ caller, params, body, door }) =>
        ok(changed(await scheduling.confirm(caller, params.id, fromWire(body)), 'confirmed', door.language)),
    }),
    route({
      method: 'post',
      path: `${one}/arrive`,
      summary: 'The patient has come',
      policy: 'appointments.attend',
      params: { id },
      replies: { 200: schema.changed },
      handle: async ({ caller, params, door }) => ok(changed(await scheduling.arrive(caller, params.id), 'arrived', door.language)),
    }),
    route({
      method: 'post',
      path: `${one}/no-show`,
      summary: 'The patient did not come',
      policy: 'appointments.attend',
      params: { id },
      replies: { 200: schema.changed },
      handle: async ({ caller, params, door }) => ok(changed(await scheduling.noShow(caller, params.id), 'no_show', door.language)),
    }),
  ];
}

const sentences: Readonly<Record<AppointmentStep | 'free', string>> = {
  free: 'This time is free: {doctor}, {when}.',
  booked: 'The appointment is booked: {doctor}, {when}. The booking code is {code}.',
  rescheduled: 'The appointment is moved: {doctor}, {when}. The booking code is still {code}.',
  confirmed: 'The appointment is confirmed: {doctor}, {when}.',
  cancelled: 'The appointment is cancelled: {doctor}, {when}.',
  arrived: 'The patient has come: {doctor}, {when}.',
  no_show: 'The patient did not come: {doctor}, {when}.',
};

function whenOf({ start, appointment_date: date, appointment_time: time }: Asked): When {
  if (start !== undefined) return { startsAt: Date.parse(start) };
  if (date !== undefined && time !== undefined) return { date, time };
  const path = date === undefined ? 'appointment_date' : 'appointment_time';
  throw new AppError('invalid', 'Some of what you sent is not right.', { fields: [{ path, message: 'This is needed.' }] });
}
interface Asked {
  readonly start?: string | undefined;
  readonly appointment_date?: string | undefined;
  readonly appointment_time?: string | undefined;
}

/** What a client sends as null it does not send. */
function given<T extends object>(body: T): { [K in keyof T]: Exclude<T[K], null> } {
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null)) as { [K in keyof T]: Exclude<T[K], null> };
}

/** In an address, a doctor or department that is not there is not found; in a body it would be a wrong reference. */
function asAddress(error: unknown): never {
  if (error instanceof AppError && error.details.reason === 'DATA_INTEGRITY_ERROR')
    throw new AppError('not-found', 'This does not exist, or it is not yours to see.');
  throw error;
}
