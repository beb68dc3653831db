import type { Numeral } from './piece.ts';

const upToNineteen =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(
    ' ',
  );
const tens = ['', '', 'twenty', 'thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety'];

const scales = {
  western: [
    [1e12, 'trillion'],
    [1e9, 'billion'],
    [1e6, 'million'],
    [1e3, 'thousand'],
  ],
  indian: [
    [1e7, 'crore'],
    [1e5, 'lakh'],
    [1e3, 'thousand'],
  ],
} as const;

function belowHundred(value: number): string {
  if (value < 20) return upToNineteen[value] ?? '';
  const [ten, one] = [tens[Math.floor(value / 10)] ?? '', value % 10];
  return one === 0 ? ten : `${ten}-${upToNineteen[one]}`;
}

/** A whole number below 10^15 in words, the British and Indian way: two hundred and fifty. */
export function cardinal(value: number, indian: boolean): string {
  if (value < 100) return belowHundred(value);
  if (value < 1000) {
    const rest = value % 100;
    return `${upToNineteen[Math.floor(value / 100)]} hundred${rest === 0 ? '' : ` and ${belowHundred(rest)}`}`;
  }
  for (const [size, name] of indian ? scales.indian : scales.western) {
    if (value < size) continue;
    const rest = value % size;
    const join = rest === 0 ? '' : rest < 100 ? ` and ${belowHundred(rest)}` : ` ${cardinal(rest, indian)}`;
    return `${cardinal(Math.floor(value / size), indian)} ${name}${join}`;
  }
  return belowHundred(value);
}

export const spellDigits = (digits: string): string => [...digits].map((digit) => upToNineteen[Number(digit)] ?? '').join(' ');

const irregularOrdinals: Readonly<Record<string, string>> = {
  one: 'first',
  two: 'second',
  three: 'third',
  five: 'fifth',
  eight: 'eighth',
  nine: 'ninth',
  twelve: 'twelfth',
};

export function ordinal(value: number, indian: boolean): string {
  return cardinal(value, indian).replace(
    /[a-z]+$/,
    (word) => irregularOrdinals[word] ?? (word.endsWith('y') ? `${word.slice(0, -1)}ieth` : `${word}th`),
  );
}

/** Twenty twenty-six, nineteen oh five, two thousand and five. */
export function yearWords(year: number): string {
  const [century, rest] = [Math.floor(year / 100), year % 100];
  if (year % 1000 < 10 || century < 10 || year >= 10_000) return cardinal(year, false);
  return rest === 0 ? `${belowHundred(century)} hundred` : `${belowHundred(century)} ${rest < 10 ? 'oh ' : ''}${belowHundred(rest)}`;
}

const parts: Readonly<Record<number, readonly [one: string, many: string]>> = {
  2: ['half', 'halves'],
  3: ['third', 'thirds'],
  4: ['quarter', 'quarters'],
  8: ['eighth', 'eighths'],
};

/** `half`, `a quarter`, `two thirds`. */
export function fractionWords([over, under]: readonly [number, number]): string {
  const [one, many] = parts[under] ?? ['part', 'parts'];
  if (under === 2) return 'half';
  return over === 1 ? `a ${one}` : `${belowHundred(over)} ${many}`;
}

/** 10^15 and more, and numbers with leading noughts, are read digit by digit. */
export function numeralWords(numeral: Numeral, indian: boolean): string {
  const sign = numeral.sign === undefined ? '' : `${numeral.sign === 'plus-minus' ? 'plus or minus' : numeral.sign} `;
  if (numeral.fraction) {
    const part = fractionWords(numeral.fraction);
    if (numeral.whole === '') return sign + part;
    return `${sign}${cardinal(Number(numeral.whole), indian)} and ${part === 'half' ? 'a half' : part}`;
  }
  const digitwise = numeral.whole.length > 15 || /^0\d\d/.test(numeral.whole);
  const whole = digitwise ? spellDigits(numeral.whole) : cardinal(Number(numeral.whole), indian || numeral.indian === true);
  return `${sign}${whole}${numeral.decimals === undefined ? '' : ` point ${spellDigits(numeral.decimals)}`}`;
}
