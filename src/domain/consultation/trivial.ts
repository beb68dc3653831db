import { readWords, type Word } from '../../shared/language/read-words.ts';
import { once } from './meaning/once.ts';

/** Small talk: words that ask for nothing and tell nothing are answered from a table, with no look-up and no model. Pure. */
type Kind = 'thanks' | 'agreed' | 'declined' | 'hesitated' | 'greeted' | 'leaving';

const words: Readonly<Record<Kind, readonly string[]>> = {
  thanks: [
    'thanks',
    'thank u',
    'thanks so much',
    'thx',
    'ty',
    'bahut bahut dhanyavad',
    'bahut bahut shukriya',
    'बहुत बहुत धन्यवाद',
    'बहुत बहुत शुक्रिया',
    'thank you',
    'thank you so much',
    'thanks a lot',
    'thank you very much',
    'many thanks',
    'shukriya',
    'dhanyavad',
    'dhanyavaad',
    'शुक्रिया',
    'धन्यवाद',
    'बहुत धन्यवाद',
    'बहुत शुक्रिया',
    'bahut dhanyavad',
    'bahut shukriya',
  ],
  agreed: [
    'ok',
    'okay',
    'okey',
    'k',
    'yes',
    'yeah',
    'yep',
    'yup',
    'right',
    'all right',
    'alright',
    'fine',
    'sure',
    'i see',
    'got it',
    'understood',
    'good',
    'great',
    'haan',
    'han',
    'ha',
    'haan ji',
    'ji',
    'ji haan',
    'accha',
    'achha',
    'acha',
    'theek hai',
    'thik hai',
    'theek',
    'हाँ',
    'हां',
    'जी',
    'जी हाँ',
    'जी हां',
    'हाँ जी',
    'अच्छा',
    'ठीक',
    'ठीक है',
    'सही',
    'समझ गया',
    'समझ गई',
    'बढ़िया',
  ],
  declined: ['no', 'nope', 'no thanks', 'no thank you', 'nahi', 'nahin', 'ji nahi', 'ji nahin', 'नहीं', 'जी नहीं', 'ना'],
  hesitated: ['hm', 'hmm', 'hmmm', 'mm', 'mhm', 'uh', 'um', 'er', 'oh', 'ah', 'हम्म', 'हूँ', 'ओह', 'अरे'],
  greeted: ['hello', 'hi', 'hey', 'good morning', 'good afternoon', 'good evening', 'namaste', 'namaskar', 'नमस्ते', 'नमस्कार'],
  leaving: ['bye', 'good bye', 'goodbye', 'see you', 'good night', 'alvida', 'अलविदा', 'फिर मिलेंगे'],
};

const replies: Readonly<Record<string, Readonly<Record<Kind, string>>>> = {
  en: {
    thanks: 'You are welcome.',
    agreed: 'All right.',
    declined: 'All right. I am here if you need anything.',
    hesitated: 'Take your time. I am listening.',
    greeted: 'Hello. How can I help you?',
    leaving: 'Goodbye. Take care.',
  },
  hi: {
    thanks: 'आपका स्वागत है।',
    agreed: 'ठीक है।',
    declined: 'ठीक है। कुछ चाहिए हो तो मैं यहीं हूँ।',
    hesitated: 'आराम से बताइए, मैं सुन रहा हूँ।',
    greeted: 'नमस्ते। मैं आपकी क्या मदद करूँ?',
    leaving: 'नमस्ते, अपना ध्यान रखिए।',
  },
};

/** Forms of address that say nothing by themselves: "ok doctor", "thank you sir", "ठीक है डॉक्टर साहब". */
const forms = 'doctor doc sir madam mam maam please ji sahab sahib saab डॉक्टर साहब सर मैडम जी';

const tables = once(() => ({
  /** Longest first, so that "thank you very much" is one thing said and not three. */
  known: (Object.entries(words) as [Kind, readonly string[]][])
    .flatMap(([kind, texts]) => texts.map((text) => ({ kind, words: readWords(text) })))
    .sort((a, b) => b.words.length - a.words.length),
  address: readWords(forms),
}));

/** Spelled alike, or alike to the ear where it is Hindi in Latin letters: haan ji, haan jee. */
function isWord(said: Word | undefined, word: Word): boolean {
  return said !== undefined && (said.plain === word.plain || said.folded === word.folded);
}

/** The reply, where nothing but small talk was said; undefined where there is more. The last thing said decides. */
export function trivialReply(text: string, language: string): string | undefined {
  const spoken = readWords(text);
  if (spoken.length === 0 || spoken.length > 8 || /[?？؟]/.test(text)) return undefined;
  const { known, address } = tables();
  let kind: Kind | undefined;
  for (let at = 0; at < spoken.length; ) {
    const found = known.find((one) => one.words.every((word, offset) => isWord(spoken[at + offset], word)));
    if (found) kind = found.kind;
    else if (kind === undefined || !address.some((word) => isWord(spoken[at], word))) return undefined;
    at += found?.words.length ?? 1;
  }
  return kind && (replies[language.split('-')[0] ?? ''] ?? replies.en)?.[kind];
}
