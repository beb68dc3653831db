import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readPattern } from '../../../../src/domain/consultation/meaning/patterns.ts';
import { adviceLanguages } from '../../../../src/domain/consultation/red-flags/advice.ts';
import { redFlagCodes, rules } from '../../../../src/domain/consultation/red-flags/rules.ts';
import { english } from '../../../../src/domain/consultation/red-flags/words/en.ts';
import { hindi } from '../../../../src/domain/consultation/red-flags/words/hi.ts';
import { romanisedHindi } from '../../../../src/domain/consultation/red-flags/words/hi-latn.ts';
import { findRedFlags, redFlagLanguages } from '../../../../src/domain/consultation/red-flags.ts';

const languages = ['en', 'hi', 'hi-Latn'] as const;
type Language = (typeof languages)[number];
type Fixture = { readonly code: string } & Readonly<Record<Language, { readonly positive: string[]; readonly negative: string[] }>>;

const json = <T>(...path: string[]): T => JSON.parse(readFileSync(join(import.meta.dirname, ...path), 'utf8')) as T;
const fixtures = readdirSync(join(import.meta.dirname, 'fixtures')).map((name) => json<Fixture>('fixtures', name));
const emergencyNumbers = { general: '112' };
const flagsOf = (text: string, language = 'en') => findRedFlags(text, { language, emergencyNumbers });
const codesOf = (text: string) => flagsOf(text).map((flag) => flag.code as string);

describe('red flags in sentences written before the rules', () => {
  it('has at least ten emergencies and eight others for each code and language', () => {
    expect(fixtures.map((fixture) => fixture.code).sort()).toEqual([...redFlagCodes].sort());
    const thin = fixtures.flatMap((fixture) =>
      languages
        .filter((language) => new Set(fixture[language].positive).size < 10 || new Set(fixture[language].negative).size < 8)
        .map((language) => `${fixture.code} ${language}`),
    );
    expect(thin).toEqual([]);
  });

  describe.each(fixtures)('$code', (fixture) => {
    it.each(languages)('misses none in %s', (language) => {
      expect(fixture[language].positive.filter((text) => !codesOf(text).includes(fixture.code))).toEqual([]);
    });
    it.each(languages)('raises no false alarm in %s', (language) => {
      expect(fixture[language].negative.filter((text) => codesOf(text).length > 0)).toEqual([]);
    });
  });
});

describe('red flags in sentences written after the rules', () => {
  const later = readdirSync(join(import.meta.dirname, 'later')).map((name) => ({
    name,
    ...json<{ positive: { code: string; text: string }[]; negative: string[] }>('later', name),
  }));
  it.each(later)('misses none of $name, and raises no false alarm', ({ positive, negative }) => {
    expect(positive.filter(({ text }) => codesOf(text).length === 0)).toEqual([]);
    expect(negative.filter((text) => codesOf(text).length > 0)).toEqual([]);
  });
});

describe('a red flag', () => {
  it('carries the words that raised it, as the patient wrote them, and their language', () => {
    const [flag] = flagsOf('Good morning. My FATHER has a terrible Pain in his chest, please help');
    expect(flag).toMatchObject({ code: 'chest_pain', severity: 'emergency', language: 'en', matched: 'Pain in his chest' });
    expect(flagsOf('मेरे सीने में दर्द हो रहा है')[0]?.language).toBe('hi');
    expect(flagsOf('mere seene mein dard ho raha hai')[0]?.language).toBe('hi-Latn');
  });

  it('is found in every language whatever the language of the session', () => {
    expect(flagsOf('mujhe saans nahi aa rahi', 'en')[0]?.code).toBe('breathing');
    expect(flagsOf('I cannot breathe', 'hi')[0]?.code).toBe('breathing');
    expect(flagsOf('doctor mere chest में बहुत pain ho raha hai', 'ta')[0]?.code).toBe('chest_pain');
    expect(redFlagLanguages).toEqual(['en', 'hi']);
  });

  it('comes with those more severe first, and once a code', () => {
    const flags = flagsOf('He hits me. My chest hurts. My chest hurts badly. I cannot breathe. I want to die');
    expect(flags.map((flag) => flag.code)).toEqual(['breathing', 'chest_pain', 'self_harm', 'abuse']);
    expect(flags.map((flag) => flag.severity)).toEqual(['emergency', 'emergency', 'emergency', 'urgent']);
  });

  it('is not raised by nothing', () => {
    for (const text of ['', ' ', '...', '🙂🙂', '\u200b', '12345']) expect(flagsOf(text)).toEqual([]);
  });
});

describe('how it is written makes no difference', () => {
  it.each([
    ['case and punctuation', 'MY CHEST HURTS!!!', 'my chest... hurts', 'my chest hurts'],
    ['apostrophes', 'I can’t breathe', "I can't breathe", 'i cant breathe', "i ca n't breathe"],
    ['letters held long', 'heeeelp my chest huuuurts', 'my cheeeest hurts'],
    ['nukta, composed and not', 'बहुत ज़्यादा ख़ून बह रहा है', 'बहुत ज़्यादा खून बह रहा है', 'बहुत ज्यादा खून बह रहा है'],
    ['nasal signs', 'मुझे साँस नहीं आ रही', 'मुझे सांस नहीं आ रही', 'मुझे सांस नही आ रही'],
    ['long and short vowels', 'पिताजी बेहोश हो गये', 'पीताजी बेहोश हो गए'],
    ['zero-width signs', 'मेरे सी\u200dने में दर्द है', 'my chest\u200b hurts', '\ufeffmy chest hurts'],
    ['digits', 'मेरी शुगर ४५ है', 'मेरी शुगर 45 है', 'my sugar is forty five'],
    ['spellings of romanised Hindi', 'saans nahi aa rahi', 'sans nhi aa rhi h', 'saas nahin aa rahi hai', 'SAANS NAHI AA RAHI'],
    ['mathematical letters', '𝐦𝐲 𝐜𝐡𝐞𝐬𝐭 𝐡𝐮𝐫𝐭𝐬', 'ｍｙ ｃｈｅｓｔ ｈｕｒｔｓ'],
  ])('%s', (_, ...texts) => {
    expect(texts.filter((text) => codesOf(text).length === 0)).toEqual([]);
  });
});

describe('what is said, and what is only spoken of', () => {
  it.each([
    ['denied', 'I have no chest pain and no trouble breathing', false],
    ['denied in a list', 'no fever, vomiting, chest pain or shortness of breath', false],
    ['denied, then said of something else', 'no chest pain but I cannot breathe', true],
    ['the answer no before a complaint', 'no, my chest hurts', true],
    ['the answer no before a complaint, without a comma', 'no i have chest pain', true],
    ['a negation that is the complaint', 'he is not breathing', true],
    ['a negation that is the complaint, before another', 'he is not breathing and bleeding heavily', true],
    ['never like this', 'I have never had chest pain like this', true],
    ['not only', 'not only fever, my chest hurts too', true],
    ['long past', 'my father had a stroke in 2010', false],
    ['long past, by age', 'I had seizures as a child', false],
    ['long past, and now again', 'I had a seizure in 2010 and now I am having a seizure again', true],
    ['past, told on', 'My uncle died in 2015. He had a heart attack.', false],
    ['lately', 'he had a seizure an hour ago', true],
    ['over', 'the chest pain is gone now', false],
    ['not over', 'the chest pain has not gone away', true],
    ['asked about', 'what are the signs of a stroke?', false],
    ['asked about nobody', 'is a snake bite always dangerous?', false],
    ['asked about oneself', 'am I having a heart attack?', true],
    ['asked with it', 'my son has swallowed bleach, what should I do?', true],
    ['supposed', 'if someone has a seizure whom do I call', false],
    ['another person, now', 'my neighbour is having a seizure', true],
    ['in a film', 'in the film the hero has a heart attack', false],
    ['the nearest part of the body', 'my chest is fine, my back hurts', false],
    ['two parts of the body', 'pain in my arm and chest', true],
    ['Hindi: denied behind', 'मुझे सीने में दर्द नहीं है', false],
    ['Hindi: a list denied at its end', 'बुखार, सीने में दर्द, चक्कर कुछ भी नहीं है', false],
    ['Hindi: neither, nor', 'न सीने में दर्द है न साँस की दिक्कत', false],
    ['Hindi: denied, then said', 'बुखार नहीं है सीने में दर्द है', true],
    ['Hindi: the answer no before a complaint', 'नहीं, सीने में दर्द है', true],
    ['Hindi: a negation that is the complaint', 'पापा होश में नहीं हैं', true],
    ['Hindi: long past', 'दादाजी को बीस साल पहले लकवा हुआ था', false],
    ['Hindi: asked about', 'लकवे के लक्षण क्या हैं', false],
    ['Hindi: supposed', 'अगर साँप काट ले तो कहाँ जाएँ', false],
    ['romanised: denied behind', 'seene mein dard nahi hai sirf khansi hai', false],
    ['romanised: denied, then said', 'bukhar nahi hai lekin seene mein dard hai', true],
    ['romanised: a question at the end', 'seene mein dard ho raha hai na', true],
    ['romanised: long past', 'bachpan mein mirgi ka daura aata tha', false],
  ])('%s: %s', (_, text, due) => {
    expect(codesOf(text).length > 0).toBe(due);
  });

  it('reads meters and ages', () => {
    expect(codesOf('my sugar is 42')).toEqual(['diabetic_emergency']);
    expect(codesOf('my sugar is 142')).toEqual([]);
    expect(codesOf('sugar 2.4 mmol')).toEqual(['diabetic_emergency']);
    expect(codesOf('HbA1c is 6.4 and sugar is 98')).toEqual([]);
    expect(codesOf('I am 45 years old and have sugar')).toEqual([]);
    expect(codesOf('the 20 day old baby has fever')).toEqual(['child_danger']);
    expect(codesOf('the 6 year old has fever')).toEqual([]);
  });
});

describe('the advice', () => {
  const numbers = { general: '112', ambulance: '108', mentalHealth: '14416', poison: '1800116117' };
  const scripts: Readonly<Record<string, string>> = {
    en: 'Latin',
    hi: 'Devanagari',
    mr: 'Devanagari',
    bn: 'Bengali',
    ta: 'Tamil',
    te: 'Telugu',
    kn: 'Kannada',
    gu: 'Gujarati',
    ml: 'Malayalam',
    pa: 'Gurmukhi',
    ur: 'Arabic',
  };
  const samples = fixtures.flatMap((fixture) => ({ code: fixture.code, text: fixture.en.positive[0] ?? '' }));
  const adviceOf = (code: string, text: string, language: string, emergencyNumbers: typeof numbers | { general: string } = numbers) =>
    findRedFlags(text, { language, emergencyNumbers }).find((flag) => flag.code === code)?.advice ?? '';

  it('is there in eleven languages', () => expect([...adviceLanguages].sort()).toEqual(Object.keys(scripts).sort()));

  it.each(samples)('of $code is in the language of the session, names the number early and leaves no place unfilled', ({ code, text }) => {
    for (const [language, script] of Object.entries(scripts)) {
      const advice = adviceOf(code, text, language);
      const letters = advice.match(/\p{L}/gu) ?? [];
      const own = advice.match(new RegExp(`\\p{Script=${script}}`, 'gu')) ?? [];
      expect(own.length / letters.length, `${code} ${language}`).toBeGreaterThan(0.6);
      expect(advice, language).toContain('112');
      expect(advice.split(/[.।۔]/).slice(0, 2).join(), `${code} ${language}: the number comes first`).toContain('112');
      expect(advice, language).not.toMatch(/[{}]/);
      expect(advice.length, `${code} ${language}`).toBeLessThan(480);
    }
  });

  it('differs from code to code in every language', () => {
    for (const language of adviceLanguages) {
      const all = samples.map(({ code, text }) => adviceOf(code, text, language));
      expect(new Set(all).size, language).toBe(all.length);
    }
  });

  it('names no medicine by dose', () => {
    for (const language of adviceLanguages)
      for (const { code, text } of samples) expect(adviceOf(code, text, language)).not.toMatch(/\d+\s*(?:mg|ml|मिग्रा|मिली|tablet|गोली)/i);
  });

  it('names the numbers that the hospital has, and no place for those it has not', () => {
    expect(adviceOf('chest_pain', 'my chest hurts', 'en')).toMatch(/^Call 112, or the ambulance on 108, now\./);
    expect(adviceOf('chest_pain', 'my chest hurts', 'en', { general: '911' })).toMatch(/^Call 911 now\./);
    expect(adviceOf('self_harm', 'I want to die', 'en')).toContain('14416');
    expect(adviceOf('self_harm', 'I want to die', 'en', { general: '911' })).not.toMatch(/14416|undefined/);
    expect(adviceOf('poisoning', 'he drank bleach', 'en')).toContain('1800116117');
  });

  it('is English where the language has none, and knows a language by its first part', () => {
    expect(adviceOf('chest_pain', 'my chest hurts', 'fr')).toMatch(/^Call 112/);
    expect(adviceOf('chest_pain', 'my chest hurts', 'hi-IN')).toMatch(/\p{Script=Devanagari}/u);
  });
});

describe('the rules', () => {
  it('name only concepts that some word list has', () => {
    const computed = [
      'reading_low',
      'reading_high',
      'reading_low_oxygen',
      'reading_often',
      'reading_long',
      'age_young',
      'count_large',
      'reading_weeks_early',
    ];
    const known = new Set([english, hindi, romanisedHindi].flatMap((list) => Object.keys(list)).concat(computed));
    const unknown = rules.flatMap((rule) =>
      rule.when.flatMap((when) => readPattern(when).concepts.filter((concept) => !known.has(concept))),
    );
    expect(unknown).toEqual([]);
  });

  it('have a pattern for every code', () => expect(new Set(rules.map((rule) => rule.code))).toEqual(new Set(redFlagCodes)));
});

describe('a hostile message', () => {
  const words = [
    'no ',
    'chest ',
    'chest pain ',
    'no chest pain ',
    'not ',
    'pain, ',
    'saans nahi ',
    'नहीं ',
    'साँस ',
    'बहुत ',
    'सीने में दर्द नहीं है ',
    'very ',
  ];
  const runs = ['a', '\u0301', '.', '?', '(', '१', '\u200d', ' '];
  it.each([...words, ...runs])('of 5000 times %j costs no more than its length', (piece) => {
    const text = piece.repeat(5000).slice(0, 5000);
    const before = process.cpuUsage();
    flagsOf(text);
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1000).toBeLessThan(2000);
  });

  it('grows in cost as it grows in length, not faster', () => {
    const cost = (length: number) => {
      const text = 'no chest pain and my saans nahi बहुत दर्द '.repeat(1000).slice(0, length);
      flagsOf(text);
      const before = process.cpuUsage();
      for (let round = 0; round < 3; round++) flagsOf(text);
      const { user, system } = process.cpuUsage(before);
      return user + system;
    };
    cost(2000);
    // Eight times the length may cost sixty-four times as much only if something is quadratic.
    expect(cost(16_000) / cost(2000)).toBeLessThan(30);
  });
});
