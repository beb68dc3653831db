import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { SearchIndex } from '../../src/domain/knowledge/search-index.ts';
import { openConnection } from '../../src/storage/sqlite/database.ts';
import { openSearchIndex } from '../../src/storage/sqlite/search-index.ts';
import { chunkIds, live, passage, searchIndexContract } from './search-index.ts';
import { mark, pointing } from './search-vectors.ts';

const H = 'hospital';

async function openTestIndex(key: Buffer | undefined) {
  const folder = mkdtempSync(join(tmpdir(), 'bedside-search-'));
  const index = await openSearchIndex({ file: join(folder, 'search.db'), key });
  return {
    index,
    async close() {
      await index.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

searchIndexContract('SQLite, encrypted', { open: () => openTestIndex(randomBytes(32)) });
searchIndexContract('SQLite, in the open', { open: () => openTestIndex(undefined) });

describe('the file of the search index', () => {
  const key = randomBytes(32);
  let folder: string;
  let file: string;
  let index: SearchIndex | undefined;
  const said: string[] = [];
  const log = {
    debug() {},
    info() {},
    warn: (_: object, message: string) => void said.push(message),
    error: (_: object, message: string) => void said.push(message),
    child: () => log,
  };
  const open = async (more: Partial<Parameters<typeof openSearchIndex>[0]> = {}) => {
    index = await openSearchIndex({ file, key, log, ...more });
    return index;
  };
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'bedside-search-'));
    file = join(folder, 'search.db');
    said.length = 0;
  });
  afterEach(async () => {
    await index?.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const some = (count: number, word = 'fever') =>
    Array.from({ length: count }, (_, i) => passage(`c${i}`, `${word} number ${i}`, { vector: pointing(i % 360) }));

  test('is there when it is opened again', async () => {
    await (await open()).put(H, 'd', some(50), mark);
    await index?.close();
    const again = await open();
    expect(await again.documents(H)).toEqual([{ documentId: 'd', passages: 50, embedder: mark.id }]);
    expect(await again.matching([H], 'fever', { limit: 100 }, live)).toHaveLength(50);
    expect(chunkIds(await again.nearest([H], pointing(7), mark.id, { limit: 1 }, live))).toEqual(['c7']);
    expect(said).toEqual([]);
  });

  test('says so after it was closed', async () => {
    const closed = await open();
    await closed.close();
    await closed.close();
    await expect(closed.matching([H], 'fever', { limit: 1 }, live)).rejects.toMatchObject({ code: 'unavailable' });
    await expect(closed.put(H, 'd', some(1), mark)).rejects.toMatchObject({ code: 'unavailable' });
  });

  test('holds nobody’s words in the open, nor any that were removed', async () => {
    await (await open()).put(H, 'd', some(20, 'plaintextcanary'), mark);
    await index?.close();
    for (const name of readdirSync(folder)) expect(readFileSync(join(folder, name)).includes('plaintextcanary')).toBe(false);
    // Without a key, to see what a removal leaves.
    const plain = join(folder, 'plain.db');
    const inTheOpen = await openSearchIndex({ file: plain, key: undefined });
    await inTheOpen.put(H, 'stays', [passage('s', 'asthma', { vector: pointing(1) })], mark);
    await inTheOpen.put(H, 'd', some(200, 'removedcanary'), mark);
    await inTheOpen.remove(H, 'd');
    await inTheOpen.close();
    const db = openConnection(plain, undefined);
    db.pragma('wal_checkpoint(TRUNCATE)');
    db.close();
    expect(readFileSync(plain).includes('removedcanari')).toBe(false);
    expect(readFileSync(plain).includes('asthma')).toBe(true);
  });

  test('is sound after a life of puts, replacements and removals', async () => {
    const busy = await open();
    for (let round = 0; round < 6; round++) {
      await busy.put(H, `d${round % 4}`, some(60, `word${round}`), mark);
      await busy.put(`other${round}`, 'd', some(30, 'elsewhere'), mark);
      await busy.remove(round % 2 ? H : `other${round - 1}`, `d${round % 3}`);
    }
    const counted = await busy.documents(H);
    await busy.close();
    const db = openConnection(file, key);
    try {
      expect(db.pragma('integrity_check')).toEqual([{ integrity_check: 'ok' }]);
      for (const { n, id } of db.prepare('SELECT n, id FROM hospitals').all() as { n: number; id: string }[]) {
        db.exec(`INSERT INTO words_${n}(words_${n}) VALUES ('integrity-check')`);
        db.exec(`CREATE VIRTUAL TABLE temp.seen_${n} USING fts5vocab(main, words_${n}, row)`);
        const seen = db.prepare(`SELECT term, doc AS passages FROM seen_${n} ORDER BY term`).all();
        expect([id, db.prepare(`SELECT term, passages FROM terms_${n} ORDER BY term`).all()]).toEqual([id, seen]);
      }
      const all = db.prepare(`SELECT count(*) FROM passages p JOIN hospitals h ON h.n = p.hospital WHERE h.id = ?`).pluck().get(H);
      expect(counted.reduce((sum, { passages }) => sum + passages, 0)).toBe(all);
    } finally {
      db.close();
    }
  });

  test('is begun anew where it is no index at all, cannot be read with this key, or is of another version', async () => {
    const beginnings = [
      () => writeFileSync(file, randomBytes(20_000)),
      () => writeFileSync(file, 'short'),
      async () => {
        await (await openSearchIndex({ file, key: randomBytes(32) })).close();
      },
      async () => {
        await (await open()).close();
        const db = openConnection(file, key);
        db.pragma('user_version = 77');
        db.close();
      },
    ];
    for (const begin of beginnings) {
      await begin();
      said.length = 0;
      const anew = await open();
      expect(said).toEqual(['search-index.begun-anew']);
      expect(existsSync(`${file}.damaged`)).toBe(true);
      await anew.put(H, 'd', some(3), mark);
      expect(await anew.matching([H], 'fever', { limit: 9 }, live)).toHaveLength(3);
      await anew.close();
    }
    expect(readdirSync(folder).filter((name) => name.endsWith('.damaged')).length).toBeLessThanOrEqual(3);
  });

  test('is begun anew where damage shows only when it is read, and says that it is empty', async () => {
    await (await open()).put(H, 'd', some(3_000), mark);
    await index?.close();
    const db = openConnection(file, key);
    db.pragma('wal_checkpoint(TRUNCATE)');
    db.close();
    const { size } = statSync(file);
    const bytes = readFileSync(file);
    for (let at = 8 * 4096; at < size; at += 4096) randomBytes(64).copy(bytes, at + 2_000);
    writeFileSync(file, bytes);
    let emptied: () => void = () => {};
    const told = new Promise<void>((resolve) => {
      emptied = resolve;
    });
    const damaged = await open({ onEmptied: () => emptied() });
    await expect(damaged.matching([H], 'fever number 7', { limit: 50 }, live)).rejects.toMatchObject({ code: 'unavailable' });
    await told;
    expect(said).toEqual(['search-index.damaged']);
    expect(await damaged.hospitals()).toEqual([]);
    await damaged.put(H, 'd', some(3), mark);
    expect(await damaged.matching([H], 'fever', { limit: 9 }, live)).toHaveLength(3);
  });

  test('has everything of a put that resolved, and is whole, after its process was killed in the next one', async () => {
    for (let round = 0; round < 3; round++) {
      const child = fork(join(import.meta.dirname, 'search-index-writer.ts'), [file, key.toString('hex'), String(round)]);
      const durable = await new Promise<string[]>((resolve, reject) => {
        const acks: string[] = [];
        child.on('message', (documentId: string) => {
          acks.push(documentId);
          if (acks.length === 3 + round) child.kill('SIGKILL');
        });
        child.on('exit', () => resolve(acks));
        child.on('error', reject);
      });
      expect(durable.length).toBeGreaterThanOrEqual(3);
      const again = await open();
      expect(said).toEqual([]);
      const there = new Map((await again.documents(H)).map(({ documentId, passages }) => [documentId, passages]));
      for (const documentId of durable) expect([documentId, there.get(documentId)]).toEqual([documentId, 100]);
      const half = [...there.keys()].filter((documentId) => !durable.includes(documentId) && documentId.startsWith(`r${round}`));
      for (const documentId of half) await again.remove(H, documentId);
      await again.close();
      const db = openConnection(file, key);
      const [n] = db.prepare('SELECT n FROM hospitals').pluck().all();
      db.exec(`INSERT INTO words_${n}(words_${n}) VALUES ('integrity-check')`);
      expect(db.pragma('integrity_check')).toEqual([{ integrity_check: 'ok' }]);
      db.close();
    }
  });
});
