import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { fill } from '../../../src/shared/errors.ts';
import { encodeCursor, pageQuery } from '../../../src/transport/schema/common.ts';
import { fieldsOf } from '../../../src/transport/words/field-message.ts';
import { preferredLanguage, say } from '../../../src/transport/words/say.ts';

describe('fieldsOf', () => {
  const of = (schema: z.ZodType, value: unknown) => {
    const { error } = schema.safeParse(value, { reportInput: true });
    return fieldsOf(error?.issues ?? []).map(({ path, message, values }) => [path, fill(message, values)]);
  };
  const person = z.strictObject({
    name: z.string().min(1).max(5),
    age: z.number().int().min(0).max(120),
    role: z.enum(['nurse', 'doctor']),
    email: z.email(),
    born: z.iso.date(),
    password: z.string().min(10),
    tags: z.array(z.string()).max(1),
    inner: z.strictObject({ deep: z.boolean() }),
  });

  it('names every field that is wrong, in words for people', () => {
    expect(
      of(person, {
        name: '',
        age: -1,
        role: 'king',
        email: 'x',
        born: '2026-02-30',
        password: 'short',
        tags: [1],
        inner: { deep: 'yes', more: 1 },
        is_admin: true,
      }),
    ).toEqual([
      ['name', 'This is needed.'],
      ['age', 'This must be at least 0.'],
      ['role', 'This must be one of: nurse, doctor.'],
      ['email', 'This is not an e-mail address.'],
      ['born', 'This must be a date, as 2026-01-31.'],
      ['password', 'At least 10 characters are needed.'],
      ['tags.0', 'This must be text.'],
      ['inner.deep', 'This must be true or false.'],
      ['inner.more', 'This field is not known here.'],
      ['is_admin', 'This field is not known here.'],
    ]);
  });

  it('tells what is missing from what has the wrong form', () => {
    const { role, ...others } = Object.fromEntries(of(person, {}));
    expect(role).toBe('This must be one of: nurse, doctor.');
    expect([...new Set(Object.values(others))]).toEqual(['This is needed.']);
    expect(of(z.object({ a: z.string() }), { a: null })).toEqual([['a', 'This must be text.']]);
    expect(of(z.object({ a: z.number() }), { a: '1' })).toEqual([['a', 'This must be a number.']]);
    expect(of(z.object({ a: z.array(z.string()).max(1) }), { a: ['1', '2'] })).toEqual([['a', 'At most 1 entries are allowed.']]);
    expect(of(z.object({ a: z.union([z.string(), z.number()]) }), { a: [] })).toEqual([['a', 'This has the wrong form.']]);
    expect(of(z.object({ a: z.string().max(2) }), { a: 'abc' })).toEqual([['a', 'At most 2 characters are allowed.']]);
  });

  it('says nothing again of what was sent', () => {
    const canary = 'my knee hurts';
    const told = JSON.stringify(
      of(person, { name: canary, age: canary, role: canary, email: canary, born: canary, password: [canary], tags: canary, inner: canary }),
    );
    expect(told).not.toContain(canary);
  });
});

describe('preferredLanguage', () => {
  it.each([
    ['hi', 'hi'],
    ['hi-IN', 'hi'],
    ['HI-in;q=0.3, en;q=0.2', 'hi'],
    ['en;q=0.2, hi;q=0.9', 'hi'],
    ['en, hi;q=0', 'en'],
    ['hi;q=0', 'en'],
    ['ta, fr;q=0.5', 'en'],
    ['*', 'en'],
    ['', 'en'],
    [undefined, 'en'],
    ['hi;q=x', 'hi'],
    [`${'x,'.repeat(5_000)}hi`, 'hi'],
    ['__proto__', 'en'],
  ])('reads %j as %s', (header, language) => expect(preferredLanguage(header)).toBe(language));
});

describe('say', () => {
  it('falls back to English, leaves a place without a value, and knows no language by accident', () => {
    expect(say('hi-IN', 'Please sign in first.')).not.toBe('Please sign in first.');
    expect(say('ta', 'Please sign in first.')).toBe('Please sign in first.');
    expect(say('en', 'Wait {seconds} seconds, {name}.', { seconds: 3 })).toBe('Wait 3 seconds, {name}.');
    for (const odd of ['__proto__', 'constructor', 'toString', '']) expect(say(odd, 'Please sign in first.')).toBe('Please sign in first.');
  });
});

describe('a cursor', () => {
  const parse = (cursor: string) => z.object(pageQuery).safeParse({ cursor });
  it('brings a key back, and nothing else', () => {
    for (const key of ['01a1f92b-b45a-7000-9705-28f4a67afb80', '42', 'a_b']) expect(parse(encodeCursor(key) ?? '').data?.cursor).toBe(key);
    expect(encodeCursor(null)).toBeNull();
    for (const odd of [
      '',
      '!',
      '%00',
      'a b',
      'x'.repeat(121),
      Buffer.from("' OR 1").toString('base64url'),
      Buffer.from([0, 255]).toString('base64url'),
    ])
      expect(parse(odd).success, odd).toBe(false);
  });

  it('comes with a limit of 1 to 200, 50 unless asked', () => {
    const limit = (value?: unknown) => z.object(pageQuery).safeParse(value === undefined ? {} : { limit: value }).data?.limit;
    expect(limit()).toBe(50);
    expect(limit('200')).toBe(200);
    for (const odd of ['0', '201', '-1', '1.5', 'abc', '', ['1', '2']]) expect(limit(odd), String(odd)).toBeUndefined();
  });
});
