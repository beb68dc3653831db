import type { FoundPassage } from './document.ts';
import { addressesMachine } from './orders.ts';
import { answersKind, kindOf, type QuestionKind, tellsByItself } from './question-kind.ts';
import { sentencesOf } from './sentences.ts';
import { type Asked, askedIn, askedInEnglish, contentOf, has, type InEnglish, type Words, wordsIn } from './terms.ts';

/**
 * What the retrieved passages hold of a question: sentence by sentence, how much of what is asked stands there. Both the choice of
 * sentences (`extract.ts`) and the decision to answer at all (`support.ts`) read it. Pure, and the same on every box: the likeness that an
 * embedder sees was tried beside it (scripts/bench/answers.ts, potion-base-2M) and changed neither, so it stays in the search.
 */
export interface Evidence {
  readonly asked: readonly Asked[];
  readonly kind: QuestionKind;
  readonly passages: readonly PassageEvidence[];
  /** Best first. */
  readonly sentences: readonly SentenceEvidence[];
}

/** A passage, read once for whatever is asked of it. */
export interface ReadPassage {
  readonly found: FoundPassage;
  readonly context: Words;
  readonly sentences: readonly ReadSentence[];
}
interface ReadSentence {
  readonly text: string;
  readonly words: Words;
  /** It is not addressed to a machine. */
  readonly honest: boolean;
}

export interface PassageEvidence {
  readonly read: ReadPassage;
  /** How surely each of the asked words stands in the passage, its headings or its title, in the order of `asked`. */
  readonly has: readonly number[];
}

export interface SentenceEvidence {
  /** 0-based place of its passage. */
  readonly passage: number;
  /** 0-based place in its passage. */
  readonly index: number;
  readonly text: string;
  /** Share of the question's weight in the sentence itself. */
  readonly own: number;
  /** The same with what its headings, title and neighbours say. */
  readonly coverage: number;
  /** What makes one sentence a better answer than another; comparable within one question only. */
  readonly score: number;
}

/** What a text stands under: title, headings, the head of a table. */
export function contextOf({ chunk, title }: FoundPassage): string {
  return [title, ...chunk.headings, ...(chunk.tableHead ? [chunk.tableHead] : [])].join('\n');
}

export function readPassage(found: FoundPassage): ReadPassage {
  const sentences = sentencesOf(found.chunk.text).map(({ text }) => ({ text, words: wordsIn(text), honest: !addressesMachine(text) }));
  return { found, context: wordsIn(contextOf(found)), sentences };
}

/** Headings count for less than the sentence's own words, neighbours for less still, the one behind for least. */
const BY_HEADING = 0.7;
const BY_NEIGHBOUR = 0.5;
const BY_NEXT = 0.3;

/** `inEnglish`: the question's English words, where it was asked in another language and the passages are English. */
export function weighEvidence(question: string, passages: readonly ReadPassage[], inEnglish?: InEnglish): Evidence {
  const kind = kindOf(question);
  const asked = rarerHere(inEnglish ? askedInEnglish(inEnglish) : askedIn(question), passages);
  const sentences: SentenceEvidence[] = [];
  const weighed = passages.map((read, place): PassageEvidence => {
    const inContext = presencesOf(asked, read.context);
    const told = asked.map(({ names }) => names.some((name) => name.every((term) => tellsByItself(term, kind))));
    const inSentence = read.sentences.map(({ text, honest, words }) => {
      if (!honest) return asked.map(() => 0);
      const ofKind = answersKind(text, kind) === true;
      return presencesOf(asked, words).map((there, i) => (ofKind && told[i] ? 1 : there));
    });
    read.sentences.forEach(({ text, honest, words }, index) => {
      if (!honest || !saysSomething(text, words)) return;
      const own = inSentence[index] ?? [];
      const before = inSentence[index - 1] ?? [];
      const after = inSentence[index + 1] ?? [];
      const whole = own.map((here, i) =>
        Math.max(here, BY_HEADING * (inContext[i] ?? 0), BY_NEIGHBOUR * (before[i] ?? 0), BY_NEXT * (after[i] ?? 0)),
      );
      const shares = { own: shareOf(asked, own), coverage: shareOf(asked, whole) };
      const ofKind = answersKind(text, kind);
      const score = shares.coverage + 0.35 * shares.own + kindWorth(ofKind) + 0.12 / (place + 1) - lengthCost(text);
      sentences.push({ passage: place, index, text, ...shares, score });
    });
    const has = asked.map((_, i) => Math.max(inContext[i] ?? 0, ...inSentence.map((one) => one[i] ?? 0)));
    return { read, has };
  });
  return { asked, kind, passages: weighed, sentences: sentences.sort((a, b) => b.score - a.score) };
}

/** Which share of the question's weight is there, when each of its words is there so surely. */
export function shareOf(asked: readonly Asked[], presences: readonly number[]): number {
  const total = asked.reduce((sum, { weight }) => sum + weight, 0);
  return total === 0 ? 0 : asked.reduce((sum, { weight }, i) => sum + weight * (presences[i] ?? 0), 0) / total;
}

const presencesOf = (asked: readonly Asked[], words: Words): number[] => asked.map((one) => has(words, one));

/** A word that all that was found has tells nothing apart; one that little has, or none, tells more. */
function rarerHere(asked: readonly Asked[], passages: readonly ReadPassage[]): Asked[] {
  if (passages.length < 3) return [...asked];
  return asked.map((one) => {
    const there = passages.filter(({ context, sentences }) =>
      [context, ...sentences.map(({ words }) => words)].some((words) => has(words, one) > 0),
    );
    return { ...one, weight: one.weight * (1.15 - (0.3 * there.length) / passages.length) };
  });
}

function kindWorth(ofKind: boolean | undefined): number {
  return ofKind === undefined ? 0 : ofKind ? 0.25 : -0.25;
}

/** Headings that stand alone, questions and crumbs of tables answer nothing. */
function saysSomething(text: string, words: Words): boolean {
  return words.stems.size >= 3 && contentOf(text).length >= 2 && !/[?？]\s*$/.test(text);
}

/** Characters up to which a sentence is short enough to be an answer. */
const LONG = 240;
function lengthCost(text: string): number {
  return Math.min(0.5, Math.max(0, text.length - LONG) / 800);
}
