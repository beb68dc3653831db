import { describe, expect, it } from 'vitest';
import { en as knowledgeEn } from '../../../src/console/knowledge/words/en.ts';
import { hi as knowledgeHi } from '../../../src/console/knowledge/words/hi.ts';
import { en } from '../../../src/console/words/en.ts';
import { hi } from '../../../src/console/words/hi.ts';
import { chooseLocale, sayIn } from '../../../src/console/words/words.ts';

const places = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(String).sort();

type Dictionary = Readonly<Record<string, string>>;

describe.each<[string, Dictionary, Dictionary, string[]]>([
  ['the console', en, hi, ['app.name', 'kiosk.enter-pin']],
  ['the page of documents', knowledgeEn, knowledgeHi, ['line.news']],
])('the words of %s', (_, english, hindi, alike) => {
  it('are the same in both languages, with the same places, and none is empty', () => {
    expect(Object.keys(hindi).sort()).toEqual(Object.keys(english).sort());
    for (const [key, text] of Object.entries(english)) {
      expect(text.trim(), key).not.toBe('');
      expect(hindi[key]?.trim(), key).not.toBe('');
      expect(places(hindi[key] ?? ''), key).toEqual(places(text));
    }
  });

  it('in Hindi are Hindi', () => {
    const same = Object.entries(hindi).filter(([, text]) => !/\p{Script=Devanagari}/u.test(text));
    expect(same.map(([key]) => key)).toEqual(alike);
  });
});

describe('the words of all pages', () => {
  it('name no engine before a patient', () => {
    for (const text of [en, hi, knowledgeEn, knowledgeHi].flatMap((words) => Object.values(words)))
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
