import { describe, expect, it } from 'vitest';
import { readBirth } from '../../../../src/domain/consultation/reception/birth.ts';
import { readCode, readPhone } from '../../../../src/domain/consultation/reception/phone.ts';

const today = '2026-11-20';
const digits = 'nine eight seven six five four three two one zero';
/** Said, country, heard as; `~` = digits that make no number; a third `due` where the number was asked for. */
const numbers: readonly (readonly [string, string, string, 'due'?])[] = [
  ['9876543210', 'IN', '+919876543210'],
  ['98765 43210', 'IN', '+919876543210'],
  ['98765-43210', 'IN', '+919876543210'],
  ['+91 98765 43210', 'IN', '+919876543210'],
  ['+919876543210', 'IN', '+919876543210'],
  ['+91-98765-43210', 'GH', '+919876543210'],
  ['0 98765 43210', 'IN', '+919876543210'],
  ['091 98765 43210', 'IN', '~'],
  ['919876543210', 'IN', '+919876543210'],
  ['00 91 98765 43210', 'IN', '+919876543210'],
  ['My phone number is 9876543210.', 'IN', '+919876543210'],
  [`My number is ${digits}`, 'IN', '+919876543210'],
  [digits.toUpperCase(), 'IN', '+919876543210'],
  [`my phone is ${digits}, thank you`, 'IN', '+919876543210'],
  ['nine eight seven six five, four three two one zero', 'IN', '+919876543210'],
  ['nine eight seven six five. four three two one zero', 'IN', '+919876543210'],
  ['double nine eight seven six triple five one two', 'IN', '+919987655512'],
  ['nine eight double seven six double five four one two', 'IN', '+919877655412'],
  ['ninety eight seventy six fifty four thirty two ten', 'IN', '+919876543210'],
  ['ninety eight seven six five four three two one oh', 'IN', '+919876543210'],
  ['nine eight seven six five oh oh three two one', 'IN', '+919876500321'],
  ['nine eight seven six five zero zero three two one', 'IN', '+919876500321'],
  ['plus nine one nine eight seven six five four three two one zero', 'IN', '+919876543210'],
  ['nau aath saat chhe paanch chaar teen do ek shunya', 'IN', '+919876543210'],
  ['nau aath saat che panch char tin do ek zero', 'IN', '+919876543210'],
  ['नौ आठ सात छह पाँच चार तीन दो एक शून्य', 'IN', '+919876543210'],
  ['नौ आठ सात छः पांच चार तीन दो एक ज़ीरो', 'IN', '+919876543210'],
  ['९८७६५४३२१०', 'IN', '+919876543210'],
  ['मेरा नंबर 98765 43210 है', 'IN', '+919876543210'],
  ['mera number 9876543210 hai', 'IN', '+919876543210'],
  ['nau aath saat double chhe paanch chaar teen do ek', 'IN', '+919876654321'],
  ['डबल नौ आठ सात छह पाँच चार तीन दो एक', 'IN', '+919987654321'],
  ['zero two four, five five five, one two three four.', 'GH', '+233245551234'],
  ['my number is zero two four five double five one two three four', 'GH', '+233245551234'],
  ['024 555 1234', 'GH', '+233245551234'],
  ['(650) 253-0000', 'US', '+16502530000'],
  ['650.253.0000', 'US', '+16502530000'],
  ['six five zero two five three zero zero zero zero', 'US', '+16502530000'],
  ['020 7946 0018', 'GB', '+442079460018'],
  ['Kiran Shah, 98765 40037.', 'IN', '+919876540037'],
  ['Dr Rao on Friday at 3 pm for Tarun Reddy, 9876540037', 'IN', '+919876540037'],
  ['Dr Rao on the 26th at 10 am, phone 9876540037', 'IN', '+919876540037'],
  ['on 2026-11-25 at 11.30, 9876540037', 'IN', '+919876540037'],
  ['call me on 98765 43210 at half past four', 'IN', '+919876543210'],
  ['not 98765 43210, it is 98765 43211', 'IN', '+919876543211'],
  ['My phone is 12345', 'IN', '~', 'due'],
  ['nine eight seven six five', 'IN', '~', 'due'],
  ['nine eight seven', 'IN', '~', 'due'],
  ['98765 4321', 'IN', '~'],
  ['98765432101234567', 'IN', '~'],
  ['do', 'IN', '-', 'due'],
  ['on 2026-11-25 at 11.30', 'IN', '-'],
  ['25/11/2026', 'IN', '-'],
  ['at ten thirty on the twenty fifth', 'IN', '-'],
  ['10 or 11 on 25 November', 'IN', '-'],
  ['I am 45 years old', 'IN', '-'],
  ['the code is 4821', 'IN', '-'],
  ['two tablets three times a day', 'IN', '-'],
  ['what do you do', 'IN', '-'],
  ['', 'IN', '-'],
  ['nine eight seven to five for three two one zero', 'IN', '+919872543210'],
  ['And nine ate seven six five a three too won zero', 'IN', '+919876583210', 'due'],
  ['from ten to three or from two to four', 'IN', '-'],
  ['no number', 'IN', '-', 'due'],
  ['one two three four five six seven eight', 'US', '~'],
];

describe('telephone numbers, as they are said', () => {
  it('has a table long enough to mean something', () => expect(numbers.length).toBeGreaterThanOrEqual(60));
  it.each(numbers.map(([text, country, expected, due]) => ({ text, country, expected, due })))(
    '$text ($country)',
    ({ text, country, expected, due }) => {
      const phone = readPhone(text, { country, today, due: due === 'due' });
      expect(phone ? (phone.number ?? '~') : '-').toBe(expected);
    },
  );
  it('joins the second half to the first', () => {
    expect(readPhone('four three two one zero', { country: 'IN', today, due: true, before: '98765' })?.number).toBe('+919876543210');
  });
  it('does not put a number behind its own beginning', () => {
    const again = { country: 'IN', today, due: true, before: '912345' } as const;
    expect(readPhone('nine one two three four five cheeks seven paid nine', again)).toMatchObject({ digits: '912345', anew: true });
    expect(readPhone('nine one two three four five cheeks seven paid nine', again)?.number).toBeUndefined();
    expect(readPhone('nine one two three four five six seven eight nine', again)?.number).toBe('+919123456789');
  });
  it('takes a number that is told anew instead of joining it', () => {
    expect(readPhone('98765 43210', { country: 'IN', today, due: true, before: '98765' })?.number).toBe('+919876543210');
  });
});

describe('codes and births', () => {
  it.each([
    ['the code is 4821', false, '4821'],
    ['booking code four eight two one', false, '4821'],
    ['4821', true, '4821'],
    ['4 8 2 1', true, '4821'],
    ['FOUR EIGHT TWO ONE', true, '4821'],
    ['char aath do ek', true, '4821'],
    ['मेरा कोड चार आठ दो एक है', false, '4821'],
    ['4821', false, undefined],
    ['48213', true, undefined],
    ['I have no code', true, undefined],
  ] as const)('code: %s', (text, due, expected) => expect(readCode(text, today, due)?.code).toBe(expected));

  it.each([
    ['5 March 1985', '1985-03-05'],
    ['born on the fifth of March 1985', '1985-03-05'],
    ['fifth of march nineteen eighty five', '1985-03-05'],
    ['MARCH FIFTH NINETEEN EIGHTY FIVE', '1985-03-05'],
    ['25/03/1985', '1985-03-25'],
    ['1985-03-05', '1985-03-05'],
    ['05/03/1985', '1985'],
    ['1985', '1985'],
    ['nineteen eighty five', '1985'],
    ['two thousand and four', '2004'],
    ['5 मार्च 1985', '1985-03-05'],
    ['3000', undefined],
    ['1234', undefined],
    ['I do not know', undefined],
  ] as const)('birth: %s', (text, expected) => {
    const birth = readBirth(text, today);
    expect(birth && (birth.date ?? String(birth.year))).toBe(expected);
  });
});
