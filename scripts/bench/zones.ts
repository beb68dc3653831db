import { makeZones } from '../../src/shared/zone.ts';
import { cases, clockChanges } from '../../test/kit/clock-changes.ts';

/**
 * Every change of every clock that this machine's tables know of from 2025 to 2035, in five ways each: no wall time may shift.
 *
 *   node scripts/bench/zones.ts
 */
const zones = makeZones();
const names = Intl.supportedValuesOf('timeZone');
let [changes, tried, places] = [0, 0, 0];
const wrong: string[] = [];
for (const name of names) {
  const found = clockChanges(name, 2025, 2036);
  if (found.length > 0) places++;
  changes += found.length;
  for (const change of found)
    for (const [what, one] of Object.entries(cases)) {
      tried++;
      for (const sentence of one(zones.of(name), change)) wrong.push(`${name} ${new Date(change.at).toISOString()} ${what}: ${sentence}`);
    }
}
for (const sentence of wrong.slice(0, 50)) console.log(sentence);
console.log(
  `zones: ${changes} changes in ${places} of ${names.length} zones (tz ${process.versions.tz}), ${tried} cases, ${wrong.length} wrong`,
);
if (wrong.length > 0) process.exitCode = 1;
