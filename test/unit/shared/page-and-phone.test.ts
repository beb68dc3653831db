import { describe, expect, it } from 'vitest';
import { pageOf } from '../../../src/shared/page.ts';
import { normalisePhone } from '../../../src/shared/phone.ts';

describe('a page', () => {
  const rows = ['a', 'b', 'c'];
  const key = (row: string) => row;
  it('names the key after which the next one begins, only where there is a next one', () => {
    expect(pageOf(rows, 2, key)).toEqual({ items: ['a', 'b'], next: 'b' });
    expect(pageOf(rows, 3, key)).toEqual({ items: rows, next: null });
    expect(pageOf([], 3, key)).toEqual({ items: [], next: null });
  });
});

describe('a phone number', () => {
  it('is one and the same however it was typed', () => {
    for (const typed of ['+919876543210', '+91 98765 43210', '098765 43210', '9876543210', '(98765) 43210', '91 98765-43210'])
      expect(normalisePhone(typed, 'IN'), typed).toBe('+919876543210');
  });
  it('of another country says so itself', () => {
    expect(normalisePhone('+44 20 7946 0958', 'IN')).toBe('+442079460958');
    expect(normalisePhone('020 7946 0958', 'GB')).toBe('+442079460958');
  });
  it('is none where there is none', () => {
    for (const typed of ['', 'call me', '12', '+', '98765432101234567890']) expect(normalisePhone(typed, 'IN'), typed).toBeUndefined();
    expect(normalisePhone('9876543210', 'nowhere')).toBeUndefined();
  });
});
