import { csvLine } from '../../shared/csv.ts';
import { PLATFORM } from '../access/caller.ts';
import type { Storage } from '../storage.ts';
import { callColumns, callRow } from './calls.ts';

/** Files that a spreadsheet opens, one of each hospital, to which lines are only ever added. */
export interface CallFile {
  /** Durable when it resolves; the head is written into a file that is new. */
  append(hospitalId: string, head: string, lines: string): Promise<void>;
}

const AT_ONCE = 200;

/**
 * The book of calls once more, outside of the database: for the day on which only a spreadsheet is to be had. A call is added when it
 * is over; a cut between the file and the note of it adds its line twice, with the same call_id, and never loses it.
 */
export function makeCallBook({ storage, file, now }: { storage: Storage; file: CallFile; now: () => number }): {
  /** How many were added. */
  write(): Promise<number>;
} {
  async function writeOf(hospitalId: string): Promise<number> {
    const calls = await storage.read(hospitalId, (stores) => stores.calls.unfiled(AT_ONCE));
    if (calls.length === 0) return 0;
    await file.append(hospitalId, csvLine(callColumns), calls.map((call) => csvLine(callRow(call))).join(''));
    const at = now();
    await storage.transact(hospitalId, async (stores) => {
      for (const { id } of calls) await stores.calls.update(id, { filedAt: at });
    });
    return calls.length;
  }

  return {
    async write() {
      let added = 0;
      for (let after: string | undefined; ; ) {
        const page = await storage.read(PLATFORM, (stores) => stores.access.hospitals({ after, limit: 100 }));
        for (const { id } of page) added += await writeOf(id);
        after = page.at(-1)?.id;
        if (page.length < 100) return added;
      }
    },
  };
}
