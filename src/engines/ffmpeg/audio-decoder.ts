import { AppError } from '../../shared/errors.ts';
import type { AudioFrame } from '../audio.ts';
import type { AudioDecoder, AudioEncoder } from '../audio-decoder.ts';
import { type Command, CommandFailed, runCommand } from '../command.ts';
import { decodeWav, encodeWav, isWav } from '../wav.ts';
import { containerOf } from './containers.ts';
import { indexFirst } from './mp4.ts';

export interface FfmpegOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly program?: string;
  /** The longest recording that is taken. */
  readonly longestMs?: number;
}

/** Plain files: WAV is read here, everything else by ffmpeg in a process of its own, which reads a pipe and can open nothing else. */
export function ffmpegAudioDecoder(options: FfmpegOptions): AudioDecoder & AudioEncoder {
  const longestMs = options.longestMs ?? 4 * 60 * 60_000;
  const commandFor = (outputBytes: number): Command => ({
    program: options.program ?? 'ffmpeg',
    purpose: 'audio-decoder',
    fix: 'apt-get install ffmpeg',
    environment: options.environment,
    limits: { wallMs: 180_000, outputBytes, virtualBytes: 2 * 2 ** 30, fileBytes: 0 },
  });
  const quiet = ['-hide_banner', '-nostdin', '-loglevel', 'error', '-threads', '1'];

  return {
    id: 'ffmpeg',
    async *decode(bytes, sampleRate, signal) {
      const command = commandFor((longestMs * sampleRate * 2) / 1_000);
      if (isWav(bytes)) {
        yield* capped(decodeWav(bytes, sampleRate, signal), longestMs);
        return;
      }
      const container = containerOf(bytes);
      if (!container) {
        throw invalid(
          'This file is not a recording that is understood. Please choose one in WAV, MP3, M4A, OGG, WebM or FLAC format.',
          'header',
        );
      }
      const args = [
        ...quiet,
        ...['-protocol_whitelist', 'pipe', '-f', container, '-i', 'pipe:0'],
        ...['-map', '0:a:0', '-vn', '-sn', '-dn', '-ac', '1', '-ar', String(sampleRate), '-f', 's16le', 'pipe:1'],
      ];
      const sound = runCommand(command, args, container === 'mov' ? indexFirst(bytes) : bytes, signal);
      let frames = 0;
      try {
        for await (const frame of inFrames(sound, sampleRate)) {
          frames++;
          yield frame;
        }
      } catch (error) {
        if (!(error instanceof CommandFailed)) throw error;
        if (/matches no streams|does not contain any stream/i.test(error.errors))
          throw invalid('This file holds no sound.', 'no-sound', error);
        throw invalid('This recording is damaged and cannot be read to its end. Please record or export it again.', 'damaged', error);
      }
      if (frames === 0) throw invalid('This recording is empty. Please record again.', 'empty');
    },

    async *encode(frames, sampleRate, format, signal) {
      if (format === 'wav') {
        const clip: AudioFrame[] = [];
        for await (const frame of frames) clip.push(frame);
        yield encodeWav(clip, sampleRate);
        return;
      }
      const codec = format === 'mp3' ? ['-c:a', 'libmp3lame', '-b:a', '64k', '-f', 'mp3'] : ['-c:a', 'libopus', '-b:a', '32k', '-f', 'ogg'];
      const args = [
        ...quiet,
        '-f',
        's16le',
        '-ar',
        String(sampleRate),
        '-ac',
        '1',
        '-i',
        'pipe:0',
        '-map_metadata',
        '-1',
        ...codec,
        'pipe:1',
      ];
      try {
        yield* runCommand(commandFor(512 * 2 ** 20), args, bytesOf(frames), signal);
      } catch (error) {
        if (!(error instanceof CommandFailed)) throw error;
        throw new AppError('internal', 'The sound could not be written in this format.', {}, error);
      }
    },
  };
}

async function* inFrames(sound: AsyncIterable<Buffer>, sampleRate: number): AsyncGenerator<AudioFrame> {
  const frameBytes = Math.round(sampleRate / 50) * 2;
  let rest: Buffer = Buffer.alloc(0);
  let sent = 0;
  const frame = (bytes: Buffer): AudioFrame => {
    const samples = new Int16Array(bytes.length >> 1);
    for (let i = 0; i < samples.length; i++) samples[i] = bytes.readInt16LE(i * 2);
    const atMs = (sent * 1_000) / sampleRate;
    sent += samples.length;
    return { samples, sampleRate, atMs };
  };
  for await (const bytes of sound) {
    rest = rest.length > 0 ? Buffer.concat([rest, bytes]) : bytes;
    let at = 0;
    for (; at + frameBytes <= rest.length; at += frameBytes) yield frame(rest.subarray(at, at + frameBytes));
    rest = rest.subarray(at);
  }
  if (rest.length > 1) yield frame(rest);
}

async function* capped(frames: AsyncIterable<AudioFrame>, longestMs: number): AsyncGenerator<AudioFrame> {
  for await (const frame of frames) {
    if (frame.atMs > longestMs)
      throw new AppError('too-large', 'The recording is longer than the {machine} takes.', { values: { machine: 'sound converter' } });
    yield frame;
  }
}

async function* bytesOf(frames: AsyncIterable<AudioFrame>): AsyncGenerator<Uint8Array> {
  for await (const { samples } of frames) {
    const bytes = Buffer.alloc(samples.length * 2);
    for (let i = 0; i < samples.length; i++) bytes.writeInt16LE(samples[i] as number, i * 2);
    yield bytes;
  }
}

function invalid(sentence: string, found: string, cause?: unknown): AppError {
  return new AppError('invalid', sentence, { fields: [{ path: 'file', message: sentence }], context: { found } }, cause);
}
