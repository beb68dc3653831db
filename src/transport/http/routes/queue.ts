import type { Queue, QueueItem } from '../../../domain/scheduling/queue.ts';
import type { QueueDetails } from '../../../domain/scheduling/queue-entry.ts';
import type { Why } from '../../../domain/scheduling/queue-order.ts';
import { timeText } from '../../../domain/scheduling/time-of-day.ts';
import { makeZones } from '../../../shared/zone.ts';
import { created, ok, type Route, route } from '../../route.ts';
import { id } from '../../schema/common.ts';
import * as schema from '../../schema/queue.ts';
import { fromWire, iso } from '../../wire.ts';
import { say } from '../../words/say.ts';
import { presentPage } from '../present.ts';

export function queueRoutes({ queue }: { queue: Queue }): Route[] {
  const zones = makeZones();

  const entry = (one: QueueDetails) => ({
    ...{ queue_id: one.id, token_number: one.tokenNumber, day: one.day, status: one.status },
    ...{ patient_id: one.patientId, patient_name: one.patientName },
    ...{ doctor_id: one.doctorId, doctor_name: one.doctorName, department: one.department },
    ...{ appointment_id: one.appointmentId, appointment_start: isoOrNull(one.appointmentAt), priority: one.priority },
    ...{ joined_at: iso(one.joinedAt), called_at: isoOrNull(one.calledAt), ended_at: isoOrNull(one.endedAt) },
  });
  const item = (one: QueueItem, language: string) => {
    const wall = (ms: number) => timeText(zones.of(one.timeZone).wall(ms).minute);
    const told = { priority: one.priority, time: wall(one.appointmentAt ?? one.joinedAt), came: wall(one.joinedAt) };
    return { ...entry(one), position: one.position, why: one.why, explanation: one.why && say(language, reasons[one.why], told) };
  };
  const changed = (one: QueueDetails, sentence: string, language: string) => ({
    ...entry(one),
    message: say(language, sentence, { token: one.tokenNumber }),
  });

  return [
    route({
      method: 'post',
      path: '/api/v1/queue',
      summary: 'Give a token to somebody who walked in, for a doctor or for any doctor of a department',
      policy: 'queue.write',
      body: schema.joinInput,
      once: true,
      replies: { 201: schema.joined },
      handle: async ({ caller, body, door }) => created(changed(await queue.join(caller, fromWire(body)), sentences.joined, door.language)),
    }),
    route({
      method: 'get',
      path: '/api/v1/queue',
      summary:
        'Who waits or was called, in the order in which they came; position and why say where each stands in the line, and why there',
      policy: 'queue.read',
      query: schema.queueQuery,
      replies: { 200: schema.queuePage },
      async handle({ caller, query, door }) {
        const { cursor, limit, doctor_id: doctorId } = query;
        return ok(presentPage(await queue.list(caller, { doctorId, after: cursor, limit }), (one) => item(one, door.language)));
      },
    }),
    route({
      method: 'post',
      path: '/api/v1/queue/call-next',
      summary: 'Call whoever stands first in the line of a doctor; null where nobody waits',
      policy: 'queue.write',
      body: schema.callNextInput,
      replies: { 200: schema.nextCalled },
      async handle({ caller, body, door }) {
        const { called, waiting } = await queue.callNext(caller, body.doctor_id);
        const message = say(door.language, called ? sentences.called : sentences.nobody, { token: called?.tokenNumber ?? 0 });
        return ok({ called: called ? item(called, door.language) : null, waiting, message });
      },
    }),
    route({
      method: 'post',
      path: '/api/v1/queue/:id/done',
      summary: 'Who was called has been seen',
      policy: 'queue.write',
      params: { id },
      replies: { 200: schema.changed },
      handle: async ({ caller, params, door }) => ok(changed(await queue.done(caller, params.id), sentences.done, door.language)),
    }),
    route({
      method: 'post',
      path: '/api/v1/queue/:id/skip',
      summary: 'Who was called was not there, or who waited has left; coming back, they take a new token',
      policy: 'queue.write',
      params: { id },
      replies: { 200: schema.changed },
      handle: async ({ caller, params, door }) => ok(changed(await queue.skip(caller, params.id), sentences.skipped, door.language)),
    }),
  ];
}

const isoOrNull = (ms: number | null) => (ms === null ? null : iso(ms));

const sentences = {
  joined: 'The token is {token}.',
  called: 'Token {token} is called.',
  nobody: 'Nobody waits for this doctor.',
  done: 'Token {token} is done.',
  skipped: 'Token {token} is skipped.',
};

const reasons: Readonly<Record<Why, string>> = {
  urgent: 'Goes first: the desk gave priority {priority}.',
  appointment: 'Has an appointment at {time}, which has come; appointments and walk-ins take turns.',
  late: 'Came at {came} to an appointment at {time}, and counts from {came}; appointments and walk-ins take turns.',
  walk_in: 'Came at {time} without an appointment; appointments and walk-ins take turns.',
  early: 'Is early for the appointment at {time}; whoever waits already goes first.',
};
