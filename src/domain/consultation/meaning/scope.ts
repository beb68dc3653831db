import type { Word } from '../../../shared/language/read-words.ts';
import { type Clause, type Clauses, clausesOf, type Marks, marksOf } from './clauses.ts';
import type { Hit } from './lexicon.ts';

/**
 * How a thing is meant where it stands: said of now, denied, long past, only asked about, or told of somewhere else. A pure reading of
 * clauses over the cues (`$…`) that the word lists hold, the same for every language: English denies forward ("no fever or chest pain"),
 * Hindi backward ("बुखार या सीने में दर्द नहीं"), and both end where the clause does.
 */
export type Standing = 'present' | 'denied' | 'past' | 'asked' | 'elsewhere';

export interface Scope {
  /** Per word: its statement. What is said together is looked for in one statement. */
  readonly statementOf: readonly number[];
  readonly sentenceOf: readonly number[];
  /** How these hits are meant, taken together. A negation that is part of the whole match ("cannot breathe") does not deny them. */
  standing(hits: readonly Hit[], match?: readonly Hit[]): Standing;
  /** True where an illness is named for its care: a check-up, a prescription, "the epilepsy clinic". */
  inPassing(match: readonly Hit[]): boolean;
  /** True where an illness is told as something that was, with no sign that it was lately: "he had a stroke". */
  asStory(match: readonly Hit[]): boolean;
}

/** A cue and the words it covers, both ends included. */
interface Cover {
  readonly cue: Hit;
  readonly from: number;
  readonly to: number;
}

/** So many words a negation reaches at most. */
const reach = 18;
const mostCovers = 6;

export function readScope(words: readonly Word[], hits: readonly Hit[]): Scope {
  const marks = marksOf(words, hits);
  const clauses = clausesOf(words, hits, marks);
  const complaint = words.map(() => false);
  const expression = words.map(() => false);
  for (const { concept, first, last } of hits) {
    if (concept.startsWith('$')) continue;
    complaint.fill(true, first, last + 1);
    if (last > first) expression.fill(true, first, last + 1);
  }
  const exempt = marks('$notno');
  const cues = (name: string) =>
    hits.filter((hit) => hit.concept === name && !between(hit.first, hit.last, (index) => exempt[index] === true));
  // "Not breathing and bleeding": a negation inside an expression says what is wrong, and denies nothing that follows.
  const forward = cues('$no').filter((cue) => !between(cue.first, cue.last, (index) => expression[index] === true));

  const denied: Cover[][] = words.map(() => []);
  for (const cover of [...deniedForward(words, clauses, marks, forward), ...deniedBackward(words, clauses, marks, cues('$nahi'))])
    for (let index = cover.from; index <= cover.to; index++) {
      const covers = denied[index];
      if (covers && covers.length < mostCovers) covers.push(cover);
    }

  const { past, asked } = timesOf(clauses, marks, generalQuestions(words, clauses, marks));
  const [not, nahi] = [marks('$no'), marks('$nahi')];
  const over: Hit[][] = clauses.list.map(() => []);
  for (const cue of hits.filter((hit) => hit.concept === '$over')) {
    // "Stopped breathing", "urine has stopped": there the end is the complaint.
    if (!between(cue.first, cue.last, (index) => !expression[index]) || between(cue.first, cue.last, (index) => exempt[index] === true))
      continue;
    const inside = (index: number) => cue.first <= index && index <= cue.last;
    if (between(cue.first - 3, cue.last + 1, (index) => !inside(index) && (not[index] === true || nahi[index] === true))) continue;
    const index = clauses.of[cue.first] ?? 0;
    const [clause, before] = [clauses.list[index], clauses.list[index - 1]];
    over[index]?.push(cue);
    // "…, then it stopped", "… फिर ठीक हो जाता है": said of the clause before, where it names nothing of its own.
    if (clause && before && clause.sentence === before.sentence && !between(clause.first, cue.first - 1, (at) => complaint[at] === true))
      over[index - 1]?.push(cue);
  }

  const sentenceOf = clauses.of.map((index) => clauses.list[index]?.sentence ?? 0);
  const sentencesWith = (...names: string[]) => {
    const kinds = names.map(marks);
    return new Set(sentenceOf.filter((_, index) => kinds.some((kind) => kind[index])));
  };
  const [elsewhere, care, present] = [sentencesWith('$elsewhere'), sentencesWith('$care'), sentencesWith('$present')];
  const fresh = sentencesWith('$recent', '$began', '$now');
  const pastSentences = new Set(clauses.list.filter((_, index) => past[index]).map((clause) => clause.sentence));
  const statementsWith = (name: string) =>
    new Set(clauses.list.filter((clause) => has(clause, marks(name))).map((clause) => clause.statement));
  const [had, is] = [statementsWith('$had'), statementsWith('$present')];
  const told = clauses.list.map(({ statement }) => had.has(statement) && !is.has(statement));

  const clausesIn = (match: readonly Hit[]) => [
    ...new Set(match.flatMap(({ first, last }) => [clauses.of[first] ?? 0, clauses.of[last] ?? 0])),
  ];
  const touches = (cue: Hit, match: readonly Hit[]) => match.some((hit) => hit.first <= cue.last && cue.first <= hit.last);
  const partOf = (cue: Hit, match: readonly Hit[]) => match.some((hit) => hit.first <= cue.first && cue.last <= hit.last);

  return {
    statementOf: clauses.of.map((index) => clauses.list[index]?.statement ?? 0),
    sentenceOf,
    standing(said, match = said) {
      for (const { first, last } of said)
        if (between(first, last, (index) => denied[index]?.some(({ cue }) => !partOf(cue, match)) === true)) return 'denied';
      const own = clausesIn(said);
      if (said.some((hit) => elsewhere.has(sentenceOf[hit.first] ?? -1))) return 'elsewhere';
      if (own.some((index) => asked[index])) return 'asked';
      if (own.some((index) => past[index] || over[index]?.some((cue) => !touches(cue, match)))) return 'past';
      return 'present';
    },
    inPassing(match) {
      return match.some((hit) => care.has(sentenceOf[hit.first] ?? -1));
    },
    asStory(match) {
      return clausesIn(match).some((index) => {
        const sentence = clauses.list[index]?.sentence ?? -1;
        return !fresh.has(sentence) && (told[index] === true || (pastSentences.has(sentence + 1) && !present.has(sentence)));
      });
    },
  };
}

function between(first: number, last: number, test: (index: number) => boolean): boolean {
  for (let index = first; index <= last; index++) if (test(index)) return true;
  return false;
}

function has(clause: Clause, marks: readonly boolean[]): boolean {
  return between(clause.first, clause.last, (index) => marks[index] === true);
}

/** English: from the negation to the end of the statement. */
function deniedForward(words: readonly Word[], clauses: Clauses, marks: Marks, cues: readonly Hit[]): Cover[] {
  const [subject, recent] = [marks('$subject'), marks('$recent')];
  const statement = (index: number) => clauses.list[clauses.of[index] ?? -1]?.statement;
  return cues.flatMap((cue) => {
    // "No, I …" answers; it denies nothing.
    if (words[cue.first]?.plain === 'no' && (words[cue.last]?.mark !== '' || subject[cue.last + 1])) return [];
    let to = cue.last;
    for (let next = to + 1; next < words.length && next - cue.last <= reach && statement(next) === statement(cue.last); next++) {
      if (clauses.pause[next] && next > cue.last + 1) break;
      // "No fever, chest pain since morning": what has a time of its own is no longer in the list of what is denied.
      const clause = clauses.list[clauses.of[next] ?? -1];
      if (clause?.first === next && has(clause, recent)) break;
      to = next;
    }
    return [{ cue, from: cue.last + 1, to }];
  });
}

/** Hindi: from the beginning of the clause to the negation and its verb. */
function deniedBackward(words: readonly Word[], clauses: Clauses, marks: Marks, cues: readonly Hit[]): Cover[] {
  const [leading, verbEnd, any, body, and] = ['$leading', '$verbend', '$any', '$body', '$and'].map(marks);
  const negation = new Set(cues.map((cue) => cue.first));
  return cues.flatMap((cue) => {
    const clause = clauses.list[clauses.of[cue.first] ?? -1];
    if (!clause) return [];
    const form = words[cue.first]?.plain ?? '';
    const after = cue.last + 1;
    if (/^(?:बिना|बगैर|bina|bagair)$/u.test(form)) return [{ cue, from: after, to: Math.min(cue.last + 4, clause.last) }];
    const opens = !between(
      clause.first,
      cue.first - 1,
      (index) => !negation.has(index) && !/^(?:जि|ji|jee|अरे|are)$/u.test(words[index]?.plain ?? ''),
    );
    if (/^(?:न|ना|na|naa)$/u.test(form)) {
      // "न बुखार है न दर्द" denies; "दर्द हो रहा है ना" asks for agreement.
      if (opens || and?.[cue.first - 1]) return [{ cue, from: after, to: clause.last }];
      return verbEnd?.[after] ? [{ cue, from: clause.first, to: cue.last }] : [];
    }
    if (opens) {
      const answers = cue.last === clause.last || leading?.[after] || negation.has(after);
      return answers ? [] : [{ cue, from: after, to: clause.last }];
    }
    let to = cue.last;
    while (to < clause.last && to - cue.last < 2 && !body?.[to + 1] && !clauses.pause[to + 1]) to++;
    // "बुखार, सीने में दर्द, चक्कर कुछ भी नहीं है" denies the whole list; a bare नहीं denies its own clause.
    const wholeList = verbEnd?.[after] || verbEnd?.[after + 1] || has(clause, any ?? []);
    let from = clause.first;
    if (wholeList) from = clauses.list[clause.statement]?.first ?? from;
    from = Math.max(from, cue.first - reach);
    for (let index = from + 1; index <= cue.first; index++) if (clauses.pause[index]) from = index;
    return [{ cue, from, to }];
  });
}

/** The sentences that ask something and speak of nobody. */
function generalQuestions(words: readonly Word[], clauses: Clauses, marks: Marks): number[] {
  const [person, question] = [marks('$person'), marks('$question')];
  const personal = new Set(clauses.list.filter((clause) => has(clause, person)).map((clause) => clause.sentence));
  return clauses.list.flatMap((clause) => {
    const asks =
      words[clause.last]?.mark === 'question' && clauses.list.some((other) => other.sentence === clause.sentence && has(other, question));
    return asks && !personal.has(clause.sentence) ? [clause.sentence] : [];
  });
}

/** Which clauses tell of long ago, and which ask instead of telling. */
function timesOf(
  clauses: Clauses,
  marks: Marks,
  generalQuestions: readonly number[],
): { past: readonly boolean[]; asked: readonly boolean[] } {
  const { list } = clauses;
  const flags = (name: string) => list.map((clause) => has(clause, marks(name)));
  const [pastCue, treated, now, began, recent, had, present] = ['$past', '$treated', '$now', '$began', '$recent', '$had', '$present'].map(
    flags,
  );
  const [ask, maybe, canBe, isIt] = ['$ask', '$if', '$canit', '$is_it'].map(flags);

  const past = list.map((_, index) => pastCue?.[index] === true && !now?.[index] && !began?.[index]);
  // A question about nobody: "Is stroke hereditary?"
  const general = new Set(generalQuestions);
  const asked = list.map(
    (clause, index) =>
      ask?.[index] === true ||
      maybe?.[index] === true ||
      (canBe?.[index] === true && isIt?.[index] === true) ||
      general.has(clause.sentence),
  );
  const [pastStatements, askedStatements] = [past, asked].map(
    (flag) => new Set(list.filter((_, index) => flag[index]).map((clause) => clause.statement)),
  );

  const pastSentences = new Set(list.filter((_, index) => past[index]).map((clause) => clause.sentence));
  // What was told before somebody was taken to hospital and came back is over as well.
  const treatedSentences = new Set(
    list.filter((_, index) => treated?.[index]).flatMap(({ sentence }) => [sentence, sentence - 1, sentence - 2, sentence - 3]),
  );
  list.forEach((clause, index) => {
    if (askedStatements?.has(clause.statement)) asked[index] = true;
    const told = had?.[index] === true && !present?.[index];
    if (told && treatedSentences.has(clause.sentence) && !now?.[index]) past[index] = true;
    if (past[index] || now?.[index] || began?.[index] || recent?.[index]) return;
    // A story goes on, in this sentence or the next: "My father died in 2015. He had a heart attack."
    const goesOn = pastSentences.has(clause.sentence) || pastSentences.has(clause.sentence - 1);
    if (pastStatements?.has(clause.statement) || (told && goesOn)) past[index] = true;
  });
  return { past, asked };
}
