import { z } from 'zod';
import type { Audit } from '../../../domain/audit/audit.ts';
import { ok, type Route, route } from '../../route.ts';
import * as schema from '../../schema/access.ts';
import { pageQuery } from '../../schema/common.ts';
import { presentAuditEntry, presentPage } from '../present.ts';

const word = z.string().min(1).max(200).optional();
const moment = z
  .union([z.iso.datetime({ offset: true }), z.iso.date()])
  .transform((text) => Date.parse(text))
  .optional()
  .meta({ type: 'string', description: 'ISO 8601 time, or a date' });

export function auditRoutes({ audit }: { audit: Audit }): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/v1/audit/logs',
      summary: 'Who did what to which thing, newest first',
      policy: 'audit.read',
      query: {
        ...pageQuery,
        event_type: word,
        entity_type: word,
        entity_id: word,
        user_actor: word,
        patient_id: word,
        from: moment,
        to: moment,
      },
      replies: { 200: schema.auditPage },
      async handle({ caller, query }) {
        const { event_type, entity_type, entity_id, user_actor, patient_id, from, to } = query;
        const filter = {
          eventType: event_type,
          entityType: entity_type,
          entityId: entity_id,
          actor: user_actor,
          patientId: patient_id,
          fromMs: from,
          toMs: to,
        };
        return ok(presentPage(await audit.list(caller, filter, { after: query.cursor, limit: query.limit }), presentAuditEntry));
      },
    }),
    route({
      method: 'get',
      path: '/api/v1/audit/verify',
      summary: "Follow the hospital's audit chain from its beginning, through its signed heads, and name the first break",
      policy: 'audit.read',
      replies: { 200: schema.chainVerdict },
      async handle({ caller }) {
        const { ok: whole, entries, head, signedHeads, brokenAt } = await audit.verify(caller);
        return ok({
          ok: whole,
          entries,
          head,
          signed_heads: signedHeads,
          ...(brokenAt ? { broken_at: { seq: brokenAt.seq, audit_id: brokenAt.id, what: brokenAt.what } } : {}),
        });
      },
    }),
  ];
}
