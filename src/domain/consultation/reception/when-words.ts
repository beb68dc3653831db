import { once } from '../meaning/once.ts';
import { isOneOf, type Spoken, wordSet } from './spoken.ts';

/** The words of dates and times in English, Hindi and Hindi in Latin letters. Data for `when.ts`. */

export type PartOfDay = 'morning' | 'afternoon' | 'evening' | 'night';

/** Minutes since midnight; the end is not in it. */
export const partHours: Readonly<Record<PartOfDay, readonly [from: number, to: number]>> = {
  morning: [0, 12 * 60],
  afternoon: [12 * 60, 17 * 60],
  evening: [16 * 60, 22 * 60],
  night: [18 * 60, 24 * 60],
};

const lists = {
  today: 'today todays tonight aaj आज aj',
  tomorrow: 'tomorrow tommorow tommorrow tomorow tmrw tmr tomorrows kal कल kl',
  dayAfter: 'parson parso परसों parsoon overmorrow',
  next: 'next following अगले अगला अगली agle agla agli agale आने वाले aane',
  this: 'this coming upcoming is इस isi इसी',
  week: 'week weeks hafte hafta hafton हफ़्ते हफ्ते हफ़्ता हफ्ता हफ़्तों सप्ताह saptah',
  day: 'day days din dino दिन दिनों',
  month: 'month months mahine mahina महीने महीना माह maah',
  weekend: 'weekend weekends',
  later: 'baad बाद bad',
  date: 'tarikh tareekh tarik तारीख tareek',
  morning: 'morning subah subha subeh सुबह savere सवेरे sawere suba',
  afternoon: 'afternoon afternoons dopahar dopahr dopehar दोपहर dophar lunchtime',
  evening: 'evening shaam sham शाम saam eve',
  night: 'night raat रात tonight raatko',
  baje: 'baje bje baj बजे bajey bajay bajhe bajkar बजकर bajke',
  half: 'saadhe sadhe साढ़े saade sade sadhey साढे',
  quarter: 'sawa sava सवा savva',
  lessQuarter: 'paune पौने pauney pone paunay',
  oneHalf: 'dedh डेढ़ ded derh',
  twoHalf: 'dhai ढाई dhaai adhai dhayi',
  after: 'after past post from',
  before: 'before by until till upto',
  minute: 'minute minutes min mins minat मिनट',
  oclock: 'oclock clock',
  since: 'since se से last pichle पिछले pichhle ago',
  fitting: 'or ya या',
  appointment:
    'appointment appointments appt visit booking slot one wala wali wale vala vali vale वाला वाली वाले मुलाकात मुलाक़ात अपॉइंटमेंट apointment appointmentt consultation checkup',
};

const monthLists = `january jan जनवरी janvari janwari|february feb फ़रवरी फरवरी farvari farwari|march mar मार्च maarch|april apr अप्रैल aprail|may मई|june jun जून|july jul जुलाई julai|august aug अगस्त agast|september sep sept सितंबर sitambar|october oct अक्टूबर aktubar aktoobar|november nov नवंबर navambar|december dec दिसंबर disambar`;
const weekdayLists = `sunday sundays sun रविवार इतवार ravivar raviwar itvar itwar etvar|monday mondays mon सोमवार somvar somwar somvaar|tuesday tuesdays tue tues मंगलवार मंगल mangalvar mangalwar mangal mangalvaar|wednesday wednesdays wed weds wensday बुधवार बुध budhvar budhwar budvar budh|thursday thursdays thu thur thurs गुरुवार बृहस्पतिवार वीरवार guruvar guruwar brihaspativar veervar virvar|friday fridays fri शुक्रवार shukravar shukrawar sukravar shukrvar|saturday saturdays sat शनिवार shanivar shaniwar sanivar|sunnday`;

/** Short forms that are other words too. */
const shaky = new Set([
  'sun',
  'mon',
  'sat',
  'wed',
  'may',
  'mar',
  'jan',
  'mangal',
  'march',
  'fri',
  'thu',
  'tue',
  'is',
  'from',
  'bad',
  'one',
  'bis',
]);

export const whenWords = once(() => {
  const sets = Object.fromEntries(Object.entries(lists).map(([name, list]) => [name, wordSet(list)])) as Record<
    keyof typeof lists,
    ReadonlySet<string>
  >;
  const index = (text: string) => {
    const of = new Map<string, number>();
    text.split('|').forEach((list, at) => {
      for (const form of wordSet(list)) if (!of.has(form)) of.set(form, at);
    });
    return of;
  };
  return { ...sets, months: index(monthLists), weekdays: index(weekdayLists) };
});

export type WordKind = keyof typeof lists;

export const is = (words: Spoken, at: number, kind: WordKind): boolean => isOneOf(words[at], whenWords()[kind]);
export const weekdayAt = (words: Spoken, at: number): number | undefined => {
  const word = words[at];
  const found =
    word && (whenWords().weekdays.get(word.plain) ?? (word.folded.length > 3 ? whenWords().weekdays.get(word.folded) : undefined));
  return found === undefined ? undefined : found % 7;
};
export const monthAt = (words: Spoken, at: number): number | undefined => {
  const word = words[at];
  const found = word && (whenWords().months.get(word.plain) ?? (word.plain.length > 3 ? whenWords().months.get(word.folded) : undefined));
  return found === undefined ? undefined : found + 1;
};
export const isShaky = (words: Spoken, at: number): boolean => shaky.has(words[at]?.plain ?? '');
export const plainAt = (words: Spoken, at: number, ...forms: readonly string[]): boolean => forms.includes(words[at]?.plain ?? '');
