import { readFileSync } from 'node:fs';
import { WebSocket } from 'ws';
import { readWavFormat } from '../../src/engines/wav.ts';

// biome-ignore lint/suspicious/noExplicitAny: a test reads whatever JSON came
export type Told = { readonly type: string; readonly at: number } & Record<string, any>;

/** A client of the voice socket that writes down what it is told, and when (`performance.now`). */
export interface Talk {
  readonly socket: WebSocket;
  readonly told: Told[];
  readonly sound: { readonly at: number; readonly bytes: Buffer }[];
  readonly ready: Told;
  closed(): { readonly code: number; readonly at: number } | undefined;
  send(message: object | Buffer): void;
  /** The first message from this one on that passes. */
  seen(test: (message: Told) => boolean, what: string, options?: { from?: number; ms?: number }): Promise<Told>;
  end(): Promise<number>;
}

const defaults = {
  language: 'en',
  input: { encoding: 'pcm16', sample_rate: 16_000 },
  output: { encoding: 'pcm16', sample_rate: 16_000, binary: true },
};

export async function talk(base: string, token: string, init: object | null = {}, path = '/api/v1/ws/streaming'): Promise<Talk> {
  const socket = new WebSocket(`${base.replace('http', 'ws')}${path}`, ['bedside.v1', `bearer.${token}`]);
  const told: Told[] = [];
  const sound: { at: number; bytes: Buffer }[] = [];
  let closed: { code: number; at: number } | undefined;
  const wakers = new Set<() => void>();
  const wake = () => {
    for (const one of wakers) one();
  };
  socket.on('message', (data: Buffer, isBinary) => {
    if (isBinary) sound.push({ at: performance.now(), bytes: data });
    else told.push({ at: performance.now(), ...JSON.parse(data.toString()) });
    wake();
  });
  socket.on('close', (code) => {
    closed = { code, at: performance.now() };
    wake();
  });
  socket.on('open', wake);
  socket.on('error', () => {});
  const until = <T>(look: () => T | undefined, ms: number, what: string): Promise<T> =>
    new Promise((resolve, reject) => {
      const check = () => {
        const found = look();
        if (found === undefined) return;
        wakers.delete(check);
        clearTimeout(timer);
        resolve(found);
      };
      const timer = setTimeout(() => {
        wakers.delete(check);
        reject(
          new Error(
            `no ${what} within ${ms} ms; told ${told
              .map((m) => m.type)
              .join(' ')
              .slice(-300)} ${closed?.code ?? ''}`,
          ),
        );
      }, ms);
      wakers.add(check);
      check();
    });
  await until(() => (socket.readyState !== WebSocket.CONNECTING ? true : undefined), 5_000, 'open socket');
  const seen: Talk['seen'] = (test, what, { from = 0, ms = 20_000 } = {}) => until(() => told.slice(from).find(test), ms, what);
  const send = (message: object | Buffer) => socket.send(Buffer.isBuffer(message) ? message : JSON.stringify(message));
  if (init) send({ type: 'init-session', ...defaults, ...init });
  const ready = init
    ? await seen((m) => m.type === 'session-ready' || m.type === 'error', 'session-ready', { ms: 60_000 })
    : ({ type: 'none', at: 0 } as Told);
  return {
    socket,
    told,
    sound,
    ready,
    closed: () => closed,
    send,
    seen,
    async end() {
      if (!closed) send({ type: 'end-session' });
      await until(() => closed, 5_000, 'close');
      return closed?.code ?? 0;
    },
  };
}

/** An open microphone at real-time pace: 20 ms frames, silence while nobody speaks; under all of it the sound of a room, again and again. */
export function microphone(line: Pick<Talk, 'socket'>, sampleRate = 16_000, room?: Int16Array) {
  const frameBytes = (sampleRate / 50) * 2;
  const startMs = performance.now();
  const queue: { pcm: Buffer; at: number; begun: (at: number) => void; done: (at: number) => void }[] = [];
  let frames = 0;
  const timer = setInterval(() => {
    while (performance.now() >= startMs + frames * 20 && line.socket.readyState === line.socket.OPEN) {
      frames++;
      const now = queue[0];
      const frame = Buffer.alloc(frameBytes);
      if (now) {
        if (now.at === 0) now.begun(performance.now());
        now.pcm.copy(frame, 0, now.at, Math.min(now.pcm.length, now.at + frameBytes));
        now.at += frameBytes;
        if (now.at >= now.pcm.length) {
          queue.shift();
          now.done(performance.now());
        }
      }
      if (room)
        for (let i = 0; i < frame.length / 2; i++) {
          const sample = frame.readInt16LE(i * 2) + (room[(frames * (frameBytes / 2) + i) % room.length] ?? 0);
          frame.writeInt16LE(Math.max(-32_768, Math.min(32_767, sample)), i * 2);
        }
      line.socket.send(frame);
    }
  }, 5);
  return {
    /** Resolves when the sound has left: when it began, and when it ended. */
    say: async (pcm: Buffer): Promise<{ begunAt: number; endedAt: number }> => {
      let begunAt = 0;
      const endedAt = await new Promise<number>((done) => queue.push({ pcm, at: 0, begun: (at) => (begunAt = at), done }));
      return { begunAt, endedAt };
    },
    frames: () => frames,
    stop: () => clearInterval(timer),
  };
}

/** 16-bit samples of a WAV as bytes; the file must be mono and have this rate. */
export function pcmOf(path: string, sampleRate = 16_000): Buffer {
  const bytes = readFileSync(path);
  const format = readWavFormat(bytes);
  if (format.sampleRate !== sampleRate || format.channels !== 1 || format.bits !== 16) throw new Error(`${path} has another format`);
  return bytes.subarray(format.start, format.end);
}

/** Where the voice begins and ends in a recording, in milliseconds: its first and last 20 ms that are louder than a fortieth of its loudest. */
export function voiceSpan(pcm: Buffer, sampleRate = 16_000): { startMs: number; endMs: number } {
  const frame = sampleRate / 50;
  const levels: number[] = [];
  for (let at = 0; at + frame * 2 <= pcm.length; at += frame * 2) {
    let sum = 0;
    for (let i = 0; i < frame; i++) sum += pcm.readInt16LE(at + i * 2) ** 2;
    levels.push(Math.sqrt(sum / frame));
  }
  const bar = Math.max(...levels) / 40;
  return { startMs: levels.findIndex((level) => level > bar) * 20, endMs: (levels.findLastIndex((level) => level > bar) + 1) * 20 };
}
