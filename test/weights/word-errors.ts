/** Words as they are compared: lower case, no punctuation. */
function wordsOf(text: string): string[] {
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}' ]+/gu, ' ')
    .split(/\s+/)
    .filter(Boolean);
}

/** Substitutions, insertions and deletions between what was said and what was heard. */
export function wordErrors(said: string, heard: string): { errors: number; words: number } {
  const [a, b] = [wordsOf(said), wordsOf(heard)];
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (const [i, word] of a.entries()) {
    const next = [i + 1];
    for (const [j, other] of b.entries())
      next.push(Math.min((row[j + 1] as number) + 1, (next[j] as number) + 1, (row[j] as number) + (word === other ? 0 : 1)));
    row = next;
  }
  return { errors: row[b.length] as number, words: a.length };
}

/** Word error rate in percent, errors pooled over all words. */
export async function wordErrorRate<Clip extends { readonly text: string }>(
  clips: readonly Clip[],
  hear: (clip: Clip) => Promise<string> | string,
): Promise<number> {
  let errors = 0;
  let words = 0;
  for (const clip of clips) {
    const one = wordErrors(clip.text, await hear(clip));
    errors += one.errors;
    words += one.words;
  }
  return (100 * errors) / words;
}
