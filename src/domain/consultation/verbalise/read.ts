import { listMark } from './clean.ts';
import type { AbbreviationName, Amount, Piece, SignName, UnitName } from './piece.ts';
import { type Found, matchAt, readAmount, readMoney, readOrdinal, readRatio, readSchedule, readTimes, readUnit } from './read-amounts.ts';
import { lettersOf, readAddress, readCode, readNamedDigits, readPhone, romanValue } from './read-codes.ts';
import { readDate, readDecade, readMonthFirst, readShortDate, readTime, readWeekdays, readYear } from './read-times.ts';
import { lengthUnits, timeUnits } from './units.ts';

/**
 * Finds in clean text what is not said as it is written. It goes once from left to right; every pattern is tried only where it may begin and
 * looks at a bounded stretch, so that the time is proportional to the text whatever the text is.
 */

interface Abbreviation {
  readonly name: AbbreviationName;
  /** Something follows it (a name, a number): its stop never ends a sentence. */
  readonly leads?: true;
  /** Only written exactly so: in other letters it is a word. */
  readonly exact?: true;
  /** Only with its stop. */
  readonly stop?: true;
}

const abbreviations: ReadonlyMap<string, Abbreviation> = new Map<string, Abbreviation>(
  (
    [
      ['Dr', { name: 'doctor', leads: true, exact: true }],
      ['DR', { name: 'doctor', leads: true, exact: true, stop: true }],
      ['dr', { name: 'doctor', leads: true, exact: true, stop: true }],
      ['डॉ', { name: 'doctor', leads: true }],
      ['Mr', { name: 'mister', leads: true, exact: true }],
      ['Mrs', { name: 'missus', leads: true, exact: true }],
      ['Prof', { name: 'professor', leads: true, exact: true }],
      ['प्रो', { name: 'professor', leads: true, stop: true }],
      ['e.g', { name: 'for-example', leads: true }],
      ['eg', { name: 'for-example', leads: true, stop: true }],
      ['उदा', { name: 'for-example', leads: true, stop: true }],
      ['i.e', { name: 'that-is', leads: true }],
      ['etc', { name: 'and-so-on' }],
      ['approx', { name: 'about', leads: true }],
      ['vs', { name: 'versus', leads: true }],
      ['नं', { name: 'number', leads: true }],
      ['Tab', { name: 'tablet', leads: true, stop: true, exact: true }],
      ['tab', { name: 'tablet', leads: true, stop: true, exact: true }],
      ['Cap', { name: 'capsule', leads: true, stop: true, exact: true }],
      ['cap', { name: 'capsule', leads: true, stop: true, exact: true }],
      ['Inj', { name: 'injection', leads: true }],
      ['Syp', { name: 'syrup', leads: true }],
      ['Syr', { name: 'syrup', leads: true, stop: true }],
      ['OD', { name: 'once-a-day', exact: true }],
      ['o.d', { name: 'once-a-day' }],
      ['BD', { name: 'twice-a-day', exact: true }],
      ['b.d', { name: 'twice-a-day' }],
      ['BID', { name: 'twice-a-day', exact: true }],
      ['b.i.d', { name: 'twice-a-day' }],
      ['TDS', { name: 'three-times-a-day', exact: true }],
      ['t.d.s', { name: 'three-times-a-day' }],
      ['TID', { name: 'three-times-a-day', exact: true }],
      ['t.i.d', { name: 'three-times-a-day' }],
      ['QID', { name: 'four-times-a-day', exact: true }],
      ['q.i.d', { name: 'four-times-a-day' }],
      ['QDS', { name: 'four-times-a-day', exact: true }],
      ['HS', { name: 'at-bedtime', exact: true }],
      ['h.s', { name: 'at-bedtime' }],
      ['SOS', { name: 'when-needed', exact: true }],
      ['s.o.s', { name: 'when-needed' }],
      ['PRN', { name: 'when-needed', exact: true }],
      ['p.r.n', { name: 'when-needed' }],
      ['STAT', { name: 'at-once', exact: true }],
      ['Tel', { name: 'telephone', leads: true, stop: true, exact: true }],
      ['ext', { name: 'extension', leads: true, stop: true }],
      ['max', { name: 'maximum', leads: true, stop: true }],
      ['min', { name: 'minimum', leads: true, stop: true }],
      ['appt', { name: 'appointment' }],
      ['dept', { name: 'department', leads: true }],
      ['temp', { name: 'temperature', leads: true, stop: true }],
      ['HbA1c', { name: 'haemoglobin-a1c', exact: true }],
      ['HBA1C', { name: 'haemoglobin-a1c', exact: true }],
      ['HbA1C', { name: 'haemoglobin-a1c', exact: true }],
      ['SpO2', { name: 'oxygen-saturation', exact: true }],
      ['SPO2', { name: 'oxygen-saturation', exact: true }],
      ['CO2', { name: 'carbon-dioxide', exact: true }],
    ] as const
  ).flatMap(([written, entry]) => ('exact' in entry ? [[written, entry]] : [[written.toLowerCase(), entry]]) as [string, Abbreviation][]),
);

const abbreviationOf = (written: string, after: string): Abbreviation | undefined => {
  const plain = written.replace(/\.$/, '');
  const found = abbreviations.get(plain) ?? abbreviations.get(plain.toLowerCase());
  return found &&
    (!found.exact || abbreviations.get(plain) === found) &&
    (!found.stop || plain !== written || medicine.test(`${written}${after}`))
    ? found
    : undefined;
};

/** `Tab Crocin`: a capital after it names what is taken. */
const medicine = /^(?:Tab|Cap) [A-Z]/;

const letter = /[\p{L}\p{M}]/u;
const readable = /[\p{L}\p{M}\p{N}\s.,;:!?'।॥\p{P}]/u;

const signs: Readonly<Record<string, SignName>> = {
  '+': 'plus',
  '±': 'plus-minus',
  '×': 'times',
  '÷': 'by',
  '=': 'equals',
  '&': 'and',
  '%': 'percent',
  '°': 'degree',
  '@': 'at',
};

export interface ReadOptions {
  /** ISO 3166 code: in the United States the month of a date of three numbers comes first. */
  readonly country?: string | undefined;
}

export function readPieces(text: string, options: ReadOptions = {}): Piece[] {
  const pieces: Piece[] = [];
  const monthFirst = options.country === 'US';
  const capitals = text.match(/[A-Z]/g)?.length ?? 0;
  const shouting = capitals > 12 && capitals > (text.match(/[a-z]/g)?.length ?? 0) * 2;
  let plain = '';
  let plainIsBlank = true;
  let plainEnd = '';
  let at = 0;

  const flush = () => {
    if (plain !== '') pieces.push({ type: 'text', text: plain });
    plain = '';
    plainIsBlank = true;
    plainEnd = '';
  };
  const take = ({ piece, end }: Found) => {
    flush();
    pieces.push(piece);
    at = end;
  };
  const copy = (length: number, as: string = text.slice(at, at + length)) => {
    plain += as;
    if (as !== '') plainEnd = as.slice(-1);
    plainIsBlank &&= as.trim() === '';
    at += length;
  };
  /** The piece just before this place, if only a space lies between. */
  const lastPiece = (): Piece | undefined =>
    plainIsBlank ? pieces.findLast((piece) => piece.type !== 'text' || piece.text.trim() !== '') : undefined;
  /** The words before this place in its sentence. */
  const wordsBefore = (): string => {
    const stretch = text.slice(Math.max(0, at - 64), at);
    const ends = Math.max(...['. ', '। ', '? ', '! '].map((end) => stretch.lastIndexOf(end)));
    return ends < 0 ? stretch : stretch.slice(ends + 2);
  };
  const isUnit = (piece: Piece | undefined, names: ReadonlySet<UnitName>) =>
    piece?.type === 'amount' && piece.amount.unit !== undefined && names.has(piece.amount.unit.name);

  const amountPiece = (found: Found<Amount> | undefined): Found | undefined =>
    found && { piece: { type: 'amount', amount: found.piece }, end: found.end };

  const readNumber = (): Found | undefined => {
    const before = wordsBefore();
    return (
      readDate(text, at, monthFirst) ??
      readSchedule(text, at) ??
      readPhone(text, at) ??
      readTime(text, at, before) ??
      readShortDate(text, at, before, monthFirst) ??
      readOrdinal(text, at) ??
      readDecade(text, at, before) ??
      readYear(text, at, before) ??
      readTimes(text, at) ??
      pointList() ??
      halfOrRatio() ??
      readNamedDigits(text, at, before) ??
      colonRatio() ??
      moneyBehind() ??
      amountPiece(readAmount(text, at))
    );
  };
  const pointList = (): Found | undefined => {
    const match = matchAt(/\d{1,9}(?:\.\d{1,9}){2,8}(?!\d|\.\d)/y, text, at);
    return match && { piece: { type: 'point-list', parts: match[0].split('.') }, end: at + match[0].length };
  };
  const halfOrRatio = (): Found | undefined => (matchAt(/[1-9]\/[2348](?![\d/])/y, text, at) ? undefined : readRatio(text, at));
  const colonRatio = (): Found | undefined => {
    const match = matchAt(/(\d{1,4}):(\d{1,4})(?![\d:])/y, text, at);
    return (
      match && {
        piece: { type: 'ratio', left: match[1] ?? '', right: match[2] ?? '', how: match[0] === '50:50' ? 'bare' : 'to' },
        end: at + match[0].length,
      }
    );
  };
  const moneyBehind = (): Found | undefined => {
    const amount = readAmount(text, at);
    const mark =
      amount &&
      amount.piece.per.length === 0 &&
      !amount.piece.comparison &&
      !amount.piece.unit &&
      matchAt(/ ?([₹€£$])(?! ?\d)/y, text, amount.end);
    if (!amount || !mark) return undefined;
    const currency = ({ '₹': 'rupee', '€': 'euro', '£': 'pound', $: 'dollar' } as const)[mark[1] as '₹' | '€' | '£' | '$'];
    return { piece: { type: 'money', currency, span: amount.piece.span }, end: amount.end + mark[0].length };
  };

  /** `x 5 days` after a medicine, `5 x 3 cm`, `2 × 500 mg`, `x3`. */
  const readCross = (): Found | undefined => {
    const cross = matchAt(/[xX×] ?(?=\d)/y, text, at);
    const amount = cross && readAmount(text, at + cross[0].length);
    if (!cross || !amount) return undefined;
    const last = lastPiece();
    const { unit, span, per } = amount.piece;
    if (unit && timeUnits.has(unit.name)) return { piece: { type: 'for', amount: amount.piece }, end: amount.end };
    const days = matchAt(/(\d{1,2})\/7(?![\d/])/y, text, at + cross[0].length);
    if (days)
      return {
        piece: { type: 'for', amount: { span: { from: { whole: days[1] ?? '' } }, unit: { name: 'day', written: '' }, per: [] } },
        end: at + cross[0].length + days[0].length,
      };
    if (last?.type === 'amount' && last.amount.unit?.name !== 'tablet')
      return {
        piece: { type: 'sign', name: isUnit(last, lengthUnits) || (unit && lengthUnits.has(unit.name)) ? 'by' : 'times' },
        end: at + cross[0].length,
      };
    return unit || per.length > 0 ? undefined : { piece: { type: 'times', span }, end: amount.end };
  };

  const readAbbreviation = (): { entry: Abbreviation; written: string } | undefined => {
    const dotted = matchAt(/[\p{L}\p{M}]{1,6}(?:\.[\p{L}\p{M}]{1,4}){1,4}\.?(?![\p{L}\p{M}\d])/uy, text, at)?.[0];
    const word = matchAt(/[\p{L}\p{M}]{1,12}(?:\d[A-Za-z]?)?(?![\p{L}\p{M}\d])\.?/uy, text, at)?.[0];
    // bd and od are letters of other things too; right after a dose they are how often it is taken.
    if (word && /^(?:od|bd|tds|qid|hs|sos|prn|stat)\.?$/.test(word) && ['amount', 'schedule'].includes(lastPiece()?.type ?? '')) {
      const often = abbreviations.get(word.replace('.', '').toUpperCase());
      if (often) return { entry: often, written: word };
    }
    // `e.g.` is found in `e.g.rice` too.
    for (let written = dotted ?? ''; written.includes('.'); written = written.slice(0, written.lastIndexOf('.', written.length - 2) + 1)) {
      const entry = abbreviationOf(written, '');
      if (entry) return { entry, written };
    }
    const entry = word === undefined ? undefined : abbreviationOf(word, text.slice(at + word.length, at + word.length + 2));
    if (word !== undefined && entry) return { entry, written: word };
    const number = matchAt(/no\.? ?(?=\d)/iy, text, at)?.[0];
    return number?.includes('.') ? { entry: { name: 'number', leads: true }, written: number } : undefined;
  };

  const readWord = () => {
    // The end of `they'd` is no word of its own.
    if (plainEnd === "'") return copy(matchAt(/[\p{L}\p{M}\u200c\u200d]+/uy, text, at)?.[0].length ?? 1);
    const before = wordsBefore();
    const found =
      readAddress(text, at) ??
      readMoney(text, at) ??
      readMonthFirst(text, at) ??
      readWeekdays(text, at) ??
      everyHours() ??
      (/[xX]/.test(text[at] ?? '') ? readCross() : undefined);
    if (found) return take(found);
    const abbreviation = readAbbreviation();
    if (abbreviation) {
      const { entry, written } = abbreviation;
      const end = at + written.length;
      const endsSentence = written.endsWith('.') && !entry.leads && /^(?:$| +\p{Lu})/u.test(text.slice(end, end + 4));
      // Only one that stands for a word begins with a capital where it was written with one.
      return take({
        piece: { type: 'abbreviation', name: entry.name, capital: /^\p{Lu}\p{Ll}/u.test(written) || /^[A-Z]\.[a-z]/.test(written) },
        end: endsSentence ? end - 1 : end,
      });
    }
    const slashed = matchAt(/w\/o(?![\p{L}])/uy, text, at);
    if (slashed) return take({ piece: { type: 'abbreviation', name: 'without', capital: false }, end: at + slashed[0].length });
    const code = readCode(text, at, before);
    if (code) return take(code);
    const initials = matchAt(/(?:[A-Z]\.){2,6}(?![\p{L}\p{M}])|(?:[\u0900-\u0963\u0970-\u097f]{1,5}\.){2,6}(?![\p{L}\p{M}])/uy, text, at);
    if (initials) return takeInitials(initials[0]);
    const word = matchAt(/[\p{L}\p{M}\u200c\u200d]+/uy, text, at)?.[0] ?? '';
    const roman = romanValue(word, before);
    if (roman !== undefined)
      return take({ piece: { type: 'amount', amount: { span: { from: { whole: String(roman) } }, per: [] } }, end: at + word.length });
    const spelled = lettersOf(word, shouting);
    if (spelled) return take({ piece: { type: 'letters', ...spelled }, end: at + word.length });
    copy(word.length || 1);
  };
  const everyHours = (): Found | undefined => {
    const match = matchAt(/[qQ] ?(\d{1,2})(?: ?[-–] ?(\d{1,2}))? ?(?:(h(?:rs?|ourly)?)|d(?:ays?)?)(?![\p{L}\d])\.?/uy, text, at);
    if (!match) return undefined;
    return {
      piece: {
        type: 'every',
        span: { from: { whole: match[1] ?? '' }, ...(match[2] ? { to: { whole: match[2] } } : {}) },
        unit: match[3] ? 'hour' : 'day',
      },
      end: at + match[0].length - (match[0].endsWith('.') ? 1 : 0),
    };
  };
  const takeInitials = (written: string) => {
    const stop = at + written.length >= text.length;
    if (/[A-Z]/.test(written))
      return take({
        piece: { type: 'letters', letters: written.replaceAll('.', ''), plural: false },
        end: at + written.length - (stop ? 1 : 0),
      });
    copy(written.length, `${written.replaceAll('.', ' ').trim()}${stop ? '.' : ''}`);
  };

  /** What is neither a letter nor the beginning of a number. */
  const readMark = () => {
    const char = String.fromCodePoint(text.codePointAt(at) ?? 32);
    const [before = '', after = ''] = [text[at - 1], text[at + char.length]];
    const beside = (pattern: RegExp) => pattern.test(before) && pattern.test(after);
    const sign = (name: SignName) => take({ piece: { type: 'sign', name }, end: at + char.length });
    if (char === '×') {
      const cross = readCross();
      if (cross) return take(cross);
    }
    if (char === '/' && letter.test(before)) {
      const unit = readUnit(text, at + 1);
      if (unit && (!unit.piece.word || /^day|^week|^month|^hour|^year/i.test(unit.piece.written)))
        return take({ piece: { type: 'per', unit: unit.piece }, end: unit.end });
      if (letter.test(after))
        return /(?:^|[^\p{L}])and$/iu.test(text.slice(Math.max(0, at - 4), at)) && /^or(?![\p{L}])/iu.test(text.slice(at + 1, at + 4))
          ? copy(1, ' ')
          : sign('or');
    }
    if (char === '(' || char === ')' || char === '[' || char === ']' || char === '{' || char === '}') {
      const plural = matchAt(/\((e?s)\)/y, text, at);
      // In Hindi what stands in brackets belongs to the word before, and the postposition follows both.
      if (char === ')' && /^ (?:से|को|में|का|की|के|तक|पर|ने)(?![\p{L}\p{M}])/u.test(text.slice(at + 1, at + 6))) return copy(1, '');
      return plural && letter.test(before) ? copy(plural[0].length, plural[1]) : copy(1, ', ');
    }
    if (/[-–—−‒―]/.test(char)) {
      if (/^ ?[₹$£€]?\d/.test(text.slice(at + 1, at + 4)) && ['amount', 'money', 'time', 'date'].includes(lastPiece()?.type ?? ''))
        return sign('to');
      if (char === '-' || char === '–') {
        if (/[\p{L}\p{M}]/u.test(before) && /\d/.test(after)) return copy(1, ' ');
        if (/[\p{L}\p{M}\p{N}%]/u.test(before) && letter.test(after)) return copy(1, '-');
      }
      return copy(1, ', ');
    }
    if (char === '…' || (char === '.' && after === '.')) {
      const run = matchAt(/[….]+/y, text, at)?.[0].length ?? 1;
      return copy(run, at + run >= text.length || /^\s*\p{Lu}/u.test(text.slice(at + run, at + run + 3)) ? '. ' : ', ');
    }
    if (/['’‘ʼ]/.test(char)) return copy(1, beside(letter) || (before === 's' && char !== '‘' && /\s/.test(after)) ? "'" : '');
    if (/["“”„«»‹›`]/.test(char)) return copy(1, beside(/[\p{L}\p{M}\p{N}]/u) ? ' ' : '');
    if (char === '^' && beside(/\d/)) return sign('power');
    if (/[→⇒↔➔]/.test(char)) return copy(char.length, ', ');
    if (char === '#' && /^ ?\d/.test(text.slice(at + 1, at + 3))) return sign('number');
    if (Object.hasOwn(signs, char) && signs[char]) return sign(signs[char]);
    if (readable.test(char) && !/[/\\_*#|<>^~@&%§¶†‡•]/.test(char)) return copy(char.length, char);
    copy(char.length, ' ');
  };

  while (at < text.length) {
    const char = text[at] ?? '';
    if (char === listMark) {
      const item = matchAt(/\u0001(\d{1,3})[.)] +/y, text, at);
      if (item) take({ piece: { type: 'list-number', value: item[1] ?? '' }, end: at + item[0].length });
      else copy(1, ' ');
    } else if (/\p{L}/u.test(String.fromCodePoint(text.codePointAt(at) ?? 32))) readWord();
    else if (/[\d.+\-−±<>≤≥~≈(₹$€£]/.test(char)) {
      const found = /[₹$€£]/.test(char)
        ? readMoney(text, at)
        : startsNumber()
          ? readNumber()
          : char === '+' || char === '('
            ? readPhone(text, at)
            : undefined;
      if (found && found.end > at) take(found);
      else readMark();
    } else readMark();
  }
  flush();
  return pieces;

  function startsNumber(): boolean {
    const char = text[at] ?? '';
    if (/\d/.test(char)) return true;
    const before = text[at - 1] ?? '';
    if (char === '.') return /\d/.test(text[at + 1] ?? '') && !/[\d\p{L}\p{M}.]/u.test(before);
    if (/[-−+±]/.test(char))
      return (
        /^[-−+±]\/?-? ?\.?\d/.test(text.slice(at, at + 6)) &&
        !/[\p{L}\p{M}\d)]/u.test(before) &&
        (char === '±' || /[\d.]/.test(text[at + 1] ?? ''))
      );
    return /^[<>≤≥~≈]=? ?[-−+±]?\.?\d/.test(text.slice(at, at + 6));
  }
}

/** Digits of every script as 0-9, fractions as 1/2, powers as ^2: the forms the reader knows. */
export function plainDigits(text: string): string {
  return text.replace(/(\d)['’′] ?(\d{1,2})(?:["”″]|'')/g, '$1 ft $2 in').replace(/[\p{Nd}\p{No}]/gu, (char, at: number) => {
    if (char >= '0' && char <= '9') return char;
    if (/\p{Nd}/u.test(char)) return String(digitValue(char.codePointAt(0) ?? 0));
    if (/[⁰¹²³⁴-⁹]/.test(char)) return `${/[⁰¹²³⁴-⁹]/.test(text[at - 1] ?? '') ? '' : '^'}${char.normalize('NFKC')}`;
    const plain = char.normalize('NFKC').replace('⁄', '/');
    return plain.includes('/') ? `${/\p{N}/u.test(text[at - 1] ?? '') ? ' ' : ''}${plain}` : plain === char ? ' ' : plain;
  });
}

/** Decimal digits stand in runs of ten that begin with nought. */
function digitValue(code: number): number {
  let first = code;
  while (first > 0 && code - first < 60 && /\p{Nd}/u.test(String.fromCodePoint(first - 1))) first -= 1;
  return (code - first) % 10;
}
