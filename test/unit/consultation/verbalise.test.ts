import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { verbalise } from '../../../src/domain/consultation/verbalise.ts';

interface Row {
  readonly written: string;
  readonly spoken: string;
  readonly country?: string;
  readonly note?: string;
}

const read = <T>(name: string): T => JSON.parse(readFileSync(new URL(`verbalise/${name}`, import.meta.url), 'utf8')) as T;
const tables: Readonly<Record<'en' | 'hi', readonly Row[]>> = { en: read('table.en.json'), hi: read('table.hi.json') };
const hindiNumbers = read<readonly string[]>('numbers.hi.json');
const say = (text: string, language: string, country?: string) => verbalise(text, language, country ? { country } : {});

describe.each(['en', 'hi'] as const)('the table of %s', (language) => {
  it('has at least 75 rows, in composed letters', () => {
    expect(tables[language].length).toBeGreaterThanOrEqual(75);
    for (const { written, spoken } of tables[language])
      expect([written, spoken]).toEqual([written.normalize('NFC'), spoken.normalize('NFC')]);
  });

  it.each(tables[language])('$written', ({ written, spoken, country }) => expect(say(written, language, country)).toBe(spoken));

  it('leaves what is already spoken as it is', () => {
    for (const { spoken, country } of tables[language]) expect(say(spoken, language, country)).toBe(spoken);
  });

  it('is spoken without a digit', () => {
    for (const { spoken } of tables[language]) expect(spoken).not.toMatch(/\p{N}/u);
  });
});

describe('Hindi numbers', () => {
  it('have a hundred different words', () => expect(new Set(hindiNumbers).size).toBe(100));

  it.each(hindiNumbers.map((spoken, number) => ({ number, spoken })))('$number is $spoken', ({ number, spoken }) => {
    expect(say(String(number), 'hi')).toBe(spoken);
    const devanagari = [...String(number)].map((digit) => String.fromCodePoint(0x966 + Number(digit))).join('');
    expect(say(`${devanagari} लोग`, 'hi')).toBe(`${spoken} लोग`);
  });

  it('tell every minute of the day, the quarters by their own words', () => {
    for (let hour = 0; hour < 24; hour += 1)
      for (let minute = 0; minute < 60; minute += 1) {
        const spoken = say(`${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`, 'hi');
        const [now, next] = [hindiNumbers[hour % 12 || 12], hindiNumbers[(hour + 1) % 12 || 12]];
        const half = hour % 12 === 1 ? 'डेढ़' : hour % 12 === 2 ? 'ढाई' : `साढ़े ${now}`;
        const words =
          minute === 0
            ? `${now} बजे`
            : minute === 15
              ? `सवा ${now} बजे`
              : minute === 30
                ? `${half} बजे`
                : minute === 45
                  ? `पौने ${next} बजे`
                  : `${now} बजकर ${hindiNumbers[minute]} मिनट`;
        expect(spoken.replace(/^(?:सुबह|दोपहर|शाम|रात) /, '')).toBe(words.normalize('NFC'));
        expect(spoken).toMatch(/^(?:सुबह|दोपहर|शाम|रात) /);
      }
  });
});

describe('a whole answer', () => {
  it('is spoken in English', () => {
    const answer = `## Fever
Adults can take **500 mg to 1 g** every 4-6 hours (max. 4 g in 24 h) [1]. If it is over 103°F (39.4°C) or lasts >3 days, call 112 or 108.

- Drink 2-3 L of water/day
- Your slot is 10:15-10:30 on 3 Dec. with Dr. Rao; code 4821`;
    expect(say(answer, 'en', 'IN')).toBe(
      'Fever. Adults can take five hundred milligrams to one gram every four to six hours, maximum four grams in twenty-four hours. ' +
        'If it is over one hundred and three degrees Fahrenheit, thirty-nine point four degrees Celsius, or lasts more than three days, ' +
        'call one one two or one zero eight. Drink two to three litres of water per day. ' +
        'Your slot is ten fifteen to ten thirty in the morning on the third of December with Doctor Rao; code four eight two one',
    );
  });

  it('is spoken in Hindi', () => {
    const answer = `## बुख़ार
वयस्क **500 mg से 1 g** हर 4-6 घंटे में लें [1]। बुखार 103°F (39.4°C) से ज़्यादा हो तो तुरंत 112 या 108 पर कॉल करें।

- रोज़ 2-3 लीटर पानी पिएँ
- डॉ. राव 20 नवंबर को 14:30 बजे मिलेंगे; कोड 4821`;
    expect(say(answer, 'hi')).toBe(
      (
        'बुख़ार। वयस्क पाँच सौ मिलीग्राम से एक ग्राम हर चार से छह घंटे में लें। बुखार एक सौ तीन डिग्री फ़ारेनहाइट, उनतालीस दशमलव चार डिग्री सेल्सियस से ज़्यादा ' +
        'हो तो तुरंत एक एक दो या एक शून्य आठ पर कॉल करें। रोज़ दो से तीन लीटर पानी पिएँ। डॉक्टर राव बीस नवंबर को दोपहर ढाई बजे मिलेंगे; कोड चार आठ दो एक'
      ).normalize('NFC'),
    );
  });

  it('in other languages loses its marks and keeps its digits', () => {
    expect(say('**தண்ணீர்** 2 லிட்டர் குடிக்கவும் [1]. 😊', 'ta')).toBe('தண்ணீர் 2 லிட்டர் குடிக்கவும்.');
    expect(say('1. জল খান\n2. বিশ্রাম নিন', 'bn')).toBe('1. জল খান। 2. বিশ্রাম নিন');
  });

  it('knows regional tags, and speaks romanised Hindi with Hindi numbers', () => {
    expect(say('2 days', 'en-IN')).toBe('two days');
    expect(say('2 दिन', 'hi-IN')).toBe('दो दिन');
    expect(say('kal 9:30 baje', 'hi-Latn')).toBe('kal साढ़े नौ बजे'.normalize('NFC'));
  });
});

describe('what nobody meant to be read aloud', () => {
  const fragments =
    '1|2|30|112|4821|½|1/2|-|–|/|:|.|. |, |(|)|[|]|*|_|#|@|%|°C|mg|ml| |\n|x|×|PM|बजे|Nov|Dr.|e.g.|ECG|₹|$|q6h|1-0-1|2026|09:30|से|को|पर|कॉल|call|the|OD|Tab.|+91|98765|43210|५|²|…|"|\'|&|=|<|>|≥|A|ग|No.|www.a.in|a@b.co|😊|`|\\|~|^|Mon|st|वाँ|IV|type|w/o|F|in|Rs'.split(
      '|',
    );
  const hostile = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 5000 }),
    fc.string({ unit: 'grapheme', maxLength: 2000 }),
    fc.array(fc.constantFrom(...fragments), { maxLength: 200 }).map((parts) => parts.join('')),
    fc.array(fc.constantFrom(...fragments), { maxLength: 200 }).map((parts) => parts.join(' ')),
  );

  it('is spoken without a digit and without throwing, in English and Hindi', () => {
    fc.assert(
      fc.property(hostile, fc.constantFrom('en', 'hi'), fc.constantFrom('IN', 'US', undefined), (text, language, country) => {
        expect(say(text, language, country)).not.toMatch(/\p{Nd}/u);
      }),
      { numRuns: 300 },
    );
  });

  it('does not throw in any language', () => {
    fc.assert(
      fc.property(hostile, fc.string({ maxLength: 8 }), (text, language) => typeof say(text, language) === 'string'),
      { numRuns: 100 },
    );
  });

  it('stays as it is once spoken, for any rows of the table one after another', () => {
    for (const language of ['en', 'hi'] as const)
      fc.assert(
        fc.property(fc.array(fc.constantFrom(...tables[language].map(({ written }) => written)), { maxLength: 6 }), (rows) => {
          const once = say(rows.join('. '), language, 'IN');
          expect(say(once, language, 'IN')).toBe(once);
        }),
        { numRuns: 200 },
      );
  });

  it('takes time in proportion to its length', () => {
    // Processor time, not the clock's: other work on the machine does not count.
    const spent = (text: string) => {
      const started = process.cpuUsage();
      say(text, /[^\x00-\x7f]/.test(text) ? 'hi' : 'en');
      const { user, system } = process.cpuUsage(started);
      return (user + system) / 1000;
    };
    const repeated =
      '1|a|-|.|(|[|*| |\n|1 |1-|1/|1.|1,|a-1|a.|A.|@|a@|<|<a |\\||- |--|> |#|१|½|😊|₹|1:|[1]|](|क|क.|x1|www.|"|…|+1|1 Nov |09:30|e.g.|120/80|IV |।|~~'.split(
        '|',
      );
    for (const part of repeated) {
      spent(part.repeat(100));
      // Sixteen times the text: a pattern that backtracks would take 256 times as long.
      const [short, long] = [250, 4000].map((times) => Math.min(...[1, 2, 3].map(() => spent(part.repeat(times))))) as [number, number];
      expect(long, `${JSON.stringify(part)} took ${short.toFixed(1)} ms, then ${long.toFixed(1)} ms`).toBeLessThan(
        Math.max(short, 2) * 100,
      );
    }
  }, 120_000);
});
