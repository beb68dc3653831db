import type { Clock } from '../../shared/clock.ts';
import { AppError } from '../../shared/errors.ts';
import { newId } from '../../shared/ids.ts';
import { type Page, pageOf } from '../../shared/page.ts';
import { makeZones, type Zone } from '../../shared/zone.ts';
import type { Caller } from '../access/caller.ts';
import { transactOnce } from '../access/once.ts';
import { authorize, noSuch, notFound, requireHospital } from '../access/policies.ts';
import { appendAudit } from '../audit/audit-log.ts';
import { type Notices, writeNotice } from '../notices/notices.ts';
import { patientNamed } from '../patients/named.ts';
import type { Storage, Stores } from '../storage.ts';
import { doctorsMeant, wrong, zoneOf } from './diary.ts';
import type { Doctor } from './doctor.ts';
import { type QueueDetails, type QueueEntry, requireQueueStep } from './queue-entry.ts';
import { inOrder, type Why } from './queue-order.ts';

/** Who is here and waits: people with appointments and people without, in one line per doctor. */
export interface Queue {
  /** Gives a token to somebody who walked in. Who is named and not pointed at gets a record. */
  join(caller: Caller, newcomer: Newcomer): Promise<QueueDetails>;
  /** Who stands today, in the order in which they came, with their place; a patient sees their own. */
  list(caller: Caller, asked: QueueAsked): Promise<Page<QueueItem>>;
  /** Calls whoever stands first in this doctor's line: each token once, however many desks call. */
  callNext(caller: Caller, doctorId: string): Promise<NextCalled>;
  done(caller: Caller, id: string): Promise<QueueDetails>;
  skip(caller: Caller, id: string): Promise<QueueDetails>;
}

export interface Newcomer {
  readonly patientId?: string | undefined;
  readonly name?: string | undefined;
  readonly doctorId?: string | undefined;
  readonly department?: string | undefined;
  readonly priority?: number | undefined;
}

export interface QueueAsked {
  readonly doctorId?: string | undefined;
  readonly after?: string | undefined;
  readonly limit: number;
}

export interface QueueItem extends QueueDetails {
  /** From 1; null of who was called. Of who waits for any doctor of a department, the best place they have. */
  readonly position: number | null;
  readonly why: Why | null;
  /** In which their times are told. */
  readonly timeZone: string;
}

export interface NextCalled {
  /** Undefined where nobody waits. */
  readonly called: QueueItem | undefined;
  /** How many wait for this doctor still. */
  readonly waiting: number;
}

export interface QueueParts {
  readonly storage: Storage;
  readonly clock: Clock;
  readonly notices: Pick<Notices, 'announce'>;
}

const AUDIENCE = ['receptionist', 'nurse', 'doctor', 'hospital_admin'] as const;
/** Who came before midnight is not lost at midnight; who was forgotten last evening is not called in the morning. */
const OVER_MIDNIGHT_MS = 6 * 3_600_000;
const sentences = {
  whom: 'Say for whom: patient_id or name.',
  where: 'Say to whom: doctor_id or department.',
  already: 'This patient stands in this line already, with token {token}.',
};

export function makeQueue({ storage, clock, notices }: QueueParts): Queue {
  const zones = makeZones();
  const now = () => clock.now().getTime();

  async function end(caller: Caller, id: string, step: 'done' | 'skipped'): Promise<QueueDetails> {
    authorize(caller, 'queue.write');
    requireHospital(caller);
    const after = await storage.transact(caller.hospitalId, async (stores) => {
      const before = await stores.queue.find(id);
      if (!before) throw notFound();
      requireQueueStep(before.status, step);
      if (before.status === step) return before;
      const at = now();
      const entry: QueueDetails = { ...before, status: step, endedAt: at };
      await stores.queue.update(entry);
      await tell(stores, caller, entry, step, at);
      return entry;
    });
    notices.announce(caller);
    return after;
  }

  return {
    async join(caller, { patientId, name, doctorId, department, priority = 0 }) {
      authorize(caller, 'queue.write');
      requireHospital(caller);
      if (patientId === undefined && name === undefined) throw wrong('name', sentences.whom);
      if (doctorId === undefined && department === undefined) throw wrong('doctor_id', sentences.where);
      const joined = await transactOnce(storage, caller, caller.hospitalId, now(), async (stores) => {
        const at = now();
        const zone = await zoneOf(stores, zones, caller.hospitalId);
        const [doctor] = await doctorsMeant(stores, { doctorId, department });
        if (!doctor) throw noSuch('department');
        if (patientId !== undefined && !(await stores.patients.find(patientId))) throw noSuch('patient_id');
        const line = { doctorId: doctorId === undefined ? null : doctor.id, departmentId: doctor.departmentId };
        if (patientId !== undefined) await requireNotStanding(stores, patientId, line, sinceOf(zone, at));
        const id = patientId ?? (await patientNamed(stores, caller, at, { name: name ?? '' })).id;
        return standInLine(stores, caller, zone, at, { ...line, patientId: id, priority, appointmentId: null, appointmentAt: null });
      });
      notices.announce(caller);
      return joined;
    },

    async list(caller, { doctorId, after, limit }) {
      const grant = authorize(caller, 'queue.read');
      requireHospital(caller);
      return storage.transact(caller.hospitalId, async (stores) => {
        const at = now();
        const zone = await zoneOf(stores, zones, caller.hospitalId);
        const doctors = await doctorsMeant(stores, {});
        const asked = doctorId === undefined ? undefined : doctors.filter(({ id }) => id === doctorId);
        if (asked?.length === 0) throw notFound();
        const all = await placed(stores, zone, asked ?? doctors, at);
        const mine = all.filter(
          (one) =>
            (grant !== 'own' || one.patientId === caller.patientId) &&
            (asked === undefined || asked.some((doctor) => isFor(one, doctor))) &&
            (after === undefined || one.id > after),
        );
        const page = pageOf(mine, limit, ({ id }) => id);
        await appendAudit(stores, caller, at, {
          ...{ eventType: 'queue.listed', action: 'R', entityType: 'queue' },
          payload: { new: { ids: page.items.map(({ id }) => id) } },
        });
        return page;
      });
    },

    async callNext(caller, doctorId) {
      authorize(caller, 'queue.write');
      requireHospital(caller);
      const next = await storage.transact(caller.hospitalId, async (stores): Promise<NextCalled> => {
        const at = now();
        const zone = await zoneOf(stores, zones, caller.hospitalId);
        const doctor = await stores.practice.doctor(doctorId);
        if (!doctor) throw noSuch('doctor_id');
        const since = sinceOf(zone, at);
        const line = await lineOf(stores, doctor, await stores.queue.standing(since), since, at);
        const [first] = line;
        if (!first) return { called: undefined, waiting: 0 };
        const called: QueueDetails = {
          ...first.entry,
          ...{ status: 'called', doctorId: doctor.id, doctorName: doctor.name, callId: newId(at), calledAt: at },
        };
        await stores.queue.update(called);
        await tell(stores, caller, called, 'called', at, first.why);
        return { called: { ...called, position: null, why: first.why, timeZone: zone.name }, waiting: line.length - 1 };
      });
      if (next.called) notices.announce(caller);
      return next;
    },

    done: (caller, id) => end(caller, id, 'done'),
    skip: (caller, id) => end(caller, id, 'skipped'),
  };

  async function placed(stores: Stores, zone: Zone, doctors: readonly Doctor[], at: number): Promise<QueueItem[]> {
    const since = sinceOf(zone, at);
    const all = await stores.queue.standing(since);
    const places = new Map<string, { position: number; why: Why }>();
    const [named, pooled] = [new Set(all.map((one) => one.doctorId)), new Set(all.map((one) => one.doctorId ?? one.departmentId))];
    for (const doctor of doctors) {
      if (!named.has(doctor.id) && !pooled.has(doctor.departmentId)) continue;
      for (const { entry, position, why } of await lineOf(stores, doctor, all, since, at)) {
        const best = places.get(entry.id);
        if (!best || position < best.position) places.set(entry.id, { position, why });
      }
    }
    return all.map((one) => ({ ...one, ...(places.get(one.id) ?? { position: null, why: null }), timeZone: zone.name }));
  }
}

/**
 * Gives somebody who is here a place and a token, in the unit of work in which they came: off the street, or to their appointment.
 * Announce the notice when that unit has ended.
 */
export async function standInLine(
  stores: Stores,
  caller: Caller,
  zone: Zone,
  at: number,
  who: Pick<QueueEntry, 'patientId' | 'doctorId' | 'departmentId' | 'priority' | 'appointmentId' | 'appointmentAt'>,
): Promise<QueueDetails> {
  const day = zone.wall(at).date;
  const entry: QueueEntry = {
    ...{ ...who, id: newId(at), day, tokenNumber: await stores.queue.nextToken(day), status: 'waiting', joinedAt: at },
    ...{ callId: null, calledAt: null, endedAt: null, madeBy: caller.userId },
  };
  await stores.queue.insert(entry);
  await tell(stores, caller, entry, 'joined', at);
  return (await stores.queue.find(entry.id)) as QueueDetails;
}

/** Pure: does this person wait for this doctor, or for any doctor of theirs? */
function isFor(entry: QueueEntry, doctor: Doctor): boolean {
  return entry.doctorId === doctor.id || (entry.doctorId === null && entry.departmentId === doctor.departmentId);
}

async function lineOf(stores: Stores, doctor: Doctor, all: readonly QueueDetails[], since: number, nowMs: number) {
  const waiting = all.filter((one) => one.status === 'waiting' && isFor(one, doctor));
  return inOrder(waiting, { nowMs, last: waiting.length > 1 ? await stores.queue.lastLane(doctor.id, since) : undefined });
}

/** Pure: since when whoever came is of today. */
function sinceOf(zone: Zone, at: number): number {
  return Math.min(zone.edge(zone.wall(at).date, 0), at - OVER_MIDNIGHT_MS);
}

async function requireNotStanding(
  stores: Stores,
  patientId: string,
  { doctorId, departmentId }: Pick<QueueEntry, 'doctorId' | 'departmentId'>,
  since: number,
): Promise<void> {
  const standing = (await stores.queue.ofPatient(patientId)).find(
    (one) => one.status === 'waiting' && one.joinedAt >= since && one.doctorId === doctorId && one.departmentId === departmentId,
  );
  if (standing)
    throw new AppError('conflict', sentences.already, {
      ...{ reason: 'CONFLICT', values: { token: standing.tokenNumber } },
      context: { queue_id: standing.id, token_number: standing.tokenNumber },
    });
}

async function tell(
  stores: Stores,
  caller: Caller,
  entry: QueueEntry,
  step: 'joined' | 'called' | 'done' | 'skipped',
  at: number,
  why?: Why,
): Promise<void> {
  const { id, day, tokenNumber, doctorId, departmentId, appointmentId, priority, status, patientId } = entry;
  await appendAudit(stores, caller, at, {
    ...{ eventType: `queue.${step}`, action: step === 'joined' ? 'C' : 'U', entityType: 'queue', entityId: id, patientId },
    payload: { new: { day, tokenNumber, doctorId, departmentId, appointmentId, priority, status, ...(why ? { why } : {}) } },
  });
  await writeNotice(stores, {
    ...{ hospitalId: caller.hospitalId, type: 'queue_changed', audience: AUDIENCE, createdAt: at },
    data: { queueId: id, tokenNumber, doctorId, departmentId, status, step },
  });
}
