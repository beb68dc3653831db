import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { composeHouse, type House } from '../../src/compose.ts';
import type { KnowledgeTools } from '../../src/compose-knowledge.ts';
import { configOf } from '../../src/config.ts';
import type { DiskFacts } from '../../src/domain/disk-room.ts';
import { makeUsageLedger, type UsageLedger } from '../../src/domain/usage/usage-ledger.ts';
import type { Machines } from '../../src/engines/machines.ts';
import { type Clock, systemClock } from '../../src/shared/clock.ts';
import { makeLog } from '../../src/shared/log.ts';
import { openKeyRing } from '../../src/storage/key-ring.ts';
import type { TenancyVerdict } from '../../src/storage/tenancy.ts';
import { openSocketDoor, type SocketRoom } from '../../src/transport/socket/server.ts';
import { openAudioSocket } from '../../src/transport/telephony/audio-socket.ts';

export const ADMIN = { email: 'root@bedside.test', password: 'correct horse battery' };

/** A whole house in this process, behind a real port, in a folder of its own. */
export interface TestHouse {
  readonly base: string;
  readonly home: string;
  readonly house: House;
  /** Where an Asterisk hands over calls, when the house was told to listen. */
  readonly linesPort: number | undefined;
  /** Everything that was logged so far. */
  log(): string;
  call(method: string, path: string, options?: CallOptions): Promise<Answer>;
  /** Signs in; the access token. */
  login(who?: { email: string; password: string }): Promise<string>;
  stop(): Promise<void>;
}
export interface CallOptions {
  readonly token?: string | undefined;
  readonly body?: unknown;
  readonly headers?: Record<string, string> | undefined;
}
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever JSON came
  readonly json: any;
}

export async function startHouse(
  options: {
    home?: string;
    clock?: Clock;
    env?: Record<string, string>;
    onStatement?: (verdict: TenancyVerdict) => void;
    keepHome?: boolean;
    admin?: boolean;
    builtMs?: number;
    /** What the disk says; room without end unless a test says otherwise. */
    disk?: () => DiskFacts;
    machines?: (ledger: UsageLedger) => Machines | Promise<Machines>;
    /** What documents are read and searched with. */
    knowledge?: KnowledgeTools;
    /** Another room behind the voice socket: what a test wants a page to be told. */
    voice?: SocketRoom;
  } = {},
): Promise<TestHouse> {
  const home = options.home ?? join(mkdtempSync(join(tmpdir(), 'bedside-test-')), 'home');
  const config = configOf({
    BEDSIDE_HOME: home,
    BEDSIDE_OFFLINE: '1',
    API_RATE_LIMIT: '0',
    CHAT_RATE_LIMIT: '0',
    VOICE_RATE_LIMIT: '0',
    BEDSIDE_LOG_LEVEL: 'debug',
    // A test that moves the clock by days does not mean to make backups.
    BEDSIDE_BACKUP_HOURS: '0',
    ...options.env,
  });
  const lines: Buffer[] = [];
  const destination = new PassThrough();
  destination.on('data', (chunk: Buffer) => lines.push(chunk));
  const log = makeLog({ level: 'debug', showPii: false, destination });
  const clock = options.clock ?? systemClock;
  const keyRing = openKeyRing(config.key, { mayMake: true });
  const ledger = makeUsageLedger(clock);
  const house = await composeHouse({
    ledger,
    ...(options.machines ? { machines: await options.machines(ledger) } : {}),
    ...(options.knowledge ? { knowledge: options.knowledge } : {}),
    config,
    keyRing,
    clock,
    log,
    strictUnits: true,
    disk: options.disk ?? (() => ({ freeBytes: 1e12, totalBytes: 1e12 })),
    ...(options.builtMs === undefined ? {} : { builtMs: options.builtMs }),
    ...(options.onStatement ? { onStatement: options.onStatement } : {}),
  });
  if (options.admin ?? true) await house.setup.seedAdmin(ADMIN.email, ADMIN.password);
  const server = createServer(house.app);
  const { rooms } = house.sockets;
  const sockets = openSocketDoor(server, {
    ...house.sockets,
    rooms: options.voice ? { ...rooms, '/api/v1/ws/streaming': options.voice } : rooms,
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const phones = config.voice.audioSocket && (await openAudioSocket(config.voice.audioSocket, house.lines));
  house.start();
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const call = async (method: string, path: string, { token, body, headers }: CallOptions = {}): Promise<Answer> => {
    const response = await fetch(base + path, {
      method,
      redirect: 'manual',
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(token ? { authorization: `Bearer ${token}` } : {}),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = /json/.test(response.headers.get('content-type') ?? '');
    return { status: response.status, headers: response.headers, text, json: isJson ? JSON.parse(text) : undefined };
  };

  return {
    base,
    home,
    house,
    linesPort: phones?.port,
    log: () => Buffer.concat(lines).toString('utf8'),
    call,
    async login(who = ADMIN) {
      const answer = await call('POST', '/api/v1/auth/login', { body: who });
      if (answer.status !== 200) throw new Error(`login of ${who.email}: ${answer.status} ${answer.text}`);
      return answer.json.access_token;
    },
    async stop() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      await Promise.all([sockets.close(), phones?.close()]);
      server.closeAllConnections();
      await closed;
      await house.close();
      if (!options.keepHome) rmSync(options.home ?? join(home, '..'), { recursive: true, force: true });
    },
  };
}

export interface SeededHospital {
  readonly hospitalId: string;
  readonly users: Readonly<Record<string, { user_id: string; email: string; password: string; patient_id?: string }>>;
  readonly tokens: Readonly<Record<string, string>>;
}

/** A hospital with somebody in every role, all signed in. */
export async function seedHospital(
  house: TestHouse,
  root: string,
  name: string,
  roles = ['hospital_admin', 'doctor', 'nurse', 'receptionist', 'trainee', 'patient'],
): Promise<SeededHospital> {
  const must = (answer: Answer, what: string) => {
    if (answer.status !== 201) throw new Error(`${what}: ${answer.status} ${answer.text}`);
    return answer.json;
  };
  const hospital = must(
    await house.call('POST', '/api/v1/admin/hospitals', {
      token: root,
      body: { hospital_name: name, settings: { allow_signup: true, emergency_number: '112' } },
    }),
    'hospital',
  );
  const users: Record<string, { user_id: string; email: string; password: string; patient_id?: string }> = {};
  const tokens: Record<string, string> = {};
  for (const role of roles) {
    const who = { email: `${role}@${name.toLowerCase().replace(/\W+/g, '-')}.test`, password: `a long ${role} password` };
    const made = must(
      await house.call('POST', '/api/v1/users', {
        token: root,
        body: { ...who, role, hospital_id: hospital.hospital_id, first_name: role, last_name: 'Test' },
      }),
      role,
    );
    tokens[role] = await house.login(who);
    const me = await house.call('GET', '/api/v1/auth/me', { token: tokens[role] });
    users[role] = { ...who, user_id: made.user_id, ...(me.json.patient_id ? { patient_id: me.json.patient_id } : {}) };
  }
  return { hospitalId: hospital.hospital_id, users, tokens };
}
