import { ApiError, type Bearer, failureOf, requestAs, UnreachableError } from '../session/api.ts';
import { type Microphone, MicrophoneError, type MicrophoneTrouble, openMicrophone } from '../sound/microphone.ts';
import { makeSpeaker, type Speaker } from '../sound/speaker.ts';
import { type Conversation, type Happening, noConversation, step, type WrittenAnswer } from './conversation.ts';
import type { Failure, ServerMessage, Viseme } from './messages.ts';
import { openVoiceLink, type VoiceLink } from './voice-link.ts';

/** Everything the page shows that is no part of the conversation itself. */
export interface Hearing {
  readonly listening: boolean;
  readonly trouble: MicrophoneTrouble | undefined;
  readonly sounding: boolean;
  /** The line to the box failed while something was asked of it. */
  readonly unreachable: boolean;
}

export interface TalkState {
  readonly conversation: Conversation;
  readonly hearing: Hearing;
}

/** One conversation at a time: its socket, microphone and loudspeaker, and the state that a page draws. */
export interface Talk {
  state(): TalkState;
  subscribe(changed: () => void): () => void;
  /** From a press: browsers give sound and microphone only then. */
  start(options: StartOptions): Promise<void>;
  listen(): Promise<void>;
  hush(): void;
  /** True when it was taken; else it should stay in the field. */
  type(text: string): Promise<boolean>;
  /** Push-to-talk: sound goes out only while held. */
  hold(down: boolean): void;
  stopReply(): void;
  finish(): Promise<void>;
  /** Forgets everything; the next person begins from nothing. */
  clear(): void;
  readFailure(): void;
  /** 0 to 1, read by the meter at each frame. */
  microphoneLevel(): number;
  replyLevel(): number;
  replyPlayedMs(): number;
  visemes(): readonly Viseme[];
}

export interface StartOptions {
  readonly language: string;
  readonly hears: boolean;
  readonly pushToTalk: boolean;
  readonly withMicrophone: boolean;
  /** Opens the consultation, or names one that is open. */
  readonly open: () => Promise<Opened>;
}

export interface Opened {
  readonly consultation_id: string;
  readonly session_id?: string;
  /** What was said before, where an open conversation goes on. */
  readonly before?: Pick<Conversation, 'lines' | 'redFlags'>;
}

const MARK_MS = 200;
/** A box that is busy is asked again so much later. */
const BUSY_MS = 3_000;

export function makeTalk(bearer: Bearer, onSignIn: () => void): Talk {
  let conversation = noConversation;
  let hearing: Hearing = { listening: false, trouble: undefined, sounding: false, unreachable: false };
  let snapshot: TalkState = { conversation, hearing };
  let link: VoiceLink | undefined;
  let microphone: Microphone | undefined;
  let speaker: Speaker | undefined;
  let options: StartOptions | undefined;
  let writtenOnly = false;
  let holding = false;
  let level = 0;
  let replyVisemes: Viseme[] = [];
  let marks: ReturnType<typeof setInterval> | undefined;
  let lastMark = -1;
  const listeners = new Set<() => void>();

  function publish(): void {
    snapshot = { conversation, hearing };
    for (const changed of listeners) changed();
  }
  function happen(happening: Happening): void {
    conversation = step(conversation, happening);
    publish();
  }
  function set(change: Partial<Hearing>): void {
    hearing = { ...hearing, ...change };
    publish();
  }
  /** A failure of a request, in the box's words, or as "it does not answer". */
  function tell(error: unknown): void {
    const failure = failureOf(error);
    if (failure) happen({ type: 'failed', failure });
    else if (error instanceof UnreachableError) set({ unreachable: true });
    else throw error;
  }

  const greeting = () => ({
    type: 'init-session' as const,
    ...(conversation.consultationId === undefined ? {} : { consultation_id: conversation.consultationId }),
    ...(conversation.sessionId === undefined ? {} : { session_id: conversation.sessionId }),
    language: conversation.language,
    input: writtenOnly ? null : { encoding: 'pcm16', sample_rate: 16_000 },
    output: { encoding: 'pcm16', sample_rate: 24_000, binary: false },
    turn_detection: { type: options?.pushToTalk ? 'none' : 'vad' },
  });

  function onMessage(message: ServerMessage): void {
    if (message.type === 'error' && conversation.link !== 'ready' && refusedGreeting(message.payload)) return;
    happen({ type: 'heard', message });
    switch (message.type) {
      case 'session-ready':
        set({ unreachable: false });
        break;
      case 'speech-started':
        if (hearing.sounding) speaker?.quieter();
        break;
      case 'speech-stopped':
        speaker?.normal();
        break;
      case 'audio-start':
        replyVisemes = [];
        lastMark = -1;
        speaker?.begin(message.sample_rate);
        break;
      case 'audio_chunk':
        if (message.visemes) replyVisemes = [...replyVisemes, ...message.visemes];
        speaker?.play(message.data, message.sample_rate);
        watchPlayback();
        break;
      case 'audio-end':
        speaker?.complete();
        break;
      case 'interrupted':
        speaker?.drop();
        speaker?.normal();
        replyVisemes = [];
        break;
      case 'session-ended':
        if (conversation.link === 'ended') release();
        break;
      default:
    }
  }

  /** True where the conversation goes on in another way than it was asked for. */
  function refusedGreeting(failure: Failure): boolean {
    const cannot = failure.error_code === 'LANGUAGE_UNAVAILABLE' || failure.error_code === 'ENGINE_UNAVAILABLE';
    if (cannot && !writtenOnly) {
      // It cannot hear; it may still answer aloud what is written.
      writtenOnly = true;
      closeMicrophone();
      happen({ type: 'failed', failure });
      link?.greetAgain();
      return true;
    }
    if (failure.error_code === 'OVERLOADED') {
      happen({ type: 'failed', failure });
      setTimeout(() => conversation.link === 'connecting' && link?.greetAgain(), BUSY_MS);
      return true;
    }
    if (cannot || failure.error_code === 'VALIDATION_ERROR') {
      link?.close();
      link = undefined;
      closeMicrophone();
      happen({ type: 'text-only', failure });
      return true;
    }
    return false;
  }

  /** While a reply sounds, the box is told how much of it was heard, so that it knows what was said. */
  function watchPlayback(): void {
    if (marks !== undefined) return;
    const look = () => {
      const sounding = speaker?.isSounding() ?? false;
      const played = speaker?.playedMs() ?? 0;
      if (played !== lastMark && played > 0) link?.send({ type: 'playback', played_ms: played });
      lastMark = played;
      if (sounding !== hearing.sounding) set({ sounding });
      if (sounding) return;
      clearInterval(marks);
      marks = undefined;
    };
    marks = setInterval(look, MARK_MS);
    look();
  }

  function closeMicrophone(): void {
    microphone?.stop();
    microphone = undefined;
    level = 0;
    if (hearing.listening) set({ listening: false });
  }

  async function openEar(): Promise<void> {
    if (microphone) return;
    try {
      const opened = await openMicrophone(
        (frame, rms) => {
          level = rms;
          if (!writtenOnly && (!options?.pushToTalk || holding)) link?.sendSound(frame);
        },
        (trouble) => {
          closeMicrophone();
          set({ trouble });
        },
      );
      // The conversation may have ended while the browser asked.
      if (writtenOnly || conversation.link === 'ended' || conversation.link === 'idle') return opened.stop();
      microphone = opened;
      set({ listening: true, trouble: undefined });
    } catch (error) {
      if (!(error instanceof MicrophoneError)) throw error;
      set({ trouble: error.trouble });
    }
  }

  function release(): void {
    link?.close();
    link = undefined;
    closeMicrophone();
    speaker?.drop();
    clearInterval(marks);
    marks = undefined;
    if (hearing.sounding) set({ sounding: false });
  }

  return {
    state: () => snapshot,
    subscribe(changed) {
      listeners.add(changed);
      return () => listeners.delete(changed);
    },
    async start(chosen) {
      options = chosen;
      writtenOnly = !chosen.hears;
      speaker ??= makeSpeaker();
      speaker.unlock();
      set({ unreachable: false, trouble: undefined });
      happen({ type: 'connecting', language: chosen.language, hears: chosen.hears });
      let opened: Opened;
      try {
        opened = await chosen.open();
      } catch (error) {
        conversation = noConversation;
        if (error instanceof ApiError && error.status === 401) onSignIn();
        return tell(error);
      }
      // Whoever left meanwhile does not come back by this.
      if (conversation.link !== 'connecting') return;
      happen({
        type: 'opened',
        consultationId: opened.consultation_id,
        sessionId: opened.session_id,
        ...(opened.before ? { before: opened.before } : {}),
      });
      link = openVoiceLink({
        token: (fresh) => bearer.token(fresh),
        greeting,
        onMessage,
        onDropped() {
          speaker?.complete();
          speaker?.normal();
          if (conversation.link !== 'reconnecting') happen({ type: 'dropped' });
        },
        onEnded() {
          happen({ type: 'ended' });
          release();
        },
        onTextOnly(failure) {
          closeMicrophone();
          happen({ type: 'text-only', ...(failure ? { failure } : {}) });
        },
        onSignIn() {
          release();
          onSignIn();
        },
      });
      if (chosen.hears && chosen.withMicrophone) await openEar();
    },
    listen: openEar,
    hush: closeMicrophone,
    async type(text) {
      if (conversation.link === 'text-only' && conversation.sessionId !== undefined) {
        happen({ type: 'typed', text });
        try {
          const body = { session_id: conversation.sessionId, text };
          const answer = await requestAs<WrittenAnswer>(bearer, 'POST', '/api/v1/conversation/message', body);
          set({ unreachable: false });
          happen({ type: 'answered-in-writing', answer });
          return true;
        } catch (error) {
          // It was not said: it goes back into the field, and out of the conversation.
          conversation = { ...conversation, awaitsAnswer: false, lines: conversation.lines.slice(0, -1) };
          tell(error);
          return false;
        }
      }
      if (!link?.send({ type: 'text', text })) return false;
      happen({ type: 'typed', text });
      return true;
    },
    hold(down) {
      if (!options?.pushToTalk || holding === down) return;
      holding = down;
      if (down && hearing.sounding) this.stopReply();
      if (!down) link?.send({ type: 'commit' });
    },
    stopReply() {
      link?.send({ type: 'interrupt' });
      speaker?.drop();
      set({ sounding: false });
    },
    async finish() {
      const { consultationId } = conversation;
      link?.send({ type: 'end-session' });
      happen({ type: 'ended' });
      release();
      if (consultationId !== undefined)
        await requestAs(bearer, 'POST', `/api/v1/consultations/${encodeURIComponent(consultationId)}/end`).catch((error: unknown) => {
          // Over is over for the person; what could not be told ends by itself at the box.
          if (!(error instanceof ApiError || error instanceof UnreachableError)) throw error;
        });
    },
    clear() {
      release();
      conversation = noConversation;
      hearing = { listening: false, trouble: undefined, sounding: false, unreachable: false };
      replyVisemes = [];
      publish();
    },
    readFailure: () => happen({ type: 'failure-read' }),
    microphoneLevel: () => level,
    replyLevel: () => speaker?.level() ?? 0,
    replyPlayedMs: () => speaker?.playedMs() ?? 0,
    visemes: () => replyVisemes,
  };
}
