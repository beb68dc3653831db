/** What the adapter and the worker say to each other across the wall. */
export interface WhisperInit {
  readonly modelPath: string;
  readonly threads: number;
  readonly gpu: false | 'default' | 'cuda' | 'vulkan';
  /** How much sound the model looks at in one go. */
  readonly windowMs: number;
  /** False for models that were not trained with a prompt: terms would confuse them. */
  readonly takesTerms: boolean;
  /** Tries a piece again with more freedom when the text looks wrong: slower, and not the same every time. */
  readonly retries: boolean;
  /** Windows (ms) for shorter clips, and where their files are kept; none where the memory is scarce. */
  readonly shorterWindows: readonly number[];
  readonly cacheFolder?: string;
}

export interface HearParams {
  /** 16 kHz mono. */
  readonly samples: Int16Array;
  readonly language?: string;
  readonly terms?: readonly string[];
}

/** One piece of the clip, as soon as it was heard. */
export interface HeardPiece {
  readonly language: string | undefined;
  readonly segments: readonly { startMs: number; endMs: number; text: string; noSpeech: number }[];
}
