import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkScript, countScripts, guessLanguage, scriptOf } from '../../../../src/shared/language/script-check.ts';

const dataFolder = process.env.BEDSIDE_TEST_DATA ?? fileURLToPath(new URL('../../../../../shared/data', import.meta.url));
const rowsOf = (path: string): readonly Record<string, string>[] => {
  const file = join(dataFolder, path);
  if (!existsSync(file)) {
    console.log(`skipped: sentences of ${path} (no ${dataFolder}; set BEDSIDE_TEST_DATA)`);
    return [];
  }
  return readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, string>);
};

/** `I have had a fever for three days` and the like, in each script. */
const fever: Readonly<Record<string, string>> = {
  hi: 'मुझे तीन दिन से बुख़ार है।',
  mr: 'मला तीन दिवसांपासून ताप आहे आणि खूप दुखत आहे.',
  bn: 'আমার তিন দিন ধরে জ্বর।',
  pa: 'ਮੈਨੂੰ ਤਿੰਨ ਦਿਨਾਂ ਤੋਂ ਬੁਖਾਰ ਹੈ।',
  gu: 'મને ત્રણ દિવસથી તાવ છે.',
  or: 'ମୋର ତିନି ଦିନ ହେଲା ଜ୍ୱର।',
  ta: 'எனக்கு மூன்று நாட்களாக காய்ச்சல்.',
  te: 'నాకు మూడు రోజులుగా జ్వరం ఉంది.',
  kn: 'ನನಗೆ ಮೂರು ದಿನಗಳಿಂದ ಜ್ವರವಿದೆ.',
  ml: 'എനിക്ക് മൂന്ന് ദിവസമായി പനിയാണ്.',
  ur: 'مجھے تین دن سے بخار ہے۔',
  en: 'I have had a fever for three days.',
};

describe('the scripts of a text', () => {
  it('are counted by letters: marks, digits and stops are in none', () => {
    expect(countScripts('क्या? 123 ।')).toEqual({ Devanagari: 2 });
    expect(countScripts('Crocin ५०० mg लें')).toEqual({ Latin: 8, Devanagari: 1 });
    expect(countScripts('12:30, 98%')).toEqual({});
    expect(countScripts('Привет 你好')).toEqual({ Other: 8 });
  });

  it('belong to languages, or are named by the tag', () => {
    expect(scriptOf('hi-IN')).toBe('Devanagari');
    expect(scriptOf('hi-Latn')).toBe('Latin');
    expect(scriptOf('pa-Arab-PK')).toBe('Arabic');
    expect(scriptOf('en_GB')).toBe('Latin');
    expect(scriptOf('constructor')).toBeUndefined();
    expect(scriptOf('tlh')).toBeUndefined();
  });
});

describe('what was recognised', () => {
  it.each(Object.entries(fever))('fits a session in %s, written in its own letters', (language, text) => {
    expect(checkScript(text, language)).toMatchObject({ fits: true, written: 'native' });
  });

  it('does not fit a session whose language has other letters', () => {
    for (const [language, text] of Object.entries(fever))
      for (const [other] of Object.entries(fever)) {
        const [own, theirs] = [scriptOf(language), scriptOf(other)];
        if (own === theirs || language === 'en') continue;
        expect(checkScript(text, other), `${text} in a session in ${other}`).toMatchObject({ fits: false, written: 'foreign' });
      }
  });

  it('does not fit a Telugu session when half of it is in Tamil letters', () => {
    expect(checkScript('నాకు మూడు காய்ச்சல்', 'te').fits).toBe(false);
  });

  it('does not fit a Hindi session in Urdu letters', () => {
    expect(checkScript('مجھے تین دن سے بخار ہے', 'hi').fits).toBe(false);
  });

  it('is marked where Hindi or Telugu is romanised, or English is spoken', () => {
    expect(checkScript('mujhe teen din se bukhar hai', 'hi')).toMatchObject({ fits: true, written: 'romanised' });
    expect(checkScript('naaku moodu rojuluga jwaram undi', 'te')).toMatchObject({ fits: true });
    expect(checkScript('I have had a fever for three days', 'hi')).toMatchObject({ fits: true, written: 'english' });
    expect(checkScript('mujhe teen din se bukhar hai', 'hi-Latn')).toMatchObject({ fits: true, written: 'native' });
  });

  it('may have English words among Hindi ones', () => {
    expect(checkScript('मेरा blood pressure बहुत high है', 'hi')).toMatchObject({ fits: true, written: 'native' });
    expect(checkScript('doctor ki appointment confirm kar dijiye please हाँ', 'hi')).toMatchObject({ fits: true, written: 'mixed' });
  });

  it('fits when there is nothing to judge: no letters, or a language not known here', () => {
    expect(checkScript('98765 43210', 'te')).toMatchObject({ fits: true, written: 'none' });
    expect(checkScript('', 'hi')).toMatchObject({ fits: true, written: 'none' });
    expect(checkScript('nuqneH', 'tlh')).toMatchObject({ fits: true, written: 'unknown' });
  });
});

describe('the language somebody types', () => {
  it.each(Object.entries(fever))('is %s', (language, text) => expect(guessLanguage(text)).toEqual({ language, sure: true }));

  it('is Hindi when romanised, however it is spelled', () => {
    for (const text of [
      'mujhe teen din se bukhar hai',
      'mujhay 3 din say bukhaar hay aur khansi bhi',
      'kal subha 9 baje doctor ka appointment chahiye',
      'pet me bahut dard ho raha hai',
      'saans lene me dikkat nahin hai',
    ])
      expect(guessLanguage(text), text).toEqual({ language: 'hi-Latn', sure: true });
  });

  it('is English though a word of it is also a Hindi one', () => {
    for (const text of [
      'She is so tired and the pain is in her main joint.',
      'Do I have to see the doctor at ten?',
      'He had a fever, but not for long.',
      'What are the side effects of this medicine?',
    ])
      expect(guessLanguage(text), text).toEqual({ language: 'en', sure: true });
  });

  it('is not sure of a name or a single word, and undefined without letters', () => {
    expect(guessLanguage('Anita Patel')).toEqual({ language: 'en', sure: false });
    expect(guessLanguage('ok')).toEqual({ language: 'en', sure: false });
    expect(guessLanguage('108 !')).toBeUndefined();
    expect(guessLanguage('你好')).toBeUndefined();
  });

  it('is found right in every sentence of the Hindi set, in both scripts', () => {
    for (const { text = '', language } of rowsOf('text_hindi/dev.jsonl'))
      expect(guessLanguage(text), text).toEqual({ language, sure: true });
  });

  it('is found right in every spoken sentence of the clinic, and its script fits', () => {
    for (const { text = '', language } of rowsOf('speech_clinic/dev/utterances.jsonl')) {
      const own = language?.startsWith('hi') || /\p{Script=Devanagari}/u.test(text) ? 'hi' : 'en';
      expect(guessLanguage(text)?.language, text).toBe(own);
      expect(checkScript(text, own), text).toMatchObject({ fits: true, written: 'native' });
      expect(checkScript(text, 'te').fits, text).toBe(own === 'en');
    }
  });

  it('is found right in questions of patients in English, Hindi and romanised Hindi', () => {
    for (const [path, language] of [
      ['queries.jsonl', 'en'],
      ['queries.hi.jsonl', 'hi'],
      ['queries.hi-latn.jsonl', 'hi-Latn'],
    ] as const)
      for (const row of rowsOf(`rag_medquad_liveqa/dev/${path}`)) {
        const text = row.text ?? row.message ?? '';
        expect(guessLanguage(text)?.language, text).toBe(language);
      }
  });

  it('is guessed without throwing for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 5000 }), fc.string({ maxLength: 12 }), (text, language) => {
        guessLanguage(text);
        expect(typeof checkScript(text, language).fits).toBe('boolean');
      }),
      { numRuns: 100 },
    );
  });
});
