import { describe, expect, it } from 'vitest';
import { readWhen, type When } from '../../../../src/domain/consultation/reception/when.ts';

/** It is Friday, 20 November 2026, 09:30, and doctors see people from nine to five. */
const context = { date: '2026-11-20', time: '09:30', open: { from: '09:00', to: '17:00' } };

/** `date`, `time`, both, or one of: `date|date` and `time|time` (to be asked), `part`, `>from`, `<to`, `from..to` days, `soonest`, `any`, `past`, `never`, `not date`, `old date`. */
function shown(when: When): string {
  return [
    when.date,
    when.dates.join('|'),
    when.days && `${when.days.from}..${when.days.to}`,
    when.time,
    when.times.join('|'),
    when.part,
    when.window?.from && `>${when.window.from}`,
    when.window?.to && `<${when.window.to}`,
    when.soonest && 'soonest',
    when.anyTime && 'any',
    when.anyDay && 'anyday',
    when.past && 'past',
    when.impossible && 'never',
    when.not.dates.length > 0 && `not ${when.not.dates.join()}`,
    when.not.times.length > 0 && `not ${when.not.times.join()}`,
    when.old.date && `old ${when.old.date}`,
    when.old.time && `old ${when.old.time}`,
  ]
    .filter(Boolean)
    .join(' ');
}

const days: readonly (readonly [string, string])[] = [
  ['today', '2026-11-20'],
  ['tomorrow', '2026-11-21'],
  ['TOMORROW', '2026-11-21'],
  ['tommorow please', '2026-11-21'],
  ['the day after tomorrow', '2026-11-22'],
  ['DAY AFTER TOMORROW', '2026-11-22'],
  ['kal', '2026-11-21'],
  ['कल', '2026-11-21'],
  ['aaj', '2026-11-20'],
  ['आज', '2026-11-20'],
  ['parson', '2026-11-22'],
  ['परसों', '2026-11-22'],
  ['kal nahi parson', '2026-11-22 not 2026-11-21'],
  ['Monday', '2026-11-23'],
  ['on monday please', '2026-11-23'],
  ['MONDAY', '2026-11-23'],
  ['this Tuesday', '2026-11-24'],
  ['coming Wednesday', '2026-11-25'],
  ['somvar', '2026-11-23'],
  ['सोमवार को', '2026-11-23'],
  ['mangalwar', '2026-11-24'],
  ['मंगलवार', '2026-11-24'],
  ['budhvar ko', '2026-11-25'],
  ['guruwar', '2026-11-26'],
  ['बृहस्पतिवार', '2026-11-26'],
  ['shukravar', '2026-11-20|2026-11-27'],
  ['shanivar', '2026-11-21'],
  ['शनिवार', '2026-11-21'],
  ['itvar ko', '2026-11-22'],
  ['रविवार', '2026-11-22'],
  ['Friday', '2026-11-20|2026-11-27'],
  ['this Friday', '2026-11-20'],
  ['next Friday', '2026-11-27'],
  ['next Tuesday', '2026-11-24'],
  ['next Sunday', '2026-11-22|2026-11-29'],
  ['next Saturday', '2026-11-21|2026-11-28'],
  ['agle budhvar', '2026-11-25'],
  ['अगले बुधवार', '2026-11-25'],
  ['is shanivar', '2026-11-21'],
  ['Tuesday next week', '2026-11-24'],
  ['next week Thursday', '2026-11-26'],
  ['Sunday next week', '2026-11-29'],
  ['agle hafte somvar ko', '2026-11-23'],
  ['अगले हफ्ते मंगलवार', '2026-11-24'],
  ['Monday week', '2026-11-30'],
  ['a week from Monday', '2026-11-30'],
  ['in two weeks', '2026-12-04'],
  ['in a week', '2026-11-27'],
  ['two weeks from now', '2026-12-04'],
  ['in three days', '2026-11-23'],
  ['in 10 days', '2026-11-30'],
  ['in a couple of days', '2026-11-22'],
  ['in a fortnight', '2026-12-04'],
  ['in a month', '2026-12-20'],
  ['teen din baad', '2026-11-23'],
  ['तीन दिन बाद', '2026-11-23'],
  ['do hafte baad', '2026-12-04'],
  ['एक हफ्ते बाद', '2026-11-27'],
  ['25th', '2026-11-25'],
  ['the 25th', '2026-11-25'],
  ['on the twenty fifth', '2026-11-25'],
  ['the fifth', '2026-12-05'],
  ['THE TWENTY FIRST', '2026-11-21'],
  ['the thirtieth', '2026-11-30'],
  ['25 tarikh ko', '2026-11-25'],
  ['पच्चीस तारीख', '2026-11-25'],
  ['5 tareekh', '2026-12-05'],
  ['the 31st', '2026-12-31'],
  ['25th of this month', '2026-11-25'],
  ['the 5th of next month', '2026-12-05'],
  ['5th of this month', 'past'],
  ['March 5', '2027-03-05'],
  ['March 5th', '2027-03-05'],
  ['5 March', '2027-03-05'],
  ['the fifth of March', '2027-03-05'],
  ['march the fifth', '2027-03-05'],
  ['FIFTH OF MARCH', '2027-03-05'],
  ['December 1', '2026-12-01'],
  ['1st December 2026', '2026-12-01'],
  ['the twenty sixth of November', '2026-11-26'],
  ['November twenty six', '2026-11-26'],
  ['पाँच मार्च', '2027-03-05'],
  ['5 दिसंबर', '2026-12-05'],
  ['paanch december ko', '2026-12-05'],
  ['10 November', 'past'],
  ['30 February', 'never'],
  ['2026-11-25', '2026-11-25'],
  ['25/11/2026', '2026-11-25'],
  ['25.11.2026', '2026-11-25'],
  ['25/11', '2026-11-25'],
  ['5/3', '2027-03-05'],
  ['11/25', '2026-11-25'],
  ['12/1', '2027-01-12|2026-12-01'],
  ['1/12', '2026-12-01|2027-01-12'],
  ['31/02/2027', 'never'],
  ['Friday the eleventh, please.', '2026-12-11'],
  ['Monday the 23rd', '2026-11-23'],
  ['Monday the 24th', '2026-11-24|2026-11-23'],
  ['today, Friday', '2026-11-20'],
  ['Monday or Tuesday', '2026-11-23|2026-11-24'],
  ['next week', '2026-11-23..2026-11-29'],
  ['agle hafte', '2026-11-23..2026-11-29'],
  ['this weekend', '2026-11-21..2026-11-22'],
  ['the week after next', '2026-11-30..2026-12-06'],
  ['sometime next week, preferably Thursday', '2026-11-26'],
  ['the 2nd or 3rd of December', '2026-12-02|2026-12-03'],
  ['next month', '2026-12-01..2026-12-28'],
  ['yesterday', ''],
  ['No, Tuesday, not Monday.', '2026-11-24 not 2026-11-23'],
  ['NO TUESDAY', '2026-11-24'],
  ['not Monday', 'not 2026-11-23'],
  ['Saturday ko nahi, Sunday ko', '2026-11-22 not 2026-11-21'],
  ['I cannot come tomorrow. Could I come the day after instead?', '2026-11-22 not 2026-11-21'],
  ['I cannot come on Monday. Can we move it to Tuesday', '2026-11-24 not 2026-11-23'],
  ['from Monday to Thursday', '2026-11-26 old 2026-11-23'],
  ['my Monday appointment', 'old 2026-11-23'],
  ['cancel my appointment on Thursday', 'old 2026-11-26'],
  ['सोमवार वाली मुलाकात', 'old 2026-11-23'],
  ['any day', 'anyday'],
];

const times: readonly (readonly [string, string])[] = [
  ['10:30', '10:30'],
  ['10.30', '10:30'],
  ['16:00', '16:00'],
  ['09:15', '09:15'],
  ['10 am', '10:00'],
  ['10am', '10:00'],
  ['10 a.m.', '10:00'],
  ['TEN A M', '10:00'],
  ['3pm', '15:00'],
  ['3 p.m.', '15:00'],
  ['THREE P M', '15:00'],
  ['1:30 pm', '13:30'],
  ['12 pm', '12:00'],
  ['12 noon', '12:00'],
  ['at noon', '12:00'],
  ['ten thirty', '10:30'],
  ['TEN THIRTY A M', '10:30'],
  ['Ten fifteen works for me.', '10:15'],
  ['two forty five', '14:45'],
  ['ten oh five', '10:05'],
  ["10 o'clock", '10:00'],
  ['ELEVEN OCLOCK', '11:00'],
  ['half past four', '16:30'],
  ['half past nine', '09:30'],
  ['half past 3 in the afternoon', '15:30'],
  ['quarter past ten', '10:15'],
  ['a quarter to eleven', '10:45'],
  ['QUARTER TO FIVE', '16:45'],
  ['quarter to 11 in the morning', '10:45'],
  ['twenty past three', '15:20'],
  ['ten to four', '15:50'],
  ['at four', '16:00'],
  ['at ten', '10:00'],
  ['at 9', '09:00'],
  ['at five', '17:00'],
  ['at seven', '07:00|19:00'],
  ['four in the afternoon', '16:00'],
  ['10 in the morning', '10:00'],
  ['7 in the evening', '19:00'],
  ['das baje', '10:00'],
  ['दस बजे', '10:00'],
  ['subah das baje', '10:00'],
  ['सुबह दस बजे', '10:00'],
  ['sham 4 baje', '16:00'],
  ['शाम चार बजे', '16:00'],
  ['do baje', '14:00'],
  ['dopahar do baje', '14:00'],
  ['दोपहर बारह बजे', '12:00'],
  ['saadhe nau baje', '09:30'],
  ['साढ़े चार बजे', '16:30'],
  ['sava nau', '09:15'],
  ['sawa paanch baje sham ko', '17:15'],
  ['सवा दस बजे', '10:15'],
  ['paune das', '09:45'],
  ['पौने पाँच बजे', '16:45'],
  ['dedh baje', '13:30'],
  ['डेढ़ बजे', '13:30'],
  ['dhai baje', '14:30'],
  ['ढाई बजे', '14:30'],
  ['10 baje', '10:00'],
  ['das bajkar bees minute', '10:20'],
  ['raat ko 8 baje', '20:00'],
  ['evening', 'evening'],
  ['in the morning', 'morning'],
  ['dopahar ko', 'afternoon'],
  ['शाम को', 'evening'],
  ['after 4', '>16:00'],
  ["after five o'clock", '>17:00'],
  ['before noon', '<12:00'],
  ['before 11', '<11:00'],
  ['4 baje ke baad', '>16:00'],
  ['11 baje se pehle', '<11:00'],
  ['between 10 and 12', '>10:00 <12:00'],
  ['between two and four', '>14:00 <16:00'],
  ['from 10 to 12', '>10:00 <12:00'],
  ['10 se 12 ke beech', '>10:00 <12:00'],
  ['from 2 pm to 4pm', '>14:00 <16:00'],
  ['no later than noon', '<12:00'],
  ['not before ten', '>10:00'],
  ['not earlier than ten', '>10:00'],
  ['1400 hours', '14:00'],
  ['after work', '>17:00'],
  ['any time', 'any'],
  ['kabhi bhi', 'any'],
  ['as soon as possible', 'soonest'],
  ['ASAP', 'soonest'],
  ['jaldi se jaldi', 'soonest'],
  ['ten or eleven at the latest, so at ten or eleven', '10:00|11:00'],
  ['quarter past nine? No wait, half past nine', '09:30'],
  ['quarter past... sorry, half past four in the afternoon', '16:30'],
  ['at 3, no sorry, at 4', '16:00'],
  ['not at 10, at 11', '11:00 not 10:00'],
];

const both: readonly (readonly [string, string])[] = [
  ['kal subah das baje', '2026-11-21 10:00'],
  ['कल सुबह साढ़े दस बजे', '2026-11-21 10:30'],
  ['first thing tomorrow', '2026-11-21 soonest'],
  ['Monday the thirtieth at half two', '2026-11-30 14:30'],
  ['parson subah sawa gyarah baje', '2026-11-22 11:15'],
  ['tomorrow morning', '2026-11-21 morning'],
  ['this evening', '2026-11-20 evening'],
  ['any time tomorrow', '2026-11-21 any'],
  ['Monday at ten thirty', '2026-11-23 10:30'],
  ['this Tuesday 1:30 pm', '2026-11-24 13:30'],
  ['on 2026-11-25 at 11.30', '2026-11-25 11:30'],
  ["on the twenty fifth of November at ten o'clock in the morning", '2026-11-25 10:00'],
  ['shukrawar wala appointment somvar sham 4 baje kar dijiye', '2026-11-23 16:00 old 2026-11-20'],
  ['अगले बुधवार दोपहर बारह बजे', '2026-11-25 12:00'],
  ['today after four', '2026-11-20 >16:00'],
  ['agle somvar ko gyarah baje', '2026-11-23 11:00'],
  ['No make it on the 26th at 1 in the afternoon', '2026-11-26 13:00'],
  ['Tuesday at quarter past nine? No, Wednesday', '2026-11-25 09:15'],
  ["I'd prefer 10:30 in the morning on the 6th.", '2026-12-06 10:30'],
  ['I have had a fever since Monday, can I come tomorrow at 11', '2026-11-21 11:00'],
  ['It is 8 pm now, can I come tomorrow at 10', '2026-11-21 10:00'],
  ['doctor rao, monday, ten', '2026-11-23 10:00'],
  ['tomorrow 11', '2026-11-21 11:00'],
  ['headache for 2 days', ''],
  ['my son is 5 years old', ''],
  ['Good morning', ''],
  ['I saw her last Monday', ''],
  ['I am 45', ''],
  ['The first available one, please', 'soonest'],
];

describe('when somebody wants to come', () => {
  it('has tables long enough to mean something', () => expect(days.length + times.length + both.length).toBeGreaterThanOrEqual(150));
  it.each(days)('day: %s', (text, expected) => expect(shown(readWhen(text, context))).toBe(expected));
  it.each(times)('time: %s', (text, expected) => expect(shown(readWhen(text, context))).toBe(expected));
  it.each(both)('both: %s', (text, expected) => expect(shown(readWhen(text, context))).toBe(expected));

  it('takes a bare number for what was asked', () => {
    expect(shown(readWhen('10', { ...context, expecting: 'time' }))).toBe('10:00');
    expect(shown(readWhen('seven', { ...context, expecting: 'time' }))).toBe('07:00|19:00');
    expect(shown(readWhen('25', { ...context, expecting: 'date' }))).toBe('2026-11-25');
    expect(shown(readWhen('pachis', { ...context, expecting: 'date' }))).toBe('2026-11-25');
    expect(shown(readWhen('10', context))).toBe('');
  });

  it('counts from a day that was spoken of before', () => {
    expect(shown(readWhen('the next day', { ...context, anchor: '2026-11-25' }))).toBe('2026-11-26');
    expect(shown(readWhen('the same day at 4', { ...context, anchor: '2026-11-25' }))).toBe('2026-11-25 16:00');
  });

  it('asks for a weekday that is today, and for the next one in the middle of a week', () => {
    const tuesday = { ...context, date: '2026-11-24' };
    expect(shown(readWhen('Tuesday', tuesday))).toBe('2026-11-24|2026-12-01');
    expect(shown(readWhen('next Thursday', tuesday))).toBe('2026-11-26|2026-12-03');
  });

  it('goes over the end of a year, a month and a leap day', () => {
    expect(readWhen('tomorrow', { ...context, date: '2026-12-31' }).date).toBe('2027-01-01');
    expect(readWhen('the 30th', { ...context, date: '2027-01-31' }).date).toBe('2027-03-30');
    expect(readWhen('29 February', { ...context, date: '2028-02-01' }).date).toBe('2028-02-29');
    expect(readWhen('29 February 2027', context).impossible).toBe(true);
  });

  it('takes the time that is still to come where today is meant', () => {
    const noon = { ...context, time: '12:00', open: { from: '08:00', to: '21:00' } };
    expect(shown(readWhen('today at eight', noon))).toBe('2026-11-20 20:00');
  });

  it('reads anything at all without falling over, and quickly', () => {
    const odd = [
      '',
      ' ',
      '?',
      '।',
      '00000',
      '99:99',
      '32/13/2026',
      '١٢',
      'a'.repeat(5000),
      'to '.repeat(1500),
      'half past '.repeat(500),
      '5/3 '.repeat(600),
      'kal '.repeat(900),
    ];
    const started = performance.now();
    for (const text of odd) expect(() => readWhen(text, context)).not.toThrow();
    expect(performance.now() - started).toBeLessThan(2000);
  });
});
