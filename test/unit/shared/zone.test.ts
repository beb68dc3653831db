import { describe, expect, it } from 'vitest';
import { addDays, daysBetween, makeZones } from '../../../src/shared/zone.ts';
import { cases, clockChanges } from '../../kit/clock-changes.ts';

const long = process.env.BEDSIDE_TEST_LONG === '1';
/** Shifts of an hour and of half an hour, at midnight and in the evening, in both halves of the world; one that gave them up. */
const ten = [
  ...['Europe/London', 'America/New_York', 'Australia/Lord_Howe', 'Australia/Adelaide', 'Africa/Casablanca'],
  ...['America/Havana', 'Africa/Cairo', 'Asia/Beirut', 'America/Santiago', 'America/Nuuk'],
];

describe('a zone', () => {
  const zones = makeZones();

  it('knows what the wall shows, in places near and far from UTC', () => {
    const at = Date.UTC(2026, 10, 20, 18, 40);
    expect(zones.of('Asia/Kolkata').wall(at)).toEqual({ date: '2026-11-21', minute: 10 });
    expect(zones.of('America/Phoenix').wall(at)).toEqual({ date: '2026-11-20', minute: 11 * 60 + 40 });
    expect(zones.of('Pacific/Kiritimati').wall(at)).toEqual({ date: '2026-11-21', minute: 8 * 60 + 40 });
    expect(zones.of('Asia/Kolkata').instants('2026-11-21', 10)).toEqual([at]);
    expect(zones.of('Asia/Kolkata').edge('2026-11-20', 1440)).toBe(Date.UTC(2026, 10, 20, 18, 30));
    expect(() => zones.of('Mars/Olympus')).toThrow(RangeError);
  });

  it('has no day where an island crosses the date line, and says where it is missing', () => {
    const apia = zones.of('Pacific/Apia');
    expect(apia.instants('2011-12-30', 12 * 60)).toEqual([]);
    expect(apia.edge('2011-12-30', 12 * 60)).toBe(Date.UTC(2011, 11, 30, 10));
    expect(apia.wall(Date.UTC(2011, 11, 30, 10))).toEqual({ date: '2011-12-31', minute: 0 });
  });

  it('counts days over the turn of a year and a leap day', () => {
    expect(addDays('2028-02-28', 1)).toBe('2028-02-29');
    expect(addDays('2027-12-31', 1)).toBe('2028-01-01');
    expect(daysBetween('2027-12-31', '2028-03-01')).toBe(61);
  });

  it('shifts no wall time at any change of the clock', () => {
    const wrong: string[] = [];
    let count = 0;
    for (const zone of ten)
      for (const change of clockChanges(zone, 2025, long ? 2036 : 2028))
        for (const [name, tried] of Object.entries(cases)) {
          count++;
          for (const sentence of tried(zones.of(zone), change))
            wrong.push(`${zone} ${new Date(change.at).toISOString()} ${name}: ${sentence}`);
        }
    console.log(`zones: ${count} cases of clock changes in ${ten.length} zones, ${wrong.length} wrong`);
    expect(wrong.slice(0, 20)).toEqual([]);
    expect(count).toBeGreaterThan(200);
  });
});
