import { describe, expect, it } from 'vitest';
import { type ClockFault, judgeClock, type KnownTimes } from '../../../src/domain/access/clock-verdict.ts';
import { isOpen } from '../../../src/domain/access/trusted-time.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const written = Date.UTC(2026, 10, 20, 9);
const built = Date.UTC(2026, 9, 1);

const table: readonly [what: string, known: KnownTimes, fault: ClockFault | undefined][] = [
  ['a new box, of which nothing is known', { wallMs: written }, undefined],
  ['a new box after its build', { wallMs: built + DAY, builtMs: built }, undefined],
  ['a new box before its build', { wallMs: built - 1, builtMs: built }, 'beforeBuild'],
  ['a start in the same second', { wallMs: written, highestMs: written, builtMs: built }, undefined],
  ['a start after a clock of whole seconds came back late', { wallMs: written - 4 * MINUTE, highestMs: written }, undefined],
  ['a start ten minutes before what was written', { wallMs: written - 10 * MINUTE, highestMs: written }, 'beforeLastWrite'],
  ['a start two years before', { wallMs: written - 730 * DAY, highestMs: written, builtMs: built }, 'beforeLastWrite'],
  ['a start at the beginning of computer time', { wallMs: 0, highestMs: written }, 'beforeLastWrite'],
  ['a start three days later', { wallMs: written + 3 * DAY, highestMs: written, builtMs: built }, undefined],
  ['a start 400 days later', { wallMs: written + 400 * DAY, highestMs: written }, undefined],
  ['a start 401 days later', { wallMs: written + 401 * DAY, highestMs: written }, 'longAfter'],
  ['a start 500 days later', { wallMs: written + 500 * DAY, highestMs: written, builtMs: built }, 'longAfter'],
  [
    'a later version on a box whose clock was wrong when it wrote',
    { wallMs: written, highestMs: written, builtMs: written + 1 },
    'beforeBuild',
  ],
  ['running, and to the second', { wallMs: written, expectedMs: written }, undefined],
  ['running, set right by 59 minutes', { wallMs: written + 59 * MINUTE, expectedMs: written }, undefined],
  ['running, set back by 59 minutes', { wallMs: written - 59 * MINUTE, expectedMs: written }, undefined],
  ['running, set ahead by 61 minutes', { wallMs: written + 61 * MINUTE, expectedMs: written }, 'jumped'],
  ['running, set back by 61 minutes', { wallMs: written - 61 * MINUTE, expectedMs: written }, 'jumped'],
  ['running for 500 days', { wallMs: written + 500 * DAY, expectedMs: written + 500 * DAY, highestMs: written }, undefined],
  [
    'running, confirmed as it is, before its build',
    { wallMs: built - DAY, expectedMs: built - DAY, highestMs: written, builtMs: built },
    undefined,
  ],
];

describe('the verdict on a clock', () => {
  it.each(table)('%s', (_what, known, fault) => expect(judgeClock(known)).toBe(fault));
});

describe('what was given a length of life', () => {
  it('is open until its time has passed', () => {
    expect(isOpen(written + HOUR, written, HOUR)).toBe(true);
    expect(isOpen(written, written, HOUR)).toBe(false);
  });
  it('is not open where it would live longer than it was given', () => {
    expect(isOpen(written + 365 * DAY, written, 7 * DAY)).toBe(false);
  });
});
