import { englishWords } from './cross-language/english-words.ts';
import { smallWordsInLatinLetters } from './cross-language/small-words.ts';
import { medicineNames, packetNames } from './medicines.ts';
import type { InEnglish, Term, Words } from './terms.ts';
import { misspelt, termOf, termsOf } from './terms.ts';
import { listed } from './word-lists.ts';

/**
 * What a question must not be answered without: the medicine it names, and what tells one of a kind from the next (hepatitis B, type 2,
 * ward six). A page about the neighbour has nearly all of the question's words, and is the most dangerous page there is. Pure.
 */
export interface NamesAsked {
  readonly medicines: readonly Medicine[];
  /** `hepatitis` and `b`: where the first stands, the second must stand beside it. */
  readonly kinds: readonly (readonly [kind: string, mark: string])[];
}

interface Medicine {
  readonly term: Term;
  /** All its names, without endings; none where the word only looks like a medicine's. */
  readonly names: readonly string[];
}

export function namesAsked(question: string, inEnglish?: InEnglish): NamesAsked {
  const terms = termsOf(question);
  // A word that was heard as a medicine's is one.
  const heard = (inEnglish?.understood ?? []).flatMap(({ to }) => (to.length === 1 ? to.flatMap((name) => termsOf(name)) : []));
  const medicines = new Map<string, Medicine>();
  for (const term of [...terms, ...heard]) {
    const names = known.get(term.stem);
    const strange = ofMedicines.test(question) && /^[a-z]{5,}$/.test(term.word) && !isListed(term);
    if (names || strange || (looksLikeMedicine.test(term.word) && !notMedicines.has(term.word)))
      medicines.set(names?.[0] ?? term.stem, { term, names: names ?? [] });
  }
  return { medicines: [...medicines.values()], kinds: kindsIn(question) };
}

/** Is this text, with what it stands under, about all of what was asked for by name? */
export function isAboutNamed(asked: NamesAsked, text: string, words: Words): boolean {
  if (!asked.medicines.every((medicine) => hasMedicine(medicine, words))) return false;
  if (asked.kinds.length === 0) return true;
  const there = kindsIn(text);
  // A text that speaks of the kind without any mark may be about all of them.
  return asked.kinds.every(([kind, mark]) => {
    const marks = there.filter(([one]) => one === kind).map(([, one]) => one);
    return marks.length === 0 || marks.includes(mark);
  });
}

function hasMedicine({ term, names }: Medicine, words: Words): boolean {
  if (words.stems.has(term.stem) || names.some((name) => words.stems.has(name))) return true;
  if (/[^a-z]/.test(term.word) || words.soundsLike(term.word)) return words.soundsLike(term.word);
  // Who writes a name that is none means the one beside it; who writes one that there is means that.
  if (names.length > 0) return false;
  for (const stem of words.stems)
    if (misspelt(term.stem, stem) && (known.has(stem) || looksLikeMedicine.test(stem) || !isListed(termOf(stem)))) return true;
  return false;
}

/** Without endings -> all names of the same medicine. */
const known: ReadonlyMap<string, readonly string[]> = new Map(
  [...medicineNames.trim().split(/[|\n]/), ...packetNames.trim().split(/\s+/)].flatMap((line) => {
    const stems = line.split(' ').map((name) => termOf(name).stem);
    return stems.map((stem): [string, readonly string[]] => [stem, stems]);
  }),
);

/** A question about a medicine: a word in it that no list has is very likely its name on the packet. */
const ofMedicines =
  /(?<![\p{L}\p{M}])(?:dos(?:e|es|age)|tablets?|capsules?|syrup|injections?|drops|inhaler|ointment|mg|ml|side[- ]effects?|medicines?|medications?|खुराक|गोली|गोलियाँ|कैप्सूल|सिरप|इंजेक्शन|दवा|दवाई|khurak|goli|tablet|dawai?|dava)(?![\p{L}\p{M}])/iu;

const english: ReadonlySet<string> = new Set(
  englishWords
    .trim()
    .split(/\s+/)
    .map((word) => termOf(word).stem),
);
const small: ReadonlySet<string> = new Set(smallWordsInLatinLetters.trim().split(/\s+/));
const isListed = ({ word, stem }: Term): boolean =>
  english.has(stem) ||
  listed.empty.has(word) ||
  listed.asking.has(word) ||
  listed.common.has(word) ||
  listed.everyday.has(word) ||
  listed.numbers.has(word) ||
  small.has(word);

/** Endings that the World Health Organization gives to medicines of one family. */
const looksLikeMedicine =
  /^[a-z]{4,}(?:pril|sartan|olol|statin|cillin|mycin|micin|cycline|floxacin|conazole|prazole|nidazole|bendazole|triptan|gliptin|glitazone|gliflozin|ciclovir|cyclovir|buvir|tegravir|mab|tinib|dronate|parin|xaban|azepam|azolam|barbital|caine|curonium|dipine|lukast|oxetine|setron|terol|thiazide|tidine|trexate|vudine|zosin|formin|glinide|oxacin|profen|semide|sulfan|taxel|platin|rubicin)e?$/;
const notMedicines: ReadonlySet<string> = new Set(['gelatin', 'keratin', 'satin', 'latin', 'bulletin', 'carotin', 'chromatin', 'elastin']);

const kindsOf =
  /(?<![\p{L}\p{M}])(hepatitis|vitamin|type|grade|stage|class|group|factor|influenza|phase|category|ward|room|store|floor|bed|block|counter|level|day|trimester|हेपेटाइटिस|विटामिन|टाइप|वार्ड|कमरा|कमरे|मंज़िल)\s+(?:(?:no\.?|number|नंबर)\s*)?([a-h](?:\d{1,2})?|[a-z]?\d{1,4}|i{1,3}|iv|one|two|three|four|five|six|seven|eight|nine|ten|एक|दो|तीन|चार|पाँच|पांच|छह|सात|आठ|नौ|दस|ए|बी|सी|डी)(?![\p{L}\p{M}\p{N}])/giu;
const numbers: Readonly<Record<string, string>> = {
  ...{ one: '1', two: '2', three: '3', four: '4', five: '5', six: '6', seven: '7', eight: '8', nine: '9', ten: '10' },
  ...{ i: '1', ii: '2', iii: '3', iv: '4' },
  ...{ एक: '1', दो: '2', तीन: '3', चार: '4', पाँच: '5', पांच: '5', छह: '6', सात: '7', आठ: '8', नौ: '9', दस: '10' },
  ...{ ए: 'a', बी: 'b', सी: 'c', डी: 'd' },
};
const kindNames: Readonly<Record<string, string>> = {
  हेपेटाइटिस: 'hepatitis',
  विटामिन: 'vitamin',
  टाइप: 'type',
  वार्ड: 'ward',
  कमरा: 'room',
  कमरे: 'room',
};

function kindsIn(text: string): [kind: string, mark: string][] {
  const digits = text.normalize('NFC').replace(/[०-९]/g, (digit) => String(digit.charCodeAt(0) - 0x966));
  return [...digits.matchAll(kindsOf)].flatMap(([whole, kind = '', mark = '']): [string, string][] => {
    const plain = mark.toLowerCase();
    // "the type a doctor knows": a small letter that is also a word is none of a kind.
    if (mark === 'a' && !/^(?:hepatitis|vitamin|influenza)/i.test(whole)) return [];
    const name = kind.toLowerCase();
    return [[kindNames[name] ?? name, numbers[plain] ?? plain]];
  });
}
