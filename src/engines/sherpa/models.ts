/** Where the files of a model lie, by what kind of model it is. All paths are absolute. */
export type RecogniserModel =
  | {
      readonly kind: 'streaming-transducer';
      readonly encoder: string;
      readonly decoder: string;
      readonly joiner: string;
      readonly tokens: string;
      /** With it the recogniser can be told which names to expect. */
      readonly bpeVocab?: string;
      /** `zipformer2`, `zipformer`, `conformer`, `lstm`; sherpa finds out for itself when it is left out. */
      readonly modelType?: string;
    }
  | { readonly kind: 'whisper'; readonly encoder: string; readonly decoder: string; readonly tokens: string }
  | {
      readonly kind: 'moonshine';
      readonly preprocessor: string;
      readonly encoder: string;
      readonly uncachedDecoder: string;
      readonly cachedDecoder: string;
      readonly tokens: string;
    }
  | {
      readonly kind: 'transducer';
      readonly encoder: string;
      readonly decoder: string;
      readonly joiner: string;
      readonly tokens: string;
      readonly modelType?: string;
    }
  | { readonly kind: 'ctc'; readonly model: string; readonly tokens: string; readonly family: 'nemo' | 'zipformer' | 'wenet' };

export type VoiceModel =
  | { readonly kind: 'piper'; readonly model: string; readonly tokens: string; readonly dataDir?: string; readonly lexicon?: string }
  | {
      readonly kind: 'kokoro';
      readonly model: string;
      readonly voices: string;
      readonly tokens: string;
      readonly dataDir: string;
      readonly lexicon?: string;
      readonly language?: string;
    }
  | {
      readonly kind: 'matcha';
      readonly acousticModel: string;
      readonly vocoder: string;
      readonly tokens: string;
      readonly dataDir?: string;
      readonly lexicon?: string;
    };

/** What one sherpa process is to load. */
export interface SherpaInit {
  /** Silero's ONNX file. */
  readonly detector?: string;
  readonly recogniser?: RecogniserModel;
  readonly voice?: VoiceModel;
  /** GTCRN's ONNX file. */
  readonly denoiser?: string;
  readonly threads: number;
}

/** The paths that must be there before any native code looks for them. */
export function pathsOf(init: SherpaInit): string[] {
  const files = (model: object | undefined, names: readonly string[]) =>
    Object.entries(model ?? {}).flatMap(([key, value]) => (names.includes(key) && typeof value === 'string' ? value.split(',') : []));
  return [
    ...(init.detector ? [init.detector] : []),
    ...(init.denoiser ? [init.denoiser] : []),
    ...files(init.recogniser, [
      'encoder',
      'decoder',
      'joiner',
      'tokens',
      'bpeVocab',
      'preprocessor',
      'uncachedDecoder',
      'cachedDecoder',
      'model',
    ]),
    ...files(init.voice, ['model', 'voices', 'tokens', 'dataDir', 'lexicon', 'acousticModel', 'vocoder']),
  ];
}
