import type { Clock } from '../../shared/clock.ts';
import { newId } from '../../shared/ids.ts';
import { type Caller, PLATFORM } from '../access/caller.ts';
import { authorize, authorizeOwn, hasGrant, notFound, requireHospital } from '../access/policies.ts';
import type { TokenMaker } from '../access/secrets.ts';
import { appendAudit } from '../audit/audit-log.ts';
import type { Storage, Stores } from '../storage.ts';
import type { Feed } from './appointment-store.ts';
import type { Doctor } from './doctor.ts';
import { type CalendarEvent, icalendarOf } from './icalendar.ts';
import { invitationTo, makeWhenText, uidOf } from './letters.ts';

/** Appointments for other people's calendars: one as an invitation, a doctor's as a feed that says when they are busy. */
export interface Feeds {
  /** An appointment as a file for its patient's calendar. Throws `not-found`. */
  invitation(caller: Caller, appointmentId: string, language: string): Promise<string>;
  /** The secret of a doctor's feed, for those who may hand it on; made when it is first asked for. Undefined for everybody else. */
  tokenFor(caller: Caller, doctorId: string): Promise<string | undefined>;
  /** A new secret: the old address leads nowhere from now on. `showsNames` allows the feed to name patients to who asks it to. */
  renew(caller: Caller, doctorId: string, how: { readonly showsNames: boolean }): Promise<string>;
  /** What the address leads to. Whoever has it needs no sign-in. Throws `not-found`. */
  feed(ask: { readonly doctorId: string; readonly token: string; readonly withNames: boolean }): Promise<string>;
}

export interface FeedsParts {
  readonly storage: Storage;
  readonly clock: Clock;
  readonly tokens: Pick<TokenMaker, 'random'>;
}

const DAY_MS = 86_400_000;
/** What a feed shows of the past and of the future. */
const BACK_MS = 30 * DAY_MS;
const AHEAD_MS = 365 * DAY_MS;
const AT_A_TIME = 500;
const MOST = 10_000;

export function makeFeeds({ storage, clock, tokens }: FeedsParts): Feeds {
  const now = () => clock.now().getTime();
  const whenText = makeWhenText();

  async function put(stores: Stores, caller: Caller, doctorId: string, showsNames: boolean): Promise<Feed> {
    const feed: Feed = {
      ...{ hospitalId: caller.hospitalId, doctorId, token: tokens.random('bcal_'), showsNames },
      ...{ madeBy: caller.userId, madeAt: now() },
    };
    await stores.appointments.putFeed(feed);
    await appendAudit(stores, caller, now(), {
      ...{ eventType: 'calendar.shared', action: 'C', entityType: 'doctor', entityId: doctorId },
      payload: { new: { showsNames } },
    });
    return feed;
  }

  return {
    async invitation(caller, appointmentId, language) {
      authorize(caller, 'appointments.list');
      requireHospital(caller);
      return storage.transact(caller.hospitalId, async (stores) => {
        const appointment = await stores.appointments.find(appointmentId);
        if (!appointment || appointment.status === 'held') throw notFound();
        authorizeOwn(caller, 'appointments.list', appointment);
        const hospital = await stores.access.hospital(caller.hospitalId);
        if (!hospital) throw notFound();
        await appendAudit(stores, caller, now(), {
          ...{ eventType: 'appointment.read', action: 'R', entityType: 'appointment', entityId: appointmentId },
          patientId: appointment.patientId,
        });
        const when = whenText(appointment.startsAt, appointment.timeZone, language);
        const told = { appointment, hospital, occasion: 'booked', language, when, namesPatient: false } as const;
        return invitationTo(told, { to: appointment.email, nowMs: appointment.updatedAt });
      });
    },

    async tokenFor(caller, doctorId) {
      if (!hasGrant(caller.role, 'calendars.share')) return undefined;
      const seen = await storage.read(caller.hospitalId, async (stores) => {
        const doctor = await stores.practice.doctor(doctorId);
        return { mayShare: doctor !== undefined && isTheirs(caller, doctor), feed: await stores.appointments.feed(doctorId) };
      });
      if (!seen.mayShare || seen.feed) return seen.mayShare ? seen.feed?.token : undefined;
      return storage.transact(
        caller.hospitalId,
        async (stores) => ((await stores.appointments.feed(doctorId)) ?? (await put(stores, caller, doctorId, false))).token,
      );
    },

    async renew(caller, doctorId, { showsNames }) {
      authorize(caller, 'calendars.share');
      requireHospital(caller);
      return storage.transact(caller.hospitalId, async (stores) => {
        const doctor = await stores.practice.doctor(doctorId);
        if (!doctor) throw notFound();
        authorizeOwn(caller, 'calendars.share', doctor);
        return (await put(stores, caller, doctorId, showsNames)).token;
      });
    },

    async feed({ doctorId, token, withNames }) {
      const feed = token === '' ? undefined : await storage.read(PLATFORM, (stores) => stores.appointments.feedUnder(token));
      if (!feed || feed.doctorId !== doctorId) throw notFound();
      const { hospitalId } = feed;
      const names = withNames && feed.showsNames;
      const at = now();
      const events: CalendarEvent[] = [];
      const ids: string[] = [];
      for (let after: { startsAt: number; id: string } | undefined; events.length < MOST; ) {
        const page = await storage.read(hospitalId, (stores) =>
          stores.appointments.list({ fromMs: at - BACK_MS, toMs: at + AHEAD_MS, doctorId }, { after, limit: AT_A_TIME }),
        );
        for (const one of page) {
          // A feed is read whole each time: what is not in it is no more.
          if (one.status === 'cancelled') continue;
          const { sequence, startsAt, endsAt, updatedAt: stampedAt, patientName } = one;
          events.push({ uid: uidOf(one), sequence, startsAt, endsAt, stampedAt, summary: names ? patientName : 'Busy', cancelled: false });
          ids.push(one.id);
        }
        const last = page.at(-1);
        if (page.length < AT_A_TIME || !last) break;
        after = { startsAt: last.startsAt, id: last.id };
      }
      const doctor = await storage.read(hospitalId, (stores) => stores.practice.doctor(doctorId));
      if (names) await recordReading(feed, ids);
      return icalendarOf({ name: doctor?.name ?? '', events });
    },
  };

  /** Names left the box: who has the address is not known, whose address it is is. */
  async function recordReading({ hospitalId, doctorId, madeBy }: Feed, ids: readonly string[]): Promise<void> {
    const reader: Caller = {
      ...{ userId: madeBy, hospitalId, role: 'machine', via: 'http', requestId: newId(now()) },
      signal: new AbortController().signal,
    };
    await storage.transact(hospitalId, (stores) =>
      appendAudit(stores, reader, now(), {
        ...{ eventType: 'calendar.read', action: 'R', entityType: 'doctor', entityId: doctorId },
        payload: { new: { ids } },
      }),
    );
  }
}

function isTheirs({ role, userId }: Caller, doctor: Doctor): boolean {
  return role === 'hospital_admin' || doctor.userId === userId;
}
