/** A text in pieces: those that were asked for, and those between them. */
export interface Piece {
  readonly text: string;
  readonly hit: boolean;
}

/** Words that stand in every question and say nothing about it. */
const little = new Set(
  (
    'a an and any are as at be by can could do does did for from had has have how i if in is it its many may me much my no not of on or our ' +
    'shall should so than that the their them there these they this to was we were what when where which who why will with would you your ' +
    'का के की को में से पर है हैं था थी थे हो और या क्या कब कहाँ कहां कौन कितना कितने कितनी क्यों कैसे यह वह ये वे मैं मुझे मेरा मेरी मेरे आप आपका आपके आपकी हम हमारा कि तो भी ही ने कर करें करना होता होती होते रहता रहती रहते'
  ).split(' '),
);

const WORD = /[\p{L}\p{M}\p{N}]+/gu;
const plain = (word: string) =>
  word
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[\u0300-\u036f\u093c]/g, '');

/** Two forms of one word: equal, or alike but for a short ending. Figures are equal or they are not. */
function alike(a: string, b: string): boolean {
  if (a === b) return true;
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  if (short.length < 4 || /\d/.test(a + b)) return false;
  if (long.startsWith(short)) return long.length - short.length <= 3;
  const stem = short.slice(0, -1);
  return stem.length >= 4 && long.startsWith(stem) && long.length - stem.length <= 3;
}

/** Pure: where the asked words stand in a text. For the eye alone: how the box compares words is its own matter. */
export function markWords(text: string, asked: string): readonly Piece[] {
  const wanted = [...asked.matchAll(WORD)].map(([word]) => plain(word)).filter((word) => !little.has(word));
  if (wanted.length === 0) return [{ text, hit: false }];
  const pieces: Piece[] = [];
  let at = 0;
  for (const { 0: word, index } of text.matchAll(WORD)) {
    if (!wanted.some((each) => alike(each, plain(word)))) continue;
    if (index > at) pieces.push({ text: text.slice(at, index), hit: false });
    pieces.push({ text: word, hit: true });
    at = index + word.length;
  }
  if (at < text.length) pieces.push({ text: text.slice(at), hit: false });
  return pieces;
}

/** Pure: the quote in its passage; undefined where it does not stand there as one piece. */
export function markQuote(text: string, quote: string): readonly Piece[] | undefined {
  const at = quote === '' ? -1 : text.indexOf(quote);
  if (at < 0) return undefined;
  return [
    { text: text.slice(0, at), hit: false },
    { text: quote, hit: true },
    { text: text.slice(at + quote.length), hit: false },
  ].filter((piece) => piece.text !== '');
}
