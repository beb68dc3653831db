/**
 * What a recogniser that knows only capitals has heard, as a person would write it: lower case, the first letter and the names that
 * English always writes large, and the caller's own terms as the caller writes them. Punctuation is not guessed.
 */
export function sentenceCase(text: string, terms: readonly string[]): string {
  const lower = text.trim().replace(/\s+/g, ' ').toLowerCase();
  let written = lower.replace(alwaysLarge, (word) => large(word));
  for (const term of terms) {
    const words = term.trim().replace(/\s+/g, ' ');
    if (words.length < 2 || words === words.toLowerCase()) continue;
    written = written.replace(new RegExp(`(?<![\\p{L}\\p{N}'])${literally(words)}(?![\\p{L}\\p{N}])`, 'giu'), words);
  }
  return large(written);
}

/** May and March are also common words, and stay small. */
const alwaysLarge =
  /\b(?:i|i'm|i'd|i'll|i've|monday|tuesday|wednesday|thursday|friday|saturday|sunday|january|february|april|june|july|august|september|october|november|december|english|hindi|india|indian|christmas|diwali)(?![\p{L}])/gu;

function large(words: string): string {
  return words.slice(0, 1).toUpperCase() + words.slice(1);
}

function literally(words: string): string {
  return words.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** True for a model whose tokens hold capitals and no small letters. */
export function knowsOnlyCapitals(letters: ReadonlySet<string>): boolean {
  const all = [...letters].filter((letter) => letter.toLowerCase() !== letter.toUpperCase() && letter.length === 1);
  return all.some((letter) => letter === letter.toUpperCase()) && !all.some((letter) => /[a-z]/.test(letter));
}
