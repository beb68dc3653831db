import { expect, it } from 'vitest';
import { killAndCompare } from '../kit/outbox-kills.ts';

const KILLS = process.env.BEDSIDE_TEST_LONG === '1' ? 100 : 5;

it(`loses no mail when the service is killed between a booking and its mail, ${KILLS} times, and never writes one twice`, async () => {
  const report = await killAndCompare(KILLS);
  console.log(`outbox: ${JSON.stringify(report)}`);
  expect(report.promised).toBe(KILLS * 3);
  expect(report.lost).toBe(0);
  expect(report.doubled).toBe(0);
  // Some of the kills must have come before the mail, or this proves nothing.
  expect(report.caught).toBeGreaterThan(0);
}, 1_200_000);
