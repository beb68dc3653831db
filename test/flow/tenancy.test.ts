import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { RootOperationNode } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { noMachines } from '../../src/engines/no-machines.ts';
import { meter } from '../../src/engines/wrap/meter.ts';
import { systemClock } from '../../src/shared/clock.ts';
import { newId } from '../../src/shared/ids.ts';
import { type Tenancy, tenancy } from '../../src/storage/schema.ts';
import type { Connection } from '../../src/storage/sqlite/database.ts';
import { judge, type TenancyVerdict } from '../../src/storage/tenancy.ts';
import type { Route } from '../../src/transport/route.ts';
import { fakeLanguageModel } from '../fakes/fake-language-model.ts';
import type { Answer } from '../kit/house.ts';
import { as, send } from './access-matrix/ask.ts';
import { columns, expected, type Who } from './access-matrix/expected.ts';
import { fixtures } from './access-matrix/fixtures.ts';
import { type Place, readBeneath, startWorld, type World } from './access-matrix/world.ts';

const long = process.env.BEDSIDE_TEST_LONG === '1';
const nameOf = ({ method, path }: Pick<Route, 'method' | 'path'>) => `${method.toUpperCase()} ${path}`;

const statements = new Map<string, TenancyVerdict>();
let world: World;
let db: Connection;

beforeAll(async () => {
  world = await startWorld({
    machines: (ledger) => {
      const about = { purpose: 'language-model', engine: 'fake', model: 'fake', local: true } as const;
      const engine = meter(
        fakeLanguageModel(() => 'Rest.'),
        about,
        ledger.record,
        systemClock,
      );
      return { ...noMachines(), think: () => ({ engine, demonstration: false }) };
    },
    onStatement: (verdict) => void statements.set(shapeOf(verdict.statement), verdict),
  });
  db = readBeneath(world);
});
afterAll(async () => {
  db?.close();
  await world?.stop();
});

/** A statement without its values: what it is, and not whose it was. */
function shapeOf(statement: RootOperationNode): string {
  return JSON.stringify(statement, (key, value) =>
    key === 'value' ? '?' : key === 'values' && Array.isArray(value) ? value.slice(0, 1) : value,
  );
}

/** Asks at every address once as each of these, so that every way through the rooms runs its statements. */
async function driveEveryRoute(): Promise<void> {
  for (const who of ['hospital_admin', 'platform_admin', 'doctor', 'receptionist', 'patient', 'key:all', 'guest'] as const)
    for (const [name, fixture] of Object.entries(fixtures))
      for (const aim of fixture.aims) {
        const asked = await fixture.ask(world, aim, who);
        if (!asked || asked.stream) continue;
        const { token, headers } = as(world, world.here, who, asked.token);
        await send(world, name.split(' ')[0] ?? '', asked, { token, headers: { ...headers, 'x-access-reason': 'Driving every route' } });
      }
}

/** What else the house does with its rows: paging, filters, keys used twice, refusals, tokens used twice, sockets' tickets, cancelled jobs. */
async function driveTheRest(): Promise<void> {
  const { here, call } = world;
  const admin = { token: here.tokens.hospital_admin };
  for (const path of [
    '/api/v1/users',
    '/api/v1/patients',
    '/api/v1/doctors',
    '/api/v1/departments',
    '/api/v1/auth/api-keys',
    '/api/v1/audit/logs',
    '/api/v1/jobs',
    '/api/v1/consultations',
    '/api/v1/reports',
    '/api/v1/appointments',
    '/api/v1/queue',
    '/api/v1/outbox',
  ]) {
    const withReason = { ...admin, headers: { 'x-access-reason': 'Driving every route' } };
    const first = await call('GET', `${path}?limit=1`, withReason);
    if (first.json.next_cursor) await call('GET', `${path}?limit=1&cursor=${first.json.next_cursor}`, withReason);
  }
  await call('GET', '/api/v1/admin/hospitals?limit=1', { token: world.root });
  const log = new URLSearchParams({
    event_type: 'x',
    entity_type: 'x',
    entity_id: 'x',
    user_actor: 'x',
    patient_id: 'x',
    from: '2020-01-01',
    to: '2030-01-01',
  });
  await call('GET', `/api/v1/audit/logs?${log}`, admin);
  const department = { ...admin, headers: { 'idempotency-key': 'twice' }, body: { name: 'Once only' } };
  expect((await call('POST', '/api/v1/departments', department)).text).toBe((await call('POST', '/api/v1/departments', department)).text);
  expect((await call('POST', '/api/v1/departments', { ...department, body: { name: 'Other' } })).json.error_code).toBe(
    'IDEMPOTENCY_CONFLICT',
  );
  await call('POST', '/api/v1/auth/login', { body: { email: here.users.nurse?.email, password: 'not the password' } });
  await call('POST', '/api/v1/auth/login', { body: { email: 'nobody@nowhere.test', password: 'not the password' } });
  await call('POST', '/api/v1/auth/password', {
    token: here.tokens.trainee,
    body: { current_password: 'not the password', new_password: 'a long new password' },
  });
  const refresh = { body: { refresh_token: await world.make.refreshToken(here.users.nurse?.user_id ?? '', here.hospitalId) } };
  await call('POST', '/api/v1/auth/refresh', refresh);
  world.advance(6_000);
  expect((await call('POST', '/api/v1/auth/refresh', refresh)).json.error_code).toBe('TOKEN_REUSED');
  await call('PATCH', `/api/v1/patients/${here.patientId}`, {
    ...admin,
    body: { phones: [{ number: here.phone, whose: 'mother' }], preferred_doctor_id: here.doctorId },
  });
  // A life that ends early: old things go by their days, and a patient who asks for it goes with all of theirs.
  const gone = await world.make.patient(here);
  await world.make.consent(here, gone);
  const held = await world.make.patient(here);
  const old = { mode: 'consultation', createdAt: 0, endedAt: 1 } as const;
  await world.make.consultation(here, 'nobody', { ...old, patientId: gone });
  await world.make.consultation(here, 'nobody', { ...old, patientId: held });
  await call('PUT', `/api/v1/patients/${held}/legal-hold`, { ...admin, body: { reason: 'Driving every route' } });
  await world.house.retention.queueWhenDue();
  const run = { signal: new AbortController().signal, progress: async () => {} };
  for (const kind of ['transcripts', 'calls', 'usage'] as const) await world.house.retention.carryOut(here.hospitalId, kind, run);
  await call('POST', `/api/v1/patients/${here.users.patient?.patient_id}/erasure`, { ...admin, body: { reason: 'asks' } });
  await call('POST', `/api/v1/patients/${gone}/erasure`, { ...admin, body: { reason: 'The patient asked for it' } });
  await world.house.storage.transact(here.hospitalId, (stores) => stores.keeping.doomFiles(['no-such-file']));
  await world.house.retention.carryOut(here.hospitalId, 'transcripts', run);
  // A question that a machine answers, and an emergency.
  await call('PATCH', `/api/v1/admin/hospitals/${here.hospitalId}`, { ...admin, body: { settings: { answer_policy: 'open' } } });
  const patient = { token: here.tokens.patient };
  const begun = await call('POST', '/api/v1/consultation/create', { ...patient, body: { consultation_type: 'text' } });
  for (const text of [
    'What helps against a runny nose?',
    'I have crushing chest pain and cannot breathe',
    'Please let me talk to a person',
  ])
    expect(
      (await call('POST', '/api/v1/conversation/message', { ...patient, body: { session_id: begun.json.session_id, text } })).status,
    ).toBe(200);
  await call('PATCH', `/api/v1/users/${await world.make.user(here)}`, {
    ...admin,
    body: { username: `moved-${Date.now()}`, role: 'patient', password: 'a long new password' },
  });
}

const ownersOf = (rule: Tenancy | undefined): readonly string[] =>
  rule === undefined || rule === 'platform'
    ? []
    : rule === 'hospital'
      ? ['hospital_id']
      : 'by' in rule
        ? rule.by
        : ['hospital_id', ...rule.orBy];

/** The same statement with every condition on, and every inserted column of, these names left out. */
function forgetting(node: unknown, names: readonly string[]): unknown {
  if (Array.isArray(node)) return node.map((item) => forgetting(item, names));
  if (typeof node !== 'object' || node === null) return node;
  // biome-ignore lint/suspicious/noExplicitAny: nodes of many shapes
  const any = node as any;
  const isOwner = (operand: { kind?: string; column?: { column?: { name?: string } } }) =>
    operand?.kind === 'ReferenceNode' && names.includes(operand.column?.column?.name ?? '');
  if (any.kind === 'BinaryOperationNode' && (isOwner(any.leftOperand) || isOwner(any.rightOperand))) return { kind: 'ValueNode', value: 1 };
  const entries = Object.entries(any).map(([key, value]) => [
    key,
    key === 'columns' && Array.isArray(value) ? value.filter((column) => !names.includes(column?.column?.name)) : forgetting(value, names),
  ]);
  return Object.fromEntries(entries);
}

describe('every statement names its hospital', () => {
  beforeAll(async () => {
    await driveEveryRoute();
    await driveTheRest();
  }, 120_000);

  it('on every table of a tenant, in everything that the house ever asks', () => {
    const seen = [...statements.values()].filter(({ kind }) => kind !== 'RawNode');
    const listed = new Map<string, number>();
    for (const { kind, tables, unowned } of seen) {
      const line = `${kind.replace('QueryNode', '').padEnd(7)}${tables.join(' + ')} ${unowned.length ? `UNOWNED: ${unowned.join(' ')}` : 'owned'}`;
      listed.set(line, (listed.get(line) ?? 0) + 1);
    }
    console.log(
      `statements seen by the tenancy guard (${seen.length} shapes):\n${[...listed]
        .map(([line, count]) => `  ${line}${count > 1 ? ` ×${count}` : ''}`)
        .sort()
        .join('\n')}`,
    );
    expect(seen.filter(({ unowned }) => unowned.length > 0).map(({ tables }) => tables)).toEqual([]);
    expect(seen.length).toBeGreaterThan(60);
  });

  it('and every table of a tenant was asked', () => {
    const touched = new Set([...statements.values()].flatMap(({ tables }) => tables));
    const untouched = Object.keys(tenancy).filter((table) => !touched.has(table));
    expect(untouched.map((table) => `nothing here reads or writes ${table}: drive it in test/flow/tenancy.test.ts`)).toEqual([]);
  });

  it('and each of them is refused as soon as it forgets to', () => {
    let mutants = 0;
    const survivors: string[] = [];
    for (const { statement, tables, kind } of statements.values())
      for (const table of tables) {
        const names = ownersOf(tenancy[table]);
        if (names.length === 0) continue;
        mutants++;
        const verdict = judge(forgetting(statement, names) as RootOperationNode);
        if (!verdict.unowned.includes(table)) survivors.push(`${kind} on ${tables.join(' + ')} without ${names.join(' and ')}`);
      }
    console.log(`${mutants} planted omissions, ${survivors.length} not caught`);
    expect(survivors).toEqual([]);
    expect(mutants).toBeGreaterThan(50);
  });

  it('and every table of the database is declared, with the columns by which it is owned', () => {
    const tables = (db.prepare(`SELECT name FROM sqlite_master WHERE type = 'table'`).all() as { name: string }[])
      .map(({ name }) => name)
      .filter((name) => !name.startsWith('sqlite_') && !name.startsWith('kysely_'));
    expect(
      tables
        .filter((name) => !(name in tenancy))
        .map((name) => `${name} has no tenancy: declare in src/storage/schema.ts to whom its rows belong`),
    ).toEqual([]);
    expect(
      Object.keys(tenancy)
        .filter((name) => !tables.includes(name))
        .map((name) => `${name} is declared in src/storage/schema.ts and does not exist`),
    ).toEqual([]);
    const lacking = tables.flatMap((table) => {
      const has = (db.prepare(`SELECT name FROM pragma_table_info(?)`).all(table) as { name: string }[]).map(({ name }) => name);
      const owners = ownersOf(tenancy[table])
        .filter((name) => !has.includes(name))
        .map((name) => `${table} is owned by ${name}, which it does not have`);
      const mistaken =
        tenancy[table] === 'platform' && has.includes('hospital_id') && table !== 'logins'
          ? [`${table} names a hospital, and is declared the platform's`]
          : [];
      return [...owners, ...mistaken];
    });
    expect(lacking).toEqual([]);
  });
});

describe('the ways around the guard', () => {
  const src = resolve(import.meta.dirname, '../../src');
  const sources = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  const uses = (pattern: RegExp) =>
    sources
      .flatMap((file) => {
        const count = [...readFileSync(join(src, file), 'utf8').matchAll(pattern)].length;
        return count === 0 ? [] : [`${file} ×${count}`];
      })
      .sort();
  const justify = (what: string) =>
    `Each use of ${what} serves every hospital at once. Say there in a comment why it must, and then list it here.`;

  it('are few, known and justified where they stand', () => {
    expect(uses(/(?<!function )\bacrossHospitals\(/g), justify('acrossHospitals()')).toEqual([
      'storage/stores/access-store.ts ×1', // the devices of a made-up hospital that is erased
      'storage/stores/appointment-store.ts ×1', // who has the address of a calendar says nothing else
      'storage/stores/job-store.ts ×1', // the worker's look for due jobs
      'storage/stores/notice-store.ts ×1', // emergencies nobody has seen to
      'storage/stores/once-store.ts ×1', // forgetting by age
      'storage/stores/outbox-store.ts ×2', // the box carries everybody's post, and takes up what it had in hand when it was killed
    ]);
    expect(uses(/\bacrossHospitals: true/g), justify('this mark')).toEqual(['storage/tenancy.ts ×1']);
    expect(uses(/\bcreateQueryCompiler\b/g), justify('a compiler of its own')).toEqual(['storage/sqlite/database.ts ×3']);
    expect(uses(/\.executeQuery\(/g), justify('executeQuery()')).toEqual([]);
    for (const file of ['access', 'appointment', 'job', 'notice', 'once', 'outbox'].map((name) => `storage/stores/${name}-store.ts`))
      expect(readFileSync(join(src, file), 'utf8'), justify('acrossHospitals()')).toMatch(/\/\/ [^\n]+\n[^\n]*acrossHospitals\(/);
  });

  it('leave no store that speaks SQL by itself', () => {
    const stores = uses(/\bsql(?:`|\.raw\(|<)|\.prepare\(|\.exec\(/g).filter((use) => use.startsWith('storage/stores/'));
    expect(stores, justify('SQL written by hand')).toEqual([]);
  });
});

describe("another hospital's things", () => {
  /** Every value by which a row of A could be told: ids, names, addresses, numbers. */
  function traces(place: Place): RegExp {
    const found = new Set<string>([place.word, place.hospitalId, place.phone]);
    for (const table of Object.keys(tenancy)) {
      const has = (db.prepare(`SELECT name FROM pragma_table_info(?)`).all(table) as { name: string }[]).map(({ name }) => name);
      if (!has.includes('hospital_id')) continue;
      for (const row of db.prepare(`SELECT * FROM ${table} WHERE hospital_id = ?`).all(place.hospitalId) as Record<string, unknown>[])
        for (const column of ['id', 'email', 'username', 'phone', 'number', 'key_hash', 'hash', 'payload_hash'])
          if (typeof row[column] === 'string' && row[column].length > 5) found.add(row[column]);
    }
    return new RegExp([...found].map((text) => text.replace(/[^\w-]/g, '\\$&')).join('|'));
  }

  /** Everything that is stored of a hospital, as one hash; but for what the house itself writes as time goes by. */
  function fingerprint(place: Place): string {
    const hash = createHash('sha256');
    for (const table of Object.keys(tenancy).sort()) {
      const has = (db.prepare(`SELECT name FROM pragma_table_info(?)`).all(table) as { name: string }[]).map(({ name }) => name);
      const column = table === 'hospitals' ? 'id' : 'hospital_id';
      if (!has.includes(column) || table === 'usage_rows') continue;
      // Post that waits for a mail server looks for one now and then, and says when it looks again.
      const moved = ['escalated_at', ...(table === 'outbox' ? ['next_at', 'lease_until', 'updated_at'] : [])];
      const kept = has.filter((name) => !moved.includes(name)).join(', ');
      const rows = db.prepare(`SELECT ${kept} FROM ${table} WHERE ${column} = ? ORDER BY ${kept}`).all(place.hospitalId);
      hash.update(JSON.stringify(rows));
    }
    return hash.digest('hex');
  }

  /** What the worker still does for a hospital changes its rows, too. */
  async function workIsDone(place: Place): Promise<void> {
    const open = db
      .prepare(`SELECT count(*) FROM jobs WHERE hospital_id = ? AND status IN ('queued', 'running') AND kind != 'nobody-does-this'`)
      .pluck();
    for (const end = Date.now() + 30_000; (open.get(place.hospitalId) as number) > 0 && Date.now() < end; )
      await new Promise((resolve) => setTimeout(resolve, 50));
  }

  /** Ids of A by kind, one or two of each; in the long run up to five. */
  function idsOf(place: Place): Record<string, readonly string[]> {
    const all = (table: string) =>
      (db.prepare(`SELECT id FROM ${table} WHERE hospital_id = ? ORDER BY id`).all(place.hospitalId) as { id: string }[]).map(
        ({ id }) => id,
      );
    const few = (ids: readonly string[], named: readonly (string | undefined)[]) =>
      long ? ids.slice(-5) : [...new Set(named.filter((id) => id !== undefined))];
    return {
      hospital: [place.hospitalId],
      user: few(all('users'), [place.users.doctor?.user_id, place.users.patient?.user_id]),
      role: few(all('hospital_roles'), [place.roleId]),
      patient: few(all('patients'), [place.patientId, place.users.patient?.patient_id]),
      doctor: few(all('doctors'), [place.doctorId]),
      appointment: few(all('appointments'), [place.appointmentId]),
      token: few(all('queue_entries'), [place.queueId]),
      departure: few(all('outbox'), [place.departureId]),
      department: few(all('departments'), [place.departmentId]),
      key: few(all('api_keys'), [place.keys.all.id]),
      job: few(all('jobs'), [place.jobId]),
      notice: few(all('notices'), [place.noticeId]),
      consultation: few(
        all('consultations'),
        Object.values(place.consultations)
          .map(({ id }) => id)
          .slice(0, 3),
      ),
      conversation: few(all('consultation_sessions'), [place.consultations.ofDoctor.sessionId]),
      message: few(all('messages'), [place.consultations.ofDoctor.messageId]),
      flag: all('red_flags').slice(0, long ? 5 : 1),
      report: all('inaccuracy_reports').slice(0, long ? 5 : 1),
      audit: all('audit_entries').slice(0, long ? 5 : 2),
      session: all('sessions').slice(0, long ? 5 : 1),
      document: few(all('documents'), [place.documentId]),
      chunk: all('chunks').slice(0, long ? 5 : 1),
      call: all('calls').slice(0, long ? 5 : 1),
      consent: all('consents').slice(0, long ? 5 : 1),
    };
  }

  const askers = ['hospital_admin', 'doctor', 'nurse', 'receptionist', 'trainee', 'patient', 'key:all', 'guest', 'platform_admin'] as const;
  const REASON = { 'x-access-reason': 'Looking where one may not' };
  /** An answer without what differs between any two. */
  // How long it took, and what an asker's own cache remembers, differs from one time to the next for anything.
  const varying = /"request_id":"[^"]*"|"took_ms":[\d.e-]+|"cache":"\w+"|"(?:total|retrieval)_ms":\d+/g;
  const bare = ({ status, text }: Pick<Answer, 'status' | 'text'>) => `${status} ${text.replace(varying, '')}`;

  let asked = 0;
  const wrongs: string[] = [];
  type Request = (id: string) => { method: string; path: string; body?: unknown; headers?: Record<string, string> };

  /** Asks for things of A and for a thing of nobody, as somebody of B: one answer to all of them, and no trace of A in it. */
  async function compare(what: string, who: Who, request: Request, ids: readonly string[], trace: RegExp, mustRefuse = true) {
    const { token, headers } = as(world, world.elsewhere, who);
    const ask = async (id: string) => {
      asked++;
      const { method, path, body, headers: more } = request(id);
      const answer = await world.call(method, path, { token, headers: { ...headers, ...REASON, ...more }, body });
      // What was asked for may be named in the answer; only nothing may follow from whose it is.
      return { status: answer.status, text: answer.text.replaceAll(id, '<it>') };
    };
    const nobodys = bare(await ask(newId()));
    // "An unknown session_id starts a session whose id is returned" (§4): each answer is then a new one.
    const startsAnew = what.startsWith('POST /api/v1/chat/ with session_id');
    for (const id of ids) {
      const theirs = await ask(id);
      const found = trace.exec(theirs.text)?.[0];
      if (found) wrongs.push(`${what} ${id} as ${who} shows ${found}: ${theirs.text.slice(0, 200)}`);
      if (bare(theirs) !== nobodys && !startsAnew)
        wrongs.push(`${what} ${id} as ${who}: ${bare(theirs).slice(0, 160)} against ${nobodys.slice(0, 160)}`);
      if (mustRefuse && theirs.status < 400 && !startsAnew) wrongs.push(`${what} ${id} as ${who} is allowed: ${theirs.status}`);
    }
  }

  it('are not there: in an address, a body, a query or a header, for any role of this one', async () => {
    const { here: A, elsewhere: B } = world;
    const trace = traces(A);
    expect(trace.source.split('|').length).toBeGreaterThan(100);
    const ids = idsOf(A);
    const every = Object.values(ids).flat();
    const bodies = new Map<Route, unknown>();
    for (const route of world.house.routes) {
      const fixture = fixtures[nameOf(route)];
      if (route.body && fixture)
        bodies.set(route, (await fixture.ask(world, fixture.aims.includes('elsewhere') ? 'elsewhere' : 'none', undefined))?.body);
    }

    // What the box mends by itself a moment after its start is mended before anything is looked at.
    await world.house.knowledge.mend(new AbortController().signal);
    await workIsDone(A);
    const before = fingerprint(A);

    for (const route of world.house.routes) {
      const name = nameOf(route);
      const row = expected[name];
      if (row === undefined || typeof row === 'string') continue;
      const method = route.method.toUpperCase();
      const body = bodies.get(route);
      const within = route.path.replace(':roleId', B.roleId);
      for (const who of askers) {
        if (who === 'platform_admin' && row[who] === 'every') continue; // all hospitals are theirs
        // Who may never ask here is told so before anybody looks whose it is.
        const tried = row[who] === 'no' && !long ? every.slice(0, 4) : every;
        // In the address: its own kind, and every other.
        if (route.path.includes(':id'))
          await compare(`${name} with`, who, (it) => ({ method, path: within.replace(':id', it), body }), tried, trace);
        if (route.path.includes(':roleId')) {
          const ours = route.path.replace(':id', B.hospitalId);
          await compare(
            `${name} under its own hospital with`,
            who,
            (it) => ({ method, path: ours.replace(':roleId', it), body }),
            ids.role ?? [],
            trace,
          );
        }
        // In the body: every field that takes an id.
        for (const field of idFields(route)) {
          const ours = route.path.replace(':id', ownThing(route.path, B)).replace(':roleId', B.roleId);
          const filled = (it: string) => ({ ...(body as object), [field]: field.endsWith('_ids') ? [it] : it });
          await compare(`${name} with ${field}`, who, (it) => ({ method, path: ours, body: filled(it) }), tried, trace);
        }
        if (route.path.includes(':')) continue;
        // In the query: every filter, and the place where a page begins.
        for (const field of Object.keys(route.query ?? {}).filter((key) => !['limit', 'from', 'to', 'phone'].includes(key))) {
          const some = long ? every : tried.slice(0, 6);
          if (field !== 'cursor')
            await compare(`${name} with ${field}`, who, (it) => ({ method, path: `${route.path}?${field}=${it}` }), some, trace, false);
          else
            for (const id of some) {
              // A page that begins elsewhere is another page; it only has to be free of A.
              const { token, headers } = as(world, B, who);
              const path = `${route.path}?cursor=${Buffer.from(id).toString('base64url')}`;
              const answer = await world.call(method, path, { token, headers: { ...headers, ...REASON } });
              asked++;
              if (trace.test(answer.text)) wrongs.push(`${name} from ${id} on as ${who} shows ${trace.exec(answer.text)?.[0]}`);
            }
        }
        // As the hospital that is meant.
        if (who === 'platform_admin' || name === 'GET /api/v1/events') continue;
        const places: readonly (readonly [string, Request])[] = [
          ['query', (it) => ({ method, path: `${route.path}?hospital_id=${it}`, body })],
          ['header', (it) => ({ method, path: route.path, body, headers: { 'x-hospital-id': it } })],
          ...(route.body
            ? [['body', (it: string) => ({ method, path: route.path, body: { ...(body as object), hospital_id: it } })] as const]
            : []),
        ];
        for (const [place, request] of places) await compare(`${name} for the hospital, by ${place},`, who, request, [A.hospitalId], trace);
      }
    }
    expect(wrongs.slice(0, 40)).toEqual([]);
    console.log(
      `object sweep: ${asked} requests of ${askers.length} callers of one hospital for ${every.length} ids of the other, ${wrongs.length} wrong`,
    );
    expect(asked).toBeGreaterThan(3_000);
    expect(fingerprint(A)).toBe(before);
  }, 600_000);

  it('stay out of lists, of looking up a number, and of what is caught up with in the stream of events', async () => {
    const { here: A, elsewhere: B } = world;
    const trace = traces(A);
    for (const who of askers) {
      const { token, headers } = as(world, B, who);
      for (const route of world.house.routes.filter(
        ({ method, path }) => method === 'get' && !path.includes(':') && path !== '/api/v1/events',
      )) {
        const row = expected[nameOf(route)];
        if (who === 'platform_admin' && typeof row === 'object' && row[who] === 'every') continue;
        const query =
          route.query && 'phone' in route.query
            ? `?phone=${encodeURIComponent(A.phone)}`
            : route.query && 'limit' in route.query
              ? '?limit=200'
              : '';
        const answer = await world.call('GET', route.path + query, { token, headers: { ...headers, ...REASON } });
        expect(trace.exec(answer.text)?.[0], `${nameOf(route)} as ${who}`).toBeUndefined();
      }
    }
    const gone = new AbortController();
    const stream = await fetch(`${world.base}/api/v1/events`, {
      headers: { authorization: `Bearer ${B.tokens.nurse}`, 'last-event-id': '0' },
      signal: gone.signal,
    });
    let text = '';
    for await (const chunk of stream.body ?? []) {
      text += new TextDecoder().decode(chunk);
      if (text.includes(B.noticeId)) break;
    }
    gone.abort();
    expect(text).toContain(B.word);
    expect(trace.exec(text)?.[0]).toBeUndefined();
  });

  it('keep their own sessions, and their own keys of repeated requests', async () => {
    const { here: A, elsewhere: B, call } = world;
    const refresh = await world.make.refreshToken(A.users.nurse?.user_id ?? '', A.hospitalId);
    const { token } = await world.mint(B.users.nurse?.user_id ?? '', B.hospitalId);
    expect((await call('POST', '/api/v1/auth/logout', { token, body: { refresh_token: refresh } })).status).toBe(204);
    expect((await call('POST', '/api/v1/auth/refresh', { body: { refresh_token: refresh } })).status).toBe(200);
    const once = (place: Place) =>
      call('POST', '/api/v1/departments', {
        token: place.tokens.hospital_admin,
        headers: { 'idempotency-key': 'shared key' },
        body: { name: 'Shared name' },
      });
    const [a, b] = [await once(A), await once(B)];
    expect([a.status, b.status]).toEqual([201, 201]);
    expect(a.json.department_id).not.toBe(b.json.department_id);
  });
});

/** The thing of one's own that an address of this form means. */
function ownThing(path: string, { hospitalId, patientId, doctorId, documentId, appointmentId, queueId, users }: Place): string {
  if (path.includes('/hospitals/')) return hospitalId;
  if (path.includes('/patients/')) return patientId;
  if (path.includes('/documents/')) return documentId;
  if (path.includes('/appointments/')) return appointmentId;
  if (path.includes('/queue/')) return queueId;
  return path.includes('/doctors/') ? doctorId : (users.nurse?.user_id ?? '');
}

/** Fields of a route's body that take an id, read from its schema: a new one is swept from the day it is there. */
function idFields(route: Route): string[] {
  if (!route.body) return [];
  const schema = z.toJSONSchema(route.body, { io: 'input', unrepresentable: 'any' }) as { properties?: Record<string, unknown> };
  return Object.entries(schema.properties ?? {})
    .filter(([name, value]) => name !== 'hospital_id' && JSON.stringify(value).includes('opaque id'))
    .map(([name]) => name);
}

it('knows every caller of the table', () => expect(columns.length).toBe(11));
