import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cutAtPauses, isSilent, loudness, quietShare, withoutLoops } from '../../../../src/engines/whisper/sound.ts';

/** Sound made of stretches: so many milliseconds at such a level of full scale, at 1 kHz sampling for speed. */
function sound(...stretches: readonly (readonly [ms: number, level: number])[]): Int16Array {
  return Int16Array.from(stretches.flatMap(([ms, level]) => Array.from({ length: ms }, (_, i) => (i % 2 ? 1 : -1) * level * 32767)));
}

describe('the loudness of a clip', () => {
  test('is measured every 20 ms, in parts of full scale', () => {
    const levels = loudness(sound([40, 0.5], [20, 0]), 1000);
    expect([...levels].map((level) => level.toFixed(2))).toEqual(['0.50', '0.50', '0.00']);
    expect(isSilent(levels)).toBe(false);
    expect(isSilent(loudness(sound([100, 0.0002]), 1000))).toBe(true);
    expect(isSilent(loudness(new Int16Array(), 1000))).toBe(true);
  });

  test('tells stretches with nothing in them from stretches with speech, over the noise of a room', () => {
    const levels = loudness(sound([1000, 0.004], [1000, 0.2], [1000, 0.004]), 1000);
    expect(quietShare(levels, 0, 1000)).toBe(1);
    expect(quietShare(levels, 1000, 2000)).toBe(0);
    expect(quietShare(levels, 500, 1500)).toBeCloseTo(0.5, 1);
  });

  test('does not call speech quiet because there is no pause to compare it with', () => {
    expect(quietShare(loudness(sound([3000, 0.2]), 1000), 0, 3000)).toBe(0);
  });
});

describe('cutting a long clip', () => {
  test('cuts in pauses', () => {
    const clip = sound([7000, 0.3], [500, 0], [6000, 0.3], [400, 0], [3000, 0.3]);
    const pieces = cutAtPauses(clip, 1000, 9000);
    const starts = pieces.map(({ atMs }) => atMs);
    expect(starts).toHaveLength(3);
    expect(starts[1]).toBeGreaterThan(7000);
    expect(starts[1]).toBeLessThan(7500);
    expect(starts[2]).toBeGreaterThan(13_500);
    expect(starts[2]).toBeLessThan(13_900);
  });

  test('leaves a short clip as it is', () => {
    const clip = sound([2000, 0.3]);
    expect(cutAtPauses(clip, 1000, 9000)).toEqual([{ atMs: 0, samples: clip }]);
  });

  test('loses nothing, repeats nothing, and keeps to its limit, whatever the sound', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 20, max: 3000 }), fc.double({ min: 0, max: 0.9, noNaN: true })), { maxLength: 12 }),
        fc.integer({ min: 600, max: 4000 }),
        (stretches, longestMs) => {
          const clip = sound(...stretches);
          const pieces = cutAtPauses(clip, 1000, longestMs);
          const put = pieces.flatMap((piece) => [...piece.samples]);
          expect(put).toEqual([...clip]);
          for (const piece of pieces) {
            expect(piece.samples.length).toBeLessThanOrEqual(longestMs + 20);
            expect(piece.samples[0]).toBe(clip[piece.atMs]);
          }
        },
      ),
      { numRuns: 50 },
    );
  });
});

describe('a phrase that goes round in circles', () => {
  test.each([
    ['I will go. I will go. I will go. I will go. I will go.', 'I will go.'],
    ['Take two tablets. Take two tablets.', 'Take two tablets. Take two tablets.'],
    ['धन्यवाद धन्यवाद धन्यवाद धन्यवाद धन्यवाद', 'धन्यवाद'],
    ['My number is 9 8 4 5 0 1 2 3 4 5.', 'My number is 9 8 4 5 0 1 2 3 4 5.'],
    ['no no no, not at all', 'no no no, not at all'],
  ])('is said once: %s', (text, expected) => {
    expect(withoutLoops(text)).toBe(expected);
  });
});
