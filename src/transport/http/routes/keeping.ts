import type { Erasure } from '../../../domain/patients/erasure.ts';
import type { LegalHold } from '../../../domain/patients/legal-hold.ts';
import type { LegalHolds } from '../../../domain/patients/legal-holds.ts';
import type { PatientExport } from '../../../domain/patients/patient-export.ts';
import { done, ok, type Route, route } from '../../route.ts';
import { id } from '../../schema/common.ts';
import * as schema from '../../schema/keeping.ts';
import { iso, toWire } from '../../wire.ts';
import { say } from '../../words/say.ts';
import { presentPatient } from '../present.ts';
import { presentConsent } from './consents.ts';

const one = '/api/v1/patients/:id';

export interface KeepingParts {
  readonly legalHolds: LegalHolds;
  readonly patientExport: PatientExport;
  readonly erasure: Erasure;
}

/** How long what is about a patient stays, and how it leaves. */
export function keepingRoutes({ legalHolds, patientExport, erasure }: KeepingParts): Route[] {
  return [
    route({
      method: 'get',
      path: `${one}/legal-hold`,
      summary: 'Is there a legal hold on this patient?',
      policy: 'legal-holds.read',
      params: { id },
      replies: { 200: schema.legalHold },
      handle: async ({ caller, params }) => ok(presentHold(await legalHolds.read(caller, params.id))),
    }),
    route({
      method: 'put',
      path: `${one}/legal-hold`,
      summary: 'Set a legal hold: nothing about this patient is deleted until it is lifted',
      policy: 'legal-holds.write',
      params: { id },
      body: schema.reason,
      replies: { 200: schema.legalHold },
      handle: async ({ caller, params, body }) => ok(presentHold(await legalHolds.set(caller, params.id, body.reason))),
    }),
    route({
      method: 'delete',
      path: `${one}/legal-hold`,
      summary: 'Lift a legal hold',
      policy: 'legal-holds.write',
      params: { id },
      replies: { 204: null },
      async handle({ caller, params }) {
        await legalHolds.lift(caller, params.id);
        return done;
      },
    }),
    route({
      method: 'get',
      path: `${one}/export`,
      summary: 'Everything about a patient in one file',
      policy: 'patients.export',
      params: { id },
      replies: { 200: schema.patientFile },
      async handle({ caller, params }) {
        const file = await patientExport.make(caller, params.id);
        const body = {
          exported_at: iso(file.exportedAt),
          patient: presentPatient(file.patient),
          consents: file.consents.map(presentConsent),
          rooms: Object.fromEntries(Object.entries(file.rooms).map(([name, items]) => [name, toWire(items)])),
          access_log: toWire(file.accessLog.map(({ at, ...look }) => ({ ...look, eventAt: at }))),
          deletions: toWire(file.deletions),
          left_out: file.leftOut,
        };
        const headers = { 'Content-Disposition': `attachment; filename="patient-${file.patient.id}.json"`, 'Cache-Control': 'no-store' };
        return { ...ok(body), headers };
      },
    }),
    route({
      method: 'post',
      path: `${one}/erasure`,
      summary: 'Erase a patient, where the law asks for it; says what is kept, and why',
      policy: 'patients.erase',
      params: { id },
      body: schema.reason,
      replies: { 200: schema.erased },
      async handle({ caller, params, body, door }) {
        const report = await erasure.erase(caller, params.id, body.reason);
        const kept = report.kept.map(({ what, items, why }) => ({ what, items, why: say(door.language, why) }));
        return ok({ patient_id: report.patientId, erased: report.erased, kept });
      },
    }),
  ];
}

function presentHold(hold: LegalHold | undefined) {
  return hold ? { held: true, reason: hold.reason, set_by: hold.setBy, set_at: iso(hold.setAt) } : { held: false };
}
