import type { Call } from '../../engines/call.ts';
import type { LanguageModel } from '../../engines/language-model.ts';
import type { Chosen } from '../../engines/machines.ts';
import { throwIfAborted } from '../../shared/abort.ts';
import { AppError, isCancelled } from '../../shared/errors.ts';
import type { HospitalSettings } from '../access/hospital.ts';
import { answerPrompt } from './answer-prompt.ts';
import {
  addSentence,
  type Citation,
  type CitedAnswer,
  type CitedSentence,
  checkSentence,
  citeQuoted,
  nothingYet,
  readMarkers,
} from './citations.ts';
import type { FoundPassage } from './document.ts';
import { contextOf, type Evidence, type ReadPassage, readPassage, shareOf, weighEvidence } from './evidence.ts';
import { extract, saysTheSame } from './extract.ts';
import { isAboutNamed, type NamesAsked, namesAsked } from './names.ts';
import { addressesMachine } from './orders.ts';
import { answersKind } from './question-kind.ts';
import { abstention, quotingIn } from './sayings.ts';
import { type Source, sourceOf } from './source.ts';
import { wholeSentences } from './stream-sentences.ts';
import { confidenceOf, isSupported, signsOf } from './support.ts';
import { has, type InEnglish, wordsIn } from './terms.ts';

/**
 * An answer out of retrieved passages, and of nothing else: by quoting them, or in a model's words of which every sentence was checked
 * against them before anybody sees it. Where they do not answer, it says so. It searches nothing, fetches nothing, calls no tool and keeps
 * nothing; what it is given is data, whatever is written in it. Who may ask, and what it is written down as, is the caller's business.
 */
export interface AnswerRequest {
  readonly question: string;
  /** Best first, of documents that the asker may see; more than an answer may be made from, so that the best of them can be. */
  readonly passages: readonly FoundPassage[];
  /** Of the asker: BCP 47. */
  readonly language: string;
  readonly policy: HospitalSettings['answerPolicy'];
  /** The question's English words, where it was asked in another language. */
  readonly inEnglish?: InEnglish | undefined;
  /** What thinks in this language, if anything does. */
  readonly model?: Chosen<LanguageModel> | undefined;
  readonly limits: AnswerLimits;
}

/** What an answer is made of at most: passages, characters of them together, tokens that a model writes. */
export interface AnswerLimits {
  readonly passages: number;
  readonly characters: number;
  readonly tokens: number;
}

export interface Answer {
  readonly answer: string;
  readonly abstained: boolean;
  readonly answeredBy: 'rules' | 'sources' | 'model';
  /** The model that wrote it is a demonstration. */
  readonly demonstration: boolean;
  /** The passages it was made from; `[n]` is the 1-based place. None where it abstained. */
  readonly sources: readonly Source[];
  readonly citations: readonly Citation[];
}

export type AnswerPart =
  | { type: 'sources'; sources: readonly Source[] }
  | { type: 'delta'; text: string }
  | { type: 'done'; answer: Answer };

/** Parts as they become known: `sources` once, `delta`s that joined are the answer, `done` with the whole. Throws when `call.signal` stops it. */
export async function* answerFrom(request: AnswerRequest, call: Call): AsyncGenerator<AnswerPart> {
  throwIfAborted(call.signal);
  const read = contextOfAnswer(request);
  const evidence = bestEvidence(request, read);
  const context = read.map(({ found }) => found);
  if (!isSupported(evidence)) return yield* abstain(request.language);
  yield { type: 'sources', sources: context.map((found) => sourceOf(found)) };

  let given = nothingYet;
  const model = modelFor(request);
  if (model)
    for await (const sentence of spokenBy(model.engine, request, context, evidence, call)) {
      const next = addSentence(given, sentence, idsOf(context));
      yield { type: 'delta', text: next.answer.slice(given.answer.length) };
      given = next;
    }
  const written = given.citations.length > 0;
  if (!written) {
    const quoted = extractive(request.language, evidence, context);
    yield { type: 'delta', text: (given.answer && ' ') + quoted.answer };
    given = given.answer === '' ? quoted : after(given, quoted);
  }
  yield {
    type: 'done',
    answer: {
      ...given,
      abstained: false,
      answeredBy: written ? 'model' : 'sources',
      demonstration: written && (model?.demonstration ?? false),
      sources: context.map((found) => citedSource(found, given.citations)),
    },
  };
}

function* abstain(language: string): Generator<AnswerPart> {
  const answer = abstention(language);
  yield { type: 'sources', sources: [] };
  yield { type: 'delta', text: answer };
  const nothing = { abstained: true, answeredBy: 'rules', demonstration: false, sources: [], citations: [] } as const;
  yield { type: 'done', answer: { answer, ...nothing } };
}

/** As asked, or in English words: whichever the passages support better. */
export function bestEvidence(
  { question, inEnglish }: Pick<AnswerRequest, 'question' | 'inEnglish'>,
  context: readonly ReadPassage[],
): Evidence {
  const asked = weighEvidence(question, context);
  if (!inEnglish) return asked;
  const translated = weighEvidence(question, context, inEnglish);
  return confidenceOf(signsOf(translated)) > confidenceOf(signsOf(asked)) ? translated : asked;
}

/** A demonstration answers only where the hospital lets models speak freely; where it only takes notes, none does. */
function modelFor({ model, policy }: AnswerRequest): Chosen<LanguageModel> | undefined {
  if (!model || policy === 'intake' || (model.demonstration && policy !== 'open')) return undefined;
  return model;
}

/**
 * The passages that an answer is made from: of those found, the ones whose best sentence answers best, as many as may be and fit
 * together, in the order in which they were found.
 */
export function contextOfAnswer(request: Pick<AnswerRequest, 'question' | 'inEnglish' | 'passages' | 'limits'>): ReadPassage[] {
  const named = namesAsked(request.question, request.inEnglish);
  const read = request.passages.filter((found) => isAbout(named, found)).map(readPassage);
  const best = read.map(() => -1);
  for (const { passage, score } of bestEvidence(request, read).sentences) best[passage] = Math.max(best[passage] ?? -1, score);
  const byWorth = read.map((_, place) => place).sort((a, b) => (best[b] ?? -1) - (best[a] ?? -1));
  const kept = new Set<number>();
  let left = request.limits.characters;
  for (const place of byWorth) {
    const length = read[place]?.found.chunk.text.length ?? 0;
    if (kept.size >= request.limits.passages || length > left) continue;
    left -= length;
    kept.add(place);
  }
  return read.filter((_, place) => kept.has(place));
}

/** A page about another medicine, or another of the kind, answers nothing, however much of the question stands in it. */
function isAbout(named: NamesAsked, found: FoundPassage): boolean {
  const text = `${contextOf(found)}\n${found.chunk.text}`;
  return isAboutNamed(named, text, wordsIn(text));
}

const idsOf = (context: readonly FoundPassage[]): string[] => context.map(({ chunk }) => chunk.id);

const citedSource = (found: FoundPassage, citations: readonly Citation[]): Source =>
  sourceOf(found, citations.find(({ sourceId }) => sourceId === found.chunk.id)?.quote);

/** The best sentences, quoted. */
function extractive(language: string, evidence: Evidence, context: readonly FoundPassage[]): CitedAnswer {
  const quoted = extract(evidence);
  const languages = new Set(quoted.map(({ passage }) => context[passage]?.chunk.language ?? language));
  const [only] = languages;
  const opening = languages.size === 1 && only !== undefined ? quotingIn(language, only) : '';
  return quoted.map(citeQuoted).reduce((sofar, sentence) => addSentence(sofar, sentence, idsOf(context)), {
    ...nothingYet,
    answer: opening,
  });
}

/** Quotes behind what a model said freely. */
function after(said: CitedAnswer, quoted: CitedAnswer): CitedAnswer {
  const shift = said.answer.length + 1;
  const citations = quoted.citations.map((citation) => ({ ...citation, start: citation.start + shift, end: citation.end + shift }));
  return { answer: `${said.answer} ${quoted.answer}`, citations };
}

/** Of what is asked, a sentence must hold this share of what the best sentence of the sources holds. */
const TO_THE_POINT = 0.5;

/**
 * A model's sentences that stand the check, from the first on that is to the point: a supported sentence that answers something else
 * waits for one that answers this. Under `open` also those without support, without a marker. A model that fails has said what it said.
 */
async function* spokenBy(
  engine: LanguageModel,
  { question, policy, language, limits }: AnswerRequest,
  context: readonly FoundPassage[],
  { asked, kind, sentences }: Evidence,
  call: Call,
): AsyncGenerator<CitedSentence> {
  const best = Math.max(0, ...sentences.map(({ own }) => own));
  const share = (text: string) => {
    const words = wordsIn(text);
    return shareOf(
      asked,
      asked.map((one) => has(words, one)),
    );
  };
  const heard: string[] = [];
  const waiting: CitedSentence[] = [];
  let toThePoint = policy === 'open';
  try {
    for await (const sentence of wholeSentences(engine.generate(answerPrompt(question, context, language, limits.tokens), call))) {
      const checked = checkSentence(sentence, context) ?? (policy === 'open' ? spokenFreely(sentence) : undefined);
      if (!checked || heard.some((text) => saysTheSame(text, checked.text))) continue;
      heard.push(checked.text);
      waiting.push(checked);
      const said = [checked.text, ...checked.quotes.map(({ quote }) => quote)].join(' ');
      toThePoint ||= answersKind(said, kind) !== false && share(said) >= best * TO_THE_POINT;
      if (toThePoint) yield* waiting.splice(0);
    }
  } catch (error) {
    if (isCancelled(error) || !(error instanceof AppError)) throw error;
  }
}

function spokenFreely(sentence: string): CitedSentence | undefined {
  const { text } = readMarkers(sentence);
  if (addressesMachine(sentence) || /^not in the sources\W*$/i.test(text) || !/\p{L}/u.test(text)) return undefined;
  return { text, quotes: [] };
}
