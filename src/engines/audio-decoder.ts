import type { AudioFrame } from './audio.ts';

/** Turns a recording of any kind that people send into sound that engines hear. */
export interface AudioDecoder {
  readonly id: string;
  /**
   * Mono frames of 20 ms at the wanted rate. Throws `invalid` for what is no recording or is damaged, `too-large` for one that is too
   * long, and `unavailable` where the kind of file needs a program that is not installed.
   */
  decode(bytes: Uint8Array, sampleRate: number, signal: AbortSignal): AsyncIterable<AudioFrame>;
}

export type SoundFormat = 'wav' | 'mp3' | 'opus';

/** Turns sound into a file that browsers play. */
export interface AudioEncoder {
  readonly id: string;
  /** The file's bytes as they come. Frames share one rate. */
  encode(frames: AsyncIterable<AudioFrame>, sampleRate: number, format: SoundFormat, signal: AbortSignal): AsyncIterable<Uint8Array>;
}

export const soundTypes: Readonly<Record<SoundFormat, string>> = { wav: 'audio/wav', mp3: 'audio/mpeg', opus: 'audio/ogg' };
