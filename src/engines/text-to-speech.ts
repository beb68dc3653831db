import type { AudioFrame } from './audio.ts';
import type { Call, Usage } from './call.ts';

export type SpokenPart =
  | { type: 'speech-audio'; frame: AudioFrame }
  | { type: 'speech-mark'; text: string; atMs: number } // this text is audible from here on
  | { type: 'speak-end'; usage: Usage };

/** How a text is to be spoken. `rate` is a factor on the voice's own pace (1 where absent; 0.7 slow, 1.2 fast). */
export interface Manner {
  readonly voice: string;
  readonly rate?: number;
}

export interface TextToSpeech {
  readonly id: string;
  readonly voices: readonly { id: string; language: string }[];
  /** Speaks sentence by sentence, as they come. */
  speak(sentences: AsyncIterable<string>, manner: Manner, call: Call): AsyncIterable<SpokenPart>;
}
