/** The sentences that an answer from sources is wrapped in, in the language of whoever asked; none of them states a fact of its own. */
interface Sayings {
  readonly notThere: string;
  readonly offerPerson: string;
  /** Before quotes in another language; `{language}` is its name. */
  readonly quoting: string;
}

const english: Sayings = {
  notThere: 'The documents here do not answer this, so I would rather not guess.',
  offerPerson: 'Would you like to speak to a member of the staff?',
  quoting: 'The document says, in {language}:',
};
const hindi: Sayings = {
  notThere: 'यहाँ के दस्तावेज़ों में इसका जवाब नहीं है, इसलिए मैं अंदाज़ा नहीं लगाना चाहूँगा।',
  offerPerson: 'क्या आप किसी कर्मचारी से बात करना चाहेंगे?',
  quoting: 'दस्तावेज़ में {language} में लिखा है:',
};
const tables: Readonly<Record<string, Sayings>> = { en: english, hi: hindi };

const baseOf = (language: string): string => language.split('-')[0]?.toLowerCase() ?? language;
const sayingsIn = (language: string): Sayings => tables[baseOf(language)] ?? english;

/** That nothing found answers this, and the offer of a person. */
export function abstention(language: string): string {
  const { notThere, offerPerson } = sayingsIn(language);
  return `${notThere} ${offerPerson}`;
}

/** What comes before quotes in a language that the asker did not use; empty where they are in the asker's own. */
export function quotingIn(language: string, quoted: string): string {
  if (baseOf(language) === baseOf(quoted) || !/^[a-z]{2,3}$/.test(baseOf(quoted)) || baseOf(quoted) === 'und') return '';
  const speaker = baseOf(language) in tables ? baseOf(language) : 'en';
  const name = new Intl.DisplayNames([speaker], { type: 'language' }).of(baseOf(quoted)) ?? quoted;
  return sayingsIn(language).quoting.replace('{language}', name);
}
