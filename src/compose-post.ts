import type { Config } from './config.ts';
import { PLATFORM } from './domain/access/caller.ts';
import type { SecretSealer } from './domain/access/secrets.ts';
import type { TrustedTime } from './domain/access/trusted-time.ts';
import type { Notices } from './domain/notices/notices.ts';
import { type Channels, makeChannels } from './domain/outbox/channels.ts';
import { makeOutbox, type Outbox } from './domain/outbox/outbox.ts';
import { makePost, type Post } from './domain/scheduling/post.ts';
import { makeReminders, type Reminders } from './domain/scheduling/reminders.ts';
import type { Storage } from './domain/storage.ts';
import { httpMessenger } from './integrations/http-messenger/messenger.ts';
import { makeSmtpMailer } from './integrations/smtp/mailer.ts';
import type { Clock } from './shared/clock.ts';
import type { Distance } from './shared/distance.ts';
import { AppError } from './shared/errors.ts';
import type { Timer } from './transport/worker/timers.ts';

/** What leaves the building, put together. */
export interface ComposedPost {
  readonly post: Post;
  readonly outbox: Outbox;
  readonly channels: Channels;
  readonly reminders: Reminders;
  readonly timers: readonly Timer[];
}

export interface PostParts {
  readonly config: Pick<Config, 'mail' | 'offline'>;
  readonly storage: Storage;
  readonly clock: Clock;
  readonly time: Pick<TrustedTime, 'lifeMs' | 'doubt'>;
  readonly notices: Pick<Notices, 'announce'>;
  readonly sealer: SecretSealer;
}

/** Looked at so often, a message leaves before the person who caused it looks up. */
const LOOK_MS = 1_000;
const REMIND_MS = 600_000;

export function composePost({ config, storage, clock, time, notices, sealer }: PostParts): ComposedPost {
  const mail = mailOf(config.mail);
  const now = () => clock.now().getTime();
  const post = makePost({ now, mailDomain: mail?.domain });
  const reach = () => reachOf(config.offline, storage);
  const outbox = makeOutbox({ storage, clock, time, sealer, notices, mail, messenger: httpMessenger, reach });
  const reminders = makeReminders({ storage, clock, time, post });
  let isRecovered = false;
  const deliver = async (signal: AbortSignal) => {
    if (!isRecovered) await outbox.recover();
    isRecovered = true;
    await outbox.deliver(signal);
  };
  return {
    post,
    outbox,
    reminders,
    channels: makeChannels({ storage, clock, sealer }),
    timers: [
      { name: 'outbox', firstAfterMs: LOOK_MS, everyMs: LOOK_MS, run: deliver },
      { name: 'reminders', firstAfterMs: 30_000, everyMs: REMIND_MS, run: async (signal) => void (await reminders.write(signal)) },
    ],
  };
}

/** A mail server and a sender go together: with one of them alone no mail is ever written. */
function mailOf({ url, from }: Config['mail']) {
  if (url === undefined || from === undefined) return undefined;
  const domain = /@([A-Za-z0-9.-]+)>?\s*$/.exec(from)?.[1];
  if (domain === undefined)
    throw new AppError('invalid', 'MAIL_FROM must be an e-mail address, or a name with one as Clinic <desk@clinic.example>.');
  return { mailer: makeSmtpMailer(url), from, domain };
}

/**
 * How far things may go. A box that is offline by its own start speaks to itself alone; one that was set offline still speaks to
 * what stands in the house: a mail server, a telephone on the shelf that sends text messages.
 */
async function reachOf(offline: boolean, storage: Storage): Promise<readonly Distance[]> {
  if (offline) return ['machine'];
  const mode = await storage.read(PLATFORM, (stores) => stores.access.setting('connectivity'));
  return mode === 'online' || mode === 'metered' ? ['machine', 'house', 'world'] : ['machine', 'house'];
}
