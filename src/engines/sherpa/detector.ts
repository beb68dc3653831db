import type { NativeVad, Sherpa } from './native.ts';

/** Samples in one look of Silero: 32 ms at 16 kHz. */
export const windowSamples = 512;
export const hearingRate = 16_000;

/** Scores one stream of 16 kHz sound, window by window. */
export interface Detector {
  /** 1 where the model hears speech, 0 where it does not: the Node binding tells whether its likelihood is above 0.5 (below 0.35 once above). */
  score(window: Float32Array): number;
  release(): void;
}

/**
 * Native detectors cost 40 ms and 8 MB each and keep one stream's state, so that they are made once, and lent.
 * Their own rules about pauses are switched off: the edges of speech are decided in speech-edges.ts.
 */
export function detectors(sherpa: Sherpa, model: string): { lend(): Detector } {
  const idle: NativeVad[] = [make()];

  function make(): NativeVad {
    const sileroVad = {
      model,
      threshold: 0.5,
      minSilenceDuration: 0.001,
      minSpeechDuration: 0.001,
      maxSpeechDuration: 1e6,
      windowSize: windowSamples,
    };
    return new sherpa.Vad({ sileroVad, sampleRate: hearingRate, numThreads: 1, provider: 'cpu', debug: 0 }, 60);
  }

  return {
    lend() {
      const vad = idle.pop() ?? make();
      vad.reset();
      let released = false;
      return {
        score(window) {
          vad.acceptWaveform(window);
          while (!vad.isEmpty()) vad.pop();
          return vad.isDetected() ? 1 : 0;
        },
        release() {
          if (!released) idle.push(vad);
          released = true;
        },
      };
    },
  };
}
