import { describe, expect, it } from 'vitest';
import { isDue, isThere, timesToKeep } from '../../../src/domain/jobs/backup-places.ts';
import { otherDisks, parseMounts } from '../../../src/storage/volumes.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const fault = (reason: 'missing' | 'full' | 'failed', at: number) => ({ mounted: true, fault: { at, reason, sentence: '', values: {} } });

describe('a place of backups', () => {
  it.each([
    ['that never had one', { newestMs: undefined, there: true, record: undefined }, true],
    ['whose newest is fresh', { newestMs: 99.5 * DAY, there: true, record: undefined }, false],
    ['whose newest is a day old', { newestMs: 99 * DAY, there: true, record: undefined }, true],
    ['that is missing, and nobody was told', { newestMs: undefined, there: false, record: undefined }, true],
    ['that is still missing', { newestMs: undefined, there: false, record: fault('missing', 50 * DAY) }, false],
    ['that is back', { newestMs: undefined, there: true, record: fault('missing', 100 * DAY - 1) }, true],
    ['that was full a minute ago', { newestMs: undefined, there: true, record: fault('full', 100 * DAY - 60_000) }, false],
    ['that was full an hour ago', { newestMs: undefined, there: true, record: fault('full', 100 * DAY - HOUR) }, true],
  ])('%s', (_what, place, due) => expect(isDue(place, 100 * DAY, DAY)).toBe(due));

  it('is not there when its disk is not, although its folder is', () => {
    const look = { exists: true, mounted: false, sameDisk: true };
    expect(isThere(look, undefined)).toBe(true);
    expect(isThere(look, { mounted: true, fault: null })).toBe(false);
    expect(isThere({ ...look, mounted: true }, { mounted: true, fault: null })).toBe(true);
    expect(isThere({ ...look, exists: false }, undefined)).toBe(false);
  });

  it('keeps a week of days, a month of weeks and a year of months', () => {
    const begin = Date.UTC(2025, 0, 1, 3);
    let kept: number[] = [];
    for (let day = 0; day < 800; day++) kept = [...timesToKeep([...kept, begin + day * DAY])];
    const last = begin + 799 * DAY;
    for (let day = 0; day < 7; day++) expect(kept).toContain(last - day * DAY);
    expect(kept.length).toBeGreaterThan(18);
    expect(kept.length).toBeLessThanOrEqual(24);
    expect(last - Math.min(...kept)).toBeGreaterThan(300 * DAY);
    expect(timesToKeep([])).toEqual(new Set());
  });
});

describe('other disks', () => {
  const mounts = parseMounts(`/dev/sda2 / ext4 rw 0 0
proc /proc proc rw 0 0
tmpfs /tmp tmpfs rw 0 0
/dev/sda1 /boot/efi vfat rw 0 0
/dev/sdb1 /srv xfs rw 0 0
/dev/sdb1 /srv/again xfs rw 0 0
/dev/sdc1 /media/nurse/BACK\\040UP vfat rw 0 0
/dev/sdd1 /mnt/second ext4 rw 0 0
/dev/loop3 /snap/core squashfs ro 0 0
//nas/share /mnt/nas cifs rw 0 0
`);
  it('are those with neither the system nor the data', () => {
    expect(otherDisks(mounts, '/srv/bedside/data').map(({ folder }) => folder)).toEqual(['/mnt/second', '/media/nurse/BACK UP']);
    expect(
      otherDisks(mounts, '/home/bedside/data')
        .map(({ folder }) => folder)
        .sort(),
    ).toEqual(['/media/nurse/BACK UP', '/mnt/second', '/srv']);
    expect(otherDisks([], '/data')).toEqual([]);
  });
});
