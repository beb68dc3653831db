import { randomFillSync } from 'node:crypto';

/**
 * A UUIDv7 as text (RFC 9562 §5.7): it sorts by the time it was made, and nothing else should be read from it.
 * Ids made in the same millisecond by one process still sort in the order they were made.
 */
export function newId(nowMs: number = Date.now()): string {
  const bytes = randomFillSync(new Uint8Array(16));
  const sequence = nextSequence(nowMs);
  bytes[0] = nowMs / 2 ** 40;
  bytes[1] = nowMs / 2 ** 32;
  bytes[2] = nowMs / 2 ** 24;
  bytes[3] = nowMs / 2 ** 16;
  bytes[4] = nowMs / 2 ** 8;
  bytes[5] = nowMs;
  bytes[6] = 0x70 | (sequence >> 8);
  bytes[7] = sequence;
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
  const hex = Buffer.from(bytes).toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

// The 12 bits of a counter within the millisecond: the one piece of module state, as RFC 9562 §6.2 asks for it.
const last = { ms: 0, sequence: 0 };
function nextSequence(nowMs: number): number {
  last.sequence = nowMs === last.ms ? (last.sequence + 1) & 0xfff : 0;
  last.ms = nowMs;
  return last.sequence;
}
