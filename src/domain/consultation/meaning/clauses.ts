import type { Word } from '../../../shared/language/read-words.ts';
import type { Hit } from './lexicon.ts';

/** Where each cue (a `$` concept of the word lists) stands: one mark a word. */
export type Marks = (cue: string) => readonly boolean[];

export interface Clause {
  readonly first: number;
  readonly last: number;
  readonly sentence: number;
  /** The first clause of its statement: a clause without subject or verb hangs on its neighbour and is read with it. */
  readonly statement: number;
  /** Has a subject or a verb of its own. */
  readonly whole: boolean;
}

/** What parts a clause from the one before: the end of a sentence, a word of contrast or a new subject, the verb that closes Hindi, a comma. */
type Opening = 'sentence' | 'word' | 'verb' | 'comma';

export interface Clauses {
  readonly list: readonly Clause[];
  /** Per word: its clause. */
  readonly of: readonly number[];
  /** Per word: true where a denial ends although the statement goes on ("no fever, just chest pain"). */
  readonly pause: readonly boolean[];
}

export function marksOf(words: readonly Word[], hits: readonly Hit[]): Marks {
  const known = new Map<string, boolean[]>();
  for (const { concept, first, last } of hits) {
    if (!concept.startsWith('$')) continue;
    const marks = known.get(concept) ?? words.map(() => false);
    known.set(concept, marks);
    marks.fill(true, first, last + 1);
  }
  const none = words.map(() => false);
  return (cue) => known.get(cue) ?? none;
}

/** Romanised Hindi shares small words with English ("he", "the", "me"): they count as Hindi only where the sentence shows that it is, or is too short to. */
export function withoutFalseFriends(words: readonly Word[], hits: readonly Hit[]): Hit[] {
  const sentences = sentencesOf(words);
  const hindi = new Set(words.flatMap((word, index) => (telling.test(word.plain) ? [sentences[index]] : [])));
  return hits.filter((hit) => hit.language !== 'hi-Latn' || words.length <= fewWords || hindi.has(sentences[hit.first]));
}

const fewWords = 3;
const telling =
  /^(?:hai|hain|hei|hoon|hun|ho|raha|rahi|rahe|rha|rhi|rhe|gaya|gayi|gaye|gya|gyi|mein|mujhe|mere|meri|mera|ko|ki|ka|ke|se|nahi|nahin|nhi|kar|bahut|bohot|bahot|aur|kya|liya|diya|hua|hui|tha|thi|ne|par|pe|koi|kuch|karo|karu|kare|mai|bhi|jaise|kisi|apni|apne|unko|usko|wo|woh|ye|yeh|agar|sirf|bas|ab|abhi|chahta|chahti|chahiye|lena|karna|karni|baat)$/;

function sentencesOf(words: readonly Word[]): number[] {
  let sentence = 0;
  return words.map((_, index) => {
    if (endsSentence(words[index - 1])) sentence++;
    return sentence;
  });
}

function endsSentence(word: Word | undefined): boolean {
  return word?.mark === 'stop' || word?.mark === 'question';
}

export function clausesOf(words: readonly Word[], hits: readonly Hit[], marks: Marks): Clauses {
  const [subject, linker, and, verb, verbEnd, aspect, goesOn, soft] = [
    '$subject',
    '$linker',
    '$and',
    '$verb',
    '$verbend',
    '$aspect',
    '$goeson',
    '$soft',
  ].map(marks);
  const contrast = words.map(() => false);
  const negation = words.map(() => false);
  for (const hit of hits) {
    if (hit.concept === '$contrast') contrast[hit.first] = true;
    if (hit.concept === '$nahi') negation[hit.first] = true;
  }
  const closes = (index: number) => index === words.length - 1 || words[index]?.mark !== '';

  /** Whether a clause begins at this word, and what says so. */
  const opening = (index: number): Opening | undefined => {
    if (index === 0 || endsSentence(words[index - 1])) return 'sentence';
    if (contrast[index]) return 'word';
    // "… है नहीं": the negation that follows the verb closes the same clause.
    if (verbEnd?.[index - 1] && !verbEnd[index] && !goesOn?.[index] && !(negation[index] && closes(index))) return 'verb';
    if (subject?.[index] && !subject[index - 1] && !linker?.[index - 1] && !and?.[index - 1]) return 'word';
    if (and?.[index] && subject?.[index + 1]) return 'word';
    return words[index - 1]?.mark === 'comma' ? 'comma' : undefined;
  };

  const cuts: { first: number; last: number; sentence: number; opened: Opening }[] = [];
  let sentence = 0;
  words.forEach((_, index) => {
    const opened = opening(index);
    if (opened === 'sentence' && index > 0) sentence++;
    if (opened) cuts.push({ first: index, last: index, sentence, opened });
    const cut = cuts.at(-1);
    if (cut) cut.last = index;
  });

  const any = (first: number, last: number, ...kinds: (readonly boolean[] | undefined)[]) => {
    for (let index = first; index <= last; index++) if (kinds.some((kind) => kind?.[index])) return true;
    return false;
  };
  const list: Clause[] = [];
  for (const { first, last, sentence, opened } of cuts) {
    const whole = any(first, last, subject, verb, verbEnd, aspect);
    const before = list.at(-1);
    const hangs = before !== undefined && ((opened === 'comma' && (!whole || !before.whole)) || (opened === 'verb' && !whole));
    list.push({ first, last, sentence, whole, statement: hangs ? before.statement : list.length });
  }
  const of = list.flatMap((clause, index) => words.slice(clause.first, clause.last + 1).map(() => index));
  const pause = words.map((_, index) => soft?.[index] === true || (aspect?.[index - 1] === true && !aspect[index] && !verbEnd?.[index]));
  return { list, of, pause };
}
