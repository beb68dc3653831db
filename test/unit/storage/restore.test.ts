import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { type Layout, layoutOf } from '../../../src/storage/home-layout.ts';
import { finishRestore } from '../../../src/storage/restore.ts';
import { PLAN, type RestorePlan } from '../../../src/storage/stage-backup.ts';

const root = mkdtempSync(join(tmpdir(), 'bedside-restore-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** A staged restore over a home that holds data: what lies where is all that counts here, so the files are words. */
let n = 0;
let at: Layout;
beforeEach(() => stageOver('replace'));
function stageOver(mode: RestorePlan['mode']): void {
  at = layoutOf(join(root, String(++n)));
  const write = (path: string, text: string) => {
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, text);
  };
  for (const [path, text] of [
    [at.database, 'old database'],
    [`${at.database}-wal`, 'old log'],
    [at.searchIndex, 'old search index'],
    [at.keyCheck, 'old check\n'],
    [join(at.keys, 'one.key'), 'old signing key'],
    [join(at.files, 'clinic/aa/kept'), 'a file of both'],
    [join(at.files, 'clinic/bb/newer'), 'a newer file'],
    [join(at.restoring, 'bedside.db'), 'new database'],
    [join(at.restoring, 'files/clinic/cc/lost'), 'a file that was lost'],
    [join(at.restoring, PLAN), JSON.stringify({ mode, aside: 'replaced/then', keyCheck: 'new check' } satisfies RestorePlan)],
  ] as const)
    write(path, text);
}
const read = (path: string) => (existsSync(path) ? readFileSync(path, 'utf8') : undefined);
function expectReplaced(): void {
  const aside = join(at.replaced, 'then');
  expect(read(at.database)).toBe('new database');
  expect(read(`${at.database}-wal`)).toBeUndefined();
  expect(read(at.searchIndex)).toBeUndefined(); // made from what is not in place any more
  expect(read(at.keyCheck)).toBe('new check\n');
  expect(existsSync(at.keys)).toBe(false);
  expect(read(join(at.files, 'clinic/cc/lost'))).toBe('a file that was lost');
  expect(read(join(at.files, 'clinic/bb/newer'))).toBeUndefined();
  expect(read(join(aside, 'bedside.db'))).toBe('old database');
  expect(read(join(aside, 'bedside.db-wal'))).toBe('old log');
  expect(read(join(aside, 'keys/one.key'))).toBe('old signing key');
  expect(read(join(aside, 'files/clinic/bb/newer'))).toBe('a newer file');
  expect(existsSync(at.restoring)).toBe(false);
}

describe('a restore that was proved and staged', () => {
  it('puts the new in place and keeps the old aside', () => {
    finishRestore(at);
    expectReplaced();
  });

  // The moves of a restore in their order; it is cut off after each of them and then goes on.
  const moves: readonly (readonly [from: (at: Layout) => string, to: (at: Layout) => string])[] = [
    [(h) => h.database, (h) => join(h.replaced, 'then/bedside.db')],
    [(h) => `${h.database}-wal`, (h) => join(h.replaced, 'then/bedside.db-wal')],
    [(h) => h.keys, (h) => join(h.replaced, 'then/keys')],
    [(h) => h.keyCheck, (h) => join(h.replaced, 'then/key-check')],
    [(h) => join(h.restoring, 'bedside.db'), (h) => h.database],
    [(h) => h.files, (h) => join(h.replaced, 'then/files')],
    [(h) => join(h.restoring, 'files'), (h) => h.files],
  ];
  it.each(moves.map((_, done) => done + 1))('goes on to the same end when the power was cut after move %i', (done) => {
    mkdirSync(join(at.replaced, 'then'), { recursive: true });
    for (const [from, to] of moves.slice(0, done)) renameSync(from(at), to(at));
    finishRestore(at);
    expectReplaced();
  });

  it('that mends brings the database and the files that were lost, and keeps newer ones', () => {
    stageOver('mend');
    finishRestore(at);
    expect(read(at.database)).toBe('new database');
    expect(read(join(at.files, 'clinic/cc/lost'))).toBe('a file that was lost');
    expect(read(join(at.files, 'clinic/bb/newer'))).toBe('a newer file');
    expect(read(join(at.keys, 'one.key'))).toBe('old signing key');
    expect(read(join(at.replaced, 'then/bedside.db'))).toBe('old database');
  });
});
