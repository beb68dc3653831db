import type { Storage } from '../storage.ts';
import { type Caller, homeOf, type Scope } from './caller.ts';
import { authorize, notFound } from './policies.ts';
import { readWhoIs, type WhoIs } from './who-is.ts';

export interface MachineIs {
  readonly id: string;
  readonly name: string;
  readonly hospitalId: string;
  readonly hospitalName: string | null;
  readonly scopes: readonly Scope[];
  readonly language: string;
}

/** What a caller may know of themselves: a person, or a machine by its key. */
export type WhoAmI = (caller: Caller) => Promise<WhoIs | MachineIs>;

export function makeWhoAmI(storage: Storage): WhoAmI {
  return async (caller) => {
    authorize(caller, 'self.read');
    if (caller.role === 'machine') {
      return storage.read(caller.hospitalId, async (stores) => {
        const key = await stores.access.apiKey(caller.userId);
        if (!key) throw notFound();
        const hospital = await stores.access.hospital(key.hospitalId);
        return {
          id: key.id,
          name: key.name,
          hospitalId: key.hospitalId,
          hospitalName: hospital?.name ?? null,
          scopes: key.scopes,
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
