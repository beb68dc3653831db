/** What a writer that will be killed is told, on one line of JSON. */
export interface WriterOrder {
  readonly file: string;
  readonly key: string;
  readonly lanes: number;
  readonly full: boolean;
  /** Checkpoints all the time, so that the kill meets one. */
  readonly checkpoints: boolean;
}

export const hospitalOf = (lane: number) => `hospital-${lane % 2}`;
export const UNDONE = -1;
