import type { Purpose } from '../engines/call.ts';
import type { CatalogueEntry } from './catalogue.ts';
import type { GgufFacts } from './gguf.ts';

/** What an adapter must know of a model that came without a catalogue entry. */
export interface Description {
  readonly purpose: Purpose;
  readonly engine: CatalogueEntry['engine'];
  readonly roles: Readonly<Record<string, string>>;
  readonly settings?: NonNullable<CatalogueEntry['settings']>;
  readonly also?: readonly Purpose[];
  readonly languages?: readonly string[];
  readonly licence?: string;
}

/** Reads a set of file names (an archive's, a repository's) as one of the layouts that the engines take; undefined for any other. Pure. */
export function describeNames(names: readonly string[]): Description | undefined {
  const top = names.filter((name) => !name.includes('/'));
  const one = (pattern: RegExp): string | undefined => {
    const found = top.filter((name) => pattern.test(name));
    // Where both are there the int8 one is meant for processors.
    return found.find((name) => name.includes('.int8.')) ?? found[0];
  };
  const tokens = one(/(^|-)tokens\.txt$/);
  const espeak = names.some((name) => name.startsWith('espeak-ng-data/'));
  const encoder = one(/(^|-)encode(r[^/]*)?(\.int8)?\.onnx$/);
  const decoder = one(/(^|-)decode(r[^/]*)?(\.int8)?\.onnx$/);
  const joiner = one(/(^|-)joiner[^/]*\.onnx$/);
  const speech = describeSpeech({ tokens, encoder, decoder, joiner, streaming: names.some((name) => /chunk|streaming/.test(name)), one });
  if (speech) return speech;
  const voices = one(/^voices\.bin$/);
  const model = one(/\.onnx$/);
  if (tokens && espeak && model) {
    const roles = { model, tokens, dataDir: 'espeak-ng-data', ...(voices ? { voices } : {}) };
    const language = /^([a-z]{2,3})[_-][A-Z]{2}/.exec(model)?.[1];
    const settings = voices
      ? { model: 'kokoro', sampleRate: 24000 }
      : { model: 'vits', voices: [`${model.replace(/(\.int8)?\.onnx$/, '')}:0`] };
    return { purpose: 'text-to-speech', engine: 'sherpa', roles, settings, ...(language ? { languages: [language] } : {}) };
  }
  const weights = one(/^model\.safetensors$/);
  const tokenizer = one(/^tokenizer\.json$/);
  if (weights && tokenizer) {
    const config = one(/^config\.json$/);
    return { purpose: 'embedder', engine: 'static-embeddings', roles: { model: weights, tokenizer, ...(config ? { config } : {}) } };
  }
  return undefined;
}

function describeSpeech(found: {
  tokens: string | undefined;
  encoder: string | undefined;
  decoder: string | undefined;
  joiner: string | undefined;
  streaming: boolean;
  one: (pattern: RegExp) => string | undefined;
}): Description | undefined {
  const { tokens, encoder, decoder, joiner } = found;
  const preprocessor = found.one(/^preprocess\.onnx$/);
  const uncachedDecoder = found.one(/^uncached_decode(\.int8)?\.onnx$/);
  const cachedDecoder = found.one(/^cached_decode(\.int8)?\.onnx$/);
  if (tokens && preprocessor && encoder && uncachedDecoder && cachedDecoder) {
    return {
      purpose: 'speech-to-text',
      engine: 'sherpa',
      roles: { preprocessor, encoder, uncachedDecoder, cachedDecoder, tokens },
      settings: { model: 'moonshine' },
      languages: ['en'],
    };
  }
  if (!tokens || !encoder || !decoder) return undefined;
  if (joiner) {
    const roles = {
      encoder,
      decoder,
      joiner,
      tokens,
      ...optional('bpeVocab', found.one(/^bpe\.vocab$/)),
      ...optional('bpeModel', found.one(/^bpe\.model$/)),
    };
    return found.streaming
      ? {
          purpose: 'live-speech-to-text',
          also: ['speech-to-text'],
          engine: 'sherpa',
          roles,
          settings: { modelType: 'zipformer2', sampleRate: 16000, featureDim: 80 },
        }
      : { purpose: 'speech-to-text', engine: 'sherpa', roles, settings: { model: 'transducer', sampleRate: 16000, featureDim: 80 } };
  }
  return {
    purpose: 'speech-to-text',
    engine: 'sherpa',
    roles: { encoder, decoder, tokens },
    settings: { model: 'whisper', multilingual: !/\.en-/.test(encoder), windowSeconds: 30 },
  };
}

function optional(role: string, name: string | undefined): Record<string, string> {
  return name ? { [role]: name } : {};
}

/** What a GGUF file is for, by what it says of itself. Pure. */
export function describeGguf(name: string, facts: GgufFacts): Description | undefined {
  if (facts.architecture === 'clip' || facts.architecture === 'whisper') return undefined;
  const embeds =
    (facts.pooling !== undefined && facts.pooling > 0) || /bert|embed/i.test(`${facts.architecture} ${facts.name ?? ''} ${name}`);
  const ranks = facts.pooling === 4 || /rerank/i.test(`${facts.name ?? ''} ${name}`);
  const purpose: Purpose = ranks ? 'reranker' : embeds ? 'embedder' : 'language-model';
  const settings: NonNullable<CatalogueEntry['settings']> = {};
  if (purpose === 'embedder' && facts.embeddingLength !== undefined) settings.dimensions = facts.embeddingLength;
  if (purpose === 'language-model' && facts.contextLength !== undefined) settings.contextTokens = Math.min(facts.contextLength, 8192);
  return {
    purpose,
    engine: 'llama',
    roles: { model: name },
    ...(Object.keys(settings).length > 0 ? { settings } : {}),
    ...(facts.languages.length > 0 ? { languages: facts.languages } : {}),
    ...(facts.licence ? { licence: facts.licence } : {}),
  };
}

/** Picks from a repository's files what makes one model; a string is the sentence that says why it cannot. Pure. */
export function pickFiles(
  names: readonly string[],
): { readonly files: readonly string[] } | { readonly fault: 'several' | 'none'; readonly names: readonly string[] } {
  const whole = names.filter((name) => !/-\d{5}-of-\d{5}\.gguf$/.test(name) && !/mmproj/i.test(name));
  const gguf = whole.filter((name) => name.endsWith('.gguf'));
  const usual = gguf.find((name) => /q4_k_m/i.test(name)) ?? (gguf.length === 1 ? gguf[0] : undefined);
  if (usual) return { files: [usual] };
  if (gguf.length > 1) return { fault: 'several', names: gguf };
  const ggml = whole.filter((name) => /(^|\/)ggml[^/]*\.bin$/.test(name));
  if (ggml.length === 1) return { files: ggml };
  if (ggml.length > 1) return { fault: 'several', names: ggml };
  const archives = whole.filter((name) => /\.(tar\.bz2|tar\.gz|tgz|tbz2)$/.test(name));
  if (archives.length === 1) return { files: archives };
  const described = describeNames(whole);
  // A voice's pronunciation data are hundreds of files: those come as an archive.
  if (described && !('dataDir' in described.roles)) return { files: Object.values(described.roles) };
  return { fault: 'none', names: whole };
}
