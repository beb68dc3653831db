import { describe, expect, it } from 'vitest';
import { clausesOf, marksOf, withoutFalseFriends } from '../../../../src/domain/consultation/meaning/clauses.ts';
import { englishCues } from '../../../../src/domain/consultation/meaning/cues/en.ts';
import { hindiCues } from '../../../../src/domain/consultation/meaning/cues/hi.ts';
import { romanisedCues } from '../../../../src/domain/consultation/meaning/cues/hi-latn.ts';
import { compileLexicon, findHits, type WordList } from '../../../../src/domain/consultation/meaning/lexicon.ts';
import { numberTable, readNumbers } from '../../../../src/domain/consultation/meaning/numbers.ts';
import { plainForm, readWords } from '../../../../src/shared/language/read-words.ts';
import { romanised } from '../../../../src/shared/language/romanise.ts';

const lexiconOf = (en: WordList, hi: WordList = {}, latin: WordList = {}) => compileLexicon({ en, hi, 'hi-Latn': latin });
const found = (text: string, en: WordList, hi?: WordList) => {
  const words = readWords(text);
  return findHits(words, lexiconOf(en, hi)).map(
    ({ concept, first, last }) => `${concept}: ${text.slice(words[first]?.from, words[last]?.to)}`,
  );
};

describe('reading words', () => {
  it.each([
    ['Don’t', 'dont'],
    ['ＣＨＥＳＴ', 'chest'],
    ['sooooo', 'so'],
    ['साँस', 'सांस'],
    ['नहीं', 'नहि'],
    ['ज़्यादा', 'ज्यादा'],
    ['गयीं', 'गया'],
    ['constructor', 'constructor'],
  ])('%s is compared as %s', (word, form) => expect(plainForm(word)).toBe(form));

  it('keeps where each word stands, and what ends a sentence', () => {
    const text = 'No, 2.5 mg… “सीने” में। OK?';
    const words = readWords(text);
    expect(words.map(({ from, to }) => text.slice(from, to))).toEqual(['No', '2.5', 'mg', 'सीने', 'में', 'OK']);
    expect(words.map(({ mark }) => mark)).toEqual(['comma', '', '', '', 'stop', 'question']);
  });
});

describe('a word list', () => {
  const list = {
    hurt: '(my|the|) (arm|leg) <bad>, sore',
    bad: 'hurts, aches',
    swell: 'swell*',
    seen: 'saw _ snake',
    age: '# days, #### on',
    $filler: 'really, very',
  };
  it.each([
    ['my arm hurts', ['hurt: my arm hurts', 'hurt: arm hurts', 'bad: hurts']],
    ['leg really aches', ['hurt: leg really aches', 'bad: aches']],
    ['leg really very really aches', ['bad: aches']],
    ['arm. Hurts', ['bad: Hurts']],
    ['swelling', ['swell: swelling']],
    ['saw a snake', ['seen: saw a snake']],
    ['saw snake', ['seen: saw snake']],
    ['saw no snake', []],
    ['five days, 3 days', ['age: five days', 'age: 3 days']],
    ['2010 on, 210 on', ['age: 2010 on']],
  ])('finds in %j: %j', (text, hits) => expect(found(text, list).sort()).toEqual([...hits].sort()));

  it('holds a word of Hindi in all its endings and in Latin letters, and a marked one in its own only', () => {
    const hindi = { bent: 'टेढ़ा', neck: '=गला' };
    for (const text of ['टेढ़ी', 'टेढे', 'tedha', 'tedhi', 'TEDHE']) expect(found(text, {}, hindi)).toEqual([`bent: ${text}`]);
    expect(found('गली', {}, hindi)).toEqual([]);
    expect(found('gala', {}, hindi)).toEqual(['neck: gala']);
  });

  it('that refers to what it has not, or to itself, says so', () => {
    expect(() => lexiconOf({ a: '<b>' })).toThrow('<b>');
    expect(() => lexiconOf({ a: '<a> b' })).toThrow('itself');
  });

  it('costs a repeated text no more than its length', () => {
    const lexicon = lexiconOf({ a: 'a _ _ _ _ a', $filler: 'a' });
    const before = process.cpuUsage();
    findHits(readWords('a '.repeat(2500)), lexicon);
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1000).toBeLessThan(2000);
  });
});

describe('romanising', () => {
  it.each([
    ['दर्द', 'dard'],
    ['साँस', 'sans'],
    ['साँस', 'sas'],
    ['तकलीफ़', 'taklif'],
    ['ज़हर', 'jeher'],
    ['बच्चा', 'bacha'],
    ['लड़खड़ा', 'ladkhada'],
    ['खत्म', 'khatam'],
    ['साँप', 'samp'],
  ])('%s is typed %s', (word, form) => expect(romanised(word)).toContain(form));
});

describe('numbers', () => {
  const values = (text: string) => readNumbers(readWords(text), numberTable()).map(({ value }) => value);
  it.each([
    ['45 and 2.4', [45, 2.4]],
    ['forty two', [42]],
    ['four hundred and eighty', [480]],
    ['one thirty', [130]],
    ['चार सौ अस्सी', [480]],
    ['chaar sau assi', [480]],
    ['paintalis', [45]],
    ['no fever', []],
    ['४५', [45]],
  ])('%s', (text, expected) => expect(values(text)).toEqual(expected));
});

describe('clauses', () => {
  const lexicon = lexiconOf(englishCues, hindiCues, romanisedCues);
  const cut = (text: string) => {
    const words = readWords(text);
    const hits = withoutFalseFriends(words, findHits(words, lexicon));
    return clausesOf(words, hits, marksOf(words, hits)).list.map(
      ({ first, last, statement }) =>
        `${statement} ${words
          .slice(first, last + 1)
          .map((word) => word.plain)
          .join(' ')}`,
    );
  };
  it.each([
    ['no fever, cough or pain', ['0 no fever', '0 cough or pain']],
    ['no fever but i have pain', ['0 no fever', '1 but i have pain']],
    ['i have no fever i have pain', ['0 i have no fever', '1 i have pain']],
    ['he hit his head and he is sick', ['0 he hit his head', '1 and he is sick']],
    ['bukhar hai seene mein dard nahi hai', ['0 bukhar hai', '1 seene mein dard nahi hai']],
    ['dard hai nahi', ['0 dard hai nahi']],
    ['he is the man', ['0 he is the man']],
  ])('%s', (text, clauses) => expect(cut(text)).toEqual(clauses));
});
