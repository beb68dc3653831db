import type { Clock } from '../../shared/clock.ts';
import { PLATFORM, type Role } from '../access/caller.ts';
import type { Storage } from '../storage.ts';
import { type Notices, writeNotice } from './notices.ts';

/** Tells whoever looks after the box, and the administrators of each clinic on it, that a place of backups got none. */
export function makeBackupNotices({ storage, clock, notices }: { storage: Storage; clock: Clock; notices: Pick<Notices, 'announce'> }) {
  async function hospitalIds(): Promise<string[]> {
    const ids: string[] = [];
    for (let after: string | undefined; ; ) {
      const page = await storage.read(PLATFORM, (stores) => stores.access.hospitals({ after, limit: 200 }));
      ids.push(...page.map(({ id }) => id));
      after = page.at(-1)?.id;
      if (page.length < 200) return ids;
    }
  }
  return {
    async failed({ folder, reason }: { readonly folder: string; readonly reason: string }): Promise<void> {
      const createdAt = clock.now().getTime();
      for (const hospitalId of [PLATFORM, ...(await hospitalIds())]) {
        const audience: Role[] = [hospitalId === PLATFORM ? 'platform_admin' : 'hospital_admin'];
        const data = { code: 'BACKUP_FAILED', reason, folder };
        await storage.transact(hospitalId, (stores) => writeNotice(stores, { hospitalId, type: 'notice', data, audience, createdAt }));
        notices.announce({ hospitalId });
      }
    },
  };
}
