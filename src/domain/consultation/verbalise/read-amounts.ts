import type { Amount, Currency, Numeral, Piece, Span, Unit } from './piece.ts';
import { manyUnits, unitOf } from './units.ts';

/** What a reader found at a place of the text: a piece, and where the text goes on. */
export interface Found<P = Piece> {
  readonly piece: P;
  readonly end: number;
}

/** Matches `pattern` (which must be sticky) exactly at `at`. */
export function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text) ?? undefined;
}

const isLetter = (char: string | undefined): boolean => char !== undefined && /[\p{L}\p{M}]/u.test(char);

/** A whole number, perhaps with grouping commas; a decimal, perhaps without its nought; a fraction such as 1/2, perhaps after a whole number. */
export function readNumeral(text: string, at: number): Found<Numeral> | undefined {
  const mixed = matchAt(/(?:(\d{1,3}) )?([1-9])\/([2348])(?![\d/]|\.\d)/y, text, at);
  if (mixed && Number(mixed[2]) < Number(mixed[3])) {
    return { piece: { whole: mixed[1] ?? '', fraction: [Number(mixed[2]), Number(mixed[3])] }, end: at + mixed[0].length };
  }
  const plain = matchAt(/(\d{1,3}(?:,\d{2,3}){0,12},\d{3}(?!\d)|\d+)?(?:\.(\d+))?/y, text, at);
  if (!plain?.[0]) return undefined;
  const [written, whole = '', decimals] = plain;
  return {
    piece: {
      whole: whole.replaceAll(',', '') || '0',
      ...(decimals === undefined ? {} : { decimals }),
      ...(/,\d\d,/.test(whole) ? { indian: true } : {}),
    },
    end: at + written.length,
  };
}

function readSign(text: string, at: number): Found<Numeral['sign']> {
  const sign = matchAt(/(?:(±|\+\/-) ?|([-−+]))(?=\.?\d)/y, text, at);
  const before = text[at - 1];
  if (!sign || (before !== undefined && !/[\s(<>≤≥~≈,:=]/.test(before))) return { piece: undefined, end: at };
  return { piece: sign[1] ? 'plus-minus' : sign[2] === '+' ? 'plus' : 'minus', end: at + sign[0].length };
}

/** `5`, `-5`, `2-3`, `10 – 12`. */
export function readSpan(text: string, at: number): Found<Span> | undefined {
  const sign = readSign(text, at);
  const from = readNumeral(text, sign.end);
  if (!from) return undefined;
  const first: Numeral = sign.piece ? { ...from.piece, sign: sign.piece } : from.piece;
  const dash = matchAt(/[-–—−]|(?: [-–—−] )/y, text, from.end);
  const to = dash && readNumeral(text, from.end + dash[0].length);
  // Three numbers joined by dashes are no range, and neither is 5-3/8.
  if (!to || /^(?:[-–]\d|\/\d)/.test(text.slice(to.end, to.end + 2))) return { piece: { from: first }, end: from.end };
  return { piece: { from: first, to: to.piece }, end: to.end };
}

/** A unit right here (after one space at most), and a power after it. */
export function readUnit(text: string, at: number): Found<Unit> | undefined {
  const token =
    matchAt(/ ?(°? ?[CF](?![\p{L}\p{M}\d'’])|[%℃℉]|°)/uy, text, at) ??
    matchAt(
      / ?(mm ?Hg|y\/o|(?:[\u0900-\u0963\u0970-\u097f]{1,6}\.){1,2}[\u0900-\u0963\u0970-\u097f]{1,6}|[\p{L}\p{M}]{1,16})(?![\p{L}\p{M}\d'’@])/uy,
      text,
      at,
    );
  if (!token?.[1]) return undefined;
  const written = token[1].replaceAll(' ', '');
  // A bare C or F is a temperature only where the number is one a body has; that is the caller's to know.
  const unit = unitOf(/^[CF]$/.test(written) ? `°${written}` : written);
  if (!unit) return undefined;
  let end = at + token[0].length;
  // The stop of `1 tab. of` belongs to the unit; at the end of a sentence it is the sentence's.
  if (text[end] === '.' && (written.includes('.') || (!unit.word && /^\. [a-z\d(]/.test(text.slice(end, end + 3))))) end += 1;
  const power = matchAt(/\^([23])(?!\d)/y, text, end);
  if (!power) return { piece: unit, end };
  return { piece: { ...unit, power: power[1] === '2' ? 'square' : 'cubic' }, end: end + power[0].length };
}

const bodily = (unit: Unit, numeral: Numeral): boolean => {
  const degrees = Number(numeral.whole);
  return unit.name === 'celsius' ? degrees >= 30 && degrees <= 45 : degrees >= 90 && degrees <= 115;
};

/** `6 in` is a length only after feet: elsewhere `in` is a word. */
function readInches(text: string, at: number, end: number): Found<Unit> | undefined {
  const match = /(?:ft|foot|feet),? $/.test(text.slice(Math.max(0, at - 6), at)) ? matchAt(/ ?in(?![\p{L}\d])/uy, text, end) : undefined;
  return match && { piece: { name: 'inch', written: 'in' }, end: end + match[0].length };
}

const comparisons: Readonly<Record<string, Amount['comparison']>> = {
  '<': 'below',
  '>': 'above',
  '<=': 'at-most',
  '≤': 'at-most',
  '>=': 'at-least',
  '≥': 'at-least',
  '~': 'about',
  '≈': 'about',
};

/** A number with its sign, range, comparison and units. */
export function readAmount(text: string, at: number): Found<Amount> | undefined {
  const sign = matchAt(/(<=|>=|[<>≤≥~≈]) ?(?=[-−+±]?\.?\d)/y, text, at);
  const comparison = sign && comparisons[sign[1] ?? ''];
  const span = readSpan(text, at + (sign?.[0].length ?? 0));
  if (!span) return undefined;
  let end = span.end;
  let unit: Unit | undefined;
  const counted = readInches(text, at, end) ?? readUnit(text, end);
  const oneLetter = counted && /^ ?[CF]$/.test(text.slice(end, counted.end));
  if (counted && (!oneLetter || bodily(counted.piece, span.piece.to ?? span.piece.from))) {
    unit = counted.piece;
    end = counted.end;
  }
  const per: { count?: Numeral; unit: Unit }[] = [];
  while (per.length < 3) {
    const slash = matchAt(/ ?\/ ?/y, text, end);
    if (!slash) break;
    const count = readNumeral(text, end + slash[0].length);
    const below = readUnit(text, count?.end ?? end + slash[0].length);
    if (!below || (count && !unit)) break;
    per.push({ ...(count ? { count: count.piece } : {}), unit: below.piece });
    end = below.end;
  }
  return { piece: { span: span.piece, per, ...(unit ? { unit } : {}), ...(comparison ? { comparison } : {}) }, end };
}

const currencies: readonly (readonly [RegExp, Currency])[] = [
  [/(?:₹|Rs|INR|Re|रु|रू|रुपये|रुपए)\.? ?(?=\.?\d)/y, 'rupee'],
  [/(?:US)?\$ ?(?=\.?\d)|USD ?(?=\d)/y, 'dollar'],
  [/£ ?(?=\.?\d)|GBP ?(?=\d)/y, 'pound'],
  [/€ ?(?=\.?\d)|EUR ?(?=\d)/y, 'euro'],
];

/** `₹500`, `Rs. 1,200/-`, `₹1.5 lakh`, `$20-30`. */
export function readMoney(text: string, at: number): Found | undefined {
  for (const [pattern, currency] of currencies) {
    const mark = matchAt(pattern, text, at);
    const first = mark && readSpan(text, at + mark[0].length);
    if (!first) continue;
    // INR 2.5 is what a blood test found; a price has no tenths.
    if (mark[0].startsWith('INR') && (first.piece.from.decimals?.length === 1 || Number(first.piece.from.whole) < 10)) return undefined;
    let { piece: span, end } = first;
    // ₹500-₹700
    const again = span.to ? undefined : matchAt(/ ?[-–—] ?[₹$£€](?=\d)/y, text, end);
    const to = again && readNumeral(text, end + again[0].length);
    if (to) [span, end] = [{ from: span.from, to: to.piece }, to.end];
    const many = readUnit(text, end);
    if (many && manyUnits.has(many.piece.name)) return { piece: { type: 'money', currency, span, many: many.piece }, end: many.end };
    return { piece: { type: 'money', currency, span }, end: end + (matchAt(/ ?\/-(?!\d)/y, text, end)?.[0].length ?? 0) };
  }
  return undefined;
}

/** `120/80 mmHg`, `8/10`, `6/9`, `24/7`: two whole numbers with a slash that are no fraction and no date. */
export function readRatio(text: string, at: number): Found | undefined {
  const always = matchAt(/24 ?[/x×] ?7(?![\d/])/y, text, at);
  if (always) return { piece: { type: 'always-open' }, end: at + always[0].length };
  const match = matchAt(/(\d{1,3})(?:[-–](\d{1,3}))? ?\/ ?(\d{1,3})(?:[-–](\d{1,3}))?(?!\d|[-–/]\d|\.\d)/y, text, at);
  if (!match) return undefined;
  const [written, left = '', leftTo, right = '', rightTo] = match;
  const end = at + written.length;
  const [over, under] = [Number(left), Number(right)];
  if (over >= 60 && over <= 300 && under >= 30 && under <= 200 && over > under) {
    const span = (from: string, to: string | undefined): Span => ({ from: { whole: from }, ...(to ? { to: { whole: to } } : {}) });
    const unit = readUnit(text, end);
    const mercury = unit?.piece.name === 'mercury' ? unit : undefined;
    return {
      piece: { type: 'pressure', over: span(left, leftTo), under: span(right, rightTo), ...(mercury ? { unit: mercury.piece } : {}) },
      end: mercury?.end ?? end,
    };
  }
  if (leftTo || rightTo || readUnit(text, end)) return undefined;
  const vision =
    (over === 6 || over === 20) && under >= over && [6, 9, 12, 18, 20, 24, 25, 30, 36, 40, 50, 60, 70, 100, 200].includes(under);
  if (over === 50 && under === 50) return { piece: { type: 'ratio', left, right, how: 'bare' }, end };
  return { piece: { type: 'ratio', left, right, how: vision ? 'by' : over <= under ? 'out-of' : 'over' }, end };
}

/** `1-0-1`, `½-0-½`, `1+1+1+1`: how many in the morning, at noon, (in the evening,) at night. */
export function readSchedule(text: string, at: number): Found | undefined {
  const match = matchAt(
    /([0-6](?:\/[2-4])?)( ?)([-–+])\2([0-6](?:\/[2-4])?)\2\3\2([0-6](?:\/[2-4])?)(?:\2\3\2([0-6](?:\/[2-4])?))?(?![\d/]| ?[-–+=] ?\d|\.\d)/y,
    text,
    at,
  );
  if (!match) return undefined;
  const counts = [match[1], match[4], match[5], match[6]].flatMap((part): Numeral[] => {
    if (part === undefined) return [];
    const [over = '', under] = part.split('/');
    return under === undefined ? [{ whole: over }] : [{ whole: '', fraction: [Number(over), Number(under)] }];
  });
  if (counts.some(({ fraction }) => fraction && fraction[0] >= fraction[1])) return undefined;
  return { piece: { type: 'schedule', counts }, end: at + match[0].length };
}

const ordinalEndings: Readonly<Record<string, RegExp>> = { ला: /^1$/, रा: /^[23]$/, था: /^4$/, ठा: /^6$/ };

/** `21st`, `5वाँ`, `2रा`: the ending is kept, for it says gender and case in Hindi. */
export function readOrdinal(text: string, at: number): Found | undefined {
  const english = matchAt(/(\d{1,6}|\d{1,3},\d{3})(st|nd|rd|th)(?![\p{L}\p{M}\d])/iuy, text, at);
  if (english) return { piece: { type: 'ordinal', value: (english[1] ?? '').replace(',', ''), ending: '' }, end: at + english[0].length };
  const hindi = matchAt(/(\d{1,4})(?:[- ]?(वा[ँं]|वी[ँं]|वे[ँं])|([लरथठ][ािीे]))(?![\p{L}\p{M}\d])/uy, text, at);
  if (!hindi) return undefined;
  const [written, value = '', regular, irregular] = hindi;
  if (irregular && !ordinalEndings[`${irregular[0]}ा`]?.test(value)) return undefined;
  return { piece: { type: 'ordinal', value, ending: regular ?? irregular ?? '' }, end: at + written.length };
}

/** `3x a day`, but not `3x5` and not `3xyz`. */
export function readTimes(text: string, at: number): Found | undefined {
  const span = readSpan(text, at);
  const sign = span && matchAt(/ ?[x×](?! ?\d)/y, text, span.end);
  if (!span || !sign || isLetter(text[span.end + sign[0].length])) return undefined;
  return { piece: { type: 'times', span: span.piece }, end: span.end + sign[0].length };
}
