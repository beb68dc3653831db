import type { RecogniserModel, VoiceModel } from './engines/sherpa/models.ts';
import type { SherpaVoice } from './engines/sherpa/text-to-speech.ts';
import { AppError } from './shared/errors.ts';

/** Pure: what the catalogue says of a model, and where its files lie, as the engine that runs it wants to be told. */
export function needed(paths: Readonly<Record<string, string>>, role: string): string {
  const path = paths[role];
  if (path === undefined)
    throw new AppError('unavailable', 'The list of models lacks a file for {role}.', { values: { role }, reason: 'ENGINE_UNAVAILABLE' });
  return path;
}

type Settings = Readonly<Record<string, string | number | boolean | string[]>>;

export function recogniserOf(settings: Settings, paths: Readonly<Record<string, string>>): RecogniserModel {
  const tokens = needed(paths, 'tokens');
  if (settings.model === 'whisper')
    return { kind: 'whisper', encoder: needed(paths, 'encoder'), decoder: needed(paths, 'decoder'), tokens };
  if (settings.model === 'moonshine')
    return {
      kind: 'moonshine',
      preprocessor: needed(paths, 'preprocessor'),
      encoder: needed(paths, 'encoder'),
      uncachedDecoder: needed(paths, 'uncachedDecoder'),
      cachedDecoder: needed(paths, 'cachedDecoder'),
      tokens,
    };
  return {
    kind: 'streaming-transducer',
    encoder: needed(paths, 'encoder'),
    decoder: needed(paths, 'decoder'),
    joiner: needed(paths, 'joiner'),
    tokens,
    ...(paths.bpeVocab ? { bpeVocab: paths.bpeVocab } : {}),
    ...(typeof settings.modelType === 'string' ? { modelType: settings.modelType } : {}),
  };
}

export function voiceOf(settings: Settings, paths: Readonly<Record<string, string>>): VoiceModel {
  const model = needed(paths, 'model');
  const tokens = needed(paths, 'tokens');
  if (settings.model === 'kokoro')
    return {
      kind: 'kokoro',
      model,
      voices: needed(paths, 'voices'),
      tokens,
      dataDir: needed(paths, 'dataDir'),
      ...(paths.lexicon ? { lexicon: paths.lexicon } : {}),
    };
  return { kind: 'piper', model, tokens, ...(paths.dataDir ? { dataDir: paths.dataDir } : {}) };
}

/** `name:number` from the catalogue. */
export function voicesOf(listed: Settings[string] | undefined, language: string): SherpaVoice[] {
  const names = Array.isArray(listed) ? listed : ['default:0'];
  return names.map((text) => {
    const [id = text, speaker = '0'] = text.split(':');
    return { id, language, speaker: Number(speaker) };
  });
}
