import { z } from 'zod';
import type { CallRecord } from '../../../domain/scheduling/call.ts';
import { type Calls, durationSeconds } from '../../../domain/scheduling/calls.ts';
import { ok, type Route, route } from '../../route.ts';
import * as schema from '../../schema/calls.ts';
import { id, pageQuery } from '../../schema/common.ts';
import { iso, toWire } from '../../wire.ts';
import { streamCsv } from '../csv-stream.ts';
import { presentPage } from '../present.ts';

export function callRoutes({ calls }: { calls: Calls }): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/v1/calls',
      summary: 'Calls at the reception, newest first',
      policy: 'calls.read',
      query: pageQuery,
      replies: { 200: schema.callPage },
      handle: async ({ caller, query }) =>
        ok(presentPage(await calls.list(caller, { after: query.cursor, limit: query.limit }), presentCall)),
    }),
    route({
      method: 'get',
      path: '/api/v1/calls/export.csv',
      summary: 'All calls as a table',
      policy: 'calls.read',
      replies: { 200: z.string() },
      contentType: 'text/csv',
      handle: ({ caller, door }) => streamCsv(door, 'calls.csv', calls.export(caller)),
    }),
    route({
      method: 'get',
      path: '/api/v1/calls/:id',
      summary: 'A call',
      policy: 'calls.read',
      params: { id },
      replies: { 200: schema.call },
      handle: async ({ caller, params }) => ok(presentCall(await calls.read(caller, params.id))),
    }),
  ];
}

export function presentCall(call: CallRecord): Record<string, unknown> {
  const { id: callId, startedAt, endedAt: _ended, filedAt: _filed, ...rest } = call;
  return { call_id: callId, timestamp: iso(startedAt), ...(toWire(rest) as object), duration_seconds: durationSeconds(call) };
}
