/**
 * Text deltas of a model, cut into pieces a voice can speak while the rest is still being written: the first clause early, then whole sentences.
 * It looks at one character after another and never at where a delta ends, so that the same text gives the same pieces however it arrives.
 */

export interface SentenceOptions {
  /** The first piece may end at a clause when it has this many characters (about a second of speech: enough to prepare the next one). */
  readonly firstAtLeast?: number;
  /** Where no comma comes, the first piece ends before the last `and` or `because` within this many characters. */
  readonly firstAtMost?: number;
  /** A sentence longer than this is cut at a clause. */
  readonly longest?: number;
}

export interface Sentences {
  /** The pieces that this delta completes. */
  push(delta: string): string[];
  /** What is left; the next `push` begins a new text. */
  end(): string[];
}

export function makeSentences(options: SentenceOptions = {}): Sentences {
  const { firstAtLeast = 15, firstAtMost = 40, longest = 240 } = options;
  let held = '';
  /** Where in `held` its last run of white space begins; -1 while it ends in something else. */
  let gap = -1;
  let first = true;

  /** Where `held` may be cut, now that `next` follows the white space from `gap` on: the length of the piece, or undefined. */
  const cut = (next: string): number | undefined => {
    const head = held.slice(0, gap);
    if (!speakable.test(head)) {
      // Rulers and rows of dots are not kept for ever.
      return gap > longest ? gap : undefined;
    }
    if (endsSentence(head, held.slice(gap), next)) return gap;
    const clause = endsClause(head, next);
    if (first && clause && head.trim().length >= firstAtLeast) return gap;
    if (first && gap > firstAtMost) {
      const before = lastConjunction(head, firstAtLeast, firstAtMost);
      if (before !== undefined) return before;
    }
    const apart = !/\d$/.test(head) && !/\d/.test(next);
    return (gap > longest && clause) || (gap > longest * 1.5 && apart) || gap > longest * 3 ? gap : undefined;
  };

  const take = (length: number): string => {
    const piece = held.slice(0, length).trim();
    held = held.slice(length).trimStart();
    first = false;
    return piece;
  };

  const push = (delta: string): string[] => {
    const pieces: string[] = [];
    for (let i = 0; i < delta.length; i += 1) {
      const char = delta[i] as string;
      if (/\s/.test(char)) {
        if (gap < 0) gap = held.length;
        held += char;
        // An empty line ends what stands before it without waiting for what follows.
        if (
          char === '\n' &&
          /\n[^\S\n]*\n$/.test(held.slice(gap)) &&
          speakable.test(held.slice(0, gap)) &&
          !listMarker.test(held.slice(0, gap))
        ) {
          pieces.push(take(held.length));
          gap = -1;
        }
        continue;
      }
      if (gap >= 0) {
        for (let length = cut(char); length !== undefined; length = gap >= 0 ? cut(char) : undefined) {
          const whole = length === gap;
          const dropped = held.length;
          const wasFirst = first;
          const piece = take(length);
          if (speakable.test(piece)) pieces.push(piece);
          else first = wasFirst;
          gap = whole ? -1 : gap - (dropped - held.length);
        }
        gap = -1;
      } else if (unspacedEnd.test(held.at(-1) ?? '') && !unspacedEnd.test(char) && !closer.test(char) && speakable.test(held)) {
        pieces.push(take(held.length));
      }
      held += char;
    }
    return pieces;
  };

  const end = (): string[] => {
    const rest = held.trim();
    held = '';
    gap = -1;
    first = true;
    return speakable.test(rest) ? [rest] : [];
  };

  return { push, end };
}

const speakable = /[\p{L}\p{N}]/u;
const closer = /["'”’»)\]}*_`]/;
/** Marks that end a sentence although no space follows. */
const unspacedEnd = /[।॥。？！؟۔]/;
/** `1.`, `- 2)`, `**3.**`: the number of a list item, which is spoken with its item. */
const listMarker = /^[\s*_#>("'•-]*(?:\d{1,3}|[०-९]{1,3})[.)]\**$/;

/** Something always follows these: a name, an example, an amount. */
const leading = new Set(
  'dr mr mrs ms prof st smt sr jr shri hon rev e.g i.e eg ie viz cf approx vs tab cap inj syp syr rs re tel ph ext fig डॉ श्री श्रीमती प्रो नं रु रू उदा सं मि.ग्रा मि.ली कि.ग्रा'
    .split(' ')
    .map((word) => word.normalize('NFC')),
);
/** These lead only a number: `No. 5`, `Nov. 20`. */
const leadingNumber = new Set(
  'no nos fig p pp vol room rm jan feb mar apr jun jul aug sep sept oct nov dec mon tue wed thu fri sat sun'.split(' '),
);
/** Letters of a name as Hindi writes them: डॉ. आर. के. शर्मा. */
const hindiInitials = new Set('ए बी सी डी ई एफ जी एच आई जे के एल एम एन ओ आर एस टी यू वी'.split(' '));

function endsSentence(head: string, gap: string, next: string): boolean {
  if (listMarker.test(head)) return false;
  const core = head.slice(-64).replace(/["'”’»)\]}*_`]{1,8}$/, '');
  const closed = core.length < Math.min(head.length, 64);
  const last = core.at(-1) ?? '';
  const continues = /[a-z]/.test(next);
  if (gap.includes('\n')) return /[.!?।॥…:;]/.test(last) || unspacedEnd.test(last) || !continues;
  if (unspacedEnd.test(last)) return true;
  if (last === '!' || last === '?') return !(closed && continues);
  if (last === '…' || core.endsWith('...')) return !continues;
  return last === '.' && !continues && !stopOfWord(core.slice(0, -1), next);
}

/** Whether the stop after `before` belongs to its last word (an abbreviation, an initial) and ends no sentence. */
function stopOfWord(before: string, next: string): boolean {
  const words = before.split(/\s+/);
  const word = (words.at(-1) ?? '').replace(/^["'“‘«([{*_]+/, '').normalize('NFC');
  const lower = word.toLowerCase();
  if (leading.has(lower)) return true;
  if (leadingNumber.has(lower) && /\d/.test(next)) return true;
  // Dr. A. Rao, U.S. Army; but in `vitamin C. Take` the letter follows a plain word.
  if (/^(?:\p{Lu}\.)*\p{Lu}$/u.test(word)) return word.length > 1 || !/^[\p{Ll}\d]/u.test(words.at(-2) ?? '');
  return hindiInitials.has(word) || /^(?:[\u0900-\u0963]{1,4}\.)+[\u0900-\u0963]{1,4}$/u.test(word);
}

function endsClause(head: string, next: string): boolean {
  if (head.lastIndexOf('(') > head.lastIndexOf(')')) return false;
  return /[,،;:]["'”’)\]*_]{0,3}$|\s[—–-]$|[^\d\s]—$/.test(head.slice(-8)) && !/\d/.test(next);
}

const conjunction = /\s(?=(?:and|but|because|so|if|when|while|which|before|after|until|और|लेकिन|मगर|क्योंकि|ताकि|जब|अगर)\s)/gu;

/** Where the last clause that begins within `most` characters begins; not between the numbers of `2 and 3`. */
function lastConjunction(head: string, least: number, most: number): number | undefined {
  const places = [...head.matchAll(conjunction)]
    .map(({ index }) => index)
    .filter((at) => at >= least && at <= most && !/\d$/.test(head.slice(0, at)));
  return places.at(-1);
}
