import type { Chosen, ChosenVoice, Machines } from '../../engines/machines.ts';
import type { LiveSpeechToText } from '../../engines/speech-to-text.ts';
import type { Clock } from '../../shared/clock.ts';
import { AppError, isCancelled } from '../../shared/errors.ts';
import { newId } from '../../shared/ids.ts';
import { describeError, type Log } from '../../shared/log.ts';
import type { Caller } from '../access/caller.ts';
import { authorize } from '../access/policies.ts';
import type { Consult } from '../consultation/consult.ts';
import type { Consultations, Opened } from '../consultation/consultations.ts';
import type { Mode } from '../consultation/encounter.ts';
import type { LiveWords } from '../consultation/live-words.ts';
import { fixedSentences } from '../consultation/phrases.ts';
import { speaksAs } from '../consultation/policy.ts';
import type { Sound } from '../consultation/sound.ts';
import { verbalise } from '../consultation/verbalise.ts';
import type { Storage } from '../storage.ts';
import type { EndReason } from './outgoing.ts';
import type { Saying } from './replies.ts';
import { openVoiceSession, type VoiceSession } from './voice-session.ts';

/**
 * Live conversations: who may sit down, how many at a time, who comes back to one that broke off, and when one has been idle too long.
 * Telephone and socket come in by the same road. Places live in memory: a box that starts anew has them all free.
 */
export interface Voice {
  /** Takes a place, and gives back how to leave it. Throws `rate-limited` when all are taken. */
  enter(): () => void;
  /** Opens or resumes a conversation. Throws what `sit` throws, and `unavailable` or LANGUAGE_UNAVAILABLE where this box cannot hear. */
  open(caller: Caller, wish: VoiceWish): Promise<OpenVoice>;
  /** Everyone who talks in this consultation is told that it has ended. */
  consultationEnded(consultationId: string): void;
  readonly places: { readonly taken: number; readonly limit: number };
}

export interface VoiceWish {
  readonly sessionId?: string | undefined;
  readonly consultationId?: string | undefined;
  readonly mode?: Mode | undefined;
  readonly language?: string | undefined;
  /** `live`: sound as it is made; `recordings`: whole utterances; `none`: typed turns only. */
  readonly input: 'live' | 'recordings' | 'none';
  readonly voice?: string | undefined;
  readonly rate?: number | undefined;
  readonly byHand?: boolean | undefined;
  readonly silenceMs?: number | undefined;
  readonly longestMs?: number | undefined;
  /** What a new conversation begins with, where nobody sees that somebody listens. */
  readonly greeting?: readonly Saying[] | undefined;
}

export interface OpenVoice {
  readonly session: VoiceSession;
  readonly opened: Opened;
  readonly language: string;
  readonly engines: { readonly stt: string | null; readonly llm: string | null; readonly tts: string | null };
  readonly voice: string | null;
  /** That speak this language. */
  readonly voices: readonly string[];
  /** That this box can hear. */
  readonly languages: readonly string[];
  readonly offline: boolean;
}

export interface VoiceParts {
  readonly consultations: Consultations;
  readonly consult: Consult;
  readonly sound: Sound;
  readonly machines: Machines;
  readonly storage: Storage;
  readonly clock: Clock;
  readonly words: LiveWords;
  readonly log: Log;
  readonly limit: number;
  readonly idleMs: number;
  readonly offline: boolean;
}

/** A line that broke may come back for so long. */
const RESUME_MS = 5 * 60_000;
const LOOK_MS = 500;

interface Seat {
  readonly consultationId: string;
  session: VoiceSession | undefined;
  /** The session made its consultation, and takes it along when it ends. */
  readonly owns: boolean;
  droppedAtMs: number | undefined;
  cutShort: boolean;
  /** Resolves when all is kept. */
  ending: Promise<void> | undefined;
}

export function makeVoice(parts: VoiceParts): Voice {
  const { consultations, consult, sound, machines, storage, clock, log } = parts;
  const seats = new Map<string, Seat>();
  const warmed = new Map<string, Promise<void>>();
  let taken = 0;

  /** Waits until the voice has spoken once, and has the sentences of the house ready soon after. */
  function warm({ engine, voice }: ChosenVoice, language: string, caller: Caller): Promise<void> {
    const key = JSON.stringify([engine.id, voice]);
    const known = warmed.get(key);
    if (known) return known;
    const speakAll = async (sentences: readonly string[], use: 'voice' | 'knowledge') => {
      for (const sentence of sentences) {
        const call = {
          signal: new AbortController().signal,
          label: { hospitalId: caller.hospitalId, use, requestId: newId() },
        } as const;
        for await (const _ of engine.speak(one(verbalise(sentence, language)), { voice }, call));
      }
    };
    const [first, ...rest] = fixedSentences(language);
    const ready = speakAll(first === undefined ? [] : [first], 'voice');
    void ready.then(() => speakAll(rest, 'knowledge')).catch((error: unknown) => forget(key, error));
    warmed.set(key, ready);
    return ready;
  }
  function forget(key: string, error: unknown): void {
    warmed.delete(key);
    if (!isCancelled(error)) log.warn({ error: describeError(error) }, 'voice.not-warm');
  }

  function voiceOf(language: string, wanted: string | undefined): ChosenVoice | undefined {
    try {
      return machines.speak(language, wanted);
    } catch {
      return undefined; // its answers stand in writing
    }
  }

  /** A seat whose line broke too long ago is given up. */
  function tidy(): void {
    for (const [id, { session, droppedAtMs }] of seats)
      if (!session && droppedAtMs !== undefined && clock.elapsedMs() - droppedAtMs > 2 * RESUME_MS) seats.delete(id);
  }

  async function watchIdle(sessionId: string, session: VoiceSession, signal: AbortSignal): Promise<void> {
    while (!signal.aborted && seats.get(sessionId)?.session === session) {
      await clock.sleep(LOOK_MS, signal).catch(() => {});
      if (session.idleMs() >= parts.idleMs) return session.end('timed_out');
    }
  }

  return {
    places: {
      get taken() {
        return taken;
      },
      limit: parts.limit,
    },

    enter() {
      if (taken >= parts.limit)
        throw new AppError('rate-limited', 'Too many people are talking to this box at this moment. Please try again in a moment.', {
          retryAfterMs: 5_000,
        });
      taken++;
      let left = false;
      return () => {
        if (!left) taken--;
        left = true;
      };
    },

    async open(caller, wish) {
      authorize(caller, 'consultations.speak');
      tidy();
      const before = wish.sessionId === undefined ? undefined : seats.get(wish.sessionId);
      // Machines are looked at first: a conversation that cannot be heard does not begin.
      const hospital = await storage.read(caller.hospitalId, (stores) => stores.access.hospital(caller.hospitalId));
      const known = wish.sessionId === undefined ? undefined : await consultations.sessionFor(caller, wish.sessionId);
      await consultations.mayJoin(caller, wish);
      if (before?.droppedAtMs !== undefined && clock.elapsedMs() - before.droppedAtMs > RESUME_MS)
        throw new AppError('timed-out', 'This conversation broke off too long ago. Please start a new one.', {
          reason: 'SESSION_ERROR',
          context: { reason: 'expired' },
        });
      await machines.settled();
      const spokenIn = (language: string | undefined) =>
        language === undefined || language === 'auto' ? (hospital?.settings.defaultLanguage ?? 'en') : language;
      const expected = spokenIn(wish.language ?? known?.consultation.language);
      let ears: Chosen<LiveSpeechToText> | undefined = wish.input === 'live' ? machines.hearLive(expected) : undefined;
      if (wish.input === 'recordings') machines.hear(expected);

      const opened = await consultations.sit(caller, wish);
      const { consultation, session: sitting } = opened;
      const language = spokenIn(consultation.language);
      if (language !== expected && wish.input === 'live') ears = machines.hearLive(language);
      const spoken = voiceOf(language, wish.voice);
      if (spoken) await warm(spoken, language, caller).catch(() => {});
      const terms = await storage.read(caller.hospitalId, (stores) => stores.practice.doctors({ limit: 100 }));

      // Two tabs: the newer one has it.
      const other = seats.get(sitting.id)?.session;
      if (other) await other.end('taken_over');
      const seat: Seat = {
        consultationId: consultation.id,
        session: undefined,
        owns: before?.owns ?? (wish.sessionId === undefined && wish.consultationId === undefined && caller.consultationId === undefined),
        droppedAtMs: undefined,
        cutShort: false,
        ending: undefined,
      };
      const inner = openVoiceSession({
        caller,
        sessionId: sitting.id,
        language,
        country: hospital?.settings.defaultCountry,
        terms: terms.map(({ name }) => name.replace(/^dr\.?\s+/i, '')),
        ears,
        wantedVoice: wish.voice,
        rate: wish.rate ?? 1,
        byHand: wish.byHand ?? false,
        silenceMs: wish.silenceMs,
        longestMs: wish.longestMs,
        cutShort: before?.cutShort ?? false,
        greeting: wish.greeting ?? [],
        readsAhead: hospital?.settings.answerPolicy === 'open' || consultation.mode === 'roleplay',
        consult,
        hearing: (text) =>
          parts.words.tell(consultation.id, {
            type: 'words',
            speaker: speaksAs(caller, consultation) ?? 'patient',
            text,
            isFinal: false,
            language,
          }),
        sound,
        machines,
        clock,
      });
      const session: VoiceSession = {
        ...inner,
        end: (reason) => (seat.ending ??= leaveSeat(reason).catch(tellLog)),
        async drop() {
          if (seat.ending || seat.session === undefined || seats.get(sitting.id) !== seat) {
            await seat.ending;
            return false;
          }
          seat.session = undefined;
          seat.droppedAtMs = clock.elapsedMs();
          seat.cutShort = await inner.drop();
          return seat.cutShort;
        },
      };
      const leaveSeat = async (reason: EndReason): Promise<void> => {
        await inner.end(reason);
        if (seats.get(sitting.id) === seat && reason !== 'shutting_down' && reason !== 'signed_out') seats.delete(sitting.id);
        // A sitting that somebody else goes on with, or may come back to, stays.
        if (reason === 'taken_over' || reason === 'shutting_down' || reason === 'signed_out' || reason === 'consultation_ended') return;
        const alone = { ...caller, signal: new AbortController().signal };
        if (seat.owns) await consultations.end(alone, consultation.id);
        else await consultations.leave(alone, sitting.id);
      };
      const tellLog = (error: unknown) =>
        log.error({ requestId: caller.requestId, hospitalId: caller.hospitalId, error: describeError(error) }, 'voice.end-failed');
      seat.session = session;
      seats.set(sitting.id, seat);
      void watchIdle(sitting.id, session, caller.signal);
      return {
        session,
        opened,
        language: consultation.language,
        engines: {
          stt: ears?.engine.id ?? (wish.input === 'recordings' ? machines.hear(language).engine.id : null),
          llm: machines.think(language)?.engine.id ?? null,
          tts: spoken?.engine.id ?? null,
        },
        voice: spoken?.voice ?? null,
        voices: machines
          .voices()
          .filter((one) => base(one.language) === base(language))
          .map(({ id }) => id),
        languages: machines
          .abilities()
          .filter(({ hear }) => hear !== null)
          .map(({ code }) => code),
        offline: parts.offline,
      };
    },

    consultationEnded(consultationId) {
      for (const seat of seats.values()) if (seat.consultationId === consultationId) void seat.session?.end('consultation_ended');
    },
  };
}

const base = (language: string) => language.split('-')[0]?.toLowerCase() ?? language;

async function* one(text: string): AsyncGenerator<string> {
  yield text;
}
