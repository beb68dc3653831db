import type { Clock } from '../../shared/clock.ts';
import { newId } from '../../shared/ids.ts';
import { PLATFORM } from '../access/caller.ts';
import type { Storage } from '../storage.ts';
import { appendAudit } from './audit-log.ts';
import { type HeadKey, readHeads, type SignedHead, signHead, writeHeads } from './signed-head.ts';

/** Puts the box's name under the newest entry of every chain, and keeps that away from the data. It never takes one back. */
export interface Heads {
  readonly publicKey: string;
  /** Signs each chain that has grown since it was signed last. */
  sign(): Promise<void>;
  /** What was signed of this chain. */
  of(hospitalId: string): Promise<readonly SignedHead[]>;
  /** What was signed before says nothing about these data (another key, an older copy): it is laid aside, and that is written down. */
  beginAnew(why: 'new-key' | 'recovery'): Promise<void>;
}

/** Where heads are kept: outside of the data, so that whoever cuts the one has not cut the other. */
export interface HeadFile {
  read(): Promise<string>;
  /** On the disk when it resolves. */
  append(text: string): Promise<void>;
  /** Where what was kept lies now; undefined where there was nothing. */
  setAside(nowMs: number): Promise<string | undefined>;
}

export function makeHeads({ storage, clock, key, file }: { storage: Storage; clock: Clock; key: HeadKey; file: HeadFile }): Heads {
  const now = () => clock.now().getTime();
  let signed: Map<string, number> | undefined;

  return {
    publicKey: key.publicKey,

    async sign() {
      signed ??= new Map(readHeads(await file.read()).map(({ hospitalId, seq }) => [hospitalId, seq]));
      const fresh: SignedHead[] = [];
      for (const hospitalId of await chainIds(storage)) {
        // A unit that waits for the disk, though it writes nothing: a head must not outlive its entry in a power cut.
        const head = await storage.transact(hospitalId, (stores) => stores.audit.head());
        if (head && head.seq > (signed.get(hospitalId) ?? 0)) fresh.push(signHead(key, hospitalId, head, now()));
      }
      if (fresh.length === 0) return;
      await file.append(writeHeads(fresh));
      for (const { hospitalId, seq } of fresh) signed.set(hospitalId, seq);
    },

    async of(hospitalId) {
      return readHeads(await file.read()).filter((head) => head.hospitalId === hospitalId);
    },

    async beginAnew(why) {
      const aside = await file.setAside(now());
      signed = undefined;
      const box = {
        userId: 'box',
        hospitalId: PLATFORM,
        role: 'platform_admin',
        via: 'job',
        requestId: newId(now()),
        signal: new AbortController().signal,
      } as const;
      await storage.transact(PLATFORM, (stores) =>
        appendAudit(stores, box, now(), {
          eventType: 'audit.heads_begun',
          action: 'C',
          entityType: 'box',
          payload: { new: { why, publicKey: key.publicKey, aside: aside !== undefined } },
        }),
      );
    },
  };
}

/** Every chain there is: the box's own, and one of each hospital. */
export async function chainIds(storage: Storage): Promise<string[]> {
  const ids: string[] = [PLATFORM];
  for (let after: string | undefined; ; ) {
    const page = await storage.read(PLATFORM, (stores) => stores.access.hospitals({ after, limit: 200 }));
    ids.push(...page.map(({ id }) => id));
    after = page.at(-1)?.id;
    if (page.length < 200) return ids;
  }
}
