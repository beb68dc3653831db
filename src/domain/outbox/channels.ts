import type { Clock } from '../../shared/clock.ts';
import { AppError } from '../../shared/errors.ts';
import type { Caller } from '../access/caller.ts';
import { authorize, notFound } from '../access/policies.ts';
import type { SecretSealer } from '../access/secrets.ts';
import { appendAudit } from '../audit/audit-log.ts';
import type { Storage, Stores } from '../storage.ts';
import { type Channel, type ChannelKind, type ChannelSettings, channelKinds, channelSettings, hostOf } from './channel.ts';

/** The ways out that a hospital has set up. A secret goes in, and never comes out again. */
export interface Channels {
  read(caller: Caller, hospitalId: string, kind: string): Promise<ShownChannel>;
  /** Throws `invalid` with the fields. Of a secret that is not named the old one stays, as long as the host does. */
  put(
    caller: Caller,
    hospitalId: string,
    kind: string,
    change: { readonly settings: unknown; readonly secret?: string | null | undefined },
  ): Promise<ShownChannel>;
}

export interface ShownChannel {
  readonly kind: ChannelKind;
  /** Null where nothing was set up: mails then leave as the box is set, the others not at all. */
  readonly settings: ChannelSettings | null;
  readonly hasSecret: boolean;
}

export interface ChannelsParts {
  readonly storage: Storage;
  readonly clock: Clock;
  readonly sealer: SecretSealer;
}

export function makeChannels({ storage, clock, sealer }: ChannelsParts): Channels {
  const now = () => clock.now().getTime();

  async function scoped(stores: Stores, hospitalId: string): Promise<void> {
    if (!(await stores.access.hospital(hospitalId))) throw notFound();
  }

  return {
    async read(caller, hospitalId, kindAsked) {
      authorize(caller, 'integrations.read');
      requireOwn(caller, hospitalId);
      const kind = kindOf(kindAsked);
      return storage.read(hospitalId, async (stores) => {
        await scoped(stores, hospitalId);
        return shown(kind, await channelIn(stores, kind));
      });
    },

    async put(caller, hospitalId, kindAsked, { settings, secret }) {
      authorize(caller, 'integrations.write');
      requireOwn(caller, hospitalId);
      const kind = kindOf(kindAsked);
      const parsed = channelSettings[kind].safeParse(settings);
      if (!parsed.success)
        throw new AppError('invalid', 'Some of what you sent is not right.', {
          fields: parsed.error.issues.map(({ path, message }) => ({ path: ['settings', ...path].join('.'), message })),
        });
      return storage.transact(hospitalId, async (stores) => {
        await scoped(stores, hospitalId);
        const before = await channelIn(stores, kind);
        // Who turns the address to another host does not get the old secret sent there.
        const stays = before !== undefined && addressOf(before.settings) === addressOf(parsed.data);
        const sealedSecret =
          secret === undefined
            ? stays
              ? before.sealedSecret
              : null
            : secret === null
              ? null
              : sealer.seal(Buffer.from(secret), ownerOf(hospitalId, kind));
        const after: Channel = { kind, settings: parsed.data, sealedSecret, updatedAt: now() };
        await stores.outbox.putChannel(after, caller.userId);
        const told = (channel: Channel) => ({ ...channel.settings, hasSecret: channel.sealedSecret !== null });
        await appendAudit(stores, { ...caller, hospitalId }, now(), {
          ...{ eventType: 'integration.changed', action: before ? 'U' : 'C', entityType: 'integration', entityId: kind },
          payload: { ...(before ? { old: told(before) } : {}), new: told(after) },
        });
        return shown(kind, after);
      });
    },
  };
}

export async function channelIn<K extends ChannelKind>(stores: Stores, kind: K): Promise<Channel<K> | undefined> {
  return (await stores.outbox.channels()).find((channel) => channel.kind === kind) as Channel<K> | undefined;
}

/** Pure: whose a sealed secret is, so that it opens nowhere else. */
export const ownerOf = (hospitalId: string, kind: ChannelKind) => `integration ${hospitalId} ${kind}`;

function requireOwn(caller: Caller, hospitalId: string): void {
  if (caller.role !== 'platform_admin' && caller.hospitalId !== hospitalId) throw notFound();
}

function kindOf(asked: string): ChannelKind {
  const kind = channelKinds.find((one) => one === asked);
  if (!kind) throw notFound();
  return kind;
}

function shown(kind: ChannelKind, channel: Channel | undefined): ShownChannel {
  return { kind, settings: channel?.settings ?? null, hasSecret: channel?.sealedSecret != null };
}

const addressOf = (settings: ChannelSettings) => ('url' in settings ? hostOf(settings.url) : '');
