/**
 * A message as words, each in the form in which word lists are compared. What people type and recognisers write differs in case,
 * punctuation, nukta, chandrabindu, vowel length and spelling; here those differences end, and nowhere else.
 */

export type Mark = '' | 'comma' | 'stop' | 'question';

export interface Word {
  /** Lower case, without apostrophes, nukta, zero-width signs and runs of a letter. */
  readonly plain: string;
  /** `plain` with the spellings of romanised Hindi made one: saans, saanns and sans differ no more than they sound. */
  readonly folded: string;
  /** Where the word stands in the text that was read. */
  readonly from: number;
  readonly to: number;
  /** The punctuation that follows it. */
  readonly mark: Mark;
}

const pieces = /\p{Nd}+(?:[.,:]\p{Nd}+)*|[\p{L}\p{M}\u200b-\u200d\ufeff'’‘`ʼ]+|[.!?।॥۔؟\n,;:،()[\]{}/|…–—-]+/gu;
const silent = /[\u00ad\u200b-\u200f\u2060\ufeff'’‘`ʼ]/gu;
const isMark = /^[.!?।॥۔؟\n,;:،()[\]{}/|…–—-]/u;
const longestWord = 40;

export function readWords(text: string): Word[] {
  const words: { plain: string; folded: string; from: number; to: number; mark: Mark }[] = [];
  for (const found of text.matchAll(pieces)) {
    const piece = found[0];
    if (isMark.test(piece)) {
      const last = words.at(-1);
      if (last) last.mark = stronger(last.mark, markOf(piece));
      continue;
    }
    const plain = plainForm(piece);
    const before = words.at(-1);
    if (plain === 'nt' && before?.mark === '') {
      // "do n't", "ca n't": how some recognisers write it.
      before.plain += plain;
      before.folded += plain;
      before.to = found.index + piece.length;
    } else if (plain) words.push({ plain, folded: foldedForm(plain), from: found.index, to: found.index + piece.length, mark: '' });
  }
  return words;
}

function markOf(piece: string): Mark {
  if (/[?؟]/u.test(piece)) return 'question';
  if (/[!।॥۔\n]/u.test(piece) || /^\.$/u.test(piece)) return 'stop';
  // A pause is no end: "my chest… hurts".
  return /^(?:[-/…]+|\.{2,})$/u.test(piece) ? '' : 'comma';
}

function stronger(a: Mark, b: Mark): Mark {
  const rank: readonly Mark[] = ['', 'comma', 'stop', 'question'];
  return rank.indexOf(a) > rank.indexOf(b) ? a : b;
}

export function plainForm(word: string): string {
  const bare = word.normalize('NFKC').toLowerCase().replace(silent, '').slice(0, longestWord);
  const latin = bare.normalize('NFD').replace(/[\u0300-\u036f\u093c]/gu, '');
  const once = latin.replace(/([^\d])\1{2,}/gu, '$1');
  return /\p{Script=Devanagari}/u.test(once) ? devanagariForm(once) : once;
}

/** Vowel length, nasal signs and the two ways of writing गए and गये are where spellings of Hindi differ most. */
function devanagariForm(word: string): string {
  return word
    .replace(/[०-९]/gu, (digit) => String(digit.charCodeAt(0) - 0x966))
    .replace(/[ःॅ]/gu, '')
    .replace(/ँ/gu, 'ं')
    .replace(/[ङञणनम]्(?=[क-ह])/gu, 'ं')
    .replace(/ी/gu, 'ि')
    .replace(/ू/gu, 'ु')
    .replace(/ई/gu, 'इ')
    .replace(/ऊ/gu, 'उ')
    .replace(/ॉ/gu, 'ा')
    .replace(/ऑ/gu, 'आ')
    .replace(/यि$/u, 'इ')
    .replace(/ये$/u, 'ए')
    .replace(/(?<=.)ं$/u, '')
    .replace(/^.*$/u, (form) => auxiliaries.get(form) ?? form);
}

/** Auxiliaries of Hindi in one form each: what they agree with does not matter here, and in Latin letters everybody spells them as they like. */
const auxiliaries: ReadonlyMap<string, string> = new Map(
  Object.entries({
    रहा: 'रहि रहे',
    गया: 'गइ गए गयि',
    हुआ: 'हुइ हुए हुयि हुवा',
    है: 'हैं हे',
    था: 'थि थे थिं',
    बहुत: 'बहोत',
    raha: 'rahi rahe rha rhi rhe ra rahaa rahin',
    gaya: 'gayaa gayi gai gaye gae gya gyi gye gaya gei ge gayin',
    hua: 'hui hue huyi huye huva huwa hu',
    hai: 'hain he h hay hn hei hein',
    tha: 'thi the thin',
    nahi: 'nahin nai nhi nhin ni nehi nay',
    bahut: 'bohot bahot bohat bhot bht bhut boht bhaut',
    me: 'mein main mai men mn mei',
    jyada: 'jada jiada jayada jaada',
  }).flatMap(([one, others]) => [one, ...others.split(' ')].map((other): [string, string] => [other, one])),
);

export function isAuxiliary(form: string): boolean {
  return auxiliaries.has(form);
}

/** What sounds alike in romanised Hindi, written alike. Applied to both the lists and the text, so it need not be a spelling of anything. */
export function foldedForm(plain: string): string {
  if (!/^[a-z]+$/.test(plain)) return plain;
  const known = auxiliaries.get(plain);
  if (known) return known;
  const folded = plain
    .replace(/aa+/g, 'a')
    .replace(/ee+|ii+/g, 'i')
    .replace(/oo+|uu+/g, 'u')
    .replace(/(.)\1/g, '$1')
    .replace(/ph/g, 'f')
    .replace(/(?:ch)+h?/g, 'ch')
    .replace(/sh/g, 's')
    .replace(/w/g, 'v')
    .replace(/z/g, 'j')
    .replace(/q/g, 'k')
    .replace(/c(?!h)/g, 'k')
    .replace(/a[iy]|e[iy]/g, 'e')
    .replace(/au|ou/g, 'o')
    .replace(/y$/g, 'i');
  return auxiliaries.get(folded) ?? folded;
}
