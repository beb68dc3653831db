import type { Machines } from '../../engines/machines.ts';
import { throwIfAborted } from '../../shared/abort.ts';
import type { Clock } from '../../shared/clock.ts';
import { PLATFORM } from '../access/caller.ts';
import type { Job } from '../jobs/job.ts';
import { enqueue } from '../jobs/jobs.ts';
import type { Storage } from '../storage.ts';
import { REINDEX } from './documents.ts';
import { box, type Ingest, type IngestRun } from './ingest.ts';
import type { Indexed, SearchIndex } from './search-index.ts';

/**
 * Keeps the index at what the documents are. What a power cut left between the two, what a restored backup does not know, what an
 * embedder of yesterday made: all of it is found by comparing, and put right by a job while searches go on.
 */
export interface Upkeep {
  /** Removes what no document knows of, and queues what is to be put anew. For every hospital, and the platform. */
  mend(signal: AbortSignal): Promise<void>;
  /** The job kind `reindex`: one document, or all of a hospital that the index lacks or has from another embedder. */
  carryOut(job: Job, run: IngestRun): Promise<{ documents: number }>;
}

export interface UpkeepParts {
  readonly storage: Storage;
  readonly clock: Clock;
  readonly machines: Pick<Machines, 'embed' | 'settled'>;
  readonly index: SearchIndex;
  readonly ingest: Pick<Ingest, 'putAnew' | 'sweep'>;
  readonly queued: () => void;
}

const HOSPITALS = 100;
/** Nobody looks at a job of the box's own for longer. */
const KEPT_MS = 7 * 24 * 3_600_000;

export function makeUpkeep({ storage, clock, machines, index, ingest, queued }: UpkeepParts): Upkeep {
  const now = () => clock.now().getTime();

  async function* owners(): AsyncGenerator<string> {
    yield PLATFORM;
    for (let after: string | undefined; ; ) {
      const page = await storage.read(PLATFORM, (stores) => stores.access.hospitals({ after, limit: HOSPITALS }));
      for (const { id } of page) yield id;
      after = page.at(-1)?.id;
      if (page.length < HOSPITALS) return;
    }
  }

  /** What the index holds is looked at first: what is uploaded meanwhile is then in neither list, or in the documents'. */
  async function compare(hospitalId: string) {
    const held = await index.documents(hospitalId);
    const [ready, unfinished] = await storage.read(hospitalId, async (stores) => [
      await stores.documents.ready(),
      await stores.documents.unfinished(),
    ]);
    return differences({ held, ready, unfinished, embedder: machines.embed()?.engine.id });
  }

  async function mendOne(hospitalId: string): Promise<boolean> {
    const { stray, stale } = await compare(hospitalId);
    for (const id of stray) await index.remove(hospitalId, id);
    await ingest.sweep(hospitalId);
    if (stale.length === 0) return false;
    return storage.transact(hospitalId, async (stores) => {
      if (await stores.jobs.isOpen(REINDEX)) return false;
      await stores.jobs.forget(REINDEX, now() - KEPT_MS);
      await enqueue(stores, box(hospitalId, now()), now(), REINDEX, {});
      return true;
    });
  }

  return {
    async mend(signal) {
      await machines.settled();
      const known = new Set<string>();
      let found = false;
      for await (const hospitalId of owners()) {
        throwIfAborted(signal);
        known.add(hospitalId);
        found = (await mendOne(hospitalId)) || found;
      }
      // A hospital that is no more: a backup from before it was restored, or it was made up and removed.
      for (const hospitalId of await index.hospitals())
        if (!known.has(hospitalId))
          for (const { documentId } of await index.documents(hospitalId)) await index.remove(hospitalId, documentId);
      if (found) queued();
    },

    async carryOut({ id: requestId, hospitalId, payload }, { signal, progress }) {
      const { documentId } = payload as { documentId?: string };
      const ids = documentId === undefined ? (await compare(hospitalId)).stale : [documentId];
      let documents = 0;
      for (const [at, id] of ids.entries()) {
        throwIfAborted(signal);
        if ((await ingest.putAnew(hospitalId, id, { signal, requestId })) !== undefined) documents++;
        await progress(at + 1, ids.length, 'documents');
      }
      return { documents };
    },
  };
}

/**
 * Pure: what is wrong with an index. `stray` it holds for nobody; `stale` are documents that it lacks, holds in part, or by another
 * embedder than the one of today. On a box without one, vectors of yesterday stay: they are of use when it is back.
 */
export function differences(facts: {
  readonly held: readonly Indexed[];
  readonly ready: readonly { readonly id: string; readonly chunks: number }[];
  readonly unfinished: readonly string[];
  readonly embedder: string | undefined;
}): { readonly stray: readonly string[]; readonly stale: readonly string[] } {
  const alive = new Set([...facts.unfinished, ...facts.ready.map(({ id }) => id)]);
  const held = new Map(facts.held.map((one) => [one.documentId, one]));
  const isStale = ({ id, chunks }: { readonly id: string; readonly chunks: number }) => {
    const one = held.get(id);
    return one?.passages !== chunks || (facts.embedder !== undefined && one.embedder !== facts.embedder);
  };
  return {
    stray: facts.held.map(({ documentId }) => documentId).filter((id) => !alive.has(id)),
    stale: facts.ready.filter(isStale).map(({ id }) => id),
  };
}
