import { readFileSync } from 'node:fs';
import { throwIfAborted } from '../../shared/abort.ts';
import { nextTurn } from '../resample.ts';
import { hearingRate } from './detector.ts';
import type { RecogniserModel } from './models.ts';
import type { OfflineRecognizer, OnlineRecognizer, Sherpa } from './native.ts';
import type { Surroundings } from './regions.ts';
import { knowsOnlyCapitals, sentenceCase } from './sentence-case.ts';
import { hotwordLines, lettersOf } from './terms.ts';

export interface Heard {
  readonly text: string;
  readonly confidence?: number;
  readonly language?: string;
}

export interface RecogniserHints {
  readonly language: string | undefined;
  readonly terms: readonly string[];
}

/** Recognises one finished stretch of sound. */
export interface ClipRecogniser {
  readonly around: Surroundings;
  /**
   * `starts` says where in the samples each stretch of speech begins, in milliseconds. Gives what was heard in each of them, or in all
   * together where the model does not say when it heard what.
   */
  recognise(samples: Float32Array, starts: readonly number[], hints: RecogniserHints, signal: AbortSignal): Promise<readonly Heard[]>;
}

/** Recognises while sound comes in. */
export interface LiveRecogniser {
  open(hints: RecogniserHints): LiveHearing;
}

export interface LiveHearing {
  /** True when it has decoded something, so that `partial` may have changed. */
  feed(samples: Float32Array): boolean;
  /** What has been heard up to now; it may change. */
  partial(): string;
  finish(): Heard;
}

/**
 * A streaming model hears best with a second of what came before speech: measured on 24 LibriSpeech clips, 24.8 % word errors with it and
 * 26.0 % with 0.6 s. Only long pauses are passed over: each piece costs half a second of silence to end it.
 */
export const streamingSurroundings: Surroundings = { beforeMs: 1_000, afterMs: 400, gatherGapMs: 3_000, longestMs: 120_000 };

/** Silence that pushes the last words through the model's look-ahead. */
const tail = new Float32Array(hearingRate / 2);
/** Others are served between so many steps of a long clip. */
const decodesPerTurn = 4;
/** Recognisers kept for different sets of expected names; each costs as much memory as the model. */
const keptSets = 3;

type StreamingModel = Extract<RecogniserModel, { kind: 'streaming-transducer' }>;

/**
 * A streaming model. Its binding takes expected names only when a recogniser is made, so one is made for each set of names, and the
 * last few are kept.
 */
export function streamingRecogniser(sherpa: Sherpa, model: StreamingModel, threads: number): LiveRecogniser & ClipRecogniser {
  const letters = lettersOf(readFileSync(model.tokens, 'utf8'));
  const capitals = knowsOnlyCapitals(letters);
  const made = new Map<string, OnlineRecognizer>();
  recogniserFor('');

  function recogniserFor(hotwords: string): OnlineRecognizer {
    const recogniser =
      made.get(hotwords) ??
      new sherpa.OnlineRecognizer({
        featConfig: { sampleRate: hearingRate, featureDim: 80 },
        modelConfig: {
          transducer: { encoder: model.encoder, decoder: model.decoder, joiner: model.joiner },
          tokens: model.tokens,
          numThreads: threads,
          provider: 'cpu',
          debug: 0,
          ...(model.modelType ? { modelType: model.modelType } : {}),
          ...(model.bpeVocab ? { modelingUnit: 'bpe', bpeVocab: model.bpeVocab } : {}),
        },
        decodingMethod: 'modified_beam_search',
        maxActivePaths: 4,
        enableEndpoint: 0,
        ...(hotwords ? { hotwordsBuf: hotwords, hotwordsBufSize: Buffer.byteLength(hotwords), hotwordsScore: 1.5 } : {}),
      });
    // The map's order is the order of last use; the recogniser without names always stays.
    made.delete(hotwords);
    made.set(hotwords, recogniser);
    for (const [key] of made) if (made.size > keptSets && key !== '') made.delete(key);
    return recogniser;
  }

  function open(hints: RecogniserHints) {
    const hotwords = model.bpeVocab ? hotwordLines(hints.terms, letters) : [];
    const recogniser = recogniserFor(hotwords.map((line) => `${line}\n`).join(''));
    const stream = recogniser.createStream();
    const write = (text: string) => (capitals ? sentenceCase(text, hints.terms) : text.trim());
    const feed = (samples: Float32Array) => stream.acceptWaveform({ samples, sampleRate: hearingRate });
    const step = () => {
      if (!recogniser.isReady(stream)) return false;
      recogniser.decode(stream);
      return true;
    };
    return {
      feed,
      step,
      end() {
        feed(tail);
        stream.inputFinished();
      },
      partial: () => write(recogniser.getResult(stream).text),
      result(): Heard {
        const { text, ys_probs } = recogniser.getResult(stream);
        return { text: write(text), ...confidenceOf(ys_probs) };
      },
      results(starts: readonly number[]): Heard[] {
        const { tokens, timestamps, ys_probs } = recogniser.getResult(stream);
        const pieces = starts.map(() => ({ text: '', probs: [] as number[] }));
        let piece = 0;
        tokens.forEach((token, i) => {
          // A word belongs where its first token was heard, and no token comes before its sound.
          if (token.startsWith(' ')) while ((timestamps[i] as number) * 1_000 >= (starts[piece + 1] ?? Number.POSITIVE_INFINITY)) piece++;
          const current = pieces[piece] as (typeof pieces)[number];
          current.text += token;
          current.probs.push(ys_probs[i] as number);
        });
        return pieces.map(({ text, probs }) => ({ text: write(text), ...confidenceOf(probs) }));
      },
    };
  }

  return {
    around: streamingSurroundings,
    async recognise(samples, starts, hints, signal) {
      const hearing = open(hints);
      hearing.feed(samples);
      hearing.end();
      for (let steps = 1; hearing.step(); steps++) {
        if (steps % decodesPerTurn !== 0) continue;
        await nextTurn();
        throwIfAborted(signal);
      }
      return hearing.results(starts);
    },
    open(hints) {
      const hearing = open(hints);
      return {
        feed(samples) {
          hearing.feed(samples);
          let decoded = false;
          while (hearing.step()) decoded = true;
          return decoded;
        },
        partial: hearing.partial,
        finish() {
          hearing.end();
          while (hearing.step());
          return hearing.result();
        },
      };
    },
  };
}

/** A model that hears whole clips: Whisper, Moonshine, transducers and CTC models. Decoding runs beside the loop. */
export function offlineRecogniser(sherpa: Sherpa, model: Exclude<RecogniserModel, StreamingModel>, threads: number): ClipRecogniser {
  const letters =
    model.kind === 'whisper' || model.kind === 'moonshine' ? new Set<string>() : lettersOf(readFileSync(model.tokens, 'utf8'));
  const capitals = knowsOnlyCapitals(letters);
  const made = new Map<string, Promise<OfflineRecognizer>>();
  let queue: Promise<unknown> = Promise.resolve();

  /** Whisper is told its language when it is made; the others have only one. */
  function recogniserFor(language: string): Promise<OfflineRecognizer> {
    const key = model.kind === 'whisper' ? language : '';
    const kept = made.get(key);
    if (kept) return kept;
    made.clear();
    const recogniser = sherpa.OfflineRecognizer.createAsync({
      featConfig: { sampleRate: hearingRate, featureDim: 80 },
      modelConfig: { ...modelConfig(model, key), tokens: model.tokens, numThreads: threads, provider: 'cpu', debug: 0 },
      decodingMethod: 'greedy_search',
    });
    made.set(key, recogniser);
    recogniser.catch(() => made.delete(key));
    return recogniser;
  }

  return {
    // Whisper works on a window of 30 s, however much of it is filled; Moonshine is trained on clips of that length.
    around: {
      beforeMs: 300,
      afterMs: 300,
      gatherGapMs: 2_000,
      longestMs: model.kind === 'whisper' || model.kind === 'moonshine' ? 28_000 : 60_000,
    },
    recognise(samples, _starts, hints, signal) {
      const work = queue.then(async (): Promise<readonly Heard[]> => {
        throwIfAborted(signal);
        const recogniser = await recogniserFor(hints.language?.split('-')[0] ?? '');
        const stream = recogniser.createStream();
        stream.acceptWaveform({ samples, sampleRate: hearingRate });
        const result = await recogniser.decodeAsync(stream);
        const language = result.lang?.replace(/[<|>]/g, '');
        const text = capitals ? sentenceCase(result.text, hints.terms) : result.text.trim();
        return [{ text, ...(language ? { language } : {}), ...confidenceOf(result.ys_log_probs ?? []) }];
      });
      queue = work.catch(() => {});
      return work;
    },
  };
}

function modelConfig(model: Exclude<RecogniserModel, StreamingModel>, language: string): object {
  switch (model.kind) {
    case 'whisper':
      return {
        whisper: { encoder: model.encoder, decoder: model.decoder, language, task: 'transcribe', tailPaddings: -1 },
        modelType: 'whisper',
      };
    case 'moonshine': {
      const { preprocessor, encoder, uncachedDecoder, cachedDecoder } = model;
      return { moonshine: { preprocessor, encoder, uncachedDecoder, cachedDecoder } };
    }
    case 'transducer':
      return {
        transducer: { encoder: model.encoder, decoder: model.decoder, joiner: model.joiner },
        ...(model.modelType ? { modelType: model.modelType } : {}),
      };
    case 'ctc':
      return { [{ nemo: 'nemoCtc', zipformer: 'zipformerCtc', wenet: 'wenetCtc' }[model.family]]: { model: model.model } };
  }
}

/** The geometric mean of the tokens' likelihoods. */
function confidenceOf(logProbs: readonly number[]): { confidence: number } | object {
  if (logProbs.length === 0) return {};
  const mean = logProbs.reduce((sum, value) => sum + value, 0) / logProbs.length;
  return { confidence: Math.round(Math.min(1, Math.exp(mean)) * 1_000) / 1_000 };
}
