import type { RawData } from 'ws';
import { AppError } from '../../shared/errors.ts';
import { describeError } from '../../shared/log.ts';
import { type StreamAnswer, type StreamMessage, streamMessage } from '../schema/telephony.ts';
import type { OpenRoom } from '../socket/server.ts';
import { type HeldCall, holdCall, type PhoneLine, type PhoneParts } from './phone-call.ts';
import type { Ringing } from './ringing.ts';

const BEGIN_MS = 5_000;
const LEAD_MS = 100;
const MU_LAW_SILENCE = 0xff;
/** A line that takes nothing any more. Some ten seconds of sound. */
const FULL_BYTES = 150_000;

/**
 * A call as an exchange in the network streams it over a WebSocket. The stream says whose it is in its first message, with the token that
 * the webhook gave out for this one call; until then it is nobody's, and takes no place.
 */
export function makeMediaStream(parts: PhoneParts & { readonly ringing: Ringing }): OpenRoom {
  const { clock, log, ringing } = parts;
  return async (socket, { requestId, signal }) => {
    let held: HeldCall | undefined;
    let streamSid = '';
    const send = (message: StreamAnswer) => {
      if (socket.readyState !== socket.OPEN) return;
      if (socket.bufferedAmount > FULL_BYTES) socket.terminate();
      else socket.send(JSON.stringify(message));
    };
    const line: PhoneLine = {
      format: { encoding: 'mulaw', sampleRate: 8_000 },
      silence: MU_LAW_SILENCE,
      leadMs: LEAD_MS,
      feedsSilence: false,
      frame: (bytes) => send({ event: 'media', streamSid, media: { payload: Buffer.from(bytes).toString('base64') } }),
      mark: (name) => send({ event: 'mark', streamSid, mark: { name } }),
      clear: () => send({ event: 'clear', streamSid }),
      close: () => socket.close(1000, 'ENDED'),
    };
    const refuse = (code: number, reason: string, error?: unknown) => {
      log.info({ requestId, reason, ...(error ? { error: describeError(error) } : {}) }, 'telephone.stream-refused');
      socket.close(code, reason);
    };

    function begin({ streamSid: sid, start }: Extract<StreamMessage, { event: 'start' }>): void {
      const { callSid } = start;
      const call = ringing.answer(callSid, start.customParameters.token);
      if (!call) {
        refuse(4401, 'AUTHENTICATION_ERROR');
        return;
      }
      streamSid = sid;
      held = holdCall(parts, call.hospitalId, call.from, line);
      void held.over.then((how) => ringing.ended(callSid, how));
    }

    function take(message: StreamMessage): void {
      if (message.event === 'connected') return;
      if (message.event === 'stop') socket.close(1000, 'ENDED');
      else if (message.event === 'start' && !held) begin(message);
      else if (message.event === 'start' || !held) refuse(4400, 'VALIDATION_ERROR');
      else if (message.event === 'dtmf') held.digit(message.dtmf.digit);
      else if (message.event === 'mark') held.marked(message.mark.name);
      else if ((message.media.track ?? 'inbound') === 'inbound') held.hear(Buffer.from(message.media.payload, 'base64'));
    }

    socket.on('message', (data: RawData, isBinary: boolean) => {
      if (socket.readyState !== socket.OPEN) return;
      let message: StreamMessage | undefined;
      try {
        message = isBinary ? undefined : parse(data);
      } catch (error) {
        return refuse(4400, 'VALIDATION_ERROR', error);
      }
      if (message) take(message);
      else if (isBinary) refuse(4400, 'VALIDATION_ERROR');
    });

    void clock.sleep(BEGIN_MS, signal).then(
      () => held ?? refuse(4408, 'TIMED_OUT'),
      () => {},
    );
    await new Promise<void>((resolve) => (signal.aborted ? resolve() : signal.addEventListener('abort', () => resolve(), { once: true })));
    held?.gone();
    await held?.over;
  };
}

/** Undefined for events that are not known here: an exchange may learn new ones. Throws `invalid` for what is none. */
function parse(data: RawData): StreamMessage | undefined {
  const wrong = (cause?: unknown) => new AppError('invalid', 'This message is not understood here.', {}, cause);
  let value: unknown;
  try {
    value = JSON.parse(String(data));
  } catch (error) {
    throw wrong(error);
  }
  const result = streamMessage.safeParse(value);
  if (result.success) return result.data;
  const event = (value as { event?: unknown } | null)?.event;
  const known: readonly unknown[] = streamMessage.options.map((option) => option.shape.event.value);
  if (typeof event === 'string' && !known.includes(event)) return undefined;
  throw wrong();
}
