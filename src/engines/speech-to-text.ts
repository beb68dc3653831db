import type { AudioFrame } from './audio.ts';
import type { Call, Usage } from './call.ts';

export interface SpeechHints {
  readonly language?: string;
  /** Words that are likely to be said: doctors' names, medicines. */
  readonly terms?: readonly string[];
}

export interface Transcript {
  readonly text: string;
  readonly language?: string;
  readonly confidence?: number;
  readonly startMs: number;
  readonly endMs: number;
  readonly segments?: readonly {
    readonly startMs: number;
    readonly endMs: number;
    readonly text: string;
    readonly confidence?: number;
    readonly noSpeech?: number;
  }[];
}

/** Hears one finished clip. Every engine can do this. */
export interface SpeechToText {
  readonly id: string;
  transcribe(clip: readonly AudioFrame[], hints: SpeechHints, call: Call): Promise<{ transcript: Transcript; usage: Usage }>;
}

/** Hears while the speaker is still talking. Whisper is lifted to this by `listenInClips(stt, vad)`. */
export interface LiveSpeechToText {
  readonly id: string;
  listen(frames: AsyncIterable<AudioFrame>, hints: SpeechHints, call: Call): AsyncIterable<HeardPart>;
}

export type HeardPart =
  | { type: 'speech-start'; atMs: number }
  | { type: 'transcript-partial'; utteranceId: string; text: string }
  | { type: 'transcript-final'; utteranceId: string; transcript: Transcript }
  /** Quiet within speech: it may go on (`speech-resume`) or turn out to have ended here (`speech-end`). */
  | { type: 'speech-pause'; atMs: number }
  | { type: 'speech-resume'; atMs: number }
  | { type: 'speech-end'; atMs: number }
  | { type: 'listen-end'; usage: Usage };
