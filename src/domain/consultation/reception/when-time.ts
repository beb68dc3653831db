import { countAt, type Spoken } from './spoken.ts';
import { is, isShaky, type PartOfDay, plainAt } from './when-words.ts';

/** What words name a time of day: minutes since midnight, both of them where morning and evening were not told apart. */
export interface TimeNamed {
  readonly next: number;
  readonly times: readonly number[];
  /** Nothing else than a number said it: a time only where one is due. */
  readonly bare?: boolean;
}

const NOON = 12 * 60;
/** 4 -> 4:00 and 16:00; 12 -> 12:00 and 0:00; 16 -> 16:00. */
function readings(hour: number, minute: number, fixed = false): number[] {
  if (hour > 24 || minute > 59) return [];
  if (fixed || hour === 0 || hour > 12) return [(hour % 24) * 60 + minute];
  const am = (hour % 12) * 60 + minute;
  return hour === 12 ? [am + NOON, am] : [am, am + NOON];
}

/** AM or PM at `at`, in one word or as two letters. */
function meridiemAt(words: Spoken, at: number): { pm: boolean; next: number } | undefined {
  if (plainAt(words, at, 'am', 'pm')) return { pm: plainAt(words, at, 'pm'), next: at + 1 };
  if (plainAt(words, at, 'a', 'p') && plainAt(words, at + 1, 'm')) return { pm: plainAt(words, at, 'p'), next: at + 2 };
  if (plainAt(words, at, 'p') && plainAt(words, at + 1, 'em')) return { pm: true, next: at + 2 };
  return undefined;
}

function closed(words: Spoken, next: number, times: readonly number[]): TimeNamed {
  let at = next;
  if (is(words, at, 'oclock') || plainAt(words, at, 'ish')) at++;
  if (is(words, at, 'oclock')) at++;
  const half = meridiemAt(words, at);
  if (!half) {
    if (is(words, at, 'baje')) at++;
    return { next: at, times };
  }
  return { next: half.next, times: times.map((time) => (time % NOON) + (half.pm ? NOON : 0)).slice(0, 1) };
}

/** "At ten", "around four", "after 4": what lets a number be a time. */
const leads = 'at around about than by before after till until between approximately roughly only make';
const amounts =
  /^(?:days?|weeks?|months?|years?|din|hafte|mahine|saal|mg|ml|tablets?|times?|people|persons?|percent|patients?|kids?|children|minutes?|mins?|hours?|ghante|दिन|हफ्ते|साल|बार|degrees?|st|nd|rd|th)$/u;

export function timeAt(words: Spoken, at: number, expecting: boolean, after = ''): TimeNamed | undefined {
  const word = words[at]?.plain ?? '';
  const clock = /^(\d{1,2})[:.](\d\d)$/.exec(word);
  if (clock) {
    const [hour, minute] = [Number(clock[1]), Number(clock[2])];
    if (word.includes('.') && amounts.test(words[at + 1]?.plain ?? '')) return undefined;
    const times = readings(hour, minute, word.startsWith('0'));
    return times.length > 0 ? closed(words, at + 1, times) : undefined;
  }
  if (/^\d{3,4}$/.test(word) && Number(word.slice(-2)) < 60 && Number(word.slice(0, -2)) < 24) {
    const times = readings(Number(word.slice(0, -2)), Number(word.slice(-2)), word.length === 4 && word.startsWith('0'));
    const done = closed(words, at + 1, times);
    if (done.next > at + 1 || plainAt(words, at + 1, 'hours', 'hrs')) return done;
    if ((expecting || plainAt(words, at - 1, 'at', 'by')) && !/^(?:19|20)\d\d$/.test(word)) return done;
    return undefined;
  }
  if (plainAt(words, at, 'noon', 'midday')) return { next: at + 1, times: [NOON] };
  if (plainAt(words, at, 'midnight')) return { next: at + 1, times: [0] };
  return clockWords(words, at) ?? hindiClock(words, at, expecting) ?? numberTime(words, at, expecting, after);
}

/** "Half past four", "quarter to five", "twenty past three", "half four". */
function clockWords(words: Spoken, at: number): TimeNamed | undefined {
  let start = at;
  if (plainAt(words, start, 'a') && plainAt(words, start + 1, 'quarter', 'half')) start++;
  let amount: number | undefined;
  let next = start + 1;
  if (plainAt(words, start, 'half')) amount = 30;
  else if (plainAt(words, start, 'quarter')) amount = 15;
  else {
    const count = countAt(words, start);
    if (!count || count.ordinal || count.value < 1 || count.value > 29 || !count.sure) return undefined;
    amount = count.value;
    next = is(words, count.next, 'minute') ? count.next + 1 : count.next;
  }
  const past = plainAt(words, next, 'past') || (plainAt(words, next, 'after') && plainAt(words, start, 'quarter', 'half'));
  const to = plainAt(words, next, 'to', 'of', 'before', 'til') && (plainAt(words, start, 'quarter') || [5, 10, 20, 25].includes(amount));
  if (past || to) {
    const hour = countAt(words, next + 1);
    const noon = plainAt(words, next + 1, 'noon', 'midnight');
    if (noon) return { next: next + 2, times: [NOON + (past ? amount : -amount)] };
    if (!hour || hour.ordinal || hour.value < 1 || hour.value > 12) return undefined;
    // "Ten to twelve patients", "10 to 12 in figures" are ranges.
    if (to && /^\d/.test(words[start]?.plain ?? '')) return undefined;
    const minutes = past ? amount : 60 - amount;
    return closed(words, hour.next, readings(past ? hour.value : hour.value === 1 ? 12 : hour.value - 1, minutes));
  }
  if (plainAt(words, start, 'half')) {
    const hour = countAt(words, start + 1);
    if (hour && !hour.ordinal && hour.sure && hour.value >= 1 && hour.value <= 12 && !amounts.test(words[hour.next]?.plain ?? ''))
      return closed(words, hour.next, readings(hour.value, 30));
  }
  return undefined;
}

/** "साढ़े चार", "sava nau", "paune das", "dedh baje", "das bajkar bees minute". */
function hindiClock(words: Spoken, at: number, expecting: boolean): TimeNamed | undefined {
  const shift = is(words, at, 'half') ? 30 : is(words, at, 'quarter') ? 15 : is(words, at, 'lessQuarter') ? -15 : undefined;
  if (shift !== undefined && !plainAt(words, at, 'half', 'quarter')) {
    const hour = countAt(words, at + 1);
    if (hour && hour.value >= 1 && hour.value <= 12) {
      const [h, m] = shift < 0 ? [hour.value === 1 ? 12 : hour.value - 1, 45] : [hour.value, shift];
      return closed(words, hour.next, readings(h, m));
    }
    if (is(words, at + 1, 'baje')) return closed(words, at + 1, readings(shift < 0 ? 12 : 1, shift < 0 ? 45 : 15));
    return undefined;
  }
  const odd = is(words, at, 'oneHalf') ? 1 : is(words, at, 'twoHalf') ? 2 : undefined;
  if (odd !== undefined) return is(words, at + 1, 'baje') || expecting ? closed(words, at + 1, readings(odd, 30)) : undefined;
  const hour = countAt(words, at);
  if (!hour || hour.ordinal || hour.value > 24 || !is(words, hour.next, 'baje')) return undefined;
  const minutes = countAt(words, hour.next + 1);
  if (minutes && !minutes.ordinal && minutes.value < 60 && is(words, minutes.next, 'minute'))
    return { next: minutes.next + 1, times: readings(hour.value, minutes.value) };
  if (
    minutes &&
    !minutes.ordinal &&
    minutes.sure &&
    minutes.value % 5 === 0 &&
    minutes.value >= 10 &&
    minutes.value < 60 &&
    !is(words, minutes.next, 'baje')
  )
    return { next: minutes.next, times: readings(hour.value, minutes.value) };
  return closed(words, hour.next, readings(hour.value, 0));
}

/** "Ten", "ten thirty", "10 pm", "at four": numbers that may be times. */
function numberTime(words: Spoken, at: number, expecting: boolean, after: string): TimeNamed | undefined {
  const hour = countAt(words, at);
  if (!hour || hour.ordinal || hour.value > 23 || amounts.test(words[hour.next]?.plain ?? '')) return undefined;
  const led = leads.split(' ').includes(words[at - 1]?.plain ?? '') && !(plainAt(words, at - 1, 'make', 'only') && !hour.sure);
  // "Two thirty", "ten oh five".
  const oh = plainAt(words, hour.next, 'oh', 'o', 'zero') ? countAt(words, hour.next + 1) : undefined;
  if (oh && oh.value > 0 && oh.value < 10 && hour.sure && hour.value >= 1 && hour.value <= 12) {
    const done = closed(words, oh.next, readings(hour.value, oh.value));
    if (!countAt(words, done.next)) return done;
  }
  const minutes = hour.value >= 1 && hour.value <= 12 && hour.sure ? countAt(words, hour.next) : undefined;
  if (
    minutes &&
    !minutes.ordinal &&
    minutes.sure &&
    minutes.value >= 10 &&
    minutes.value < 60 &&
    !amounts.test(words[minutes.next]?.plain ?? '')
  ) {
    const done = closed(words, minutes.next, readings(hour.value, minutes.value));
    const figures = /^\d/.test(words[at]?.plain ?? '');
    if (done.times.length === 1 || ((minutes.value % 5 === 0 || led) && (!figures || led || expecting) && !countAt(words, done.next)))
      return done;
  }
  const done = closed(words, hour.next, readings(hour.value, 0));
  if (done.next > hour.next && hour.value > 0) return done;
  if (plainAt(words, hour.next, 'noon', 'midday') && hour.value === 12) return { next: hour.next + 1, times: [NOON] };
  if (hour.value < 1) return undefined;
  const part = partAhead(words, hour.next);
  if (part && (hour.sure || expecting)) return { next: hour.next, times: readings(hour.value, 0) };
  // Hindi says it before: "sham 4", "subah das".
  if (expecting && !isShaky(words, at) && (hour.sure || words.length <= 4))
    return { next: hour.next, times: readings(hour.value, 0), bare: true };
  if (led && hour.sure && after !== 'number') return { next: hour.next, times: readings(hour.value, 0), bare: true };
  return undefined;
}

/** "In the morning", "tomorrow morning" is not ahead of a number; "10 in the morning" is. */
function partAhead(words: Spoken, at: number): PartOfDay | undefined {
  let next = at;
  if (plainAt(words, next, 'in', 'at')) next++;
  else return undefined;
  if (plainAt(words, next, 'the')) next++;
  return (['morning', 'afternoon', 'evening', 'night'] as const).find((part) => is(words, next, part));
}
