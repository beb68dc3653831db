import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type HomeUse, lockHome } from '../../../src/storage/sqlite/home-lock.ts';

const root = mkdtempSync(join(tmpdir(), 'bedside-lock-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const lockFile = (name: string) => join(root, `${name}.lock`);
const lock = (name: string, use: HomeUse) => lockHome(lockFile(name), root, use, 0);

describe('the lock of the data folder', () => {
  it.each([
    ['serve', 'serve', false],
    ['serve', 'beside', true],
    ['serve', 'replace', false],
    ['beside', 'beside', true],
    ['beside', 'serve', true],
    ['beside', 'replace', false],
    ['replace', 'beside', false],
    ['replace', 'serve', false],
    ['replace', 'replace', false],
  ] as const)('while one is there to %s, another may %s: %s', (first, second, may) => {
    const name = `${first}-${second}`;
    const held = lock(name, first);
    if (may) lock(name, second).release();
    else expect(() => lock(name, second)).toThrow(/in use|being restored|running/);
    held.release();
    lock(name, second).release();
  });

  it('leaves nothing but an empty file', () => {
    lock('empty', 'serve').release();
    lock('empty', 'replace').release();
    expect(readdirSync(root).filter((name) => name.startsWith('empty'))).toEqual(['empty.lock']);
  });

  it('dies with the process that held it, also under kill -9', async () => {
    const program = `
      import { lockHome } from ${JSON.stringify(new URL('../../../src/storage/sqlite/home-lock.ts', import.meta.url).href)};
      const held = lockHome(${JSON.stringify(lockFile('killed'))}, ${JSON.stringify(root)}, 'serve');
      console.log('held');
      setInterval(() => held, 1000);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = new Promise((resolve) => child.on('exit', resolve));
    await new Promise((resolve) => child.stdout.once('data', resolve));
    expect(() => lock('killed', 'serve')).toThrow('in use');
    child.kill('SIGKILL');
    await ended;
    lock('killed', 'replace').release();
  });
});
