import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dataFolder } from '../contract/matrix.ts';
import { hasHearing } from '../contract/sherpa.ts';
import { present } from '../contract/sounds.ts';
import {
  type CallOutcome,
  callAll,
  clockOfTuesday,
  type Deed,
  digitsFolder,
  type Script,
  type Sound,
  scriptsOf,
} from '../kit/reception-calls.ts';
import { startVoiceHouse, type VoiceHouse } from '../kit/voice-house.ts';

const long = process.env.BEDSIDE_TEST_LONG === '1';
const deeds: readonly Deed[] = ['book', 'move', 'cancel'];

describe.skipIf(
  !hasHearing('the reception by voice') || !present('the reception by voice', join(dataFolder, 'speech_clinic/dev'), digitsFolder),
)('the reception by voice', () => {
  let voices: VoiceHouse;
  beforeAll(async () => {
    voices = await startVoiceHouse({ clock: clockOfTuesday() });
  }, 120_000);
  afterAll(() => voices?.stop());

  test('books, moves and cancels what is spoken, and nothing else, also in noise', async () => {
    const calls: (readonly [Script, Sound])[] = long
      ? Array.from({ length: 12 }, (_, n) => n).flatMap((n) =>
          deeds.flatMap((deed): [Script, Sound][] => {
            const script = scriptsOf(deed, 12)[n] as Script;
            return [
              [script, 'clean'],
              [script, n % 2 === 0 ? 'white noise' : 'babble'],
            ];
          }),
        )
      : [
          ...deeds.map((deed): [Script, Sound] => [scriptsOf(deed, 1)[0] as Script, 'clean']),
          [scriptsOf('cancel', 1)[0] as Script, 'white noise'],
        ];
    const outcomes = await callAll(voices, calls, long ? 6 : 4, ({ script, sound, end, log, wrongRows, unasked }) => {
      if (end !== 'completed' || wrongRows + unasked > 0)
        process.stdout.write(`${script.deed}, ${sound}: ${end}, ${wrongRows} wrong, ${unasked} unasked\n  ${log.join('\n  ')}\n`);
    });
    console.log(tableOf(outcomes));
    expect(outcomes).toHaveLength(calls.length);
    expect(outcomes.filter(({ wrongRows }) => wrongRows > 0).map(({ log }) => log)).toEqual([]);
    expect(outcomes.filter(({ unasked }) => unasked > 0).map(({ log }) => log)).toEqual([]);
    // Every deed can be done, digits and yes by voice. How often it is done is the recogniser's matter, and the table's.
    for (const deed of deeds) {
      const clean = outcomes.filter(({ script, sound }) => script.deed === deed && sound === 'clean');
      expect(clean.filter(({ end }) => end === 'completed').length, deed).toBeGreaterThan(0);
    }
  }, 1_500_000);
});

function tableOf(outcomes: readonly CallOutcome[]): string {
  const lines = [['deed', 'sound', 'calls', 'completed', 'handed over', 'given up', 'wrong rows', 'unasked', 'turns (mean)']];
  const groups = Map.groupBy(outcomes, ({ script, sound }) => `${script.deed}|${sound}`);
  for (const [key, list] of [...groups].sort(([a], [b]) => a.localeCompare(b))) {
    const count = (end: CallOutcome['end']) => String(list.filter((one) => one.end === end).length);
    const sum = (of: (one: CallOutcome) => number) => list.reduce((total, one) => total + of(one), 0);
    lines.push([
      ...key.split('|'),
      String(list.length),
      count('completed'),
      count('handed over'),
      count('given up'),
      String(sum(({ wrongRows }) => wrongRows)),
      String(sum(({ unasked }) => unasked)),
      (sum(({ turns }) => turns) / list.length).toFixed(1),
    ]);
  }
  return lines.map((cells) => cells.map((cell) => cell.padEnd(13)).join('')).join('\n');
}
