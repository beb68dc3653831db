/**
 * Which scripts a text is written in, whether what was recognised fits the language of its session, and which language somebody types.
 * Recognisers write Telugu in Tamil letters and Hindi in Urdu ones; this finds it by counting letters. It knows no meaning.
 */

export type Script =
  | 'Latin'
  | 'Devanagari'
  | 'Bengali'
  | 'Gurmukhi'
  | 'Gujarati'
  | 'Oriya'
  | 'Tamil'
  | 'Telugu'
  | 'Kannada'
  | 'Malayalam'
  | 'Arabic'
  | 'Other';

export type ScriptCounts = Readonly<Partial<Record<Script, number>>>;

const blocks: readonly (readonly [from: number, to: number, script: Script])[] = [
  [0x41, 0x24f, 'Latin'],
  [0x600, 0x6ff, 'Arabic'],
  [0x750, 0x77f, 'Arabic'],
  [0x8a0, 0x8ff, 'Arabic'],
  [0x900, 0x97f, 'Devanagari'],
  [0x980, 0x9ff, 'Bengali'],
  [0xa00, 0xa7f, 'Gurmukhi'],
  [0xa80, 0xaff, 'Gujarati'],
  [0xb00, 0xb7f, 'Oriya'],
  [0xb80, 0xbff, 'Tamil'],
  [0xc00, 0xc7f, 'Telugu'],
  [0xc80, 0xcff, 'Kannada'],
  [0xd00, 0xd7f, 'Malayalam'],
  [0x1e00, 0x1eff, 'Latin'],
  [0xa8e0, 0xa8ff, 'Devanagari'],
  [0xfb50, 0xfdff, 'Arabic'],
  [0xfe70, 0xfefe, 'Arabic'],
];

/** Letters by script; marks, digits, signs and spaces are in no script. */
export function countScripts(text: string): ScriptCounts {
  const counts: Partial<Record<Script, number>> = {};
  for (const [letter] of text.matchAll(/\p{L}/gu)) {
    const code = letter.codePointAt(0) ?? 0;
    const script = blocks.find(([from, to]) => code >= from && code <= to)?.[2] ?? 'Other';
    counts[script] = (counts[script] ?? 0) + 1;
  }
  return counts;
}

const scriptOfLanguage: Readonly<Record<string, Script>> = {
  hi: 'Devanagari',
  mr: 'Devanagari',
  ne: 'Devanagari',
  sa: 'Devanagari',
  kok: 'Devanagari',
  mai: 'Devanagari',
  bho: 'Devanagari',
  doi: 'Devanagari',
  bn: 'Bengali',
  as: 'Bengali',
  pa: 'Gurmukhi',
  gu: 'Gujarati',
  or: 'Oriya',
  ta: 'Tamil',
  te: 'Telugu',
  kn: 'Kannada',
  ml: 'Malayalam',
  ur: 'Arabic',
  ar: 'Arabic',
  fa: 'Arabic',
  ps: 'Arabic',
  sd: 'Arabic',
  ks: 'Arabic',
  en: 'Latin',
  fr: 'Latin',
  de: 'Latin',
  es: 'Latin',
  pt: 'Latin',
  it: 'Latin',
  nl: 'Latin',
  tr: 'Latin',
  vi: 'Latin',
  id: 'Latin',
  ms: 'Latin',
  sw: 'Latin',
  ha: 'Latin',
  yo: 'Latin',
  ig: 'Latin',
  zu: 'Latin',
  xh: 'Latin',
  so: 'Latin',
  pl: 'Latin',
  tl: 'Latin',
};

const scriptOfSubtag: Readonly<Record<string, Script>> = {
  latn: 'Latin',
  deva: 'Devanagari',
  beng: 'Bengali',
  guru: 'Gurmukhi',
  gujr: 'Gujarati',
  orya: 'Oriya',
  taml: 'Tamil',
  telu: 'Telugu',
  knda: 'Kannada',
  mlym: 'Malayalam',
  arab: 'Arabic',
};

/** The script a language (BCP 47: `hi`, `hi-IN`, `hi-Latn`) is written in; undefined where this table does not know it. */
export function scriptOf(language: string): Script | undefined {
  const [base = '', ...rest] = language.toLowerCase().split(/[-_]/);
  for (const part of rest) if (Object.hasOwn(scriptOfSubtag, part)) return scriptOfSubtag[part];
  return Object.hasOwn(scriptOfLanguage, base) ? scriptOfLanguage[base] : undefined;
}

export interface ScriptCheck {
  /** False where the words are in letters that the session's language is not written in: they were not heard right. */
  readonly fits: boolean;
  /**
   * `native` in the language's own script (English words among them are usual); `mixed` mostly Latin; `romanised` and `english` only Latin
   * letters, in a language that has its own; `foreign` in letters of another language; `none` no letters; `unknown` a language not in the table.
   */
  readonly written: 'native' | 'mixed' | 'romanised' | 'english' | 'foreign' | 'none' | 'unknown';
  readonly expected: Script | undefined;
  readonly scripts: ScriptCounts;
}

/** A stray letter is no reason to ask a patient again; one in seven is. */
const foreignShare = 0.15;

export function checkScript(text: string, language: string): ScriptCheck {
  const scripts = countScripts(text);
  const expected = scriptOf(language);
  const all = Object.values(scripts).reduce((sum, n) => sum + n, 0);
  const answer = (fits: boolean, written: ScriptCheck['written']): ScriptCheck => ({ fits, written, expected, scripts });
  if (all === 0) return answer(true, 'none');
  if (expected === undefined) return answer(true, 'unknown');
  const own = scripts[expected] ?? 0;
  const latin = scripts.Latin ?? 0;
  const foreign = all - own - (expected === 'Latin' ? 0 : latin);
  if (foreign / all > foreignShare) return answer(false, 'foreign');
  if (expected === 'Latin') return answer(true, 'native');
  if (own === 0) return answer(true, guessLanguage(text)?.language === 'en' ? 'english' : 'romanised');
  return answer(true, own * 3 >= latin ? 'native' : 'mixed');
}

const languageOfScript: Readonly<Partial<Record<Script, string>>> = {
  Bengali: 'bn',
  Gurmukhi: 'pa',
  Gujarati: 'gu',
  Oriya: 'or',
  Tamil: 'ta',
  Telugu: 'te',
  Kannada: 'kn',
  Malayalam: 'ml',
  Arabic: 'ur',
};

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

// Function words only: in India medical nouns are English in every language. Words of both languages (to, me, is, do, main, the) are in neither.
const englishWords = words(
  `i i'm i've am are was were my have has had and of for with you your can could what how when where why who which this that these it it's
  not don't doesn't can't will would should please a an at on from been there any some if or but about need want feel feeling since after
  before we they she his him our does did get got take much many very as by than then because into just still also only more being its
  their them while during having nothing something anything yesterday today tomorrow thank thanks yes no`,
);
const romanisedHindiWords = words(
  `hai hain hun hu hoon hua hui huye huwa ho nahi nahin nhi nai mujhe mujhko mera meri mere mein mai ka ki ke ko se ne bhi aur kya kyu kyun kyon
  kaise kaisa kaisi kab kahan kaha kitna kitne kitni kaun kon raha rahi rahe rha rhi rhe tha thi gaya gayi gaye gya gyi kar karna karni karo
  kare karke karun karta karti karte karwana karana karani chahiye chahie hota hoti hote hona din dino bahut bohot bahot abhi kal aaj subah
  sham raat dopahar wala wali wale apna apni apne aap aapka aapki tum tumhe uska uski unka unki iska iski isko usko unko unhe inhe yeh ye woh
  wo voh koi kuch kuchh sab lekin magar agar toh dard bukhar khansi dawa dawai saans ulti laga lagi lagta lagti dena dijiye kijiye lijiye
  batao bataiye bataye haan han namaste theek thik accha achha acha saal mahine mahina hafte hafta baje liye tak baad pehle pahle phir fir
  sakta sakti sakte wajah kaun hum hame humko pati patni beti beta bachcha bachche bacche paani khana hone hote jana jati jata jate karne
  chahta chahti ghar mera yahan yaha wahan waha kripya zyada jyada kam thoda thodi saath hath haath pair jaise kyonki lag rakhna dikhana`,
);

/** One spelling for the many: paani, pani and panee are the same word. */
const fold = (word: string): string =>
  word
    .replace(/a+/g, 'a')
    .replace(/ee+|ii+/g, 'i')
    .replace(/oo+|uu+/g, 'u')
    .replace(/w/g, 'v');

const marathiWords = words('आहे आहेत मला माझ्या माझा माझी माझं नाही आणि झाला झाली झालं होत होते तुम्ही आम्ही खूप काय पासून दुखत येत');
const hindiWords = words('है हैं हूँ हूं मुझे मेरा मेरी मेरे नहीं और का की के को में से हुआ हुई रहा रही रहे था थी क्या चाहिए');

export interface LanguageGuess {
  readonly language: string;
  /** Enough words of this language, and few of another: a session set to `auto` may be fixed to it. */
  readonly sure: boolean;
}

/** The language of typed words, by their letters and, in Latin letters, by small words: `en`, `hi`, `hi-Latn`, or that of another Indian script. Undefined without letters. */
export function guessLanguage(text: string): LanguageGuess | undefined {
  const scripts = countScripts(text);
  const all = Object.values(scripts).reduce((sum, n) => sum + n, 0);
  if (all === 0) return undefined;
  const [script, letters] = Object.entries(scripts)
    .filter(([name]) => name !== 'Latin' && name !== 'Other')
    .reduce((best, next) => (next[1] > best[1] ? next : best), ['Latin', 0] as [string, number]) as [Script, number];
  // English nouns fill a third of many an Indian sentence; the letters of its own that remain decide.
  if (letters / all >= 0.25) {
    const sure = letters >= 3 && (scripts.Other ?? 0) === 0;
    if (script !== 'Devanagari') return { language: languageOfScript[script] ?? 'en', sure };
    const said = text.match(/[\p{L}\p{M}]+/gu) ?? [];
    const [marathi, hindi] = [said.filter((word) => marathiWords.has(word)).length, said.filter((word) => hindiWords.has(word)).length];
    return marathi > hindi ? { language: 'mr', sure: sure && marathi >= 2 } : { language: 'hi', sure };
  }
  if ((scripts.Latin ?? 0) === 0) return undefined;
  let [english, hindi] = [0, 0];
  for (const word of text
    .toLowerCase()
    .replaceAll('’', "'")
    .match(/[a-z']+/g) ?? []) {
    if (englishWords.has(word)) english += 1;
    else if (foldedHindiWords.has(fold(word))) hindi += 1;
  }
  const [most, least] = hindi > english ? [hindi, english] : [english, hindi];
  return { language: hindi > english ? 'hi-Latn' : 'en', sure: most >= 2 && most >= 2 * least };
}

const foldedHindiWords: ReadonlySet<string> = new Set([...romanisedHindiWords].map(fold));
