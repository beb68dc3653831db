import type { LanguageModel } from '../../engines/language-model.ts';
import type { Chosen, Machines } from '../../engines/machines.ts';
import type { Transcript } from '../../engines/speech-to-text.ts';
import { throwIfAborted } from '../../shared/abort.ts';
import type { Clock } from '../../shared/clock.ts';
import { AppError, isCancelled } from '../../shared/errors.ts';
import { newId } from '../../shared/ids.ts';
import { makeLanes } from '../../shared/lanes.ts';
import { guessLanguage } from '../../shared/language/script-check.ts';
import type { Caller } from '../access/caller.ts';
import type { Hospital } from '../access/hospital.ts';
import { authorize, noSuch } from '../access/policies.ts';
import { appendAudit } from '../audit/audit-log.ts';
import type { Answers } from '../knowledge/answers.ts';
import type { Source } from '../knowledge/source.ts';
import type { Notice } from '../notices/notice.ts';
import { type Notices, writeNotice } from '../notices/notices.ts';
import { noteCall } from '../scheduling/calls.ts';
import type { Storage, Stores } from '../storage.ts';
import { metricsOf, type TurnMetrics } from '../usage/turn-metrics.ts';
import type { UsageLedger } from '../usage/usage-ledger.ts';
import { requireRecordable } from './consultations.ts';
import type { AnsweredBy, Consultation, ConsultationSession, FlagRaised, Message } from './encounter.ts';
import { type GuardState, guardSentence } from './guard.ts';
import { asksForPerson } from './handover.ts';
import { isQuestion, nextIntakeReply } from './intake.ts';
import type { LiveWords } from './live-words.ts';
import { phrase } from './phrases.ts';
import { speaksAs } from './policy.ts';
import { consultationPrompt, rolePlayPrompt } from './prompt.ts';
import type { Reception } from './reception/reception.ts';
import { sentencesIn } from './reception/sentences.ts';
import type { ToolUse } from './reception/tools.ts';
import { findRedFlags } from './red-flags.ts';
import { scenarioOf, scriptedReply } from './roleplay.ts';
import { trivialReply } from './trivial.ts';

/**
 * One turn of a conversation: what was said comes in, is kept, is looked at by rules before any machine sees it, and is answered
 * by whoever may answer it. What a machine may say to a patient is decided here, in code, by the hospital's policy. It refuses to
 * know how the words came in or how they go out.
 */
export interface Consult {
  /** Parts as they become known, the last one `done`. Ends early when the caller leaves; what was said until then is kept. */
  say(caller: Caller, turn: TurnInput): AsyncIterable<TurnPart>;
  /** Lets the model read what is being said, so that less is left to read when it is said. A courtesy: it may do nothing. */
  readAhead(caller: Caller, turn: { readonly sessionId: string; readonly text: string }): Promise<void>;
  /** Writes down how an answer was spoken: its times, what its voice used, and, where it was cut short, how much of it was heard. */
  settle(caller: Caller, spoken: SpokenAnswer): Promise<TurnMetrics>;
  /** Calls a person into the conversation without a word said, as by a key of a telephone. */
  handOver(caller: Caller, sessionId: string): Promise<void>;
}

export interface SpokenAnswer {
  readonly sessionId: string;
  /** Undefined where only what engines used is to be written down. */
  readonly messageId: string | undefined;
  /** Only this was heard; undefined = all of it. */
  readonly heardText?: string;
  readonly times: Partial<Pick<TurnMetrics, 'sttMs' | 'ttsFirstAudioMs' | 'ttsMs' | 'totalMs'>>;
}

export interface TurnInput {
  readonly sessionId: string;
  readonly text: string;
  /** Where the words were heard rather than typed. */
  readonly heard?: { readonly transcript: Transcript; readonly demonstration: boolean };
}

export type TurnPart =
  /** `shouted`: a patient said it, outside of practice; what staff say is recorded only. */
  | { type: 'red-flag'; flag: FlagRaised; shouted: boolean }
  /** The answer begins: its id, who gives it, and in which language. */
  | { type: 'begin'; messageId: string; by: AnsweredBy; language: string }
  /** A person has been called. */
  | { type: 'handover'; reason: string }
  | { type: 'sources'; sources: readonly Source[] }
  /** The reception asked something of the house, and this came of it. */
  | { type: 'tool-call'; use: ToolUse }
  | { type: 'delta'; text: string }
  | { type: 'done'; message: Message; session: ConsultationSession };

export interface ConsultParts {
  readonly storage: Storage;
  readonly clock: Clock;
  readonly machines: Machines;
  readonly ledger: UsageLedger;
  readonly notices: Notices;
  readonly words: LiveWords;
  readonly answers: Answers;
  /** Who answers at the reception; without one, whoever answers elsewhere. */
  readonly reception?: Reception | undefined;
}

/** An answer while it is being made. */
interface Answer {
  readonly by: AnsweredBy;
  readonly abstained?: boolean;
  readonly trivial?: boolean;
  readonly demonstration?: boolean;
  readonly callPerson?: 'asked' | 'red_flag' | 'not_understood';
  /** What it rests on, shown before its words. */
  readonly sources?: readonly Source[];
  readonly toolCalls?: readonly ToolUse[];
  /** What the reception knows from here on. */
  readonly receptionState?: string;
  readonly text: AsyncIterable<string>;
  /** What is known of it only when it has been said. */
  readonly outcome?: () => Outcome | undefined;
}

interface Outcome {
  readonly by: AnsweredBy;
  readonly demonstration: boolean;
  readonly sources: readonly Source[];
  readonly retrievalMs: number;
}

interface Turn {
  readonly caller: Caller;
  readonly consultation: Consultation;
  readonly session: ConsultationSession;
  readonly hospital: Hospital;
  readonly history: readonly Message[];
  readonly speaker: 'patient' | 'staff';
  readonly text: string;
  readonly flags: readonly FlagRaised[];
  readonly messageId: string;
}

/** Answers of which so many in a row were none bring a person. */
const MISUNDERSTANDINGS = 2;
const HISTORY = 24;
const watchers = ['doctor', 'nurse', 'receptionist', 'hospital_admin'] as const;

export function makeConsult({ storage, clock, machines, ledger, notices, words, answers, reception }: ConsultParts): Consult {
  const now = () => clock.now().getTime();
  // Two clients on one session take turns: an answer is made to what was said before it, and to nothing else.
  const lanes = makeLanes();

  async function* say(caller: Caller, input: TurnInput): AsyncGenerator<TurnPart> {
    authorize(caller, 'consultations.speak');
    const turns = enterLane(lanes, input.sessionId);
    await turns.mine;
    try {
      yield* carryOut(caller, input);
    } finally {
      turns.leave();
    }
  }

  async function* carryOut(caller: Caller, input: TurnInput): AsyncGenerator<TurnPart> {
    const startedMs = clock.elapsedMs();
    // What somebody said live is kept, also when they have gone on meanwhile.
    if (caller.via !== 'voice' && caller.via !== 'telephony') throwIfAborted(caller.signal);
    const turn = await hear(caller, input);
    const shouted = turn.speaker === 'patient' && (turn.consultation.mode === 'consultation' || turn.consultation.mode === 'reception');
    const flag = turn.flags[0];
    const { id: consultationId, language } = turn.consultation;
    if (flag && shouted) words.tell(consultationId, { type: 'red-flag', flag });
    if (flag) yield { type: 'red-flag', flag, shouted };

    const answer = flag && shouted ? emergency(turn, flag) : await answerTo(turn);
    const messageId = newId(now());
    yield { type: 'begin', messageId, by: answer.by, language: turn.consultation.language };
    yield { type: 'sources', sources: answer.sources ?? [] };
    for (const use of answer.toolCalls ?? []) yield { type: 'tool-call', use };
    let text = '';
    let finished = false;
    try {
      for await (const piece of answer.text) {
        text += piece;
        words.tell(consultationId, { type: 'words', speaker: 'assistant', text, isFinal: false, language });
        yield { type: 'delta', text: piece };
      }
      finished = true;
    } catch (error) {
      // A machine that fails in mid-answer has said what it said, and a person is offered; one that never began is an error.
      if (isCancelled(error) || !(error instanceof AppError) || text === '') throw error;
      const rest = ` ${phrase(turn.consultation.language, 'offer-person')}`;
      text += rest;
      finished = true;
      yield { type: 'delta', text: rest };
    } finally {
      // The caller left, or the machine failed: what was said so far is kept as what it is.
      if (!finished) await keepAnswer(turn, answer, { messageId, text, interrupted: true, startedMs });
    }
    const kept = await keepAnswer(turn, answer, { messageId, text, interrupted: false, startedMs });
    if (text !== '') words.tell(consultationId, { type: 'words', speaker: 'assistant', text, isFinal: true, language, messageId });
    if (answer.callPerson) yield { type: 'handover', reason: answer.callPerson };
    yield { type: 'done', ...kept };
  }

  /** Keeps what was said, with the flags it raises, before anything answers it. */
  async function hear(caller: Caller, { sessionId, text, heard }: TurnInput): Promise<Turn> {
    const at = now();
    const raised: Notice[] = [];
    const turn = await storage.transact(caller.hospitalId, async (stores): Promise<Turn> => {
      const session = await stores.encounters.session(sessionId);
      const found = session && (await stores.encounters.find(session.consultationId));
      const hospital = await stores.access.hospital(caller.hospitalId);
      if (!session || !found || !hospital) throw noSuch('session_id');
      const consultation = await inOneLanguage(stores, found, hospital, text);
      const speaker = speaksAs(caller, consultation);
      if (!speaker) throw sessionError('This conversation belongs to somebody else.', 'not_yours');
      if (session.endedAt !== null || consultation.status === 'ended')
        throw sessionError('This conversation has ended. Please start a new one.', 'ended');
      await requireRecordable(stores, caller.hospitalId, consultation);
      const history = await stores.encounters.lastMessages(sessionId, HISTORY);
      const flags = findRedFlags(text, { language: consultation.language, emergencyNumbers: numbersOf(hospital) });
      const message: Message = {
        id: newId(at),
        consultationId: consultation.id,
        sessionId,
        sender: speaker,
        senderId: caller.userId,
        text,
        language: consultation.language,
        answeredBy: null,
        abstained: false,
        trivial: false,
        demonstration: heard?.demonstration ?? false,
        interrupted: false,
        sources: [],
        redFlag: flags[0] ?? null,
        transcript: heard?.transcript ?? null,
        metrics: null,
        processingMs: 0,
        createdAt: at,
      };
      await stores.encounters.insertMessage(message);
      const shouted = speaker === 'patient' && (consultation.mode === 'consultation' || consultation.mode === 'reception');
      for (const flag of flags.slice(0, 1)) {
        const id = newId(at);
        await stores.encounters.insertFlag({ ...flag, id, consultationId: consultation.id, messageId: message.id, createdAt: at });
        await appendAudit(stores, caller, at, {
          eventType: 'red_flag.raised',
          action: 'C',
          entityType: 'consultation',
          entityId: consultation.id,
          patientId: consultation.patientId,
          payload: { new: { code: flag.code, severity: flag.severity } },
        });
        if (shouted)
          raised.push(
            await writeNotice(stores, {
              hospitalId: caller.hospitalId,
              type: 'red_flag',
              data: {
                code: flag.code,
                severity: flag.severity,
                consultationId: consultation.id,
                sessionId,
                patientId: consultation.patientId,
              },
              audience: watchers,
              createdAt: at,
            }),
          );
      }
      return { caller, consultation, session, hospital, history, speaker, text, flags, messageId: message.id };
    });
    for (const notice of raised) notices.announce(notice);
    words.tell(turn.consultation.id, {
      type: 'words',
      speaker: turn.speaker,
      text,
      isFinal: true,
      language: turn.consultation.language,
      messageId: turn.messageId,
    });
    return turn;
  }

  /** `auto` is settled by the first words that tell their language for sure, once; until then the hospital's own is spoken. */
  async function inOneLanguage(stores: Stores, consultation: Consultation, hospital: Hospital, text: string): Promise<Consultation> {
    if (consultation.language !== 'auto') return consultation;
    const guess = guessLanguage(text);
    const language = guess?.sure ? (guess.language.split('-')[0] ?? guess.language) : undefined;
    if (language !== undefined) await stores.encounters.setLanguage(consultation.id, language);
    return { ...consultation, language: language ?? hospital.settings.defaultLanguage };
  }

  function emergency(turn: Turn, flag: FlagRaised): Answer {
    return { by: 'rules', callPerson: 'red_flag', text: once(`${flag.advice} ${phrase(turn.consultation.language, 'staff-told')}`) };
  }

  /** Who may answer this, and what: rules first, then sources, then, where the hospital allows it, the model. */
  async function answerTo(turn: Turn): Promise<Answer> {
    const { consultation, hospital, text, history } = turn;
    const { language, mode } = consultation;
    if (mode === 'transcribe') return { by: 'rules', text: once('') };
    if (mode === 'roleplay') return rolePlay(turn);
    if (mode === 'reception' && reception) return atReception(turn, reception);
    const small = trivialReply(text, language);
    if (small !== undefined) return { by: 'rules', trivial: true, text: once(small) };
    if (asksForPerson(text)) return { by: 'rules', callPerson: 'asked', text: once(phrase(language, 'person-called')) };
    if (hospital.settings.answerPolicy === 'open') {
      const model = machines.think(language);
      if (model)
        return {
          by: 'model',
          demonstration: model.demonstration,
          text: spokenBy(turn, model, consultationPrompt(consultation, hospital, history, text)),
        };
    }
    if (!isQuestion(text)) return { by: 'rules', text: once(nextIntakeReply(history, text, language)) };
    const quoted = await fromSources(turn);
    if (quoted) return quoted;
    // Nothing here supports an answer: it says so, and after the second time in a row it calls a person.
    const inVain = [...history].reverse().filter((message) => message.sender === 'assistant' && !message.trivial);
    const again = inVain.slice(0, MISUNDERSTANDINGS - 1).filter((message) => message.abstained).length === MISUNDERSTANDINGS - 1;
    return {
      by: 'rules',
      abstained: true,
      ...(again ? { callPerson: 'not_understood' as const } : {}),
      text: once(phrase(language, 'not-in-my-sources', again ? 'person-called' : 'offer-person')),
    };
  }

  /** What the hospital's documents say to it, in quotes or in a model's checked words; undefined where they say nothing. */
  async function fromSources({ caller, consultation, hospital, text }: Turn): Promise<Answer | undefined> {
    const { answerPolicy, ragEnabled } = hospital.settings;
    if (answerPolicy === 'intake' || !ragEnabled) return undefined;
    const { language } = consultation;
    const parts = answers.answerFor(caller, { question: text, language, policy: 'cited' })[Symbol.asyncIterator]();
    const first = await parts.next();
    if (first.done || first.value.type !== 'sources' || first.value.sources.length === 0) {
      await parts.return?.();
      return undefined;
    }
    const { sources } = first.value;
    let outcome: Outcome | undefined;
    // A model that speaks is held to what the sources say of doses, as everywhere.
    const told = sources.map(({ excerpt }) => excerpt).join('\n');
    async function* said(): AsyncGenerator<string> {
      let state: GuardState = { said: [] };
      try {
        for (let next = await parts.next(); !next.done; next = await parts.next()) {
          if (next.value.type === 'delta') {
            const judged = guardSentence(next.value.text, told, language, state);
            state = judged.state;
            if (judged.text) yield judged.text;
          } else if (next.value.type === 'done') {
            const { answeredBy, demonstration, sources } = next.value.answer;
            outcome = { by: answeredBy, demonstration, sources, retrievalMs: Math.round(next.value.retrievalMs) };
          }
        }
      } finally {
        await parts.return?.();
      }
    }
    return { by: machines.think(language)?.demonstration === false ? 'model' : 'sources', sources, text: said(), outcome: () => outcome };
  }

  /** The reception's own rules, and for what is none of its matters the hospital's documents. No model tells anybody what was done. */
  async function atReception(turn: Turn, reception: Reception): Promise<Answer> {
    const { text, uses, state, trivial, passed, callPerson } = await reception.answer(turn);
    const kept = { toolCalls: uses, receptionState: state };
    const quoted = passed ? await fromSources(turn) : undefined;
    if (quoted) return { ...quoted, ...kept };
    const { language } = turn.consultation;
    if (passed) return { by: 'rules', abstained: true, ...kept, text: once(`${phrase(language, 'not-in-my-sources')} ${text}`) };
    return { by: 'rules', trivial, ...kept, ...(callPerson ? { callPerson } : {}), text: once(text || sentencesIn(language).askTask) };
  }

  function rolePlay(turn: Turn): Answer {
    const { consultation, text, history } = turn;
    const scenario = scenarioOf(consultation.scenario);
    const model = machines.think(consultation.language);
    if (model && !model.demonstration)
      return { by: 'model', text: spokenBy(turn, model, rolePlayPrompt(consultation, scenario, history, text)) };
    return { by: 'rules', text: once(scriptedReply(scenario, text, consultation.language)) };
  }

  /** A model's words, sentence by sentence, each judged before anyone sees it. */
  async function* spokenBy(
    turn: Turn,
    model: Chosen<LanguageModel>,
    prompt: Parameters<LanguageModel['generate']>[0],
  ): AsyncGenerator<string> {
    const { caller, consultation } = turn;
    const call = {
      signal: caller.signal,
      label: {
        hospitalId: caller.hospitalId,
        use: caller.via === 'voice' || caller.via === 'telephony' ? 'voice' : 'consultation',
        requestId: caller.requestId,
      },
    } as const;
    let state: GuardState = { said: [] };
    let first = true;
    for await (const sentence of sentencesOf(model.engine.generate(prompt, call))) {
      const judged = guardSentence(sentence, '', consultation.language, state);
      state = judged.state;
      if (!judged.text) continue;
      yield first ? judged.text : ` ${judged.text}`;
      first = false;
    }
    if (first) yield phrase(consultation.language, 'not-in-my-sources', 'offer-person');
  }

  async function keepAnswer(
    turn: Turn,
    answer: Answer,
    { messageId, text, interrupted, startedMs }: { messageId: string; text: string; interrupted: boolean; startedMs: number },
  ): Promise<{ message: Message; session: ConsultationSession }> {
    const { caller, consultation, session } = turn;
    const at = now();
    const uses = ledger.take(caller.requestId);
    const totalMs = clock.elapsedMs() - startedMs;
    const outcome = answer.outcome?.();
    const spent = metricsOf(uses, totalMs);
    const metrics: TurnMetrics = { ...spent, retrievalMs: outcome?.retrievalMs ?? spent.retrievalMs };
    const message: Message = {
      id: messageId,
      consultationId: consultation.id,
      sessionId: session.id,
      sender: 'assistant',
      senderId: 'assistant',
      text,
      language: consultation.language,
      answeredBy: outcome?.by ?? answer.by,
      abstained: answer.abstained ?? false,
      trivial: answer.trivial ?? false,
      demonstration: outcome?.demonstration ?? answer.demonstration ?? false,
      interrupted,
      sources: outcome?.sources ?? answer.sources ?? [],
      redFlag: turn.flags[0] ?? null,
      transcript: null,
      metrics,
      processingMs: Math.round(totalMs),
      createdAt: at,
      toolCalls: answer.toolCalls ?? [],
    };
    let called: Notice | undefined;
    const kept = await storage.transact(caller.hospitalId, async (stores) => {
      // Whoever was erased while they were being answered gets no words back into the house.
      if (!(await stores.encounters.find(consultation.id))) {
        await stores.usage.insert(uses, { sessionId: null, doctorId: consultation.doctorId, patientId: null });
        return { message, session };
      }
      if (text !== '' || !interrupted) await stores.encounters.insertMessage(message);
      await stores.usage.insert(uses, { sessionId: session.id, doctorId: consultation.doctorId, patientId: consultation.patientId });
      if (answer.receptionState !== undefined) await stores.encounters.setReceptionState(session.id, answer.receptionState);
      await stores.encounters.addToTotals(session.id, metrics.inputTokens + metrics.outputTokens, uses.length);
      if (answer.callPerson && answer.callPerson !== 'red_flag') called = await callPerson(stores, turn, answer.callPerson, at);
      const fresh = await stores.encounters.session(session.id);
      return { message, session: fresh ?? session };
    });
    if (called) notices.announce(called);
    return kept;
  }

  async function callPerson(
    stores: Stores,
    { caller, consultation, session }: Pick<Turn, 'caller' | 'consultation' | 'session'>,
    reason: string,
    at: number,
  ): Promise<Notice> {
    await noteCall(stores, session.id, { status: 'transferred' });
    await appendAudit(stores, caller, at, {
      eventType: 'handover.requested',
      action: 'E',
      entityType: 'consultation',
      entityId: consultation.id,
      patientId: consultation.patientId,
      payload: { new: { reason } },
    });
    return writeNotice(stores, {
      hospitalId: caller.hospitalId,
      type: 'handover_requested',
      data: { reason, consultationId: consultation.id, sessionId: session.id, patientId: consultation.patientId },
      audience: watchers,
      createdAt: at,
    });
  }

  async function readAhead(caller: Caller, { sessionId, text }: { sessionId: string; text: string }): Promise<void> {
    authorize(caller, 'consultations.speak');
    const prompt = await storage.read(caller.hospitalId, async (stores) => {
      const session = await stores.encounters.session(sessionId);
      const consultation = session && (await stores.encounters.find(session.consultationId));
      const hospital = await stores.access.hospital(caller.hospitalId);
      if (!consultation || !hospital || !speaksAs(caller, consultation)) return undefined;
      const history = await stores.encounters.lastMessages(sessionId, HISTORY);
      const language = consultation.language === 'auto' ? hospital.settings.defaultLanguage : consultation.language;
      const spoken = { ...consultation, language };
      if (consultation.mode === 'roleplay') return rolePlayPrompt(spoken, scenarioOf(consultation.scenario), history, text);
      if (hospital.settings.answerPolicy !== 'open' || consultation.mode === 'transcribe') return undefined;
      return consultationPrompt(spoken, hospital, history, text);
    });
    if (!prompt) return;
    const model = machines.think('any');
    const label = { hospitalId: caller.hospitalId, use: 'voice', requestId: caller.requestId } as const;
    await model?.engine.prepare?.(prompt, { signal: caller.signal, label });
  }

  async function settle(caller: Caller, { sessionId, messageId, heardText, times }: SpokenAnswer): Promise<TurnMetrics> {
    const uses = ledger.take(caller.requestId);
    const spoken = metricsOf(uses, 0);
    const { metrics, cut } = await storage.transact(caller.hospitalId, async (stores) => {
      const message = messageId === undefined ? undefined : await stores.encounters.message(messageId);
      const before = message?.metrics ?? spoken;
      const metrics: TurnMetrics = {
        ...before,
        ttsMs: spoken.ttsMs ?? before.ttsMs,
        ...times,
        engine: { ...before.engine, tts: spoken.engine.tts ?? before.engine.tts },
      };
      const session = await stores.encounters.session(sessionId);
      const consultation = session && (await stores.encounters.find(session.consultationId));
      await stores.usage.insert(uses, {
        sessionId,
        doctorId: consultation?.doctorId ?? null,
        patientId: consultation?.patientId ?? null,
      });
      await stores.encounters.addToTotals(sessionId, 0, uses.length);
      if (message) await stores.encounters.setSpoken(message.id, heardText, metrics);
      return { metrics, cut: message && heardText !== undefined ? message : undefined };
    });
    if (cut && heardText !== undefined) words.tell(cut.consultationId, { type: 'interrupted', messageId: cut.id, heardText });
    return metrics;
  }

  async function handOver(caller: Caller, sessionId: string): Promise<void> {
    authorize(caller, 'consultations.speak');
    const notice = await storage.transact(caller.hospitalId, async (stores) => {
      const session = await stores.encounters.session(sessionId);
      const consultation = session && (await stores.encounters.find(session.consultationId));
      if (!session || !consultation) throw noSuch('session_id');
      if (!speaksAs(caller, consultation)) throw sessionError('This conversation belongs to somebody else.', 'not_yours');
      return callPerson(stores, { caller, consultation, session }, 'asked', now());
    });
    notices.announce(notice);
  }

  return { say, readAhead, settle, handOver };
}

export function sessionError(sentence: string, reason: 'ended' | 'expired' | 'not_yours'): AppError {
  return new AppError('conflict', sentence, { reason: 'SESSION_ERROR', context: { reason } });
}

export function numbersOf(hospital: Hospital) {
  const { general = '112', ambulance, mentalHealth, poison } = hospital.settings.emergencyNumbers;
  return { general, ...(ambulance ? { ambulance } : {}), ...(mentalHealth ? { mentalHealth } : {}), ...(poison ? { poison } : {}) };
}

async function* once(text: string): AsyncGenerator<string> {
  if (text) yield text;
}

/** Whole sentences out of a stream of deltas; the last one may lack its end. */
async function* sentencesOf(parts: ReturnType<LanguageModel['generate']>): AsyncGenerator<string> {
  let open = '';
  try {
    yield* wholeSentences();
  } catch (error) {
    // A machine that fails between two sentences has said the first.
    if (/[.!?।]["')]*\s*$/u.test(open)) yield open.trim();
    throw error;
  }
  if (open.trim()) yield open.trim();

  async function* wholeSentences(): AsyncGenerator<string> {
    for await (const part of parts) {
      if (part.type !== 'text-delta') continue;
      open += part.text;
      // A full stop ends a sentence when something follows it that begins another; "2.5 mg" stays whole.
      for (let match = /^[\s\S]*?[.!?।]["')]*\s+(?=\S)/u.exec(open); match; match = /^[\s\S]*?[.!?।]["')]*\s+(?=\S)/u.exec(open)) {
        const sentence = match[0].trim();
        open = open.slice(match[0].length);
        if (sentence) yield sentence;
      }
    }
  }
}

/** Like `lanes.run`, for a generator: `mine` resolves when it is this one's turn, `leave` lets the next one in. */
function enterLane(lanes: ReturnType<typeof makeLanes>, key: string): { mine: Promise<void>; leave: () => void } {
  const gone = Promise.withResolvers<void>();
  const mine = Promise.withResolvers<void>();
  void lanes.run(key, () => {
    mine.resolve();
    return gone.promise;
  });
  return { mine: mine.promise, leave: () => gone.resolve() };
}
