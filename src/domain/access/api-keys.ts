import type { Clock } from '../../shared/clock.ts';
import { newId } from '../../shared/ids.ts';
import { type Page, type PageRequest, pageOf } from '../../shared/page.ts';
import { appendAudit } from '../audit/audit-log.ts';
import type { Storage } from '../storage.ts';
import type { ApiKey } from './access-store.ts';
import { type Caller, PLATFORM, type Scope } from './caller.ts';
import { transactOnce } from './once.ts';
import { authorize, notFound, requireHospital } from './policies.ts';
import type { TokenMaker } from './secrets.ts';
import type { TrustedTime } from './trusted-time.ts';

/** Keys for machines: shown once, stored as a hash, good for what their scopes name, and no longer than they should live. */
export interface ApiKeys {
  create(
    caller: Caller,
    input: { name: string; scopes: readonly Scope[]; expiresInDays?: number | undefined },
  ): Promise<ApiKey & { key: string }>;
  list(caller: Caller, page: PageRequest): Promise<Page<ApiKey>>;
  revoke(caller: Caller, id: string): Promise<void>;
  /** The living key that this secret belongs to. */
  find(secret: string): Promise<ApiKey | undefined>;
}

const DAY_MS = 24 * 3_600_000;

export interface ApiKeysParts {
  readonly storage: Storage;
  readonly clock: Clock;
  readonly time: Pick<TrustedTime, 'lifeMs' | 'require'>;
  readonly tokens: TokenMaker;
}

export function makeApiKeys({ storage, clock, time, tokens }: ApiKeysParts): ApiKeys {
  const now = () => clock.now().getTime();
  const isAlive = (key: ApiKey) => key.revokedAt === null && (key.expiresAt === null || key.expiresAt > time.lifeMs());
  return {
    async create(caller, { name, scopes, expiresInDays }) {
      authorize(caller, 'api-keys.write');
      requireHospital(caller);
      await time.require();
      return transactOnce(storage, caller, caller.hospitalId, now(), async (stores) => {
        const secret = tokens.random('bsk_');
        const key: ApiKey = {
          id: newId(now()),
          hospitalId: caller.hospitalId,
          name,
          scopes,
          prefix: secret.slice(0, 10),
          keyHash: tokens.hash(secret),
          createdBy: caller.userId,
          createdAt: now(),
          expiresAt: expiresInDays === undefined ? null : time.lifeMs() + expiresInDays * DAY_MS,
          revokedAt: null,
        };
        await stores.access.insertApiKey(key);
        await appendAudit(stores, caller, now(), {
          eventType: 'api_key.created',
          action: 'C',
          entityType: 'api_key',
          entityId: key.id,
          payload: { new: { name, scopes } },
        });
        return { ...key, key: secret };
      });
    },
    async list(caller, page) {
      authorize(caller, 'api-keys.read');
      const rows = await storage.read(caller.hospitalId, (stores) => stores.access.apiKeys({ ...page, limit: page.limit + 1 }));
      return pageOf(rows, page.limit, (key) => key.id);
    },
    async revoke(caller, id) {
      authorize(caller, 'api-keys.write');
      await storage.transact(caller.hospitalId, async (stores) => {
        const key = await stores.access.apiKey(id);
        if (!key || key.revokedAt !== null) throw notFound();
        await stores.access.revokeApiKey(id, now());
        await appendAudit(stores, caller, now(), { eventType: 'api_key.revoked', action: 'D', entityType: 'api_key', entityId: id });
      });
    },
    async find(secret) {
      const key = await storage.read(PLATFORM, (stores) => stores.access.apiKeyByHash(tokens.hash(secret)));
      return key && isAlive(key) ? key : undefined;
    },
  };
}
