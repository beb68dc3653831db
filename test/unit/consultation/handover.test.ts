import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { asksForPerson } from '../../../src/domain/consultation/handover.ts';
import { trivialReply } from '../../../src/domain/consultation/trivial.ts';

type Fixture = Readonly<Record<'en' | 'hi' | 'hi-Latn', { readonly positive: string[]; readonly negative: string[] }>>;
const fixture = (name: string) => JSON.parse(readFileSync(join(import.meta.dirname, 'fixtures', `${name}.json`), 'utf8')) as Fixture;
const languages = ['en', 'hi', 'hi-Latn'] as const;

describe('the wish for a person, in sentences written before the rules', () => {
  const { en, hi, 'hi-Latn': latin } = fixture('handover');
  it('has fifteen of each', () => {
    for (const { positive, negative } of [en, hi, latin]) expect(Math.min(positive.length, negative.length)).toBeGreaterThanOrEqual(15);
  });
  it.each(languages)('is heard in %s, and not where it is none', (language) => {
    const { positive, negative } = fixture('handover')[language];
    expect(positive.filter((text) => !asksForPerson(text))).toEqual([]);
    expect(negative.filter((text) => asksForPerson(text))).toEqual([]);
  });
  it.each([
    'I would rather speak with a nurse than a bot',
    'can somebody from the hospital call me back',
    'this is useless give me a real person',
    'mujhe reception se connect kar do',
    'kisi insan ko line par lao',
    'ज़रा नर्स को बुला दीजिए',
  ])('is heard in what was written later: %s', (text) => expect(asksForPerson(text)).toBe(true));
  it.each([
    'I need a doctor for my knee',
    'my son cannot talk yet, is it normal',
    'is there a heart doctor in your hospital',
    'doctor ka number kya hai',
    'नर्स ने इंजेक्शन दिया',
  ])('is not read into what was written later: %s', (text) => expect(asksForPerson(text)).toBe(false));
  it('costs a long message no more than its length', () => {
    const before = process.cpuUsage();
    for (const piece of ['talk to ', 'a person ', 'kisi se baat ', 'नहीं ']) asksForPerson(piece.repeat(5000).slice(0, 5000));
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1000).toBeLessThan(4000);
  });
});

describe('small talk, in sentences written before the table', () => {
  it.each(languages)('is answered in %s, and real content is left alone', (language) => {
    const { positive, negative } = fixture('trivial')[language];
    expect(positive.filter((text) => trivialReply(text, language) === undefined)).toEqual([]);
    expect(negative.filter((text) => trivialReply(text, language) !== undefined)).toEqual([]);
  });
});
