import { describe, expect, it } from 'vitest';
import { makeNearQuestions, marksOf } from '../../../src/domain/knowledge/near-questions.ts';
import { makeRecent } from '../../../src/shared/recent.ts';

const north = Float32Array.of(1, 0);
const nearNorth = Float32Array.of(0.99, Math.sqrt(1 - 0.99 ** 2));
const east = Float32Array.of(0, 1);

describe('questions that are remembered by what they mean', () => {
  it('finds one that means the same, and none that does not', () => {
    const cache = makeNearQuestions<string>(10);
    cache.keep('a', 'when is the pharmacy open', north, 'first');
    expect(cache.find('a', 'opening hours of the pharmacy', nearNorth)).toBe('first');
    expect(cache.find('a', 'is the wound clean', east)).toBeUndefined();
  });

  it('keeps hospitals, and states of their documents, apart', () => {
    const cache = makeNearQuestions<string>(10);
    cache.keep('north 1', 'when is the pharmacy open', north, 'first');
    expect(cache.find('south 1', 'when is the pharmacy open', north)).toBeUndefined();
    expect(cache.find('north 2', 'when is the pharmacy open', north)).toBeUndefined();
  });

  it('never takes a question for one with another number, another turn, or another name of one letter', () => {
    const pairs = [
      ['dose of paracetamol 500 mg', 'dose of paracetamol 650 mg'],
      ['is it safe in pregnancy', 'is it not safe in pregnancy'],
      ['eat before the operation', 'eat after the operation'],
      ['how is hepatitis B treated', 'how is hepatitis C treated'],
      ['बच्चे को कितनी दवा दें', 'कितनी दवा दें'],
      ['is the pharmacy open on Sunday', 'is the pharmacy open on Monday'],
    ] as const;
    for (const [kept, asked] of pairs) {
      const cache = makeNearQuestions<string>(10);
      cache.keep('a', kept, north, kept);
      expect(cache.find('a', asked, north), asked).toBeUndefined();
      expect(cache.find('a', kept, north)).toBe(kept);
    }
    expect(marksOf('What is a fever?')).toBe('');
  });

  it('forgets the oldest', () => {
    const cache = makeNearQuestions<number>(2);
    cache.keep('a', 'x', north, 1);
    cache.keep('a', 'x', east, 2);
    cache.keep('a', 'x', east, 3);
    expect(cache.find('a', 'x', north)).toBeUndefined();
  });
});

describe('what was asked for lately', () => {
  it('forgets what was not asked for longest', () => {
    const recent = makeRecent<number>(2);
    recent.set('one', 1);
    recent.set('two', 2);
    recent.get('one');
    recent.set('three', 3);
    expect([recent.get('one'), recent.get('two'), recent.get('three')]).toEqual([1, undefined, 3]);
  });
});
