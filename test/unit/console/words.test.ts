import { describe, expect, it } from 'vitest';
import { en } from '../../../src/console/words/en.ts';
import { hi } from '../../../src/console/words/hi.ts';
import { chooseLocale, sayIn } from '../../../src/console/words/words.ts';

const places = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(String).sort();

describe('the words of the console', () => {
  it('are the same in both languages, with the same places, and none is empty', () => {
    expect(Object.keys(hi).sort()).toEqual(Object.keys(en).sort());
    for (const [key, text] of Object.entries(en)) {
      expect(text.trim(), key).not.toBe('');
      expect(hi[key as keyof typeof en].trim(), key).not.toBe('');
      expect(places(hi[key as keyof typeof en]), key).toEqual(places(text));
    }
  });

  it('in Hindi are Hindi', () => {
    const same = Object.entries(hi).filter(([, text]) => !/\p{Script=Devanagari}/u.test(text));
    expect(same.map(([key]) => key)).toEqual(['app.name', 'kiosk.enter-pin']);
  });

  it('name no engine before a patient', () => {
    for (const text of [...Object.values(en), ...Object.values(hi)])
      expect(text).not.toMatch(/whisper|llama|sherpa|silero|piper|espeak|model/i);
  });

  it('write numbers as the language does, and leave what they were not given', () => {
    expect(sayIn('en')('talk.answered-in', { seconds: 1234.56 })).toBe('Answered in 1,234.6 s');
    expect(sayIn('en')('kiosk.preparing', { done: 3 })).toBe('Preparing… 3 of {total}');
  });

  it.each([
    [['hi-IN', 'en'], 'hi'],
    [['', 'en-GB'], 'en'],
    [['ta', 'hi'], 'hi'],
    [['fr'], 'en'],
    [[], 'en'],
  ] as const)('chooses for %j: %s', (wanted, locale) => expect(chooseLocale(wanted)).toBe(locale));
});
