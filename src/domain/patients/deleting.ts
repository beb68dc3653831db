import { newId } from '../../shared/ids.ts';
import { PLATFORM } from '../access/caller.ts';
import type { FileStore } from '../files.ts';
import type { Storage, Stores } from '../storage.ts';
import type { Keeper } from './keeper.ts';
import type { Deletion } from './keeping-store.ts';
import type { Kept } from './kept.ts';

/** A row for each thing that goes, in the unit of work in which it goes; its files are doomed with it. */
export async function recordDeletions(
  stores: Stores,
  { kind, name, isCounted }: Keeper,
  gone: { readonly things: readonly Kept[]; readonly files: readonly string[]; readonly cause: Deletion['cause']; readonly at: number },
): Promise<void> {
  const { things, files, cause, at } = gone;
  const [first] = things;
  if (!first) return;
  const rows = isCounted
    ? [{ ...first, items: things.length, patientId: null, madeAt: Math.min(...things.map(({ madeAt }) => madeAt)) }]
    : things.map((thing) => ({ ...thing, items: 1 }));
  await stores.keeping.insertDeletions(
    rows.map(({ id, patientId, madeAt, items }) => ({
      id: newId(at),
      kind,
      cause,
      entityType: name,
      entityId: id,
      patientId,
      items,
      madeAt,
      deletedAt: at,
    })),
  );
  if (files.length > 0) await stores.keeping.doomFiles(files);
}

/** Sees to it that deleted bytes are gone from the disk. */
export interface Eraser {
  /** At once: what was deleted is overwritten where it lay. */
  purge(): Promise<void>;
  /** In a quiet hour, for nobody can write meanwhile: also copies that the database left behind when it made room. */
  rebuild(): Promise<void>;
}

/** A setting of the platform: since when and until when something was deleted that a rebuild should follow, in ISO 8601. */
export const REBUILD_DUE = 'rebuild_due';

export async function clearBytes(storage: Storage, eraser: Eraser, at: Date): Promise<void> {
  await storage.transact(PLATFORM, async (stores) => {
    const [since = at.toISOString()] = ((await stores.access.setting(REBUILD_DUE)) || undefined)?.split(' ') ?? [];
    await stores.access.putSetting(REBUILD_DUE, `${since} ${at.toISOString()}`);
  });
  await eraser.purge();
}

const AT_A_TIME = 100;

/** Removes the files whose rows are gone. A power cut between the two is made up for by whoever comes next. */
export async function removeDoomedFiles(storage: Storage, files: FileStore, hospitalId: string): Promise<number> {
  for (let removed = 0; ; ) {
    const keys = await storage.read(hospitalId, (stores) => stores.keeping.doomedFiles(AT_A_TIME));
    if (keys.length === 0) return removed;
    for (const key of keys) await files.remove(hospitalId, key);
    await storage.transact(hospitalId, (stores) => stores.keeping.forgetDoomed(keys));
    removed += keys.length;
  }
}
