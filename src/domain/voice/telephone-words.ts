import type { Saying } from './replies.ts';

/**
 * What a caller is told before anything else: that no person speaks, what is kept, how to reach a person, and in their own words how to
 * change the language. Sound is not kept, only what is said.
 */
interface PhoneWords {
  readonly greeting: (hospital: string) => string;
  readonly pressForPerson: string;
  /** Said in its own language: who needs it understands no other. */
  readonly pressForThis: (key: number) => string;
  readonly howCanIHelp: string;
  /** Asked for by its key, and not to be had by sound. */
  readonly notByPhone: string;
}

const english: PhoneWords = {
  greeting: (hospital) => `Hello, this is ${hospital}. You are speaking with an automatic assistant, and what we say is written down.`,
  pressForPerson: `To speak to a person, press zero.`,
  pressForThis: (key) => `For English, press ${key}.`,
  howCanIHelp: `How can I help you?`,
  notByPhone: `I do not understand English on the telephone yet. To speak to a person, press zero.`,
};

const hindi: PhoneWords = {
  greeting: (hospital) => `नमस्ते, यह ${hospital} है। आप एक ऑटोमैटिक सहायक से बात कर रहे हैं, और जो कहा जाए वह लिखा जाता है।`,
  pressForPerson: `किसी व्यक्ति से बात करने के लिए शून्य दबाइए।`,
  pressForThis: (key) => `हिन्दी के लिए ${key} दबाइए।`,
  howCanIHelp: `मैं आपकी क्या मदद करूँ?`,
  notByPhone: `मैं फ़ोन पर अभी हिन्दी नहीं समझता। किसी व्यक्ति से बात करने के लिए शून्य दबाइए।`,
};

const tables: Readonly<Record<string, PhoneWords>> = { en: english, hi: hindi };
const wordsOf = (language: string) => tables[language.split('-')[0] ?? ''];

/** Whether a caller can be greeted in it. */
export const isPhoneLanguage = (language: string): boolean => wordsOf(language) !== undefined;

/** Pure: the first words of a call. `others` are languages to be had by their keys. */
export function greetingOf(
  hospital: string,
  language: string,
  {
    others,
    personByKey,
  }: { readonly others: readonly { readonly language: string; readonly key: number }[]; readonly personByKey: boolean },
): readonly Saying[] {
  const words = wordsOf(language) ?? english;
  const spoken = wordsOf(language) ? language : 'en';
  return [
    { text: words.greeting(hospital), language: spoken },
    ...(personByKey ? [{ text: words.pressForPerson, language: spoken }] : []),
    ...others.flatMap((other) => {
      const text = wordsOf(other.language)?.pressForThis(other.key);
      return text === undefined ? [] : [{ text, language: other.language }];
    }),
    { text: words.howCanIHelp, language: spoken },
  ];
}

/** Pure: the first words after the language was changed. */
export function welcomeIn(language: string): readonly Saying[] {
  const words = wordsOf(language);
  return words ? [{ text: `${words.pressForPerson} ${words.howCanIHelp}`, language }] : [];
}

/** Pure: a language was asked for in which nobody can be heard here. */
export function notHeardIn(language: string): readonly Saying[] {
  const words = wordsOf(language);
  return words ? [{ text: words.notByPhone, language }] : [];
}
