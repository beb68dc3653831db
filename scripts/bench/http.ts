import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import express from 'express';
import { composeHouse, type House } from '../../src/compose.ts';
import { configOf } from '../../src/config.ts';
import type { Caller } from '../../src/domain/access/caller.ts';
import { verifyChain } from '../../src/domain/audit/audit.ts';
import { appendAudit } from '../../src/domain/audit/audit-log.ts';
import type { Storage } from '../../src/domain/storage.ts';
import { systemClock } from '../../src/shared/clock.ts';
import { makeLog } from '../../src/shared/log.ts';
import { openKeyRing } from '../../src/storage/key-ring.ts';

/**
 * What the doors cost, measured against what could not be less: an Express handler that answers the same bytes, and one flush of
 * the disk. Everything that is compared is measured in turns in the same run, because the machine has other work as well.
 *
 *   node scripts/bench/http.ts [--rounds 2000] [--seconds 5] [--starts 5] [--service dist/cli/main.js] [--only start|get|write|audit] [--unencrypted]
 */
interface Get {
  readonly name: string;
  readonly port: number;
  readonly path: string;
  readonly token?: string | undefined;
}
/** 4 KB at the end of a file, and a flush of it: what a durable answer cannot do without. */
interface Flush {
  readonly name: string;
  readonly file: string;
}
type Ask = Get | Flush;
type Order =
  | { readonly type: 'take-turns'; readonly asks: readonly Ask[]; readonly rounds: number }
  | { readonly type: 'write'; readonly port: number; readonly token: string; readonly writers: number; readonly seconds: number };
type Report = Readonly<Record<string, readonly number[]>>;

const TARGET_MS = { overhead: 0.3, loop: 20, start: 3_000 };
const ADMIN = { email: 'bench@bedside.test', password: 'measure twice, cut once' };

if (isMainThread) await main();
else parentPort?.on('message', async (order: Order) => parentPort?.postMessage(await carryOut(order)));

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '2000' },
      seconds: { type: 'string', default: '5' },
      starts: { type: 'string', default: '5' },
      service: { type: 'string', default: resolve(import.meta.dirname, '../../dist/cli/main.js') },
      only: { type: 'string' },
      unencrypted: { type: 'boolean', default: false },
    },
  });
  const wanted = (part: string) => values.only === undefined || values.only === part;
  if (wanted('start')) await measureStart(values.service, Number(values.starts));
  if (wanted('get')) await measureReads(Number(values.rounds), values.unencrypted);
  if (wanted('write')) await measureWriters(Number(values.seconds));
  if (wanted('audit')) await measureVerification();
}

// --- Starting ---------------------------------------------------------------------------------------------------------------

async function measureStart(service: string, starts: number): Promise<void> {
  title('Start of the built service, without weights');
  if (!existsSync(service)) return line('no build', `there is none at ${service}: npm run build`);
  const parent = mkdtempSync(join(tmpdir(), 'bedside-bench-'));
  const first: { healthz: number; readyz: number }[] = [];
  const again: { healthz: number; readyz: number }[] = [];
  try {
    for (let i = 0; i < starts; i++) {
      const home = join(parent, `home-${i}`);
      first.push(await startOnce(service, home));
      again.push(await startOnce(service, home));
    }
  } finally {
    rmSync(parent, { recursive: true, force: true });
  }
  for (const [name, times] of Object.entries({ 'empty folder': first, 'second start': again })) {
    line(
      `${name}: first 200 on /healthz`,
      `${Math.round(median(times.map((t) => t.healthz)))} ms ${bar(median(times.map((t) => t.healthz)), TARGET_MS.start)}`,
    );
    line(
      `${name}: first answer on /readyz`,
      `${Math.round(median(times.map((t) => t.readyz)))} ms ${bar(median(times.map((t) => t.readyz)), TARGET_MS.start)}`,
    );
  }
}

async function startOnce(service: string, home: string): Promise<{ healthz: number; readyz: number }> {
  const port = await freePort();
  const began = performance.now();
  const child = spawn(process.execPath, [service, 'serve'], {
    stdio: 'ignore',
    env: {
      ...process.env,
      BEDSIDE_HOME: home,
      BEDSIDE_PORT: String(port),
      BEDSIDE_OFFLINE: '1',
      BEDSIDE_PULL: 'never',
      BEDSIDE_ADMIN_EMAIL: ADMIN.email,
      BEDSIDE_ADMIN_PASSWORD: ADMIN.password,
    },
  });
  const ended = new Promise<void>((done) => child.once('exit', () => done()));
  const answers = async (path: string, enough: (status: number) => boolean) => {
    for (;;) {
      const status = await fetch(`http://127.0.0.1:${port}${path}`).then(
        (response) => response.status,
        () => 0,
      );
      if (enough(status)) return performance.now() - began;
      if (child.exitCode !== null) throw new Error(`the service ended with ${child.exitCode}`);
      await systemClock.sleep(5);
    }
  };
  const times = {
    healthz: await answers('/healthz', (status) => status === 200),
    readyz: await answers('/readyz', (status) => status !== 0),
  };
  child.kill('SIGTERM');
  await ended;
  return times;
}

async function freePort(): Promise<number> {
  const server = await listen(() => {});
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}

// --- Reading ----------------------------------------------------------------------------------------------------------------

async function measureReads(rounds: number, unencrypted: boolean): Promise<void> {
  title(`An answer, over a bare Express handler that gives the same bytes${unencrypted ? ' (encryption off)' : ''}`);
  const bench = await openBench('group', unencrypted);
  try {
    const token = await bench.seed();
    const paths = { me: '/api/v1/auth/me', departments: '/api/v1/departments', patient: `/api/v1/patients/${await bench.patient(token)}` };
    const bare = express();
    for (const [name, path] of Object.entries(paths)) {
      const body: unknown = await bench.get(path, token);
      bare.get(`/${name}`, (_request, response) => void response.json(body));
    }
    const bareServer = await listen(bare);
    const barePort = (bareServer.address() as AddressInfo).port;
    const asks = Object.entries(paths).flatMap(([name, path]): Ask[] => [
      { name: `bare ${name}`, port: barePort, path: `/${name}` },
      { name, port: bench.port, path, token },
    ]);
    asks.push({ name: 'flush', file: join(bench.home, 'bench-flush') });
    await bench.client({ type: 'take-turns', asks, rounds: Math.ceil(rounds / 4) }); // until the code is warm
    const times = await bench.client({ type: 'take-turns', asks, rounds });
    const flush = median(times.flush ?? []);
    // The processor time of the event loop is what noise on the machine touches least; a few blocks each, in turns.
    const cpu: Record<string, number[]> = {};
    for (let block = 0; block < 5; block++)
      for (const ask of asks.filter((one) => 'port' in one)) {
        const before = process.threadCpuUsage();
        await bench.client({ type: 'take-turns', asks: [ask], rounds: Math.ceil(rounds / 5) });
        const { user, system } = process.threadCpuUsage(before);
        cpu[ask.name] = [...(cpu[ask.name] ?? []), (user + system) / 1_000 / Math.ceil(rounds / 5)];
      }
    line('one flush (4 KB appended, fdatasync)', `p50 ${flush.toFixed(3)} ms`);
    for (const name of ['me', 'departments', 'patient'] as const) {
      const own = median(times[name] ?? []);
      const base = median(times[`bare ${name}`] ?? []);
      const audited = name === 'patient';
      const over = own - base - (audited ? flush : 0);
      const work = median(cpu[name] ?? []) - median(cpu[`bare ${name}`] ?? []);
      line(
        `GET ${paths[name].replace(/[0-9a-f-]{36}$/, ':id')}`,
        `p50 ${own.toFixed(3)} ms, bare ${base.toFixed(3)} ms: ${(own - base).toFixed(3)} ms more${audited ? `, ${over.toFixed(3)} ms beside the flush` : ''}, ${(own / base).toFixed(2)} ×; of it ${work.toFixed(3)} ms processor ${bar(over, TARGET_MS.overhead)}`,
      );
    }
    await new Promise((done) => bareServer.close(done));
  } finally {
    await bench.close();
  }
}

// --- Writing ----------------------------------------------------------------------------------------------------------------

async function measureWriters(seconds: number): Promise<void> {
  const writers = 32;
  title(`${writers} clients write patients at the same time, ${seconds} s each way`);
  for (const durability of ['group', 'full', 'group', 'full'] as const) {
    const bench = await openBench(durability);
    try {
      const token = await bench.seed();
      const order = { type: 'write', port: bench.port, token, writers } as const;
      // What the machine's other work does to a loop that has nothing to do, before and after.
      const idle = [await loopDelay(() => systemClock.sleep(1_000))];
      await bench.client({ ...order, seconds: 1 });
      let times: readonly number[] = [];
      const delay = await loopDelay(async () => {
        times = (await bench.client({ ...order, seconds })).times ?? [];
      });
      idle.push(await loopDelay(() => systemClock.sleep(1_000)));
      const sorted = [...times].sort((a, b) => a - b);
      line(
        durability,
        `${Math.round(times.length / seconds)} writes/s, answer p50 ${median(times).toFixed(1)} ms, p99 ${(sorted[Math.floor(sorted.length * 0.99)] ?? 0).toFixed(1)} ms`,
      );
      const { p50, p99, most } = delay;
      line(
        '',
        `loop delay p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms, most ${most.toFixed(1)} ms; idle p99 ${idle.map((one) => one.p99.toFixed(1)).join(' and ')} ms${durability === 'group' ? ` ${bar(p99, TARGET_MS.loop)}` : ''}`,
      );
    } finally {
      await bench.close();
    }
  }
}

async function loopDelay(during: () => Promise<unknown>): Promise<{ p50: number; p99: number; most: number }> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  await during();
  delay.disable();
  const late = (p: number) => Math.max(0, delay.percentile(p) / 1e6 - 1);
  return { p50: late(50), p99: late(99), most: late(100) };
}

// --- Verifying ----------------------------------------------------------------------------------------------------------------

async function measureVerification(): Promise<void> {
  const count = 10_000;
  title(`Verification of ${count} audit entries, while the loop is watched`);
  const bench = await openBench('group');
  try {
    const hospitalId = 'bench';
    const caller: Caller = { userId: 'b', hospitalId, role: 'doctor', via: 'cli', requestId: 'b', signal: new AbortController().signal };
    for (let done = 0; done < count; done += 500)
      await bench.storage.transact(hospitalId, async (stores) => {
        for (let n = 0; n < 500; n++)
          await appendAudit(stores, caller, Date.now(), {
            eventType: 'patient.read',
            action: 'R',
            entityType: 'patient',
            entityId: `p${n}`,
          });
      });
    for (let round = 0; round < 3; round++) {
      const idle = await loopDelay(() => systemClock.sleep(500));
      const began = performance.now();
      const delay = await loopDelay(() => verifyChain(bench.storage, systemClock, hospitalId));
      line(
        `${Math.round(performance.now() - began)} ms`,
        `loop delay p50 ${delay.p50.toFixed(1)} ms, p99 ${delay.p99.toFixed(1)} ms, most ${delay.most.toFixed(1)} ms; idle p99 ${idle.p99.toFixed(1)} ms, most ${idle.most.toFixed(1)} ms ${bar(delay.p99, TARGET_MS.loop)}`,
      );
    }
  } finally {
    await bench.close();
  }
}

// --- A house to measure -----------------------------------------------------------------------------------------------------

interface Bench {
  readonly home: string;
  readonly port: number;
  readonly storage: Storage;
  client(order: Order): Promise<Report>;
  get(path: string, token: string): Promise<unknown>;
  /** A hospital with departments; resolves to the token of its receptionist. */
  seed(): Promise<string>;
  patient(token: string): Promise<string>;
  close(): Promise<void>;
}

async function openBench(durability: 'group' | 'full', unencrypted = false): Promise<Bench> {
  const parent = mkdtempSync(join(tmpdir(), 'bedside-bench-'));
  const home = join(parent, 'home');
  const config = configOf({
    BEDSIDE_HOME: home,
    BEDSIDE_OFFLINE: '1',
    API_RATE_LIMIT: '0',
    BEDSIDE_DURABILITY: durability,
    BEDSIDE_BACKUP_HOURS: '0',
    ...(unencrypted ? { BEDSIDE_DB_KEY: 'off' } : {}),
  });
  const log = makeLog({ level: 'info', showPii: false, destination: createWriteStream('/dev/null') });
  const house: House = await composeHouse({
    config,
    keyRing: openKeyRing(config.key, { mayMake: true }),
    clock: systemClock,
    log,
    strictUnits: false,
  });
  await house.setup.seedAdmin(ADMIN.email, ADMIN.password);
  const server = await listen(house.app);
  const { port } = server.address() as AddressInfo;
  const worker = new Worker(new URL(import.meta.url));
  const call = async (method: string, path: string, token: string | undefined, body?: unknown) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      headers: { ...(body ? { 'content-type': 'application/json' } : {}), ...(token ? { authorization: `Bearer ${token}` } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    // biome-ignore lint/suspicious/noExplicitAny: whatever JSON came
    const json: any = await response.json();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${JSON.stringify(json)}`);
    return json;
  };
  const login = async (who: { email: string; password: string }): Promise<string> =>
    (await call('POST', '/api/v1/auth/login', undefined, who)).access_token;
  return {
    home,
    port,
    storage: house.storage,
    async client(order) {
      worker.postMessage(order);
      const [report] = await once(worker, 'message'); // rejects when the thread fails
      return report as Report;
    },
    get: (path, token) => call('GET', path, token),
    async seed() {
      const root = await login(ADMIN);
      const { hospital_id } = await call('POST', '/api/v1/admin/hospitals', root, {
        hospital_name: 'Bench',
        settings: { emergency_number: '112' },
      });
      const users = Object.fromEntries(
        (['hospital_admin', 'receptionist'] as const).map((role) => [
          role,
          { email: `${role}@bench.test`, password: `the ${role} of the bench` },
        ]),
      );
      for (const [role, who] of Object.entries(users))
        await call('POST', '/api/v1/users', root, { ...who, role, hospital_id, first_name: role, last_name: 'Bench' });
      const admin = await login(users.hospital_admin as typeof ADMIN);
      for (const name of ['Medicine', 'Paediatrics', 'Orthopaedics']) await call('POST', '/api/v1/departments', admin, { name });
      return login(users.receptionist as typeof ADMIN);
    },
    async patient(token) {
      return (await call('POST', '/api/v1/patients', token, { name: 'Asha Rao', phone: '+919876543210' })).patient_id;
    },
    async close() {
      await worker.terminate();
      await new Promise<void>((done) => {
        server.close(() => done());
        server.closeAllConnections();
      });
      await house.close();
      rmSync(parent, { recursive: true, force: true });
    },
  };
}

function listen(app: RequestListener): Promise<Server> {
  const server = createServer({ keepAliveTimeout: 60_000 }, app);
  return new Promise((done) => server.listen(0, '127.0.0.1', () => done(server)));
}

// --- The client, on a thread of its own ----------------------------------------------------------------------------------------

/** Requests are written by hand, so that the client is the same small constant in everything that is compared. */
async function carryOut(order: Order): Promise<Report> {
  if (order.type === 'take-turns') {
    const lines = new Map<number, Line>();
    const times: Record<string, number[]> = {};
    for (const ask of order.asks) {
      times[ask.name] = [];
      if ('port' in ask && !lines.has(ask.port)) lines.set(ask.port, await openLine(ask.port));
    }
    const page = Buffer.alloc(4_096, 1);
    for (let round = 0; round < order.rounds; round++) {
      for (const ask of order.asks) {
        if ('port' in ask) {
          const began = performance.now();
          const status = await (lines.get(ask.port) as Line).ask(requestOf('GET', ask.path, ask.token));
          times[ask.name]?.push(performance.now() - began);
          if (status !== 200) throw new Error(`${ask.path}: ${status}`);
        } else {
          const handle = await open(ask.file, 'a');
          await handle.write(page);
          const began = performance.now();
          await handle.datasync();
          times[ask.name]?.push(performance.now() - began);
          await handle.close();
        }
      }
    }
    for (const line of lines.values()) line.close();
    return times;
  }
  const times: number[] = [];
  const until = performance.now() + order.seconds * 1_000;
  await Promise.all(
    Array.from({ length: order.writers }, async (_, writer) => {
      const open = await openLine(order.port);
      for (let n = 0; performance.now() < until; n++) {
        const began = performance.now();
        const body = JSON.stringify({ name: `Writer ${writer} Patient${n}`, phone: '+919876543210' });
        const status = await open.ask(requestOf('POST', '/api/v1/patients', order.token, body));
        times.push(performance.now() - began);
        if (status !== 201) throw new Error(`POST /api/v1/patients: ${status}`);
      }
      open.close();
    }),
  );
  return { times };
}

function requestOf(method: string, path: string, token: string | undefined, body?: string): string {
  const fields = [
    'Host: 127.0.0.1',
    ...(token ? [`Authorization: Bearer ${token}`] : []),
    ...(body === undefined ? [] : ['Content-Type: application/json', `Content-Length: ${Buffer.byteLength(body)}`]),
  ];
  return `${method} ${path} HTTP/1.1\r\n${fields.join('\r\n')}\r\n\r\n${body ?? ''}`;
}

interface Line {
  /** Resolves to the status when the whole answer is here. */
  ask(request: string): Promise<number>;
  close(): void;
}

function openLine(port: number): Promise<Line> {
  let text = '';
  let told: { done: (status: number) => void; fail: (error: Error) => void } | undefined;
  const socket: Socket = connect({ port, host: '127.0.0.1', noDelay: true });
  socket.setEncoding('latin1');
  socket.on('error', (error) => told?.fail(error));
  socket.on('data', (chunk: string) => {
    text += chunk;
    const end = text.indexOf('\r\n\r\n');
    if (end < 0) return;
    const length = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0);
    if (text.length < end + 4 + length) return;
    const status = Number(text.slice(9, 12));
    text = '';
    told?.done(status);
  });
  return new Promise((ready) =>
    socket.once('connect', () =>
      ready({
        ask: (request) =>
          new Promise((done, fail) => {
            told = { done, fail };
            socket.write(request);
          }),
        close: () => socket.destroy(),
      }),
    ),
  );
}

// --- Words ------------------------------------------------------------------------------------------------------------------

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}
function bar(value: number, most: number): string {
  return `(bar ${most} ms: ${value <= most ? 'met' : 'MISSED'})`;
}
function title(text: string): void {
  process.stdout.write(`\n${text}\n`);
}
function line(what: string, text: string): void {
  process.stdout.write(`  ${what.padEnd(44)} ${text}\n`);
}
