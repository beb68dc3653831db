import { normaliseHeardPhone } from '../../../shared/phone.ts';
import { countAt, digitOf, type Spoken, spoken } from './spoken.ts';
import { numericDates } from './when-day.ts';
import { monthAt, plainAt } from './when-words.ts';

/** Numbers that are said digit by digit, in pairs or in groups: telephone numbers and booking codes. Pure. */
export interface DigitsHeard {
  readonly digits: string;
  readonly plus: boolean;
  /** [from, to) in the text. */
  readonly from: number;
  readonly to: number;
  /** Followed or led by words of a telephone, or of a code. */
  readonly called?: 'phone' | 'code' | undefined;
}

const doubles: Readonly<Record<string, number>> = {
  double: 2,
  dabal: 2,
  dubble: 2,
  डबल: 2,
  doubled: 2,
  triple: 3,
  tripple: 3,
  tripal: 3,
  ट्रिपल: 3,
  thrice: 3,
  quadruple: 4,
};
const soundsLike: Readonly<Record<string, string>> = { to: '2', too: '2', for: '4', fore: '4', ate: '8', won: '1', tree: '3', nein: '9' };
const phoneWords = /^(?:phone|mobile|number|telephone|cell|contact|reach|call|फोन|मोबाइल|नंबर|नम्बर|namber|no|fone|whatsapp)$/u;
const codeWords = /^(?:code|booking|reference|कोड|kod|pin)$/u;

/** Every run of digits of at least `least`; `phoneDue` lets words that are numbers only sometimes ("do", "no") begin one. */
export function readDigits(
  text: string,
  options: { readonly today: string; readonly least: number; readonly phoneDue?: boolean },
): DigitsHeard[] {
  const words = spoken(text);
  const dates = numericDates(text, { date: options.today });
  const runs: DigitsHeard[] = [];
  for (let at = 0; at < words.length; ) {
    const run = runFrom(words, at, (from) => dates.some((one) => from >= one.from && from < one.to), options.phoneDue === true);
    if (!run) {
      at++;
      continue;
    }
    const [first, last] = [words[at], words[run.next - 1]];
    const around = words.slice(Math.max(0, at - 5), at).map((word) => word.plain);
    const called = around.some((word) => codeWords.test(word))
      ? 'code'
      : around.some((word) => phoneWords.test(word))
        ? 'phone'
        : undefined;
    if (first && last && run.digits.length >= options.least)
      runs.push({
        digits: run.digits,
        plus: /\+\s?$/.test(text.slice(Math.max(0, first.from - 2), first.from)) || plainAt(words, at - 1, 'plus'),
        from: first.from,
        to: last.to,
        called,
      });
    at = run.next;
  }
  return runs;
}

function runFrom(words: Spoken, at: number, inDate: (from: number) => boolean, due: boolean): { digits: string; next: number } | undefined {
  let digits = '';
  let next = at;
  for (;;) {
    const word = words[next];
    if (!word || inDate(word.from)) break;
    const before = words[next - 1];
    // A sentence that ends ends the number, unless it is a pause between groups.
    if (next > at && before && (before.mark === 'question' || (before.mark === 'stop' && digits.length >= 9))) break;
    const times = doubles[word.plain];
    if (times !== undefined) {
      const one = digitOf(words[next + 1]);
      if (one === undefined || one.length !== 1) break;
      digits += one.repeat(times);
      next += 2;
      continue;
    }
    if (/^\d[\d.,]*$/.test(word.plain) && !word.plain.includes(':')) {
      const bare = word.plain.replace(/[.,]/g, '');
      // "10.30" is a time or an amount; "987.654.3210" is a number.
      if (bare.length !== word.plain.length && bare.length < 7) break;
      if (
        monthAt(words, next + 1) !== undefined ||
        plainAt(words, next + 1, 'am', 'pm', 'baje', 'oclock', 'st', 'nd', 'rd', 'th', 'years', 'mg')
      )
        break;
      digits += bare;
      next++;
      continue;
    }
    // What recognisers write for a digit among digits: "nine one to three".
    const after = words[next + 1];
    const among = digits.length >= (due ? 1 : 2) && after !== undefined && (digitOf(after) ?? soundsLike[after.plain]) !== undefined;
    const alike = among ? (due && word.plain === 'a' ? '8' : soundsLike[word.plain]) : undefined;
    if (alike !== undefined) {
      digits += alike;
      next++;
      continue;
    }
    const one = digitOf(word);
    const count = countAt(words, next);
    if (one === undefined && (!count || count.ordinal || count.value < 10)) break;
    if (digits === '' && !due && count?.sure !== true && !/^(?:oh|zero|nought|ज़ीरो|जीरो)$/u.test(word.plain)) {
      // A doubtful word begins a number only where a sure one follows it.
      const after = countAt(words, next + 1);
      if (!after || digitOf(words[next + 2]) === undefined) break;
    }
    if (one !== undefined) {
      digits += one;
      next++;
      continue;
    }
    digits += String(count?.value ?? '');
    next = count?.next ?? next + 1;
  }
  return next > at && digits !== '' ? { digits, next } : undefined;
}

export interface PhoneHeard extends DigitsHeard {
  /** E.164, where the digits make a number that can be. */
  readonly number?: string;
  /** It begins as the digits before it did: they are no part of it. */
  readonly anew?: boolean;
}

function sharedStart(a: string, b: string): number {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  return at;
}

/** The telephone number in what was said, the last one where there are several. Digits that make none come back without `number`. */
export function readPhone(
  text: string,
  options: { readonly country: string; readonly today: string; readonly due?: boolean | undefined; readonly before?: string },
): PhoneHeard | undefined {
  const runs = readDigits(text, { today: options.today, least: options.due ? 3 : 6, phoneDue: options.due === true });
  const run = runs.filter(({ called }) => called !== 'code').at(-1);
  if (!run) return undefined;
  // Who begins again with the same digits tells the number anew, not the rest of it.
  const anew = options.before !== undefined && sharedStart(options.before, run.digits) >= 3;
  const whole =
    phoneOf(run.digits, run.plus, options.country) ??
    (options.before && !anew ? phoneOf(options.before + run.digits, false, options.country) : undefined);
  if (whole !== undefined) return { ...run, number: whole, ...(anew ? { anew } : {}) };
  return options.due || run.called === 'phone' || run.digits.length >= 8 ? { ...run, ...(anew ? { anew } : {}) } : undefined;
}

/** E.164 of digits as they were said: with a trunk zero, a country code, or neither. */
export function phoneOf(digits: string, plus: boolean, country: string): string | undefined {
  if (digits.length < 7 || digits.length > 16) return undefined;
  if (plus) return normaliseHeardPhone(`+${digits}`, country);
  const own = normaliseHeardPhone(digits, country);
  if (own !== undefined) return own;
  return digits.length > 10 ? normaliseHeardPhone(`+${digits.replace(/^00/, '')}`, country) : undefined;
}

/** A booking code: four digits, where one was asked for or named. */
export function readCode(text: string, today: string, due: boolean): { code: string; from: number; to: number } | undefined {
  const run = readDigits(text, { today, least: 4, phoneDue: due }).find(
    ({ digits, called }) => digits.length === 4 && (due || called === 'code'),
  );
  return run && { code: run.digits, from: run.from, to: run.to };
}
