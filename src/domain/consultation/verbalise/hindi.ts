import { andHalf, cardinal, type Half, numeralWords, ordinal, spellDigits, yearWords } from './hindi-numbers.ts';
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
import { manyUnits, timeUnits } from './units.ts';

/** One, several, and one before a postposition (एक घंटा, दो घंटे, एक घंटे में). */
const units: Readonly<Record<UnitName, readonly [one: string, many: string, oblique?: string]>> = {
  milligram: ['मिलीग्राम', 'मिलीग्राम'],
  microgram: ['माइक्रोग्राम', 'माइक्रोग्राम'],
  nanogram: ['नैनोग्राम', 'नैनोग्राम'],
  gram: ['ग्राम', 'ग्राम'],
  kilogram: ['किलोग्राम', 'किलोग्राम'],
  millilitre: ['मिलीलीटर', 'मिलीलीटर'],
  litre: ['लीटर', 'लीटर'],
  decilitre: ['डेसीलीटर', 'डेसीलीटर'],
  microlitre: ['माइक्रोलीटर', 'माइक्रोलीटर'],
  centimetre: ['सेंटीमीटर', 'सेंटीमीटर'],
  millimetre: ['मिलीमीटर', 'मिलीमीटर'],
  metre: ['मीटर', 'मीटर'],
  kilometre: ['किलोमीटर', 'किलोमीटर'],
  foot: ['फ़ुट', 'फ़ुट'],
  inch: ['इंच', 'इंच'],
  pound: ['पाउंड', 'पाउंड'],
  ounce: ['औंस', 'औंस'],
  mercury: ['मिलीमीटर पारा', 'मिलीमीटर पारा'],
  beat: ['धड़कन प्रति मिनट', 'धड़कन प्रति मिनट'],
  'international-unit': ['आई यू', 'आई यू'],
  'milli-international-unit': ['मिली आई यू', 'मिली आई यू'],
  'micro-international-unit': ['माइक्रो आई यू', 'माइक्रो आई यू'],
  unit: ['यूनिट', 'यूनिट'],
  millimole: ['मिलीमोल', 'मिलीमोल'],
  milliequivalent: ['मिलीइक्विवेलेंट', 'मिलीइक्विवेलेंट'],
  calorie: ['कैलोरी', 'कैलोरी'],
  kilocalorie: ['किलोकैलोरी', 'किलोकैलोरी'],
  celsius: ['डिग्री सेल्सियस', 'डिग्री सेल्सियस'],
  fahrenheit: ['डिग्री फ़ारेनहाइट', 'डिग्री फ़ारेनहाइट'],
  degree: ['डिग्री', 'डिग्री'],
  percent: ['प्रतिशत', 'प्रतिशत'],
  second: ['सेकंड', 'सेकंड'],
  minute: ['मिनट', 'मिनट'],
  hour: ['घंटा', 'घंटे', 'घंटे'],
  day: ['दिन', 'दिन'],
  week: ['हफ़्ता', 'हफ़्ते', 'हफ़्ते'],
  month: ['महीना', 'महीने', 'महीने'],
  year: ['साल', 'साल'],
  'year-old': ['साल', 'साल'],
  tablet: ['गोली', 'गोलियाँ', 'गोली'],
  capsule: ['कैप्सूल', 'कैप्सूल'],
  teaspoon: ['छोटा चम्मच', 'छोटे चम्मच', 'छोटे चम्मच'],
  tablespoon: ['बड़ा चम्मच', 'बड़े चम्मच', 'बड़े चम्मच'],
  puff: ['पफ़', 'पफ़'],
  drop: ['बूँद', 'बूँदें', 'बूँद'],
  dose: ['खुराक', 'खुराकें', 'खुराक'],
  time: ['बार', 'बार'],
  thousand: ['हज़ार', 'हज़ार'],
  lakh: ['लाख', 'लाख'],
  million: ['मिलियन', 'मिलियन'],
  crore: ['करोड़', 'करोड़'],
  billion: ['अरब', 'अरब'],
};

const abbreviations: Readonly<Record<AbbreviationName, string>> = {
  doctor: 'डॉक्टर',
  mister: 'श्री',
  missus: 'श्रीमती',
  professor: 'प्रोफ़ेसर',
  'for-example': 'जैसे',
  'that-is': 'यानी',
  'and-so-on': 'वग़ैरह',
  about: 'लगभग',
  versus: 'बनाम',
  number: 'नंबर',
  tablet: 'गोली',
  capsule: 'कैप्सूल',
  injection: 'इंजेक्शन',
  syrup: 'सिरप',
  'once-a-day': 'दिन में एक बार',
  'twice-a-day': 'दिन में दो बार',
  'three-times-a-day': 'दिन में तीन बार',
  'four-times-a-day': 'दिन में चार बार',
  'at-bedtime': 'सोते समय',
  'when-needed': 'ज़रूरत पड़ने पर',
  'at-once': 'तुरंत',
  telephone: 'फ़ोन',
  extension: 'एक्सटेंशन',
  maximum: 'ज़्यादा से ज़्यादा',
  minimum: 'कम से कम',
  appointment: 'अपॉइंटमेंट',
  department: 'विभाग',
  temperature: 'तापमान',
  without: 'बिना',
  'haemoglobin-a1c': 'एच बी ए वन सी',
  'oxygen-saturation': 'एस पी ओ टू',
  'carbon-dioxide': 'सी ओ टू',
};

const signs: Readonly<Record<SignName, string>> = {
  plus: 'प्लस',
  'plus-minus': 'प्लस माइनस',
  times: 'गुणा',
  by: 'गुणा',
  to: 'से',
  equals: 'बराबर',
  and: 'और',
  or: 'या',
  percent: 'प्रतिशत',
  degree: 'डिग्री',
  at: 'ऐट',
  number: 'नंबर',
  power: 'की घात',
};

const currencies: Readonly<Record<Currency, readonly [one: string, many: string, part: string]>> = {
  rupee: ['रुपया', 'रुपये', 'पैसे'],
  dollar: ['डॉलर', 'डॉलर', 'सेंट'],
  pound: ['पाउंड', 'पाउंड', 'पेंस'],
  euro: ['यूरो', 'यूरो', 'सेंट'],
};

const months = 'जनवरी फ़रवरी मार्च अप्रैल मई जून जुलाई अगस्त सितंबर अक्टूबर नवंबर दिसंबर'.split(' ');
const weekdays = 'रविवार सोमवार मंगलवार बुधवार गुरुवार शुक्रवार शनिवार'.split(' ');

const letterNames: Readonly<Record<string, string>> = Object.fromEntries(
  'ए बी सी डी ई एफ़ जी एच आई जे के एल एम एन ओ पी क्यू आर एस टी यू वी डब्ल्यू एक्स वाई ज़ेड'
    .split(' ')
    .map((name, i) => [String.fromCharCode(65 + i), name]),
);

const isOne = (numeral: Numeral) => numeral.whole === '1' && numeral.decimals === undefined && !numeral.fraction;
const postposition = /^ (?:में|से|तक|के|का|की|को|पर|बाद|पहले)(?![\p{L}\p{M}])/u;

const feminine: ReadonlySet<UnitName> = new Set(['tablet', 'drop', 'dose', 'degree', 'celsius', 'fahrenheit', 'calorie', 'kilocalorie']);
const feminineNouns = /^ ?(?:गोली|गोलियाँ|टिकिया|टैबलेट|टेबलेट|खुराक|ख़ुराक|बूँद|शीशी|बोतल|रोटी|चुटकी|मात्रा|आबादी|रात|tablets?|goli)(?![\p{L}\p{M}])/u;

/** What is halved decides: आधी गोली, आधे घंटे बाद, आधा चम्मच. */
function halfOf(unit: Unit | undefined, after: string): Half {
  if (unit) {
    if (feminine.has(unit.name)) return 'आधी';
    return /े$/.test(unit.written) || (units[unit.name][2] && !unit.word && postposition.test(after)) ? 'आधे' : 'आधा';
  }
  if (feminineNouns.test(after)) return 'आधी';
  return /^ ?[\p{L}\p{M}]{1,20}े(?![\p{L}\p{M}])/u.test(after) && !postposition.test(after) ? 'आधे' : 'आधा';
}

function unitWords(unit: Unit, one: boolean, after: string): string {
  if (unit.word === 'hindi') return unit.written;
  const [single, many, oblique = many] = units[unit.name];
  const power = unit.power ? `${unit.power === 'square' ? 'वर्ग' : 'घन'} ` : '';
  return power + (one ? (postposition.test(after) ? oblique : single) : many);
}

/** A half of hours, days or lakhs is said डेढ़, ढाई, साढ़े; a dose keeps its decimals. */
function withHalf(numeral: Numeral, unit: Unit | undefined, after: string): string {
  const halves =
    unit && (timeUnits.has(unit.name) || manyUnits.has(unit.name)) && numeral.decimals === '5' && !numeral.fraction && !numeral.sign;
  if (!halves) return numeralWords(numeral, halfOf(unit, after));
  return numeral.whole === '0' ? halfOf(unit, after) : andHalf(Number(numeral.whole));
}

function spanWords({ from, to }: Span, unit: Unit | undefined, after: string): string {
  if (!to) return withHalf(from, unit, after);
  // 2-2 गोली is two each time.
  const [first, second] = [withHalf(from, unit, after), withHalf(to, unit, after)];
  return first === second ? `${first}-${second}` : `${first} से ${second}`;
}

function amountWords(amount: Amount, after: string): string {
  const { span, unit, per } = amount;
  let words = spanWords(span, unit, after);
  if (unit)
    words += ` ${unitWords(unit, !span.to && (isOne(span.from) || (span.from.fraction !== undefined && span.from.whole === '')), after)}`;
  for (const { count, unit: below } of per)
    words += ` प्रति ${count ? `${numeralWords(count)} ` : ''}${unitWords(below, !count || isOne(count), '')}`;
  switch (amount.comparison) {
    case 'below':
      return `${words} से कम`;
    case 'above':
      return `${words} से ज़्यादा`;
    case 'at-least':
      return `कम से कम ${words}`;
    case 'at-most':
      return `ज़्यादा से ज़्यादा ${words}`;
    case 'about':
      return `लगभग ${words}`;
    default:
      return words;
  }
}

function money(piece: Extract<Piece, { type: 'money' }>): string {
  const [one, many, part] = currencies[piece.currency];
  const { from, to } = piece.span;
  if (piece.many) return `${spanWords(piece.span, piece.many, '')} ${unitWords({ name: piece.many.name, written: '' }, false, '')} ${many}`;
  if (!to && from.decimals?.length === 2 && !from.sign) {
    const small = `${cardinal(Number(from.decimals))} ${part}`;
    const whole = `${numeralWords({ whole: from.whole })} ${from.whole === '1' ? one : many}`;
    return Number(from.decimals) === 0 ? whole : from.whole === '0' ? small : `${whole} ${small}`;
  }
  return `${spanWords(piece.span, undefined, '')} ${!to && isOne(from) ? one : many}`;
}

const hourOf = ({ hour, day }: ClockTime): number => (day === 'pm' ? (hour % 12) + 12 : day === 'am' ? hour % 12 : hour % 24);

function partOfDay(time: ClockTime): string {
  if (time.day === 'unsaid' || time.day === 'words') return '';
  const hour = hourOf(time);
  return hour < 4 || hour >= 20 ? 'रात' : hour < 12 ? 'सुबह' : hour < 16 ? 'दोपहर' : 'शाम';
}

const hourWord = (hour: number): string => cardinal(hour % 12 === 0 ? 12 : hour % 12);

/** सवा नौ, साढ़े नौ, पौने दस; half past one and two have words of their own. Minutes between are told by बजकर, with no बजे after them. */
function clock(time: ClockTime): { words: string; minutes: boolean } {
  const hour = hourOf(time);
  const said = hourWord(hour);
  switch (time.minute) {
    case 0:
      return { words: said, minutes: false };
    case 15:
      return { words: `सवा ${said}`, minutes: false };
    case 30:
      return { words: hour % 12 === 1 || hour % 12 === 2 ? andHalf(hour % 12) : `साढ़े ${said}`, minutes: false };
    case 45:
      return { words: `पौने ${hourWord(hour + 1)}`, minutes: false };
    default:
      return { words: `${said} बजकर ${cardinal(time.minute)} मिनट`, minutes: true };
  }
}

function timeWords(time: ClockTime, withPart: boolean, withHour: boolean): string {
  const { words, minutes } = clock(time);
  const part = withPart ? partOfDay(time) : '';
  return `${part && `${part} `}${words}${minutes || !withHour ? '' : ' बजे'}`;
}

function time(piece: Extract<Piece, { type: 'time' }>, after: string): Said {
  if (piece.to) {
    const sameDay = partOfDay(piece.from) === partOfDay(piece.to);
    const until = /^ ?(?:तक|के बीच|tak)(?![\p{L}\p{M}])/u.test(after) ? '' : ' तक';
    return { words: `${timeWords(piece.from, true, !sameDay)} से ${timeWords(piece.to, !sameDay, true)}${until}` };
  }
  const words = timeWords(piece.from, true, true);
  if (!clock(piece.from).minutes) {
    // ढाई बजे already says at.
    const at = /^ ?पर(?![\p{L}\p{M}])/u.exec(after);
    return at ? { words, swallow: at[0].length } : { words };
  }
  const adverb =
    piece.struck &&
    !/^ ?(?:में|से|तक|के|का|की|को|पर|है|हैं|हुए|था|थे|तो|se|tak|ke|ka|ki|ko|par)(?![\p{L}\p{M}])/u.test(after) &&
    /^ ?[\p{L}]/u.test(after);
  return { words: adverb ? `${words} पर` : words };
}

function dateWords(piece: Extract<Piece, { type: 'date' }>): string {
  const day = piece.day === undefined ? '' : `${cardinal(piece.day)}${piece.toDay === undefined ? '' : ` से ${cardinal(piece.toDay)}`} `;
  const year = piece.year === undefined ? '' : ` ${yearWords(piece.year)}`;
  return `${day}${months[piece.month - 1]}${year}${piece.time ? ` को ${timeWords(piece.time, true, true)}` : ''}`;
}

function schedule(counts: readonly Numeral[]): string {
  const when = counts.length === 4 ? ['सुबह', 'दोपहर में', 'शाम को', 'रात को'] : ['सुबह', 'दोपहर में', 'रात को'];
  // What is counted is a tablet, which is feminine.
  return counts.map((count, i) => `${when[i]} ${count.whole === '0' ? 'कोई नहीं' : numeralWords(count, 'आधी')}`).join(', ');
}

const spell = (letters: string) => [...letters].map((letter) => letterNames[letter.toUpperCase()] ?? letter).join(' ');

function addressWords(address: string): string {
  const marks: Readonly<Record<string, string>> = {
    '.': 'डॉट',
    '@': 'ऐट',
    '/': 'स्लैश',
    '-': 'डैश',
    _: 'अंडरस्कोर',
    '+': 'प्लस',
    ':': 'कोलन',
    '=': 'बराबर',
    '&': 'और',
    '%': 'प्रतिशत',
  };
  const parts = address.match(/www(?=\.)|\p{L}[\p{L}\p{M}]*|\d|./gu) ?? [];
  return parts
    .map((part) =>
      part === 'www' ? spell('WWW') : /\d/.test(part) ? spellDigits(part) : (marks[part] ?? (/\p{L}/u.test(part) ? part : '')),
    )
    .filter(Boolean)
    .join(' ');
}

/** Hindi in Devanagari; Latin words of the text stay, except abbreviations, units and the small words of a prescription. */
export const hindi: Tongue = (piece, _before, after): Said => {
  if (piece.type === 'time') return time(piece, after);
  return { words: say(piece, after) };
};

function say(piece: Exclude<Piece, { type: 'text' | 'time' }>, after: string): string {
  switch (piece.type) {
    case 'amount':
      return amountWords(piece.amount, after);
    case 'money':
      return money(piece);
    case 'point-list':
      return piece.parts.map((part) => (part.length > 4 ? spellDigits(part) : cardinal(Number(part)))).join(' दशमलव ');
    case 'digits':
      return `${piece.plus ? 'प्लस ' : ''}${piece.groups.map(spellDigits).join(', ')}`;
    case 'code':
      return piece.parts
        .map(({ how, text }) =>
          how === 'letters' ? spell(text) : how === 'word' ? text : how === 'digits' ? spellDigits(text) : cardinal(Number(text)),
        )
        .join(' ');
    case 'letters':
      return spell(piece.letters);
    case 'pressure':
      return `${spanWords(piece.over, undefined, '')} बटा ${spanWords(piece.under, undefined, '')}${piece.unit ? ` ${units.mercury[1]}` : ''}`;
    case 'ratio': {
      const [left, right] = [numeralWords({ whole: piece.left }), numeralWords({ whole: piece.right })];
      return piece.how === 'out-of'
        ? `${right} में से ${left}`
        : piece.how === 'to'
          ? `${left} अनुपात ${right}`
          : piece.how === 'bare'
            ? `${left} ${right}`
            : `${left} बटा ${right}`;
    }
    case 'schedule':
      return schedule(piece.counts);
    case 'per':
      return `प्रति ${unitWords(piece.unit, true, '')}`;
    case 'every':
      return `हर ${isOne(piece.span.from) && !piece.span.to ? '' : `${spanWords(piece.span, undefined, '')} `}${piece.unit === 'hour' ? 'घंटे' : 'दिन'} में`;
    case 'for':
      return `${amountWords(piece.amount, ' तक')}${/^ ?(?:तक|के लिए|tak)(?![\p{L}\p{M}])/u.test(after) ? '' : ' तक'}`;
    case 'times':
      return `${spanWords(piece.span, undefined, '')} बार`;
    case 'always-open':
      return 'चौबीसों घंटे';
    case 'date':
      return dateWords(piece);
    case 'year':
      return yearWords(piece.year);
    case 'decade':
      return piece.value < 100 ? cardinal(piece.value) : yearWords(piece.value);
    case 'weekdays':
      return `${weekdays[piece.from]}${piece.to === undefined ? '' : ` से ${weekdays[piece.to]}`}`;
    case 'ordinal':
      return ordinal(Number(piece.value), piece.ending);
    case 'list-number':
      return `${cardinal(Number(piece.value))}, `;
    case 'address':
      return addressWords(piece.text);
    case 'abbreviation':
      return abbreviations[piece.name];
    case 'sign':
      return signs[piece.name];
  }
}
