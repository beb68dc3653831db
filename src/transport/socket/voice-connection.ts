import type { RawData, WebSocket } from 'ws';
import type { Caller } from '../../domain/access/caller.ts';
import type { EndReason, VoicePart } from '../../domain/voice/outgoing.ts';
import { type LineFormat, type LineWriter, makeLineReader, makeLineWriter } from '../../domain/voice/sound-format.ts';
import type { OpenVoice, Voice, VoiceWish } from '../../domain/voice/voice.ts';
import type { Clock } from '../../shared/clock.ts';
import { AppError } from '../../shared/errors.ts';
import { describeError, type Log } from '../../shared/log.ts';
import { toFailure } from '../errors.ts';
import { presentToolUse } from '../http/present-consultation.ts';
import { type ClientMessage, clientMessage, type InitSession, type ServerMessage } from '../schema/voice.ts';
import { toWire } from '../wire.ts';
import { fieldsOf } from '../words/field-message.ts';
import { spoken } from '../words/say.ts';
import type { SocketRoom } from './server.ts';

export interface VoiceDoorParts {
  readonly voice: Voice;
  readonly clock: Clock;
  readonly log: Log;
  /** Takes one of the caller's new sessions of this minute. Throws `rate-limited`. */
  readonly limit: (caller: Caller) => void;
  readonly idleMs: number;
  /** An older client: the session opens with the connection, and each binary message is a recorded utterance. */
  readonly opensAtOnce: boolean;
}

const LARGEST = 2 ** 20;
const LARGEST_RECORDING = 16 * 2 ** 20;
/** A line that takes no more is waited for. About a second of sound as base64. */
const FULL_BYTES = 64_000;
/** Sound that comes while a session is being opened is kept and heard. */
const EARLY_BYTES = 4 * 2 ** 20;

/** Frames of the voice socket to and from a live conversation. It checks what it is sent, and has no opinion on what is said. */
export function makeVoiceConnection(parts: VoiceDoorParts): SocketRoom {
  const { voice, clock, log } = parts;
  return async (socket, caller, doorLanguage) => {
    const leave = voice.enter();
    let wish: InitSession | undefined;
    let open: OpenVoice | undefined;
    let opening: Promise<void> | undefined;
    let early: (ClientMessage | Buffer)[] = [];
    let earlyBytes = 0;
    let read: (bytes: Uint8Array) => Int16Array = () => new Int16Array(0);

    const languageNow = () => {
      const named = (open?.language ?? wish?.language ?? doorLanguage).split('-')[0] ?? '';
      return (spoken as readonly string[]).includes(named) ? named : doorLanguage;
    };
    const send = (message: ServerMessage) => {
      if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(message));
    };
    const tell = (error: unknown) => {
      const failure = toFailure(error, caller.requestId, languageNow());
      log[failure.level]({ requestId: caller.requestId, hospitalId: caller.hospitalId, error: describeError(error) }, 'voice.error');
      send({ type: 'error', payload: failure.body });
      return failure;
    };
    const refuse = (error: AppError) => {
      tell(error);
      socket.close(4400, error.details.reason ?? 'VALIDATION_ERROR');
    };

    async function begin(init: InitSession): Promise<void> {
      try {
        parts.limit(caller);
        const asked = wishOf(init);
        const opened = await voice.open(caller, asked);
        if (socket.readyState !== socket.OPEN) {
          await opened.session.drop();
          return;
        }
        wish = init;
        open = opened;
        read = makeLineReader(inputOf(init));
        send({
          type: 'session-ready',
          session_id: opened.opened.session.id,
          consultation_id: opened.opened.consultation.id,
          language: opened.language,
          engines: opened.engines,
          languages: [...opened.languages],
          voice: opened.voice,
          voices: [...opened.voices],
          offline: opened.offline,
        });
        log.info({ requestId: caller.requestId, hospitalId: caller.hospitalId, sessionId: opened.opened.session.id }, 'voice.opened');
        const waiting = early;
        early = [];
        for (const message of waiting) take(message);
        void speak(opened, init);
      } catch (error) {
        early = [];
        earlyBytes = 0;
        wish = init; // so that the reason is told in the language that was asked for
        const failure = tell(error);
        wish = undefined;
        if (error instanceof AppError && !staysOpen.has(error.code)) socket.close(failure.close, failure.body.error_code);
      } finally {
        opening = undefined;
      }
    }

    /** What comes from the client, once there is a session. */
    function take(message: ClientMessage | Buffer): void {
      if (!open || !wish) return;
      const { session } = open;
      if (Buffer.isBuffer(message)) {
        sound(message);
        return;
      }
      switch (message.type) {
        case 'audio':
          sound(Buffer.from(message.data, 'base64'));
          break;
        case 'text':
          session.type(message.text);
          break;
        case 'commit':
          session.commit();
          break;
        case 'interrupt':
          session.interrupt();
          break;
        case 'playback':
          session.played(message.played_ms);
          break;
        case 'end-session':
          void session.end('ended');
          break;
        case 'init-session':
          tell(new AppError('conflict', 'This conversation has begun already.', { reason: 'SESSION_ERROR' }));
      }
    }

    function sound(bytes: Buffer): void {
      if (!open || !wish || wish.input === null || bytes.length === 0) return;
      const input = wish.input?.encoding ?? 'pcm16';
      if (input === 'pcm16' || input === 'mulaw') {
        const { sampleRate } = inputOf(wish);
        const samples = read(bytes);
        const frame = Math.round(sampleRate / 50);
        for (let at = 0; at < samples.length; at += frame) open.session.hear(samples.subarray(at, at + frame), sampleRate);
      } else open.session.recording(bytes);
    }

    /** What the conversation tells, as fast as the line takes it. */
    async function speak({ session }: OpenVoice, init: InitSession): Promise<void> {
      const output = outputOf(init);
      const line = makeSpeech(socket, output, send);
      for await (const part of session.parts) {
        while (socket.bufferedAmount > FULL_BYTES && socket.readyState === socket.OPEN) await clock.sleep(10);
        if (part.type === 'ended') {
          send({ type: 'session-ended', reason: part.reason });
          socket.close(closeOf[part.reason], part.reason.toUpperCase());
        } else if (part.type === 'error') tell(part.error);
        else if (!line.tell(part)) for (const message of present(part)) send(message);
      }
    }

    socket.on('message', (data: RawData, isBinary: boolean) => {
      const bytes = bufferOf(data);
      const encoding = wish?.input?.encoding ?? 'pcm16';
      const mayBeLong = isBinary && encoding !== 'pcm16' && encoding !== 'mulaw';
      if (bytes.length > (mayBeLong ? LARGEST_RECORDING : LARGEST))
        return refuse(new AppError('too-large', 'This is too long for one message. Please send sound in short pieces.'));
      let message: ClientMessage | Buffer;
      try {
        message = isBinary ? bytes : parse(bytes);
      } catch (error) {
        tell(error);
        return;
      }
      const isSound = Buffer.isBuffer(message) || message.type === 'audio';
      if (open) return take(message);
      if (opening) {
        earlyBytes += bytes.length;
        if (earlyBytes > EARLY_BYTES) return refuse(new AppError('too-large', 'Too much was sent before the conversation was ready.'));
        early.push(message);
        return;
      }
      if (!Buffer.isBuffer(message) && message.type === 'init-session') {
        wish = message;
        opening = begin(message);
      } else if (!Buffer.isBuffer(message) && message.type === 'end-session') socket.close(1000, 'ENDED');
      else {
        const error = new AppError('invalid', 'Please begin with init-session.', { context: { expected: 'init-session' } });
        if (isSound) refuse(error);
        else tell(error);
      }
    });

    if (parts.opensAtOnce) {
      wish = { type: 'init-session', mode: 'training', input: { encoding: 'webm', sample_rate: 48_000 } };
      opening = begin(wish);
    }
    void (async () => {
      // A socket that never begins is let go as an idle session is.
      await clock.sleep(parts.idleMs, caller.signal).catch(() => {});
      if (!open && !opening && socket.readyState === socket.OPEN) socket.close(4408, 'TIMED_OUT');
    })();

    await new Promise<void>((resolve) => socket.once('close', () => resolve()));
    leave();
    await opening;
    await open?.session.drop();
  };
}

const staysOpen: ReadonlySet<string> = new Set(['refused', 'unavailable', 'invalid', 'overloaded']);
const closeOf: Readonly<Record<EndReason, number>> = {
  ended: 1000,
  consultation_ended: 4409,
  taken_over: 4409,
  timed_out: 4408,
  signed_out: 4401,
  shutting_down: 1012,
};

function wishOf(init: InitSession): VoiceWish {
  const { input, turn_detection: turns } = init;
  const container = input != null && input.encoding !== 'pcm16' && input.encoding !== 'mulaw';
  return {
    sessionId: init.session_id ?? undefined,
    consultationId: init.consultation_id ?? undefined,
    mode: init.mode ?? undefined,
    language: init.language ?? undefined,
    input: input === null ? 'none' : container ? 'recordings' : 'live',
    voice: init.voice ?? undefined,
    rate: init.speech_rate ?? undefined,
    byHand: turns?.type === 'none',
    silenceMs: turns?.silence_ms ?? undefined,
    longestMs: turns?.max_ms ?? undefined,
  };
}

function inputOf({ input }: InitSession): LineFormat {
  return { encoding: input?.encoding === 'mulaw' ? 'mulaw' : 'pcm16', sampleRate: input?.sample_rate ?? 16_000 };
}

function outputOf({ output }: InitSession): LineFormat & { readonly binary: boolean } {
  return { encoding: output?.encoding ?? 'pcm16', sampleRate: output?.sample_rate ?? 24_000, binary: output?.binary ?? false };
}

/** Sound of replies on the line, one writer for each reply. True when the part was sound. */
function makeSpeech(socket: WebSocket, output: LineFormat & { readonly binary: boolean }, send: (message: ServerMessage) => void) {
  const { encoding, sampleRate, binary } = output;
  let streamId = 0;
  let sequence = 0;
  let current: { messageId: string; writer: LineWriter } | undefined;

  function give(messageId: string, chunk: ReturnType<LineWriter['end']>): void {
    if (!chunk || chunk.bytes.length === 0) return;
    const number = sequence++;
    if (binary) {
      const frame = Buffer.alloc(8 + chunk.bytes.length);
      frame.writeUInt32BE(streamId, 0);
      frame.writeUInt32BE(number, 4);
      frame.set(chunk.bytes, 8);
      if (socket.readyState === socket.OPEN) socket.send(frame);
      return;
    }
    send({
      type: 'audio_chunk',
      message_id: messageId,
      data: Buffer.from(chunk.bytes.buffer, chunk.bytes.byteOffset, chunk.bytes.byteLength).toString('base64'),
      sequence: number,
      sample_rate: sampleRate,
      encoding,
      ...(chunk.text === undefined ? {} : { text: chunk.text }),
      ...(chunk.visemes.length === 0 ? {} : { visemes: chunk.visemes.map(({ atMs, id }) => ({ at_ms: atMs, id })) }),
    });
  }

  return {
    tell(part: VoicePart): boolean {
      if (part.type === 'sound-start') {
        current = { messageId: part.messageId, writer: makeLineWriter(output) };
        streamId++;
        sequence = 0;
        send({ type: 'audio-start', message_id: part.messageId, stream_id: streamId, sample_rate: sampleRate, encoding });
      } else if (part.type === 'sound') {
        if (current?.messageId === part.messageId) give(part.messageId, current.writer.push(part));
      } else if (part.type === 'sound-end') {
        if (current?.messageId !== part.messageId) return true;
        give(part.messageId, current.writer.end());
        send({ type: 'audio-end', message_id: part.messageId, duration_ms: current.writer.durationMs() });
        current = undefined;
      } else {
        // What an interrupted reply had not sent yet is never sent.
        if (part.type === 'interrupted') current = undefined;
        return false;
      }
      return true;
    },
  };
}

function* present(part: Exclude<VoicePart, { type: 'error' | 'ended' }>): Generator<ServerMessage> {
  switch (part.type) {
    case 'speech-started':
    case 'speech-stopped':
      yield { type: part.type, at_ms: part.atMs };
      break;
    case 'transcript':
      yield {
        type: 'transcript',
        text: part.text,
        is_final: part.isFinal,
        language: part.language,
        utterance_id: part.utteranceId,
        demonstration: part.demonstration,
      };
      break;
    case 'red-flag':
      yield { type: 'red_flag', ...part.flag };
      break;
    case 'sources':
      yield { type: 'sources', sources: toWire(part.sources) as Extract<ServerMessage, { type: 'sources' }>['sources'] };
      break;
    case 'tool-call':
      yield { type: 'tool_call', ...presentToolUse(part.use) } as Extract<ServerMessage, { type: 'tool_call' }>;
      break;
    case 'answer':
      yield {
        type: 'ai_response',
        text: part.text,
        is_final: part.isFinal,
        message_id: part.messageId,
        ...(part.message
          ? {
              ...(part.message.answeredBy ? { answered_by: part.message.answeredBy } : {}),
              abstained: part.message.abstained,
              demonstration: part.message.demonstration,
            }
          : {}),
      };
      break;
    case 'interrupted':
      yield { type: 'interrupted', message_id: part.messageId, heard_text: part.heardText };
      break;
    case 'handover':
      yield { type: 'handover', reason: part.reason, state: part.state };
      break;
    case 'metrics':
      yield { ...(toWire(part.metrics) as object), type: 'metrics' } as Extract<ServerMessage, { type: 'metrics' }>;
      break;
    default:
  }
}

function parse(bytes: Buffer): ClientMessage {
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch {
    throw new AppError('invalid', 'This message is not understood here.');
  }
  const result = clientMessage.safeParse(value);
  if (result.success) return result.data;
  throw new AppError('invalid', 'This message is not understood here.', { fields: fieldsOf(result.error.issues) });
}

function bufferOf(data: RawData): Buffer {
  if (Buffer.isBuffer(data)) return data;
  return Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data);
}
