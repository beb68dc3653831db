/** AudioSocket's frames: a byte for the kind, two for the length (big-endian), and what they hold. */
export const kinds = { hangUp: 0x00, uuid: 0x01, digit: 0x03, sound: 0x10, wideSound: 0x12, error: 0xff } as const;

export interface AudioSocketFrame {
  readonly kind: number;
  readonly payload: Uint8Array;
}

/** Reads frames out of pieces of any size; half a frame waits for its other half. */
export function makeFrameReader(): (bytes: Uint8Array) => AudioSocketFrame[] {
  let rest: Buffer = Buffer.alloc(0);
  return (bytes) => {
    let all = rest.length === 0 ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength) : Buffer.concat([rest, bytes]);
    const frames: AudioSocketFrame[] = [];
    while (all.length >= 3) {
      const end = 3 + all.readUInt16BE(1);
      if (all.length < end) break;
      frames.push({ kind: all[0] as number, payload: all.subarray(3, end) });
      all = all.subarray(end);
    }
    rest = Buffer.from(all);
    return frames;
  };
}

export function writeFrame(kind: number, payload: Uint8Array = new Uint8Array(0)): Buffer {
  const frame = Buffer.alloc(3 + payload.length);
  frame[0] = kind;
  frame.writeUInt16BE(payload.length, 1);
  frame.set(payload, 3);
  return frame;
}

/** The text form of a UUID of 16 bytes; undefined for anything else. */
export function uuidText(bytes: Uint8Array): string | undefined {
  if (bytes.length !== 16) return undefined;
  return Buffer.from(bytes)
    .toString('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

export function uuidBytes(text: string): Buffer {
  return Buffer.from(text.replaceAll('-', ''), 'hex');
}
