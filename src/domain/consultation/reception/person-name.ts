import type { Word } from '../../../shared/language/read-words.ts';
import { once } from '../meaning/once.ts';
import { countAt, isOneOf, type Spoken, spoken, wordSet } from './spoken.ts';
import { monthAt, plainAt, weekdayAt } from './when-words.ts';

/** Whom an appointment is for: a name as it is said, written or spelled, or a relation ("my daughter"). Pure. */
export interface PersonHeard {
  readonly name?: string;
  /** `daughter`, where it is for somebody else who has not been named. */
  readonly relation?: Relation;
  readonly from: number;
  readonly to: number;
  /** Spelled letter by letter: as sure as it gets. */
  readonly spelled?: boolean;
}
export const relations = ['daughter', 'son', 'child', 'wife', 'husband', 'mother', 'father', 'brother', 'sister', 'friend'] as const;
export type Relation = (typeof relations)[number];

const relationWords: Readonly<Record<Relation, string>> = {
  daughter: 'daughter daughters beti बेटी bitiya',
  son: 'son sons beta बेटा बेटे bete',
  child: 'child childs kid kids baby babys children bachcha bacha bachche bacche बच्चा बच्चे बच्ची bachchi',
  wife: 'wife wifes patni पत्नी biwi बीवी',
  husband: 'husband husbands pati पति',
  mother: 'mother mothers mom mum mummy mama maa माँ मम्मी mata माता ammi',
  father: 'father fathers dad daddy papa pita पिता पापा पिताजी pitaji abbu',
  brother: 'brother brothers bhai भाई',
  sister: 'sister sisters behen bahan बहन',
  friend: 'friend friends dost दोस्त',
};
const relationSets = once(() => relations.map((relation) => ({ relation, forms: wordSet(relationWords[relation]) })));

/** Words that end a name, or are none. Everyday ones only: what is in no list may be somebody's name. */
const common = once(() =>
  wordSet(`a an the and or but if so then than that this these those there here it its is are was were be been am i im ive me my mine we our us you your he she his her they them their
  to of in on at by for from with without about into over under after before since until till as not no yes yeah yep ok okay please thanks thank sorry hello hi hey good morning afternoon evening night
  want wants need needs like would could can cannot cant will wont shall should may might must do does did dont done have has had having get got make made take book booked booking cancel cancelled reschedule move change confirm confirmed
  appointment appointments doctor doctors dr visit slot slots time date day days week month today tomorrow phone number mobile name names email code call calling speaking speak talk free available department clinic hospital
  sick ill unwell fine better worse feeling feel pain fever cough cold headache pregnant diabetic dizzy tired hurt hurts hurting very really just only also too still again more any some all every one two three
  which what who whom whose when where why how now later soon first last next other another same different right wrong correct sure maybe perhaps actually instead rather
  new old existing patient patients person people staff nurse receptionist administrator admin system secretary manager assistant robot machine human daughter son wife husband mother father child kid baby brother sister friend
  looking going coming trying wondering interested worried afraid able unable allowed late early busy back home
  half past quarter noon oclock am pm monday tuesday wednesday thursday friday saturday sunday january february march april june july august september october november december
  booking check checkup help question problem message possible earliest asap urgent emergency say said tell repeat answer exactly words returned success true false
  mera meri mere mujhe main mai hum hai hain hoon hun ho naam नाम है हैं हूँ मेरा मेरी मेरे मुझे मैं हम का की के को से में और या लिए liye ka ki ke ko se me aur bol raha rahi बोल रहा रही wala wali kal aaj parson subah sham dopahar raat baje chahiye चाहिए डॉक्टर कल आज सुबह शाम फोन नंबर ji जी haan nahi kya karna karni कर करना करनी bataiye bhi ye yeh woh wo apna apni रही रहा appointment अपॉइंटमेंट`),
);
/** Words of the list that are names more often than not where a name is due. */
const givenNames = new Set(['may', 'will', 'grace', 'hope', 'april', 'june', 'august']);

const lead =
  /(?:^| )(?:(?:the |patients |patient |his |her |my |full |first |last |whose |daughters |sons |wifes |husbands |mothers |fathers |kids |childs )*names? (?:is|are|will be|would be|of)|(?:the |patients |patient |my |full )+name|name|call me|(?:the )?patient is(?: called| named)?|(?:called|named)|(?:in|under|on) the name of|mera (?:pura )?naam|(?:mareej|marij|patient) ka naam|naam|मेरा नाम|मरीज का नाम|मरिज का नाम|नाम)$/u;
const selfLead = /(?:^| )(?:i am|im|this is|myself|its me|main|mai|मैं|मे|me)$/u;
const dueLead = /(?:^| )(?:it is|its|thats|that is|yes its|is|yeh|ye|वह|it would be|it will be|put it under|book it under|under|for)$/u;

/** `due`: a name was asked for, so that a bare one is one. */
export function readPerson(text: string, due: boolean): PersonHeard | undefined {
  const words = spoken(text);
  const cased = /\p{Ll}/u.test(text) && /\p{Lu}/u.test(text.replace(/\bI\b|^./gu, ''));
  const spelled = readSpelled(text, words);
  let best: PersonHeard | undefined;
  for (let at = 1; at < words.length; at++) {
    const ahead = words
      .slice(Math.max(0, at - 5), at)
      .map((word) => word.plain)
      .join(' ');
    const by = lead.test(ahead) ? 'name' : selfLead.test(ahead) ? 'self' : due && dueLead.test(ahead) ? 'due' : undefined;
    if (!by) continue;
    const name = nameFrom(text, words, at, by !== 'name' && !due && cased);
    if (!name) continue;
    if (by === 'self' && !due && !cased && !endsWell(words, name.next)) continue;
    // "Main Ravi bol raha hoon": in Hindi "I am" is also "in" and "may".
    if (
      /^(?:main|mai|मैं|मे|me)$/u.test(words[at - 1]?.plain ?? '') &&
      !/^(?:bol|bola|बोल|hun|hoon|hu|हुं)$/u.test(words[name.next]?.plain ?? '')
    )
      continue;
    best = name;
  }
  best ??= forSomebody(text, words, cased) ?? besideNumber(text, words) ?? speaking(text, words, cased);
  if (!best && due) best = bareName(text, words);
  if (spelled && (due || best)) return { ...spelled, name: withSpelled(best?.name, spelled.name ?? '') };
  const relation = relationIn(words);
  if (best) return relation ? { ...best, relation } : best;
  return relation ? { relation, from: 0, to: 0 } : undefined;
}

const endsWell = (words: Spoken, next: number): boolean =>
  next >= words.length ||
  words[next - 1]?.mark !== '' ||
  /^(?:and|phone|my|mobile|number|calling|speaking|here|from|aur|और|\d+)$/u.test(words[next]?.plain ?? '');

interface Run extends PersonHeard {
  readonly next: number;
}

const isNameWord = (word: Word, words: Spoken, at: number): boolean =>
  /^[\p{L}\p{M}]+$/u.test(word.plain) &&
  (givenNames.has(word.plain)
    ? !plainAt(words, at + 1, 'i', 'we')
    : !isOneOf(word, common()) && weekdayAt(words, at) === undefined && monthAt(words, at) === undefined) &&
  !(countAt(words, at)?.sure === true && word.plain.length > 2);

function nameFrom(text: string, words: Spoken, at: number, needsCapital: boolean): Run | undefined {
  let next = at;
  // "Mr John Mensah", "miss".
  if (plainAt(words, next, 'mr', 'mrs', 'ms', 'miss', 'shri', 'smt', 'श्री', 'श्रीमती', 'श्रिमति')) next++;
  const first = next;
  while (next < words.length && next - first < 4) {
    const word = words[next];
    if (!word || !isNameWord(word, words, next)) break;
    if (needsCapital && !/^\p{Lu}|^\p{Script=Devanagari}/u.test(text.slice(word.from, word.to))) break;
    next++;
    if (word.mark !== '' && !(word.mark === 'stop' && word.plain.length === 1)) break;
  }
  const [a, b] = [words[first], words[next - 1]];
  if (!a || !b || next === first) return undefined;
  return { name: properCase(text.slice(a.from, b.to)), from: a.from, to: b.to, next };
}

/** "For Tarun Reddy", "for my daughter Anita", "my son Mark". */
function forSomebody(text: string, words: Spoken, cased: boolean): Run | undefined {
  for (let at = 0; at < words.length; at++) {
    const relation = relationSets().some(({ forms }) => isOneOf(words[at], forms));
    const start = plainAt(words, at, 'for') ? at + 1 : relation ? (plainAt(words, at + 1, 'called', 'named') ? at + 2 : at + 1) : undefined;
    if (start === undefined || (relation && words[at]?.mark !== '')) continue;
    if (/^(?:dr|doctor|डॉ|डॉक्टर|prof)$/u.test(words[start]?.plain ?? '')) continue;
    const name = nameFrom(text, words, start, true);
    if (name && (cased || relation)) return name;
    // All capitals or none, as recognisers write: only with a number behind it.
    const any = !cased ? nameFrom(text, words, start, false) : undefined;
    if (any && any.next < words.length && /^\d/.test(words[any.next]?.plain ?? '')) return any;
  }
  return undefined;
}

/** "Kiran Shah, 98765 40037": nothing but a name before a telephone number, since the last sentence began. */
function besideNumber(text: string, words: Spoken): Run | undefined {
  for (let at = 1; at < words.length; at++) {
    if (
      !/^\d{4,}/.test(words[at]?.plain ?? '') &&
      !(plainAt(words, at, 'phone', 'mobile', 'number', 'my') && words[at - 1]?.mark === 'comma')
    )
      continue;
    let first = at;
    while (
      first > 0 &&
      at - first < 4 &&
      words[first - 1] &&
      isNameWord(words[first - 1] as Word, words, first - 1) &&
      (first === at || words[first - 1]?.mark === '')
    )
      first--;
    const starts = first === 0 || ['stop', 'question', 'comma'].includes(words[first - 1]?.mark ?? '');
    if (first === at || !starts) continue;
    const name = nameFrom(text, words, first, true);
    if (name && name.next === at) return name;
  }
  return undefined;
}

/** "Anita Patel speaking", "Ravi here". */
function speaking(text: string, words: Spoken, cased: boolean): Run | undefined {
  for (let at = 1; at < words.length; at++) {
    if (!plainAt(words, at, 'speaking', 'here', 'bol') || words[at - 1]?.mark === 'question') continue;
    for (let first = Math.max(0, at - 3); first < at; first++) {
      const name = nameFrom(text, words, first, cased);
      if (name && name.next === at) return name;
    }
  }
  return undefined;
}

const fillers = wordSet(
  'yes yeah ok okay sure it its is the my name please thanks thank you um uh well oh and so hello hi ji haan जी हाँ नाम हां है hai mera naam मेरा मेरी this i am im just full',
);

function bareName(text: string, words: Spoken): Run | undefined {
  let first = 0;
  while (first < words.length && isOneOf(words[first], fillers)) first++;
  const name = nameFrom(text, words, first, false);
  if (!name) return undefined;
  const rest = words.slice(name.next).filter((word) => !isOneOf(word, fillers));
  // A whole sentence with no name in it is none, however it begins.
  return rest.length === 0 || words[name.next - 1]?.mark !== '' || /^\d/.test(rest[0]?.plain ?? '') ? name : undefined;
}

export function relationIn(words: Spoken): Relation | undefined {
  for (const [at, word] of words.entries())
    for (const { relation, forms } of relationSets()) {
      if (!isOneOf(word, forms)) continue;
      const ahead = words.slice(Math.max(0, at - 3), at).map((other) => other.plain);
      const behind = words.slice(at + 1, at + 3).map((other) => other.plain);
      // Whose appointment it is, not who is a doctor's speciality: "my daughter", "for the baby", "meri beti ko".
      if (
        ahead.some((other) => /^(?:my|our|for|mera|meri|mere|apni|apne|apna|मेरि|मेरा|मेरे|अपनि|अपने|अपना|हमारि|हमारे)$/u.test(other)) &&
        !behind.some((other) => /^(?:doctor|specialist|department|डाक्टर)$/u.test(other))
      )
        return relation;
    }
  return undefined;
}

/** "R A O", "r-a-o", "R as in Romeo, A for apple": at least three letters. */
function readSpelled(text: string, words: Spoken): PersonHeard | undefined {
  let letters = '';
  let [from, to] = [0, 0];
  let best: PersonHeard | undefined;
  for (let at = 0; at <= words.length; at++) {
    const word = words[at];
    const double = plainAt(words, at, 'double') && /^[a-z]$/.test(words[at + 1]?.plain ?? '');
    if (double || (word && /^[a-z]$/.test(word.plain))) {
      if (letters === '') from = word?.from ?? 0;
      letters += double ? (words[at + 1]?.plain ?? '').repeat(2) : word?.plain;
      if (double) at++;
      to = words[at]?.to ?? 0;
      if (plainAt(words, at + 1, 'as') && plainAt(words, at + 2, 'in')) at += 3;
      else if (plainAt(words, at + 1, 'for', 'like') && !/^[a-z]$/.test(words[at + 2]?.plain ?? '')) at += 2;
      continue;
    }
    if (letters.length >= 3) best = { name: properCase(letters), from, to, spelled: true };
    letters = '';
  }
  return best && /[a-z]/i.test(text) ? best : undefined;
}

/** The spelled word in place of the one it sounds like: "Grace Okafo, O K A F O R". */
function withSpelled(name: string | undefined, spelled: string): string {
  if (!name) return spelled;
  const parts = name.split(' ').filter((part) => part.length > 1);
  const at = parts.findIndex((part) => part[0]?.toLowerCase() === spelled[0]?.toLowerCase());
  if (at < 0) return parts.length === 1 ? `${parts[0]} ${spelled}` : name;
  parts[at] = spelled;
  return parts.join(' ');
}

export function properCase(name: string): string {
  const plain = name.replace(/\s+/g, ' ').trim();
  if (/\p{Lu}/u.test(plain) && /\p{Ll}/u.test(plain)) return plain;
  return plain.toLowerCase().replace(/(^|[\s'’-])(\p{L})/gu, (_, before: string, letter: string) => before + letter.toUpperCase());
}
