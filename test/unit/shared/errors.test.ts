import { describe, expect, it } from 'vitest';
import { AppError, fill, isCancelled } from '../../../src/shared/errors.ts';

describe('an error', () => {
  it('says its sentence with its places filled, and keeps the sentence for other languages', () => {
    const error = new AppError('not-found', 'There is no {thing} in {place}.', { values: { thing: 'bed', place: 'ward 3' } });
    expect([error.message, error.sentence, error.code]).toEqual([
      'There is no bed in ward 3.',
      'There is no {thing} in {place}.',
      'not-found',
    ]);
    expect(error).toBeInstanceOf(Error);
  });

  it('leaves a place without a value as it is, and reads nothing from an object’s prototype', () => {
    expect(fill('{a} and {b} and {a}', { a: 1 })).toBe('1 and {b} and 1');
    expect(fill('{constructor}')).toBe('{constructor}');
    expect(fill('{words}', { words: '{other} $& $1' })).toBe('{other} $& $1');
  });

  it('keeps its cause apart from what may be shown', () => {
    const cause = new Error('SELECT words FROM patients');
    const error = new AppError('internal', 'Something went wrong.', {}, cause);
    expect(error.cause).toBe(cause);
    expect(JSON.stringify({ ...error, message: error.message })).not.toContain('SELECT');
    expect('cause' in new AppError('internal', 'Something went wrong.')).toBe(false);
  });

  it('is a cancellation whether we or the platform say so, and not otherwise', () => {
    expect(isCancelled(new AppError('cancelled', 'x'))).toBe(true);
    expect(isCancelled(new DOMException('x', 'AbortError'))).toBe(true);
    for (const other of [new AppError('timed-out', 'x'), new Error('AbortError'), undefined, 'cancelled'])
      expect(isCancelled(other)).toBe(false);
  });
});
