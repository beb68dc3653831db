/**
 * Turns the terms that a caller expects to hear (doctors' names, medicines) into lines that a recogniser's token model can spell.
 * A line with a letter that the model lacks would end the process, so such terms are left out.
 */
export function hotwordLines(terms: readonly string[], letters: ReadonlySet<string>): string[] {
  const lines = new Set<string>();
  for (const term of terms) {
    if (lines.size >= mostTerms) break;
    const plain = spoken(term);
    if (plain.length < 2 || plain.length > 60) continue;
    const spelled = [plain, plain.toUpperCase(), plain.toLowerCase()].find((text) =>
      [...text].every((letter) => letter === ' ' || letters.has(letter)),
    );
    if (spelled) lines.add(spelled);
  }
  return [...lines];
}

/** More would blur what is expected, and slow each step of the search. */
const mostTerms = 300;

/** A term as it is said: no accents, no punctuation, titles in full. */
function spoken(term: string): string {
  return term
    .normalize('NFKD')
    .replace(/\p{M}/gu, (mark) => (/[\u0300-\u036f]/.test(mark) ? '' : mark))
    .normalize('NFC')
    .replace(/\bdr\b\.?/gi, 'Doctor')
    .replace(/[‘’ʼ]/g, "'")
    .replace(/[^\p{L}\p{M}\p{N}' ]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

/** The single letters among a model's tokens: with them anything made of them can be spelled. */
export function lettersOf(tokens: string): ReadonlySet<string> {
  const letters = new Set<string>();
  for (const line of tokens.split('\n')) {
    const [letter, ...more] = line.slice(0, line.lastIndexOf(' ')).replace('▁', '');
    if (letter && more.length === 0) letters.add(letter);
  }
  return letters;
}
