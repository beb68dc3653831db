import type { AudioFrame } from './audio.ts';
import type { Call, Usage } from './call.ts';

export type SpokenPart =
  | { type: 'speech-audio'; frame: AudioFrame }
  | { type: 'speech-mark'; text: string; atMs: number } // this text is audible from here on
  | { type: 'speak-end'; usage: Usage };

export interface TextToSpeech {
  readonly id: string;
  readonly voices: readonly { id: string; language: string }[];
  /** Speaks sentence by sentence, as they come. */
  speak(sentences: AsyncIterable<string>, voice: string, call: Call): AsyncIterable<SpokenPart>;
}
