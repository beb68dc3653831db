import { describe, expect, it } from 'vitest';
import { channel } from '../../../src/shared/channel.ts';

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const seen: T[] = [];
  for await (const item of items) seen.push(item);
  return seen;
}
const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('a channel', () => {
  it('gives what was put in, in order, to a reader who comes late, early, or in between', async () => {
    const line = channel<number>(10);
    line.push(1);
    line.push(2);
    const read = all(line);
    await turn();
    line.push(3);
    await turn();
    line.end();
    expect(await read).toEqual([1, 2, 3]);
  });

  it('never grows beyond its capacity: the oldest goes, and is counted', async () => {
    const line = channel<number>(3);
    for (let n = 0; n < 1_000; n++) line.push(n);
    expect([line.size, line.dropped]).toEqual([3, 997]);
    line.end();
    expect(await all(line)).toEqual([997, 998, 999]);
  });

  it('weighs what it holds, and keeps at least the newest however heavy it is', async () => {
    const line = channel<string>(10, { weigh: (text) => text.length });
    for (const text of ['aaaa', 'bbbb', 'cc', 'd']) line.push(text);
    expect([line.size, line.dropped]).toEqual([3, 1]);
    line.push('x'.repeat(50));
    expect([line.size, line.dropped]).toEqual([1, 4]);
    line.end();
    expect(await all(line)).toEqual(['x'.repeat(50)]);
  });

  it('ends after what is queued, and takes nothing more', async () => {
    const line = channel<number>(3);
    line.push(1);
    line.end();
    line.push(2);
    expect(await all(line)).toEqual([1]);
    expect(await all(line)).toEqual([]);
  });

  it('fails at once, whatever is queued, also for a reader who waits', async () => {
    const line = channel<number>(3);
    const waiting = all(line);
    await turn();
    line.fail(new Error('the line is dead'));
    line.fail(new Error('and dead again'));
    await expect(waiting).rejects.toThrow('the line is dead');
    line.push(1);
    await expect(all(line)).rejects.toThrow('the line is dead');
  });
});
