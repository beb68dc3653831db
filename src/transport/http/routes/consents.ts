import type { Consent } from '../../../domain/patients/consent.ts';
import type { Consents } from '../../../domain/patients/consents.ts';
import { created, ok, type Route, route } from '../../route.ts';
import { id, pageQuery } from '../../schema/common.ts';
import * as schema from '../../schema/consents.ts';
import { fromWire, iso } from '../../wire.ts';

const all = '/api/v1/patients/:id/consents';

export function consentRoutes({ consents }: { consents: Consents }): Route[] {
  return [
    route({
      method: 'get',
      path: all,
      summary: 'What a patient has agreed to, and what they have withdrawn',
      policy: 'consents.read',
      params: { id },
      query: pageQuery,
      replies: { 200: schema.consentPage },
      // All at once: a patient signs a handful in a lifetime.
      handle: async ({ caller, params }) => ok({ items: (await consents.list(caller, params.id)).map(presentConsent), next_cursor: null }),
    }),
    route({
      method: 'post',
      path: all,
      summary: 'Write a consent down',
      policy: 'consents.write',
      params: { id },
      body: schema.consentInput,
      once: true,
      replies: { 201: schema.consent },
      handle: async ({ caller, params, body }) => created(presentConsent(await consents.give(caller, params.id, fromWire(body)))),
    }),
    route({
      method: 'post',
      path: `${all}/:consentId/withdraw`,
      summary: 'Withdraw a consent: what needs it stops at once',
      policy: 'consents.write',
      params: { id, consentId: id },
      replies: { 200: schema.consent },
      handle: async ({ caller, params }) => ok(presentConsent(await consents.withdraw(caller, params.id, params.consentId))),
    }),
  ];
}

export function presentConsent(consent: Consent) {
  return {
    consent_id: consent.id,
    patient_id: consent.patientId,
    purposes: consent.purposes,
    given_by: consent.givenBy,
    how: consent.how,
    language: consent.language,
    text_version: consent.textVersion,
    given_at: iso(consent.givenAt),
    recorded_by: consent.recordedBy,
    withdrawn_at: consent.withdrawnAt === null ? null : iso(consent.withdrawnAt),
    withdrawn_by: consent.withdrawnBy,
  };
}
