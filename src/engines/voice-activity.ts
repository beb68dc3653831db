import type { AudioFrame } from './audio.ts';

/** Says how likely speech is, frame by frame (0 to 1). What counts as a pause is the domain's decision. */
export interface VoiceActivity {
  readonly id: string;
  score(frames: AsyncIterable<AudioFrame>, signal: AbortSignal): AsyncIterable<{ frame: AudioFrame; speech: number }>;
}
