import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import type { AppointmentDetails } from '../../src/domain/scheduling/appointment.ts';
import { alternativesIn } from '../../src/domain/scheduling/bookings.ts';
import { systemClock } from '../../src/shared/clock.ts';
import { openStorage } from '../../src/storage/sqlite/storage.ts';
import { clockOf, liveBoth, oraclePlaces, overlaps } from '../../test/kit/booking-oracle.ts';
import { everyDay, makeDesk } from '../../test/kit/desk.ts';
import { seedHospital, startHouse } from '../../test/kit/house.ts';
import { makeDatabase, openTestStorage } from '../../test/kit/storage.ts';

/**
 * That nobody is booked twice, tried as hard as a clinic never will: random lives against a desk of paper, a crowd at the HTTP door,
 * several processes on one database, and the same request many times over. Times are of this machine with what else it does.
 *
 *   node scripts/bench/booking.ts --property 100000 [--from 1]     random lives, and how many part from the paper
 *   node scripts/bench/booking.ts --http [--slots 1000] [--clients 64]
 *   node scripts/bench/booking.ts --processes 3 [--slots 1000] [--clients 64]
 *   node scripts/bench/booking.ts --keys 200 [--times 50]
 */
const { values: given } = parseArgs({
  options: {
    property: { type: 'string' },
    from: { type: 'string', default: '1' },
    http: { type: 'boolean', default: false },
    processes: { type: 'string' },
    keys: { type: 'string' },
    times: { type: 'string', default: '50' },
    slots: { type: 'string', default: '1000' },
    clients: { type: 'string', default: '64' },
    worker: { type: 'string' },
    serve: { type: 'boolean', default: false },
  },
});
const [slots, clients] = [Number(given.slots), Number(given.clients)];
const P99_MS = 50;
const DAY_MS = 86_400_000;

if (given.worker) await workAs(JSON.parse(given.worker) as WorkerOrder);
else if (given.serve) await serve();
else {
  if (given.property) await property(Number(given.property), Number(given.from));
  if (given.http) await overHttp();
  if (given.processes) await fromProcesses(Number(given.processes));
  if (given.keys) await replays(Number(given.keys), Number(given.times));
}

async function property(count: number, from: number): Promise<void> {
  const kept = await openTestStorage({ openLog: async () => ({ datasync: async () => {}, close: async () => {} }), encrypted: false });
  const hospitals = new Map<string, string>();
  let [divergences, operations] = [0, 0];
  const began = performance.now();
  for (let seed = from; seed < from + count; seed++) {
    const place = oraclePlaces[seed % oraclePlaces.length] ?? 'UTC';
    const clock = clockOf(seed);
    const desk = makeDesk(kept.storage, clock);
    if (seed % 200 === 0) hospitals.clear();
    const hospitalId = hospitals.get(place) ?? (await desk.hospital(place));
    hospitals.set(place, hospitalId);
    const lived = await liveBoth(desk, clock, { hospitalId, place, seed, steps: 12 });
    operations += lived.operations;
    divergences += lived.divergences.length;
    for (const sentence of lived.divergences) console.log(sentence);
    if ((seed - from + 1) % 1_000 === 0)
      console.log(`${seed - from + 1} lives, ${operations} deeds, ${divergences} divergences, ${seconds(began)} s`);
  }
  console.log(`property: ${count} random lives from seed ${from}, ${operations} deeds, ${divergences} divergences, in ${seconds(began)} s`);
  await kept.close();
  if (divergences > 0) process.exitCode = 1;
}

function seconds(since: number): string {
  return ((performance.now() - since) / 1_000).toFixed(0);
}

/** What a crowd was answered, and how long it waited. */
interface Tally {
  readonly counts: Record<string, number>;
  readonly ms: number[];
  /** How many were taken, by slot. */
  readonly won: Map<number, number>;
  withoutAlternatives: number;
}
function newTally(): Tally {
  return { counts: {}, ms: [], won: new Map(), withoutAlternatives: 0 };
}

function report(what: string, { counts, ms, won, withoutAlternatives }: Tally, wanted: number): void {
  const sorted = [...ms].sort((a, b) => a - b);
  const at = (part: number) => (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0).toFixed(1);
  const once = [...won.values()].filter((count) => count === 1).length;
  console.log(`${what}: ${ms.length} requests, answers ${JSON.stringify(counts)}`);
  console.log(`  taken exactly once: ${once} of ${wanted}, twice: ${[...won.values()].filter((count) => count > 1).length}`);
  console.log(
    `  refusals without alternatives: ${withoutAlternatives}; p50 ${at(0.5)} ms, p99 ${at(0.99)} ms (to be <= ${P99_MS}), most ${at(1)} ms`,
  );
}

async function spread<T>(list: readonly T[], hands: number, work: (item: T) => Promise<void>): Promise<void> {
  let next = 0;
  const hand = async () => {
    while (next < list.length) await work(list[next++] as T);
  };
  await Promise.all(Array.from({ length: hands }, hand));
}

/** The half hours of the days to come, as they are on a wall in UTC. */
function halfHours(count: number): number[] {
  const first = (Math.floor(Date.now() / DAY_MS) + 2) * DAY_MS;
  return Array.from({ length: count }, (_, index) => first + index * 1_800_000);
}

/** The service in a process of its own: a crowd beside it takes nothing from its turns. */
interface Service {
  readonly base: string;
  readonly token: string;
  readonly patientId: string;
  readonly doctorIds: readonly string[];
}
interface Ending {
  readonly rows: number;
  readonly overlaps: number;
  readonly longestMs: number;
  readonly p99Ms: number;
}

async function serve(): Promise<void> {
  const house = await startHouse({ env: { BEDSIDE_LOG_LEVEL: 'error' } });
  const root = await house.login();
  const { tokens, hospitalId } = await seedHospital(house, root, 'Crowd', ['hospital_admin', 'receptionist']);
  await house.call('PATCH', `/api/v1/admin/hospitals/${hospitalId}`, { token: root, body: { settings: { time_zone: 'UTC' } } });
  const admin = { token: tokens.hospital_admin };
  const { slotMinutes, weekly } = everyDay('00:00', '24:00');
  const doctorIds: string[] = [];
  for (const name of ['Dr Book', 'Dr Move', 'Dr Again']) {
    const made = await house.call('POST', '/api/v1/doctors', { ...admin, body: { name, department: 'Medicine' } });
    await house.call('PUT', `/api/v1/doctors/${made.json.doctor_id}/schedule`, { ...admin, body: { slot_minutes: slotMinutes, weekly } });
    doctorIds.push(made.json.doctor_id);
  }
  const token = tokens.receptionist ?? '';
  const patient = await house.call('POST', '/api/v1/patients', { token, body: { name: 'Crowd Patient' } });
  const loop = monitorEventLoopDelay({ resolution: 5 });
  loop.enable();
  process.send?.({ base: house.base, token, patientId: patient.json.patient_id, doctorIds } satisfies Service);
  await once(process, 'message');
  loop.disable();
  const all = { fromMs: 0, toMs: Date.UTC(2100) };
  const rows = await house.house.storage.read(hospitalId, (stores) => stores.appointments.list(all, { limit: 1_000_000 }));
  const ending = { rows: rows.length, overlaps: overlaps(rows), longestMs: loop.max / 1e6, p99Ms: loop.percentile(99) / 1e6 };
  process.send?.(ending satisfies Ending);
  await house.stop();
  process.disconnect?.();
}

async function overHttp(): Promise<void> {
  const service = fork(import.meta.filename, ['--serve']);
  const [{ base, token, patientId: patient, doctorIds }] = (await once(service, 'message')) as [Service];
  const [first = '', second = '', third = ''] = doctorIds;
  const agent = new Agent({ keepAlive: true, maxSockets: clients });
  const url = new URL(base);
  const post = (path: string, body: object) =>
    new Promise<{ status: number; json: Record<string, never> }>((resolve, reject) => {
      const text = JSON.stringify(body);
      const headers = {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(text),
        authorization: `Bearer ${token}`,
      };
      const asked = request({ host: url.hostname, port: url.port, method: 'POST', path, agent, headers }, (response) => {
        const pieces: Buffer[] = [];
        response.on('data', (piece: Buffer) => pieces.push(piece));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, json: JSON.parse(Buffer.concat(pieces).toString()) }));
      });
      asked.on('error', reject);
      asked.end(text);
    });
  const starts = halfHours(slots);
  const wall = (start: number) => ({
    appointment_date: new Date(start).toISOString().slice(0, 10),
    appointment_time: new Date(start).toISOString().slice(11, 16),
  });
  const judge = async (tally: Tally, key: number, work: () => Promise<{ status: number; json: Record<string, never> }>) => {
    const began = performance.now();
    const { status, json } = await work();
    tally.ms.push(performance.now() - began);
    tally.counts[status] = (tally.counts[status] ?? 0) + 1;
    if (status === 200 || status === 201) tally.won.set(key, (tally.won.get(key) ?? 0) + 1);
    const told = (json as { context?: { alternatives?: unknown[] } }).context?.alternatives?.length ?? 0;
    if (status === 409 && told === 0) tally.withoutAlternatives++;
    return json as unknown as { appointment_details?: { appointment_id: string; start: string } };
  };
  // What no write through this door can do without, measured at the same crowd: one record, its entry in the log, its flush.
  const plain = newTally();
  await spread(starts, clients, async (start) => {
    await judge(plain, start, () => post('/api/v1/patients', { name: 'Nobody Inparticular' }));
  });
  report('register a patient, to compare with', plain, slots);

  const booking = newTally();
  // Four want each slot, and all of them come at once.
  const wants = starts.flatMap((start) => [start, start, start, start]);
  const booked: { id: string; start: number }[] = [];
  await spread(wants, clients, async (start) => {
    const json = await judge(booking, start, () =>
      post('/api/v1/appointments/book', { patient_id: patient, doctor_id: first, ...wall(start) }),
    );
    if (json.appointment_details) booked.push({ id: json.appointment_details.appointment_id, start });
  });
  report('book', booking, slots);

  const moving = newTally();
  // Two by two they want the same half hour of another doctor.
  await spread(booked, clients, async ({ id, start }) => {
    const index = Math.round((start - (starts[0] ?? 0)) / 1_800_000);
    const to = starts[Math.floor(index / 2)] ?? 0;
    await judge(moving, to, () => post(`/api/v1/appointments/${id}/reschedule`, { start: new Date(to).toISOString(), doctor_id: second }));
  });
  report('reschedule, two onto each slot', moving, Math.ceil(slots / 2));

  const cancelling = newTally();
  const again: { id: string; start: number }[] = [];
  await spread(starts, clients, async (start) => {
    const json = await judge(newTally(), start, () =>
      post('/api/v1/appointments/book', { patient_id: patient, doctor_id: third, ...wall(start) }),
    );
    if (json.appointment_details) again.push({ id: json.appointment_details.appointment_id, start });
  });
  await spread(again, clients, async ({ id, start }) => {
    await judge(newTally(), start, () => post(`/api/v1/appointments/${id}/cancel`, {}));
    await Promise.all(
      [1, 2].map(() =>
        judge(cancelling, start, () => post('/api/v1/appointments/book', { patient_id: patient, doctor_id: third, ...wall(start) })),
      ),
    );
  });
  report('cancel and rebook, two onto each slot', cancelling, slots);
  agent.destroy();
  service.send('end');
  const [end] = (await once(service, 'message')) as [Ending];
  console.log(`longest turn of the service's event loop ${end.longestMs.toFixed(1)} ms, p99 ${end.p99Ms.toFixed(1)} ms`);
  console.log(`overlapping pairs among ${end.rows} rows: ${end.overlaps}`);
}

interface WorkerOrder {
  readonly file: string;
  readonly hospitalId: string;
  readonly doctorId: string;
  readonly patientId: string;
  readonly starts: readonly number[];
  readonly hands: number;
}

/** Several processes, each with the room and its own connections, on one database; no door before them. */
async function fromProcesses(count: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'bedside-booking-'));
  const file = join(folder, 'bedside.db');
  await makeDatabase(file, undefined);
  const storage = await openStorage({ file, key: undefined });
  const desk = makeDesk(storage, systemClock);
  const hospitalId = await desk.hospital('UTC');
  const doctorId = await desk.doctor(hospitalId, everyDay('00:00', '24:00'));
  const patientId = await desk.patient(hospitalId);
  const order: WorkerOrder = { file, hospitalId, doctorId, patientId, starts: halfHours(slots), hands: Math.ceil(clients / count) };
  const workers = Array.from({ length: count }, () => fork(import.meta.filename, ['--worker', JSON.stringify({ ...order, starts: [] })]));
  const tallies = await Promise.all(
    workers.map(async (worker) => {
      await once(worker, 'message'); // it is ready
      worker.send(order.starts);
      const [tally] = (await once(worker, 'message')) as [
        { counts: Record<string, number>; ms: number[]; won: [number, number][]; withoutAlternatives: number },
      ];
      return tally;
    }),
  );
  const all = newTally();
  for (const { counts, ms, won, withoutAlternatives } of tallies) {
    for (const [code, number] of Object.entries(counts)) all.counts[code] = (all.counts[code] ?? 0) + number;
    all.ms.push(...ms);
    for (const [start, number] of won) all.won.set(start, (all.won.get(start) ?? 0) + number);
    all.withoutAlternatives += withoutAlternatives;
  }
  report(`book, from ${count} processes on one database, every one wants every slot`, all, slots);
  const rows: readonly AppointmentDetails[] = await storage.read(hospitalId, (stores) =>
    stores.appointments.list({ fromMs: 0, toMs: Date.UTC(2100) }, { limit: 1_000_000 }),
  );
  console.log(`overlapping pairs among ${rows.length} rows: ${overlaps(rows)}`);
  await storage.close();
  rmSync(folder, { recursive: true, force: true });
}

async function workAs({ file, hospitalId, doctorId, patientId, hands }: WorkerOrder): Promise<void> {
  const storage = await openStorage({ file, key: undefined, busyMs: 30_000 });
  const desk = makeDesk(storage, systemClock);
  const caller = desk.as(hospitalId);
  process.send?.('ready');
  const [starts] = (await once(process, 'message')) as [number[]];
  const tally = newTally();
  await spread(starts, hands, async (start) => {
    const at = new Date(start).toISOString();
    const began = performance.now();
    try {
      await desk.scheduling.book(caller, { doctorId, patientId, when: { date: at.slice(0, 10), time: at.slice(11, 16) } });
      tally.won.set(start, (tally.won.get(start) ?? 0) + 1);
      tally.counts.booked = (tally.counts.booked ?? 0) + 1;
    } catch (error) {
      const told = alternativesIn(error);
      const code = told ? 'SLOT_TAKEN' : String((error as { details?: { reason?: string } }).details?.reason ?? error);
      tally.counts[code] = (tally.counts[code] ?? 0) + 1;
      if (told?.length === 0) tally.withoutAlternatives++;
    }
    tally.ms.push(performance.now() - began);
  });
  process.send?.({ ...tally, won: [...tally.won] });
  await storage.close();
  process.disconnect?.();
}

async function replays(keys: number, times: number): Promise<void> {
  const house = await startHouse({ env: { BEDSIDE_LOG_LEVEL: 'error' } });
  const root = await house.login();
  const { tokens, hospitalId } = await seedHospital(house, root, 'Keys', ['hospital_admin', 'receptionist']);
  const made = await house.call('POST', '/api/v1/doctors', { token: tokens.hospital_admin, body: { name: 'Dr Key', department: 'Keys' } });
  const { slotMinutes, weekly } = everyDay('00:00', '24:00');
  await house.call('PUT', `/api/v1/doctors/${made.json.doctor_id}/schedule`, {
    token: tokens.hospital_admin,
    body: { slot_minutes: slotMinutes, weekly },
  });
  let wrong = 0;
  const began = performance.now();
  for (const [index, start] of halfHours(keys).entries()) {
    const at = new Date(start + 5.5 * 3_600_000).toISOString(); // on a wall in Kolkata
    const body = {
      patient_name: `Key ${index}`,
      doctor_id: made.json.doctor_id,
      appointment_date: at.slice(0, 10),
      appointment_time: at.slice(11, 16),
    };
    const headers = { 'idempotency-key': randomBytes(12).toString('hex') };
    const ask = () => house.call('POST', '/api/v1/appointments/book', { token: tokens.receptionist, body, headers });
    const answers = await Promise.all(Array.from({ length: times }, ask));
    if (new Set(answers.map(({ status, text }) => `${status} ${text}`)).size !== 1 || answers[0]?.status !== 201) wrong++;
  }
  const rows = await house.house.storage.read(hospitalId, (stores) =>
    stores.appointments.list({ fromMs: 0, toMs: Date.UTC(2100) }, { limit: 100_000 }),
  );
  console.log(
    `replays: ${keys} keys, each ${times} times at once: ${rows.length} bookings, ${wrong} keys with differing answers, ${seconds(began)} s`,
  );
  await house.stop();
}
