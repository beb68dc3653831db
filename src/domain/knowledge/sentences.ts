/** A sentence and where it stands: `text` is exactly the characters from `start` to `end`, with no space around it. */
export interface Sentence {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/**
 * The sentences of a text, in order; every character that is not space belongs to one of them. Latin and Indic scripts (`. ! ? । ॥`).
 * A stop of an abbreviation, a number or a list's marker (`Dr.`, `2.5 mg`, `e.g.`, `3. Wash`) ends nothing. An empty line always ends a
 * sentence, a single line break does unless the next line goes on in small letters. Pure, and linear in the length of the text.
 */
export function sentencesOf(text: string): Sentence[] {
  return [...eachSentence(text)];
}

/** The same, one after another: for whoever must not hold the service while a long text is cut. */
export function* eachSentence(text: string): Generator<Sentence> {
  const marks = new RegExp(candidate);
  let start = 0;
  for (let found = marks.exec(text); found; found = marks.exec(text)) {
    const end = endingAt(text, start, found.index, found[0]);
    if (end === undefined) continue;
    yield* trimmed(text, start, end);
    start = end;
    marks.lastIndex = end;
  }
  yield* trimmed(text, start, text.length);
}

function* trimmed(text: string, start: number, end: number): Generator<Sentence> {
  const piece = text.slice(start, end);
  const from = start + (piece.length - piece.trimStart().length);
  const kept = piece.trim();
  if (kept) yield { text: kept, start: from, end: from + kept.length };
}

/** Where a sentence may end: a run of marks with what closes quotes and brackets, or a line break. */
const candidate = /[.!?…।॥。！？؟۔]+["'”’»)\]*_]{0,4}|(?<=[\u0900-\u0dff])\s?\|{1,2}(?=\s|$)|\n/gu;
/** Marks that end a sentence whatever follows. */
const certain = /[।॥。！？؟۔|]/u;
/** The number of a note behind a stop, as printed papers have it: `mortality.12 The`, `mortality.[3,4] The`. */
const noteNumber = /(?:\d{1,3}(?:[,–-]\d{1,3}){0,5}|\[\d[\d,–\- ]{0,20}\])(?=\s+["'“‘([]{0,2}\p{Lu})/uy;
const listMarker = /^["'“‘(*_•–-]{0,3}\s{0,2}(?:\d{1,3}(?:\.\d{1,3}){0,3}|[०-९]{1,3}|\p{L}|[ivx]{1,5})$/u;

/** Where the sentence that began at `start` ends, if these marks end it. */
function endingAt(text: string, start: number, at: number, marks: string): number | undefined {
  const end = at + marks.length;
  if (marks === '\n') return lineEnds(text, start, at) ? end : undefined;
  if (certain.test(marks)) return end;
  const note = marks === '.' && /[\p{L})\]%]/u.test(text[at - 1] ?? '') ? noteAt(text, end) : end;
  const after = text.slice(note, note + 48);
  if (after === '') return undefined;
  if (!/^\s/.test(after)) return undefined;
  const next = after.trimStart();
  if (next === '') return undefined;
  if (continuesInSmall(next)) return undefined;
  if (/[!?]/.test(marks) || /…|\.\./.test(marks)) return note;
  if (at - start < 24 && listMarker.test(text.slice(start, at).trim())) return undefined;
  return stopOfWord(text.slice(Math.max(start, at - 48), at), next) && marks === '.' ? undefined : note;
}

function noteAt(text: string, end: number): number {
  noteNumber.lastIndex = end;
  return noteNumber.test(text) ? noteNumber.lastIndex : end;
}

function lineEnds(text: string, start: number, at: number): boolean {
  const after = text.slice(at + 1, at + 81);
  if (/^[^\S\n]*(?:\n|$)/.test(after)) return true;
  // A marker alone on its line leads the line below it.
  if (at - start < 24 && listMarker.test(text.slice(start, at).trim().replace(/[.)]$/, ''))) return false;
  const before = text.slice(Math.max(start, at - 8), at).trimEnd();
  return /[.!?…:;]["'”’»)\]*_]{0,4}$/.test(before) || !continuesInSmall(after.trimStart());
}

/** `and so on` goes on; `mRNA` and `pH` may begin a sentence. */
function continuesInSmall(next: string): boolean {
  return /^["'“‘([]{0,2}\p{Ll}/u.test(next) && !/^["'“‘([]{0,2}\p{Ll}{1,2}\p{Lu}/u.test(next) && !/^(?:\p{L}|[ivx]{1,4})[.)]\s/u.test(next);
}

const words = (list: string): ReadonlySet<string> => new Set(list.split(' ').map((word) => word.normalize('NFC')));
/** Something always follows these: a name, an example, an amount. */
const leading = words(
  'dr drs mr mrs ms prof st smt sr jr shri hon rev messrs e.g i.e eg ie viz cf ca approx vs incl resp tab cap inj syp syr supp susp rs re tel ph ext fig figs ref refs eq sec chap ed eds dept डॉ श्री श्रीमती प्रो नं रु रू उदा सं मि.ग्रा मि.ली कि.ग्रा mme mlle sra dra bzw z.b d.h',
);
/** These lead only a number or a bracket: `No. 5`, `Nov. 20`, `Smith et al. (2019)`. */
const leadingNumber = words(
  'no nos nr p pp vol room rm art para al max min ch jan feb mar apr jun jul aug sep sept oct nov dec mon tue wed thu fri sat sun',
);
/** Letters of a name as Hindi writes them: डॉ. आर. के. शर्मा. */
const hindiInitials = words('ए बी सी डी ई एफ जी एच आई जे के एल एम एन ओ आर एस टी यू वी');
/** Words that begin a sentence and no name: after `the U.S.` they begin the next one. */
const beginners = /^(?:The|This|That|These|Those|It|In|If|A|An|For|However|When|There|They|We|He|She|Patients|Do|Give|Take|Use|On|At|As)\b/;

/** Whether the stop after `before` belongs to its last word (an abbreviation, an initial) and ends no sentence. */
function stopOfWord(before: string, next: string): boolean {
  const parts = before.split(/\s+/);
  const word = (parts.at(-1) ?? '').replace(/^["'“‘«([{*_]+/, '').normalize('NFC');
  const lower = word.toLowerCase();
  if (leading.has(lower)) return true;
  if (leadingNumber.has(lower)) return /^[\d(]/.test(next);
  if (/^(?:\p{Lu}\.)+\p{Lu}$/u.test(word)) return !beginners.test(next);
  // `Dr. A. Rao`; but in `vitamin C. Take` the letter follows a plain word.
  if (/^\p{Lu}$/u.test(word)) {
    const plain = /^[\p{Ll}\d(]/u.test(parts.at(-2) ?? '') && !/^(?:by|with|from|and|to|see|of)$/.test(parts.at(-2) ?? '');
    return /^\p{Lu}\.\s/u.test(next) || (!plain && !beginners.test(next));
  }
  return hindiInitials.has(word) || /^(?:[\u0900-\u0963]{1,4}\.)+[\u0900-\u0963]{1,4}$/u.test(word);
}
