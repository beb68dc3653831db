import type { Clock } from '../../shared/clock.ts';
import { csvLine } from '../../shared/csv.ts';
import { newId } from '../../shared/ids.ts';
import { type Page, type PageRequest, pageOf } from '../../shared/page.ts';
import type { Caller } from '../access/caller.ts';
import { authorize, notFound, requireHospital } from '../access/policies.ts';
import { appendAudit } from '../audit/audit-log.ts';
import type { Storage, Stores } from '../storage.ts';
import type { CallFacts, CallRecord, CallState, CustomerType } from './call.ts';

/** The book of calls: written while people speak, read by the desk. */
export interface Calls {
  list(caller: Caller, page: PageRequest): Promise<Page<CallRecord>>;
  read(caller: Caller, id: string): Promise<CallRecord>;
  /** All calls, newest first, as lines of a CSV file with its head; read in pages, so that nobody waits for it. */
  export(caller: Caller): AsyncIterable<string>;
}

const PAGE = 200;

export function makeCalls({ storage, clock }: { storage: Storage; clock: Clock }): Calls {
  const now = () => clock.now().getTime();
  return {
    async list(caller, page) {
      authorize(caller, 'calls.read');
      requireHospital(caller);
      return storage.transact(caller.hospitalId, async (stores) => {
        const rows = await stores.calls.list({ ...page, limit: page.limit + 1 });
        await appendAudit(stores, caller, now(), {
          eventType: 'calls.listed',
          action: 'R',
          entityType: 'call',
          payload: { new: { ids: rows.slice(0, page.limit).map(({ id }) => id) } },
        });
        return pageOf(rows, page.limit, (call) => call.id);
      });
    },
    async read(caller, id) {
      authorize(caller, 'calls.read');
      return storage.transact(caller.hospitalId, async (stores) => {
        const call = await stores.calls.find(id);
        if (!call) throw notFound();
        await appendAudit(stores, caller, now(), {
          eventType: 'call.read',
          action: 'R',
          entityType: 'call',
          entityId: id,
          patientId: call.patientId,
        });
        return call;
      });
    },
    async *export(caller) {
      authorize(caller, 'calls.read');
      requireHospital(caller);
      await storage.transact(caller.hospitalId, (stores) =>
        appendAudit(stores, caller, now(), { eventType: 'calls.exported', action: 'R', entityType: 'call' }),
      );
      yield csvLine(callColumns);
      for (let after: string | undefined; ; ) {
        const rows = await storage.read(caller.hospitalId, (stores) => stores.calls.list({ after, limit: PAGE }));
        for (const call of rows) yield csvLine(callRow(call));
        after = rows.at(-1)?.id;
        if (rows.length < PAGE) return;
      }
    },
  };
}

/** The columns of the file, in the contract's names. */
export const callColumns = [
  'call_id',
  'session_id',
  'timestamp',
  'caller_phone',
  'customer_name',
  'customer_email',
  'customer_type',
  'language',
  'call_type',
  'department_enquired',
  'doctor_enquired',
  'status',
  'duration_seconds',
  'outcome',
] as const;

export function callRow(call: CallRecord): readonly (string | number | null)[] {
  return [
    call.id,
    call.sessionId,
    new Date(call.startedAt).toISOString(),
    call.callerPhone,
    call.customerName,
    call.customerEmail,
    call.customerType,
    call.language,
    call.callType,
    call.departmentEnquired,
    call.doctorEnquired,
    call.status,
    durationSeconds(call),
    call.outcome,
  ];
}

/** Whole seconds; null while the call goes on. */
export function durationSeconds({ startedAt, endedAt }: CallRecord): number | null {
  return endedAt === null ? null : Math.max(0, Math.round((endedAt - startedAt) / 1_000));
}

/** A sitting at the reception begins: its call is in the book from the first moment. */
export async function beginCall(
  stores: Stores,
  {
    sessionId,
    consultationId,
    patientId,
    language,
    callerPhone,
  }: Pick<CallRecord, 'sessionId' | 'consultationId' | 'patientId' | 'language'> & { readonly callerPhone?: string | undefined },
  atMs: number,
): Promise<void> {
  const patient = patientId === null ? undefined : await stores.patients.find(patientId);
  await stores.calls.insert({
    id: newId(atMs),
    sessionId,
    consultationId,
    startedAt: atMs,
    endedAt: null,
    callerPhone: callerPhone ?? patient?.phones[0]?.number ?? null,
    customerName: patient ? `${patient.firstName} ${patient.lastName}`.trim() : null,
    customerEmail: patient?.email ?? null,
    customerType: callerPhone === undefined ? await customerTypeOf(stores, patientId, atMs) : await typeOfNumber(stores, callerPhone, atMs),
    patientId,
    language,
    callType: 'inquiry',
    departmentEnquired: null,
    doctorEnquired: null,
    status: 'in_progress',
    outcome: null,
    filedAt: null,
  });
}

/** Writes down what became known; a sitting without a call (no reception) has nothing to write. */
export async function noteCall(stores: Stores, sessionId: string, facts: CallFacts & { readonly status?: CallState }): Promise<void> {
  const call = await stores.calls.ofSession(sessionId);
  if (call && call.endedAt === null) await stores.calls.update(call.id, facts);
}

/** A call ends once. One that was handed to a person stays `transferred`. */
export async function endCall(stores: Stores, call: CallRecord, status: 'completed' | 'dropped', atMs: number): Promise<void> {
  if (call.endedAt !== null) return;
  await stores.calls.update(call.id, { endedAt: atMs, status: call.status === 'transferred' ? 'transferred' : status });
}

/** A number tells that somebody behind it is known, and not who calls: no patient is named by it. */
async function typeOfNumber(stores: Stores, number: string, beforeMs: number): Promise<CustomerType> {
  const people = await stores.patients.byPhone(number);
  const types = await Promise.all(people.map(({ id }) => customerTypeOf(stores, id, beforeMs)));
  return types.includes('returning') ? 'returning' : (types[0] ?? 'new');
}

/** Has the hospital seen them before? */
export async function customerTypeOf(stores: Stores, patientId: string | null, beforeMs: number): Promise<CustomerType> {
  if (patientId === null) return 'new';
  return (await stores.encounters.lastWith(patientId, beforeMs)) === undefined ? 'existing' : 'returning';
}
