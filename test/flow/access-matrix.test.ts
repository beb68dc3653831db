import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { newId } from '../../src/shared/ids.ts';
import type { Route } from '../../src/transport/route.ts';
import { type CallOptions, startHouse } from '../kit/house.ts';
import { as as asCaller, type Heard, send as sendAsked } from './access-matrix/ask.ts';
import { columns, expected, type Grant, type Row, refusals, routeOf, type Who } from './access-matrix/expected.ts';
import { type Aim, type Asked, type Fixture, fixtures } from './access-matrix/fixtures.ts';
import { type Forgery, forgeries } from './access-matrix/forgeries.ts';
import { startWorld, type World } from './access-matrix/world.ts';

type Reason = 'none' | 'brief' | 'given';
interface Wanted {
  readonly status: '2xx' | number;
  readonly code?: string;
}

const nameOf = ({ method, path }: Pick<Route, 'method' | 'path'>) => `${method.toUpperCase()} ${path}`;
const isOpen = (row: Row | undefined): row is 'public' | 'closed' | 'signed' => row === 'public' || row === 'closed' || row === 'signed';

/** Pure: what the contract's table wants to see. */
function wanted(name: string, grant: Grant, aim: Aim, reason: Reason): Wanted {
  if (grant === 'no') return { status: 403, code: 'AUTHORIZATION_ERROR' };
  // What is one's own takes no reason. Of everything else, who gave none learns nothing, not even that it is not there.
  if ((grant === 'reason' || grant === 'shut') && aim !== 'self') {
    if (reason === 'none') return { status: 403, code: 'REASON_REQUIRED' };
    if (reason === 'brief') return { status: 400, code: 'VALIDATION_ERROR' };
  }
  const reaches: readonly Aim[] =
    grant === 'every'
      ? ['none', 'here', 'elsewhere', 'self']
      : grant === 'own'
        ? ['none', 'self']
        : grant === 'shut'
          ? ['self']
          : ['none', 'here', 'self'];
  if (reaches.includes(aim)) return { status: '2xx' };
  const named = refusals[name]?.[aim === 'here' ? 'here' : 'elsewhere'];
  return named ? { status: named[0], code: named[1] } : { status: 404, code: 'NOT_FOUND' };
}

/** Pure: what everybody meets at a door that asks nobody who they are. */
const open: Readonly<Record<'public' | 'closed' | 'signed', Wanted>> = {
  public: { status: '2xx' },
  closed: { status: 409, code: 'CONFLICT' },
  signed: { status: 403, code: 'AUTHORIZATION_ERROR' },
};

const reasonsFor = (grant: Grant): readonly Reason[] =>
  grant === 'reason' || grant === 'shut' ? ['none', 'brief', 'given'] : ['none', 'given'];

/** Pure: how an answer differs from what is wanted; undefined where it does not. */
function difference(want: Wanted, { status, text, json }: Heard, machine = false): string | undefined {
  const came = (status >= 200 && status < 300) || (machine && status === 503 && json?.error_code === 'ENGINE_UNAVAILABLE');
  const right = want.status === '2xx' ? came : status === want.status;
  if (right && (want.code === undefined || json?.error_code === want.code)) return undefined;
  return `wanted ${want.status} ${want.code ?? ''}, got ${status} ${text.slice(0, 160)}`;
}

describe('the access matrix', () => {
  let world: World;
  let routes: readonly Route[];
  const disagreements: string[] = [];
  let cells = 0;
  let requests = 0;

  beforeAll(async () => {
    world = await startWorld();
    routes = world.house.routes;
  });
  afterAll(async () => {
    console.log(
      `access matrix: ${cells} cells over ${routes?.length ?? 0} routes and ${columns.length} callers, ${disagreements.length} disagreements`,
    );
    await world?.stop();
  });

  const rights = (name: string): Row => {
    const row = expected[name];
    if (row === undefined) throw new Error(`${name} has no row in expected.ts`);
    return row;
  };
  const judge = (cell: string, want: Wanted, answer: Heard, also?: string | undefined, machine = false) => {
    cells++;
    const what = difference(want, answer, machine) ?? also;
    if (what) disagreements.push(`${cell}: ${what}`);
  };
  /** Every row of the table that is an address of HTTP, with its route and how it is asked. */
  function* rows(): Generator<{ name: string; method: string; row: Row; fixture: Fixture }> {
    for (const route of routes)
      for (const [name, row] of Object.entries(expected)) {
        const fixture = fixtures[name];
        if (routeOf(name) === nameOf(route) && fixture) yield { name, method: route.method.toUpperCase(), row, fixture };
      }
  }
  /** Fails with what was collected since `from`, so that one wrong rule shows every cell that it is wrong in. */
  const agreed = (from: number) => expect(disagreements.slice(from, from + 40)).toEqual([]);

  const send = (method: string, asked: Asked, options: CallOptions): Promise<Heard> => {
    requests++;
    return sendAsked(world, method, asked, options);
  };
  const as = (who: Who, token?: string) => asCaller(world, world.here, who, token);
  const bare = (who: Who) => {
    const { 'x-hospital-id': _, ...headers } = as(who).headers;
    return { ...as(who), headers };
  };

  it('has a row for every route, and a route for every row', () => {
    const { rooms, openRooms } = world.house.sockets;
    const served = [...routes.map(nameOf), ...Object.keys({ ...rooms, ...openRooms }).map((path) => `WS ${path}`)];
    const lacking = served.filter((name) => !expected[name]);
    const idle = Object.keys(expected).filter((name) => !served.includes(routeOf(name)));
    expect(
      lacking.map(
        (name) =>
          `${name} is served, and nobody wrote down who may use it: add its row to test/flow/access-matrix/expected.ts, from the contract`,
      ),
    ).toEqual([]);
    expect(idle.map((name) => `${name} has a row in test/flow/access-matrix/expected.ts, and is not served`)).toEqual([]);
    const unasked = Object.keys(expected).filter((name) => !fixtures[name] && !name.startsWith('WS '));
    expect(unasked.map((name) => `${name} has no fixture: say in test/flow/access-matrix/fixtures.ts how it is asked`)).toEqual([]);
  });

  it('has a declared policy on every route, and an open door only where the contract has one', () => {
    for (const route of routes) {
      expect(route.policy, nameOf(route)).toBeTruthy();
      expect(route.policy === 'public' || route.policy === 'trusted-address', nameOf(route)).toBe(isOpen(rights(nameOf(route))));
    }
  });

  it('answers every role as the contract says, on every route, for every aim, with and without a reason', async () => {
    const from = disagreements.length;
    const reasons = new Map<string, boolean>();
    for (const { name, method, row, fixture } of rows()) {
      if (isOpen(row)) continue;
      for (const who of columns)
        for (const aim of fixture.aims)
          for (const reason of reasonsFor(row[who])) {
            const asked = await fixture.ask(world, aim, who);
            if (!asked) continue;
            const sentence = `Matrix cell ${cells}, as the test asks for it`;
            const { token, headers } = as(who, asked.token);
            const told: Record<string, string> = reason === 'none' ? {} : { 'x-access-reason': reason === 'brief' ? 'because' : sentence };
            const answer = await send(method, asked, { token, headers: { ...headers, ...told } });
            const want = wanted(name, row[who], aim, reason);
            const hidden = row[who] === 'own' ? asked.hides : asked.never;
            const shown = answer.status < 300 ? hidden?.find((id) => answer.text.includes(id)) : undefined;
            judge(`${name} as ${who}, ${aim}, reason ${reason}`, want, answer, shown && `shows ${shown}`, asked.machine);
            if (reasonsFor(row[who]).includes('brief') && reason === 'given') reasons.set(sentence, want.status === '2xx');
          }
    }
    agreed(from);

    // What was looked at under a reason stands in the hospital's log with that reason; what was refused does not.
    const entries = await world.house.storage.read(world.here.hospitalId, (stores) => stores.audit.list({}, { limit: 100_000 }));
    const recorded = new Set(entries.map(({ payload }) => (JSON.parse(payload ?? '{}') as { reason?: string }).reason));
    expect([...reasons].filter(([sentence, done]) => recorded.has(sentence) !== done)).toEqual([]);
    expect([...reasons].filter(([, done]) => done).length).toBeGreaterThan(8);
  }, 180_000);

  it('knows nothing of another hospital, named in a header by who is not a platform admin, or of one that does not exist', async () => {
    const from = disagreements.length;
    for (const { name, method, row, fixture } of rows()) {
      if (isOpen(row)) continue;
      const asked = await fixture.ask(world, fixture.aims.includes('here') ? 'here' : 'none', undefined);
      if (!asked) continue;
      for (const who of columns) {
        const named = who === 'platform_admin' ? newId() : world.elsewhere.hospitalId;
        const { token, headers } = bare(who);
        const answer = await send(method, asked, { token, headers: { ...headers, 'x-hospital-id': named } });
        judge(`${name} as ${who}, naming another hospital`, { status: 404, code: 'NOT_FOUND' }, answer);
      }
    }
    agreed(from);
  }, 60_000);

  it('shows nothing of any hospital to a platform admin who names none, while there are several', async () => {
    const from = disagreements.length;
    for (const { name, method, row, fixture } of rows()) {
      if (isOpen(row) || row.platform_admin === 'every') continue;
      const aim = fixture.aims.includes('here') ? 'here' : 'none';
      const asked = await fixture.ask(world, aim, 'platform_admin');
      if (!asked) continue;
      const headers = { 'x-access-reason': 'To see whose it would be' };
      const answer = await send(method, asked, { token: asked.token ?? world.root, headers });
      const told = [world.here.word, world.elsewhere.word].find((word) => answer.text.includes(word));
      const fine = answer.status < 300 ? aim === 'none' : [400, 403, 404, 409, 415, 503].includes(answer.status);
      judge(`${name} as platform_admin, naming no hospital`, { status: fine ? answer.status : 404 }, answer, told && `shows ${told}`);
    }
    agreed(from);
  }, 60_000);

  it('is shut to whoever did not sign in, or signed in with a forgery', async () => {
    const from = disagreements.length;
    const kinds: readonly Forgery[] = await forgeries(world);
    expect(kinds.length).toBeGreaterThan(30);
    for (const { name, method, row, fixture } of rows()) {
      if (isOpen(row)) continue;
      const asked = await fixture.ask(world, fixture.aims.includes('here') ? 'here' : 'none', undefined);
      if (!asked) continue;
      for (const { name: kind, headers, code } of kinds)
        judge(`${name} with ${kind}`, { status: 401, code }, await send(method, asked, { headers }));
    }
    agreed(from);
  }, 120_000);

  it('leaves open what is open, whoever asks and with whatever token', async () => {
    const from = disagreements.length;
    for (const { name, method, row, fixture } of rows()) {
      if (!isOpen(row)) continue;
      const callers: (readonly [string, CallOptions])[] = [
        ['nobody', {}],
        ['a forgery', { token: 'x.y.z' }],
        ...columns.map((who) => [who, as(who)] as const),
      ];
      for (const [who, options] of callers) {
        const asked = await fixture.ask(world, 'none', undefined);
        if (!asked) continue;
        const answer = await send(method, asked, options);
        // Without a recogniser and a voice the box is not ready (§1), which is no matter of rights.
        if (name === 'GET /readyz' && answer.status === 503) judge(`${name} as ${who}`, { status: 503 }, answer);
        else judge(`${name} as ${who}`, open[row], answer);
      }
    }
    agreed(from);
  }, 60_000);

  it('opens sockets to whom the contract lets in, and closes the others with its own codes', async () => {
    const from = disagreements.length;
    const knock = (path: string, protocols: readonly string[] = ['bedside.v1'], headers: Record<string, string> = {}): Promise<Heard> =>
      new Promise((resolve) => {
        const socket = new WebSocket(world.base.replace('http', 'ws') + path, [...protocols], { headers });
        let said: { type?: string; payload?: { error_code?: string } } = {};
        // Whoever is let in is answered that this is no message (§5), and the socket stays open; a refusal is followed by a close.
        socket.on('open', () => socket.send('{"type":"not-a-message"}'));
        socket.on('message', (data) => {
          said = JSON.parse(String(data));
          if (said.type !== 'error' || said.payload?.error_code === 'VALIDATION_ERROR') socket.close(1000);
        });
        socket.on('close', (code) => resolve({ status: code >= 4000 ? code : 200, text: JSON.stringify(said), json: said.payload }));
        socket.on('error', () => {});
      });
    const shut: Wanted = { status: 4401, code: 'AUTHENTICATION_ERROR' };
    const tries: (() => Promise<void>)[] = [];
    const attempt = (cell: string, want: Wanted, ...how: Parameters<typeof knock>) =>
      tries.push(async () => judge(`WS ${cell}`, want, await knock(...how)));
    const kinds = await forgeries(world);
    for (const path of Object.keys(world.house.sockets.rooms)) {
      const row = rights(`WS ${path}`);
      if (isOpen(row)) throw new Error('no socket is open to everybody');
      for (const who of columns) {
        const want: Wanted = row[who] === 'yes' ? { status: '2xx' } : { status: 4403, code: 'AUTHORIZATION_ERROR' };
        const { token, headers } = bare(who);
        const secret = token === undefined ? `key.${headers['x-api-key']}` : `bearer.${token}`;
        attempt(`${path} as ${who}`, want, path, ['bedside.v1', secret]);
        attempt(`${path} as ${who}, by header`, want, path, [], { ...headers, ...(token ? { authorization: `Bearer ${token}` } : {}) });
        const other = `${path}?hospital_id=${who === 'platform_admin' ? newId() : world.elsewhere.hospitalId}`;
        attempt(`${path} as ${who}, naming another hospital`, { status: 4404, code: 'NOT_FOUND' }, other, ['bedside.v1', secret]);
        const issued = await world.call('POST', '/api/v1/auth/ws-ticket', bare(who));
        if (issued.status !== 200) continue;
        const ticket = `${path}?ticket=${issued.json.ticket}`;
        tries.push(async () => {
          judge(`WS ${path} as ${who}, by ticket`, { status: '2xx' }, await knock(ticket));
          judge(`WS ${path} as ${who}, by a used ticket`, shut, await knock(ticket));
        });
      }
      for (const { name, headers, code } of kinds)
        attempt(`${path} with ${name}`, { status: 4401, code }, path, ['bedside.v1'], { ...headers });
      attempt(`${path} with a ticket that is none`, shut, `${path}?ticket=bst_x`);
    }
    const hand = async () => {
      for (let next = tries.shift(); next; next = tries.shift()) await next();
    };
    await Promise.all([hand(), hand(), hand(), hand()]);
    agreed(from);
  }, 60_000);

  it('shows descriptions and metrics to trusted addresses only, where that is enforced', async () => {
    const from = disagreements.length;
    const strict = await startHouse({ env: { ENFORCE_TRUSTED_IPS: '1', TRUSTED_IPS: '192.0.2.7' } });
    try {
      for (const path of ['/openapi.json', '/asyncapi.json', '/metrics', '/docs/']) {
        const answer = await strict.call('GET', path, { headers: { 'x-forwarded-for': '192.0.2.7' } });
        judge(`GET ${path} from an address that is not trusted`, { status: 403, code: 'AUTHORIZATION_ERROR' }, answer);
      }
      judge('GET /healthz from an address that is not trusted', { status: '2xx' }, await strict.call('GET', '/healthz'));
    } finally {
      await strict.stop();
    }
    agreed(from);
  });

  it('makes nobody an administrator of the box who belongs to a hospital, nor the other way round', async () => {
    const { here, call } = world;
    const root = { token: world.root, headers: { 'x-hospital-id': here.hospitalId } };
    const nurse = await world.make.user(here);
    const up = await call('PATCH', `/api/v1/users/${nurse}`, { ...root, body: { role: 'platform_admin' } });
    judge('PATCH /api/v1/users/:id to platform_admin', { status: 409, code: 'CONFLICT' }, up);
    const made = await call('POST', '/api/v1/users', {
      token: root.token,
      body: { username: 'box.admin', role: 'platform_admin', first_name: 'A', last_name: 'B' },
    });
    const down = await call('PATCH', `/api/v1/users/${made.json.user_id}`, { token: root.token, body: { role: 'hospital_admin' } });
    judge('PATCH /api/v1/users/:id from platform_admin', { status: 409, code: 'CONFLICT' }, down);
    const { token } = await world.mint(here.users.hospital_admin?.user_id ?? '', here.hospitalId);
    judge(
      'PATCH /api/v1/users/:id to platform_admin as hospital_admin',
      { status: 403, code: 'AUTHORIZATION_ERROR' },
      await call('PATCH', `/api/v1/users/${nurse}`, { token, body: { role: 'platform_admin' } }),
    );
    // Who was removed is changed by nobody, and takes no name that somebody else may want.
    await call('DELETE', `/api/v1/users/${nurse}`, root);
    judge(
      'PATCH /api/v1/users/:id of somebody removed',
      { status: 404, code: 'NOT_FOUND' },
      await call('PATCH', `/api/v1/users/${nurse}`, { ...root, body: { username: 'taken.again' } }),
    );
    expect(disagreements).toEqual([]);
  });

  it('lets go of every token when its time is over, and of keys when theirs is', async () => {
    const from = disagreements.length;
    const short = await world.make.key(world.here, { scopes: ['all'], expires_in_days: 1 });
    expect((await world.call('GET', '/api/v1/auth/me', { headers: { 'x-api-key': short.key } })).status).toBe(200);
    const asked = new Map<Route, Asked>();
    for (const route of routes) {
      const fixture = fixtures[nameOf(route)];
      if (isOpen(rights(nameOf(route))) || !fixture) continue;
      const how = await fixture.ask(world, fixture.aims.includes('here') ? 'here' : 'none', undefined);
      if (how) asked.set(route, how);
    }
    world.advance(30 * 60_000 + 1_000);
    for (const [route, how] of asked)
      for (const who of columns.filter((column) => !column.startsWith('key:') && column !== 'guest'))
        judge(
          `${nameOf(route)} as ${who}, half an hour later`,
          { status: 401, code: 'TOKEN_EXPIRED' },
          await send(route.method.toUpperCase(), how, bare(who)),
        );
    world.advance(24 * 3_600_000);
    for (const [route, how] of asked) {
      const answer = await send(route.method.toUpperCase(), how, { headers: { 'x-api-key': short.key } });
      judge(`${nameOf(route)} with a key of yesterday`, { status: 401, code: 'AUTHENTICATION_ERROR' }, answer);
      const late = await send(route.method.toUpperCase(), how, bare('guest'));
      judge(`${nameOf(route)} with a link of yesterday`, { status: 401, code: 'TOKEN_EXPIRED' }, late);
    }
    agreed(from);
  }, 60_000);

  it('was a matrix and no sample', () => {
    expect(cells).toBeGreaterThan(3_000);
    expect(requests).toBeGreaterThan(3_000);
  });
});
