import { describe, expect, it } from 'vitest';
import { makeLanes } from '../../../src/shared/lanes.ts';

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('lanes', () => {
  it('let one after the other through under a key, in order, also after one that failed', async () => {
    const lanes = makeLanes();
    const seen: string[] = [];
    let inside = 0;
    const work = (name: string, fails = false) =>
      lanes.run('key', async () => {
        expect(++inside).toBe(1);
        await turn();
        seen.push(name);
        inside--;
        if (fails) throw new Error(name);
        return name;
      });
    const results = await Promise.allSettled([work('a'), work('b', true), work('c'), work('d')]);
    expect(seen).toEqual(['a', 'b', 'c', 'd']);
    expect(results.map((result) => (result.status === 'fulfilled' ? result.value : String(result.reason)))).toEqual([
      'a',
      'Error: b',
      'c',
      'd',
    ]);
  });

  it('do not wait for each other', async () => {
    const lanes = makeLanes();
    let open = () => {};
    const stuck = lanes.run('one', () => new Promise<void>((resolve) => (open = resolve)));
    expect(await lanes.run('two', async () => 'through')).toBe('through');
    open();
    await stuck;
  });

  it('say how many are in them, and forget a lane that is empty', async () => {
    const lanes = makeLanes();
    const opens: (() => void)[] = [];
    const runs = Array.from({ length: 3 }, () => lanes.run('key', () => new Promise<void>((resolve) => opens.push(resolve))));
    expect([lanes.length('key'), lanes.length('other')]).toEqual([3, 0]);
    for (let left = 2; left >= 0; left--) {
      await turn();
      opens.shift()?.();
      await turn();
      expect(lanes.length('key')).toBe(left);
    }
    await Promise.all(runs);
  });
});
