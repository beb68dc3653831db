import { writeSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileStore } from '../../../src/domain/files.ts';
import { makeLog } from '../../../src/shared/log.ts';
import { openLocalFiles } from '../../../src/storage/files/local-files.ts';
import { layoutOf } from '../../../src/storage/home-layout.ts';
import { openKeyRing } from '../../../src/storage/key-ring.ts';
import { openHome } from '../../../src/storage/open-home.ts';
import { openStorage, type SqliteStorage } from '../../../src/storage/sqlite/storage.ts';
import { hospitalOf, UNDONE } from '../crash-order.ts';
import { writeUnit } from '../units.ts';
import type { PowerOrder } from './order.ts';

/**
 * A process whose disk is watched: it makes a data folder as `serve` does, lets lanes commit numbered units of work and files side
 * by side, closes, opens again and goes on, checkpoints in between. `ack <lane> <n>` goes to standard output, where the watcher
 * sees it in its place among the writes.
 */
const order = JSON.parse(process.argv[2] ?? '') as PowerOrder;
const { home, key, lanes, unitsPerLane, flushless } = order;
const at = layoutOf(home);
const keyRing = openKeyRing({ given: key, keyFile: `${home}.key`, home }, { mayMake: false });
const log = makeLog({ level: 'silent', showPii: false });
const { signal } = new AbortController();

const first = await openHome({ home, keyRing, full: false, strictUnits: true, log, madeBy: 'test', nowMs: Date.now() });
const files = await openLocalFiles({ folder: join(home, 'files'), key: keyRing.files });
const fifth = Math.max(1, Math.floor(unitsPerLane / 5));
await fillLanes(first.storage, 1, fifth);
await first.storage.close();

const again = await openStorage({
  file: at.database,
  key: keyRing.database,
  ...(flushless ? { openLog: unflushed } : {}),
});
await fillLanes(again, fifth + 1, unitsPerLane);
await again.close();

async function fillLanes(storage: SqliteStorage, from: number, to: number): Promise<void> {
  await Promise.all(Array.from({ length: lanes }, (_, lane) => fill(storage, lane, from, to)));
}

async function fill(storage: SqliteStorage, lane: number, from: number, to: number): Promise<void> {
  for (let n = from; n <= to; n++) {
    await writeUnit(storage, lane, n, n % 10 === lane ? await withFile(files, lane, n) : {});
    writeSync(1, `ack ${lane} ${n}\n`);
    if (n % 7 === 0) await writeUnit(storage, lane, UNDONE).catch(() => {});
    // Beside the writers, as the timer of the maintenance does it; where it catches up, the log begins anew.
    if (n % 9 === lane) void storage.maintenance.checkpoint();
  }
}

/** A file on the disk before the unit that names it. */
async function withFile(store: FileStore, lane: number, n: number): Promise<{ file: string; sha256: string }> {
  async function* content() {
    yield Buffer.alloc(1_000 + n * 700, `${lane} ${n} `);
  }
  const { key: file, sha256 } = await store.write(hospitalOf(lane), content(), { signal });
  return { file, sha256 };
}

async function unflushed(file: string) {
  const handle = await open(file, 'r+');
  return { datasync: async () => {}, close: () => handle.close() };
}
