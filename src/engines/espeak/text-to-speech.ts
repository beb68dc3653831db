import { AppError } from '../../shared/errors.ts';
import { type Command, CommandFailed, runCommand } from '../command.ts';
import type { TextToSpeech } from '../text-to-speech.ts';
import { type EspeakVoice, readVoices } from './voices.ts';

export interface EspeakOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly program?: string;
  /** Words a minute. */
  readonly rate?: number;
}

/**
 * espeak-ng, the voice of last resort: over 100 languages, understood rather than liked. One short process a sentence.
 * Asks the program for its voices first; throws `unavailable` where it is not installed.
 */
export async function openEspeak(options: EspeakOptions, signal: AbortSignal): Promise<TextToSpeech> {
  const command: Command = {
    program: options.program ?? 'espeak-ng',
    purpose: 'text-to-speech',
    fix: 'apt-get install espeak-ng',
    environment: options.environment,
    // It looks for a sound server although it is to write to a pipe: it shall find none, and leave nothing in anybody's home.
    variables: { LANG: 'C.UTF-8', HOME: '/nonexistent', PULSE_SERVER: 'none' },
    limits: { wallMs: 20_000, outputBytes: 64 * 2 ** 20, virtualBytes: 2 ** 30, fileBytes: 2 ** 27 },
  };
  const table: Buffer[] = [];
  for await (const bytes of runCommand(command, ['--voices'], new Uint8Array(0), signal)) table.push(bytes);
  const voices = readVoices(Buffer.concat(table).toString('utf8'));
  return espeak(command, voices, options.rate ?? 160);
}

function espeak(command: Command, voices: readonly EspeakVoice[], rate: number): TextToSpeech {
  return {
    id: 'espeak-ng',
    voices: voices.map(({ id, language }) => ({ id, language })),
    async *speak(sentences, { voice, rate: pace = 1 }, call) {
      const chosen = voices.find((one) => one.id === voice);
      if (!chosen) throw new AppError('not-found', 'There is no voice called {voice} on this system.', { values: { voice } });
      let characters = 0;
      let spoken = 0;
      let sampleRate = 22_050;
      for await (const sentence of sentences) {
        const text = sentence.trim();
        if (!/[\p{L}\p{N}]/u.test(text)) continue;
        characters += text.length;
        let marked = false;
        for await (const sound of say(command, chosen.name, Math.round(rate * pace), text, call.signal)) {
          sampleRate = sound.sampleRate;
          if (!marked) yield { type: 'speech-mark', text, atMs: (spoken * 1_000) / sampleRate };
          marked = true;
          yield { type: 'speech-audio', frame: { ...sound, atMs: (spoken * 1_000) / sampleRate } };
          spoken += sound.samples.length;
        }
      }
      yield { type: 'speak-end', usage: { characters, audioMs: Math.round((spoken * 1_000) / sampleRate) } };
    },
  };
}

/** One sentence as frames of 20 ms. espeak writes a WAV whose header promises two gigabytes, so that only its rate is believed. */
async function* say(
  command: Command,
  voice: string,
  rate: number,
  text: string,
  signal: AbortSignal,
): AsyncGenerator<{ samples: Int16Array; sampleRate: number }> {
  const args = ['-v', voice, '-s', String(rate), '-b', '1', '--stdin', '--stdout'];
  let rest: Buffer = Buffer.alloc(0);
  let sampleRate = 0;
  const samplesOf = (bytes: Buffer) => Int16Array.from({ length: bytes.length >> 1 }, (_, i) => bytes.readInt16LE(i * 2));
  try {
    for await (const bytes of runCommand(command, args, Buffer.from(`${text}\n`, 'utf8'), signal)) {
      rest = Buffer.concat([rest, bytes]);
      if (sampleRate === 0) {
        if (rest.length < headerBytes) continue;
        sampleRate = rest.readUInt32LE(24);
        rest = rest.subarray(headerBytes);
      }
      const frameBytes = Math.round(sampleRate / 50) * 2;
      let at = 0;
      for (; at + frameBytes <= rest.length; at += frameBytes) yield { samples: samplesOf(rest.subarray(at, at + frameBytes)), sampleRate };
      rest = rest.subarray(at);
    }
  } catch (error) {
    if (!(error instanceof CommandFailed)) throw error;
    throw new AppError('internal', 'The voice could not speak this sentence.', { context: { purpose: 'text-to-speech' } }, error);
  }
  if (sampleRate > 0 && rest.length > 1) yield { samples: samplesOf(rest), sampleRate };
}

const headerBytes = 44;
