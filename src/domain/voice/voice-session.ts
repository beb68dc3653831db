import type { Call } from '../../engines/call.ts';
import type { Chosen, ChosenVoice, Machines } from '../../engines/machines.ts';
import { edgePolicy } from '../../engines/speech-edges.ts';
import type { HeardPart, LiveSpeechToText, Transcript } from '../../engines/speech-to-text.ts';
import { channel } from '../../shared/channel.ts';
import type { Clock } from '../../shared/clock.ts';
import { AppError, isCancelled } from '../../shared/errors.ts';
import { newId } from '../../shared/ids.ts';
import type { Caller } from '../access/caller.ts';
import type { Consult } from '../consultation/consult.ts';
import { phrase } from '../consultation/phrases.ts';
import { checkScript } from '../consultation/script-check.ts';
import type { Sound } from '../consultation/sound.ts';
import { type Ear, openEar } from './ear.ts';
import { patienceOf } from './endpointing.ts';
import { type SpokenTimes, speakOut } from './mouth.ts';
import { type EndReason, makeOutgoing, type VoicePart } from './outgoing.ts';
import { makePlayout, type Playout } from './playout.ts';
import { makeSentences } from './sentences.ts';
import { nobodySpeaks, step, type TurnCommand, type TurnEvent, type TurnState, type TurnTimer, turnPolicy } from './turn.ts';

/**
 * One live conversation: reads what the ear hears and what the client sends, asks `step` who has the word, and carries that out. It
 * knows no socket. A turn's work hangs on the turn's signal: an interruption lets model, voice and queue go at once.
 */
export interface VoiceSession {
  readonly parts: AsyncIterable<VoicePart>;
  /** Mono sound as it arrives. */
  hear(samples: Int16Array, sampleRate: number): void;
  /** One whole utterance as a recording. */
  recording(bytes: Uint8Array): void;
  type(text: string): void;
  /** The end of a turn by push-to-talk. */
  commit(): void;
  interrupt(): void;
  /** How much of the current reply the client has played, in milliseconds. */
  played(ms: number): void;
  /** Milliseconds in which nobody did anything. */
  idleMs(): number;
  /** Says why, and ends after what is being kept is kept. */
  end(reason: EndReason): Promise<void>;
  /** The line broke: nothing more is told. True when a reply was cut short by it. */
  drop(): Promise<boolean>;
}

export interface SessionParts {
  readonly caller: Caller;
  readonly sessionId: string;
  /** For hearing and for the words of the house; the answer's own language comes with it. */
  readonly language: string;
  readonly country: string | undefined;
  /** Names that are likely to be said. */
  readonly terms: readonly string[];
  readonly ears: Chosen<LiveSpeechToText> | undefined;
  readonly wantedVoice: string | undefined;
  readonly rate: number;
  readonly byHand: boolean;
  readonly silenceMs: number | undefined;
  readonly longestMs: number | undefined;
  /** The line was lost in the middle of an answer: the session begins by saying so. */
  readonly cutShort: boolean;
  readonly readsAhead: boolean;
  readonly consult: Consult;
  readonly sound: Sound;
  readonly machines: Pick<Machines, 'speak'>;
  readonly clock: Clock;
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

/** Sound that stops arriving while somebody speaks ends what they say. */
const STALLED_MS = 1_000;
const LOOK_MS = 200;
/** While a reply sounds, what is quieter than this (and than a third of how this speaker usually is) is the room. */
const BAR = 300;

export function openVoiceSession(parts: SessionParts): VoiceSession {
  const { caller, sessionId, clock, consult, sound } = parts;
  const policy = {
    ...turnPolicy,
    byHand: parts.byHand,
    patience: patienceOf(parts.silenceMs),
    ...(parts.longestMs === undefined ? {} : { longestMs: parts.longestMs }),
  };
  const outgoing = makeOutgoing();
  const over = new AbortController();
  const signal = AbortSignal.any([caller.signal, over.signal]);
  const timers = new Map<TurnTimer, AbortController>();
  let state: TurnState = parts.cutShort ? { ...nobodySpeaks, phase: 'replying' } : nobodySpeaks;
  let reply: Reply | undefined;
  let work: Promise<unknown> = Promise.resolve();
  let utteranceId = newId();
  let finals: Transcript[] = [];
  let speechEndMs: number | undefined;
  let sttMs: number | null = null;
  let activeMs = clock.elapsedMs();
  let usualLevel = 0;
  let aheadStop: AbortController | undefined;
  const label = { hospitalId: caller.hospitalId, use: 'voice', requestId: caller.requestId } as const;

  const ear: Ear | undefined =
    parts.ears &&
    openEar({
      engine: parts.ears.engine,
      hints: { language: parts.language, terms: parts.terms },
      call: { signal, label },
      clock,
      onPart: heard,
      onFlushed: () => {
        speechEndMs ??= clock.elapsedMs();
        happen({ type: 'flushed', atMs: clock.elapsedMs() });
      },
      onTrouble: (error) => tellError(error),
    });

  function heard(part: HeardPart): void {
    if (signal.aborted) return;
    switch (part.type) {
      case 'speech-start':
        utteranceId = newId();
        activeMs = clock.elapsedMs();
        aheadStop?.abort();
        happen({ type: 'voice-start', atMs: part.atMs, loud: isLoud(part.atMs) });
        break;
      case 'speech-pause':
        if (state.phase === 'hearing') readAhead(`${state.draft} ${state.partial}`);
        happen({ type: 'voice-pause', atMs: part.atMs });
        break;
      case 'speech-resume':
        happen({ type: 'voice-resume', atMs: part.atMs });
        break;
      case 'speech-end':
        speechEndMs = part.atMs;
        if (state.phase !== 'replying') usualLevel = Math.max(usualLevel * 0.8, ear?.levelSince(part.atMs - 1_500) ?? 0);
        happen({ type: 'voice-end', atMs: part.atMs });
        break;
      case 'transcript-partial':
        utteranceId = part.utteranceId;
        happen({ type: 'transcript-partial', text: part.text });
        break;
      case 'transcript-final':
        finalHeard(part.utteranceId, part.transcript);
        break;
      default:
    }
  }

  function finalHeard(id: string, transcript: Transcript): void {
    // Words in a script that nobody writes this language in were not heard right: they are no words.
    if (!checkScript(transcript.text, parts.language).fits) return;
    const nowMs = clock.elapsedMs();
    utteranceId = id;
    activeMs = nowMs;
    sttMs = Math.max(0, Math.round(nowMs - transcript.endMs - edgePolicy.endMs));
    speechEndMs = transcript.endMs;
    const before = state;
    finals.push(transcript);
    happen({ type: 'transcript-final', text: transcript.text, atMs: transcript.endMs });
    if (state.draft === before.draft && state.phase === before.phase) finals.pop(); // an echo, or a murmur
    if (state.phase === 'hearing') readAhead(state.draft);
  }

  function isLoud(sinceMs: number): boolean {
    if (state.phase !== 'replying' || !ear) return true;
    return ear.levelSince(sinceMs) >= Math.max(BAR, usualLevel / 3);
  }

  function happen(event: TurnEvent): void {
    if (signal.aborted) return;
    const [next, commands] = step(state, event, policy);
    state = next;
    for (const command of commands) carryOut(command);
  }

  function carryOut(command: TurnCommand): void {
    switch (command.type) {
      case 'tell-speech':
        outgoing.push({
          type: command.started ? 'speech-started' : 'speech-stopped',
          atMs: Math.max(0, Math.round(command.atMs - openedMs)),
        });
        break;
      case 'show-partial':
        outgoing.push(transcriptPart(command.text, false));
        break;
      case 'show-final':
        outgoing.push(transcriptPart(command.text, true));
        break;
      case 'reply':
        begin(command.utterance, command.spoken);
        break;
      case 'barge-in':
        stop();
        break;
      case 'flush':
        if (ear) ear.flush();
        else happen({ type: 'flushed', atMs: clock.elapsedMs() });
        break;
      case 'say-again':
        say(phrase(parts.language, 'say-again'));
        break;
      case 'arm':
        arm(command.timer, command.atMs);
        break;
      case 'disarm':
        timers.get(command.timer)?.abort();
        timers.delete(command.timer);
    }
  }

  function transcriptPart(text: string, isFinal: boolean): VoicePart {
    return { type: 'transcript', text, isFinal, language: parts.language, utteranceId, demonstration: parts.ears?.demonstration ?? false };
  }

  function arm(name: TurnTimer, atMs: number): void {
    timers.get(name)?.abort();
    const mine = new AbortController();
    timers.set(name, mine);
    void clock.sleep(Math.max(0, atMs - clock.elapsedMs()), AbortSignal.any([mine.signal, signal])).then(
      () => {
        if (timers.get(name) !== mine) return;
        timers.delete(name);
        happen({ type: 'timer', name, atMs: clock.elapsedMs() });
      },
      () => {},
    );
  }

  /** A courtesy to the next answer; it ends with the next sound that changes what is said. */
  function readAhead(text: string): void {
    if (!parts.readsAhead || text.trim().split(/\s+/).length < 3) return;
    aheadStop?.abort();
    const stop = new AbortController();
    aheadStop = stop;
    const ahead = { ...caller, requestId: newId(), signal: AbortSignal.any([signal, stop.signal]) };
    consult.readAhead(ahead, { sessionId, text: text.trim() }).catch(() => {});
  }

  function begin(utterance: string, spoken: boolean): void {
    const mine = newReply();
    reply = mine;
    const transcript = spoken ? joined(finals, utterance) : undefined;
    const asked = { decidedMs: clock.elapsedMs(), speechEndMs: spoken ? speechEndMs : undefined, sttMs: spoken ? sttMs : null };
    finals = [];
    sttMs = null;
    speechEndMs = undefined;
    activeMs = clock.elapsedMs();
    // Answers are made one after the other: what was kept of the last one is what the next one builds on.
    work = work
      .then(() => answer(mine, utterance, transcript, asked))
      .catch((error: unknown) => {
        tellError(error);
        happen({ type: 'playout-end', atMs: clock.elapsedMs() });
      });
  }

  async function answer(
    mine: Reply,
    utterance: string,
    transcript: Transcript | undefined,
    asked: { decidedMs: number; speechEndMs: number | undefined; sttMs: number | null },
  ): Promise<void> {
    const turnCaller: Caller = { ...caller, requestId: newId(), signal: AbortSignal.any([signal, mine.turn.signal]) };
    const texts = channel<string>(Number.POSITIVE_INFINITY);
    const times: SpokenTimes = { firstAudioMs: undefined, firstAtMs: undefined };
    let early = true;
    let speaking: Promise<void> = Promise.resolve();
    let answered = false;
    /** Nobody is left in silence: what went wrong is said aloud as well. */
    const apologise = () => {
      const text = phrase(parts.language, 'trouble');
      outgoing.push({ type: 'answer', messageId: mine.messageId, text, isFinal: true });
      const voice = mine.begun ? undefined : voiceFor(parts.language);
      if (voice) speaking = spoken(mine, voice, parts.language, texts, times, turnCaller);
      speakable(piecesOf(text, false));
    };
    const speakable = (pieces: readonly string[]) => {
      for (const text of pieces) {
        happen({ type: 'saying', text });
        texts.push(text);
      }
    };
    try {
      const heardWords = transcript && { transcript, demonstration: parts.ears?.demonstration ?? false };
      for await (const part of consult.say(turnCaller, { sessionId, text: utterance, ...(heardWords ? { heard: heardWords } : {}) })) {
        if (mine.stopped) continue;
        if (part.type === 'red-flag') {
          if (part.shouted) outgoing.push({ type: 'red-flag', flag: part.flag });
        } else if (part.type === 'sources') {
          if (part.sources.length > 0) outgoing.push(part);
        } else if (part.type === 'begin') {
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
          totalMs: Math.round(endedMs - asked.decidedMs),
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
        endpointMs: since === undefined ? null : Math.max(0, Math.round(asked.decidedMs - since)),
        voiceToVoiceMs: since === undefined || times.firstAtMs === undefined ? null : Math.max(1, Math.round(times.firstAtMs - since)),
      },
    });
  }

  function voiceFor(language: string): ChosenVoice | undefined {
    try {
      return parts.machines.speak(language, parts.wantedVoice);
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
    const call: Call = { signal: turnCaller.signal, label: { ...label, requestId: turnCaller.requestId } };
    const { playout } = mine;
    try {
      await speakOut(
        texts,
        { messageId: mine.messageId, voice, language, rate: parts.rate, country: parts.country, playout, outgoing, call, clock },
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
    activeMs = clock.elapsedMs();
    happen({ type: 'playout-end', atMs: clock.elapsedMs() });
  }

  /** Lets a reply go: at once for the listener, and soon for the machines. */
  function stop(): void {
    const mine = reply;
    if (!mine || mine.stopped) return;
    mine.stopped = true;
    mine.heardText = mine.playout.heardText(clock.elapsedMs());
    outgoing.drop(mine.messageId);
    outgoing.urgent({ type: 'interrupted', messageId: mine.messageId, heardText: mine.heardText });
    mine.turn.abort(new AppError('cancelled', 'The request was cancelled.'));
    // A reply that was made to its end before it was cut short has been kept whole: it is cut in the record as well.
    if (mine.settled) work = work.then(() => settleCut(mine));
  }

  async function settleCut(mine: Reply): Promise<void> {
    if (!mine.begun || mine.heardText === undefined) return;
    const { messageId, heardText } = mine;
    await consult.settle({ ...caller, requestId: newId() }, { sessionId, messageId, heardText, times: {} }).catch(tellError);
  }

  /** A sentence of the house that answers nothing and is kept nowhere. */
  function say(text: string): void {
    const mine = newReply();
    reply = mine;
    happen({ type: 'saying', text });
    work = work
      .then(async () => {
        outgoing.push({ type: 'answer', messageId: mine.messageId, text, isFinal: true });
        const voice = voiceFor(parts.language);
        const times: SpokenTimes = { firstAudioMs: undefined, firstAtMs: undefined };
        const texts = channel<string>(Number.POSITIVE_INFINITY);
        texts.push(text);
        texts.end();
        if (voice)
          await spoken(mine, voice, parts.language, texts, times, { ...caller, signal: AbortSignal.any([signal, mine.turn.signal]) });
        mine.playout.end();
        if (!mine.stopped && times.firstAtMs !== undefined) outgoing.push({ type: 'sound-end', messageId: mine.messageId });
        void untilPlayed(mine);
      })
      .catch(tellError);
  }

  function tellError(error: unknown): void {
    if (signal.aborted || isCancelled(error)) return;
    const known =
      error instanceof AppError
        ? error
        : new AppError(
            'internal',
            'Something went wrong on this box. Please try again; if it happens again, tell the person who looks after it.',
            {},
            error,
          );
    outgoing.push({ type: 'error', error: known });
  }

  /** Sound that stopped arriving in the middle of speech. */
  async function watch(): Promise<void> {
    while (!signal.aborted) {
      await clock.sleep(LOOK_MS, signal).catch(() => {});
      if (ear && state.speech && !state.committing && ear.quietForMs() >= STALLED_MS) ear.flush();
    }
  }

  async function close(): Promise<void> {
    for (const timer of timers.values()) timer.abort();
    over.abort(new AppError('cancelled', 'The request was cancelled.'));
    await work.catch(() => {});
    // What listening used is accounted for when listening is over.
    await consult
      .settle({ ...caller, signal: new AbortController().signal }, { sessionId, messageId: undefined, times: {} })
      .catch(() => {});
  }

  /** What was said and shown, and not answered yet, is kept all the same. */
  function keepDraft(): void {
    const { draft } = state;
    if (draft === '') return;
    const transcript = joined(finals, draft);
    state = { ...state, draft: '' };
    finals = [];
    work = work.then(async () => {
      const alone: Caller = { ...caller, requestId: newId(), signal: new AbortController().signal };
      for await (const _ of consult.say(alone, {
        sessionId,
        text: draft,
        heard: { transcript, demonstration: parts.ears?.demonstration ?? false },
      }));
    });
  }

  const openedMs = clock.elapsedMs();
  void watch();
  if (parts.cutShort) say(phrase(parts.language, 'line-back'));

  return {
    parts: outgoing,
    hear: (samples, sampleRate) => ear?.hear(samples, sampleRate),
    recording(bytes) {
      activeMs = clock.elapsedMs();
      const startedMs = clock.elapsedMs();
      // Whoever sends what they recorded has stopped listening.
      happen({ type: 'interrupt' });
      work = work
        .then(async () => {
          const { transcript } = await sound.hear({ ...caller, signal }, bytes, parts.language);
          utteranceId = newId();
          if (transcript.text === '') return happen({ type: 'commit' });
          finals = [transcript];
          sttMs = Math.round(clock.elapsedMs() - startedMs);
          speechEndMs = startedMs;
          happen({ type: 'whole-turn', text: transcript.text.slice(0, 5_000), spoken: true });
        })
        .catch(tellError);
    },
    type(text) {
      activeMs = clock.elapsedMs();
      happen({ type: 'whole-turn', text, spoken: false });
    },
    commit() {
      activeMs = clock.elapsedMs();
      happen({ type: 'commit' });
    },
    interrupt() {
      activeMs = clock.elapsedMs();
      if (state.phase === 'replying') return happen({ type: 'interrupt' });
      // It may still sound at a client that never tells: it is told to be silent, and what it heard by now stays as it is.
      if (reply && !reply.stopped && !reply.playout.known && reply.playout.durationMs > 0) {
        const { messageId } = reply;
        reply.stopped = true;
        outgoing.urgent({ type: 'interrupted', messageId, heardText: reply.playout.heardText(clock.elapsedMs()) });
      }
    },
    played: (ms) => reply?.playout.played(ms, clock.elapsedMs()),
    idleMs: () => (state.phase === 'replying' || state.speech ? 0 : clock.elapsedMs() - activeMs),
    async end(reason) {
      if (over.signal.aborted) return;
      const cut = reply && !reply.stopped && state.phase === 'replying' ? reply : undefined;
      if (cut) stop();
      keepDraft();
      outgoing.end({ type: 'ended', reason });
      await close();
    },
    async drop() {
      if (over.signal.aborted) return false;
      const cut = reply !== undefined && !reply.stopped && state.phase === 'replying';
      if (cut) stop();
      keepDraft();
      outgoing.end();
      await close();
      return cut;
    },
  };
}

/** Whole sentences as a voice takes them; where it is the first that a machine said, its first clause by itself. */
function piecesOf(text: string, early: boolean): string[] {
  const never = Number.POSITIVE_INFINITY;
  const sentences = makeSentences(early ? {} : { firstAtLeast: never, firstAtMost: never });
  return [...sentences.push(text), ...sentences.end()];
}

/** The words of a turn as one transcript. */
function joined(finals: readonly Transcript[], text: string): Transcript {
  const first = finals[0];
  const last = finals.at(-1);
  const startMs = first?.startMs ?? 0;
  const shift = (ms: number) => Math.max(0, Math.round(ms - startMs));
  return {
    text,
    ...(first?.language ? { language: first.language } : {}),
    startMs: 0,
    endMs: shift(last?.endMs ?? startMs),
    segments: finals.map((one) => ({
      startMs: shift(one.startMs),
      endMs: shift(one.endMs),
      text: one.text,
      ...(one.confidence === undefined ? {} : { confidence: one.confidence }),
    })),
  };
}
