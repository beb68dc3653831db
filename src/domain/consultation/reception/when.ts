import { addDays, dayOf, minutesOf, timeOf, weekdayOf } from './calendar-day.ts';
import { countAt, type Spoken, spoken } from './spoken.ts';
import { type DayNamed, dayAt, numericDates } from './when-day.ts';
import { timeAt } from './when-time.ts';
import { is, type PartOfDay, partHours, plainAt, weekdayAt } from './when-words.ts';

/**
 * When somebody wants to come, read from what they said, in English, Hindi and Hindi in Latin letters, against the wall clock of the hospital.
 * It never guesses silently: what may mean two days or two times comes back as both. The last word counts ("nine, no, half past nine"), what
 * was refused is told apart from what is wished ("not Thursday"), and so is what stood before ("move my Friday appointment to Monday"). Pure.
 */
export interface When {
  /** Set where exactly one day was meant. */
  readonly date?: string;
  /** Two or more days that may have been meant; empty otherwise. */
  readonly dates: readonly string[];
  /** `HH:MM`, set where exactly one time was meant. */
  readonly time?: string;
  readonly times: readonly string[];
  readonly part?: PartOfDay;
  /** "After four", "between ten and twelve": `HH:MM`. */
  readonly window?: { readonly from?: string; readonly to?: string };
  /** "Next week", "this weekend": local dates, both in it. */
  readonly days?: { readonly from: string; readonly to: string };
  readonly soonest: boolean;
  readonly anyTime: boolean;
  readonly anyDay: boolean;
  /** Refused, or the day and time of the appointment that is to be moved or cancelled. */
  readonly not: { readonly dates: readonly string[]; readonly times: readonly string[] };
  readonly old: { readonly date?: string; readonly time?: string };
  /** It named a day that no calendar has, or one that is over. */
  readonly impossible: boolean;
  readonly past: boolean;
  /** The words that said it: [from, to) in the text. */
  readonly spans: readonly (readonly [number, number])[];
}

export interface WhenContext {
  /** Local: `YYYY-MM-DD` and `HH:MM`. */
  readonly date: string;
  readonly time: string;
  /** What was asked for last: a bare "ten" is a time, a bare "25" a day. */
  readonly expecting?: 'date' | 'time' | undefined;
  /** A day spoken of before, for "the next day" and "that day". */
  readonly anchor?: string | undefined;
  /** When somebody works here at all; what fits only once is no question. */
  readonly open?: { readonly from: string; readonly to: string } | undefined;
}

export const noWhen: When = {
  dates: [],
  times: [],
  soonest: false,
  anyTime: false,
  anyDay: false,
  not: { dates: [], times: [] },
  old: {},
  impossible: false,
  past: false,
  spans: [],
};

type Role = 'wish' | 'not' | 'old' | 'aside';
interface Mention {
  readonly first: number;
  readonly next: number;
  readonly role: Role;
  readonly day?: Omit<DayNamed, 'next'>;
  readonly times?: readonly number[];
  readonly part?: PartOfDay;
  readonly bound?: 'from' | 'to' | undefined;
}

const defaultHours = { from: '08:00', to: '20:00' };

export function readWhen(text: string, context: WhenContext): When {
  const words = spoken(text);
  const mentions = readMentions(text, words, context);
  const flat = ` ${words.map((word) => word.plain).join(' ')} `;
  const anyTime = anyTimeWords.test(flat);
  const anyDay = anyDayWords.test(flat);
  const soonest = soonestWords.test(flat);

  const days = settleDays(words, mentions, context);
  const parts = mentions.filter(({ part, role }) => part && role !== 'aside');
  const whole = settleTimes(words, mentions, context, days.date);
  const lone = whole.time === undefined && whole.times.length === 0 ? (parts.at(-1)?.part ?? looseWindow(flat).part) : undefined;
  const window = whole.window ?? looseWindow(flat).window;
  const { refused, old, ...named } = days;
  return {
    ...named,
    ...(whole.time === undefined ? {} : { time: whole.time }),
    times: whole.times,
    ...(lone ? { part: lone } : {}),
    ...(window ? { window } : {}),
    soonest,
    anyTime: anyTime && whole.time === undefined,
    anyDay: anyDay && days.date === undefined,
    not: { dates: refused, times: whole.refused },
    old: { ...(old ? { date: old } : {}), ...(whole.old ? { time: whole.old } : {}) },
    spans: mentions
      .filter(({ role }) => role !== 'aside')
      .map(({ first, next }) => [words[first]?.from ?? 0, words[next - 1]?.to ?? 0] as const),
  };
}

const anyTimeWords =
  / (?:any ?time|whenever|no preference|any slot|any hour|doesnt matter|does not matter|whatever (?:time|is (?:free|open|available))|kabhi bhi|kisi bhi (?:samay|time|vakt|waqt)|koi bhi (?:samay|time|slot)|कभि भि|किसि भि समय|कोइ भि समय|any time) /u;
const anyDayWords = / (?:any day|whichever day|kisi bhi din|koi bhi din|किसि भि दिन|कोइ भि दिन|anyday) /u;
const soonestWords =
  / (?:asap|as soon as (?:possible|you can)|as early as (?:possible|you can)|soonest|the sooner|earliest|first available|next available|first free|next free|jaldi se jaldi|jitni jaldi|sabse pehle|sabse jaldi|जल्दि से जल्दि|सबसे पहले|सबसे जल्दि|जितनि जल्दि|right away|straight away|immediately|turant|तुरंत|asasp|right now please|first thing) /u;

/** Windows that name no hour. */
function looseWindow(flat: string): { window?: { from?: string; to?: string }; part?: PartOfDay } {
  if (/ after (?:work|office|my shift) /.test(flat) || / office ke baad /.test(flat)) return { window: { from: '17:00' } };
  if (/ after lunch | lunch ke baad /.test(flat)) return { window: { from: '13:30' } };
  if (/ before lunch | lunch se pehle /.test(flat)) return { window: { to: '13:00' } };
  if (/ after school | school ke baad /.test(flat)) return { window: { from: '15:00' } };
  if (/ (?:later in the day|second half of the day) /.test(flat)) return { part: 'afternoon' };
  return {};
}

function readMentions(text: string, words: Spoken, context: WhenContext): Mention[] {
  const mentions: Mention[] = [];
  const numeric = numericDates(text, { date: context.date });
  for (let at = 0; at < words.length; ) {
    const word = words[at];
    const written = word && numeric.find(({ from, to }) => word.from >= from && word.from < to);
    if (written) {
      let next = at;
      while (words[next] && (words[next]?.from ?? 0) < written.to) next++;
      mentions.push(mention(words, at, next, mentions, { day: { dates: written.dates, impossible: written.impossible } }));
      at = next;
      continue;
    }
    // "Between ten and twelve", "at ten or eleven": behind a time, a number is one as well.
    const before = mentions.at(-1);
    const follows =
      before?.times !== undefined &&
      at === before.next + 1 &&
      plainAt(words, before.next, 'and', 'to', 'or', 'till', 'until', 'se', 'ya', 'aur', 'से', 'या', 'और');
    const time = timeAt(words, at, context.expecting === 'time' || follows || beginsRange(words, at) || followsDay(words, at, before));
    const day = time && !time.bare ? undefined : dayAt(words, at, { date: context.date, expecting: context.expecting });
    if (day) {
      const { next, ...named } = day;
      mentions.push(mention(words, at, next, mentions, { day: named, ...(named.part ? { part: named.part } : {}) }));
      at = next;
      continue;
    }
    if (time) {
      mentions.push(mention(words, at, time.next, mentions, { times: time.times, bound: boundOf(words, at, time.next) }));
      at = time.next;
      continue;
    }
    const part = partAt(words, at);
    if (part) mentions.push(mention(words, at, at + 1, mentions, { part }));
    // "Sham 4": behind a part of the day a number is a time.
    if (part && at + 1 < words.length) {
      const after = timeAt(words, plainAt(words, at + 1, 'ko', 'को', 'at') ? at + 2 : at + 1, true);
      if (after?.bare) {
        const first = after.next - 1;
        mentions.push(mention(words, first, after.next, mentions, { times: after.times, bound: boundOf(words, first, after.next) }));
        at = after.next;
        continue;
      }
    }
    at++;
  }
  return mentions;
}

/** "Monday, ten": behind a day a number is a time, unless it may be that day's own number. */
function followsDay(words: Spoken, at: number, before: Mention | undefined): boolean {
  const count = countAt(words, at);
  const date = before?.day?.dates[0];
  if (!count?.sure || count.ordinal || count.value < 1 || count.value > 12 || before?.next !== at || date === undefined) return false;
  return words[at - 1]?.mark === 'comma' || dayOf(date) !== count.value;
}

/** "From 10 to 12", "10 se 12 ke beech": two numbers that only times stand between. */
function beginsRange(words: Spoken, at: number): boolean {
  const start = countAt(words, at);
  if (!start || start.ordinal || start.value > 23 || !plainAt(words, start.next, 'to', 'se', 'से', 'and', 'till', 'until')) return false;
  const end = countAt(words, start.next + 1);
  if (!end || end.ordinal || end.value > 23) return false;
  return plainAt(words, at - 1, 'from', 'between') || plainAt(words, end.next, 'ke', 'के', 'baje', 'बजे', 'tak', 'तक', 'am', 'pm', 'oclock');
}

function partAt(words: Spoken, at: number): PartOfDay | undefined {
  if (plainAt(words, at, 'sam')) return undefined;
  // "Good morning" greets, and "last night" is over.
  if (plainAt(words, at - 1, 'good', 'last', 'every', 'since', 'per') || plainAt(words, at + 1, 'se', 'से')) return undefined;
  return (['morning', 'afternoon', 'evening', 'night'] as const).find((part) => is(words, at, part));
}

function boundOf(words: Spoken, first: number, next: number): 'from' | 'to' | undefined {
  const negated = plainAt(words, first - 2, 'not', 'no') || (plainAt(words, first - 1, 'than') && plainAt(words, first - 3, 'not', 'no'));
  if (plainAt(words, first - 1, 'than') && plainAt(words, first - 2, 'earlier', 'sooner')) return negated ? 'from' : 'to';
  if (
    plainAt(words, first - 1, 'after', 'past', 'post', 'from') ||
    (plainAt(words, first - 1, 'than') && plainAt(words, first - 2, 'later'))
  )
    return negated ? 'to' : 'from';
  if (plainAt(words, first - 1, 'before', 'by', 'until', 'till')) return negated ? 'from' : 'to';
  if (plainAt(words, next, 'or') && plainAt(words, next + 1, 'after', 'later')) return 'from';
  if (plainAt(words, next, 'onwards', 'onward')) return 'from';
  const tail = plainAt(words, next, 'ke', 'के', 'se', 'से') ? next + 1 : next;
  if (is(words, tail, 'later') && tail > next) return 'from';
  if (plainAt(words, tail, 'pehle', 'pahle', 'पहले') && tail > next) return 'to';
  if (plainAt(words, next, 'tak', 'तक')) return 'to';
  return undefined;
}

function mention(
  words: Spoken,
  first: number,
  next: number,
  before: readonly Mention[],
  what: Omit<Mention, 'first' | 'next' | 'role'>,
): Mention {
  return { ...what, first, next, role: roleOf(words, first, next, before) };
}

/** Wished, refused, or the one that stands: by the words around it, no further back than the last thing named. */
function roleOf(words: Spoken, first: number, next: number, before: readonly Mention[]): Role {
  const start = Math.max(before.at(-1)?.next ?? 0, first - 7);
  const lead: string[] = [];
  for (let at = first - 1; at >= start; at--) {
    const word = words[at];
    if (!word || word.mark === 'stop' || word.mark === 'question') break;
    if (/^(?:but|so|because|lekin|magar|लेकिन)$/u.test(word.plain)) break;
    lead.unshift(word.plain);
    if (word.mark === 'comma' && lead.length > 1) break;
  }
  const ahead = lead.join(' ');
  const behind = words
    .slice(next, next + 3)
    .map((word) => word.plain)
    .join(' ');
  // "It is 5 pm now" tells the time.
  if (/(?:^|\b)(?:its|it is|currently|time is)(?: currently| already| now)?$/.test(ahead) && /^(?:now|right now|already|here)/.test(behind))
    return 'aside';
  if (/^(?:now|right now)\b/.test(behind) && /\b(?:its|it is|know|currently)\b/.test(ahead)) return 'aside';
  if (/\b(?:currently|born|birth|since|ago|janam|janm)\b/.test(ahead) || /^(?:ago|ke janm)/.test(behind)) return 'aside';
  if (/(?:^| )(?:not|dont want|instead of|rather than|other than|except|cannot|cant|wont|unable to|no longer)(?: |$)/.test(ahead)) {
    const wanting =
      /\b(?:cant|cannot|wont) (?:you|we|i)\b/.test(ahead) || /\b(?:not|no) (?:before|after|later|earlier|sooner)\b/.test(ahead);
    if (!wanting) return 'not';
  }
  if (
    /^(?:(?:ko|को) )?(?:nahi|nahin|nai|नहिं|नहि|mat|मत)\b/u.test(behind) ||
    /^(?:is not|isnt|does not|doesnt|wont|will not|nahi)\b/.test(behind)
  )
    return 'not';
  if (
    /^(?:(?:wali|wala|wale|vali|vala|vale|वालि|वाला|वाले)(?: |$)|(?:s )?(?:appointment|visit|booking|appt|slot|मुलाकात)(?: |$))/u.test(
      behind,
    ) &&
    !/\b(?:a|an|any|book|free)\b(?: \w+)?$/.test(ahead)
  )
    return 'old';
  if (
    /(?:^| )(?:my|our|existing|current|mera|meri|मेरा|मेरि|मेरे|(?:cancel|move|change|shift|reschedule|postpone|about) the)(?: \S+)? (?:appointment|visit|booking|slot|appt|मुलाकात)(?: (?!to |for a)\S+){0,5} ?(?:on|of|for|at|from|is|was)?$/u.test(
      ahead,
    ) &&
    !/\bto$/.test(ahead)
  )
    return 'old';
  if (/(?:^| )from$/.test(ahead) && /\b(?:move|change|shift|reschedule|postpone|transfer)\b/.test(ahead)) return 'old';
  return 'wish';
}

const correction = /\b(?:no|sorry|wait|actually|rather|instead|mean|meant|nahi|nahin|make it|change|correction|oops|नहिं|नहि)\b/u;

interface Days {
  readonly date?: string;
  readonly dates: readonly string[];
  readonly days?: { readonly from: string; readonly to: string };
  readonly refused: readonly string[];
  readonly old: string | undefined;
  readonly impossible: boolean;
  readonly past: boolean;
}

function settleDays(words: Spoken, mentions: readonly Mention[], context: WhenContext): Days {
  const named = mentions.filter((one) => one.day !== undefined && one.role !== 'aside');
  const refused = named.filter(({ role }) => role === 'not').flatMap(({ day }) => day?.dates.slice(0, 1) ?? []);
  const olds = named.filter(({ role }) => role === 'old');
  let wished = named.filter(({ role }) => role === 'wish');
  let old = olds.at(0)?.day?.dates[0];
  // "From Friday to Monday": the second is the wish.
  const from = named.find(({ first }) => plainAt(words, first - 1, 'from'));
  const to = from && named.find(({ first }) => first > from.next && plainAt(words, first - 1, 'to', 'till'));
  if (from && to && olds.length === 0 && from.day?.dates[0]) {
    old = from.day.dates[0];
    wished = wished.filter((one) => one !== from);
  }
  const last = wished.at(-1);
  const anchor = refused.at(-1) ?? old ?? wished.at(-2)?.day?.dates[0] ?? context.anchor;
  const meant = (one: Mention | undefined): readonly string[] => {
    if (one?.day?.after === undefined) return one?.day?.dates ?? [];
    return anchor === undefined ? [] : [addDays(anchor, one.day.after)];
  };
  let dates = meant(last);
  const before = wished.at(-2);
  if (last && before) {
    const earlier = meant(before);
    const common = dates.filter((date) => earlier.includes(date));
    const between = words
      .slice(before.next, last.first)
      .map((word) => word.plain)
      .join(' ');
    const sameWeekday = dates.filter((date) => weekdayNear(words, before) && earlier.some((other) => weekdayOf(other) === weekdayOf(date)));
    if (common.length > 0) dates = common;
    else if (sameWeekday.length === 1 && !correction.test(between)) dates = sameWeekday;
    else if (/^(?:or|ya|या)(?: \w+)?$/u.test(between)) dates = [...earlier, ...dates];
    else if (
      last.first - before.next <= 1 &&
      !correction.test(between) &&
      before.day?.span === undefined &&
      !last.day?.span &&
      weekdayNear(words, before) &&
      between !== 'and'
    )
      // "Friday the eleventh" where the eleventh is no Friday: one of the two is wrong, and which is not ours to say.
      dates = [...dates, ...earlier];
    else if (last.day?.span && earlier.length > 0)
      dates = earlier.filter((date) => date >= (last.day?.span?.from ?? '') && date <= (last.day?.span?.to ?? ''));
    else if (last.day?.after === 0) dates = earlier;
  }
  dates = [...new Set(dates)].filter((date) => !refused.includes(date) || dates.length === 1);
  const span = last?.day?.span && dates.length === 0 ? last.day.span : undefined;
  const single = dates.length === 1 ? dates[0] : undefined;
  return {
    ...(single && single >= context.date ? { date: single } : {}),
    dates: dates.length > 1 ? dates : [],
    ...(span ? { days: span } : {}),
    refused,
    old,
    impossible: last?.day?.impossible === true,
    past: single !== undefined && single < context.date,
  };
}

const weekdayNear = (words: Spoken, { first, next }: Mention) => {
  for (let at = first; at < next; at++) if (weekdayAt(words, at) !== undefined) return true;
  return false;
};

interface Times {
  readonly time?: string;
  readonly times: readonly string[];
  readonly window?: { readonly from?: string; readonly to?: string };
  readonly refused: readonly string[];
  readonly old: string | undefined;
}

function settleTimes(words: Spoken, mentions: readonly Mention[], context: WhenContext, date: string | undefined): Times {
  const narrowed = (one: Mention): readonly number[] => narrow(one.times ?? [], partNear(mentions, one), context, date);
  const named = mentions.filter((one) => one.times !== undefined && one.role !== 'aside');
  const refused = named.filter(({ role }) => role === 'not').flatMap((one) => narrowed(one).slice(0, 1).map(timeOf));
  const old = named.filter(({ role }) => role === 'old').flatMap((one) => narrowed(one).slice(0, 1).map(timeOf))[0];
  const wished = named.filter(({ role }) => role === 'wish');
  const last = wished.at(-1);
  const none: Times = { times: [], refused, old };
  if (!last) return none;
  const before = wished.at(-2);
  const between = before
    ? words
        .slice(before.next, last.first)
        .map((word) => word.plain)
        .join(' ')
    : '';
  const lead = before ? words[before.first - 1]?.plain : undefined;
  const tail = words[last.next]?.plain ?? '';
  if (
    before &&
    ((/^(?:and|to|till|until)$/.test(between) && /^(?:between|from)$/.test(lead ?? '')) ||
      (/^(?:se|से|to|and|aur)$/u.test(between) && /^(?:ke|के|baje|tak|तक|bich|beech)$/u.test(tail)) ||
      (between === 'to' && !/^\D/.test(words[before.first]?.plain ?? '')))
  ) {
    const [start, end] = rangeOf(before.times ?? [], last.times ?? []);
    if (start !== undefined && end !== undefined) return { ...none, window: { from: timeOf(start), to: timeOf(end) } };
  }
  if (last.bound && !(before && correction.test(between))) {
    const at = edge(narrowed(last));
    const other = before?.bound && before.bound !== last.bound ? edge(narrowed(before)) : undefined;
    if (at !== undefined) {
      const window = { [last.bound]: timeOf(at), ...(other === undefined || !before?.bound ? {} : { [before.bound]: timeOf(other) }) };
      return { ...none, window };
    }
  }
  const options = [...new Set([...(before && /^(?:or|ya|या)(?: at)?$/u.test(between) ? narrowed(before) : []), ...narrowed(last)])]
    .map(timeOf)
    .filter((time) => !refused.includes(time));
  return options.length === 1 && options[0] ? { ...none, time: options[0] } : { ...none, times: options };
}

/** Of the two readings of "after five", the one by day. */
const edge = (times: readonly number[]): number | undefined => times.find((time) => time >= 7 * 60) ?? times[0];

function rangeOf(starts: readonly number[], ends: readonly number[]): [number | undefined, number | undefined] {
  const end = ends.find((one) => one >= 9 * 60 && starts.some((start) => start >= 7 * 60 && start < one && one - start <= 10 * 60));
  const start = end === undefined ? undefined : starts.find((one) => one >= 7 * 60 && one < end);
  return [start, end];
}

/** The part of the day that was said with it: nearest in words, and no other time in between. */
function partNear(mentions: readonly Mention[], one: Mention): PartOfDay | undefined {
  const near = mentions
    .filter(({ part }) => part !== undefined)
    .map((other) => ({ other, gap: other.first >= one.next ? other.first - one.next : one.first - other.next }));
  const free = near.filter(
    ({ other, gap }) =>
      gap <= 6 &&
      !mentions.some(
        (third) =>
          third !== one && third.times && third.first > Math.min(one.first, other.first) && third.first < Math.max(one.first, other.first),
      ),
  );
  return free.sort((a, b) => a.gap - b.gap)[0]?.other.part;
}

/** Of two readings of a clock, the one that the part of the day, the hours of the house, and the time that it is, leave. */
function narrow(
  times: readonly number[],
  part: PartOfDay | undefined,
  { open = defaultHours, date: today, time: now }: WhenContext,
  date: string | undefined,
): readonly number[] {
  if (times.length <= 1) return times;
  if (part) {
    const [from, to] = partHours[part];
    const fits = times.filter((time) => time >= from && time < to);
    if (fits.length > 0) return fits.slice(0, 1);
    // "Eleven, dopahar": before noon by the clock.
    return part === 'afternoon' ? times.filter((time) => time >= 10 * 60 && time < 18 * 60).slice(0, 1) : times;
  }
  const within = times.filter((time) => time >= minutesOf(open.from) && time < minutesOf(open.to));
  const ahead = date === today ? within.filter((time) => time > minutesOf(now)) : within;
  if (ahead.length === 1) return ahead;
  if (within.length > 0) return within;
  // Nobody means five in the night without saying so.
  const byDay = times.filter((time) => time >= 6 * 60 && time < 22 * 60);
  return byDay.length > 0 ? byDay.sort((a, b) => a - b) : [...times].sort((a, b) => a - b);
}
