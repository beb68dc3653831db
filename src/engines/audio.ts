/** A short run of mono PCM samples, usually 20 ms. `atMs` is where it begins, counted from the first frame of its stream. */
export interface AudioFrame {
  readonly samples: Int16Array;
  readonly sampleRate: number;
  readonly atMs: number;
}
