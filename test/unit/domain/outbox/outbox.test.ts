import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Departure, MOST_TRIES, waitAfter } from '../../../../src/domain/outbox/departure.ts';
import { makeOutbox } from '../../../../src/domain/outbox/outbox.ts';
import type { Mail } from '../../../../src/integrations/mailer.ts';
import { AppError } from '../../../../src/shared/errors.ts';
import { newId } from '../../../../src/shared/ids.ts';
import { makeJumpClock } from '../../../fakes/jump-clock.ts';
import { openTestStorage, type TestStorage } from '../../../kit/storage.ts';

const LONG = process.env.BEDSIDE_TEST_LONG === '1';
const LANES = LONG ? 2_000 : 60;
const EACH = 5;

describe('the outbox', () => {
  let kept: TestStorage;
  beforeAll(async () => {
    kept = await openTestStorage();
  });
  afterAll(() => kept?.close());

  it('waits longer after each try in vain, and for two days in all', () => {
    const waits = Array.from({ length: MOST_TRIES - 1 }, (_, n) => waitAfter(n + 1));
    expect(waits).toEqual([...waits].sort((a, b) => a - b));
    expect(waits[0]).toBe(30_000);
    const hours = waits.reduce((sum, wait) => sum + wait, 0) / 3_600_000;
    expect(hours).toBeGreaterThan(40);
    expect(hours).toBeLessThan(60);
  });

  it(`hands ${LANES * EACH} messages to a receiver that loses, doubts and delays a third of them: all come, each lane in its order`, async () => {
    const clock = makeJumpClock();
    const random = seeded(20_261_120);
    const received: Mail[] = [];
    const outbox = makeOutbox({
      ...{ storage: kept.storage, clock, time: { lifeMs: () => clock.now().getTime(), doubt: async () => undefined } },
      sealer: { seal: () => '', open: () => new Uint8Array() },
      notices: { announce() {} },
      messenger: { sendText: async () => {}, sendEvent: async () => {} },
      reach: async () => ['machine'],
      mail: {
        from: 'desk@north.test',
        mailer: {
          async send(mail) {
            const luck = random();
            if (luck < 0.1) throw new AppError('unavailable', 'The receiver could not be reached.', { reason: 'UNREACHABLE' });
            if (luck < 0.2) throw new AppError('unavailable', 'The mail server could not take this mail now.');
            if (luck < 0.25) await new Promise((resolve) => setTimeout(resolve, 2));
            received.push(mail);
            // It has it, and its yes is lost on the way.
            if (luck > 0.9) throw new AppError('unavailable', 'The receiver could not be reached.');
          },
        },
      },
    });
    const written = new Map<string, string[]>();
    for (let n = 0; n < EACH; n++)
      for (let lane = 0; lane < LANES; lane++) {
        const id = newId();
        written.set(`lane ${lane}`, [...(written.get(`lane ${lane}`) ?? []), id]);
        const content = { messageId: id, subject: `lane ${lane}`, text: '', html: '', calendar: null };
        const departure: Departure = {
          ...{
            id,
            kind: 'email',
            event: 'appointment.booked',
            key: id,
            lane: `lane ${lane}`,
            appointmentId: null,
            patientId: null,
            content,
          },
          ...{ recipient: 'a@b.test', status: 'pending', attempts: 0, nextAt: 0, leaseUntil: null, error: null, answer: null },
          ...{ expiresAt: null, createdAt: 1, updatedAt: 1, sentAt: null },
        };
        await kept.storage.transact('north', (stores) => stores.outbox.insert(departure));
      }
    let left = 0;
    for (let round = 0; round < 20_000 && left < LANES * EACH; round++) {
      left += await outbox.deliver(new AbortController().signal);
      clock.jump(60_000);
    }
    expect(left).toBe(LANES * EACH);
    const first = new Map<string, string[]>();
    for (const { messageId, subject } of received) {
      const ids = first.get(subject) ?? [];
      if (!ids.includes(messageId)) first.set(subject, [...ids, messageId]);
    }
    expect(first).toEqual(written);
    // Doubted ones came twice, under one id: whoever counts by id has each once.
    expect(received.length).toBeGreaterThan(LANES * EACH);
  }, 600_000);
});

/** Luck that is the same each time (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
