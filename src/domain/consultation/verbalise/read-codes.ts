import type { CodePart } from './piece.ts';
import { type Found, matchAt } from './read-amounts.ts';

/** Long runs of digits are said in groups of three to five, as people do. */
function chunk(digits: string): string[] {
  if (digits.length <= 5) return [digits];
  if (digits.length === 10)
    return /^[6-9]/.test(digits) ? [digits.slice(0, 5), digits.slice(5)] : [digits.slice(0, 3), digits.slice(3, 6), digits.slice(6)];
  const groups: string[] = [];
  const size = digits.length % 4 === 0 || digits.length === 7 || digits.length > 9 ? 4 : 3;
  let rest = digits;
  while (rest.length > size + 1) {
    const take = digits.length === 7 && groups.length === 0 ? 3 : size;
    groups.push(rest.slice(0, take));
    rest = rest.slice(take);
  }
  return [...groups, rest];
}

const phones: readonly RegExp[] = [
  /\+\d[\d ().-]{6,20}\d(?!\d)/y,
  /\(?0\d{2,4}\)?[ -]\d{3,4}[ -]?\d{3,4}(?![\d,]|[.]\d)/y,
  /1[89]00[ -]\d{2,4}[ -]\d{3,6}(?!\d)/y,
  /0?[6-9]\d{4}[ -]\d{5}(?!\d)|0?[6-9]\d{9}(?![\d,]|\.\d)/y,
  /\(\d{3}\) ?\d{3}[-. ]\d{4}(?!\d)|\d{3}([-.])\d{3}\1\d{4}(?!\d)/y,
];

/** A telephone number that is written as one. */
export function readPhone(text: string, at: number): Found | undefined {
  if (/[\d.,]/.test(text[at - 1] ?? '')) return undefined;
  for (const pattern of phones) {
    const match = matchAt(pattern, text, at);
    if (!match) continue;
    const plus = match[0].startsWith('+');
    const groups = match[0].match(/\d+/g) ?? [];
    const digits = groups.join('');
    if (digits.length < 8 || digits.length > 15) continue;
    // +919876543210: the code of the country is said apart.
    if (plus && groups.length === 1) {
      const code = /^(?:1|7|2[07]|3[0-469]|4\d|5[1-8]|6[0-6]|8[1246]|9\d)/.exec(digits)?.[0] ?? digits.slice(0, 3);
      return { piece: { type: 'digits', plus, groups: [code, ...chunk(digits.slice(code.length))] }, end: at + match[0].length };
    }
    return { piece: { type: 'digits', ...(plus ? { plus } : {}), groups: groups.flatMap(chunk) }, end: at + match[0].length };
  }
  return undefined;
}

/** Numbers that people dial in need; said digit by digit wherever the sentence is about calling. */
const dialled = new Set('100 101 102 104 108 111 112 181 911 988 999 1066 1075 1091 1097 1098 1800 1930 14416 14567 15100'.split(' '));
const callsBefore =
  /(?:\b(?:call|dial|ring|phone|text|contact|helplines?|hotline|line|numbers?|emergency|ambulance|childline|police|tele|fax)\b|कॉल|फ़ोन|फोन|डायल|नंबर|नम्बर|हेल्पलाइन|लाइन|एम्बुलेंस|एंबुलेंस|आपातकाल|इमरजेंसी|चाइल्डलाइन|पुलिस)/iu;
const callsAfter =
  /^(?: ?(?:,|or|and|या|और|अथवा) ?\d{3,6}){0,4} ?(?:(?:पर )?(?:तुरंत |अभी |फ़ौरन )?(?:कॉल|फ़ोन|फोन|डायल|संपर्क|मिलाएँ|मिलाएं|मिलाइए)|पर (?:बात|मदद|सहायता|संदेश)|ambulance|helpline|hotline|एम्बुलेंस|एंबुलेंस|हेल्पलाइन|(?:par |pe )(?:call|phone|dial))/iu;
const rightBefore =
  /(?:\b(?:call|dial|ring|phone|number|helpline|hotline|line|ambulance|text|fax|tel|on|at|is|to|via)|नंबर|नम्बर|हेल्पलाइन|कॉल|फ़ोन|फोन|डायल)(?: (?:is|us|on|at|है))?\.? ?[:\-–]? ?$/iu;
const codeBefore =
  /(?:\b(?:codes?|booking|reference|ref|otp|pin|token|id|passcode|password|ticket|confirmation)|कोड|बुकिंग|ओटीपी|पिन|टोकन|आईडी|आई डी)(?: (?:code|number|no\.?|id|नंबर|कोड|नं\.?))?(?: (?:is|was|का|है))?\.? ?[:#\-–]? ?$/iu;

/** Digits that name something (whom to call, which booking) and count nothing; `before` and `after` are the words around them. */
export function readNamedDigits(text: string, at: number, before: string): Found | undefined {
  const match = matchAt(/(\d{3,18})(?![\d%°₹]|[.,:/]\d|[-–] ?\d)/y, text, at);
  const digits = match?.[1];
  if (!digits) return grouped(text, at);
  const end = at + digits.length;
  const found: Found = { piece: { type: 'digits', groups: chunk(digits) }, end };
  if (codeBefore.test(before) && digits.length <= 8) return { piece: { type: 'digits', groups: [digits] }, end };
  if (/^0\d\d/.test(digits) || (digits.length >= 10 && !digits.endsWith('0000')) || digits.length > 15) return found;
  const after = text.slice(end, end + 40);
  if (/^ ?(?:mg|mcg|ml|kg|g|cm|mm|bpm|IU|cal|kcal|rupees|रुपये)(?![\p{L}])/u.test(after)) return undefined;
  const counted = /(?:above|below|over|under|than|about|around|least|most|every|for|of|से|ऊपर|कम|ज़्यादा) ?$/iu.test(before);
  if (counted) return undefined;
  if (dialled.has(digits) && (callsBefore.test(before) || callsAfter.test(after))) return found;
  if (
    digits.length <= 8 &&
    callsBefore.test(before) &&
    rightBefore.test(before) &&
    /\b(?:call|dial|ring|phone|text|helpline|hotline|fax|tel)\b|फ़ोन|फोन|कॉल|डायल|हेल्पलाइन/iu.test(before)
  )
    return found;
  return digits.length <= 6 && /पर (?:तुरंत |अभी )?(?:कॉल|फ़ोन|फोन|डायल)/u.test(after.slice(0, 24)) && callsAfter.test(after)
    ? found
    : undefined;
}

/** `91-1234-5678-9012`: more than two numbers joined by dashes. */
function grouped(text: string, at: number): Found | undefined {
  const match = matchAt(/\d{1,12}(?:-\d{1,12}){2,8}(?![\d-]|\.\d)/y, text, at);
  return match ? { piece: { type: 'digits', groups: match[0].split('-') }, end: at + match[0].length } : undefined;
}

const vowelless = /^[BCDFGHJKLMNPQRSTVWXZ]{2,6}$/;

/** `BK-4821`, `B12`, `COVID-19`, `AB12CD`, `Dolo-650`: Latin letters and digits in one word. */
export function readCode(text: string, at: number, before: string): Found | undefined {
  const match = matchAt(/[A-Za-z]{1,16}(?:-?\d{1,16}(?:[A-Za-z]{1,16}(?=\d|-\d|(?![\p{L}\p{M}])))?){1,6}(?![\p{L}\p{M}\d])/uy, text, at);
  if (!match) return undefined;
  const isCode = codeBefore.test(before);
  const parts = (match[0].match(/[A-Za-z]+|\d+/g) ?? []).map((text): CodePart => {
    if (/\d/.test(text)) {
      const spelled =
        text.length >= 4 ||
        (text.length > 1 && text.startsWith('0')) ||
        (isCode && text.length > 0) ||
        (text.length === 3 && /^[A-Z]{1,3}-?\d/.test(match[0]));
      return { how: spelled ? 'digits' : 'number', text };
    }
    const upper = text === text.toUpperCase();
    return text.length === 1 || (upper && (isCode || text.length <= 3 || vowelless.test(text)))
      ? { how: 'letters', text: text.toUpperCase() }
      : { how: 'word', text };
  });
  return { piece: { type: 'code', parts }, end: at + match[0].length };
}

/** An e-mail or web address, as far as it is worth saying: without the protocol, what follows a question mark, and a stop at the end. */
export function readAddress(text: string, at: number): Found | undefined {
  const match =
    matchAt(/[A-Za-z0-9][A-Za-z0-9._+-]{0,63}@[A-Za-z0-9][A-Za-z0-9-]{0,62}(?:\.[A-Za-z0-9-]{1,63}){1,4}/y, text, at) ??
    matchAt(/(?:https?:\/\/|www\.(?=[A-Za-z0-9]))[A-Za-z0-9][^\s<>()"'[\]{}|\\^`]{1,300}/iy, text, at);
  if (!match) return undefined;
  const written = match[0].replace(/[.,;:!?।-]{1,20}$/u, '');
  const address = written
    .replace(/^https?:\/\//i, '')
    .replace(/[?#].*$/s, '')
    .replace(/\/{1,20}$/, '');
  return { piece: { type: 'address', text: address }, end: at + written.length };
}

/** Words of capital letters that are said letter by letter although a vowel would let them be read; those without a vowel always are. */
const spelledOut = new Set(
  `BP ECG EKG EEG EMG HIV MRI ICU NICU PICU OPD IPD IV IM UTI OTP ENT ORS BMI OT ER IUD IVF IUI ABG ALT AST ESR INR EDD LMP PCOS PCOD IBS IBD COPD ADHD
  OCD PTSD ID UPI ATM WHO UK USA UAE EU DNA RNA OPV IPV ICMR ANM ICD AED EMR EHR NGO ICT UHID UID FAQ API URL USB AI AB BA EBV HAV HIB HPV IUGR OGTT
  APTT LDH CEA AFP PSA ANC IFA ECHS CGHS ESI ESIC EMI RTI URTI LRTI DOB DOA NPO USG UPT TIA AKI CABG EGFR OTC AMA ARV IUCD IVP UHC LSCS`.split(
    /\s+/,
  ),
);

const romanNumber = /^(?:X{0,2}(?:IX|IV|V?I{0,3}))$/;
const romanBefore = /(?:\b(?:types?|stages?|grades?|class|phases?|parts?|chapters?|factors?|level)|टाइप|स्टेज|ग्रेड|चरण|श्रेणी) $/iu;

export function romanValue(word: string, before: string): number | undefined {
  if (word === '' || word.length > 5 || !romanNumber.test(word) || !romanBefore.test(before)) return undefined;
  const values: Readonly<Record<string, number>> = { I: 1, V: 5, X: 10 };
  let sum = 0;
  for (let i = 0; i < word.length; i += 1) {
    const [value, next] = [values[word[i] ?? ''] ?? 0, values[word[i + 1] ?? ''] ?? 0];
    sum += value < next ? -value : value;
  }
  return sum;
}

/** The letters of an abbreviation such as ECG or CTs; undefined for a word. In a text that shouts only the known ones are spelled. */
export function lettersOf(word: string, shouting: boolean): { letters: string; plural: boolean } | undefined {
  const plural = /^[A-Z]{2,6}s$/.test(word);
  const letters = plural ? word.slice(0, -1) : word;
  return spelledOut.has(letters) || (!shouting && vowelless.test(letters)) ? { letters, plural } : undefined;
}
