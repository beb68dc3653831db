import { crc32, inflateRawSync } from 'node:zlib';
import { AppError } from '../../shared/errors.ts';
import { damaged, refused } from './refused.ts';

/** A part of a package, unpacked. */
export interface Part {
  readonly name: string;
  readonly bytes: Buffer;
}

export interface ZipLimits {
  readonly entries: number;
  /** Of all parts that are wanted, unpacked. */
  readonly bytes: number;
  /** Unpacked to packed, of one part that is larger than a megabyte. Deflate's utmost is 1032; text rarely passes 30. */
  readonly ratio: number;
}

const limits: ZipLimits = { entries: 5_000, bytes: 64 * 2 ** 20, ratio: 250 };

/**
 * The wanted parts of a package (ZIP). Only they are unpacked, and never further than they may: what a part says of its own size is not
 * believed. Throws `invalid` for what is damaged or behind a password, `too-large` for what grows without measure.
 */
export function partsOf(bytes: Uint8Array, wanted: (name: string) => boolean): Part[] {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = endRecord(file);
  const count = file.readUInt16LE(end + 10);
  const size = file.readUInt32LE(end + 12);
  const from = file.readUInt32LE(end + 16);
  if (count > limits.entries) throw grows();
  if (from + size > end) throw damaged();
  const parts: Part[] = [];
  const seen = new Set<string>();
  let total = 0;
  let at = from;
  for (let i = 0; i < count; i++) {
    if (at + 46 > end || file.readUInt32LE(at) !== 0x02014b50) throw damaged();
    const [nameLength, extraLength, commentLength] = [file.readUInt16LE(at + 28), file.readUInt16LE(at + 30), file.readUInt16LE(at + 32)];
    const name = file.toString('utf8', at + 46, at + 46 + nameLength);
    const entry = {
      flags: file.readUInt16LE(at + 8),
      method: file.readUInt16LE(at + 10),
      crc: file.readUInt32LE(at + 16),
      packed: file.readUInt32LE(at + 20),
      unpacked: file.readUInt32LE(at + 24),
      place: file.readUInt32LE(at + 42),
    };
    at += 46 + nameLength + extraLength + commentLength;
    if (!wanted(name)) continue;
    if (entry.flags & 1) throw refused('This file is protected by a password. Please remove the password and send it again.', 'password');
    // Two parts of one name are read by different programs as different documents.
    if (seen.has(name)) throw damaged();
    seen.add(name);
    if (total + entry.unpacked > limits.bytes) throw grows();
    const part = unpacked(file, entry, from, limits.bytes - total);
    total += part.length;
    parts.push({ name, bytes: part });
  }
  return parts;
}

interface Entry {
  readonly method: number;
  readonly crc: number;
  readonly packed: number;
  readonly unpacked: number;
  readonly place: number;
}

function unpacked(file: Buffer, entry: Entry, directory: number, room: number): Buffer {
  const { place } = entry;
  if (place + 30 > directory || file.readUInt32LE(place) !== 0x04034b50) throw damaged();
  const begin = place + 30 + file.readUInt16LE(place + 26) + file.readUInt16LE(place + 28);
  if (begin + entry.packed > directory) throw damaged();
  const packed = file.subarray(begin, begin + entry.packed);
  const bytes = entry.method === 0 ? packed : entry.method === 8 ? inflated(packed, room) : undefined;
  if (!bytes || bytes.length > room) throw bytes ? grows() : damaged();
  if (bytes.length !== entry.unpacked || crc32(bytes) !== entry.crc) throw damaged();
  return bytes;
}

function inflated(packed: Buffer, room: number): Buffer {
  const most = Math.min(room, Math.max(2 ** 20, packed.length * limits.ratio));
  try {
    return inflateRawSync(packed, { maxOutputLength: Math.max(most, 1) });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw grows(error);
    throw damaged(error);
  }
}

/** Where the directory at the end of the file says how it is built. */
function endRecord(file: Buffer): number {
  const earliest = Math.max(0, file.length - 65_557);
  for (let at = file.length - 22; at >= earliest; at--) {
    if (file.readUInt32LE(at) === 0x06054b50 && at + 22 + file.readUInt16LE(at + 20) <= file.length) return at;
  }
  throw damaged();
}

function grows(cause?: unknown): AppError {
  return new AppError(
    'invalid',
    'This file unpacks to far more than it may. No ordinary document does that, so it was not opened.',
    { context: { found: 'bomb' } },
    cause,
  );
}

/** A package of these parts, nothing packed: what a parser is given that would unpack without measure. */
export function packageOf(parts: readonly Part[]): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let place = 0;
  for (const { name, bytes } of parts) {
    const label = Buffer.from(name);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(0x0800, 2);
    common.writeUInt32LE(crc32(bytes), 10);
    common.writeUInt32LE(bytes.length, 14);
    common.writeUInt32LE(bytes.length, 18);
    common.writeUInt16LE(label.length, 22);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(place, 10);
    locals.push(Buffer.from('PK\x03\x04'), common, label, bytes);
    directory.push(Buffer.from('PK\x01\x02\x14\x00'), common, tail, label);
    place += 30 + label.length + bytes.length;
  }
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(parts.length, 8);
  end.writeUInt16LE(parts.length, 10);
  end.writeUInt32LE(
    directory.reduce((sum, piece) => sum + piece.length, 0),
    12,
  );
  end.writeUInt32LE(place, 16);
  return Buffer.concat([...locals, ...directory, end]);
}
