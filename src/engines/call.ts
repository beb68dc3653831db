/** Why an engine is called. What an engine is for is its purpose (`speech-to-text`, `language-model`, ...). */
export type Use = 'voice' | 'consultation' | 'scheduling' | 'knowledge' | 'notes';

/** What an engine is for: the words of `/readyz`, of usage rows and of cloud policies. */
export type Purpose =
  | 'speech-to-text'
  | 'live-speech-to-text'
  | 'voice-activity'
  | 'language-model'
  | 'text-to-speech'
  | 'embedder'
  | 'reranker'
  | 'translator'
  | 'image-reader'
  | 'diariser'
  | 'audio-decoder';

/** Travels with every call of an engine. */
export interface Call {
  /** Stops the work. Required: everything that can wait can be stopped. */
  readonly signal: AbortSignal;
  /** Who the work is for. The meter and the log read it; an engine never branches on it. */
  readonly label: { readonly hospitalId: string; readonly use: Use; readonly requestId: string };
}

/** Unit name -> amount, e.g. `inputTokens`, `audioMs`, `characters`. */
export type Usage = Readonly<Record<string, number>>;
