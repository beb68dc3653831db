import { contextOf, type Evidence, shareOf } from './evidence.ts';
import { contentOf, presence, wordsIn } from './terms.ts';

/**
 * Whether what was found answers the question at all. Decided here, in code, from how much of the question stands in the passages; no
 * score of a search enters, because those mean something within one question only. Pure.
 */
export function isSupported(evidence: Evidence): boolean {
  // "How long does the treatment take?" names nothing that one page has and another has not.
  if (!evidence.asked.some(({ weight }) => weight >= A_SUBJECT)) return false;
  return evidence.sentences.length > 0 && confidenceOf(signsOf(evidence)) >= THRESHOLD;
}

/** What of the evidence tells an answerable question from one that is not; each 0 to 1. */
export interface Signs {
  /** Share of the question's weight in the best passage, its title and headings. */
  readonly passage: number;
  /** In all that was found of one document. */
  readonly document: number;
  /** In the best sentence, with its headings and neighbours. */
  readonly sentence: number;
  /** In the best sentence alone. */
  readonly own: number;
  /** The heaviest word of the question that the best passage lacks, as a share of the heaviest there is. */
  readonly missing: number;
  /** How much of a title or heading the question names. */
  readonly named: number;
}

export function signsOf({ asked, passages, sentences }: Evidence): Signs {
  const shares = passages.map(({ has }) => shareOf(asked, has));
  const best = passages[shares.indexOf(Math.max(...shares))];
  const heaviest = Math.max(0, ...asked.map(({ weight }) => weight));
  const lacking = asked.filter((_, i) => !best?.has[i]).map(({ weight }) => weight);
  const documents = [...Map.groupBy(passages, ({ read }) => read.found.chunk.documentId).values()];
  const together = documents.map((parts) => asked.map((_, i) => Math.max(...parts.map(({ has }) => has[i] ?? 0))));
  const question = wordsIn(...asked.flatMap(({ names }) => names.flatMap((name) => name.map(({ word }) => word))));
  const titles = passages.flatMap(({ read }) => contextOf(read.found).split('\n').map(contentOf)).filter(({ length }) => length > 0);
  return {
    passage: Math.max(0, ...shares),
    document: Math.max(0, ...together.map((has) => shareOf(asked, has))),
    sentence: Math.max(0, ...sentences.map(({ coverage }) => coverage)),
    own: Math.max(0, ...sentences.map(({ own }) => own)),
    missing: heaviest === 0 ? 1 : Math.max(0, ...lacking) / heaviest,
    named: Math.max(0, ...titles.map((title) => title.filter((term) => presence(term, question) >= 0.9).length / title.length)),
  };
}

/** How sure it is that the passages answer, 0 to 1. */
export function confidenceOf(signs: Signs): number {
  const sum = (Object.keys(WEIGHTS) as (keyof Signs)[]).reduce((total, sign) => total + WEIGHTS[sign] * signs[sign], BIAS);
  return 1 / (1 + Math.exp(-sum));
}

/**
 * Found by logistic regression on one half of the bench's questions (`node scripts/bench/answers.ts --fit`: research questions, questions of
 * patients, questions about what the house does not hold, and our own leaflets), over a plainer search than the box's; a fit over that one
 * gives others that do no better. The threshold is the lowest, in steps of 0.05, that abstains on nine of ten unanswerable questions of
 * that half; the bench prints the whole curve, and what it does on the other half.
 */
const WEIGHTS: Readonly<Record<keyof Signs, number>> = { passage: 3.7, document: 3.5, sentence: 2.7, own: 2.4, missing: -1.3, named: 0.4 };
const BIAS = -5.3;
export const THRESHOLD = 0.5;
const A_SUBJECT = 0.45;
