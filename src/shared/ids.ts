import { randomFillSync } from 'node:crypto';

/**
 * A UUIDv7 as text (RFC 9562 §5.7): it sorts by the time it was made, and nothing else should be read from it.
 * Each id of one process sorts behind the one before, also when they come in the same millisecond or the clock was set back:
 * who reads on from an id misses nothing that was written after it.
 */
export function newId(nowMs: number = Date.now()): string {
  const sequence = nextSequence(nowMs);
  const bytes = Buffer.allocUnsafe(16);
  bytes.writeUIntBE(last.ms, 0, 6);
  bytes[6] = 0x70 | (sequence >> 8);
  bytes[7] = sequence;
  takeRandom(bytes, 8);
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

// The one piece of module state: the last moment with the 12 bits of a counter within it, as RFC 9562 §6.2 asks for it, and
// random bytes that were drawn ahead, because drawing few costs as much as drawing many.
const last = { ms: 0, sequence: 0 };
const drawn = { bytes: new Uint8Array(2048), left: 0 };

function nextSequence(nowMs: number): number {
  if (nowMs > last.ms) {
    last.ms = nowMs;
    last.sequence = 0;
  } else if (++last.sequence > 0xfff) {
    last.ms++;
    last.sequence = 0;
  }
  return last.sequence;
}

function takeRandom(into: Buffer, at: number): void {
  const wanted = into.length - at;
  if (drawn.left < wanted) {
    randomFillSync(drawn.bytes);
    drawn.left = drawn.bytes.length;
  }
  drawn.left -= wanted;
  into.set(drawn.bytes.subarray(drawn.left, drawn.left + wanted), at);
}
