import { describe, expect, it } from 'vitest';
import { cutPower } from '../kit/power/cuts.ts';
import { whyNoTrace } from '../kit/power/trace.ts';

/** What a disk may have lost, torn or put in another order when the power went: test/kit/power says how that is known. */
const long = process.env.BEDSIDE_TEST_LONG === '1';
const why = whyNoTrace();
if (why !== undefined) console.log(`power cuts were skipped: ${why}`);
const MINUTES = 60_000;

describe.skipIf(why !== undefined)('after a power cut', () => {
  it(
    `nothing acknowledged is lost, torn or half done, at ${long ? 2_000 : 200} instants`,
    async () => {
      const wanted = long ? 2_000 : 200;
      const { cuts, acknowledged, compared, flushes, faults } = await cutPower({ cuts: wanted, seed: long ? Date.now() % 1e6 : 7 });
      console.log(`${cuts} power cuts, ${compared} acknowledged units looked for, ${faults.length} faults`);
      expect(faults).toEqual([]);
      expect(cuts).toBe(wanted);
      expect(acknowledged).toBeGreaterThan(100);
      expect(compared).toBeGreaterThan(cuts * 20);
      expect(flushes).toBeGreaterThan(50);
    },
    60 * MINUTES,
  );

  it(
    'much is lost where the flush before the acknowledgement is taken out, and it shows',
    async () => {
      const { faults } = await cutPower({ cuts: 32, flushless: true });
      expect(faults.filter((fault) => /lost \d+ acknowledged units/.test(fault)).length).toBeGreaterThan(5);
    },
    10 * MINUTES,
  );
});
