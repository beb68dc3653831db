import { writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { openConnection } from '../../src/storage/sqlite/database.ts';
import { openStorage } from '../../src/storage/sqlite/storage.ts';
import { UNDONE, type WriterOrder } from './crash-order.ts';
import { writeUnit } from './units.ts';

/**
 * A process that is made to be killed: several lanes commit numbered units of work as fast as they can. What it writes to its
 * pipe is in the kernel before the next statement runs, so a line that the parent reads was acknowledged, whatever came then.
 *
 *   ready                 loaded, waiting for an order on stdin
 *   found <lane> <n>      the last number of this lane that the database holds, after it was opened again
 *   ack <lane> <n>        the unit of work with this number has resolved
 */
function tell(text: string): void {
  for (const line = Buffer.from(`${text}\n`); ; ) {
    try {
      writeSync(1, line);
      return;
    } catch (error) {
      // The parent is behind with its reading, and a word that is not told would be a promise that nobody holds it to.
      if ((error as { code?: unknown }).code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }
  }
}

createInterface({ input: process.stdin }).once('line', (line) => void write(JSON.parse(line) as WriterOrder));
tell('ready');

async function write({ file, key, lanes, full, checkpoints }: WriterOrder): Promise<void> {
  const secret = Buffer.from(key, 'hex');
  const next = lastNumbers(file, secret, lanes).map((found, lane) => {
    tell(`found ${lane} ${found}`);
    return found + 1;
  });
  const storage = await openStorage({ file, key: secret, full });
  if (checkpoints) void checkpointForEver();
  await Promise.all(next.map((first, lane) => fill(lane, first)));

  async function fill(lane: number, first: number): Promise<void> {
    for (let n = first; ; n++) {
      await writeUnit(storage, lane, n);
      tell(`ack ${lane} ${n}`);
      // One in seven goes wrong at its end, and must leave no trace.
      if (n % 7 === 0) await writeUnit(storage, lane, UNDONE).catch(() => {});
    }
  }

  async function checkpointForEver(): Promise<void> {
    for (;;) await storage.maintenance.checkpoint();
  }
}

function lastNumbers(file: string, key: Buffer, lanes: number): number[] {
  const db = openConnection(file, key);
  const last = db.prepare(`SELECT coalesce(max(json_extract(data, '$.n')), 0) FROM notices WHERE json_extract(data, '$.lane') = ?`).pluck();
  const found = Array.from({ length: lanes }, (_, lane) => last.get(lane) as number);
  db.close();
  return found;
}
