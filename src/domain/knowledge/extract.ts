import type { Evidence, SentenceEvidence } from './evidence.ts';
import { isPointed } from './question-kind.ts';
import { contentOf, has, wordsIn } from './terms.ts';

/** A sentence of a passage, word for word. */
export interface Quoted {
  /** 0-based place of its passage. */
  readonly passage: number;
  /** 0-based place in its passage. */
  readonly index: number;
  readonly text: string;
}

/** So many sentences answer at most; a question for one fact is answered by two. */
const MOST = 3;
const MOST_FOR_A_FACT = 2;

/**
 * The sentences that answer best, in the order in which they are to be read: the best one, what adds a part of the question that it
 * lacks or goes on beside it, and what they lean on. Pure.
 */
export function extract({ asked, kind, passages, sentences }: Evidence): Quoted[] {
  const [best, ...others] = sentences;
  if (!best) return [];
  const pointed = isPointed(kind);
  const chosen: SentenceEvidence[] = [best];
  for (const next of others) {
    if (chosen.length >= (pointed ? MOST_FOR_A_FACT : MOST)) break;
    if (chosen.some(({ text }) => saysTheSame(text, next.text))) continue;
    const said = wordsIn(...chosen.map(({ text }) => text));
    const says = wordsIn(next.text);
    const adds = asked.some((one) => one.weight >= 0.5 && has(said, one) === 0 && has(says, one) > 0);
    const beside = next.passage === best.passage && Math.abs(next.index - best.index) <= 2;
    const share = next.score / best.score;
    if (adds ? share >= 0.75 : next.passage === best.passage && share >= (pointed ? 0.93 : beside ? 0.65 : 0.8)) chosen.push(next);
  }
  const quoted = new Map<string, Quoted>();
  const put = (one: Quoted) => quoted.set(`${one.passage}.${one.index}`, one);
  for (const { passage, index, text } of chosen) {
    // "It is taken with food" says nothing alone: the sentence before it comes along.
    const before = leans(text) ? passages[passage]?.read.sentences[index - 1] : undefined;
    if (before?.honest) put({ passage, index: index - 1, text: before.text });
    put({ passage, index, text });
  }
  const order = [...new Set(chosen.map(({ passage }) => passage))];
  return [...quoted.values()].sort((a, b) => order.indexOf(a.passage) - order.indexOf(b.passage) || a.index - b.index).slice(0, MOST + 1);
}

const leaning =
  /^\W{0,3}(?:(?:it|its|they|them|their|he|she|his|her|this|these|those|such|both|otherwise|then|also|however|therefore|instead|in this case|after that|before that|the same)\b|(?:यह|ये|वह|वे|इस|इसे|इसका|इसकी|इसके|इन्हें|इनका|उसे|उसका|उसकी|उन्हें|फिर|इसलिए|तब)(?![\p{L}\p{M}]))/iu;
function leans(text: string): boolean {
  return leaning.test(text.normalize('NFC'));
}

/** Whether one of two sentences has next to nothing that the other has not. */
export function saysTheSame(a: string, b: string): boolean {
  const [one, other] = [contentOf(a), contentOf(b)].sort((x, y) => x.length - y.length);
  if (!one || !other || one.length === 0) return true;
  const stems = new Set(other.map(({ stem }) => stem));
  return one.filter(({ stem }) => stems.has(stem)).length / one.length > 0.85;
}
