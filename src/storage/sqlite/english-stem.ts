/**
 * The stem of an English word in small letters a to z, by M. F. Porter's algorithm ("An algorithm for suffix stripping", Program 14,
 * 1980): "operations", "operating" and "operate" are all "oper". It is no word, only the same for all of them.
 */
export function englishStem(word: string): string {
  if (word.length < 3) return word;
  let w = withoutPlural(word);
  w = withoutPast(w);
  if (w.endsWith('y') && HAS_VOWEL.test(w.slice(0, -1))) w = `${w.slice(0, -1)}i`;
  w = exchanged(w, LONG_ENDINGS, LONG);
  w = exchanged(w, MIDDLE_ENDINGS, MIDDLE);
  w = withoutEnding(w);
  if (w.endsWith('e')) {
    const rest = w.slice(0, -1);
    if (MORE_THAN_ONE.test(rest) || (EXACTLY_ONE.test(rest) && !SHORT.test(rest))) w = rest;
  }
  return w.endsWith('ll') && MORE_THAN_ONE.test(w) ? w.slice(0, -1) : w;
}

// What Porter calls the measure: how often vowels are followed by consonants.
const CONSONANTS = '[^aeiou][^aeiouy]*';
const VOWELS = '[aeiouy][aeiou]*';
const ANY = new RegExp(`^(?:${CONSONANTS})?${VOWELS}${CONSONANTS}`);
const EXACTLY_ONE = new RegExp(`^(?:${CONSONANTS})?${VOWELS}${CONSONANTS}(?:${VOWELS})?$`);
const MORE_THAN_ONE = new RegExp(`^(?:${CONSONANTS})?${VOWELS}${CONSONANTS}${VOWELS}${CONSONANTS}`);
const HAS_VOWEL = new RegExp(`^(?:${CONSONANTS})?[aeiouy]`);
/** "hop", "fil": ends short, so that an e belongs behind it. */
const SHORT = new RegExp(`^${CONSONANTS}[aeiouy][^aeiouwxy]$`);
const DOUBLE = /([^aeiouylsz])\1$/;

function withoutPlural(w: string): string {
  if (!w.endsWith('s')) return w;
  if (w.endsWith('sses') || w.endsWith('ies')) return w.slice(0, -2);
  return w.endsWith('ss') ? w : w.slice(0, -1);
}

function withoutPast(w: string): string {
  if (w.endsWith('eed')) return ANY.test(w.slice(0, -3)) ? w.slice(0, -1) : w;
  const rest = w.endsWith('ed') ? w.slice(0, -2) : w.endsWith('ing') ? w.slice(0, -3) : undefined;
  if (rest === undefined || !HAS_VOWEL.test(rest)) return w;
  if (/(?:at|bl|iz)$/.test(rest)) return `${rest}e`;
  if (DOUBLE.test(rest)) return rest.slice(0, -1);
  return SHORT.test(rest) ? `${rest}e` : rest;
}

const LONG_ENDINGS =
  /^(.+?)(ational|tional|enci|anci|izer|bli|alli|entli|eli|ousli|ization|ation|ator|alism|iveness|fulness|ousness|aliti|iviti|biliti|logi)$/;
const LONG: Readonly<Record<string, string>> = {
  ational: 'ate',
  tional: 'tion',
  enci: 'ence',
  anci: 'ance',
  izer: 'ize',
  bli: 'ble',
  alli: 'al',
  entli: 'ent',
  eli: 'e',
  ousli: 'ous',
  ization: 'ize',
  ation: 'ate',
  ator: 'ate',
  alism: 'al',
  iveness: 'ive',
  fulness: 'ful',
  ousness: 'ous',
  aliti: 'al',
  iviti: 'ive',
  biliti: 'ble',
  logi: 'log',
};
const MIDDLE_ENDINGS = /^(.+?)(icate|ative|alize|iciti|ical|ful|ness)$/;
const MIDDLE: Readonly<Record<string, string>> = { icate: 'ic', ative: '', alize: 'al', iciti: 'ic', ical: 'ic', ful: '', ness: '' };

function exchanged(w: string, endings: RegExp, by: Readonly<Record<string, string>>): string {
  const [, rest, ending] = endings.exec(w) ?? [];
  return rest !== undefined && ending !== undefined && ANY.test(rest) ? rest + by[ending] : w;
}

const LAST_ENDINGS = /^(.+?)(?:al|ance|ence|er|ic|able|ible|ant|ement|ment|ent|(?<=[st])ion|ou|ism|ate|iti|ous|ive|ize)$/;

function withoutEnding(w: string): string {
  const [, rest] = LAST_ENDINGS.exec(w) ?? [];
  return rest !== undefined && MORE_THAN_ONE.test(rest) ? rest : w;
}
