import type { Audit } from '../../../domain/audit/audit.ts';
import type { Patients } from '../../../domain/patients/patients.ts';
import type { Feeds } from '../../../domain/scheduling/feeds.ts';
import type { Practice } from '../../../domain/scheduling/practice.ts';
import { created, type Door, ok, type Route, route } from '../../route.ts';
import { auditPage } from '../../schema/access.ts';
import { id, pageQuery, phone } from '../../schema/common.ts';
import * as schema from '../../schema/people.ts';
import { fromWire } from '../../wire.ts';
import { presentAuditEntry, presentDepartment, presentDoctor, presentFoundPatient, presentPage, presentPatient } from '../present.ts';
import { calendarUrl } from './calendars.ts';

export interface PeopleRouteParts {
  readonly practice: Practice;
  readonly patients: Patients;
  readonly audit: Audit;
  readonly feeds: Feeds;
  readonly baseUrl: (door: Door) => string;
}

export function peopleRoutes({ practice, patients, audit, feeds, baseUrl }: PeopleRouteParts): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/v1/departments',
      summary: 'Departments',
      policy: 'practice.read',
      query: pageQuery,
      replies: { 200: schema.departmentPage },
      handle: async ({ caller, query }) =>
        ok(presentPage(await practice.departments(caller, { after: query.cursor, limit: query.limit }), presentDepartment)),
    }),
    route({
      method: 'post',
      path: '/api/v1/departments',
      summary: 'Make a department',
      policy: 'practice.write',
      body: schema.departmentInput,
      once: true,
      replies: { 201: schema.department },
      handle: async ({ caller, body }) => created(presentDepartment(await practice.createDepartment(caller, body))),
    }),
    route({
      method: 'get',
      path: '/api/v1/doctors',
      summary: 'Doctors',
      policy: 'practice.read',
      query: pageQuery,
      replies: { 200: schema.doctorPage },
      handle: async ({ caller, query }) =>
        ok(presentPage(await practice.doctors(caller, { after: query.cursor, limit: query.limit }), presentDoctor)),
    }),
    route({
      method: 'post',
      path: '/api/v1/doctors',
      summary: 'Make a doctor; a department of an unknown name is made with them',
      policy: 'practice.write',
      body: schema.doctorInput,
      once: true,
      replies: { 201: schema.doctor },
      handle: async ({ caller, body }) => created(presentDoctor(await practice.createDoctor(caller, fromWire(body)))),
    }),
    route({
      method: 'get',
      path: '/api/v1/doctors/:id',
      summary: 'A doctor',
      policy: 'practice.read',
      params: { id },
      replies: { 200: schema.doctor },
      async handle({ caller, params, door }) {
        const doctor = presentDoctor(await practice.doctor(caller, params.id));
        const token = await feeds.tokenFor(caller, params.id);
        return ok(token === undefined ? doctor : { ...doctor, calendar_url: calendarUrl(baseUrl(door), params.id, token) });
      },
    }),
    route({
      method: 'patch',
      path: '/api/v1/doctors/:id',
      summary: 'Change a doctor',
      policy: 'practice.write',
      params: { id },
      body: schema.doctorChange,
      replies: { 200: schema.doctor },
      handle: async ({ caller, params, body }) => ok(presentDoctor(await practice.changeDoctor(caller, params.id, fromWire(body)))),
    }),
    route({
      method: 'get',
      path: '/api/v1/patients/lookup',
      summary: 'Who is reached under a phone number: a family may be several',
      policy: 'patients.read',
      query: { phone },
      replies: { 200: schema.patientLookup },
      async handle({ caller, query }) {
        const all = await patients.lookup(caller, query.phone);
        const found = all.map(presentFoundPatient);
        return ok({
          customer_type: found.length === 0 ? 'new' : all.some(({ lastVisitAt }) => lastVisitAt !== undefined) ? 'returning' : 'existing',
          patients: found,
          patient: found.length === 1 ? found[0] : null,
        });
      },
    }),
    route({
      method: 'get',
      path: '/api/v1/patients',
      summary: 'Patients; a patient sees themselves',
      policy: 'patients.read',
      query: pageQuery,
      replies: { 200: schema.patientPage },
      handle: async ({ caller, query }) =>
        ok(presentPage(await patients.list(caller, { after: query.cursor, limit: query.limit }), presentPatient)),
    }),
    route({
      method: 'post',
      path: '/api/v1/patients',
      summary: 'Register a patient',
      policy: 'patients.create',
      body: schema.patientInput,
      once: true,
      replies: { 201: schema.patient },
      handle: async ({ caller, body }) => created(presentPatient(await patients.create(caller, fromWire(body)))),
    }),
    route({
      method: 'get',
      path: '/api/v1/patients/:id',
      summary: 'A patient',
      policy: 'patients.read',
      params: { id },
      replies: { 200: schema.patient },
      handle: async ({ caller, params }) => ok(presentPatient(await patients.read(caller, params.id))),
    }),
    route({
      method: 'patch',
      path: '/api/v1/patients/:id',
      summary: 'Change a patient',
      policy: 'patients.change',
      params: { id },
      body: schema.patientChange,
      replies: { 200: schema.patient },
      handle: async ({ caller, params, body }) => ok(presentPatient(await patients.change(caller, params.id, fromWire(body)))),
    }),
    route({
      method: 'get',
      path: '/api/v1/patients/:id/access-log',
      summary: 'Who read or changed what about this patient, and when',
      policy: 'access-log.read',
      params: { id },
      query: pageQuery,
      replies: { 200: auditPage },
      handle: async ({ caller, params, query }) =>
        ok(presentPage(await audit.accessLog(caller, params.id, { after: query.cursor, limit: query.limit }), presentAuditEntry)),
    }),
  ];
}
