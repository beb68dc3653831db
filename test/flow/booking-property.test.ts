import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clockOf, liveBoth, oraclePlaces } from '../kit/booking-oracle.ts';
import { makeDesk } from '../kit/desk.ts';
import { openTestStorage, type TestStorage } from '../kit/storage.ts';

const SEQUENCES = process.env.BEDSIDE_TEST_LONG === '1' ? 20_000 : 300;

describe('the book of appointments', () => {
  let kept: TestStorage;
  beforeAll(async () => {
    // What is proved here is the book, not the disk beneath it.
    kept = await openTestStorage({ openLog: async () => ({ datasync: async () => {}, close: async () => {} }), encrypted: false });
  });
  afterAll(() => kept?.close());

  it('says the same as a desk of paper, whatever happens at it', async () => {
    const divergences: string[] = [];
    let operations = 0;
    for (let seed = 1; seed <= SEQUENCES && divergences.length < 20; seed++) {
      const clock = clockOf(seed);
      const desk = makeDesk(kept.storage, clock);
      const place = oraclePlaces[seed % oraclePlaces.length] ?? 'UTC';
      const lived = await liveBoth(desk, clock, { hospitalId: await desk.hospital(place), place, seed, steps: 12 });
      divergences.push(...lived.divergences);
      operations += lived.operations;
    }
    console.log(`booking: ${SEQUENCES} random lives of ${operations} deeds, ${divergences.length} divergences from the paper`);
    expect(divergences).toEqual([]);
  }, 1_800_000);
});
