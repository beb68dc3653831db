/**
 * The house's own sentences: short, fixed, in the patient's language, and never posing as an answer to a question. Every one
 * says what the box does or asks something; none states a medical fact.
 */
export type Phrase =
  | 'not-in-my-sources'
  | 'offer-person'
  | 'person-called'
  | 'say-again'
  | 'assistant-not-doctor'
  | 'no-dose'
  | 'staff-told'
  | 'ask-since-when'
  | 'ask-how-bad'
  | 'ask-anything-else'
  | 'intake-done'
  | 'noted'
  | 'role-play-over'
  | 'line-back'
  | 'trouble';

const english: Record<Phrase, string> = {
  'not-in-my-sources': 'I have nothing in my sources that answers this, so I would rather not guess.',
  'offer-person': 'Would you like to speak to a member of the staff?',
  'person-called': 'I am calling a member of the staff for you. Please stay here for a moment.',
  'say-again': 'I did not hear any words. Could you say that again, please?',
  'assistant-not-doctor': 'I am an assistant, not a doctor.',
  'no-dose': 'I cannot name a dose. Please ask the doctor or the pharmacist about it.',
  'staff-told': 'I have told the staff.',
  'ask-since-when': 'Thank you for telling me. Since when have you had this?',
  'ask-how-bad': 'How bad is it: mild, medium or severe, and is it getting better or worse?',
  'ask-anything-else': 'Is there anything else that the doctor should know, such as medicines you take or allergies?',
  'intake-done': 'Thank you. I have written this down, and the staff will see it.',
  noted: 'I have noted that.',
  'role-play-over': 'The practice is over. Here is how it went.',
  'line-back': 'We were cut off for a moment. Please go on.',
  trouble: 'Something on this box stopped for a moment. Please say that again.',
};

const hindi: Record<Phrase, string> = {
  'not-in-my-sources': 'मेरे स्रोतों में इसका जवाब नहीं है, इसलिए मैं अंदाज़ा नहीं लगाना चाहूँगा।',
  'offer-person': 'क्या आप किसी कर्मचारी से बात करना चाहेंगे?',
  'person-called': 'मैं आपके लिए किसी कर्मचारी को बुला रहा हूँ। कृपया थोड़ी देर यहीं रुकें।',
  'say-again': 'मुझे कोई शब्द सुनाई नहीं दिया। क्या आप फिर से कहेंगे?',
  'assistant-not-doctor': 'मैं एक सहायक हूँ, डॉक्टर नहीं।',
  'no-dose': 'मैं दवा की मात्रा नहीं बता सकता। कृपया डॉक्टर या फ़ार्मासिस्ट से पूछें।',
  'staff-told': 'मैंने कर्मचारियों को बता दिया है।',
  'ask-since-when': 'बताने के लिए धन्यवाद। यह तकलीफ़ कब से है?',
  'ask-how-bad': 'यह कितनी ज़्यादा है: हल्की, मध्यम या बहुत तेज़? और क्या यह घट रही है या बढ़ रही है?',
  'ask-anything-else': 'क्या और कुछ है जो डॉक्टर को जानना चाहिए, जैसे आपकी दवाएँ या एलर्जी?',
  'intake-done': 'धन्यवाद। मैंने यह लिख लिया है, और कर्मचारी इसे देखेंगे।',
  noted: 'मैंने यह लिख लिया है।',
  'role-play-over': 'अभ्यास पूरा हुआ। यह इस तरह रहा।',
  'line-back': 'कुछ देर के लिए हमारी बात कट गई थी। कृपया आगे बोलिए।',
  trouble: 'इस बॉक्स पर कुछ देर के लिए कुछ रुक गया। कृपया फिर से कहिए।',
};

const tables: Readonly<Record<string, Record<Phrase, string>>> = { en: english, hi: hindi };

/** Languages in which the box can hold a typed conversation without a model. */
export const phraseLanguages: readonly string[] = Object.keys(tables);

export function phrase(language: string, ...which: readonly Phrase[]): string {
  const table = tables[language.split('-')[0] ?? ''] ?? english;
  return which.map((one) => table[one]).join(' ');
}

/** The sentences of all phrases in this language, as they are spoken one by one. */
export function fixedSentences(language: string): string[] {
  const table = tables[language.split('-')[0] ?? ''];
  return table ? [...new Set(Object.values(table).flatMap(sentencesIn))] : [];
}

/** Sentences whose sound is worth keeping: they are said to everybody. */
export function isFixedPhrase(sentence: string): boolean {
  return fixed.has(sentence.trim());
}
const fixed: ReadonlySet<string> = new Set(Object.values(tables).flatMap((table) => Object.values(table).flatMap(sentencesIn)));
function sentencesIn(text: string): string[] {
  return text.split(/(?<=[.?!।])\s+/);
}
