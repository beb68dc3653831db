import type { ClockTime, Piece } from './piece.ts';
import { type Found, matchAt } from './read-amounts.ts';

const hindiMonths: readonly (readonly string[])[] = [
  ['जनवरी'],
  ['फ़रवरी', 'फरवरी'],
  ['मार्च'],
  ['अप्रैल'],
  ['मई'],
  ['जून'],
  ['जुलाई'],
  ['अगस्त'],
  ['सितंबर', 'सितम्बर'],
  ['अक्टूबर', 'अक्तूबर'],
  ['नवंबर', 'नवम्बर'],
  ['दिसंबर', 'दिसम्बर'],
];
const englishMonth =
  'Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?';
const month = `(${englishMonth}|${englishMonth.toUpperCase()}|${hindiMonths.flat().join('|').normalize('NFC')})(?![\\p{L}\\p{M}\\d])(?:\\.(?= ?[,a-z\\d]))?`;
const year = '((?:19|20)\\d{2})(?![\\d:.]\\d|\\d)';

const dayMonth = new RegExp(
  `(\\d{1,2})(?:st|nd|rd|th)?(?: ?[-–] ?(\\d{1,2})(?:st|nd|rd|th)?)?[ -](?:of )?${month}(?:[, -]{1,2}${year})?`,
  'uy',
);
const monthDay = new RegExp(`${month} (\\d{1,2})(?:st|nd|rd|th)?(?![\\d:.]\\d|\\d| ?[ap]\\.?m)(?:,? ${year})?`, 'uy');
const monthYear = new RegExp(`${month},? ${year}`, 'uy');

const firstLetters = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const monthOf = (written: string): number => {
  const english = firstLetters.indexOf(written.slice(0, 3).toLowerCase());
  return english >= 0 ? english + 1 : hindiMonths.findIndex((names) => names.some((name) => name.normalize('NFC') === written)) + 1;
};

const isDay = (day: number) => day >= 1 && day <= 31;
const isMonth = (value: number) => value >= 1 && value <= 12;

/** The century of a year of two digits: a date of birth lies behind us, an appointment just ahead. */
const fullYear = (written: string): number => {
  const value = Number(written);
  return written.length === 4 ? value : value < 50 ? 2000 + value : 1900 + value;
};

/** `2026-11-20`, `2026-11-20T14:30`, `20/11/2026`, `20.11.2026`, `20 Nov 2026`, `20–22 Nov`. */
export function readDate(text: string, at: number, monthFirst: boolean): Found | undefined {
  const iso = matchAt(
    /(\d{4})([-/])(\d{2})\2(\d{2})(?:[T ](\d{2}):(\d{2})(?::\d{2}(?:\.\d{1,9})?)?(?! ?[ap]\.?m)(?:Z|[+-]\d{2}:?\d{2})?)?(?!\d|[-/]\d)/iy,
    text,
    at,
  );
  if (iso && isMonth(Number(iso[3])) && isDay(Number(iso[4]))) {
    const [hour, minute] = [Number(iso[5] ?? 99), Number(iso[6] ?? 99)];
    const time: ClockTime | undefined = hour <= 24 && minute < 60 ? { hour, minute, day: '24' } : undefined;
    return {
      piece: { type: 'date', day: Number(iso[4]), month: Number(iso[3]), year: Number(iso[1]), ...(time ? { time } : {}) },
      end: at + (iso[5] === undefined || time ? iso[0].length : 10),
    };
  }
  const numbers = matchAt(/(\d{1,2})(?:([/-])(\d{1,2})\2(\d{4}|\d{2})|\.(\d{1,2})\.(\d{4}))(?!\d|[-/.]\d)/y, text, at);
  if (numbers) {
    const [first, second] = [Number(numbers[1]), Number(numbers[3] ?? numbers[5])];
    const written = numbers[4] ?? numbers[6] ?? '';
    const read = (day: number, value: number): Found | undefined =>
      isDay(day) && isMonth(value)
        ? { piece: { type: 'date', day, month: value, year: fullYear(written) }, end: at + numbers[0].length }
        : undefined;
    const found = monthFirst ? (read(second, first) ?? read(first, second)) : (read(first, second) ?? read(second, first));
    if (found) return found;
  }
  const named = matchAt(dayMonth, text, at);
  if (named && isDay(Number(named[1])) && (named[2] === undefined || isDay(Number(named[2])))) {
    return {
      piece: {
        type: 'date',
        day: Number(named[1]),
        ...(named[2] === undefined ? {} : { toDay: Number(named[2]) }),
        month: monthOf(named[3] ?? ''),
        ...(named[4] === undefined ? {} : { year: Number(named[4]) }),
      },
      end: at + named[0].length,
    };
  }
  return undefined;
}

/** `Nov 20, 2026`, `Nov 2026`: dates that begin with a name. */
export function readMonthFirst(text: string, at: number): Found | undefined {
  const whole = matchAt(monthYear, text, at);
  if (whole) return { piece: { type: 'date', month: monthOf(whole[1] ?? ''), year: Number(whole[2]) }, end: at + whole[0].length };
  const match = matchAt(monthDay, text, at);
  if (!match || !isDay(Number(match[2]))) return undefined;
  return {
    piece: {
      type: 'date',
      monthFirst: true,
      day: Number(match[2]),
      month: monthOf(match[1] ?? ''),
      ...(match[3] === undefined ? {} : { year: Number(match[3]) }),
    },
    end: at + match[0].length,
  };
}

/** `20/11` is a date only where the words around it make it one. */
export function readShortDate(text: string, at: number, before: string, monthFirst: boolean): Found | undefined {
  const match = matchAt(/(\d{1,2})\/(\d{1,2})(?![\d/]|\.\d)/y, text, at);
  if (!match) return undefined;
  const end = at + match[0].length;
  const called =
    /(?:\b(?:on|since|from|until|till|by|dated?)|तारीख़?|दिनांक)[ :]{1,2}$/i.test(before) ||
    /^ (?:को|से|तक|की)(?![\p{L}\p{M}])/u.test(text.slice(end, end + 5));
  const [day, value] = monthFirst ? [Number(match[2]), Number(match[1])] : [Number(match[1]), Number(match[2])];
  return called && isDay(day) && isMonth(value) ? { piece: { type: 'date', day, month: value }, end } : undefined;
}

const weekday = '(Mon|Tues?|Wed|Thu(?:rs?)?|Fri|Sat|Sun)(?:day|nesday|urday)?(?![\\p{L}\\p{M}])';
const weekdays = new RegExp(`${weekday}\\.?(?: ?[-–] ?${weekday})?`, 'uy');
const weekdayOf = (written: string) => ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'].indexOf(written.slice(0, 3).toLowerCase());

/** `Mon-Fri`, and `Fri` before a date or a time; alone, Sat and Sun are words. */
export function readWeekdays(text: string, at: number): Found | undefined {
  const match = matchAt(weekdays, text, at);
  if (!match) return undefined;
  const end = at + match[0].length;
  if (match[2]) return { piece: { type: 'weekdays', from: weekdayOf(match[1] ?? ''), to: weekdayOf(match[2]) }, end };
  return /^,? ?\d/.test(text.slice(end, end + 3)) ? { piece: { type: 'weekdays', from: weekdayOf(match[1] ?? '') }, end } : undefined;
}

const clock = /(\d{1,2})(?:([:.])(\d{2})(?!\d)(?::\d{2}(?!\d))?)?(?: ?([ap])(?:m(?![\p{L}\d])|\. ?m\.?(?![\p{L}\d])))?/iuy;
const struckAfter = / ?(?:बजे|baje)(?![\p{L}\p{M}])/iuy;
const saidBefore =
  /(?:morning|afternoon|evening|night|tonight|subah|sh?aa?m|raat|dopahar|सुबह|सवेरे|दोपहर|शाम|रात|तड़के)(?:,? (?:at|by|around|from|before|after|के|को|में|क़?रीब|लगभग|ke|ko|mein))?,? ?$/iu;
const saidAfter = /^ ?(?:in the (?:morning|afternoon|evening)|at night|at noon|tonight|this (?:morning|afternoon|evening)|o['’]clock)/i;

interface Written {
  readonly hour: number;
  readonly minute: number;
  readonly half: 'am' | 'pm' | undefined;
  readonly sep: string | undefined;
  readonly padded: boolean;
  readonly end: number;
}

function readClock(text: string, at: number): Written | undefined {
  const match = matchAt(clock, text, at);
  if (!match) return undefined;
  const [written, hours = '', sep, minutes = '0', half] = match;
  const [hour, minute] = [Number(hours), Number(minutes)];
  if (hour > 24 || minute > 59 || (hour === 24 && minute > 0) || (half && hour > 12 && sep !== ':')) return undefined;
  let end = at + written.length;
  // The stop of p.m. is the sentence's own where nothing or a capital letter follows.
  if (written.endsWith('.') && /^(?: ?$| +\p{Lu})/u.test(text.slice(end, end + 3))) end -= 1;
  return { hour, minute, half: half ? (half.toLowerCase() === 'a' ? 'am' : 'pm') : undefined, sep, padded: hours.length === 2, end };
}

const dayOf = (written: Written, struck: boolean): ClockTime['day'] => {
  if (written.half && written.hour <= 12) return written.half;
  return written.hour > 12 || (written.padded && written.sep !== undefined) || (struck && written.hour === 0) ? '24' : 'unsaid';
};

/** `14:30`, `2:30 PM`, `2.30 pm`, `5 pm`, `9-5 pm`, `09:00–17:00`, `14:30 hrs`, `9 बजे`. */
export function readTime(text: string, at: number, before: string): Found | undefined {
  const military = /\b(?:at|by|from|till|until|to|before|after) $/i.test(before)
    ? matchAt(/([01]\d|2[0-3])([0-5]\d) ?(?:hrs?|hours|h)(?![\p{L}\d])/uy, text, at)
    : undefined;
  if (military)
    return {
      piece: { type: 'time', from: { hour: Number(military[1]), minute: Number(military[2]), day: '24' }, struck: false },
      end: at + military[0].length,
    };
  const first = readClock(text, at);
  if (!first) return undefined;
  const dash = matchAt(/ ?[-–—] ?(?=\d)/y, text, first.end);
  let second = dash && readClock(text, first.end + dash[0].length);
  if (second && second.sep === undefined && !second.half && !matchAt(struckAfter, text, second.end)) second = undefined;
  if (second && /^(?:[-–]\d|:\d)/.test(text.slice(second.end, second.end + 2))) return undefined;
  let end = (second ?? first).end;
  const struck = matchAt(struckAfter, text, end);
  const isTime = (written: Written) => written.half !== undefined || struck !== undefined || written.sep === ':';
  if (!(second ? isTime(second) : isTime(first))) return undefined;
  if (/(?:ratio|अनुपात)(?: of| is)? $/i.test(before) || /^ (?:ratio|dilution|solution)/.test(text.slice(end, end + 10))) return undefined;
  if (struck) end += struck[0].length;
  else end += matchAt(/ ?(?:hrs?|hours|h)(?![\p{L}\d])\.?/uy, text, end)?.[0].length ?? 0;

  const wordsBefore = saidBefore.test(before);
  const wordsAfter = saidAfter.test(text.slice(end, end + 20));
  const time = (written: Written, day: ClockTime['day']): ClockTime => ({ hour: written.hour, minute: written.minute, day });
  const piece: Extract<Piece, { type: 'time' }> = second
    ? {
        type: 'time',
        from: time(first, wordsBefore ? 'words' : dayOf(first.half || !second.half ? first : shared(first, second), struck !== undefined)),
        to: time(second, wordsAfter ? 'words' : dayOf(second, struck !== undefined)),
        struck: struck !== undefined,
      }
    : {
        type: 'time',
        from: time(first, wordsBefore || wordsAfter ? 'words' : dayOf(first, struck !== undefined)),
        struck: struck !== undefined,
      };
  return { piece, end };
}

/** In `10-11 AM` both are mornings; in `9-5 pm` the first is not said. */
function shared(first: Written, second: Written): Written {
  return first.hour % 12 <= second.hour % 12 ? { ...first, half: second.half } : first;
}

/** `the 1990s`, `their 40s`: not `30s`, which are seconds. */
export function readDecade(text: string, at: number, before: string): Found | undefined {
  const match = matchAt(/((?:1[6-9]|20)\d0|[1-9]0)['’]?s(?![\p{L}\d])/uy, text, at);
  if (!match?.[1]) return undefined;
  if (match[1].length === 2 && !/(?:\b(?:the|their|his|her|my|your|our|early|late|mid))[ -]$/i.test(before)) return undefined;
  return { piece: { type: 'decade', value: Number(match[1]) }, end: at + match[0].length };
}

/** Four digits that the words before them make a year. */
export function readYear(text: string, at: number, before: string): Found | undefined {
  const match = matchAt(/((?:19|20)\d{2})(?![\d:%°]|[.,/-]\d)/y, text, at);
  if (!match) return undefined;
  const end = at + match[0].length;
  const after = text.slice(end, end + 12);
  const called =
    /(?:\b(?:in|since|year|until|till|during|before|after|of|by)|सन्?|वर्ष|साल) $/i.test(before) ||
    (match[1]?.startsWith('19') && /^ (?:में|से|तक|के दशक)(?![\p{L}\p{M}])/u.test(after));
  const counted = /^ ?(?:mg|ml|mcg|g|kg|IU|cal|kcal|₹|rupees|people|steps)/.test(after);
  return called && !counted ? { piece: { type: 'year', year: Number(match[1]) }, end } : undefined;
}
