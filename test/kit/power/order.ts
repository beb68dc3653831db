/** What a writer whose disk is watched is told, as JSON in its argument. */
export interface PowerOrder {
  readonly home: string;
  /** 64 hexadecimal digits. */
  readonly key: string;
  readonly lanes: number;
  readonly unitsPerLane: number;
  /** Takes the flush before each acknowledgement out: what the harness must find. */
  readonly flushless: boolean;
}
