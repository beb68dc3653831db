import type { Channels, ShownChannel } from '../../../domain/outbox/channels.ts';
import type { Departure } from '../../../domain/outbox/departure.ts';
import type { Outbox } from '../../../domain/outbox/outbox.ts';
import { ok, type Route, route } from '../../route.ts';
import { id, line, pageQuery } from '../../schema/common.ts';
import * as schema from '../../schema/outbox.ts';
import { iso } from '../../wire.ts';
import { say } from '../../words/say.ts';
import { presentPage } from '../present.ts';

const integration = '/api/v1/admin/hospitals/:id/integrations/:kind';

/** What leaves the building, and by which ways. */
export function outboxRoutes({ outbox, channels }: { outbox: Outbox; channels: Channels }): Route[] {
  const present = (language: string) => (departure: Departure) => presentDeparture(departure, language);
  return [
    route({
      method: 'get',
      path: '/api/v1/outbox',
      summary: 'Mails, text messages and webhooks, newest first: waiting, sent, failed for now, given up',
      policy: 'outbox.read',
      query: pageQuery,
      replies: { 200: schema.departurePage },
      handle: async ({ caller, query, door }) =>
        ok(presentPage(await outbox.list(caller, { after: query.cursor, limit: query.limit }), present(door.language))),
    }),
    route({
      method: 'post',
      path: '/api/v1/outbox/:id/retry',
      summary: 'Try once more to send what waits or was given up',
      policy: 'outbox.retry',
      params: { id },
      replies: { 200: schema.departure },
      handle: async ({ caller, params, door }) => ok(present(door.language)(await outbox.retry(caller, params.id))),
    }),
    route({
      method: 'get',
      path: integration,
      summary: 'A way out of the building, as the hospital set it up; its secret is not shown',
      policy: 'integrations.read',
      params: { id, kind: line(40) },
      replies: { 200: schema.integration },
      handle: async ({ caller, params }) => ok(presentChannel(await channels.read(caller, params.id, params.kind))),
    }),
    route({
      method: 'put',
      path: integration,
      summary: 'Set up a way out of the building: email, text-messages or webhook',
      policy: 'integrations.write',
      params: { id, kind: line(40) },
      body: schema.integrationInput,
      replies: { 200: schema.integration },
      handle: async ({ caller, params, body }) => ok(presentChannel(await channels.put(caller, params.id, params.kind, body))),
    }),
  ];
}

function presentDeparture(
  {
    id: outboxId,
    kind,
    event,
    status,
    recipient,
    appointmentId,
    attempts,
    error,
    answer,
    createdAt,
    updatedAt,
    sentAt,
    expiresAt,
  }: Departure,
  language: string,
): Record<string, unknown> {
  return {
    ...{ outbox_id: outboxId, kind, event, status, recipient, appointment_id: appointmentId, attempts },
    ...{
      error: error === null ? null : `${say(language, error)}${answer === null ? '' : ` (${answer})`}`,
      created_at: iso(createdAt),
      updated_at: iso(updatedAt),
    },
    ...{ sent_at: sentAt === null ? null : iso(sentAt), expires_at: expiresAt === null ? null : iso(expiresAt) },
  };
}

const presentChannel = ({ kind, settings, hasSecret }: ShownChannel) => ({ kind, settings, has_secret: hasSecret });
