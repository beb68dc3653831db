import { cardinal, fractionWords, numeralWords, ordinal, spellDigits, yearWords } from './english-numbers.ts';
import type {
  AbbreviationName,
  Amount,
  ClockTime,
  Currency,
  Numeral,
  Piece,
  Said,
  SignName,
  Span,
  Tongue,
  Unit,
  UnitName,
} from './piece.ts';

const units: Readonly<Record<UnitName, readonly [one: string, many: string]>> = {
  milligram: ['milligram', 'milligrams'],
  microgram: ['microgram', 'micrograms'],
  nanogram: ['nanogram', 'nanograms'],
  gram: ['gram', 'grams'],
  kilogram: ['kilogram', 'kilograms'],
  millilitre: ['millilitre', 'millilitres'],
  litre: ['litre', 'litres'],
  decilitre: ['decilitre', 'decilitres'],
  microlitre: ['microlitre', 'microlitres'],
  centimetre: ['centimetre', 'centimetres'],
  millimetre: ['millimetre', 'millimetres'],
  metre: ['metre', 'metres'],
  kilometre: ['kilometre', 'kilometres'],
  foot: ['foot', 'feet'],
  inch: ['inch', 'inches'],
  pound: ['pound', 'pounds'],
  ounce: ['ounce', 'ounces'],
  mercury: ['millimetre of mercury', 'millimetres of mercury'],
  beat: ['beat per minute', 'beats per minute'],
  'international-unit': ['international unit', 'international units'],
  'milli-international-unit': ['milli international unit', 'milli international units'],
  'micro-international-unit': ['micro international unit', 'micro international units'],
  unit: ['unit', 'units'],
  millimole: ['millimole', 'millimoles'],
  milliequivalent: ['milliequivalent', 'milliequivalents'],
  calorie: ['calorie', 'calories'],
  kilocalorie: ['kilocalorie', 'kilocalories'],
  celsius: ['degree Celsius', 'degrees Celsius'],
  fahrenheit: ['degree Fahrenheit', 'degrees Fahrenheit'],
  degree: ['degree', 'degrees'],
  percent: ['percent', 'percent'],
  second: ['second', 'seconds'],
  minute: ['minute', 'minutes'],
  hour: ['hour', 'hours'],
  day: ['day', 'days'],
  week: ['week', 'weeks'],
  month: ['month', 'months'],
  year: ['year', 'years'],
  'year-old': ['year old', 'years old'],
  tablet: ['tablet', 'tablets'],
  capsule: ['capsule', 'capsules'],
  teaspoon: ['teaspoon', 'teaspoons'],
  tablespoon: ['tablespoon', 'tablespoons'],
  puff: ['puff', 'puffs'],
  drop: ['drop', 'drops'],
  dose: ['dose', 'doses'],
  time: ['time', 'times'],
  thousand: ['thousand', 'thousand'],
  lakh: ['lakh', 'lakh'],
  million: ['million', 'million'],
  crore: ['crore', 'crore'],
  billion: ['billion', 'billion'],
};

const abbreviations: Readonly<Record<AbbreviationName, string>> = {
  doctor: 'Doctor',
  mister: 'Mister',
  missus: 'Missus',
  professor: 'Professor',
  'for-example': 'for example',
  'that-is': 'that is',
  'and-so-on': 'et cetera',
  about: 'approximately',
  versus: 'versus',
  number: 'number',
  tablet: 'tablet',
  capsule: 'capsule',
  injection: 'injection',
  syrup: 'syrup',
  'once-a-day': 'once a day',
  'twice-a-day': 'twice a day',
  'three-times-a-day': 'three times a day',
  'four-times-a-day': 'four times a day',
  'at-bedtime': 'at bedtime',
  'when-needed': 'when needed',
  'at-once': 'at once',
  telephone: 'telephone',
  extension: 'extension',
  maximum: 'maximum',
  minimum: 'minimum',
  appointment: 'appointment',
  department: 'department',
  temperature: 'temperature',
  without: 'without',
  'haemoglobin-a1c': 'H-B-A-one-C',
  'oxygen-saturation': 'S-P-O two',
  'carbon-dioxide': 'C-O two',
};

const signs: Readonly<Record<SignName, string>> = {
  plus: 'plus',
  'plus-minus': 'plus or minus',
  times: 'times',
  by: 'by',
  to: 'to',
  equals: 'equals',
  and: 'and',
  or: 'or',
  percent: 'percent',
  degree: 'degrees',
  at: 'at',
  number: 'number',
  power: 'to the power',
};

const currencies: Readonly<Record<Currency, readonly [one: string, many: string, part: string, parts: string]>> = {
  rupee: ['rupee', 'rupees', 'paisa', 'paise'],
  dollar: ['dollar', 'dollars', 'cent', 'cents'],
  pound: ['pound', 'pounds', 'penny', 'pence'],
  euro: ['euro', 'euros', 'cent', 'cents'],
};

const comparisons: Readonly<Record<NonNullable<Amount['comparison']>, string>> = {
  below: 'less than',
  above: 'more than',
  'at-least': 'at least',
  'at-most': 'at most',
  about: 'about',
};

const months = 'January February March April May June July August September October November December'.split(' ');
const weekdays = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ');
const twentyToNinety = ['tens', 'twenties', 'thirties', 'forties', 'fifties', 'sixties', 'seventies', 'eighties', 'nineties'];

const isOne = (numeral: Numeral) => numeral.whole === '1' && numeral.decimals === undefined && !numeral.fraction;
const withArticle = (noun: string) => `${/^(?:[aeio]|hour)/i.test(noun) ? 'an' : 'a'} ${noun}`;

function unitWords(unit: Unit, one: boolean): string {
  const power = unit.power ? `${unit.power} ` : '';
  return unit.word === 'english' ? unit.written : power + units[unit.name][one ? 0 : 1];
}

const spanWords = ({ from, to }: Span, indian: boolean): string =>
  to ? `${numeralWords(from, indian)} to ${numeralWords(to, indian)}` : numeralWords(from, indian);

function amountWords(amount: Amount, indian: boolean, after: string): string {
  const { span, unit, per } = amount;
  const last = span.to ?? span.from;
  let words: string;
  if (span.from.fraction && span.from.whole === '' && !span.to && !span.from.sign) words = partOf(span.from.fraction, unit, after);
  else words = spanWords(span, indian) + (unit ? ` ${unitWords(unit, isOne(last) && !span.to)}` : '');
  for (const { count, unit: below } of per)
    words += ` per ${count ? `${numeralWords(count, indian)} ${unitWords(below, isOne(count))}` : singular(below)}`;
  return amount.comparison ? `${comparisons[amount.comparison]} ${words}` : words;
}

const singular = (unit: Unit) => unitWords({ name: unit.name, written: unit.written, ...(unit.power ? { power: unit.power } : {}) }, true);

const noNoun = new Set(
  'of the a an and or to in is as at more less full empty way by for with on per was are if when then than but up'.split(' '),
);

/** Half a tablet, a quarter of an hour, two thirds of patients. */
function partOf(fraction: readonly [number, number], unit: Unit | undefined, after: string): string {
  const part = fractionWords(fraction);
  const of = part === 'half' ? '' : ' of';
  if (unit) return `${part}${of} ${withArticle(units[unit.name][0])}`;
  const noun = /^ ([a-z]{2,20})(?![\p{L}-])/u.exec(after)?.[1];
  if (!noun || noNoun.has(noun)) return part;
  return /[^s]s$/.test(noun) ? part + of : `${part}${of} ${withArticle(noun).split(' ')[0]}`;
}

function money(piece: Extract<Piece, { type: 'money' }>, indian: boolean): string {
  const [one, many, part, parts] = currencies[piece.currency];
  const { from, to } = piece.span;
  if (piece.many) return `${spanWords(piece.span, indian)} ${piece.many.written.toLowerCase()} ${many}`;
  if (!to && from.decimals?.length === 2 && !from.sign) {
    const cents = Number(from.decimals);
    const whole = `${numeralWords({ whole: from.whole }, indian || from.indian === true)} ${from.whole === '1' ? one : many}`;
    const small = `${cardinal(cents, false)} ${cents === 1 ? part : parts}`;
    return cents === 0 ? whole : from.whole === '0' ? small : `${whole} and ${small}`;
  }
  return `${spanWords(piece.span, indian)} ${!to && isOne(from) ? one : many}`;
}

const hourOf = ({ hour, day }: ClockTime): number => (day === 'pm' ? (hour % 12) + 12 : day === 'am' ? hour % 12 : hour % 24);

function partOfDay(time: ClockTime): string {
  if (time.day === 'unsaid' || time.day === 'words') return '';
  const hour = hourOf(time);
  return hour < 4 || hour >= 21 ? 'at night' : hour < 12 ? 'in the morning' : hour < 17 ? 'in the afternoon' : 'in the evening';
}

function clock(time: ClockTime, alone: boolean): string {
  const hour = hourOf(time);
  const said = cardinal(hour % 12 === 0 ? 12 : hour % 12, false);
  if (time.minute > 0) return `${said} ${time.minute < 10 ? 'oh ' : ''}${cardinal(time.minute, false)}`;
  return alone && time.day === 'unsaid' ? `${said} o'clock` : said;
}

function timeWords(time: ClockTime, withPart = true, alone = true): string {
  if (withPart && time.minute === 0 && time.day !== 'unsaid' && time.day !== 'words') {
    if (hourOf(time) === 0) return 'midnight';
    if (hourOf(time) === 12) return 'twelve noon';
  }
  const part = partOfDay(time);
  return withPart && part ? `${clock(time, alone)} ${part}` : clock(time, alone);
}

function dateWords(piece: Extract<Piece, { type: 'date' }>, before: string): string {
  const month = months[piece.month - 1] ?? '';
  const year = piece.year === undefined ? '' : yearWords(piece.year);
  const time = piece.time ? ` at ${timeWords(piece.time)}` : '';
  if (piece.day === undefined) return `${month} ${year}`;
  const day = ordinal(piece.day, false);
  if (piece.monthFirst) return `${month} ${day}${year && `, ${year}`}${time}`;
  const the = /(?:^|[^\p{L}])the $/iu.test(before) ? '' : 'the ';
  return `${the}${day}${piece.toDay === undefined ? '' : ` to the ${ordinal(piece.toDay, false)}`} of ${month}${year && ` ${year}`}${time}`;
}

function schedule(counts: readonly Numeral[]): string {
  const when =
    counts.length === 4 ? ['in the morning', 'at noon', 'in the evening', 'at night'] : ['in the morning', 'at noon', 'at night'];
  return counts.map((count, i) => `${count.whole === '0' ? 'none' : numeralWords(count, false)} ${when[i]}`).join(', ');
}

const spell = (letters: string) => [...letters].join('-');

function addressWords(address: string): string {
  const marks: Readonly<Record<string, string>> = {
    '.': 'dot',
    '@': 'at',
    '/': 'slash',
    '-': 'dash',
    _: 'underscore',
    '+': 'plus',
    ':': 'colon',
    '=': 'equals',
    '&': 'and',
    '%': 'percent',
  };
  const parts = address.match(/www(?=\.)|\p{L}[\p{L}\p{M}]*|\d|./gu) ?? [];
  return parts
    .map((part) => (part === 'www' ? 'w-w-w' : /\d/.test(part) ? spellDigits(part) : (marks[part] ?? (/[\p{L}]/u.test(part) ? part : ''))))
    .filter(Boolean)
    .join(' ');
}

/** English as it is said in Indian and British clinics; `indian` counts in lakh and crore. */
export function english(indian: boolean): Tongue {
  const say = (piece: Exclude<Piece, { type: 'text' }>, before: string, after: string): string => {
    switch (piece.type) {
      case 'amount':
        return amountWords(piece.amount, indian, after);
      case 'money':
        return money(piece, indian);
      case 'point-list':
        return piece.parts.map((part) => (part.length > 4 ? spellDigits(part) : cardinal(Number(part), indian))).join(' point ');
      case 'digits':
        return `${piece.plus ? 'plus ' : ''}${piece.groups.map(spellDigits).join(', ')}`;
      case 'code':
        return piece.parts
          .map(({ how, text }) =>
            how === 'letters' ? spell(text) : how === 'word' ? text : how === 'digits' ? spellDigits(text) : cardinal(Number(text), indian),
          )
          .join(' ');
      case 'letters':
        return spell(piece.letters) + (piece.plural ? 's' : '');
      case 'pressure':
        return `${spanWords(piece.over, indian)} over ${spanWords(piece.under, indian)}${piece.unit ? ` ${units.mercury[1]}` : ''}`;
      case 'ratio':
        return `${numeralWords({ whole: piece.left }, indian)} ${piece.how === 'out-of' ? 'out of ' : piece.how === 'bare' ? '' : `${piece.how} `}${numeralWords({ whole: piece.right }, indian)}`;
      case 'schedule':
        return schedule(piece.counts) + (/^ \p{L}/u.test(after) ? ',' : '');
      case 'per':
        return `per ${singular(piece.unit)}`;
      case 'every':
        return !piece.span.to && isOne(piece.span.from)
          ? `every ${piece.unit}`
          : `every ${spanWords(piece.span, indian)} ${units[piece.unit][1]}`;
      case 'for':
        return `for ${amountWords(piece.amount, indian, after)}`;
      case 'times':
        return !piece.span.to && isOne(piece.span.from) ? 'once' : `${spanWords(piece.span, indian)} times`;
      case 'always-open':
        return 'twenty-four seven';
      case 'date':
        return dateWords(piece, before);
      case 'year':
        return yearWords(piece.year);
      case 'decade': {
        if (piece.value % 100 === 0) return `${yearWords(piece.value)}s`;
        const ten = twentyToNinety[Math.floor((piece.value % 100) / 10) - 1] ?? 'hundreds';
        return piece.value < 100 ? ten : `${cardinal(Math.floor(piece.value / 100), false)} ${ten}`;
      }
      case 'weekdays':
        return `${weekdays[piece.from]}${piece.to === undefined ? '' : ` to ${weekdays[piece.to]}`}`;
      case 'time': {
        if (!piece.to) return timeWords(piece.from);
        const shared = partOfDay(piece.from) === partOfDay(piece.to) || partOfDay(piece.from) === '';
        return `${timeWords(piece.from, !shared, false)} to ${timeWords(piece.to, true, false)}`;
      }
      case 'ordinal':
        return ordinal(Number(piece.value), indian);
      case 'list-number':
        return `${cardinal(Number(piece.value), indian)}, `;
      case 'address':
        return addressWords(piece.text);
      case 'abbreviation': {
        const words = abbreviations[piece.name];
        return piece.capital ? words.charAt(0).toUpperCase() + words.slice(1) : words;
      }
      case 'sign':
        return signs[piece.name];
    }
  };
  return (piece, before, after): Said => ({ words: say(piece, before, after) });
}
