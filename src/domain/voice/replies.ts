import type { Call } from '../../engines/call.ts';
import type { ChosenVoice, Machines } from '../../engines/machines.ts';
import type { Transcript } from '../../engines/speech-to-text.ts';
import { channel } from '../../shared/channel.ts';
import type { Clock } from '../../shared/clock.ts';
import { AppError, isCancelled } from '../../shared/errors.ts';
import { newId } from '../../shared/ids.ts';
import type { Caller } from '../access/caller.ts';
import type { Consult } from '../consultation/consult.ts';
import { phrase } from '../consultation/phrases.ts';
import { type SpokenTimes, speakOut } from './mouth.ts';
import type { Outgoing } from './outgoing.ts';
import { makePlayout, type Playout } from './playout.ts';
import { makeSentences } from './sentences.ts';

/**
 * The box's side of the conversation: one reply after the other is made, spoken, measured and settled in the record. Each hangs on a
 * signal of its own, so that an interruption lets model, voice and queue go at once.
 */
export interface Replies {
  begin(asked: Asked): void;
  /** Sentences of the house that answer nothing and are kept nowhere. */
  say(pieces: readonly Saying[]): void;
  /** Lets the current reply go: at once for the listener, and soon for the machines. */
  stop(): void;
  /** The same for a reply that is over as far as the clock knows, and may still sound at a client that never tells. */
  silence(): void;
  played(ms: number): void;
  /** Work that comes after the replies before it. */
  after(work: () => Promise<unknown>): void;
  /** A reply is being made, or played. */
  readonly open: boolean;
  /** Resolves when all that was begun is done. */
  done(): Promise<void>;
}

/** What is answered, and when it was said. Times are the clock's; undefined and null for what was typed. */
export interface Asked {
  readonly text: string;
  readonly transcript: Transcript | undefined;
  readonly speechEndMs: number | undefined;
  readonly sttMs: number | null;
}

export interface Saying {
  readonly text: string;
  readonly language: string;
}

/** What replies need to know of their session. */
export interface ReplySession {
  readonly caller: Caller;
  readonly sessionId: string;
  /** For the words of the house; an answer's own language comes with it. */
  readonly language: string;
  readonly country: string | undefined;
  readonly wantedVoice: string | undefined;
  readonly rate: number;
  readonly ears: { readonly demonstration: boolean } | undefined;
  readonly consult: Consult;
  readonly machines: Pick<Machines, 'speak'>;
  readonly clock: Clock;
}

export interface ReplyParts {
  readonly session: ReplySession;
  readonly outgoing: Outgoing;
  /** Of the whole session. */
  readonly signal: AbortSignal;
  /** This will be said next. */
  readonly onSaying: (text: string) => void;
  /** The reply has been played to its end, as far as anyone can know. */
  readonly onPlayed: () => void;
  readonly tellError: (error: unknown) => void;
}

interface Reply {
  messageId: string;
  readonly turn: AbortController;
  readonly playout: Playout;
  /** What was heard of it when it was cut short. */
  heardText: string | undefined;
  stopped: boolean;
  /** It has its id and stands in the record. */
  begun: boolean;
  settled: boolean;
}

function newReply(): Reply {
  return {
    messageId: newId(),
    turn: new AbortController(),
    playout: makePlayout(),
    heardText: undefined,
    stopped: false,
    begun: false,
    settled: false,
  };
}

export function makeReplies({ session, outgoing, signal, onSaying, onPlayed, tellError }: ReplyParts): Replies {
  const { caller, sessionId, clock, consult } = session;
  let reply: Reply | undefined;
  let work: Promise<unknown> = Promise.resolve();

  async function answer(mine: Reply, asked: Asked, decidedMs: number): Promise<void> {
    const { text: utterance, transcript } = asked;
    const turnCaller: Caller = { ...caller, requestId: newId(), signal: AbortSignal.any([signal, mine.turn.signal]) };
    const texts = channel<string>(Number.POSITIVE_INFINITY);
    const times: SpokenTimes = { firstAudioMs: undefined, firstAtMs: undefined };
    let early = true;
    let speaking: Promise<void> = Promise.resolve();
    let answered = false;
    /** Nobody is left in silence: what went wrong is said aloud as well. */
    const apologise = () => {
      const text = phrase(session.language, 'trouble');
      outgoing.push({ type: 'answer', messageId: mine.messageId, text, isFinal: true });
      const voice = mine.begun ? undefined : voiceFor(session.language);
      if (voice) speaking = spoken(mine, voice, session.language, texts, times, turnCaller);
      speakable(piecesOf(text, false));
    };
    const speakable = (pieces: readonly string[]) => {
      for (const text of pieces) {
        onSaying(text);
        texts.push(text);
      }
    };
    try {
      const heardWords = transcript && { transcript, demonstration: session.ears?.demonstration ?? false };
      for await (const part of consult.say(turnCaller, { sessionId, text: utterance, ...(heardWords ? { heard: heardWords } : {}) })) {
        if (mine.stopped) continue;
        if (part.type === 'red-flag') {
          if (part.shouted) outgoing.push({ type: 'red-flag', flag: part.flag });
        } else if (part.type === 'sources') {
          if (part.sources.length > 0) outgoing.push(part);
        } else if (part.type === 'tool-call') outgoing.push(part);
        else if (part.type === 'begin') {
          mine.messageId = part.messageId;
          mine.begun = true;
          // What the house says is known as a whole: a fixed sentence is said as it was prepared.
          early = part.by !== 'rules';
          const voice = voiceFor(part.language);
          if (voice) speaking = spoken(mine, voice, part.language, texts, times, turnCaller);
          else texts.end();
        } else if (part.type === 'delta') {
          answered = true;
          outgoing.push({ type: 'answer', messageId: mine.messageId, text: part.text, isFinal: false });
          // Each piece ends a sentence (the room has judged it): none waits for the next.
          speakable(piecesOf(part.text, early));
          early = false;
        } else if (part.type === 'handover') outgoing.push({ type: 'handover', reason: part.reason, state: 'requested' });
        else if (part.message.text !== '')
          outgoing.push({ type: 'answer', messageId: mine.messageId, text: part.message.text, isFinal: true, message: part.message });
      }
    } catch (error) {
      if (!mine.stopped && !isCancelled(error)) {
        tellError(error);
        if (!answered) apologise();
      }
    }
    texts.end();
    await speaking;
    mine.playout.end();
    if (!mine.stopped && times.firstAtMs !== undefined) outgoing.push({ type: 'sound-end', messageId: mine.messageId });

    const endedMs = clock.elapsedMs();
    mine.settled = true;
    const metrics = await consult.settle(
      { ...turnCaller, signal: caller.signal },
      {
        sessionId,
        messageId: mine.begun ? mine.messageId : undefined,
        ...(mine.heardText === undefined ? {} : { heardText: mine.heardText }),
        times: {
          sttMs: asked.sttMs,
          ttsFirstAudioMs: times.firstAudioMs === undefined ? null : Math.round(times.firstAudioMs),
          totalMs: Math.round(endedMs - decidedMs),
        },
      },
    );
    if (mine.stopped) return;
    void untilPlayed(mine);
    if (!mine.begun) return;
    const since = asked.speechEndMs;
    outgoing.push({
      type: 'metrics',
      metrics: {
        ...metrics,
        endpointMs: since === undefined ? null : Math.max(0, Math.round(decidedMs - since)),
        voiceToVoiceMs: since === undefined || times.firstAtMs === undefined ? null : Math.max(1, Math.round(times.firstAtMs - since)),
      },
    });
  }

  function voiceFor(language: string): ChosenVoice | undefined {
    try {
      return session.machines.speak(language, session.wantedVoice);
    } catch {
      return undefined; // the answer stands in writing
    }
  }

  async function spoken(
    mine: Reply,
    voice: ChosenVoice,
    language: string,
    texts: ReturnType<typeof channel<string>>,
    times: SpokenTimes,
    turnCaller: Caller,
  ): Promise<void> {
    const call: Call = {
      signal: turnCaller.signal,
      label: { hospitalId: caller.hospitalId, use: 'voice', requestId: turnCaller.requestId },
    };
    const { playout } = mine;
    try {
      await speakOut(
        texts,
        { messageId: mine.messageId, voice, language, rate: session.rate, country: session.country, playout, outgoing, call, clock },
        times,
      );
    } catch (error) {
      // Without its voice the answer goes on in writing.
      if (!isCancelled(error) && !mine.stopped) tellError(error);
      texts.end();
    }
  }

  /** The turn is over when its sound has been played, as far as anyone can know. */
  async function untilPlayed(mine: Reply): Promise<void> {
    for (;;) {
      const nowMs = clock.elapsedMs();
      const next = mine.playout.lookAgainMs(nowMs);
      if (mine.stopped || reply !== mine) return;
      if (next === undefined) break;
      await clock.sleep(Math.max(1, next - nowMs), mine.turn.signal).catch(() => {});
      if (signal.aborted) return;
    }
    onPlayed();
  }

  async function settleCut(mine: Reply): Promise<void> {
    if (!mine.begun || mine.heardText === undefined) return;
    const { messageId, heardText } = mine;
    await consult.settle({ ...caller, requestId: newId() }, { sessionId, messageId, heardText, times: {} }).catch(tellError);
  }

  return {
    begin(asked) {
      const mine = newReply();
      reply = mine;
      const decidedMs = clock.elapsedMs();
      // Answers are made one after the other: what was kept of the last one is what the next one builds on.
      work = work
        .then(() => answer(mine, asked, decidedMs))
        .catch((error: unknown) => {
          tellError(error);
          onPlayed();
        });
    },

    say(pieces) {
      const mine = newReply();
      reply = mine;
      for (const { text } of pieces) onSaying(text);
      work = work
        .then(async () => {
          if (mine.stopped) return;
          outgoing.push({ type: 'answer', messageId: mine.messageId, text: pieces.map(({ text }) => text).join(' '), isFinal: true });
          const times: SpokenTimes = { firstAudioMs: undefined, firstAtMs: undefined };
          const alone = { ...caller, signal: AbortSignal.any([signal, mine.turn.signal]) };
          for (const { text, language } of pieces) {
            const voice = voiceFor(language);
            if (!voice || mine.stopped) continue;
            const texts = channel<string>(Number.POSITIVE_INFINITY);
            texts.push(text);
            texts.end();
            await spoken(mine, voice, language, texts, times, alone);
          }
          mine.playout.end();
          if (!mine.stopped && times.firstAtMs !== undefined) outgoing.push({ type: 'sound-end', messageId: mine.messageId });
          void untilPlayed(mine);
        })
        .catch(tellError);
    },

    stop() {
      const mine = reply;
      if (!mine || mine.stopped) return;
      mine.stopped = true;
      mine.heardText = mine.playout.heardText(clock.elapsedMs());
      outgoing.drop(mine.messageId);
      outgoing.urgent({ type: 'interrupted', messageId: mine.messageId, heardText: mine.heardText });
      mine.turn.abort(new AppError('cancelled', 'The request was cancelled.'));
      // A reply that was made to its end before it was cut short has been kept whole: it is cut in the record as well.
      if (mine.settled) work = work.then(() => settleCut(mine));
    },

    silence() {
      if (!reply || reply.stopped || reply.playout.known || reply.playout.durationMs === 0) return;
      reply.stopped = true;
      outgoing.urgent({ type: 'interrupted', messageId: reply.messageId, heardText: reply.playout.heardText(clock.elapsedMs()) });
    },

    played: (ms) => reply?.playout.played(ms, clock.elapsedMs()),
    after(next) {
      work = work.then(next).catch(tellError);
    },
    get open() {
      return reply !== undefined && !reply.stopped;
    },
    done: () => work.then(() => {}).catch(() => {}),
  };
}

/** Whole sentences as a voice takes them; where it is the first that a machine said, its first clause by itself. */
function piecesOf(text: string, early: boolean): string[] {
  const never = Number.POSITIVE_INFINITY;
  const sentences = makeSentences(early ? {} : { firstAtLeast: never, firstAtMost: never });
  return [...sentences.push(text), ...sentences.end()];
}
