import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { z } from 'zod';
import { noMachines } from '../../src/engines/no-machines.ts';
import type { Route } from '../../src/transport/route.ts';
import { fakeLanguageModel } from '../fakes/fake-language-model.ts';
import { type Answer, type CallOptions, startHouse } from '../kit/house.ts';
import { type Aim, fixtures } from './access-matrix/fixtures.ts';
import { startWorld, type World } from './access-matrix/world.ts';

/** What nobody else says. Letters only, so that no encoding of an address, a header or JSON alters it. */
const CANARY = 'Zyxquillonmarmalade';
/** The same as a patient might say it. */
const SENTENCE = `The ${CANARY} hurts when it rains, says ${CANARY}`;
const PHONE = '+919812345670';

/** Every form in which a word can lie in a file: text of one and of two bytes, base64 at each of its three places, in either case. */
function forms(word: string): Buffer[] {
  return [word, word.toLowerCase(), word.toUpperCase()].flatMap((text) => [
    Buffer.from(text, 'utf8'),
    Buffer.from(text, 'utf16le'),
    // A word's own letters in base64 depend on where it begins; the first and last characters mix with their neighbours.
    ...[0, 1, 2].map((shift) => {
      const encoded = Buffer.concat([Buffer.alloc(shift), Buffer.from(text, 'utf8')])
        .toString('base64')
        .replace(/=+$/, '');
      return Buffer.from(encoded.slice(shift === 0 ? 0 : shift + 1, -1));
    }),
  ]);
}
const sought = [...forms(CANARY), ...forms(PHONE.slice(1))];
const holds = (bytes: Buffer) => sought.some((form) => bytes.includes(form));

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

const nameOf = ({ method, path }: Pick<Route, 'method' | 'path'>) => `${method.toUpperCase()} ${path}`;

type Schema = {
  readonly type?: string;
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly format?: string;
  readonly description?: string;
  readonly additionalProperties?: Schema | boolean;
};
const schemaOf = (schema: z.ZodType) => z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Schema;

/** Where words fit into a body: the valid one with the canary in every field that takes free text, and in every field that takes any. */
function bodiesWithCanary(route: Route, valid: unknown): unknown[] {
  if (!route.body) return [];
  const { properties = {} } = schemaOf(route.body);
  const kindOf = (schema: Schema): Schema => schema.anyOf?.find(({ type }) => type !== 'null') ?? schema;
  const free: Record<string, unknown> = {};
  const bent: Record<string, unknown> = {};
  for (const [name, whole] of Object.entries(properties)) {
    const schema = kindOf(whole);
    bent[name] = schema.type === 'object' || schema.type === 'array' ? { [name]: [SENTENCE] } : [SENTENCE];
    if (schema.type !== 'string' || schema.enum || schema.description === 'opaque id') continue;
    if (name === 'email' || name.endsWith('_email')) free[name] = `${CANARY}.${Math.random().toString(36).slice(2)}@bedside.test`;
    else if (name === 'phone') free[name] = PHONE;
    else if (name === 'username') free[name] = `${CANARY}${Math.random().toString(36).slice(2)}`;
    else if (!schema.pattern && !schema.format) free[name] = name.includes('name') ? `${SENTENCE} ${Math.random()}` : SENTENCE;
  }
  const given = valid as Record<string, unknown>;
  const keep = Object.fromEntries(
    Object.entries(given ?? {}).filter(([name]) => ['password', 'current_password', 'new_password', 'time_zone', 'login'].includes(name)),
  );
  return [
    { ...given, ...free, ...keep },
    ...Object.keys(free).map((name) => ({ ...given, [name]: free[name] })),
    { ...given, ...bent },
    ...Object.keys(bent).map((name) => ({ ...given, [name]: bent[name] })),
    ...Object.keys(properties).map((name) => ({ ...given, [name]: SENTENCE })),
    ...Object.keys(properties).map((name) => ({ ...given, [name]: `${SENTENCE} `.repeat(200) })),
  ];
}

const headersWithCanary: Readonly<Record<string, string>> = {
  'user-agent': SENTENCE,
  referer: `http://clinic.test/${CANARY}`,
  'x-access-reason': SENTENCE,
  'idempotency-key': SENTENCE,
  'x-request-id': SENTENCE,
  'x-device-id': SENTENCE,
  cookie: `bedside_device=${CANARY}; other=${CANARY}`,
  'accept-language': CANARY,
  'last-event-id': CANARY,
  'x-forwarded-for': CANARY,
  origin: `http://${CANARY}.test`,
};

describe('a sentence that only one patient says', () => {
  let world: World;
  let begun = 0;
  const told: string[] = [];
  const driven = new Set<string>();
  const accepted = new Set<string>();
  let requests = 0;

  const heardByStaff = { text: '' };
  const gone = new AbortController();

  beforeAll(async () => {
    // A machine that says the sentence, too: an answer is a patient's as much as a question.
    world = await startWorld({
      machines: () => ({ ...noMachines(), think: () => ({ engine: fakeLanguageModel(() => SENTENCE), demonstration: false }) }),
    });
    const { hospitalId, tokens } = world.here;
    const open = { settings: { answer_policy: 'open' } };
    expect((await world.call('PATCH', `/api/v1/admin/hospitals/${hospitalId}`, { token: tokens.hospital_admin, body: open })).status).toBe(
      200,
    );
    listen(tokens.receptionist ?? '').catch(() => {}); // it ends with the test
    begun = world.log().length;
  });

  /** What staff are told as it happens, until the end. */
  async function listen(token: string): Promise<void> {
    const headers = { authorization: `Bearer ${token}`, 'last-event-id': '0' };
    const stream = await fetch(`${world.base}/api/v1/events`, { headers, signal: gone.signal });
    const decoder = new TextDecoder();
    for await (const chunk of stream.body ?? []) heardByStaff.text += decoder.decode(chunk, { stream: true });
  }
  afterAll(async () => {
    gone.abort();
    await world?.stop();
  });

  /** Sends, and writes down where a refusal says the sentence again. */
  async function send(route: Pick<Route, 'method' | 'path'>, path: string, options: CallOptions): Promise<Answer> {
    requests++;
    const answer = await world.call(route.method.toUpperCase(), path, options);
    driven.add(nameOf(route));
    if (answer.status < 300) accepted.add(nameOf(route));
    // The name of a doctor, who is here called by the sentence too, is told to whoever may ask for their time.
    const said = `${answer.text.replace(/"alternatives":\[[^\]]*\]/, '')}${JSON.stringify([...answer.headers])}`;
    if (answer.status >= 400 && holds(Buffer.from(said))) told.push(`${nameOf(route)} ${answer.status}: ${said.slice(0, 300)}`);
    return answer;
  }

  it('goes through every door', async () => {
    const { here } = world;
    const admin = here.tokens.hospital_admin;
    const doctor = here.tokens.doctor;
    for (const route of world.house.routes) {
      const name = nameOf(route);
      const fixture = fixtures[name];
      if (!fixture || name === 'GET /api/v1/events') continue;
      const speaks = /\/(consultation|conversation|chat)|\/report$/.test(route.path);
      const aim: Aim = speaks && fixture.aims.includes('self') ? 'self' : fixture.aims.includes('here') ? 'here' : 'none';
      const ask = async () => await fixture.ask(world, aim, speaks ? 'doctor' : 'hospital_admin');
      const asked = await ask();
      if (!asked) continue;
      const box = name.includes('/system/') || name === 'POST /api/v1/admin/hospitals';
      const token = asked.token ?? (speaks ? doctor : box ? world.root : admin);
      if (route.upload) await sendForms(route, asked.path, token);
      // In the body, in the forms that fit and in those that do not; broken off; as another kind; as the name of no field.
      for (const body of bodiesWithCanary(route, asked.body))
        await send(route, asked.path, { token: (await freshToken(name, ask)) ?? token, body });
      if (route.method !== 'get') {
        for (const [type, text] of [
          ['application/json', `{"first_name":"${SENTENCE}`],
          ['application/json', `["${SENTENCE}"]`],
          ['application/json', `${SENTENCE}`],
          ['text/plain', SENTENCE],
          ['application/x-www-form-urlencoded', `first_name=${CANARY}`],
          [`application/${CANARY}`, '{}'],
          [`application/json; charset=${CANARY}`, '{}'],
        ] as const)
          await send(route, asked.path, { token, body: text, headers: { 'content-type': type } });
        await send(route, asked.path, { token, body: '{}', headers: { 'content-type': 'application/json', 'content-encoding': CANARY } });
      }
      // In the query, known and unknown.
      for (const field of [...Object.keys(route.query ?? {}), 'hospital_id', 'q'])
        for (const text of [SENTENCE, `${CANARY}`]) {
          const path = `${asked.path.split('?')[0]}?${field}=${encodeURIComponent(text)}`;
          await send(route, path, { token: world.root, headers: { 'x-access-reason': SENTENCE, 'x-hospital-id': here.hospitalId } });
        }
      // In the address.
      if (route.path.includes(':'))
        for (const text of [SENTENCE, CANARY, `${CANARY}%`]) {
          const path = route.path.replace(/:\w+/g, text.endsWith('%') ? text : encodeURIComponent(text));
          await send(route, path, { token, body: asked.body });
          await send(route, path, { token: world.root, body: asked.body, headers: { 'x-access-reason': SENTENCE } });
        }
      // In every header, also where a token belongs.
      const again = await ask();
      if (again) await send(route, again.path, { token: again.token ?? token, body: again.body, headers: { ...headersWithCanary } });
      for (const headers of [
        { authorization: `Bearer ${CANARY}` },
        { authorization: `Bearer ${CANARY}.${CANARY}.${CANARY}` },
        { authorization: `Bearer ${Buffer.from(JSON.stringify({ alg: 'EdDSA', kid: CANARY })).toString('base64url')}.e30.x` },
        { authorization: `Basic ${Buffer.from(`${CANARY}:${SENTENCE}`).toString('base64')}` },
        { authorization: SENTENCE },
        { 'x-api-key': `bsk_${CANARY}` },
        { authorization: `Bearer ${world.root}`, 'x-hospital-id': SENTENCE },
      ])
        await send(route, asked.path, { body: asked.body, headers: { ...headersWithCanary, ...headers } });
    }
    await speakAsPatient();
    // Addresses that lead nowhere, and methods that nobody takes.
    for (const path of [
      `/api/v1/${CANARY}`,
      `/${CANARY}`,
      `/docs/${CANARY}.js`,
      `/pages/${CANARY}`,
      `/setup/${CANARY}`,
      `/api/v1/patients/${CANARY}/${CANARY}`,
      `/%ff${CANARY}`,
    ])
      for (const method of ['get', 'post', 'delete'] as const)
        await send({ method, path: `(${method} of nothing)` }, path, {
          token: admin,
          body: method === 'post' ? { text: SENTENCE } : undefined,
        });

    const withBody = world.house.routes.filter((route) => route.body !== undefined).map(nameOf);
    const withQuery = world.house.routes.filter((route) => Object.keys(route.query ?? {}).length > 0).map(nameOf);
    console.log(
      `canary: ${requests} requests through ${driven.size} doors; ${withBody.length} routes take a body and ${withQuery.length} a query; ${withBody.filter((name) => accepted.has(name)).length} of the first took the sentence in or went on`,
    );
    expect(withBody.length).toBeGreaterThan(14);
    expect(
      [...withBody, ...withQuery]
        .filter((name) => !driven.has(name))
        .map((name) => `the sentence was not sent through ${name}: give it a fixture`),
    ).toEqual([]);
    // Where people's words are kept, they were kept: a sentence that is refused everywhere proves nothing.
    for (const name of [
      'POST /api/v1/patients',
      'PATCH /api/v1/patients/:id',
      'POST /api/v1/users',
      'POST /api/v1/auth/signup',
      'POST /api/v1/departments',
      'PATCH /api/v1/admin/hospitals/:id',
      'POST /api/v1/consultation/create',
      'POST /api/v1/conversation/message',
      'POST /api/v1/chat/',
      'POST /api/v1/report',
    ])
      expect(accepted).toContain(name);
    const kept = await world.call('GET', `/api/v1/patients?limit=200`, { token: admin });
    expect(kept.text).toContain(CANARY);
  }, 240_000);

  /** A form with the sentence as file, as name of the file, in fields known and unknown. */
  async function sendForms(route: Route, path: string, token: string | undefined): Promise<void> {
    const forms = [
      { file: [SENTENCE, `${CANARY}.wav`], fields: { session_id: CANARY, language: CANARY, speak: CANARY } },
      {
        file: [SENTENCE, `${CANARY}.wav`],
        fields: { session_id: (await world.make.consultation(world.here, world.here.users.doctor?.user_id ?? '')).sessionId },
      },
      { file: [SENTENCE, CANARY], fields: { session_id: SENTENCE.repeat(300) } },
    ] as const;
    for (const { file, fields } of forms) {
      const form = new FormData();
      for (const [name, value] of Object.entries(fields)) form.set(name, value);
      form.set('file', new Blob([file[0]], { type: `audio/${CANARY}` }), file[1]);
      const response = await fetch(world.base + path, { method: 'POST', headers: { authorization: `Bearer ${token}` }, body: form });
      requests++;
      driven.add(nameOf(route));
      const text = await response.text();
      if (response.ok) accepted.add(nameOf(route));
      else if (holds(Buffer.from(text))) told.push(`${nameOf(route)} ${response.status}: ${text.slice(0, 300)}`);
    }
  }

  /** A patient's words in a conversation, one of them an emergency, that a machine answers; streamed as well. */
  async function speakAsPatient(): Promise<void> {
    const token = world.here.tokens.patient;
    const opened = await world.call('POST', '/api/v1/consultation/create', { token, body: { consultation_type: 'text' } });
    for (const text of [
      SENTENCE,
      `I have crushing chest pain and cannot breathe. ${SENTENCE}`,
      `Please let me talk to a person about ${SENTENCE}`,
    ])
      for (const stream of [false, true]) {
        const body = { session_id: opened.json.session_id, text, stream };
        const answer = await world.call('POST', '/api/v1/conversation/message', { token, body });
        expect(answer.status).toBe(200);
      }
    expect((await world.call('GET', `/api/v1/consultations/${opened.json.consultation_id}`, { token })).text).toContain(CANARY);
  }

  /** Leaving and a new password end the session that asked: each needs one of its own. */
  async function freshToken(name: string, ask: () => Promise<{ token?: string } | undefined>): Promise<string | undefined> {
    return name === 'POST /api/v1/auth/logout' || name === 'POST /api/v1/auth/password' ? (await ask())?.token : undefined;
  }

  it('goes through the sockets, too', async () => {
    const refusals: string[] = [];
    const visit = (path: string, protocols: readonly string[], headers: Record<string, string>, messages: readonly (string | Buffer)[]) =>
      new Promise<void>((resolve) => {
        const socket = new WebSocket(world.base.replace('http', 'ws') + path, [...protocols], { headers });
        let heard = 0;
        socket.on('open', () => {
          for (const message of messages) socket.send(message);
        });
        socket.on('message', (data) => {
          heard++;
          if (holds(Buffer.from(String(data)))) refusals.push(String(data));
          if (heard >= messages.length && messages.length > 0) socket.close();
        });
        socket.on('close', (_code, reason) => {
          if (holds(Buffer.from(reason))) refusals.push(String(reason));
          resolve();
        });
        socket.on('error', () => resolve());
      });
    const token = world.here.tokens.nurse ?? '';
    for (const path of Object.keys(world.house.sockets.rooms)) {
      for (const [protocols, headers] of [
        [['bedside.v1', `bearer.${CANARY}`], {}],
        [['bedside.v1', `key.bsk_${CANARY}`], { 'user-agent': SENTENCE }],
        [['bedside.v1'], { authorization: `Bearer ${CANARY}`, 'accept-language': CANARY }],
        [[], { 'x-api-key': CANARY, cookie: CANARY }],
      ] as const)
        await visit(path, protocols, headers, []);
      await visit(`${path}?ticket=${CANARY}`, ['bedside.v1'], {}, []);
      await visit(`${path}?hospital_id=${CANARY}&x=${CANARY}`, ['bedside.v1', `bearer.${token}`], {}, []);
      await visit(path, ['bedside.v1', `bearer.${token}`], { 'user-agent': SENTENCE }, [
        JSON.stringify({ type: 'init-session', consultation_id: CANARY, text: SENTENCE }),
        JSON.stringify({ type: CANARY }),
        JSON.stringify({ type: 'text', text: SENTENCE }),
        `{"type":"${SENTENCE}`,
        SENTENCE,
      ]);
      await visit(path, ['bedside.v1', `bearer.${token}`], {}, [Buffer.from(SENTENCE)]);
    }
    await visit(`/api/v1/${CANARY}`, [], {}, []);
    expect(refusals).toEqual([]);
  }, 30_000);

  it('is not in what the staff are told as it happens', () => {
    expect(heardByStaff.text).toContain(world.here.noticeId);
    expect(holds(Buffer.from(heardByStaff.text))).toBe(false);
  });

  it('is not said again by who refuses it', () => expect(told.slice(0, 20)).toEqual([]));

  it('is in no line of the log, which is not empty', () => {
    const log = world.log().slice(begun);
    expect(log).toContain('request.served');
    expect(log).toContain('request.failed');
    expect(log.split('\n').length).toBeGreaterThan(1_000);
    const lines = log.split('\n').filter((line) => holds(Buffer.from(line)));
    expect(lines.slice(0, 10)).toEqual([]);
    for (const secret of [world.root, world.here.keys.all.key, world.here.users.nurse?.password ?? '', 'a long and quiet password'])
      expect(log.includes(secret), secret.slice(0, 12)).toBe(false);
  });

  it('cannot be read in any file of the box: database, log of writes, keys, backups', async () => {
    const look = () => [...filesUnder(world.home), ...filesUnder(dirname(world.home))].filter((file) => holds(readFileSync(file)));
    const files = filesUnder(world.home).map((file) => file.slice(world.home.length + 1));
    for (const wanted of ['bedside.db', 'bedside.db-wal']) expect(files).toContain(wanted);
    expect(look()).toEqual([]);
    await world.house.storage.maintenance.checkpoint();
    expect(look()).toEqual([]);

    const copy = join(dirname(world.home), 'copy.db');
    await world.house.storage.maintenance.copy(copy);
    expect(readFileSync(copy).length).toBeGreaterThan(100_000);
    expect(look()).toEqual([]);
  });
});

describe('the search for the sentence', () => {
  it('would find it: with encryption off it lies there to be read, in every form that is sought', async () => {
    const open = await startHouse({ env: { BEDSIDE_DB_KEY: 'off' } });
    try {
      const token = await open.login();
      const hospital = await open.call('POST', '/api/v1/admin/hospitals', { token, body: { hospital_name: SENTENCE } });
      expect(hospital.status).toBe(201);
      expect(filesUnder(open.home).filter((file) => holds(readFileSync(file))).length).toBeGreaterThan(0);
    } finally {
      await open.stop();
    }
    for (const around of ['', 'a', 'ab', 'abc', 'abcd']) {
      const text = `${around}${CANARY}${around}`;
      for (const bytes of [
        Buffer.from(text),
        Buffer.from(text, 'utf16le'),
        Buffer.from(Buffer.from(text).toString('base64')),
        Buffer.from(text.toLowerCase()),
      ])
        expect(holds(bytes), `${around} ${bytes.subarray(0, 40)}`).toBe(true);
    }
    expect(holds(Buffer.from('nothing of that kind'))).toBe(false);
  });
});
