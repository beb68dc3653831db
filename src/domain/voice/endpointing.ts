import { wordsOf } from './own-words.ts';

/**
 * How long to wait after somebody stops before taking it as the end of their turn. Waiting less cuts slow speakers off, waiting more
 * makes every answer late; so the words decide. Pure.
 */
export interface Patience {
  /** After words that may well be all. */
  readonly settledMs: number;
  /** After words that ask for more: "and", "because", "मेरे पेट में दर्द है और". */
  readonly unfinishedMs: number;
  /** While a number is being told: people breathe between its groups. */
  readonly digitsMs: number;
  /** After words by which a reply was interrupted: whoever cuts in is brief, and waits for the answer. */
  readonly interruptingMs: number;
}

export const patience: Patience = { settledMs: 600, unfinishedMs: 1_100, digitsMs: 1_500, interruptingMs: 600 };

/** The same manners for a client that names its own pause. */
export function patienceOf(silenceMs: number | undefined): Patience {
  if (silenceMs === undefined) return patience;
  const { settledMs, unfinishedMs, digitsMs } = patience;
  return {
    settledMs: silenceMs,
    interruptingMs: silenceMs,
    unfinishedMs: silenceMs + unfinishedMs - settledMs,
    digitsMs: silenceMs + digitsMs - settledMs,
  };
}

export function endpointMs(
  said: string,
  context: { readonly expectsDigits: boolean; readonly interrupting: boolean },
  { settledMs, unfinishedMs, digitsMs, interruptingMs }: Patience = patience,
): number {
  const digits = digitsIn(said);
  if (digits.atEnd && digits.count < WHOLE_NUMBER && (context.expectsDigits || digits.count >= 3)) return digitsMs;
  if (isUnfinished(said)) return unfinishedMs;
  return context.interrupting ? interruptingMs : settledMs;
}

/** Has this question a number for its answer? */
export function asksForDigits(question: string): boolean {
  return /\b(numbers?|phone|mobile|code|date of birth|born|digits?|pin)\b|नंबर|नम्बर|फ़ोन|फोन|मोबाइल|कोड|जन्म|तारीख/iu.test(question);
}

/** A phone number in India and most of the world has ten digits or more. */
const WHOLE_NUMBER = 10;

const digitWords = new Set(
  ('zero oh one two three four five six seven eight nine double triple ' + 'शून्य एक दो तीन चार पाँच पांच छह छः छे सात आठ नौ डबल ट्रिपल')
    .normalize('NFC')
    .split(' '),
);

function digitsIn(text: string): { count: number; atEnd: boolean } {
  const words = wordsOf(text);
  let count = 0;
  let atEnd = false;
  for (const word of words) {
    const isDigits = /^\p{Nd}+$/u.test(word) || digitWords.has(word);
    if (isDigits) count += /^\p{Nd}+$/u.test(word) ? [...word].length : 1;
    atEnd = isDigits;
  }
  return { count, atEnd };
}

const leading = new Set(
  (
    'and or but because so if when while the a an my your his her their to of for with in on at from by about is are was were am have has had i we ' +
    'he she they um uh er hmm than very until ' +
    'aur ya lekin magar kyunki kyonki ki ke ka mera mere meri main to toh agar jab ' +
    'और या लेकिन मगर क्योंकि कि के का की को में से पर मेरा मेरे मेरी मैं तो अगर जब'
  )
    .normalize('NFC')
    .split(' '),
);

/** Ends in a word that something must follow, or in a mark that says so. */
function isUnfinished(text: string): boolean {
  if (/[,;:–—-]\s*$|\.\.\.\s*$|…\s*$/u.test(text)) return true;
  const last = wordsOf(text).at(-1);
  return last !== undefined && leading.has(last);
}
