import type { Chosen, Machines } from '../../engines/machines.ts';
import { edgePolicy } from '../../engines/speech-edges.ts';
import type { HeardPart, LiveSpeechToText, Transcript } from '../../engines/speech-to-text.ts';
import type { Clock } from '../../shared/clock.ts';
import { AppError, isCancelled } from '../../shared/errors.ts';
import { newId } from '../../shared/ids.ts';
import { checkScript } from '../../shared/language/script-check.ts';
import type { Caller } from '../access/caller.ts';
import type { Consult } from '../consultation/consult.ts';
import { type Phrase, phrase } from '../consultation/phrases.ts';
import type { Sound } from '../consultation/sound.ts';
import { type Ear, openEar } from './ear.ts';
import { patienceOf } from './endpointing.ts';
import { type EndReason, makeOutgoing, type VoicePart } from './outgoing.ts';
import { makeReplies, type Saying } from './replies.ts';
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
  /** Calls a person, and says so: a key of a telephone. */
  handOver(): void;
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
  /** What the session begins with otherwise; nothing where people see that somebody listens. */
  readonly greeting?: readonly Saying[];
  readonly readsAhead: boolean;
  readonly consult: Consult;
  /** For those who read along; what becomes a message is told by the room that keeps it. */
  readonly hearing: (text: string) => void;
  readonly sound: Sound;
  readonly machines: Pick<Machines, 'speak'>;
  readonly clock: Clock;
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
  const house = (which: Phrase): Saying => ({ text: phrase(parts.language, which), language: parts.language });
  const outgoing = makeOutgoing();
  const over = new AbortController();
  const signal = AbortSignal.any([caller.signal, over.signal]);
  const timers = new Map<TurnTimer, AbortController>();
  const opening = parts.cutShort ? [house('line-back')] : (parts.greeting ?? []);
  let state: TurnState = opening.length > 0 ? { ...nobodySpeaks, phase: 'replying' } : nobodySpeaks;
  let utteranceId = newId();
  let finals: Transcript[] = [];
  let speechEndMs: number | undefined;
  let sttMs: number | null = null;
  let activeMs = clock.elapsedMs();
  let usualLevel = 0;
  let aheadStop: AbortController | undefined;
  const label = { hospitalId: caller.hospitalId, use: 'voice', requestId: caller.requestId } as const;

  const replies = makeReplies({
    session: parts,
    outgoing,
    signal,
    onSaying: (text) => happen({ type: 'saying', text }),
    onPlayed() {
      activeMs = clock.elapsedMs();
      happen({ type: 'playout-end', atMs: clock.elapsedMs() });
    },
    tellError,
  });

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
        parts.hearing(`${state.draft} ${command.text}`.trim());
        outgoing.push(transcriptPart(command.text, false));
        break;
      case 'show-final':
        parts.hearing(state.draft || command.text);
        outgoing.push(transcriptPart(command.text, true));
        break;
      case 'reply':
        begin(command.utterance, command.spoken);
        break;
      case 'barge-in':
        replies.stop();
        break;
      case 'flush':
        if (ear) ear.flush();
        else happen({ type: 'flushed', atMs: clock.elapsedMs() });
        break;
      case 'say-again':
        replies.say([house('say-again')]);
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

  function begin(text: string, spoken: boolean): void {
    replies.begin({
      text,
      transcript: spoken ? joined(finals, text) : undefined,
      speechEndMs: spoken ? speechEndMs : undefined,
      sttMs: spoken ? sttMs : null,
    });
    finals = [];
    sttMs = null;
    speechEndMs = undefined;
    activeMs = clock.elapsedMs();
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
    await replies.done();
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
    replies.after(async () => {
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
  if (opening.length > 0) replies.say(opening);

  return {
    parts: outgoing,
    hear: (samples, sampleRate) => ear?.hear(samples, sampleRate),
    recording(bytes) {
      activeMs = clock.elapsedMs();
      const startedMs = clock.elapsedMs();
      // Whoever sends what they recorded has stopped listening.
      happen({ type: 'interrupt' });
      replies.after(async () => {
        const { transcript } = await sound.hear({ ...caller, signal }, bytes, parts.language);
        utteranceId = newId();
        if (transcript.text === '') return happen({ type: 'commit' });
        finals = [transcript];
        sttMs = Math.round(clock.elapsedMs() - startedMs);
        speechEndMs = startedMs;
        happen({ type: 'whole-turn', text: transcript.text.slice(0, 5_000), spoken: true });
      });
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
      replies.silence();
    },
    handOver() {
      activeMs = clock.elapsedMs();
      if (state.phase === 'replying') happen({ type: 'interrupt' });
      else replies.silence();
      replies.after(async () => {
        await consult.handOver({ ...caller, requestId: newId(), signal: new AbortController().signal }, sessionId);
        if (signal.aborted) return;
        outgoing.push({ type: 'handover', reason: 'asked', state: 'requested' });
        state = { ...state, phase: 'replying' };
        replies.say([house('person-called')]);
      });
    },
    played: replies.played,
    idleMs: () => (state.phase === 'replying' || state.speech ? 0 : clock.elapsedMs() - activeMs),
    async end(reason) {
      if (over.signal.aborted) return;
      if (replies.open && state.phase === 'replying') replies.stop();
      keepDraft();
      outgoing.end({ type: 'ended', reason });
      await close();
    },
    async drop() {
      if (over.signal.aborted) return false;
      const cut = replies.open && state.phase === 'replying';
      if (cut) replies.stop();
      keepDraft();
      outgoing.end();
      await close();
      return cut;
    },
  };
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
