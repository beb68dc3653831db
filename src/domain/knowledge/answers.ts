import type { Call } from '../../engines/call.ts';
import type { Machines } from '../../engines/machines.ts';
import type { Clock } from '../../shared/clock.ts';
import { AppError } from '../../shared/errors.ts';
import { type Caller, PLATFORM } from '../access/caller.ts';
import type { HospitalSettings } from '../access/hospital.ts';
import { authorize } from '../access/policies.ts';
import type { Storage } from '../storage.ts';
import { metricsOf, type TurnMetrics } from '../usage/turn-metrics.ts';
import type { UsageLedger } from '../usage/usage-ledger.ts';
import { type Answer, type AnswerLimits, answerFrom } from './answer.ts';
import type { CrossLanguage } from './cross-language.ts';
import { glossOf } from './gloss.ts';
import type { Search } from './search.ts';
import type { Source } from './source.ts';

/** Answers from documents: what is found is weighed, what answers is cited, and what does not is said to be none. */
export interface Answers {
  answer(caller: Caller, question: QuestionInput): AsyncIterable<AnswerPart>;
  /** For a room that has asked by itself whether the caller may, and that writes down what was used. */
  answerFor(caller: Caller, question: QuestionInput & { readonly policy: HospitalSettings['answerPolicy'] }): AsyncIterable<DraftPart>;
}

export interface QuestionInput {
  readonly question: string;
  /** Passages at most; never more than the box's own limit. */
  readonly limit?: number | undefined;
  /** The asker's, BCP 47; told by the question where nobody said. */
  readonly language?: string | undefined;
}

export type AnswerPart =
  | { type: 'sources'; sources: readonly Source[] }
  | { type: 'delta'; text: string }
  | { type: 'done'; answered: Answered };

export type DraftPart =
  | { type: 'sources'; sources: readonly Source[] }
  | { type: 'delta'; text: string }
  | { type: 'done'; answer: Answer; retrievalMs: number };

export interface Answered extends Answer {
  readonly metrics: TurnMetrics;
}

export interface AnswersParts {
  readonly search: Search;
  readonly storage: Storage;
  readonly clock: Clock;
  readonly machines: Pick<Machines, 'think'>;
  readonly ledger: UsageLedger;
  readonly crossLanguage: CrossLanguage;
  readonly limits: AnswerLimits;
}

/** More are looked at than are given to the model: the best evidence is not always in the first few. */
const LOOKED_AT = 10;

export function makeAnswers({ search, storage, clock, machines, ledger, crossLanguage, limits }: AnswersParts): Answers {
  async function* answerFor(
    caller: Caller,
    { question, limit, language, policy }: QuestionInput & { readonly policy: HospitalSettings['answerPolicy'] },
  ): AsyncGenerator<DraftPart> {
    const passages = Math.min(limit ?? limits.passages, limits.passages);
    const found = await search.searchFor(caller, { words: question, limit: Math.max(LOOKED_AT, passages), mode: 'hybrid' });
    const spoken = language ?? crossLanguage.questionLanguage(question);
    const call: Call = {
      signal: caller.signal,
      label: {
        hospitalId: caller.hospitalId,
        use: caller.via === 'voice' || caller.via === 'telephony' ? 'voice' : 'knowledge',
        requestId: caller.requestId,
      },
    };
    const request = {
      question,
      passages: found.passages,
      language: spoken,
      policy,
      inEnglish: found.inEnglish,
      model: machines.think(spoken),
      limits: { ...limits, passages },
    };
    const glossed = (source: Source): Source => {
      const gloss = found.inEnglish && glossOf(source.quote ?? source.excerpt, found.inEnglish.understood);
      return gloss === undefined ? source : { ...source, gloss };
    };
    for await (const part of answerFrom(request, call)) {
      if (part.type === 'delta') yield part;
      else if (part.type === 'sources') yield { type: 'sources', sources: part.sources.map(glossed) };
      else yield { type: 'done', answer: { ...part.answer, sources: part.answer.sources.map(glossed) }, retrievalMs: found.tookMs };
    }
  }

  return {
    answerFor,
    async *answer(caller, question) {
      authorize(caller, 'documents.read');
      const startedMs = clock.elapsedMs();
      const hospital =
        caller.hospitalId === PLATFORM
          ? undefined
          : await storage.read(caller.hospitalId, (stores) => stores.access.hospital(caller.hospitalId));
      for await (const part of answerFor(caller, { ...question, policy: hospital?.settings.answerPolicy ?? 'cited' })) {
        if (part.type !== 'done') {
          yield part;
          continue;
        }
        const uses = ledger.take(caller.requestId);
        if (uses.length > 0)
          await storage.transact(caller.hospitalId, (stores) =>
            stores.usage.insert(uses, { sessionId: null, doctorId: caller.doctorId ?? null, patientId: caller.patientId ?? null }),
          );
        const metrics = { ...metricsOf(uses, clock.elapsedMs() - startedMs), retrievalMs: Math.round(part.retrievalMs) };
        yield { type: 'done', answered: { ...part.answer, metrics } };
      }
    },
  };
}

/** The whole answer, for those who do not follow its making. */
export async function wholeAnswer(parts: AsyncIterable<AnswerPart>): Promise<Answered> {
  for await (const part of parts) if (part.type === 'done') return part.answered;
  throw new AppError('cancelled', 'The request was cancelled.');
}
