import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loginKey, loginKeys } from '../../../src/domain/access/user.ts';
import { splitName } from '../../../src/domain/patients/patient.ts';
import { pageOf } from '../../../src/shared/page.ts';
import { normalisePhone } from '../../../src/shared/phone.ts';

describe('what somebody signs in with', () => {
  it('is one, whatever its case and spacing', () => {
    expect(loginKey('email', ' Asha.Rao@Clinic.TEST ')).toBe('email:asha.rao@clinic.test');
    expect(loginKey('username', 'Asha.Rao')).toBe('username:asha.rao');
    expect(loginKey('phone', '+91 98765-43210')).toBe('phone:+919876543210');
  });

  it('is looked for as what it may stand for, likeliest first', () => {
    expect(loginKeys(' Asha@clinic.test ')).toEqual(['email:asha@clinic.test']);
    expect(loginKeys('asha.rao')).toEqual(['username:asha.rao']);
    expect(loginKeys('+91 (98765) 43210')).toEqual(['phone:+919876543210', 'username:+91 (98765) 43210']);
    expect(loginKeys('12345678')).toEqual(['phone:12345678', 'username:12345678']);
    expect(loginKeys('')).toEqual(['username:']);
  });

  it('never becomes the key of another kind', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (typed) => {
        const keys = loginKeys(typed);
        return (
          keys.length > 0 &&
          keys.every((key) => /^(email|username|phone):/.test(key)) &&
          typed.includes('@') === keys[0]?.startsWith('email:')
        );
      }),
      { seed: 20_261_120 },
    );
  });
});

describe('splitName', () => {
  it.each([
    ['Asha Rao', 'Asha', 'Rao'],
    ['  Asha   Devi  Rao ', 'Asha Devi', 'Rao'],
    ['Madonna', 'Madonna', ''],
    ['आशा राव', 'आशा', 'राव'],
    ['Jean-Luc\tPicard', 'Jean-Luc', 'Picard'],
  ])('makes of %j a first and a last name', (name, firstName, lastName) => expect(splitName(name)).toEqual({ firstName, lastName }));

  it('loses no word', () => {
    const words = fc.array(fc.stringMatching(/^\S{1,12}$/), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(words, (parts) => {
        const { firstName, lastName } = splitName(parts.join('  '));
        return [firstName, lastName].filter(Boolean).join(' ') === parts.join(' ').trim().split(/\s+/).join(' ');
      }),
      { seed: 20_261_120 },
    );
  });
});

describe('normalisePhone', () => {
  it.each([
    ['98765 43210', 'IN', '+919876543210'],
    ['098765 43210', 'IN', '+919876543210'],
    ['+91 98765-43210', 'US', '+919876543210'],
    ['(212) 555-0123', 'US', '+12125550123'],
    ['0044 20 7946 0018', 'IN', '+442079460018'],
  ])('reads %j in %s as %s', (text, country, number) => expect(normalisePhone(text, country)).toBe(number));

  it.each([
    ['12', 'IN'],
    ['', 'IN'],
    ['abc', 'IN'],
    ['98765 43210', 'ZZ'],
    ['+', 'IN'],
    ['++++++', 'IN'],
    [`+${'9'.repeat(30)}`, 'IN'],
  ])('finds no number in %j of %s', (text, country) => expect(normalisePhone(text, country)).toBeUndefined());

  it('gives the same again for what it gave', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[+\d][\d\s().-]{4,30}$/), (text) => {
        const once = normalisePhone(text, 'IN');
        return once === undefined || (/^\+\d{5,}$/.test(once) && normalisePhone(once, 'US') === once);
      }),
      { seed: 20_261_120, numRuns: 500 },
    );
  });
});

describe('pageOf', () => {
  const rows = ['a', 'b', 'c'];
  it('ends where there is no further row, and says else where to go on', () => {
    expect(pageOf(rows, 3, (row) => row)).toEqual({ items: rows, next: null });
    expect(pageOf(rows, 2, (row) => row)).toEqual({ items: ['a', 'b'], next: 'b' });
    expect(pageOf([], 2, String)).toEqual({ items: [], next: null });
  });

  it('loses nothing and doubles nothing, whatever the size of a page', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat({ max: 1_000 }), { maxLength: 60 }), fc.integer({ min: 1, max: 20 }), (numbers, limit) => {
        const sorted = [...numbers].sort((a, b) => a - b);
        const read: number[] = [];
        for (let after: string | null = '-1'; after !== null; ) {
          const from = Number(after);
          const page: { items: readonly number[]; next: string | null } = pageOf(
            sorted.filter((n) => n > from).slice(0, limit + 1),
            limit,
            String,
          );
          read.push(...page.items);
          after = page.next;
        }
        return JSON.stringify(read) === JSON.stringify(sorted);
      }),
      { seed: 20_261_120 },
    );
  });
});
