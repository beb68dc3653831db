/**
 * Phones write an M4A's index behind its sound, and a program that reads from a pipe cannot go back. This puts the index first and
 * corrects the places that it names, in memory, so that no recording has to lie on the disk. Anything strange comes back as it was:
 * the decoder will say what is wrong with it.
 */
export function indexFirst(bytes: Uint8Array): Uint8Array {
  const boxes = boxesOf(bytes, 0, bytes.length);
  const index = boxes.findIndex((box) => box.type === 'moov');
  const sound = boxes.findIndex((box) => box.type === 'mdat');
  if (index < 0 || sound < 0 || index < sound) return bytes;
  // Not slice(): a Buffer's slice is a view, and the caller's bytes stay as they are.
  const moov = Uint8Array.from(bytes.subarray(boxes[index]?.from, boxes[index]?.to));
  if (!shiftOffsets(moov, 0, moov.length, moov.length)) return bytes;
  const part = (box: Box) => bytes.subarray(box.from, box.to);
  return Buffer.concat([
    ...boxes.slice(0, sound).map(part),
    moov,
    ...boxes
      .slice(sound)
      .filter((box) => box.type !== 'moov')
      .map(part),
  ]);
}

interface Box {
  readonly type: string;
  readonly from: number;
  readonly body: number;
  readonly to: number;
}

function boxesOf(bytes: Uint8Array, from: number, to: number): Box[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const boxes: Box[] = [];
  for (let at = from; at + 8 <= to; ) {
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    let size = view.getUint32(at);
    let head = 8;
    if (size === 1 && at + 16 <= to) {
      size = Number(view.getBigUint64(at + 8));
      head = 16;
    } else if (size === 0) size = to - at;
    if (size < head || at + size > to) break;
    boxes.push({ type, from: at, body: at + head, to: at + size });
    at += size;
  }
  return boxes;
}

/** Adds `by` to every chunk offset below a box; false when a table does not hold together. */
function shiftOffsets(bytes: Uint8Array, from: number, to: number, by: number): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return boxesOf(bytes, from, to).every((box) => {
    if (['moov', 'trak', 'mdia', 'minf', 'stbl'].includes(box.type)) return shiftOffsets(bytes, box.body, box.to, by);
    if (box.type !== 'stco' && box.type !== 'co64') return true;
    const width = box.type === 'stco' ? 4 : 8;
    if (box.body + 8 > box.to) return false;
    const count = view.getUint32(box.body + 4);
    if (box.body + 8 + count * width > box.to) return false;
    for (let i = 0; i < count; i++) {
      const at = box.body + 8 + i * width;
      if (width === 4) view.setUint32(at, view.getUint32(at) + by);
      else view.setBigUint64(at, view.getBigUint64(at) + BigInt(by));
    }
    return true;
  });
}
