import { statSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { PLATFORM } from '../../src/domain/access/caller.ts';
import { writeNotice } from '../../src/domain/notices/notices.ts';
import type { Storage } from '../../src/domain/storage.ts';
import { type Connection, openConnection } from '../../src/storage/sqlite/database.ts';
import type { LogFile } from '../../src/storage/sqlite/flusher.ts';
import { startMaintenance } from '../../src/storage/sqlite/maintenance.ts';
import { openTestStorage, type TestStorage } from '../kit/storage.ts';
import { storageContract } from './storage.ts';

storageContract('SQLite, group commit, encrypted', { open: openTestStorage });
storageContract('SQLite, full, encrypted', { open: (options) => openTestStorage({ ...options, full: true }) });
storageContract('SQLite, group commit, in the open', { open: (options) => openTestStorage({ ...options, encrypted: false }) });

const H = 'hospital';
const write = (storage: Storage, n: number) =>
  storage.transact(H, (stores) => writeNotice(stores, { hospitalId: H, type: 'notice', data: { n }, audience: [], createdAt: n }));

/** A log whose flushes wait for the test, and which writes down what was committed when each began. */
function watchedLog() {
  const flushes: { committed: number; end: (error?: Error) => void }[] = [];
  let look: Connection | undefined;
  const log: LogFile = {
    datasync: () =>
      new Promise((resolve, reject) => {
        const committed = look?.prepare('SELECT count(*) FROM notices').pluck().get() as number;
        flushes.push({ committed, end: (error) => (error ? reject(error) : resolve()) });
      }),
    close: async () => {},
  };
  return {
    flushes,
    open: async () => log,
    watch(db: Connection) {
      look = db;
    },
  };
}

/** What is done by now, and what still waits: after every turn that a promise could still need. */
async function settled(promises: readonly Promise<unknown>[]): Promise<boolean[]> {
  const done = promises.map(() => false);
  promises.forEach((promise, i) => {
    promise.then(
      () => (done[i] = true),
      () => (done[i] = true),
    );
  });
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
  return done;
}

describe('a unit of work is durable before it resolves', () => {
  let open: TestStorage | undefined;
  afterEach(async () => {
    await open?.close();
    open = undefined;
  });
  async function openWatched(): Promise<{ storage: Storage; flushes: ReturnType<typeof watchedLog>['flushes'] }> {
    const log = watchedLog();
    open = await openTestStorage({ openLog: log.open });
    log.watch(open.raw());
    return { storage: open.storage, flushes: log.flushes };
  }

  it('resolves after a flush of the log that began after its commit, and not before that flush has ended', async () => {
    const { storage, flushes } = await openWatched();
    const unit = write(storage, 1);
    expect(await settled([unit])).toEqual([false]);
    expect(flushes.map(({ committed }) => committed)).toEqual([1]);
    flushes[0]?.end();
    await unit;
  });

  it('shares one flush among all that committed before it began, and lets none go with an earlier one', async () => {
    const { storage, flushes } = await openWatched();
    const first = write(storage, 1);
    await settled([first]);
    const crowd = Array.from({ length: 31 }, (_, i) => write(storage, i + 2));
    await settled(crowd);
    // The first one's flush runs: what was committed since waits for the next, which has not begun.
    expect(flushes).toHaveLength(1);
    flushes[0]?.end();
    expect(await settled([first, ...crowd])).toEqual([true, ...crowd.map(() => false)]);
    expect(flushes.map(({ committed }) => committed)).toEqual([1, 32]);
    flushes[1]?.end();
    await Promise.all(crowd);
    expect(flushes).toHaveLength(2);
  });

  it('lets nobody tell of another unit that is not on the disk yet, and asks for no flush where nothing is new', async () => {
    const { storage, flushes } = await openWatched();
    const written = write(storage, 1);
    await settled([written]);
    const saw = storage.transact(H, async (stores) => (await stores.notices.since('', 10)).length);
    expect(await settled([saw])).toEqual([false]);
    flushes[0]?.end();
    await settled([saw]);
    flushes[1]?.end();
    expect(await saw).toBe(1);
    const before = flushes.length;
    await storage.transact(H, (stores) => stores.notices.newest());
    expect(flushes).toHaveLength(before);
  });

  it('saves nothing more after a flush has failed, and says so; what can be read is still read', async () => {
    const { storage, flushes } = await openWatched();
    const unit = write(storage, 1);
    await settled([unit]);
    flushes[0]?.end(Object.assign(new Error('EIO: i/o error, fdatasync'), { code: 'EIO' }));
    await expect(unit).rejects.toMatchObject({ code: 'unavailable', details: { reason: 'DATABASE_ERROR' } });
    let worked = false;
    const next = storage.transact(H, async () => {
      worked = true;
    });
    // The kernel may have called the lost pages clean: a later flush that succeeds would prove nothing.
    await expect(next).rejects.toMatchObject({ code: 'unavailable', details: { reason: 'DATABASE_ERROR' } });
    expect(worked).toBe(false);
    expect(flushes).toHaveLength(1);
    expect(await storage.read(PLATFORM, (stores) => stores.access.isEmpty())).toBe(true);
  });

  it('leaves the flushing to SQLite where every commit is synced by itself', async () => {
    const log = watchedLog();
    open = await openTestStorage({ openLog: log.open, full: true });
    await write(open.storage, 1);
    expect(log.flushes).toEqual([]);
  });

  it('waits for another process that writes without holding the event loop, and says so in a sentence when it waited for long', async () => {
    open = await openTestStorage({ busyMs: 150 });
    const { storage } = open;
    const other = open.raw();
    other.exec('BEGIN IMMEDIATE');
    const waiting = [write(storage, 1)];
    expect(await settled(waiting)).toEqual([false]);
    // Meanwhile what is there can be read.
    expect(await storage.read(H, (stores) => stores.notices.since('', 10))).toEqual([]);
    other.exec('ROLLBACK');
    await Promise.all(waiting);
    other.exec('BEGIN IMMEDIATE');
    await expect(write(storage, 2)).rejects.toMatchObject({ code: 'unavailable', details: { reason: 'DATABASE_ERROR' } });
    other.exec('ROLLBACK');
    await write(storage, 3);
    expect((await storage.read(H, (stores) => stores.notices.since('', 10))).map(({ data }) => data.n)).toEqual([1, 3]);
  });
});

describe('a crowd of writers', () => {
  it('leaves the event loop its turns', async () => {
    const { storage, close } = await openTestStorage({ full: true });
    let turns = 0;
    let counting = true;
    const count = () => {
      turns++;
      if (counting) setImmediate(count);
    };
    setImmediate(count);
    // 200 units of a millisecond each, all asked for in one turn of the loop.
    await Promise.all(
      Array.from({ length: 200 }, () =>
        storage.transact(H, async (stores) => {
          for (const began = performance.now(); performance.now() - began < 1; ) await stores.notices.newest();
        }),
      ),
    );
    counting = false;
    expect(turns).toBeGreaterThan(30);
    await close();
  });

  it('lets nobody wait for ever: one who never stops reading does not keep another from writing', async () => {
    const { storage, close } = await openTestStorage();
    let reading = true;
    const greedy = (async () => {
      while (reading) await storage.read(H, (stores) => stores.notices.newest());
    })();
    for (let n = 0; n < 20; n++) await write(storage, n);
    reading = false;
    await greedy;
    await close();
  });

  it('does not make the log grow without end', async () => {
    const { file, key, close } = await openTestStorage();
    const writer = openConnection(file, key);
    writer.exec('CREATE TABLE filling (n INTEGER PRIMARY KEY, words TEXT)');
    const insert = writer.prepare('INSERT INTO filling (words) VALUES (?)');
    let held: Promise<void> | undefined;
    let catchUps = 0;
    const maintenance = startMaintenance(file, key, {
      lookEveryMs: 20,
      walBytes: 50_000,
      withoutWriters: async (work) => {
        catchUps++;
        held = work();
        await held.finally(() => {
          held = undefined;
        });
      },
    });
    let written = 0;
    for (const began = performance.now(); (catchUps < 3 || written < 100_000_000) && performance.now() - began < 30_000; ) {
      if (held) await held.catch(() => {});
      for (let i = 0; i < 10; i++) insert.run('x'.repeat(20_000));
      written += 10 * 20_000;
      await new Promise((resolve) => setImmediate(resolve));
    }
    const log = statSync(`${file}-wal`).size;
    await maintenance.close();
    writer.close();
    await close();
    // Each time it was caught up with, it began anew in the same place: it is as long as its longest stretch, and not as all of them.
    expect(catchUps).toBeGreaterThanOrEqual(3);
    expect(log).toBeLessThan(written * 0.75);
  }, 60_000);
});
