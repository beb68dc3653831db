import { createRequire } from 'node:module';
import { throwIfAborted } from '../../shared/abort.ts';
import { AppError } from '../../shared/errors.ts';
import type { HandlerContext, OpenEngine } from '../engine-process.ts';
import { readShape, withShorterWindow } from './model-file.ts';
import { cutAtPauses, isSilent, loudness, quietShare, withoutLoops } from './sound.ts';
import type { HeardPiece, HearParams, WhisperInit } from './wire.ts';

/** The part of @fugood/whisper.node that is used here; its own typings are source files that a strict compiler refuses. */
interface WhisperLibrary {
  initWhisper(options: { filePath: string; useGpu: boolean }, variant?: string): Promise<WhisperContext>;
  toggleNativeLog(enable: boolean): Promise<void>;
}
interface WhisperContext {
  transcribeData(
    samples: ArrayBuffer,
    options: { language: string; maxThreads: number; temperatureInc: number; prompt?: string },
  ): { stop(): Promise<void>; promise: Promise<{ language?: string; segments: readonly { text: string; t0: number; t1: number }[] }> };
  release(): Promise<void>;
}

export const sampleRate = 16_000;
/** Room that a window needs beyond the clip: without it the last words suffer. */
const marginMs = 2_560;
const positionMs = 20;
/** Of the window that a prompt may take, whisper.cpp gives it half of the text's places: some 200 tokens. */
const longestPrompt = 600;

/** The inside of a whisper.cpp process. One clip at a time: the library has one state for each window. */
export const openEngine: OpenEngine<WhisperInit> = async (init) => {
  const library = createRequire(import.meta.url)('@fugood/whisper.node') as WhisperLibrary;
  await library.toggleNativeLog(true); // to its listeners, of which there are none
  const shape = await readShape(init.modelPath);
  const whole = { windowMs: Math.min(init.windowMs, shape.audioContext * positionMs), path: async () => init.modelPath };
  const { cacheFolder } = init;
  const shorter = cacheFolder
    ? init.shorterWindows
        .filter((windowMs) => windowMs < whole.windowMs)
        .sort((a, b) => a - b)
        .map((windowMs) => ({ windowMs, path: () => withShorterWindow(init.modelPath, Math.round(windowMs / positionMs), cacheFolder) }))
    : [];
  const windows = [...shorter, whole];
  const contexts = new Map<number, Promise<WhisperContext>>();
  let turn: Promise<unknown> = Promise.resolve();

  function contextFor(window: (typeof windows)[number]): Promise<WhisperContext> {
    const known = contexts.get(window.windowMs);
    if (known) return known;
    const opening = window.path().then((filePath) => open(filePath));
    contexts.set(window.windowMs, opening);
    opening.catch(() => contexts.delete(window.windowMs));
    return opening;
  }

  async function open(filePath: string): Promise<WhisperContext> {
    try {
      const variant = init.gpu === 'cuda' || init.gpu === 'vulkan' ? init.gpu : undefined;
      return await library.initWhisper({ filePath, useGpu: init.gpu !== false }, variant);
    } catch (error) {
      throw new AppError(
        'unavailable',
        'The file of the speech recogniser cannot be used: it is missing, damaged, or of another kind. Please run “bedside models verify”.',
        { reason: 'ENGINE_UNAVAILABLE', context: { purpose: 'speech-to-text', fix: 'bedside models verify' } },
        error,
      );
    }
  }

  async function hearPiece(samples: Int16Array, params: HearParams, language: string | undefined): Promise<HeardPiece> {
    const lengthMs = (samples.length / sampleRate) * 1000;
    const levels = loudness(samples, sampleRate);
    if (isSilent(levels)) return { language, segments: [] };
    const window = windows.find(({ windowMs }) => lengthMs + marginMs <= windowMs) ?? whole;
    const context = await contextFor(window);
    const terms = init.takesTerms ? (params.terms ?? []).join(', ').slice(0, longestPrompt) : '';
    const heard = await context.transcribeData(samples.slice().buffer as ArrayBuffer, {
      language: shape.multilingual ? (language ?? 'auto') : 'en',
      maxThreads: init.threads,
      temperatureInc: init.retries ? 0.2 : 0,
      ...(terms ? { prompt: terms } : {}),
    }).promise;
    const segments = heard.segments.flatMap(({ t0, t1, text }) => {
      const startMs = Math.min(t0, lengthMs);
      const endMs = Math.max(startMs, Math.min(t1, lengthMs));
      const spoken = withoutLoops(text.trim());
      return spoken ? [{ startMs, endMs, text: spoken, noSpeech: quietShare(levels, startMs, endMs) }] : [];
    });
    return { language: heard.language ?? language, segments };
  }

  async function* hear(params: HearParams, { signal }: HandlerContext): AsyncGenerator<HeardPiece> {
    let { language } = params;
    // The last second of a window is left free: what ends at its very edge is lost.
    for (const piece of cutAtPauses(params.samples, sampleRate, whole.windowMs - 1000)) {
      throwIfAborted(signal);
      const mine = turn.then(() => (signal.aborted ? undefined : hearPiece(piece.samples, params, language)));
      turn = mine.catch(() => {});
      const heard = await mine;
      if (!heard) break;
      language ??= heard.segments.length > 0 ? heard.language : undefined;
      yield {
        language: heard.language,
        segments: heard.segments.map((segment) => ({
          ...segment,
          startMs: segment.startMs + piece.atMs,
          endMs: segment.endMs + piece.atMs,
        })),
      };
    }
    throwIfAborted(signal);
  }

  await contextFor(whole);
  return {
    info: { windowMs: whole.windowMs, multilingual: shape.multilingual, windows: windows.map(({ windowMs }) => windowMs) },
    handlers: { hear },
    async close() {
      for (const context of contexts.values()) await (await context).release();
    },
  };
};
