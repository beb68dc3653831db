import type { Machines } from '../../src/engines/machines.ts';
import { noMachines } from '../../src/engines/no-machines.ts';
import type { SocketRoom } from '../../src/transport/socket/server.ts';

/** A voice room that says what a test wants a page to be told, and remembers what it was sent. */
export interface ScriptedVoice {
  readonly room: SocketRoom;
  readonly heard: Record<string, unknown>[];
  soundBytes(): number;
  frameSizes(): Set<number>;
  say(message: Record<string, unknown>): void;
  /** The line breaks, without a goodbye. */
  cut(): void;
  /** While it is away, whoever comes is sent off. */
  away(is: boolean): void;
  /** What the next greetings get instead of session-ready. */
  refuse(payload: Record<string, unknown>, times?: number): void;
}

export function makeScriptedVoice(): ScriptedVoice {
  type Socket = Parameters<SocketRoom>[0];
  let socket: Socket | undefined;
  let refusal: Record<string, unknown> | undefined;
  let refusals = 0;
  let bytes = 0;
  let isAway = false;
  const sizes = new Set<number>();
  const heard: Record<string, unknown>[] = [];
  const say = (message: Record<string, unknown>) => socket?.send(JSON.stringify(message));
  return {
    heard,
    soundBytes: () => bytes,
    frameSizes: () => sizes,
    say,
    away: (is) => {
      isAway = is;
    },
    cut: () => socket?.terminate(),
    refuse: (payload, times = 1) => {
      refusal = payload;
      refusals = times;
    },
    async room(opened) {
      if (isAway) {
        opened.close(1012);
        return;
      }
      socket = opened;
      opened.on('message', (data: Buffer, isBinary) => {
        if (isBinary) {
          bytes += data.length;
          sizes.add(data.length);
          return;
        }
        const message = JSON.parse(String(data)) as Record<string, unknown>;
        heard.push(message);
        if (message.type !== 'init-session') return;
        if (refusals > 0) {
          refusals -= 1;
          say({ type: 'error', payload: refusal });
          return;
        }
        say({
          type: 'session-ready',
          session_id: message.session_id ?? 'scripted-session',
          consultation_id: message.consultation_id ?? 'scripted-consultation',
          language: message.language,
          engines: { stt: message.input === null ? null : 'scripted', llm: null, tts: 'scripted' },
          languages: ['en', 'hi'],
          voices: [],
          offline: true,
        });
      });
    },
  };
}

/** A tone of so many milliseconds, as a reply's sound travels. */
export function tone(ms: number, rate = 24_000): string {
  const samples = new Int16Array((rate * ms) / 1000);
  for (let i = 0; i < samples.length; i++) samples[i] = Math.round(9_000 * Math.sin((2 * Math.PI * 220 * i) / rate));
  return Buffer.from(samples.buffer).toString('base64');
}

/** A spoken reply, as the box sends it: text in pieces, then sound, then how long it took. */
export function reply(
  voice: ScriptedVoice,
  { id, text, sources = [], ms = 1_500 }: { id: string; text: string; sources?: unknown[]; ms?: number },
): void {
  if (sources.length > 0) voice.say({ type: 'sources', sources });
  for (const piece of text.split(/(?<= )/)) voice.say({ type: 'ai_response', text: piece, is_final: false, message_id: id });
  voice.say({ type: 'ai_response', text, is_final: true, message_id: id });
  voice.say({ type: 'audio-start', message_id: id, stream_id: 1, sample_rate: 24_000, encoding: 'pcm16' });
  for (let at = 0, sequence = 0; at < ms; at += 100, sequence++)
    voice.say({
      type: 'audio_chunk',
      message_id: id,
      data: tone(100),
      sequence,
      sample_rate: 24_000,
      encoding: 'pcm16',
      visemes: [{ at_ms: at, id: ['open', 'wide', 'round', 'closed'][sequence % 4] }],
    });
  voice.say({ type: 'audio-end', message_id: id, duration_ms: ms });
  voice.say({ type: 'metrics', total_ms: 900, voice_to_voice_ms: 1_340, endpoint_ms: 400 });
}

/** Machines that only say what they could do: English as a demonstration, Hindi with a simple voice. */
export const machinesInName = (): Machines => ({
  ...noMachines(),
  abilities: () => [
    {
      code: 'en',
      hear: { model: 'scripted', demonstration: true },
      speak: { voice: 'scripted', quality: 'natural' },
      think: null,
    },
    { code: 'hi', hear: { model: 'scripted', demonstration: false }, speak: { voice: 'scripted', quality: 'robotic' }, think: null },
  ],
});
