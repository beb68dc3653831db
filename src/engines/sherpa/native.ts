import { createRequire } from 'node:module';

/** The part of sherpa-onnx-node that is used here; the package brings no types. Loaded only inside the worker. */
export interface Sherpa {
  readonly OnlineRecognizer: new (config: object) => OnlineRecognizer;
  readonly OfflineRecognizer: { createAsync(config: object): Promise<OfflineRecognizer> };
  readonly OfflineTts: { createAsync(config: object): Promise<OfflineTts> };
  readonly OfflineSpeechDenoiser: new (config: object) => { run(sound: Sound): Sound };
  readonly Vad: new (config: object, bufferSeconds: number) => NativeVad;
}

export interface Sound {
  readonly samples: Float32Array;
  readonly sampleRate: number;
}

export interface OnlineStream {
  acceptWaveform(sound: Sound): void;
  inputFinished(): void;
}

export interface OnlineRecognizer {
  createStream(): OnlineStream;
  isReady(stream: OnlineStream): boolean;
  decode(stream: OnlineStream): void;
  getResult(stream: OnlineStream): { text: string; tokens: string[]; timestamps: number[]; ys_probs: number[] };
}

export interface OfflineStream {
  acceptWaveform(sound: Sound): void;
}

export interface OfflineRecognizer {
  createStream(): OfflineStream;
  decodeAsync(stream: OfflineStream): Promise<{ text: string; lang?: string; ys_log_probs?: number[] }>;
}

export interface OfflineTts {
  readonly sampleRate: number;
  readonly numSpeakers: number;
  generateAsync(request: { text: string; sid: number; speed: number; enableExternalBuffer: boolean }): Promise<Sound>;
}

export interface NativeVad {
  acceptWaveform(samples: Float32Array): void;
  isDetected(): boolean;
  isEmpty(): boolean;
  pop(): void;
  reset(): void;
}

export function loadSherpa(): Sherpa {
  return createRequire(import.meta.url)('sherpa-onnx-node') as Sherpa;
}
