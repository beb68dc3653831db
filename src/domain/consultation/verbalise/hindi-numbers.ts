import type { Numeral } from './piece.ts';

/** Every number below a hundred has a word of its own. */
export const belowHundred: readonly string[] = `
शून्य एक दो तीन चार पाँच छह सात आठ नौ
दस ग्यारह बारह तेरह चौदह पंद्रह सोलह सत्रह अठारह उन्नीस
बीस इक्कीस बाईस तेईस चौबीस पच्चीस छब्बीस सत्ताईस अट्ठाईस उनतीस
तीस इकतीस बत्तीस तैंतीस चौंतीस पैंतीस छत्तीस सैंतीस अड़तीस उनतालीस
चालीस इकतालीस बयालीस तैंतालीस चौवालीस पैंतालीस छियालीस सैंतालीस अड़तालीस उनचास
पचास इक्यावन बावन तिरपन चौवन पचपन छप्पन सत्तावन अट्ठावन उनसठ
साठ इकसठ बासठ तिरसठ चौंसठ पैंसठ छियासठ सड़सठ अड़सठ उनहत्तर
सत्तर इकहत्तर बहत्तर तिहत्तर चौहत्तर पचहत्तर छिहत्तर सतहत्तर अठहत्तर उनासी
अस्सी इक्यासी बयासी तिरासी चौरासी पचासी छियासी सत्तासी अट्ठासी नवासी
नब्बे इक्यानवे बानवे तिरानवे चौरानवे पंचानवे छियानवे सत्तानवे अट्ठानवे निन्यानवे`
  .trim()
  .split(/\s+/);

const scales = [
  [1e11, 'खरब'],
  [1e9, 'अरब'],
  [1e7, 'करोड़'],
  [1e5, 'लाख'],
  [1e3, 'हज़ार'],
  [1e2, 'सौ'],
] as const;

/** A whole number below 10^15 in words. */
export function cardinal(value: number): string {
  if (value < 100) return belowHundred[value] ?? '';
  for (const [size, name] of scales) {
    if (value < size) continue;
    const rest = value % size;
    return `${cardinal(Math.floor(value / size))} ${name}${rest === 0 ? '' : ` ${cardinal(rest)}`}`;
  }
  return '';
}

export const spellDigits = (digits: string): string => [...digits].map((digit) => belowHundred[Number(digit)] ?? '').join(' ');

/** 1947 is nineteen hundred and forty-seven; from 2000 on a year is said as a number. */
export const yearWords = (year: number): string =>
  year >= 1100 && year < 2000
    ? `${cardinal(Math.floor(year / 100))} सौ${year % 100 === 0 ? '' : ` ${cardinal(year % 100)}`}`
    : cardinal(year);

/** डेढ़, ढाई, साढ़े तीन: a whole number and a half. */
export const andHalf = (whole: number): string => (whole === 1 ? 'डेढ़' : whole === 2 ? 'ढाई' : `साढ़े ${cardinal(whole)}`);

const denominators: Readonly<Record<number, string>> = { 3: 'तिहाई', 4: 'चौथाई', 8: 'आठवाँ हिस्सा' };

/** A half takes the gender and case of what it halves. */
export type Half = 'आधा' | 'आधी' | 'आधे';

export function fractionWords([over, under]: readonly [number, number], half: Half): string {
  return under === 2 ? half : `${cardinal(over)} ${denominators[under] ?? `बटा ${cardinal(under)}`}`;
}

/** डेढ़, सवा दो, पौने तीन: Hindi has words for quarters before and after a whole number. */
function mixedWords(whole: number, [over, under]: readonly [number, number]): string {
  if (under === 2) return andHalf(whole);
  if (under === 4 && over === 1) return whole === 1 ? 'सवा' : `सवा ${cardinal(whole)}`;
  if (under === 4 && over === 3) return `पौने ${cardinal(whole + 1)}`;
  return `${cardinal(whole)} सही ${cardinal(over)} बटा ${cardinal(under)}`;
}

export function numeralWords(numeral: Numeral, half: Half = 'आधा'): string {
  const sign = numeral.sign === undefined ? '' : `${{ minus: 'माइनस', plus: 'प्लस', 'plus-minus': 'प्लस माइनस' }[numeral.sign]} `;
  if (numeral.fraction)
    return sign + (numeral.whole === '' ? fractionWords(numeral.fraction, half) : mixedWords(Number(numeral.whole), numeral.fraction));
  const whole = numeral.whole.length > 13 || /^0\d\d/.test(numeral.whole) ? spellDigits(numeral.whole) : cardinal(Number(numeral.whole));
  return `${sign}${whole}${numeral.decimals === undefined ? '' : ` दशमलव ${spellDigits(numeral.decimals)}`}`;
}

const ordinals: Readonly<Record<number, string>> = { 1: 'पहल', 2: 'दूसर', 3: 'तीसर', 4: 'चौथ', 6: 'छठ' };

/** The ending written (वाँ, री, थे) says gender and case; an English ordinal becomes masculine. */
export function ordinal(value: number, ending: string): string {
  const [vowel] = /[ािीे]/.exec(ending) ?? ['ा'];
  const stem = ordinals[value];
  return stem === undefined ? `${cardinal(value)}${ending === '' ? 'वाँ' : ending}` : stem + vowel;
}
