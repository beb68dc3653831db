/**
 * What is heard while a reply plays and is no wish to interrupt it: murmurs of a listener, and the reply itself, caught by the microphone.
 * Pure; words are compared without case, marks and spaces.
 */

/** Words without weight, too: recognisers put an "and" before what begins softly, and spell an okay. English, and Hindi as it is written in both scripts and as recognisers of English hear it. */
const murmurs = new Set(
  (
    'and a the o k hm hmm hmmm mm mmm mhm mhmm uh huh uhhuh um ah oh ooh yes yeah yep yup ya ok okay okey right sure fine good alright i see got it ' +
    'haan han haa ha haanji hanji ji jee achha accha acha acchha theek thik tik hai sahi bilkul ' +
    'हम्म हूँ हूं हाँ हां हा जी अच्छा ठीक है सही बिल्कुल ओके ओह'
  )
    .normalize('NFC')
    .split(' '),
);

/** "Hm", "yes, yes", "achha", "जी": a listener who follows, and wants to hear on. */
export function isBackchannel(text: string): boolean {
  const words = wordsOf(text);
  return words.length > 0 && words.length <= 4 && words.every((word) => murmurs.has(word));
}

/** Words that are still being heard may grow: the last one tells nothing yet. */
export function speaksUp(partial: string): boolean {
  return wordsOf(partial)
    .slice(0, -1)
    .some((word) => !murmurs.has(word));
}

/** How much of what was heard may differ from what was said and still be the same sound. */
const AGREEING = 0.6;

/** Is what was heard a stretch of what the reply says? Recognisers mishear echoes, so that most of the words, in order, are enough. */
export function isEcho(heard: string, said: string): boolean {
  const words = wordsOf(heard);
  const own = wordsOf(said);
  if (words.length === 0 || own.length === 0) return false;
  const needed = words.length < 3 ? words.length : Math.ceil(words.length * AGREEING);
  const reach = words.length + 3;
  for (let from = 0; from < own.length; from++) {
    if (!alike(words[0] as string, own[from] as string) && !alike(words[1] ?? '', own[from] as string)) continue;
    if (inOrder(words, own.slice(from, from + reach)) >= needed) return true;
  }
  return false;
}

export function wordsOf(text: string): string[] {
  return (
    text
      .normalize('NFC')
      .toLowerCase()
      .replaceAll(/['’]/g, '')
      .match(/[\p{L}\p{M}\p{N}]+/gu) ?? []
  );
}

/** The longest run of words that both have in the same order. */
function inOrder(heard: readonly string[], said: readonly string[]): number {
  let row = new Array<number>(said.length + 1).fill(0);
  for (const word of heard) {
    const next = [0];
    for (let j = 1; j <= said.length; j++)
      next[j] = alike(word, said[j - 1] as string) ? (row[j - 1] as number) + 1 : Math.max(row[j] as number, next[j - 1] as number);
    row = next;
  }
  return row.at(-1) ?? 0;
}

/** The same word, but for a letter that was misheard or an ending not heard yet. */
function alike(a: string, b: string): boolean {
  if (a === b) return true;
  if (a.length < 4 || b.length < 4) return false;
  const shared = [...a].findIndex((letter, i) => b[i] !== letter);
  return (shared < 0 ? a.length : shared) >= Math.max(3, Math.ceil(Math.max(a.length, b.length) * 0.7));
}
