import { siblingModule } from '../../shared/sibling.ts';
import type { EngineLimits, EngineProcess, EngineSpec } from '../engine-process.ts';
import { clipMs } from '../pcm.ts';
import { resampleClip } from '../resample.ts';
import type { SpeechToText, Transcript } from '../speech-to-text.ts';
import type { HeardPiece, HearParams, WhisperInit } from './wire.ts';

export interface WhisperOptions {
  readonly id: string;
  /** A ggml-Whisper file. */
  readonly modelPath: string;
  /** How much sound the model looks at in one go, from the catalogue: 30 s unless it was trained on less. */
  readonly windowMs?: number;
  readonly threads: number;
  readonly gpu?: WhisperInit['gpu'];
  /** False for models that a prompt confuses. */
  readonly takesTerms?: boolean;
  /** Tries a piece again when the text looks wrong; off where the same sound has to give the same words. */
  readonly retries?: boolean;
  /**
   * Shorter windows (ms), each with a copy of the weights on disk and, once used, in memory: a clip that fits is heard several times as
   * fast. Needs `cacheFolder`; where that is given, one window that fits most of what is said in one breath is the default.
   */
  readonly shorterWindows?: readonly number[];
  readonly cacheFolder?: string;
  readonly limits?: EngineLimits;
  readonly lazy?: boolean;
}

export function whisperSpec(options: WhisperOptions): EngineSpec {
  const windowMs = options.windowMs ?? 30_000;
  const init: WhisperInit = {
    modelPath: options.modelPath,
    threads: options.threads,
    gpu: options.gpu ?? false,
    windowMs,
    takesTerms: options.takesTerms ?? true,
    retries: options.retries ?? true,
    shorterWindows: options.shorterWindows ?? [windowMs > 15_000 ? 7_680 : 5_120],
    ...(options.cacheFolder ? { cacheFolder: options.cacheFolder } : {}),
  };
  return {
    id: options.id,
    purpose: 'speech-to-text',
    module: siblingModule(import.meta.url, 'worker'),
    init,
    fix: 'bedside models verify',
    ...(options.limits ? { limits: options.limits } : {}),
    ...(options.lazy ? { lazy: true } : {}),
  };
}

const hearingRate = 16_000;
/** One window of a large model on a slow box. */
const allowanceMs = 180_000;

/**
 * Whisper behind the wall. The library tells no likelihoods, so a transcript has no confidence; `noSpeech` is measured on the sound
 * (the share of a segment that does not rise above the room's noise). A clip that is being heard when the call is stopped is heard to the
 * end of its window, and the result is dropped.
 */
export function whisperSpeechToText(engine: EngineProcess): SpeechToText {
  return {
    id: engine.id,
    async transcribe(clip, hints, { signal }) {
      const audioMs = Math.round(clipMs(clip));
      const startMs = clip[0]?.atMs ?? 0;
      const samples = await resampleClip(clip, hearingRate);
      const params: HearParams = {
        samples,
        ...(hints.language ? { language: hints.language } : {}),
        ...(hints.terms ? { terms: hints.terms } : {}),
      };
      const pieces: HeardPiece[] = [];
      for await (const piece of engine.stream<HeardPiece>('hear', params, undefined, { signal, allowanceMs })) pieces.push(piece);
      const segments = pieces
        .flatMap((piece) => piece.segments)
        .map((segment) => ({ ...segment, startMs: startMs + segment.startMs, endMs: startMs + segment.endMs }));
      const language = hints.language ?? pieces.find((piece) => piece.segments.length > 0)?.language;
      const transcript: Transcript = {
        text: segments.map(({ text }) => text).join(' '),
        ...(language ? { language } : {}),
        startMs,
        endMs: startMs + audioMs,
        segments,
      };
      return { transcript, usage: { audioMs } };
    },
  };
}
