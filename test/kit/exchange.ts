import { connect } from 'node:net';
import { WebSocket } from 'ws';
import { resampler } from '../../src/engines/resample.ts';
import { fromMuLaw, toMuLaw } from '../../src/engines/wav.ts';
import { kinds, makeFrameReader, uuidBytes, writeFrame } from '../../src/transport/telephony/audio-socket-frames.ts';
import { signatureOf } from '../../src/transport/telephony/signature.ts';
import type { TestHouse } from './house.ts';
import { until } from './until.ts';

/** Two exchanges as a box meets them: one in the network (signed webhook, media stream), one on the premises (AudioSocket). */
export interface Exchange {
  ring(call: { callSid: string; from?: string; to?: string }, more?: { path?: string; headers?: Record<string, string> }): Promise<Ring>;
}
export interface Ring {
  readonly status: number;
  readonly text: string;
  readonly stream: string | undefined;
  readonly token: string | undefined;
}

export function exchangeWith(house: TestHouse, authToken: string): Exchange {
  return {
    async ring({ callSid, from = '+919876543210', to = '+911140000000' }, { path = '/api/v1/telephony/voice', headers } = {}) {
      const form = new URLSearchParams({ CallSid: callSid, From: from, To: to, CallStatus: 'ringing', Direction: 'inbound' });
      const url = house.base + path;
      const answer = await house.call('POST', path, {
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          'x-twilio-signature': signatureOf(authToken, url, form),
          ...headers,
        },
        body: form.toString(),
      });
      return {
        status: answer.status,
        text: answer.text,
        stream: /<Stream url="([^"]+)"/.exec(answer.text)?.[1],
        token: /name="token" value="([^"]+)"/.exec(answer.text)?.[1],
      };
    },
  };
}

/** Sound that came to the caller, and when (`performance.now`). */
export interface HeardSound {
  readonly at: number;
  readonly samples: Int16Array;
}

/** A caller on either line. */
export interface Caller {
  readonly heard: HeardSound[];
  /** Says 16-bit sound of 8 kHz, after what was said before; resolves when it has left. */
  say(samples: Int16Array): Promise<void>;
  press(key: string): void;
  hangUp(): void;
  /** The line was given back, or cut: when and how. */
  closed(): { readonly at: number; readonly code: number } | undefined;
}

export interface StreamedCaller extends Caller {
  readonly socket: WebSocket;
  readonly marks: { readonly name: string; readonly at: number }[];
  /** When the exchange was told to drop what it had not played. */
  readonly clears: number[];
  send(message: unknown): void;
}

/** A call as an exchange in the network streams it: it plays what it gets at the pace of the ear, and returns marks when they are due. */
export async function streamCall(ring: Ring, callSid: string, options: { token?: string; start?: boolean } = {}): Promise<StreamedCaller> {
  const socket = new WebSocket(ring.stream ?? '');
  const heard: HeardSound[] = [];
  const marks: { name: string; at: number }[] = [];
  const clears: number[] = [];
  let closed: { at: number; code: number } | undefined;
  const streamSid = `MZ${callSid}`;
  let sequence = 0;
  /** What the exchange has and has not played: sound by its length, and marks between. */
  let playedAt = 0;
  let timers: { timer: NodeJS.Timeout; tell: () => void }[] = [];
  const send = (message: unknown) => {
    if (socket.readyState !== WebSocket.OPEN) return;
    socket.send(
      typeof message === 'string' ? message : JSON.stringify({ sequenceNumber: String(++sequence), streamSid, ...(message as object) }),
    );
  };
  socket.on('message', (data) => {
    const message = JSON.parse(String(data));
    const now = performance.now();
    if (message.event === 'media') {
      const bytes = Buffer.from(message.media.payload, 'base64');
      heard.push({ at: now, samples: Int16Array.from(bytes, fromMuLaw) });
      playedAt = Math.max(playedAt, now) + bytes.length / 8;
    } else if (message.event === 'mark') {
      const tell = () => send({ event: 'mark', mark: { name: message.mark.name } });
      marks.push({ name: message.mark.name, at: now });
      timers.push({ timer: setTimeout(tell, Math.max(0, playedAt - now)), tell });
    } else if (message.event === 'clear') {
      clears.push(now);
      playedAt = now;
      // As the real one does: what was cleared tells its marks at once.
      for (const { timer, tell } of timers.splice(0)) {
        clearTimeout(timer);
        tell();
      }
    }
  });
  socket.on('close', (code) => {
    closed = { at: performance.now(), code };
    for (const { timer } of timers) clearTimeout(timer);
    timers = [];
    pace.stop();
  });
  socket.on('error', () => {});
  await until(() => socket.readyState !== WebSocket.CONNECTING, 'the stream to open');
  const pace = microphoneOf((frame) => {
    const payload = Buffer.from(Uint8Array.from(frame, toMuLaw)).toString('base64');
    send({ event: 'media', media: { track: 'inbound', chunk: '1', timestamp: '1', payload } });
  });
  if (options.start ?? true) {
    send({ event: 'connected', protocol: 'Call', version: '1.0.0' });
    send({
      event: 'start',
      start: {
        streamSid,
        callSid,
        accountSid: 'AC0',
        tracks: ['inbound'],
        customParameters: { token: options.token ?? ring.token },
        mediaFormat: { encoding: 'audio/x-mulaw', sampleRate: 8000, channels: 1 },
      },
    });
    pace.start();
  }
  return {
    socket,
    heard,
    marks,
    clears,
    send,
    say: pace.say,
    press: (digit) => send({ event: 'dtmf', dtmf: { track: 'inbound_track', digit } }),
    hangUp() {
      send({ event: 'stop', stop: { callSid } });
      socket.close();
    },
    closed: () => closed,
  };
}

export interface HandedCaller extends Caller {
  /** When frames came, silent ones too: an Asterisk is fed all the time. `heard` holds those that sound. */
  readonly frames: number[];
  send(bytes: Buffer): void;
}

/** A call as an Asterisk hands it over. `code` of its close: 0 when the box said goodbye, 1 when the line just went. */
export async function socketCall(port: number, uuid: string, options: { first?: Buffer } = {}): Promise<HandedCaller> {
  const socket = connect(port, '127.0.0.1');
  const heard: HeardSound[] = [];
  let closed: { at: number; code: number } | undefined;
  const frames: number[] = [];
  let saidGoodbye = false;
  const read = makeFrameReader();
  socket.on('data', (bytes) => {
    for (const { kind, payload } of read(bytes)) {
      if (kind === kinds.hangUp) saidGoodbye = true;
      if (kind !== kinds.sound) continue;
      const samples = new Int16Array(payload.length / 2);
      for (let i = 0; i < samples.length; i++) samples[i] = Buffer.from(payload).readInt16LE(i * 2);
      frames.push(performance.now());
      if (samples.some((sample) => sample !== 0)) heard.push({ at: performance.now(), samples });
    }
  });
  socket.on('error', () => {});
  socket.on('close', () => {
    closed = { at: performance.now(), code: saidGoodbye ? 0 : 1 };
    pace.stop();
  });
  await until(() => !socket.connecting, 'the line to open');
  const send = (bytes: Buffer) => void (socket.writable && socket.write(bytes));
  const pace = microphoneOf((frame) => send(writeFrame(kinds.sound, Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength))));
  send(options.first ?? writeFrame(kinds.uuid, uuidBytes(uuid)));
  if (!options.first) pace.start();
  return {
    heard,
    frames,
    send,
    say: pace.say,
    press: (digit) => send(writeFrame(kinds.digit, Buffer.from(digit))),
    hangUp() {
      send(writeFrame(kinds.hangUp));
      socket.end();
    },
    closed: () => closed,
  };
}

/** Frames of 20 ms at 8 kHz at real-time pace: silence while nothing is said. */
function microphoneOf(send: (frame: Int16Array) => void) {
  const queue: { samples: Int16Array; at: number; done: () => void }[] = [];
  let timer: NodeJS.Timeout | undefined;
  let frames = 0;
  let startMs = 0;
  return {
    start() {
      startMs = performance.now();
      timer = setInterval(() => {
        for (; performance.now() >= startMs + frames * 20; frames++) {
          const frame = new Int16Array(160);
          const now = queue[0];
          if (now) {
            frame.set(now.samples.subarray(now.at, now.at + 160));
            now.at += 160;
            if (now.at >= now.samples.length) {
              queue.shift();
              now.done();
            }
          }
          send(frame);
        }
      }, 5);
    },
    say: (samples: Int16Array) => new Promise<void>((done) => queue.push({ samples, at: 0, done })),
    stop: () => clearInterval(timer),
  };
}

/** A tone that the stub engines hear as speech. */
export function tone8k(ms: number): Int16Array {
  return Int16Array.from({ length: ms * 8 }, (_, i) => 8_000 * Math.sin((2 * Math.PI * 200 * i) / 8_000));
}

/** 16-bit bytes of 16 kHz as a telephone has them. */
export function telephoneSound(pcm: Buffer, rate = 16_000): Int16Array {
  const samples = new Int16Array(pcm.length >> 1);
  for (let i = 0; i < samples.length; i++) samples[i] = pcm.readInt16LE(i * 2);
  const down = resampler(rate, 8_000);
  return Int16Array.from([...down.push(samples), ...down.end()]);
}
