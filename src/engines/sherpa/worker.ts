import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { throwIfAborted } from '../../shared/abort.ts';
import { AppError } from '../../shared/errors.ts';
import { newId } from '../../shared/ids.ts';
import type { AudioFrame } from '../audio.ts';
import type { EngineHandler, HandlerContext, OpenEngine } from '../engine-process.ts';
import { joinSamples, toFloat, toInt16 } from '../pcm.ts';
import { nextTurn } from '../resample.ts';
import { edgePolicy, noSpeech, stepEdges } from '../speech-edges.ts';
import type { HeardPart } from '../speech-to-text.ts';
import { type Detector, detectors, hearingRate, windowSamples } from './detector.ts';
import { pathsOf, type SherpaInit } from './models.ts';
import { loadSherpa, type OfflineTts, type Sherpa } from './native.ts';
import {
  type ClipRecogniser,
  type Heard,
  type LiveHearing,
  type LiveRecogniser,
  offlineRecogniser,
  streamingRecogniser,
  streamingSurroundings,
} from './recognisers.ts';
import { cutLong, findRegions, restMs } from './regions.ts';

/** Inside the wall: owns sherpa's native objects. Sound goes in and out as 16-bit samples, at 16 kHz where it is heard. */
export const openEngine: OpenEngine<SherpaInit> = async (init) => {
  const missing = pathsOf(init).filter((path) => !existsSync(path));
  if (missing.length > 0) {
    throw new AppError(
      'unavailable',
      'A file of this engine is missing ({file}). Run “bedside models verify” to see what to fetch again.',
      {
        reason: 'ENGINE_UNAVAILABLE',
        values: { file: basename(missing[0] as string) },
        context: { fix: 'bedside models verify', missing: missing.map((path) => basename(path)) },
      },
    );
  }
  const sherpa = loadSherpa();
  const detector = init.detector ? detectors(sherpa, init.detector) : undefined;
  const { recogniser } = init;
  const live = recogniser?.kind === 'streaming-transducer' ? streamingRecogniser(sherpa, recogniser, init.threads) : undefined;
  const clips =
    live ?? (recogniser && recogniser.kind !== 'streaming-transducer' ? offlineRecogniser(sherpa, recogniser, init.threads) : undefined);
  const voice = init.voice ? await openVoice(sherpa, init) : undefined;
  const denoiser = init.denoiser
    ? new sherpa.OfflineSpeechDenoiser({ model: { gtcrn: { model: init.denoiser }, numThreads: init.threads, provider: 'cpu', debug: 0 } })
    : undefined;

  const handlers: Record<string, EngineHandler> = {};
  if (detector) handlers.score = (_: unknown, context: HandlerContext) => scoreFrames(detector.lend(), context);
  if (clips && detector)
    handlers.transcribe = (params: ListenParams, context: HandlerContext) => transcribe(clips, detector.lend(), params, context);
  if (live && detector) handlers.listen = (params: ListenParams, context: HandlerContext) => listen(live, detector.lend(), params, context);
  if (voice) handlers.speak = speakWith(voice);
  if (denoiser) {
    handlers.denoise = async ({ samples }: { samples: Int16Array }) => {
      const clean = denoiser.run({ samples: toFloat(samples), sampleRate: hearingRate });
      return { samples: toInt16(clean.samples), sampleRate: clean.sampleRate };
    };
  }
  return { info: { ...(voice ? { sampleRate: voice.sampleRate, speakers: voice.numSpeakers } : {}) }, handlers };
};

/** What `transcribe` and `listen` are told; their sound is streamed in. */
export interface ListenParams {
  readonly language: string | undefined;
  readonly terms: readonly string[];
}

export interface SpeakParams {
  readonly speaker: number;
  readonly rate: number;
}

export interface TranscribedSegment extends Heard {
  readonly startMs: number;
  readonly endMs: number;
}

/** One score for each frame: of the latest window that was complete when the frame ended. */
async function* scoreFrames(detector: Detector, { input }: HandlerContext): AsyncGenerator<number> {
  const windows = inWindows();
  let score = 0;
  try {
    for await (const samples of input as AsyncIterable<Int16Array>) {
      for (const window of windows.add(toFloat(samples))) score = detector.score(window);
      yield score;
    }
  } finally {
    detector.release();
  }
}

/**
 * Hears a clip that comes in pieces, and gives its segments as they are recognised. Where the detector hears no speech nothing is
 * recognised, so that noise has no words.
 */
async function* transcribe(
  recogniser: ClipRecogniser,
  detector: Detector,
  { language, terms }: ListenParams,
  { input, signal }: HandlerContext,
): AsyncGenerator<TranscribedSegment> {
  const windows = inWindows();
  const parts: AudioFrame[] = [];
  const scores: number[] = [];
  const take = async (window: Float32Array) => {
    scores.push(detector.score(window));
    if (scores.length % windowsPerTurn !== 0) return;
    await nextTurn();
    throwIfAborted(signal);
  };
  try {
    for await (const samples of input as AsyncIterable<Int16Array>) {
      parts.push({ samples, sampleRate: hearingRate, atMs: 0 });
      for (const window of windows.add(toFloat(samples))) await take(window);
    }
    const rest = windows.rest();
    if (rest) await take(rest);
  } finally {
    detector.release();
  }
  // An hour of it is kept in 16 bits; what is recognised at once is made into floats.
  const sound = joinSamples(parts.splice(0));
  const found = findRegions(scores, windowSamples, hearingRate, sound.length, edgePolicy, recogniser.around);
  const regions = cutLong(found, sound, recogniser.around.longestMs * (hearingRate / 1_000), windowSamples);
  for (const { from, to, stretches } of regions) {
    const starts = stretches.map(({ start }) => toMs(start - from));
    const pieces = await recogniser.recognise(toFloat(sound.subarray(from, to)), starts, { language, terms }, signal);
    for (const [i, heard] of pieces.entries()) {
      const first = stretches[i];
      const last = pieces.length === stretches.length ? first : stretches.at(-1);
      if (heard.text && first && last) yield { ...heard, startMs: toMs(first.start), endMs: toMs(last.end) };
    }
  }
}

const windowsPerTurn = 64;

/** Follows one speaker: finds where speech starts and ends, and recognises what lies between. */
async function* listen(
  recogniser: LiveRecogniser,
  detector: Detector,
  { language, terms }: ListenParams,
  { input }: HandlerContext,
): AsyncGenerator<HeardPart> {
  const windows = inWindows();
  const before: Float32Array[] = [];
  let edges = noSpeech;
  let heardSamples = 0;
  let utterance: { id: string; startMs: number; hearing: LiveHearing; partial: string } | undefined;

  function* end(atMs: number): Generator<HeardPart> {
    if (!utterance) return;
    const { id, startMs, hearing } = utterance;
    utterance = undefined;
    const heard = hearing.finish();
    if (heard.text) {
      const span = { startMs, endMs: atMs };
      const spokenIn = language ? { language } : {};
      yield {
        type: 'transcript-final',
        utteranceId: id,
        transcript: { ...heard, ...spokenIn, ...span, segments: [{ ...span, ...heard }] },
      };
    }
    yield { type: 'speech-end', atMs };
  }

  try {
    // A recogniser for these names is made now, while nobody speaks yet.
    recogniser.open({ language, terms });
    for await (const samples of input as AsyncIterable<Int16Array>) {
      let decoded = false;
      for (const window of windows.add(toFloat(samples))) {
        const fromMs = toMs(heardSamples);
        heardSamples += window.length;
        const nowMs = toMs(heardSamples);
        const [next, edge] = stepEdges(edges, detector.score(window), fromMs, nowMs, edgePolicy);
        edges = next;
        before.push(window);
        if (before.length > windowsBefore) before.shift();
        if (edge?.type === 'speech-start') {
          utterance = { id: newId(), startMs: edge.atMs, hearing: recogniser.open({ language, terms }), partial: '' };
          yield { type: 'speech-start', atMs: edge.atMs };
          for (const earlier of before) decoded = utterance.hearing.feed(earlier) || decoded;
        } else if (utterance) decoded = utterance.hearing.feed(window) || decoded;
        // Words are heard once; the silence after them is kept, since it comes before the next ones.
        if (utterance && (edges.turningAtMs === undefined || nowMs - edges.turningAtMs < restMs)) before.length = 0;
        if (edge?.type === 'speech-end') yield* end(edge.atMs);
        else if (edge?.type === 'speech-pause' || edge?.type === 'speech-resume') yield { type: edge.type, atMs: edge.atMs };
      }
      if (!utterance || !decoded) continue;
      const text = utterance.hearing.partial();
      if (text && text !== utterance.partial) {
        utterance.partial = text;
        yield { type: 'transcript-partial', utteranceId: utterance.id, text };
      }
    }
    yield* end(edges.turningAtMs ?? toMs(heardSamples));
  } finally {
    detector.release();
  }
}

/** The windows kept from before speech: those that the edges needed to be sure of it among them. */
const windowsBefore = Math.ceil(((streamingSurroundings.beforeMs + edgePolicy.startMs) * hearingRate) / 1_000 / windowSamples) + 1;

async function openVoice(sherpa: Sherpa, { voice, threads }: SherpaInit): Promise<OfflineTts> {
  const model = {
    numThreads: threads,
    provider: 'cpu',
    debug: 0,
    ...(voice?.kind === 'piper'
      ? { vits: { model: voice.model, tokens: voice.tokens, dataDir: voice.dataDir ?? '', lexicon: voice.lexicon ?? '' } }
      : voice?.kind === 'kokoro'
        ? {
            kokoro: {
              model: voice.model,
              voices: voice.voices,
              tokens: voice.tokens,
              dataDir: voice.dataDir,
              lexicon: voice.lexicon ?? '',
              lang: voice.language ?? '',
            },
          }
        : {
            matcha: {
              acousticModel: voice?.acousticModel,
              vocoder: voice?.vocoder,
              tokens: voice?.tokens,
              dataDir: voice?.dataDir ?? '',
              lexicon: voice?.lexicon ?? '',
            },
          }),
  };
  return sherpa.OfflineTts.createAsync({ model, maxNumSentences: 1 });
}

/**
 * For each sentence first its text, then its sound. A sentence that is being made when the caller leaves is made to its end and dropped:
 * the callback by which it could be stopped has brought whole processes down (sherpa-onnx issue 3780). One sentence at a time.
 */
function speakWith(
  voice: OfflineTts,
): (params: SpeakParams, context: HandlerContext) => AsyncGenerator<{ text: string } | { samples: Int16Array }> {
  let queue: Promise<unknown> = Promise.resolve();
  return async function* ({ speaker, rate }, { input, signal }) {
    for await (const sentence of input as AsyncIterable<string>) {
      const made = queue.then(() =>
        signal.aborted ? undefined : voice.generateAsync({ text: sentence, sid: speaker, speed: rate, enableExternalBuffer: false }),
      );
      queue = made.catch(() => {});
      const sound = await made;
      if (!sound || signal.aborted) return;
      yield { text: sentence };
      yield { samples: toInt16(sound.samples) };
    }
  };
}

/** Regroups samples into whole windows; `rest` is the last, unfinished one, filled up with silence. */
function inWindows(): { add(samples: Float32Array): Generator<Float32Array>; rest(): Float32Array | undefined } {
  let left = new Float32Array(0);
  return {
    *add(samples) {
      const all = new Float32Array(left.length + samples.length);
      all.set(left);
      all.set(samples, left.length);
      let at = 0;
      for (; at + windowSamples <= all.length; at += windowSamples) yield all.slice(at, at + windowSamples);
      left = all.slice(at);
    },
    rest() {
      if (left.length === 0) return undefined;
      const window = new Float32Array(windowSamples);
      window.set(left);
      return window;
    },
  };
}

function toMs(samples: number): number {
  return Math.round((samples * 1_000) / hearingRate);
}
