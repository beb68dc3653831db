import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Lease, shareSequences } from '../../../../src/engines/llama/sequences.ts';

const live = new AbortController().signal;
const settle = () => new Promise((resolve) => setImmediate(resolve));
const take = (
  sequences: ReturnType<typeof shareSequences<string>>,
  conversation?: string,
  signal = live,
  shared: (one: string) => number = () => 0,
) => sequences.take({ conversation, shared, signal });

describe('sequences', () => {
  test('stay with their conversation', async () => {
    const sequences = shareSequences(['1', '2', '3']);
    const first = await take(sequences, 'a');
    first.leave();
    (await take(sequences, 'b')).leave();
    expect((await take(sequences, 'a')).sequence).toBe(first.sequence);
  });

  test('go to a new conversation from the one that was quiet for longest', async () => {
    const sequences = shareSequences(['1', '2']);
    const a = await take(sequences, 'a');
    a.leave();
    const b = await take(sequences, 'b');
    b.leave();
    (await take(sequences, 'a')).leave();
    expect((await take(sequences, 'c')).sequence).toBe(b.sequence);
  });

  test('go first to where most has been read already', async () => {
    const sequences = shareSequences(['1', '2', '3']);
    expect((await take(sequences, 'a', live, (one) => (one === '2' ? 50 : 0))).sequence).toBe('2');
  });

  test('are waited for when all are in use, and the waiting can be stopped', async () => {
    const sequences = shareSequences(['1']);
    const held = await take(sequences, 'a');
    const stop = new AbortController();
    const stopped = take(sequences, 'b', stop.signal);
    const waiting = take(sequences, 'c');
    stop.abort();
    await expect(stopped).rejects.toMatchObject({ code: 'cancelled' });
    held.leave();
    expect((await waiting).sequence).toBe('1');
    await expect(take(sequences, 'x', AbortSignal.abort())).rejects.toMatchObject({ code: 'cancelled' });
  });

  test('are never in two hands: a second turn of a conversation waits for the first', async () => {
    const sequences = shareSequences(['1', '2']);
    const first = await take(sequences, 'a');
    let second: Lease<string> | undefined;
    void take(sequences, 'a').then((lease) => {
      second = lease;
    });
    await settle();
    expect(second).toBeUndefined();
    first.leave();
    await settle();
    expect(second?.sequence).toBe(first.sequence);
  });

  test('give way when the turn begins that was read ahead for', async () => {
    const sequences = shareSequences(['1']);
    let gaveWay = 0;
    const ahead = sequences.tryTake({ conversation: 'a', shared: () => 0, yields: () => gaveWay++ });
    const turn = take(sequences, 'a');
    await settle();
    expect(gaveWay).toBe(1);
    ahead?.leave();
    expect((await turn).sequence).toBe('1');
  });

  test('are not taken from a conversation to read ahead for another', async () => {
    const sequences = shareSequences(['1']);
    (await take(sequences, 'a')).leave();
    expect(sequences.tryTake({ conversation: 'b', shared: () => 0, yields: () => {} })).toBeUndefined();
    expect(sequences.tryTake({ conversation: 'a', shared: () => 0, yields: () => {} })).toBeDefined();
  });

  test('all come to an end, whoever comes and goes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c', undefined), fc.boolean()), { maxLength: 25 }), async (turns) => {
        const sequences = shareSequences(['1', '2']);
        const inUse = new Set<string>();
        const all = turns.map(async ([conversation, stops]) => {
          const stop = new AbortController();
          const taking = take(sequences, conversation, stop.signal);
          if (stops) stop.abort();
          const lease = await taking.catch(() => undefined);
          if (!lease) return;
          if (inUse.has(lease.sequence)) throw new Error('in two hands');
          inUse.add(lease.sequence);
          await settle();
          inUse.delete(lease.sequence);
          lease.leave();
        });
        await Promise.all(all);
      }),
      { numRuns: 60 },
    );
  });
});
