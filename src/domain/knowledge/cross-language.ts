import { plainForm, readWords, type Word } from '../../shared/language/read-words.ts';
import { romanised } from '../../shared/language/romanise.ts';
import { guessLanguage, scriptOf } from '../../shared/language/script-check.ts';
import { englishWords } from './cross-language/english-words.ts';
import { type Glossary, readGlossary } from './cross-language/glossary.ts';
import { likeness, phoneticKey, phoneticKeys } from './cross-language/phonetics.ts';
import { type Asked, matchAt } from './cross-language/phrases.ts';
import { smallEnglishWords, smallWords, smallWordsInLatinLetters } from './cross-language/small-words.ts';

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
  /**
   * A question in Hindi, in either script and mixed with English, as English search words. By rules: a word list, endings, and sounds for
   * loanwords; no machine translation. `vocabulary` gives the index's own words by `phoneticKey`. Undefined for a question that is English
   * already, or in a language that there is no list for.
   */
  inEnglishWords(question: string, language: string, vocabulary?: (key: string) => readonly string[]): EnglishQuestion | undefined;
}

/** `en`, `hi`, `hi-Latn`, or the language of another script. */
export function questionLanguage(question: string): string {
  return guessLanguage(question)?.language ?? 'en';
}

/** Reads its lists when it is first asked, and keeps them. */
export function makeCrossLanguage(): CrossLanguage {
  let lists: Lists | undefined;
  return {
    inEnglishWords(question, language, vocabulary) {
      if (scriptOf(language) !== 'Devanagari' && language.toLowerCase() !== 'hi-latn') return undefined;
      if (!/\p{Script=Devanagari}/u.test(question)) {
        const guess = guessLanguage(question);
        if (guess === undefined || (guess.language === 'en' && guess.sure)) return undefined;
      }
      lists ??= readLists();
      return translate(question.slice(0, longestQuestion), lists, vocabulary ?? (() => []));
    },
  };
}

const longestQuestion = 2_000;

interface Lists {
  readonly glossary: Glossary;
  readonly small: ReadonlySet<string>;
  readonly english: ReadonlySet<string>;
  readonly bySound: ReadonlyMap<string, readonly string[]>;
}

function readLists(): Lists {
  const split = (list: string): string[] => list.trim().split(/\s+/);
  const hindi = split(smallWords).map(plainForm);
  const english = split(englishWords);
  const bySound = new Map<string, string[]>();
  for (const word of english) {
    const key = phoneticKey(word);
    const there = bySound.get(key);
    if (there) there.push(word);
    else bySound.set(key, [word]);
  }
  return {
    glossary: readGlossary(),
    small: new Set([
      ...hindi,
      ...hindi.flatMap(romanised),
      ...split(smallWordsInLatinLetters).flatMap((word) => [word, plainForm(word)]),
      ...split(smallEnglishWords),
    ]),
    english: new Set(english),
    bySound,
  };
}

function translate(question: string, lists: Lists, vocabulary: (key: string) => readonly string[]): EnglishQuestion {
  const written = readWords(question);
  const asked = written.map((word) => read(word, lists));
  const understood: Understood[] = [];
  const unknown: string[] = [];
  const words = new Set<string>();
  const spelled = (place: number): string => question.slice(written[place]?.from ?? 0, written[place]?.to ?? 0);
  for (let place = 0; place < asked.length; place += 1) {
    const word = written[place];
    const one = asked[place];
    if (!word || !one) continue;
    const match = matchAt(lists.glossary, asked, place);
    if (match) {
      const last = match.at.at(-1) ?? place;
      understood.push({ from: question.slice(word.from, written[last]?.to ?? word.to), to: match.entry.english });
      for (const phrase of match.entry.english) for (const part of phrase.split(' ')) words.add(part);
      place = last;
      continue;
    }
    if (one.small) continue;
    if (/^\d/.test(word.plain)) {
      if (/^(?:type|stage|vitamin|taip|covid|टाइप|स्टेज|विटामिन|कोविड)$/u.test(written[place - 1]?.plain ?? '')) words.add(word.plain);
      continue;
    }
    const latin = /^[a-z]/.test(word.plain);
    if (latin) words.add(word.plain);
    if (latin && lists.english.has(word.plain)) continue;
    const heard = alike(word.plain, lists, vocabulary);
    for (const found of heard) words.add(found);
    if (heard.length > 0 && !(latin && heard.includes(word.plain))) understood.push({ from: spelled(place), to: heard });
    else if (heard.length === 0) unknown.push(spelled(place));
  }
  return { words: [...words].join(' '), understood, unknown };
}

/** What is spelled as only English spells it is no Hindi: cancer, taxi, quick. */
const onlyEnglish = /c(?!h)|x|tion|ght|ph[^aeiou]|[^aeiou]s$/;

function read(word: Word, lists: Lists): Asked {
  const small = lists.small.has(word.plain) || (/^[a-z]/.test(word.plain) && lists.small.has(word.folded));
  const english = !small && (lists.english.has(word.plain) || onlyEnglish.test(word.plain));
  return { readings: english ? [] : lists.glossary.read(word.plain), small };
}

const mostAlike = 2;

/** English words that sound like this one, the most alike first. */
function alike(plain: string, lists: Lists, vocabulary: (key: string) => readonly string[]): readonly string[] {
  const found = new Map<string, number>();
  for (const key of phoneticKeys(plain))
    for (const word of [...(lists.bySound.get(key) ?? []), ...vocabulary(key)])
      if (!found.has(word)) found.set(word, likeness(plain, word));
  const least = phoneticKey(plain).length >= 4 ? 0.6 : 0.75;
  const best = Math.max(0, ...found.values());
  return [...found]
    .filter(([, how]) => how >= least && how >= best - 0.08)
    .sort((a, b) => b[1] - a[1])
    .slice(0, mostAlike)
    .map(([word]) => word);
}
