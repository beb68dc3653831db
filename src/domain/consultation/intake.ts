import type { Message } from './encounter.ts';
import { type Phrase, phrase } from './phrases.ts';

/** What the box does with what a patient tells, where it has nothing to answer: it asks what a doctor will want to know, and writes it down. */
const questions: readonly Phrase[] = ['ask-since-when', 'ask-how-bad', 'ask-anything-else'];

/** Pure: the next question of the intake, from what was asked already in this session. */
export function nextIntakeReply(earlier: readonly Message[], language: string): string {
  const asked = questions.filter((question) =>
    earlier.some((message) => message.sender === 'assistant' && message.text.includes(phrase(message.language, question))),
  );
  const next = questions.find((question) => !asked.includes(question));
  if (next) return phrase(language, next);
  const done = earlier.some((message) => message.sender === 'assistant' && message.text.includes(phrase(message.language, 'intake-done')));
  return phrase(language, done ? 'noted' : 'intake-done');
}

const questionWords = {
  start:
    /^\s*(?:(?:ok|okay|and|but|so|please|doctor|sir|madam|then)[\s,]+)*(?:what|why|how|when|where|which|who|whom|whose|can|could|may|might|is|are|was|were|do|does|did|will|would|should|shall|am|has|have i|tell me|explain|kya|kyun|kyu|kaise|kab|kahan|kaun|kitn[aie]|क्या|क्यों|कैसे|कब|कहाँ|कहां|कौन|कितन[ाेी])(?![\p{L}\p{M}])/iu,
  end: /(?:क्या|kya)\s*[?।.]?\s*$/iu,
};

/** Pure: does this ask for an answer, or tell something? A question mark decides; recognisers leave it out, so the first words do too. */
export function isQuestion(text: string): boolean {
  return /[?？؟]/.test(text) || questionWords.start.test(text) || questionWords.end.test(text);
}
