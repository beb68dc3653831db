import type { Hospitals } from '../../../domain/access/hospitals.ts';
import { created, done, ok, type Route, route } from '../../route.ts';
import * as schema from '../../schema/access.ts';
import { id, pageQuery } from '../../schema/common.ts';
import { fromWire } from '../../wire.ts';
import { presentHospital, presentHospitalRole, presentPage } from '../present.ts';

const one = '/api/v1/admin/hospitals/:id';

export function hospitalRoutes({ hospitals }: { hospitals: Hospitals }): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/v1/admin/hospitals',
      summary: 'The hospitals that the caller administers',
      policy: 'hospitals.read',
      query: pageQuery,
      replies: { 200: schema.hospitalPage },
      handle: async ({ caller, query }) =>
        ok(presentPage(await hospitals.list(caller, { after: query.cursor, limit: query.limit }), presentHospital)),
    }),
    route({
      method: 'post',
      path: '/api/v1/admin/hospitals',
      summary: 'Make a hospital',
      policy: 'hospitals.create',
      body: schema.hospitalInput,
      once: true,
      replies: { 201: schema.hospital },
      handle: async ({ caller, body }) => created(presentHospital(await hospitals.create(caller, hospitalOf(body)))),
    }),
    route({
      method: 'get',
      path: one,
      summary: 'A hospital with its settings',
      policy: 'hospitals.read',
      params: { id },
      replies: { 200: schema.hospital },
      handle: async ({ caller, params }) => ok(presentHospital(await hospitals.read(caller, params.id))),
    }),
    route({
      method: 'patch',
      path: one,
      summary: 'Change a hospital; settings that are not named stay',
      policy: 'hospitals.change',
      params: { id },
      body: schema.hospitalChange,
      replies: { 200: schema.hospital },
      handle: async ({ caller, params, body }) => ok(presentHospital(await hospitals.change(caller, params.id, hospitalOf(body)))),
    }),
    route({
      method: 'get',
      path: `${one}/roles`,
      summary: 'The tree of job titles and who holds them',
      policy: 'hospital-roles.read',
      params: { id },
      query: pageQuery,
      replies: { 200: schema.hospitalRolePage },
      // The whole tree at once: it is small, and a part of a tree is no use to anybody.
      handle: async ({ caller, params }) =>
        ok({ items: (await hospitals.roles(caller, params.id)).map(presentHospitalRole), next_cursor: null }),
    }),
    route({
      method: 'post',
      path: `${one}/roles`,
      summary: 'Make a job title',
      policy: 'hospital-roles.write',
      params: { id },
      body: schema.hospitalRoleInput,
      once: true,
      replies: { 201: schema.hospitalRole },
      handle: async ({ caller, params, body }) =>
        created(presentHospitalRole(await hospitals.createRole(caller, params.id, fromWire(body)))),
    }),
    route({
      method: 'patch',
      path: `${one}/roles/:roleId`,
      summary: 'Rename or move a job title',
      policy: 'hospital-roles.write',
      params: { id, roleId: id },
      body: schema.hospitalRoleChange,
      replies: { 200: schema.hospitalRole },
      handle: async ({ caller, params, body }) =>
        ok(presentHospitalRole(await hospitals.changeRole(caller, params.id, params.roleId, fromWire(body)))),
    }),
    route({
      method: 'delete',
      path: `${one}/roles/:roleId`,
      summary: 'Remove a job title that nobody holds',
      policy: 'hospital-roles.write',
      params: { id, roleId: id },
      replies: { 204: null },
      async handle({ caller, params }) {
        await hospitals.deleteRole(caller, params.id, params.roleId);
        return done;
      },
    }),
  ];
}

/** The one number of older clients is the general one of today's. */
function hospitalOf<
  B extends { settings?: { emergency_number?: string | undefined; emergency_numbers?: object | undefined } | undefined },
>({ settings, ...rest }: B) {
  if (!settings) return fromWire({ ...rest, settings: undefined });
  const { emergency_number, ...others } = settings;
  const numbers =
    emergency_number === undefined ? others : { ...others, emergency_numbers: { general: emergency_number, ...others.emergency_numbers } };
  return fromWire({ ...rest, settings: numbers }) as never;
}
