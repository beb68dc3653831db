import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cutLong, findRegions, type Surroundings } from '../../../src/engines/sherpa/regions.ts';
import { knowsOnlyCapitals, sentenceCase } from '../../../src/engines/sherpa/sentence-case.ts';
import { hotwordLines, lettersOf } from '../../../src/engines/sherpa/terms.ts';
import { edgePolicy } from '../../../src/engines/speech-edges.ts';

const capitals = new Set([..."ABCDEFGHIJKLMNOPQRSTUVWXYZ'"]);

describe('expected names', () => {
  test('are spelled as they are said, in the letters that the model has', () => {
    expect(hotwordLines(['Dr. Sharma', 'José Álvarez', 'Co-trimoxazole', 'O’Brien'], capitals)).toEqual([
      'DOCTOR SHARMA',
      'JOSE ALVAREZ',
      'CO TRIMOXAZOLE',
      "O'BRIEN",
    ]);
    expect(hotwordLines(['Dr. Sharma'], new Set([...'abcdefghijklmnopqrstuvwxyz']))).toEqual(['doctor sharma']);
    expect(hotwordLines(['शर्मा'], new Set([...'शर्मा']))).toEqual(['शर्मा']);
  });

  test('are left out where the model has no letter for them', () => {
    expect(hotwordLines(['李医生', 'Vitamin B12', '💊', '', ' ', 'x'.repeat(100), 'शर्मा', 'a'], capitals)).toEqual([]);
  });

  test('are few, and each only once', () => {
    expect(hotwordLines(['Rao', 'rao', 'RAO'], capitals)).toEqual(['RAO']);
    expect(
      hotwordLines(
        Array.from({ length: 5_000 }, (_, i) => `Name${[...String(i)].map((digit) => 'ABCDEFGHIJ'[Number(digit)]).join('')}`),
        capitals,
      ).length,
    ).toBe(300);
  });

  test('never hold anything but letters of the model', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' })), (terms) => {
        for (const line of hotwordLines(terms, capitals))
          for (const letter of line) expect(letter === ' ' || capitals.has(letter)).toBe(true);
      }),
    );
  });

  test('letters are read from the token file: single ones, without marks and commands', () => {
    expect([...lettersOf('<blk> 0\n<unk> 2\nS 3\n▁THE 5\n▁A 6\nING 9\n')]).toEqual(['S', 'A']);
  });
});

describe('sentence case', () => {
  test('writes as people write', () => {
    expect(sentenceCase("I HAVE HAD A FEVER SINCE MONDAY AND I'M TIRED", [])).toBe("I have had a fever since Monday and I'm tired");
    expect(sentenceCase('  MAY I COME IN  APRIL ', [])).toBe('May I come in April');
    expect(sentenceCase('', [])).toBe('');
  });

  test('writes expected names as the caller does, whole words only', () => {
    expect(sentenceCase('BOOK ME WITH DOCTOR RAO NOT RAOUL', ['Doctor Rao', 'Rao'])).toBe('Book me with Doctor Rao not raoul');
    expect(sentenceCase('I TAKE METFORMIN AND AN ECG', ['ECG', 'metformin', 'a.c'])).toBe('I take metformin and an ECG');
  });

  test('is for models that know only capitals', () => {
    expect(knowsOnlyCapitals(capitals)).toBe(true);
    expect(knowsOnlyCapitals(new Set([...'ABCabc']))).toBe(false);
    expect(knowsOnlyCapitals(new Set([...'शर्मा']))).toBe(false);
    expect(knowsOnlyCapitals(new Set())).toBe(false);
  });
});

const windowSamples = 512;
const rate = 16_000;
const around: Surroundings = { beforeMs: 300, afterMs: 300, gatherGapMs: 0, longestMs: 60_000 };
const scoresOf = (...runs: readonly [score: number, ms: number][]) =>
  runs.flatMap(([score, ms]) => Array<number>(Math.round((ms * 16) / windowSamples)).fill(score));
const regionsOf = (scores: readonly number[], more: Partial<Surroundings> = {}) =>
  findRegions(scores, windowSamples, rate, scores.length * windowSamples, edgePolicy, { ...around, ...more });

describe('regions of speech in a clip', () => {
  const two = scoresOf([0, 2_000], [1, 1_000], [0, 2_000], [1, 1_000], [0, 2_000]);

  test('lie around the speech', () => {
    const regions = regionsOf(two);
    expect(regions).toHaveLength(2);
    const [first] = regions;
    expect(first?.stretches).toHaveLength(1);
    expect(Math.abs((first?.stretches[0]?.start as number) - 32_000)).toBeLessThanOrEqual(512);
    expect((first?.stretches[0]?.start as number) - (first?.from as number)).toBe(4_800);
    expect((first?.to as number) - (first?.stretches[0]?.end as number)).toBe(4_800);
  });

  test('with short pauses are put together, and keep their stretches', () => {
    expect(regionsOf(two, { gatherGapMs: 2_500 })).toMatchObject([{ stretches: [{}, {}] }]);
    expect(regionsOf(two, { gatherGapMs: 2_500, longestMs: 3_000 })).toHaveLength(2);
  });

  test('are none in silence and in a click', () => {
    expect(regionsOf(scoresOf([0, 5_000]))).toEqual([]);
    expect(regionsOf(scoresOf([0, 1_000], [1, 64], [0, 1_000]))).toEqual([]);
  });

  test('reach to the end of a clip that ends in mid-word', () => {
    const scores = scoresOf([0, 500], [1, 1_000]);
    expect(regionsOf(scores)[0]?.to).toBe(scores.length * windowSamples);
  });

  test('never overlap speech of their neighbours and stay within the clip', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom(0, 1), fc.integer({ min: 30, max: 3_000 })), { maxLength: 20 }),
        fc.integer({ min: 0, max: 3_000 }),
        (runs, gatherGapMs) => {
          const scores = scoresOf(...(runs as [number, number][]));
          let heardTo = 0;
          for (const { from, to, stretches } of regionsOf(scores, { gatherGapMs, beforeMs: 1_000, afterMs: 400 })) {
            expect(from).toBeGreaterThanOrEqual(heardTo);
            expect(to).toBeLessThanOrEqual(scores.length * windowSamples);
            expect(from).toBeLessThanOrEqual(stretches[0]?.start as number);
            heardTo = stretches.at(-1)?.end as number;
            expect(to).toBeGreaterThanOrEqual(heardTo);
          }
        },
      ),
    );
  });

  test('too long for an engine are cut at the quietest place, and nothing is lost', () => {
    const samples = new Int16Array(rate * 70).fill(9_000);
    samples.fill(0, rate * 25, rate * 25 + 2_000);
    const pieces = cutLong(
      [{ from: 0, to: samples.length, stretches: [{ start: 0, end: samples.length }] }],
      samples,
      rate * 28,
      windowSamples,
    );
    expect(pieces.length).toBe(3);
    expect(pieces[0]?.to).toBeGreaterThan(rate * 25);
    expect(pieces[0]?.to).toBeLessThan(rate * 25 + 2_000);
    expect(pieces[0]?.from).toBe(0);
    expect(pieces.at(-1)?.to).toBe(samples.length);
    pieces.forEach((piece, i) => {
      expect(piece.to - piece.from).toBeLessThanOrEqual(rate * 28);
      if (i > 0) expect(piece.from).toBe(pieces[i - 1]?.to);
    });
  });
});
