import type { Users } from '../../../domain/access/users.ts';
import { created, done, ok, type Route, route } from '../../route.ts';
import * as schema from '../../schema/access.ts';
import { id, pageQuery } from '../../schema/common.ts';
import { fromWire } from '../../wire.ts';
import { presentPage, presentUser } from '../present.ts';

const one = '/api/v1/users/:id';

export function userRoutes({ users }: { users: Users }): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/v1/users',
      summary: "The hospital's users",
      policy: 'users.read',
      query: pageQuery,
      replies: { 200: schema.userPage },
      handle: async ({ caller, query }) =>
        ok(presentPage(await users.list(caller, { after: query.cursor, limit: query.limit }), presentUser)),
    }),
    route({
      method: 'post',
      path: '/api/v1/users',
      summary: 'Make a user',
      policy: 'users.write',
      body: schema.userInput,
      once: true,
      replies: { 201: schema.user },
      handle: async ({ caller, body }) => created(presentUser(await users.create(caller, fromWire(body) as never))),
    }),
    route({
      method: 'get',
      path: one,
      summary: 'A user',
      policy: 'users.read',
      params: { id },
      replies: { 200: schema.user },
      handle: async ({ caller, params }) => ok(presentUser(await users.read(caller, params.id))),
    }),
    route({
      method: 'patch',
      path: one,
      summary: 'Change a user; a new role or password ends their sessions',
      policy: 'users.write',
      params: { id },
      body: schema.userChange,
      replies: { 200: schema.user },
      handle: async ({ caller, params, body }) => ok(presentUser(await users.change(caller, params.id, fromWire(body) as never))),
    }),
    route({
      method: 'delete',
      path: one,
      summary: 'Remove a user: they cannot sign in any more; what they did stays',
      policy: 'users.write',
      params: { id },
      replies: { 204: null },
      async handle({ caller, params }) {
        await users.remove(caller, params.id);
        return done;
      },
    }),
    route({
      method: 'put',
      path: `${one}/hospital-roles`,
      summary: 'Give job titles to a user; they carry no rights',
      policy: 'hospital-roles.write',
      params: { id },
      body: schema.hospitalRoleIds,
      replies: { 204: null },
      async handle({ caller, params, body }) {
        await users.setHospitalRoles(caller, params.id, body.hospital_role_ids);
        return done;
      },
    }),
  ];
}
