import { dateOf } from './calendar-day.ts';
import { countAt, spoken } from './spoken.ts';
import { monthAt, plainAt } from './when-words.ts';

/** A date or a year of birth: "5 March 1985", "05/03/1985", "the fifth of march nineteen eighty five", "1985". Pure. */
export interface BirthHeard {
  readonly year: number;
  readonly date?: string;
}

export function readBirth(text: string, today: string): BirthHeard | undefined {
  const now = Number(today.slice(0, 4));
  const fits = (year: number) => year >= now - 120 && year <= now;
  const iso = /\b((?:19|20)\d\d)[-/.](\d{1,2})[-/.](\d{1,2})\b/.exec(text);
  const local = /\b(\d{1,2})[-/.](\d{1,2})[-/.]((?:19|20)\d\d)\b/.exec(text);
  const year = Number(iso?.[1] ?? local?.[3] ?? 0);
  if (fits(year)) {
    const [day, month] = iso ? [Number(iso[3]), Number(iso[2])] : [Number(local?.[1]), Number(local?.[2])];
    // Day first; where month first is a date as well, the year is all that is sure.
    const date = iso || month === day || dateOf(year, day, month) === undefined ? dateOf(year, month, day) : undefined;
    const turned = iso || date ? date : dateOf(year, month, day) ? undefined : dateOf(year, day, month);
    return turned ? { year, date: turned } : { year };
  }
  const words = spoken(text);
  for (let at = 0; at < words.length; at++) {
    const year = yearAt(words, at);
    if (!year || !fits(year.value)) continue;
    for (let from = Math.max(0, at - 5); from < at; from++) {
      const month = monthAt(words, from);
      if (month === undefined) continue;
      const days = [countAt(words, plainAt(words, from + 1, 'the') ? from + 2 : from + 1), dayBefore(words, from)];
      const day = days.find(
        (one) => one && one.value >= 1 && one.value <= 31 && !(one.value === 19 && one.next > at) && !(one.value === 20 && one.next > at),
      );
      const whole = day && dateOf(year.value, month, day.value);
      return whole ? { year: year.value, date: whole } : { year: year.value };
    }
    return { year: year.value };
  }
  return undefined;
}

function dayBefore(words: ReturnType<typeof spoken>, month: number): { value: number; next: number } | undefined {
  for (let at = Math.max(0, month - 4); at < month; at++) {
    const count = countAt(words, at);
    if (count && (count.next === month || (count.next === month - 1 && plainAt(words, month - 1, 'of')))) return count;
  }
  return undefined;
}

function yearAt(words: ReturnType<typeof spoken>, at: number): { value: number } | undefined {
  const plain = words[at]?.plain ?? '';
  if (/^(?:19|20)\d\d$/.test(plain)) return { value: Number(plain) };
  const first = countAt(words, at);
  if (!first || first.ordinal) return undefined;
  if (first.value === 19 || first.value === 20) {
    const from = plainAt(words, first.next, 'hundred', 'sau', 'सौ') ? first.next + 1 : first.next;
    const second = countAt(words, plainAt(words, from, 'oh', 'o', 'and') ? from + 1 : from);
    if (second && !second.ordinal && second.value < 100 && (second.value >= 10 || plainAt(words, from, 'oh', 'o', 'and')))
      return { value: first.value * 100 + second.value };
  }
  if (first.value === 2 && plainAt(words, first.next, 'thousand', 'hajar', 'हजार')) {
    const from = plainAt(words, first.next + 1, 'and') ? first.next + 2 : first.next + 1;
    return { value: 2000 + (countAt(words, from)?.value ?? 0) };
  }
  return undefined;
}
