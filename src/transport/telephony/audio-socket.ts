import { type AddressInfo, createServer, type Socket } from 'node:net';
import { newId } from '../../shared/ids.ts';
import { describeError } from '../../shared/log.ts';
import { kinds, makeFrameReader, uuidText, writeFrame } from './audio-socket-frames.ts';
import { type HeldCall, holdCall, type PhoneLine, type PhoneParts } from './phone-call.ts';
import type { Ringing, Rung } from './ringing.ts';

export type AudioSocketParts = PhoneParts & { readonly ringing: Ringing };

export interface AudioSocketDoor {
  readonly port: number;
  /** Hangs up on everybody, and waits until what they said is kept. */
  close(): Promise<void>;
}

const BEGIN_MS = 10_000;
/** An Asterisk passes frames on as they come: little runs ahead. */
const LEAD_MS = 40;
const FULL_BYTES = 150_000;
/** Calls that have not said who they are, together. */
const MOST_UNKNOWN = 50;
const GOODBYE_MS = 3_000;

/** Calls that an Asterisk on the premises hands over by AudioSocket: the same room as behind every line, and no network needed. */
export async function openAudioSocket(
  address: { readonly host: string; readonly port: number },
  parts: AudioSocketParts,
): Promise<AudioSocketDoor> {
  const { telephone, ringing, clock, log } = parts;
  const isLocal = /^(127\.|::1$|localhost$)/.test(address.host);
  const lines = new Set<Socket>();
  const calls = new Set<Promise<unknown>>();
  let unknown = 0;

  /** Whose call this is. Unannounced ones are taken from this machine only, and where the box has one hospital. */
  async function whose(uuid: string): Promise<Rung | undefined> {
    const announced = ringing.answerKnown(uuid);
    if (announced || !isLocal || ringing.find(uuid)) return announced;
    const reached = await telephone.reach(undefined);
    if (!reached) return undefined;
    ringing.ring(uuid, { ...reached, from: undefined });
    return ringing.answerKnown(uuid);
  }

  function receive(socket: Socket): void {
    const requestId = newId();
    lines.add(socket);
    socket.setNoDelay(true);
    let held: HeldCall | undefined;
    let uuid: string | undefined;
    let isOver = false;
    unknown++;
    const known = once(() => unknown--);

    const send = (bytes: Buffer) => {
      if (!socket.writable) return;
      if (socket.writableLength > FULL_BYTES) socket.destroy();
      else socket.write(bytes);
    };
    const hangUp = () => {
      isOver = true;
      if (socket.writable) socket.end(writeFrame(kinds.hangUp));
    };
    const refuse = (reason: string) => {
      if (isOver) return;
      log.info({ requestId, reason }, 'telephone.line-refused');
      hangUp();
      held?.gone();
    };
    const line: PhoneLine = {
      format: { encoding: 'pcm16', sampleRate: 8_000 },
      silence: 0,
      leadMs: LEAD_MS,
      feedsSilence: true,
      frame: (bytes) => send(writeFrame(kinds.sound, bytes)),
      close: hangUp,
    };

    async function begin(id: string): Promise<void> {
      const call = await whose(id);
      if (isOver || !socket.writable) return;
      if (!call) {
        refuse('NOT_FOUND');
        return;
      }
      known();
      held = holdCall(parts, call.hospitalId, call.from, line);
      const over = held.over.then((how) => ringing.ended(id, how));
      calls.add(over);
      void over.finally(() => calls.delete(over));
      // What was heard while its owner was looked up.
      for (const frame of early.splice(0)) take(frame.kind, frame.payload);
    }
    const early: { readonly kind: number; readonly payload: Uint8Array }[] = [];

    function take(kind: number, payload: Uint8Array): void {
      if (isOver) return;
      if (kind === kinds.hangUp || kind === kinds.error) {
        held?.gone();
        hangUp();
      } else if (uuid === undefined) {
        uuid = kind === kinds.uuid ? uuidText(payload) : undefined;
        if (uuid === undefined) refuse('VALIDATION_ERROR');
        else
          begin(uuid).catch((error: unknown) => {
            log.error({ requestId, error: describeError(error) }, 'telephone.line-failed');
            refuse('INTERNAL_ERROR');
          });
      } else if (!held) {
        if (early.push({ kind, payload }) > 500) refuse('TOO_LARGE');
      } else if (kind === kinds.sound || kind === kinds.wideSound) held.hear(payload, kind === kinds.sound ? 8_000 : 16_000);
      else if (kind === kinds.digit && payload.length === 1) held.digit(String.fromCharCode(payload[0] as number));
      else refuse('VALIDATION_ERROR');
    }

    const read = makeFrameReader();
    socket.on('data', (bytes) => {
      for (const { kind, payload } of read(bytes)) take(kind, payload);
    });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      isOver = true;
      lines.delete(socket);
      known();
      held?.gone();
    });
    void clock.sleep(BEGIN_MS).then(() => uuid ?? refuse('TIMED_OUT'));
    if (unknown > MOST_UNKNOWN) refuse('RATE_LIMITED');
  }

  const server = createServer({ allowHalfOpen: false }, receive);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(address.port, address.host, () => resolve());
  });
  const { port } = server.address() as AddressInfo;
  log.info({ port }, 'telephone.listening');
  return {
    port,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of lines) socket.end(writeFrame(kinds.hangUp));
      // A line that does not go by itself is cut.
      await Promise.race([Promise.allSettled(calls), clock.sleep(GOODBYE_MS)]);
      for (const socket of lines) socket.destroy();
      await Promise.allSettled(calls);
      await closed;
    },
  };
}

function once(work: () => void): () => void {
  let done = false;
  return () => {
    if (!done) work();
    done = true;
  };
}
