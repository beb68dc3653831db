import { addDays, dateOf, dayOf, monthOf, weekdayOf, yearOf } from './calendar-day.ts';
import { countAt, type Spoken } from './spoken.ts';
import { is, isShaky, monthAt, type PartOfDay, plainAt, weekdayAt } from './when-words.ts';

/** What words name a day: one, one of several (who asks must ask back), a stretch of days, or one that depends on another ("the day after"). */
export interface DayNamed {
  readonly next: number;
  readonly dates: readonly string[];
  readonly span?: { readonly from: string; readonly to: string };
  /** Days after the day that was spoken of before. */
  readonly after?: number;
  /** A day that no calendar has. */
  readonly impossible?: boolean;
  readonly part?: PartOfDay;
}

export interface Today {
  /** Local. */
  readonly date: string;
  readonly expecting?: 'date' | 'time' | undefined;
}

/** Monday of the week that `date` is in. */
const mondayOf = (date: string) => addDays(date, -((weekdayOf(date) + 6) % 7));
const one = (date: string | undefined, next: number): DayNamed => ({
  next,
  dates: date ? [date] : [],
  ...(date ? {} : { impossible: true }),
});

export function dayAt(words: Spoken, at: number, today: Today): DayNamed | undefined {
  return (
    relativeDay(words, at, today) ??
    countedDay(words, at, today) ??
    weekDay(words, at, today) ??
    monthDay(words, at, today) ??
    bareDay(words, at, today)
  );
}

function relativeDay(words: Spoken, at: number, { date }: Today): DayNamed | undefined {
  const said = (offset: number, ...forms: string[]) => plainAt(words, at + offset, ...forms);
  if (is(words, at, 'today')) {
    const part = said(0, 'tonight') ? 'evening' : undefined;
    return { ...one(date, at + 1), ...(part ? { part } : {}) };
  }
  // "This evening", "is sham", "aaj sham" (the latter by its first word).
  if (is(words, at, 'this') && !said(0, 'coming', 'upcoming'))
    for (const part of ['morning', 'afternoon', 'evening', 'night'] as const)
      if (is(words, at + 1, part)) return { ...one(date, at + 2), part };
  if (said(0, 'day') && said(1, 'after', 'following')) {
    if (is(words, at + 2, 'tomorrow')) return one(addDays(date, 2), at + 3);
    // "The day after that" and "the day after": of a day named before.
    return { next: said(2, 'that') ? at + 3 : at + 2, dates: [], after: 1 };
  }
  if (said(0, 'next', 'following', 'agle', 'अगले') && is(words, at + 1, 'day') && !said(0, 'agle'))
    return { next: at + 2, dates: [], after: 1 };
  if (said(0, 'same', 'that', 'usi', 'उसी') && is(words, at + 1, 'day')) return { next: at + 2, dates: [], after: 0 };
  if (is(words, at, 'dayAfter')) return one(addDays(date, 2), at + 1);
  if (is(words, at, 'tomorrow') && !plainAt(words, at + 1, 'se', 'से')) return one(addDays(date, 1), at + 1);
  return undefined;
}

/** "In two weeks", "three days from now", "teen din baad", "a week from Monday". */
function countedDay(words: Spoken, at: number, today: Today): DayNamed | undefined {
  const { date } = today;
  let from = at;
  const lead = plainAt(words, from, 'in', 'after', 'within');
  if (lead) from++;
  if (plainAt(words, from, 'about')) from++;
  const count = plainAt(words, from, 'a', 'an')
    ? { value: 1, next: from + 1 }
    : plainAt(words, from, 'fortnight')
      ? { value: 2, next: from }
      : countAt(words, from);
  if (!count || ('ordinal' in count && count.ordinal)) return undefined;
  let next = count.next;
  if (plainAt(words, next, 'couple')) next += plainAt(words, next + 1, 'of') ? 2 : 1;
  const value = next === count.next ? count.value : 2;
  const fortnight = plainAt(words, next, 'fortnight') ? 2 : 1;
  const unit = is(words, next, 'day') ? 1 : is(words, next, 'week') || fortnight === 2 ? 7 * fortnight : is(words, next, 'month') ? 30 : 0;
  if (unit === 0) return undefined;
  next++;
  const days = (plainAt(words, from, 'fortnight') ? 1 : value) * unit;
  const moved = (base: string): string => {
    if (unit !== 30) return addDays(base, days);
    const month = monthOf(base) + value;
    return dateOf(yearOf(base) + Math.floor((month - 1) / 12), ((month - 1) % 12) + 1, dayOf(base)) ?? addDays(base, days);
  };
  if (is(words, next, 'later') || plainAt(words, next, 'later', 'hence')) return one(moved(date), next + 1);
  if (plainAt(words, next, 'ke') && is(words, next + 1, 'later')) return one(moved(date), next + 2);
  if (plainAt(words, next, 'के') && is(words, next + 1, 'later')) return one(moved(date), next + 2);
  if (plainAt(words, next, 'from', 'on')) {
    if (plainAt(words, next + 1, 'now', 'today')) return one(moved(date), next + 2);
    const base = dayAt(words, next + 1, today);
    const start = base?.dates[0];
    if (base && start) return one(moved(start), base.next);
  }
  // "In the last two weeks", "for two days": no day to come.
  return lead && !plainAt(words, at - 1, 'last', 'past', 'for') ? one(moved(date), next) : undefined;
}

function weekDay(words: Spoken, at: number, today: Today): DayNamed | undefined {
  const { date } = today;
  if (is(words, at, 'week') && plainAt(words, at + 1, 'after') && plainAt(words, at + 2, 'next')) {
    const start = addDays(mondayOf(date), 14);
    return { next: at + 3, dates: [], span: { from: start, to: addDays(start, 6) } };
  }
  const own = weekdayAt(words, at);
  const lead = is(words, at, 'next') ? 'next' : is(words, at, 'this') ? 'this' : undefined;
  if (own === undefined && lead === undefined) return undefined;
  const monday = mondayOf(date);
  // "आने वाले": two words that mean one.
  const body = lead && /^(?:आने|aane)$/u.test(words[at]?.plain ?? '') ? at + 2 : lead ? at + 1 : at;
  if (lead && is(words, body, 'weekend')) {
    const saturday = addDays(monday, lead === 'next' ? 12 : 5);
    return { next: body + 1, dates: [], span: { from: [saturday, date].sort().at(-1) ?? date, to: addDays(saturday, 1) } };
  }
  if (lead && is(words, body, 'week')) {
    // "Next week Tuesday", "agle hafte somvar".
    const after = plainAt(words, body + 1, 'on', 'ke', 'ko', 'के', 'को', 'me', 'में') ? body + 2 : body + 1;
    const day = weekdayAt(words, after);
    const start = lead === 'next' ? addDays(monday, 7) : date;
    if (day !== undefined) return one(addDays(lead === 'next' ? addDays(monday, 7) : monday, (day + 6) % 7), after + 1);
    return { next: body + 1, dates: [], span: { from: start, to: addDays(monday, lead === 'next' ? 13 : 6) } };
  }
  if (lead && is(words, body, 'month')) {
    const first = monthOf(date) === 12 ? dateOf(yearOf(date) + 1, 1, 1) : dateOf(yearOf(date), monthOf(date) + 1, 1);
    if (lead === 'this' || !first) return undefined;
    return { next: body + 1, dates: [], span: { from: first, to: addDays(first, 27) } };
  }
  const day = lead ? weekdayAt(words, body) : own;
  if (day === undefined) return undefined;
  if (isShaky(words, body) && !lead && today.expecting !== 'date' && !plainAt(words, at - 1, 'on', 'for', 'next', 'this')) {
    // "Sat", "sun" and "wed" are days where a number, a comma or nothing but them stands around.
    if (words.length > 3 && !countAt(words, body + 1) && !/^\d/.test(words[at - 1]?.plain ?? '')) return undefined;
  }
  // What has been since a day, or was on the last one, is no wish.
  if (is(words, body + 1, 'since') && !plainAt(words, body + 1, 'last')) return undefined;
  if (plainAt(words, at - 1, 'since', 'last', 'past', 'pichle', 'पिछले')) return undefined;
  const ahead = (day - weekdayOf(date) + 7) % 7;
  let next = body + 1;
  // "Tuesday next week", "Monday week", "a week on Monday".
  const tail = plainAt(words, next, 'of', 'in') ? next + 1 : next;
  if (is(words, tail, 'next') && is(words, tail + 1, 'week')) return one(addDays(addDays(monday, 7), (day + 6) % 7), tail + 2);
  if (is(words, tail, 'this') && is(words, tail + 1, 'week')) return one(addDays(monday, (day + 6) % 7), tail + 2);
  if (plainAt(words, next, 'week')) return one(addDays(date, (ahead || 7) + 7), next + 1);
  if (plainAt(words, next, 'coming', 'itself')) next++;
  if (lead === 'next') {
    const coming = addDays(date, ahead || 7);
    const ofNextWeek = addDays(addDays(monday, 7), (day + 6) % 7);
    return { next, dates: coming === ofNextWeek ? [coming] : [coming, ofNextWeek] };
  }
  if (ahead === 0) return { next, dates: lead === 'this' ? [date] : [date, addDays(date, 7)] };
  return one(addDays(date, ahead), next);
}

/** "March 5", "5th of March", "the fifth of March 2027", "पाँच मार्च", "25th of this month", "25 tarikh". */
function monthDay(words: Spoken, at: number, today: Today): DayNamed | undefined {
  const month = monthAt(words, at);
  if (month !== undefined) {
    const from = plainAt(words, at + 1, 'the') ? at + 2 : at + 1;
    const count = countAt(words, from);
    // "May I", "March in": a month only where a day follows.
    if (!count || count.value < 1 || count.value > 31) return undefined;
    if (is(words, count.next, 'baje')) return undefined;
    return inYear(words, count.next, month, count.value, today);
  }
  let start = at;
  if (plainAt(words, start, 'the')) start++;
  const count = countAt(words, start);
  if (!count || count.value < 1 || count.value > 31) return undefined;
  let next = count.next;
  if (is(words, next, 'date')) next++;
  if (plainAt(words, next, 'of', 'ki', 'ka', 'की')) next++;
  const named = monthAt(words, next);
  if (
    named !== undefined &&
    !(plainAt(words, next, 'may') && !plainAt(words, next - 1, 'of') && !count.ordinal && plainAt(words, next + 1, 'i', 'we'))
  )
    return inYear(words, next + 1, named, count.value, today);
  const lead = is(words, next, 'this') ? 0 : is(words, next, 'next') ? 1 : undefined;
  if (lead !== undefined && is(words, next + 1, 'month') && (count.ordinal || next > count.next)) {
    const month = monthOf(today.date) + lead;
    const date = dateOf(yearOf(today.date) + (month > 12 ? 1 : 0), month > 12 ? 1 : month, count.value);
    return one(date, next + 2);
  }
  return undefined;
}

function inYear(words: Spoken, next: number, month: number, day: number, { date }: Today): DayNamed {
  const said = words[next]?.plain ?? '';
  const year = /^20\d\d$/.test(said) ? Number(said) : undefined;
  if (year !== undefined) return one(dateOf(year, month, day), next + 1);
  const soon = dateOf(yearOf(date), month, day);
  // A day of the last weeks is a mistake to be told, not one of next year.
  if (soon && soon >= addDays(date, -31)) return one(soon, next);
  return one(dateOf(yearOf(date) + 1, month, day) ?? soon, next);
}

const notDays =
  'available slot one time appointment doctor free opening floor option visit person thing of day week month class name two three please_slot'.split(
    ' ',
  );

/** "The 25th", "25 tarikh", "on the twenty fifth"; and a bare number where a day was asked for. */
function bareDay(words: Spoken, at: number, today: Today): DayNamed | undefined {
  const the = plainAt(words, at, 'the');
  const start = the ? at + 1 : at;
  const count = countAt(words, start);
  if (!count || count.value < 1 || count.value > 31) return undefined;
  const tarikh = is(words, count.next, 'date');
  const asked =
    today.expecting === 'date' &&
    !count.ordinal &&
    count.sure &&
    !is(words, count.next, 'baje') &&
    !plainAt(words, count.next, 'am', 'pm', 'oclock', 'a', 'p');
  if (!tarikh && !asked && !count.ordinal) return undefined;
  if (count.ordinal && plainAt(words, count.next, ...notDays)) return undefined;
  // "First", "second" alone choose from a list; with "the" or "on" and a number word above three they are days.
  const digits = /^\d/.test(words[start]?.plain ?? '');
  if (
    count.ordinal &&
    !digits &&
    !the &&
    !plainAt(words, at - 1, 'on', 'for') &&
    !tarikh &&
    weekdayAt(words, at - 1) === undefined &&
    today.expecting !== 'date'
  )
    return undefined;
  const day = count.value;
  const { date } = today;
  let next = tarikh ? count.next + 1 : count.next;
  if (plainAt(words, next, 'ko', 'को')) next++;
  let month = monthOf(date);
  let year = yearOf(date);
  for (let tries = 0; tries < 3; tries++) {
    const found = dateOf(year, month, day);
    if (found && found >= date) return one(found, next);
    month++;
    if (month > 12) {
      month = 1;
      year++;
    }
  }
  return one(undefined, next);
}

/** Dates written in numbers: `2026-11-25`, `5/3`, `25.11.2026`, `5-3-26`. Day first, unless only month first is a date. */
export function numericDates(text: string, { date: today }: Today): { from: number; to: number; dates: string[]; impossible: boolean }[] {
  const found: { from: number; to: number; dates: string[]; impossible: boolean }[] = [];
  const put = (match: RegExpMatchArray, dates: (string | undefined)[]) => {
    const valid = [...new Set(dates.filter((one): one is string => one !== undefined))];
    found.push({ from: match.index ?? 0, to: (match.index ?? 0) + match[0].length, dates: valid, impossible: valid.length === 0 });
  };
  for (const match of text.matchAll(/\b((?:19|20)\d\d)[-/.](\d{1,2})[-/.](\d{1,2})\b/g))
    put(match, [dateOf(Number(match[1]), Number(match[2]), Number(match[3]))]);
  for (const match of text.matchAll(
    /(?<![\d/.:-])(\d{1,2})([/.-])(\d{1,2})(?:\2((?:19|20)\d\d|\d\d))?(?![\d/:]|[.-]\d|\s*(?:am|pm|a\.m|p\.m|o'clock|baje|बजे|mg|ml|years?|days?))/gi,
  )) {
    const [, a, mark, b, y] = match;
    if (found.some(({ from, to }) => (match.index ?? 0) >= from && (match.index ?? 0) < to)) continue;
    // "10.30" and "10-12" are times; with a year, or a slash, it is a date.
    if (y === undefined && mark !== '/') continue;
    const [first, second] = [Number(a), Number(b)];
    if (y === undefined && first === 1 && second <= 2) continue;
    const years = y === undefined ? [yearOf(today), yearOf(today) + 1] : [y.length === 2 ? 2000 + Number(y) : Number(y)];
    const read = (day: number, month: number) => {
      const options = years.map((year) => dateOf(year, month, day)).filter((one): one is string => one !== undefined);
      return options.find((one) => one >= addDays(today, y === undefined ? 0 : -36500)) ?? options[0];
    };
    const dayFirst = read(first, second);
    const monthFirst = read(second, first);
    const soon = (date: string | undefined) => date !== undefined && date >= today && date <= addDays(today, 92);
    // Both readings within reach: whoever asked has to ask again. Only one: that one.
    if (first !== second && dayFirst && monthFirst && soon(dayFirst) && soon(monthFirst)) put(match, [dayFirst, monthFirst]);
    else if (y === undefined && dayFirst && !soon(dayFirst) && soon(monthFirst)) put(match, [monthFirst]);
    else put(match, [dayFirst ?? monthFirst]);
  }
  return found;
}
