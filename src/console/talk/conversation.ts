import type { Failure, Message, RedFlag, ServerMessage, Source } from './messages.ts';

/** What the page shows of a conversation, and how each thing that happens changes it. Pure: the page draws it, the link feeds it. */
export interface Conversation {
  readonly link: LinkState;
  readonly sessionId: string | undefined;
  readonly consultationId: string | undefined;
  readonly language: string;
  /** A voice answers; else the answers are read only. */
  readonly speaks: boolean;
  /** This box hears this language live; else one types. */
  readonly hears: boolean;
  readonly lines: readonly Line[];
  /** What is being heard right now and may still change. */
  readonly partial: { readonly utteranceId: string; readonly text: string; readonly language: string } | undefined;
  readonly someoneSpeaks: boolean;
  /** A turn of the patient is over and no answer has begun. */
  readonly awaitsAnswer: boolean;
  readonly redFlags: readonly RedFlag[];
  readonly handover: 'requested' | 'accepted' | undefined;
  readonly failure: Failure | undefined;
  /** Sources come before the answer that quotes them. */
  readonly sourcesAhead: readonly Source[];
}

/** `text-only`: the socket cannot serve this conversation, but it goes on in writing. */
export type LinkState = 'idle' | 'connecting' | 'ready' | 'reconnecting' | 'text-only' | 'ended';

export interface Line {
  readonly id: string;
  readonly who: 'patient' | 'assistant' | 'staff';
  readonly text: string;
  readonly language: string;
  readonly final: boolean;
  readonly typed: boolean;
  readonly sources: readonly Source[];
  readonly demonstration: boolean;
  readonly interrupted: boolean;
  /** From the end of the question to the answer, as the box measured it. */
  readonly answeredInMs: number | undefined;
}

export type Happening =
  | { readonly type: 'connecting'; readonly language: string; readonly hears: boolean }
  | {
      readonly type: 'opened';
      readonly sessionId: string | undefined;
      readonly consultationId: string;
      readonly before?: Pick<Conversation, 'lines' | 'redFlags'>;
    }
  | { readonly type: 'dropped' }
  | { readonly type: 'text-only'; readonly failure?: Failure }
  | { readonly type: 'ended' }
  | { readonly type: 'typed'; readonly text: string }
  | { readonly type: 'answered-in-writing'; readonly answer: WrittenAnswer }
  | { readonly type: 'failed'; readonly failure: Failure }
  | { readonly type: 'failure-read' }
  | { readonly type: 'heard'; readonly message: ServerMessage };

export interface WrittenAnswer {
  readonly message_id: string;
  readonly response: string;
  readonly language: string;
  readonly demonstration: boolean;
  readonly sources: readonly Source[];
  readonly red_flag: RedFlag | null;
  readonly metrics: { readonly total_ms: number };
}

export const noConversation: Conversation = {
  link: 'idle',
  sessionId: undefined,
  consultationId: undefined,
  language: 'en',
  speaks: true,
  hears: true,
  lines: [],
  partial: undefined,
  someoneSpeaks: false,
  awaitsAnswer: false,
  redFlags: [],
  handover: undefined,
  failure: undefined,
  sourcesAhead: [],
};

export function step(before: Conversation, happening: Happening): Conversation {
  switch (happening.type) {
    case 'connecting':
      return { ...noConversation, link: 'connecting', language: happening.language, hears: happening.hears };
    case 'opened':
      return { ...before, ...happening.before, sessionId: happening.sessionId, consultationId: happening.consultationId };
    case 'dropped':
      return before.link === 'ended' ? before : { ...before, ...quiet, link: 'reconnecting' };
    case 'text-only':
      return { ...before, ...quiet, link: 'text-only', speaks: false, failure: happening.failure ?? before.failure };
    case 'ended':
      return { ...before, ...quiet, link: 'ended' };
    case 'typed':
      return { ...before, failure: undefined, awaitsAnswer: true, lines: [...before.lines, typedLine(before, happening.text)] };
    case 'answered-in-writing':
      return answeredInWriting(before, happening.answer);
    case 'failed':
      return { ...before, awaitsAnswer: false, failure: happening.failure };
    case 'failure-read':
      return { ...before, failure: undefined };
    case 'heard':
      return heard(before, happening.message);
  }
}

/** Nobody is being heard and nothing is under way. */
const quiet = { partial: undefined, someoneSpeaks: false, awaitsAnswer: false } as const;

function heard(before: Conversation, message: ServerMessage): Conversation {
  switch (message.type) {
    case 'session-ready':
      return {
        ...before,
        link: 'ready',
        failure: undefined,
        sessionId: message.session_id,
        consultationId: message.consultation_id,
        language: message.language,
        speaks: message.engines.tts !== null,
        hears: message.engines.stt !== null,
      };
    case 'speech-started':
      return { ...before, someoneSpeaks: true };
    case 'speech-stopped':
      return { ...before, someoneSpeaks: false };
    case 'transcript':
      return transcript(before, message);
    case 'red_flag':
      return withFlag(before, message);
    case 'sources':
      return { ...before, sourcesAhead: message.sources };
    case 'ai_response':
      return response(before, message);
    case 'interrupted':
      return {
        ...before,
        awaitsAnswer: false,
        lines: before.lines.map((line) =>
          line.id === message.message_id ? { ...line, text: message.heard_text, final: true, interrupted: true } : line,
        ),
      };
    case 'handover':
      return { ...before, handover: message.state };
    case 'metrics':
      return withTime(before, message.voice_to_voice_ms ?? message.total_ms);
    case 'error':
      return { ...before, awaitsAnswer: false, failure: message.payload };
    case 'session-ended':
      return { ...before, ...quiet, link: message.reason === 'shutting_down' ? 'reconnecting' : 'ended' };
    default:
      return before;
  }
}

function transcript(before: Conversation, message: Message<'transcript'>): Conversation {
  const { text, language, utterance_id: utteranceId } = message;
  if (!message.is_final) return { ...before, partial: text === '' ? undefined : { utteranceId, text, language } };
  const partial = before.partial?.utteranceId === utteranceId ? undefined : before.partial;
  // What was typed stands here already; a box that repeats it must not say it twice.
  const isEcho = before.lines.slice(-3).some((line) => line.typed && line.text.trim() === text.trim());
  if (text === '' || isEcho || before.lines.some((line) => line.id === utteranceId)) return { ...before, partial };
  const line: Line = {
    ...blankLine,
    id: utteranceId,
    who: 'patient',
    text,
    language,
    final: true,
    demonstration: message.demonstration === true,
  };
  return { ...before, partial, awaitsAnswer: true, failure: undefined, lines: [...before.lines, line] };
}

function response(before: Conversation, message: Message<'ai_response'>): Conversation {
  const known = before.lines.find((line) => line.id === message.message_id);
  // Nothing of a reply that was stopped comes back.
  if (known?.interrupted || (known?.final && !message.is_final)) return before;
  const line: Line = {
    ...(known ?? { ...blankLine, id: message.message_id, who: 'assistant', language: before.language, sources: before.sourcesAhead }),
    text: message.is_final ? message.text : (known?.text ?? '') + message.text,
    final: message.is_final,
    demonstration: message.demonstration === true || known?.demonstration === true,
  };
  const lines = known ? before.lines.map((each) => (each === known ? line : each)) : [...before.lines, line];
  return { ...before, lines, awaitsAnswer: false, sourcesAhead: known ? before.sourcesAhead : [] };
}

function answeredInWriting(before: Conversation, answer: WrittenAnswer): Conversation {
  const line: Line = {
    ...blankLine,
    id: answer.message_id,
    who: 'assistant',
    text: answer.response,
    language: answer.language,
    final: true,
    sources: answer.sources,
    demonstration: answer.demonstration,
    answeredInMs: answer.metrics.total_ms,
  };
  const next = { ...before, awaitsAnswer: false, lines: [...before.lines, line] };
  return answer.red_flag ? withFlag(next, answer.red_flag) : next;
}

/** A flag stays once it was raised; the same again changes nothing. */
function withFlag(before: Conversation, { code, severity, language, matched, advice }: RedFlag): Conversation {
  if (before.redFlags.some((flag) => flag.code === code)) return before;
  return { ...before, redFlags: [...before.redFlags, { code, severity, language, matched, advice }] };
}

function withTime(before: Conversation, ms: number): Conversation {
  const index = before.lines.findLastIndex((line) => line.who === 'assistant');
  return { ...before, lines: before.lines.map((line, i) => (i === index ? { ...line, answeredInMs: ms } : line)) };
}

/** What the box kept of a conversation, as lines. */
export function storedLine(message: StoredMessage, language: string): Line {
  return {
    ...blankLine,
    id: message.message_id,
    who: message.sender_type,
    text: message.message_text,
    language,
    final: true,
    sources: message.sources,
    demonstration: message.demonstration,
    interrupted: message.interrupted,
    answeredInMs: message.sender_type === 'assistant' ? message.processing_time_ms : undefined,
  };
}

export interface StoredMessage {
  readonly message_id: string;
  readonly sender_type: Line['who'];
  readonly message_text: string;
  readonly sources: readonly Source[];
  readonly demonstration: boolean;
  readonly interrupted: boolean;
  readonly processing_time_ms: number;
}

const blankLine = {
  language: 'en',
  typed: false,
  final: false,
  sources: [],
  demonstration: false,
  interrupted: false,
  answeredInMs: undefined,
} as const;

const typedLine = (before: Conversation, text: string): Line => ({
  ...blankLine,
  id: `typed-${before.lines.length}`,
  who: 'patient',
  text,
  language: before.language,
  final: true,
  typed: true,
});
