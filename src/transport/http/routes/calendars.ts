import { z } from 'zod';
import type { Feeds } from '../../../domain/scheduling/feeds.ts';
import { type Door, ok, type Reply, type Route, route } from '../../route.ts';
import { id } from '../../schema/common.ts';
import * as schema from '../../schema/outbox.ts';

const CALENDAR = 'text/calendar; charset=utf-8';

/** Appointments for other people's calendars. */
export function calendarRoutes({ feeds, baseUrl }: { feeds: Feeds; baseUrl: (door: Door) => string }): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/v1/appointments/:id/invite.ics',
      summary: 'An appointment as a file for a calendar',
      policy: 'appointments.list',
      params: { id },
      replies: { 200: z.string() },
      contentType: CALENDAR,
      handle: async ({ caller, params, door }) => file(await feeds.invitation(caller, params.id, door.language), 'invite.ics'),
    }),
    route({
      method: 'get',
      path: '/api/v1/calendars/:doctorId.ics',
      summary: "When a doctor is busy, for whoever has the address; `names=1` names patients where the doctor's address allows it",
      policy: 'public',
      params: { doctorId: id },
      query: schema.feedQuery,
      replies: { 200: z.string() },
      contentType: CALENDAR,
      async handle({ params, query }) {
        const ask = { doctorId: params.doctorId, token: query.token ?? '', withNames: query.names === '1' };
        return file(await feeds.feed(ask), 'calendar.ics');
      },
    }),
    route({
      method: 'post',
      path: '/api/v1/doctors/:id/calendar',
      summary: "A new address for a doctor's calendar; the old one leads nowhere any more",
      policy: 'calendars.share',
      params: { id },
      body: schema.feedInput,
      replies: { 200: schema.feed },
      async handle({ caller, params, body, door }) {
        const token = await feeds.renew(caller, params.id, { showsNames: body.shows_names });
        return ok({ doctor_id: params.id, calendar_url: calendarUrl(baseUrl(door), params.id, token) });
      },
    }),
  ];
}

export const calendarUrl = (base: string, doctorId: string, token: string) => `${base}/api/v1/calendars/${doctorId}.ics?token=${token}`;

function file(body: string, name: string): Reply {
  const headers = {
    'Content-Type': CALENDAR,
    'Content-Disposition': `attachment; filename="${name}"`,
    'Cache-Control': 'private, no-store',
  };
  return { status: 200, body, headers };
}
