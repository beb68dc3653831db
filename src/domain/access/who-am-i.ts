import type { Storage } from '../storage.ts';
import { type Caller, homeOf, type Scope } from './caller.ts';
import { authorize, notFound } from './policies.ts';
import { readWhoIs, type WhoIs } from './who-is.ts';

/** Who comes with a key or a link, and is no user. */
export interface HolderIs {
  readonly role: 'machine' | 'guest';
  readonly id: string;
  readonly name: string | null;
  readonly hospitalId: string;
  readonly hospitalName: string | null;
  readonly scopes?: readonly Scope[];
  /** The one consultation that a guest's link is for. */
  readonly consultationId?: string;
  readonly language: string;
}

/** What a caller may know of themselves: a person, a machine by its key, or a guest by their link. */
export type WhoAmI = (caller: Caller) => Promise<WhoIs | HolderIs>;

export function makeWhoAmI(storage: Storage): WhoAmI {
  return async (caller) => {
    authorize(caller, 'self.read');
    const { role, consultationId } = caller;
    if (role === 'machine' || role === 'guest') {
      return storage.read(caller.hospitalId, async (stores) => {
        const key = role === 'machine' ? await stores.access.apiKey(caller.userId) : undefined;
        if (role === 'machine' && !key) throw notFound();
        const hospital = await stores.access.hospital(caller.hospitalId);
        return {
          role,
          id: caller.userId,
          name: key?.name ?? null,
          hospitalId: caller.hospitalId,
          hospitalName: hospital?.name ?? null,
          ...(key ? { scopes: key.scopes } : {}),
          ...(consultationId === undefined ? {} : { consultationId }),
          language: hospital?.settings.defaultLanguage ?? 'en',
        };
      });
    }
    return storage.read(homeOf(caller), async (stores) => {
      const user = await stores.access.user(caller.userId);
      if (!user) throw notFound();
      return readWhoIs(stores, user);
    });
  };
}
