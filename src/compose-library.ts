import type { Desk } from './compose-desk.ts';
import type { Config } from './config.ts';
import { makeDiskRoom } from './domain/disk-room.ts';
import type { Job } from './domain/jobs/job.ts';
import { type Documents, makeDocuments } from './domain/knowledge/documents.ts';
import { promisedKind } from './domain/knowledge/file-name.ts';
import { systemClock } from './shared/clock.ts';
import { diskFacts } from './storage/files/disk-facts.ts';
import { keepRoom } from './storage/files/keep-room.ts';
import { openLocalFiles } from './storage/files/local-files.ts';
import { layoutOf } from './storage/home-layout.ts';

/** Documents at the operator's desk: files are taken in here, and read by the jobs of the service. */
export interface Library {
  readonly documents: Pick<Documents, 'upload'>;
  job(hospitalId: string, id: string): Promise<Job | undefined>;
}

export async function composeLibrary({ storage, keyRing }: Desk, config: Config): Promise<Library> {
  const folder = layoutOf(config.home).files;
  const disk = makeDiskRoom(() => diskFacts(config.home));
  const files = keepRoom(await openLocalFiles({ folder, key: keyRing.files, beside: true }), disk);
  // What a file really is, its job finds out.
  const reader = { kindOf: promisedKind };
  return {
    documents: makeDocuments({ storage, clock: systemClock, files, reader, sweep: async () => {}, queued: () => {} }),
    job: (hospitalId, id) => storage.read(hospitalId, (stores) => stores.jobs.find(id)),
  };
}
