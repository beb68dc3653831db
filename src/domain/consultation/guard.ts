import { type Phrase, phrase } from './phrases.ts';

/**
 * What a machine's own words may not do, whatever it was told: name a dose that no source gave, or pass itself off as a doctor.
 * Pure; it looks at one sentence at a time, so that nothing is shown before it was judged.
 */
export interface GuardState {
  /** Phrases already put in a sentence's place: each is said once an answer. */
  readonly said: readonly Phrase[];
}

export function guardSentence(
  sentence: string,
  sourceText: string,
  language: string,
  state: GuardState,
): { text: string; state: GuardState } {
  const fault = faultOf(sentence, sourceText);
  if (!fault) return { text: sentence, state };
  if (state.said.includes(fault)) return { text: '', state };
  return { text: phrase(language, fault), state: { said: [...state.said, fault] } };
}

function faultOf(sentence: string, sourceText: string): Phrase | undefined {
  if (claimsToBeAPerson(sentence)) return 'assistant-not-doctor';
  const known = normalise(sourceText);
  return dosesIn(sentence).some((dose) => !known.includes(dose)) ? 'no-dose' : undefined;
}

const units =
  'mg|mcg|µg|ug|g|gm|grams?|ml|cc|iu|units?|drops?|tabs?|tablets?|pills?|caps?|capsules?|puffs?|spoons?|teaspoons?|tablespoons?|tsp|tbsp|doses?|मिग्रा|मिलीग्राम|ग्राम|एमजी|एमएल|मिली|गोली|गोलियाँ|गोलियां|टैबलेट|चम्मच|बूँद|बूंद|बूँदें|खुराक';
const numberWords =
  'one|two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty|thirty|forty|fifty|hundred|half|एक|दो|तीन|चार|पाँच|पांच|छह|सात|आठ|नौ|दस|बीस|पचास|सौ|आधी|आधा|डेढ़|ढाई';
const dose = new RegExp(
  String.raw`(?<![\p{L}\p{N}])(?:[\d०-९]+(?:[.,/][\d०-९]+)?|${numberWords})(?:\s*(?:-|–|to|or|से|या)\s*(?:[\d०-९]+(?:[.,][\d०-९]+)?|${numberWords}))?\s*-?\s*(?:${units})(?![\p{L}\p{M}])`,
  'giu',
);

/** Every amount of something one takes, in the form in which sources are searched for it. */
export function dosesIn(text: string): string[] {
  return [...text.normalize('NFC').matchAll(dose)].map((match) => normalise(match[0]));
}

function normalise(text: string): string {
  return text
    .normalize('NFC')
    .toLowerCase()
    .replace(/[०-९]/g, (digit) => String(digit.charCodeAt(0) - 0x966))
    .replace(/[\s-]+/g, '');
}

const person =
  /\b(?:i am|i'm|this is|speaking as|as)\s+(?:a|an|your|the|dr\.?)?\s*(?:real |human |qualified |licensed |medical )*(?:doctor|physician|dr\.?\s+\w+|nurse|surgeon|human being|human)\b(?!['’]s)|मैं\s+(?:एक\s+|आपका\s+)?(?:असली\s+)?(?:डॉक्टर|चिकित्सक|नर्स|इंसान)\s+(?:हूँ|हूं)/iu;
const denies = /\b(?:not|n't|never|no)\b|नहीं/iu;

function claimsToBeAPerson(sentence: string): boolean {
  return person.test(sentence) && !denies.test(sentence);
}
