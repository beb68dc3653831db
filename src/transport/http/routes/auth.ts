import QRCode from 'qrcode';
import type { ApiKeys } from '../../../domain/access/api-keys.ts';
import type { SecondFactors } from '../../../domain/access/second-factor.ts';
import type { Sessions } from '../../../domain/access/sessions.ts';
import type { Setup } from '../../../domain/access/setup.ts';
import type { Users } from '../../../domain/access/users.ts';
import type { HolderIs, WhoAmI } from '../../../domain/access/who-am-i.ts';
import { created, done, ok, type Route, route } from '../../route.ts';
import * as schema from '../../schema/access.ts';
import { id, pageQuery } from '../../schema/common.ts';
import type { Tickets } from '../../socket/tickets.ts';
import { fromWire } from '../../wire.ts';
import { presentApiKey, presentMe, presentPage, presentSignIn, presentUser } from '../present.ts';

export interface AuthParts {
  readonly sessions: Sessions;
  readonly secondFactors: SecondFactors;
  readonly setup: Setup;
  readonly users: Users;
  readonly apiKeys: ApiKeys;
  readonly whoAmI: WhoAmI;
  readonly tickets: Tickets;
  readonly languages: readonly { code: string; name: string }[];
}

const DEVICE_COOKIE = 'bedside_device';

export function authRoutes({ sessions, secondFactors, setup, users, apiKeys, whoAmI, tickets, languages }: AuthParts): Route[] {
  return [
    route({
      method: 'post',
      path: '/api/v1/auth/login',
      summary: 'Sign in with an e-mail address, a username or a phone number',
      policy: 'public',
      body: schema.loginInput,
      replies: { 200: schema.signIn },
      async handle({ body, door }) {
        const signedIn = await sessions.login({
          login: body.login ?? body.email ?? '',
          password: body.password,
          code: body.code,
          address: door.address,
          deviceId: deviceOf(door.request.headers),
          requestId: door.requestId,
          signal: door.signal,
        });
        const cookie = `${DEVICE_COOKIE}=${signedIn.deviceId}; Path=/api/v1/auth/login; Max-Age=31536000; HttpOnly; SameSite=Strict${door.request.secure ? '; Secure' : ''}`;
        return { ...ok(presentSignIn(signedIn)), headers: { 'Set-Cookie': cookie, 'Cache-Control': 'no-store' } };
      },
    }),
    route({
      method: 'post',
      path: '/api/v1/auth/refresh',
      summary: 'Exchange a refresh token for a new pair',
      policy: 'public',
      body: schema.refreshInput,
      replies: { 200: schema.signIn },
      handle: async ({ body, door }) => ok(presentSignIn(await sessions.refresh(body.refresh_token, door))),
    }),
    route({
      method: 'post',
      path: '/api/v1/auth/logout',
      summary: 'Leave: this session and its sockets end',
      policy: 'self.change',
      body: schema.logoutInput,
      replies: { 204: null },
      async handle({ caller, body }) {
        await sessions.logout(caller, body.refresh_token);
        return done;
      },
    }),
    route({
      method: 'get',
      path: '/api/v1/auth/me',
      summary: 'Who is signed in',
      policy: 'self.read',
      replies: { 200: schema.me },
      async handle({ caller }) {
        const who = await whoAmI(caller);
        return ok('user' in who ? presentMe(who) : presentHolder(who));
      },
    }),
    route({
      method: 'post',
      path: '/api/v1/auth/signup',
      summary: 'A patient registers, where the hospital allows it',
      policy: 'public',
      body: schema.signupInput,
      once: true,
      replies: { 201: schema.user },
      async handle({ caller: { via, requestId, signal, once }, body: { hospital_id, ...person } }) {
        const user = await users.signUp({ via, requestId, signal, ...(once ? { once } : {}) }, hospital_id, fromWire(person));
        return created(presentUser(user));
      },
    }),
    route({
      method: 'post',
      path: '/api/v1/auth/password',
      summary: 'Change the own password; every session of the user ends',
      policy: 'self.change',
      body: schema.passwordInput,
      replies: { 204: null },
      async handle({ caller, body }) {
        await sessions.changePassword(caller, body.current_password, body.new_password);
        return done;
      },
    }),
    route({
      method: 'post',
      path: '/api/v1/auth/totp',
      summary: 'Set up a second factor: with the password for a new secret, then with a code to switch it on',
      policy: 'self.change',
      body: schema.secondFactorInput,
      replies: { 200: schema.secondFactor },
      async handle({ caller, body }) {
        const secretly = { 'Cache-Control': 'no-store' };
        if (body.code !== undefined) {
          const { recoveryCodes } = await secondFactors.confirm(caller, body.code);
          return { ...ok({ enabled: true, recovery_codes: recoveryCodes }), headers: secretly };
        }
        const { secret, uri, expiresInMs } = await secondFactors.begin(caller, body.current_password ?? '');
        const qr = await QRCode.toString(uri, { type: 'svg', margin: 1 });
        return {
          ...ok({ enabled: false, secret, otpauth_uri: uri, qr, expires_in: Math.floor(expiresInMs / 1000) }),
          headers: secretly,
        };
      },
    }),
    route({
      method: 'delete',
      path: '/api/v1/auth/totp',
      summary: 'Switch the second factor off, with one more code or a recovery code',
      policy: 'self.change',
      body: schema.secondFactorEnd,
      replies: { 204: null },
      async handle({ caller, body }) {
        await secondFactors.disable(caller, body.code);
        return done;
      },
    }),
    route({
      method: 'post',
      path: '/api/v1/auth/ws-ticket',
      summary: 'A ticket that opens one WebSocket, once, within 30 seconds',
      policy: 'sockets.open',
      replies: { 200: schema.ticket },
      handle: async ({ caller }) => ok(tickets.issue(caller)),
    }),
    route({
      method: 'get',
      path: '/api/v1/setup',
      summary: 'Does this box still have to be set up?',
      policy: 'public',
      replies: { 200: schema.setupState },
      handle: async () => ok({ needed: await setup.isNeeded(), languages }),
    }),
    route({
      method: 'post',
      path: '/api/v1/setup',
      summary: 'Set the box up, once, with the link that it printed',
      policy: 'public',
      body: schema.setupInput,
      replies: { 201: schema.signIn },
      async handle({ body: { token, ...input }, door }) {
        return created(presentSignIn(await setup.carryOut(token, fromWire(input), door)));
      },
    }),
    route({
      method: 'get',
      path: '/api/v1/auth/api-keys',
      summary: "The hospital's machine keys",
      policy: 'api-keys.read',
      query: pageQuery,
      replies: { 200: schema.apiKeyPage },
      handle: async ({ caller, query }) =>
        ok(presentPage(await apiKeys.list(caller, { after: query.cursor, limit: query.limit }), presentApiKey)),
    }),
    route({
      method: 'post',
      path: '/api/v1/auth/api-keys',
      summary: 'Make a machine key; it is shown once',
      policy: 'api-keys.write',
      body: schema.apiKeyInput,
      once: true,
      replies: { 201: schema.newApiKey },
      async handle({ caller, body }) {
        const key = await apiKeys.create(caller, fromWire(body));
        return { ...created({ ...presentApiKey(key), key: key.key }), headers: { 'Cache-Control': 'no-store' } };
      },
    }),
    route({
      method: 'delete',
      path: '/api/v1/auth/api-keys/:id',
      summary: 'Revoke a machine key',
      policy: 'api-keys.write',
      params: { id },
      replies: { 204: null },
      async handle({ caller, params }) {
        await apiKeys.revoke(caller, params.id);
        return done;
      },
    }),
  ];
}

function presentHolder({ role, id, name, hospitalId, hospitalName, scopes, consultationId, language }: HolderIs) {
  return {
    user_id: id,
    email: null,
    username: name,
    role,
    hospital_id: hospitalId,
    hospital_name: hospitalName,
    language,
    ...(scopes ? { scopes } : {}),
    ...(consultationId ? { consultation_id: consultationId } : {}),
  };
}

/** What this device kept from an earlier sign-in: its cookie, or the header of a client without cookies. */
function deviceOf(headers: { readonly [name: string]: unknown }): string | undefined {
  const named = headers['x-device-id'];
  if (typeof named === 'string') return named.slice(0, 200);
  const cookies = typeof headers.cookie === 'string' ? headers.cookie.split(';') : [];
  const mine = cookies.map((cookie) => cookie.trim()).find((cookie) => cookie.startsWith(`${DEVICE_COOKIE}=`));
  return mine?.slice(DEVICE_COOKIE.length + 1, 200);
}
