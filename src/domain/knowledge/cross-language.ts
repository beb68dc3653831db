import { plainForm, readWords, type Word } from '../../shared/language/read-words.ts';
import { guessLanguage, scriptOf } from '../../shared/language/script-check.ts';
import { englishWords } from './cross-language/english-words.ts';
import { type Glossary, readGlossary } from './cross-language/glossary.ts';
import { bySound, likeness, phoneticKey, phoneticKeys } from './cross-language/phonetics.ts';
import { type Asked, type Match, matchAt } from './cross-language/phrases.ts';
import { smallEnglishWords, smallWordsInLatinLetters } from './cross-language/small-words.ts';

export { phoneticKey };

/** What somebody wrote, and the English words it was taken for. */
export interface Understood {
  readonly from: string;
  readonly to: readonly string[];
}

export interface EnglishQuestion {
  /** To search English documents with, in the order of the question; empty where nothing was understood. */
  readonly words: string;
  readonly understood: readonly Understood[];
  /** Words of weight that are in no list; those in Latin letters are searched for as they stand. */
  readonly unknown: readonly string[];
}

export interface CrossLanguage {
  /** `en`, `hi`, `hi-Latn`, or the language of another script; `en` where there is nothing to tell. */
  questionLanguage(question: string): string;
  /**
   * A question in Hindi, in either script and mixed with English, as English search words. By rules: a word list, endings, and sounds for
   * loanwords; no machine translation. `vocabulary` gives the index's own words by `phoneticKey`. Undefined for a question that is English
   * already, or in a language that there is no list for.
   */
  inEnglishWords(question: string, language: string, vocabulary?: (key: string) => readonly string[]): EnglishQuestion | undefined;
}

/** Reads its lists when it is first asked, and keeps them. */
export function makeCrossLanguage(): CrossLanguage {
  let known: Lists | undefined;
  const lists = (): Lists => {
    known ??= readLists();
    return known;
  };
  return {
    questionLanguage(question) {
      const guess = guessLanguage(question);
      if (guess && (guess.sure || guess.language !== 'en')) return guess.language;
      // Without small words to go by, words of weight tell: aankhon me jalan.
      return guess && isRomanised(shortened(question), lists()) ? 'hi-Latn' : 'en';
    },
    inEnglishWords(question, language, vocabulary) {
      if (scriptOf(language) !== 'Devanagari' && language.toLowerCase() !== 'hi-latn') return undefined;
      if (!/\p{Script=Devanagari}/u.test(question)) {
        const guess = guessLanguage(question);
        if (guess === undefined || (guess.language === 'en' && guess.sure)) return undefined;
      }
      return translate(shortened(question), lists(), vocabulary ?? (() => []));
    },
  };
}

const longestQuestion = 2_000;

/** What is longer is cut between two words. */
const shortened = (question: string): string =>
  question.length <= longestQuestion ? question : question.slice(0, longestQuestion).replace(/[\p{L}\p{M}\p{N}]*$/u, '');

interface Lists {
  readonly glossary: Glossary;
  /** Of those in Latin letters, what only holds others together. */
  readonly small: ReadonlySet<string>;
  readonly english: ReadonlySet<string>;
  readonly smallEnglish: ReadonlySet<string>;
  sounding(key: string): readonly string[];
  /** What the letters of the English alphabet are called, the longest name first. */
  readonly letterNames: readonly (readonly [name: string, letter: string])[];
}

function readLists(): Lists {
  const split = (list: string): string[] => list.trim().split(/\s+/);
  const english = split(englishWords);
  return {
    glossary: readGlossary(),
    small: new Set([...split(smallWordsInLatinLetters).flatMap((word) => [word, plainForm(word)]), ...split(smallEnglishWords)]),
    english: new Set(english),
    smallEnglish: new Set(split(smallEnglishWords)),
    sounding: bySound(english),
    letterNames: Object.entries(letterNames)
      .map(([name, letter]): readonly [string, string] => [plainForm(name), letter])
      .sort((a, b) => b[0].length - a[0].length),
  };
}

function isRomanised(question: string, lists: Lists): boolean {
  let [hindi, english] = [0, 0];
  for (const { plain } of readWords(question)) {
    if (lists.english.has(plain) || lists.smallEnglish.has(plain) || onlyEnglish.test(plain)) english += 1;
    else if (lists.glossary.read(plain).some(({ sure }) => sure >= 0.8)) hindi += 1;
  }
  return hindi > english;
}

function translate(question: string, lists: Lists, vocabulary: (key: string) => readonly string[]): EnglishQuestion {
  const written = joinCodes(readWords(question));
  const asked = written.map((word) => read(word, lists));
  const understood: Understood[] = [];
  const unknown: string[] = [];
  const words = new Set<string>();
  const add = (phrase: string): void => {
    for (const part of phrase.split(' ')) words.add(part);
  };
  /** Whether the word before was a term that a number may belong to: trisomy 13. */
  let term = false;
  for (let place = 0; place < asked.length; place += 1) {
    const word = written[place];
    const one = asked[place];
    if (!word || !one) continue;
    const spelled = question.slice(word.from, word.to);
    const afterTerm = term;
    term = false;
    const match = matchAt(lists.glossary, asked, place);
    if (match && (!one.english || speaksOf(match, word.plain))) {
      const last = match.at.at(-1) ?? place;
      const { english, medical } = match.entry;
      understood.push({ from: question.slice(word.from, written[last]?.to ?? word.to), to: english });
      if (one.english && match.at.length === 1) words.add(word.plain);
      // A second name of a thing finds more of it; one of several words, or of an ordinary thing, finds more that is beside the point.
      for (const [choice, phrase] of english.entries()) if (choice === 0 || (choice === 1 && medical && !phrase.includes(' '))) add(phrase);
      place = last;
    } else if (one.small) {
      term = false;
    } else if (/^\d/.test(word.plain)) {
      if (afterTerm || numbered.test(written[place - 1]?.plain ?? '')) words.add(word.plain);
    } else if (/^[a-z]/.test(word.plain)) {
      term = true;
      words.add(word.plain);
      const known = one.english || vocabulary(phoneticKey(word.plain)).includes(word.plain);
      // What is in capitals is meant as it stands.
      const meant = known || spelled === spelled.toUpperCase() ? [] : alike(word.plain, lists, vocabulary, leastOfSpelling);
      for (const found of meant) words.add(found);
      if (meant.length > 0) understood.push({ from: spelled, to: meant });
      else if (!known) unknown.push(spelled);
    } else {
      const next = written[place + 1];
      const joined =
        next && !asked[place + 1]?.small && /\p{L}/u.test(next.plain)
          ? alike(word.plain + next.plain, lists, vocabulary, leastOfJoined)
          : [];
      const letters = lettersOf(word.plain, lists.letterNames);
      const heard = joined.length > 0 ? joined : letters ? [letters] : alike(word.plain, lists, vocabulary, leastOfSound);
      const to = joined.length > 0 ? (next?.to ?? word.to) : word.to;
      if (joined.length > 0) place += 1;
      for (const found of heard) words.add(found);
      if (heard.length > 0) understood.push({ from: question.slice(word.from, to), to: heard });
      else unknown.push(spelled);
      term = heard.length > 0;
    }
  }
  return { words: [...words].join(' '), understood, unknown };
}

const numbered = /^(?:type|stage|grade|vitamin|covid|taip|टाइप|स्टेज|ग्रेड|विटामिन|कोविड)$/u;

/** B12, H1N1, A1298C: letters and digits without a space between are one name. */
function joinCodes(words: readonly Word[]): Word[] {
  const joined: Word[] = [];
  for (const word of words) {
    const before = joined.at(-1);
    const code = before && before.to === word.from && /^[a-z\d]+$/.test(before.plain + word.plain) && /\d/.test(before.plain + word.plain);
    if (!before || !code) joined.push(word);
    else joined[joined.length - 1] = { ...word, plain: before.plain + word.plain, folded: before.plain + word.plain, from: before.from };
  }
  return joined;
}

interface AskedWord extends Asked {
  /** It stands there in English. */
  readonly english: boolean;
}

/** What is spelled as only English spells it is no Hindi: cancer, taxi, quick. */
const onlyEnglish = /c(?!c?h)|x|tion|ght|ph[^aeiou]|[^aeiou]s$|\d/;

function read(word: Word, lists: Lists): AskedWord {
  const latin = /^[a-z]/.test(word.plain);
  const small = latin
    ? lists.small.has(word.plain) || lists.small.has(word.folded) || (!lists.english.has(word.plain) && lists.glossary.small(word.plain))
    : lists.glossary.small(word.plain);
  const english = latin && !small && (lists.english.has(word.plain) || onlyEnglish.test(word.plain));
  return { readings: lists.glossary.read(word.plain), small, english };
}

/** An English word begins an entry where the entry is a longer name, or gives other names of just that word. */
const speaksOf = ({ entry, at, sure }: Match, plain: string): boolean =>
  at.length > 1 ||
  (sure > 0.9 &&
    entry.english.some((phrase) =>
      phrase
        .toLowerCase()
        .split(' ')
        .some((word) => word === plain || word === `${plain}s`),
    ));

// biome-ignore format: a table
const letterNames: Readonly<Record<string, string>> = {
  डबलयू: 'w', डब्लयू: 'w', एक्स: 'x', क्यू: 'q', जेड: 'z', एफ: 'f', एच: 'h', एल: 'l', एम: 'm', एन: 'n', एस: 's', आर: 'r', आई: 'i', वाई: 'y',
  बी: 'b', सी: 'c', डी: 'd', जी: 'g', जे: 'j', के: 'k', पी: 'p', टी: 't', यू: 'u', वी: 'v', ए: 'a', ई: 'e', ओ: 'o',
};

/** An abbreviation whose letters are written as they are called: सीटी, एचआईवी. Undefined for any other word. */
function lettersOf(plain: string, names: Lists['letterNames']): string | undefined {
  let [rest, letters] = [plain, ''];
  while (rest) {
    const found = names.find(([name]) => rest.startsWith(name));
    if (!found) return undefined;
    rest = rest.slice(found[0].length);
    letters += found[1];
  }
  return letters;
}

/** How alike a word must be to one that it is taken for, by how many sounds they share: a loanword, two words that are one in English, a misspelling. */
type Least = (sounds: number) => number;
const leastOfSound: Least = (sounds) => (sounds >= 4 ? 0.66 : sounds === 3 ? 0.72 : 0.85);
const leastOfJoined: Least = (sounds) => (sounds >= 5 ? 0.8 : 2);
const leastOfSpelling: Least = (sounds) => (sounds >= 4 ? 0.75 : 0.85);
const mostAlike = 2;

/** English words that sound like this one, the most alike first; what the index has must be more alike than what health care is known to say. */
function alike(plain: string, lists: Lists, vocabulary: (key: string) => readonly string[], least: Least): readonly string[] {
  const found = new Map<string, number>();
  for (const key of phoneticKeys(plain)) {
    for (const word of lists.sounding(key)) found.set(word, likeness(plain, word));
    for (const word of vocabulary(key)) if (!found.has(word)) found.set(word, likeness(plain, word) - 0.08);
  }
  const enough = least(phoneticKey(plain).length);
  const best = Math.max(0, ...found.values());
  return [...found]
    .filter(([, how]) => how >= enough && how >= best - 0.03)
    .sort((a, b) => b[1] - a[1])
    .slice(0, mostAlike)
    .map(([word]) => word);
}
