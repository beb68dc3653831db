import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makePlayout } from '../../../src/domain/voice/playout.ts';

function reply(...pieces: readonly (readonly [text: string, ms: number])[]) {
  const playout = makePlayout();
  for (const [text, ms] of pieces) {
    playout.begin(text);
    playout.sound(ms, 0);
  }
  playout.end();
  return playout;
}

describe('what was heard of a reply', () => {
  test('nothing before its first sound, all of it when it has played', () => {
    expect(makePlayout().heardText(1_000)).toBe('');
    const playout = reply(['Call 112 now.', 1_000], ['Sit down.', 500]);
    expect(playout.heardText(0)).toBe('');
    expect(playout.heardText(5_000)).toBe('Call 112 now. Sit down.');
  });

  test('is cut at a whole word', () => {
    const playout = reply(['one two three four', 1_000]);
    expect(playout.heardText(500)).toBe('one two');
    expect(playout.heardText(100)).toBe('');
  });

  test('is what the client says it played, and a little more until it says so again', () => {
    const playout = reply(['one two three four', 1_000]);
    playout.played(200, 900);
    expect(playout.heardMs(900)).toBe(200);
    expect(playout.heardMs(1_100)).toBe(400);
    expect(playout.known).toBe(false);
    playout.played(1_000, 1_500);
    expect(playout.known).toBe(true);
    expect(playout.lookAgainMs(1_500)).toBeUndefined();
  });

  test('a client cannot have played what it was not sent, and does not take back what it played', () => {
    const playout = reply(['one two three four', 1_000]);
    playout.played(9_999, 2_000);
    expect(playout.heardMs(2_000)).toBe(1_000);
    playout.played(10, 2_100);
    expect(playout.heardMs(2_100)).toBe(1_000);
  });

  test('it is over when the clock says so, where nobody reports', () => {
    const playout = reply(['one', 1_000]);
    expect(playout.lookAgainMs(400)).toBe(1_000);
    expect(playout.lookAgainMs(1_000)).toBeUndefined();
  });

  test('a player that falls silent does not keep the turn for ever', () => {
    const playout = reply(['one', 1_000]);
    playout.played(400, 500);
    expect(playout.lookAgainMs(1_100)).toBeDefined();
    expect(playout.lookAgainMs(1_800)).toBeUndefined();
  });

  test('is always the beginning of the reply, and never shrinks with time', () => {
    const piece = fc.tuple(fc.stringMatching(/^[a-z]{1,8}( [a-z]{1,8}){0,6}$/), fc.integer({ min: 1, max: 3_000 }));
    fc.assert(
      fc.property(
        fc.array(piece, { minLength: 1, maxLength: 5 }),
        fc.array(fc.integer({ min: 0, max: 20_000 }), { maxLength: 8 }),
        (pieces, times) => {
          const playout = reply(...pieces);
          const whole = pieces
            .map(([text]) => text)
            .join(' ')
            .split(' ');
          let before = 0;
          for (const time of times.sort((a, b) => a - b)) {
            const words = playout.heardText(time).split(' ').filter(Boolean);
            expect(whole.slice(0, words.length)).toEqual(words);
            expect(words.length).toBeGreaterThanOrEqual(before);
            before = words.length;
          }
        },
      ),
    );
  });
});
