import type { Clock } from '../../shared/clock.ts';
import { type Page, pageOf } from '../../shared/page.ts';
import { addDays, makeZones } from '../../shared/zone.ts';
import type { Caller } from '../access/caller.ts';
import type { Guesses } from '../access/guesses.ts';
import { authorize, authorizeOwn, notFound, requireHospital } from '../access/policies.ts';
import type { TokenMaker } from '../access/secrets.ts';
import type { TrustedTime } from '../access/trusted-time.ts';
import { appendAudit } from '../audit/audit-log.ts';
import type { Notices } from '../notices/notices.ts';
import type { Storage } from '../storage.ts';
import type { AppointmentDetails, AppointmentEvent, AppointmentState } from './appointment.ts';
import { type Bookings, makeBookings } from './bookings.ts';
import { type Calendar, makeCalendar } from './calendar.ts';
import { type Diaries, requireDate, wrong, zoneOf } from './diary.ts';

/** The desk's book: when doctors are free, who comes when, and what stands in it. */
export interface Scheduling extends Calendar, Bookings {
  /** In the order of their time, by default today and the seven days after; a patient sees their own. */
  list(caller: Caller, asked: AppointmentsAsked): Promise<Page<AppointmentDetails>>;
  read(caller: Caller, id: string): Promise<{ readonly appointment: AppointmentDetails; readonly events: readonly AppointmentEvent[] }>;
}

export interface AppointmentsAsked {
  /** Local dates, both included. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly doctorId?: string | undefined;
  readonly patientId?: string | undefined;
  readonly status?: AppointmentState | undefined;
  readonly after?: string | undefined;
  readonly limit: number;
}

export interface SchedulingParts {
  readonly storage: Storage;
  readonly clock: Clock;
  readonly time: Pick<TrustedTime, 'require' | 'lifeMs'>;
  readonly tokens: Pick<TokenMaker, 'random' | 'hash'>;
  readonly guesses: Guesses;
  readonly notices: Pick<Notices, 'announce'>;
}

export function makeScheduling({ storage, clock, time, tokens, guesses, notices }: SchedulingParts): Scheduling {
  const zones = makeZones();
  const now = () => clock.now().getTime();
  const diaries: Diaries = {
    storage,
    open: async (stores, { hospitalId }, doctor) => ({
      ...{ doctor, schedule: await stores.appointments.schedule(doctor.id), zone: await zoneOf(stores, zones, hospitalId) },
      ...{ nowMs: now(), lifeMs: time.lifeMs() },
    }),
  };
  return {
    ...makeCalendar({ storage, zones, diaries, now, rest: () => clock.sleep(0) }),
    ...makeBookings({ diaries, time, now, tokens, guesses, notices }),

    async list(caller, { from, to, after, limit, ...filter }) {
      const grant = authorize(caller, 'appointments.list');
      requireHospital(caller);
      if (from !== undefined) requireDate('from', from);
      if (to !== undefined) requireDate('to', to);
      return storage.transact(caller.hospitalId, async (stores) => {
        const zone = await zoneOf(stores, zones, caller.hospitalId);
        const first = from ?? zone.wall(now()).date;
        const last = to ?? addDays(first, 7);
        if (last < first) throw wrong('to', 'The last day must not come before the first.');
        const [, startsAt = '', id = ''] = /^(\d+)_(.+)$/.exec(after ?? '') ?? [];
        const isOthers = grant === 'own' && filter.patientId !== undefined && filter.patientId !== caller.patientId;
        const rows =
          isOthers || (grant === 'own' && caller.patientId === undefined)
            ? []
            : await stores.appointments.list(
                {
                  ...filter,
                  fromMs: zone.edge(first, 0),
                  toMs: zone.edge(last, 1440),
                  ...(grant === 'own' ? { patientId: caller.patientId } : {}),
                },
                { after: id === '' ? undefined : { startsAt: Number(startsAt), id }, limit: limit + 1 },
              );
        const page = pageOf(rows, limit, (row) => `${row.startsAt}_${row.id}`);
        await appendAudit(stores, caller, now(), {
          ...{ eventType: 'appointments.listed', action: 'R', entityType: 'appointment' },
          payload: { new: { ids: page.items.map((row) => row.id) } },
        });
        return page;
      });
    },

    async read(caller, id) {
      authorize(caller, 'appointments.list');
      requireHospital(caller);
      return storage.transact(caller.hospitalId, async (stores) => {
        const appointment = await stores.appointments.find(id);
        if (!appointment || appointment.status === 'held') throw notFound();
        authorizeOwn(caller, 'appointments.list', appointment);
        await appendAudit(stores, caller, now(), {
          ...{ eventType: 'appointment.read', action: 'R', entityType: 'appointment', entityId: id },
          patientId: appointment.patientId,
        });
        return { appointment, events: await stores.appointments.events(id) };
      });
    },
  };
}
