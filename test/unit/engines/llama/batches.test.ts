import type { BatchItem, Token } from 'node-llama-cpp';
import { describe, expect, test } from 'vitest';
import { shareBatches } from '../../../../src/engines/llama/batches.ts';

const item = (tokens: number, evaluationPriority = 5): BatchItem =>
  ({ tokens: Array<Token>(tokens).fill(1 as Token), logits: [], evaluationPriority }) as unknown as BatchItem;

/** A machine on which a batch with so many tokens takes so long, and two writers who come back as soon as they have their token. */
function run(cost: (tokens: number) => number, rounds: number, writers = 2) {
  let now = 0;
  const batches = shareBatches(() => now);
  const ends = Array.from({ length: writers }, () => batches.writes());
  const sizes: number[] = [];
  let queued = Array.from({ length: writers }, () => item(1));
  let computing: BatchItem[] = [];
  while (sizes.length < rounds) {
    let chosen = batches.strategy({ items: queued, size: 512 });
    for (let asked = 0; chosen.length === 0; asked++) {
      // Those whose token has been computed ask for the next one a little later than the library asks for the next batch.
      if (asked === 3) queued = [...queued, ...computing.splice(0).map(() => item(1))];
      chosen = batches.strategy({ items: queued, size: 512 });
    }
    if (computing.length > 0) queued = [...queued, ...computing.splice(0).map(() => item(1))];
    const picked = new Set(chosen.map((one) => one.item));
    computing = queued.filter((one) => picked.has(one));
    queued = queued.filter((one) => !picked.has(one));
    sizes.push(chosen.length);
    now += cost(chosen.length);
    if (queued.length === 0) queued = computing.splice(0).map(() => item(1));
  }
  return { sizes, ends, batches };
}

describe('batches of several conversations', () => {
  test('are shared where that is faster', () => {
    const { sizes } = run((tokens) => 20 + tokens, 200);
    const late = sizes.slice(40);
    expect(late.filter((size) => size === 2).length).toBeGreaterThan(late.length * 0.95);
  });

  test('are not shared where one after the other is faster', () => {
    const { sizes } = run((tokens) => (tokens === 1 ? 15 : 53), 200);
    const late = sizes.slice(60);
    expect(late.filter((size) => size === 1).length).toBeGreaterThan(late.length * 0.9);
  });

  test('do not wait for ever for somebody who does not come', () => {
    const batches = shareBatches(() => 0);
    batches.writes();
    batches.writes();
    let asked = 0;
    while (batches.strategy({ items: [item(1)], size: 512 }).length === 0) asked++;
    expect(asked).toBeLessThan(1000);
  });

  test('wait for nobody when one alone writes, or has ended', () => {
    const batches = shareBatches(() => 0);
    const end = batches.writes();
    expect(batches.strategy({ items: [item(1)], size: 512 })).toHaveLength(1);
    const other = batches.writes();
    other();
    other();
    expect(batches.strategy({ items: [item(1)], size: 512 })).toHaveLength(1);
    end();
    expect(batches.strategy({ items: [item(400)], size: 512 })).toMatchObject([{ processAmount: 400 }]);
  });

  test('take small bites of a prompt while somebody is being answered, who goes first', () => {
    const batches = shareBatches(() => 0);
    batches.writes();
    const [reader, writer] = [item(64), item(1)];
    expect(batches.strategy({ items: [reader, writer], size: 512 })).toEqual([
      { item: writer, processAmount: 1 },
      { item: reader, processAmount: 16 },
    ]);
    const [low, high] = [item(64, 1), item(64, 5)];
    expect(batches.strategy({ items: [writer, low, high], size: 512 }).map((one) => one.item)).toEqual([writer, high, low]);
  });
});
