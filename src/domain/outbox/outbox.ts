import type { Mailer, Way } from '../../integrations/mailer.ts';
import type { Messenger } from '../../integrations/messenger.ts';
import type { Clock } from '../../shared/clock.ts';
import type { Distance } from '../../shared/distance.ts';
import { AppError } from '../../shared/errors.ts';
import { newId } from '../../shared/ids.ts';
import { type Page, type PageRequest, pageOf } from '../../shared/page.ts';
import { type Caller, PLATFORM } from '../access/caller.ts';
import { authorize, notFound, requireHospital } from '../access/policies.ts';
import type { SecretSealer } from '../access/secrets.ts';
import type { TrustedTime } from '../access/trusted-time.ts';
import { appendAudit } from '../audit/audit-log.ts';
import { type Notices, writeNotice } from '../notices/notices.ts';
import type { Storage, Stores } from '../storage.ts';
import type { ChannelKind, ChannelSettings } from './channel.ts';
import { channelIn, ownerOf } from './channels.ts';
import { channelOf, type Departure, type Letter, MOST_TRIES, waitAfter } from './departure.ts';
import type { Claimed } from './outbox-store.ts';

/**
 * What leaves the building, and when. A message is written in the unit of work of the fact it tells of, so that there is never one
 * without the other; it is handed over at least once, under an id that stays the same, and is called sent when the receiver has said
 * so. Of one appointment what was written first arrives first.
 */
export interface Outbox {
  /** Newest first. */
  list(caller: Caller, page: PageRequest): Promise<Page<Departure>>;
  /** Tries once more, now, what waits or was given up. */
  retry(caller: Caller, id: string): Promise<Departure>;
  /** Hands over what is due, until nothing is. Called now and then; resolves to how many left. */
  deliver(signal: AbortSignal): Promise<number>;
  /** What a process had in its hands that is gone is due again. Called before anything is delivered. */
  recover(): Promise<void>;
}

export interface OutboxParts {
  readonly storage: Storage;
  readonly clock: Clock;
  readonly time: Pick<TrustedTime, 'lifeMs' | 'doubt'>;
  readonly sealer: SecretSealer;
  readonly notices: Pick<Notices, 'announce'>;
  /** Undefined where no mail server was named. */
  readonly mail: { readonly mailer: Mailer; readonly from: string } | undefined;
  readonly messenger: Messenger;
  /** How far things may go at this moment, by what the box was started with and what was set since. */
  readonly reach: () => Promise<readonly Distance[]>;
}

const AT_ONCE = 4;
const LEASE_MS = 90_000;
const PATIENCE_MS = 45_000;
/** A receiver that did not answer one is not asked by the next before this has passed. */
const PAUSE_MS = 30_000;

export function makeOutbox({ storage, clock, time, sealer, notices, mail, messenger, reach }: OutboxParts): Outbox {
  const now = () => clock.now().getTime();
  const paused = new Map<string, number>();
  const box = (hospitalId: string): Caller => ({
    ...{ userId: 'box', hospitalId, role: 'platform_admin', via: 'job', requestId: newId(now()) },
    signal: new AbortController().signal,
  });

  const pausedNow = (): string[] => {
    for (const [channel, until] of paused) if (until <= time.lifeMs()) paused.delete(channel);
    return [...paused.keys()];
  };

  async function hand({ hospitalId, departure }: Claimed, way: Way): Promise<void> {
    const { id, kind, content, recipient: to } = departure;
    if (!content) throw new AppError('internal', 'A message that is to leave is empty.');
    if (kind === 'email') {
      if (!mail) throw notSetUp('No mail server is named on this box: set SMTP_URL and MAIL_FROM.');
      const channel = await storage.read(hospitalId, (stores) => channelIn(stores, 'email'));
      if (channel?.settings.enabled === false)
        throw notSetUp('This way out is not set up, or switched off. An administrator can change it.');
      return mail.mailer.send({ ...(content as Letter), from: mail.from, to }, way);
    }
    const channelKind = kind === 'text' ? 'text-messages' : 'webhook';
    const { settings, secret, allowsMachine } = await channelOfHospital(hospitalId, channelKind);
    const further = { ...way, allowed: way.allowed.filter((distance) => distance !== 'machine' || allowsMachine) };
    if (kind === 'text') {
      const { url, method, content_type: contentType, body } = settings as ChannelSettings<'text-messages'>;
      const { text } = content as { text: string };
      return messenger.sendText({ url, method, contentType, body, secret }, { id, phone: to, text }, further);
    }
    const { body } = content as { body: string };
    const { url } = settings as ChannelSettings<'webhook'>;
    return messenger.sendEvent({ url, secret }, { id, name: departure.event, body, at: now() }, further);
  }

  async function channelOfHospital(hospitalId: string, kind: ChannelKind) {
    const { channel, hospital } = await storage.read(hospitalId, async (stores) => ({
      channel: await channelIn(stores, kind),
      hospital: await stores.access.hospital(hospitalId),
    }));
    if (!channel?.settings.enabled) throw notSetUp('This way out is not set up, or switched off. An administrator can change it.');
    const secret =
      channel.sealedSecret === null ? null : new TextDecoder().decode(sealer.open(channel.sealedSecret, ownerOf(hospitalId, kind)));
    const host = 'url' in channel.settings ? (URL.parse(channel.settings.url.replace(/\{\w+\}/g, 'x'))?.hostname ?? '') : '';
    // Nobody talks to the box's own programs through it, unless the hospital's list of addresses names them.
    return { settings: channel.settings, secret, allowsMachine: hospital?.settings.urlAllowList.includes(host) ?? false };
  }

  async function carry(claimed: Claimed, allowed: readonly Distance[], signal: AbortSignal): Promise<boolean> {
    const { hospitalId, departure } = claimed;
    // Under a clock that nobody believes nothing is too late.
    if (departure.expiresAt !== null && departure.expiresAt <= now() && !(await time.doubt())) {
      await giveUp(claimed, 'It came to be too late for this message.');
      return false;
    }
    try {
      await hand(claimed, { allowed, signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]) });
    } catch (error) {
      // Whether it arrived nobody knows when the box stops in the middle: it is handed over once more.
      if (!signal.aborted) await missed(claimed, error);
      return false;
    }
    await storage.transact(hospitalId, async (stores) => {
      const at = now();
      await stores.outbox.update(departure.id, {
        ...{ status: 'sent', content: null, nextAt: null, error: null, answer: null, sentAt: at, updatedAt: at },
        leaseUntil: null,
      });
      await record(stores, claimed, 'message.sent');
    });
    return true;
  }

  async function missed(claimed: Claimed, error: unknown): Promise<void> {
    const { hospitalId, departure } = claimed;
    const known = error instanceof AppError ? error : new AppError('unavailable', 'The receiver could not be reached.', {}, error);
    const isHeldBack = known.details.reason === 'EGRESS_DENIED' || known.details.reason === 'NOT_SET_UP';
    const answer = typeof known.details.context?.status === 'number' ? known.details.context.status : null;
    const isUnreachable = known.details.reason === 'UNREACHABLE';
    if (isHeldBack || isUnreachable) paused.set(channelOf(departure.kind, hospitalId), time.lifeMs() + PAUSE_MS);
    if (isHeldBack) {
      // It was not tried, so it is not counted.
      const change = {
        ...{ attempts: departure.attempts - 1, nextAt: time.lifeMs() + PAUSE_MS, leaseUntil: null },
        ...{ error: known.sentence, answer: null, updatedAt: now() },
      };
      await storage.transact(hospitalId, (stores) => stores.outbox.update(departure.id, change));
    } else if (known.code === 'refused' || known.code === 'internal' || departure.attempts >= MOST_TRIES)
      await giveUp(claimed, known.sentence, answer);
    else {
      const nextAt = time.lifeMs() + waitAfter(departure.attempts);
      await storage.transact(hospitalId, (stores) =>
        stores.outbox.update(departure.id, { status: 'failed', nextAt, error: known.sentence, answer, updatedAt: now(), leaseUntil: null }),
      );
    }
  }

  async function giveUp(claimed: Claimed, error: string, answer: number | null = null): Promise<void> {
    const { hospitalId, departure } = claimed;
    const at = now();
    await storage.transact(hospitalId, async (stores) => {
      await stores.outbox.update(departure.id, { status: 'dead', nextAt: null, error, answer, updatedAt: at, leaseUntil: null });
      await record(stores, claimed, 'message.given-up');
      await writeNotice(stores, {
        ...{ hospitalId, type: 'notice', audience: ['receptionist', 'hospital_admin'], createdAt: at },
        data: { code: 'MESSAGE_NOT_SENT', outboxId: departure.id, kind: departure.kind, appointmentId: departure.appointmentId },
      });
    });
    notices.announce({ hospitalId });
  }

  function record(stores: Stores, { hospitalId, departure }: Claimed, eventType: string, caller = box(hospitalId)): Promise<void> {
    const { id, kind, event, attempts, appointmentId, patientId } = departure;
    return appendAudit(stores, caller, now(), {
      ...{ eventType, action: 'E', entityType: 'message', entityId: id, patientId },
      payload: { new: { kind, event, attempts, appointmentId } },
    });
  }

  return {
    async list(caller, page) {
      authorize(caller, 'outbox.read');
      requireHospital(caller);
      return storage.transact(caller.hospitalId, async (stores) => {
        const found = pageOf(await stores.outbox.list({ ...page, limit: page.limit + 1 }), page.limit, ({ id }) => id);
        await appendAudit(stores, caller, now(), {
          ...{ eventType: 'messages.listed', action: 'R', entityType: 'message' },
          payload: { new: { ids: found.items.map(({ id }) => id) } },
        });
        return found;
      });
    },

    async retry(caller, id) {
      authorize(caller, 'outbox.retry');
      requireHospital(caller);
      const after = await storage.transact(caller.hospitalId, async (stores) => {
        const before = await stores.outbox.find(id);
        if (!before) throw notFound();
        if (before.status === 'sent') throw refused('This message has left already.');
        if (before.expiresAt !== null && before.expiresAt <= now()) throw refused('It came to be too late for this message.');
        // A booking that arrives behind its own cancellation would be believed.
        if (await stores.outbox.isOvertaken(before)) throw refused('A later message about this appointment has left already.');
        const change = { status: 'pending', attempts: 0, nextAt: 0, error: null, answer: null, updatedAt: now() } as const;
        await stores.outbox.update(id, change);
        await record(stores, { hospitalId: caller.hospitalId, departure: before }, 'message.retried', caller);
        return { ...before, ...change };
      });
      paused.delete(channelOf(after.kind, caller.hospitalId));
      return after;
    },

    async deliver(signal) {
      let left = 0;
      for (;;) {
        const allowed = await reach();
        const claimed = await storage.transact(PLATFORM, (stores) =>
          stores.outbox.claimDue({ lifeMs: time.lifeMs(), leaseMs: LEASE_MS, paused: pausedNow(), limit: AT_ONCE }),
        );
        if (claimed.length === 0 || signal.aborted) return left;
        const ends = await Promise.all(claimed.map((one) => carry(one, allowed, signal)));
        left += ends.filter(Boolean).length;
      }
    },

    recover: () => storage.transact(PLATFORM, (stores) => stores.outbox.releaseAll(time.lifeMs())),
  };
}

function notSetUp(sentence: string): AppError {
  return new AppError('unavailable', sentence, { reason: 'NOT_SET_UP' });
}

function refused(sentence: string): AppError {
  return new AppError('conflict', sentence, { reason: 'CONFLICT' });
}
