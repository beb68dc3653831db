import { open } from 'node:fs/promises';
import { AppError } from '../../shared/errors.ts';

/** A table of numbers out of a .safetensors file. Half-precision and int8 numbers are widened to float32. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly data: Float32Array | BigInt64Array | Int32Array;
}

interface Entry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

const bytesPer: Readonly<Record<string, number>> = { F32: 4, F16: 2, BF16: 2, I8: 1, I32: 4, I64: 8 };
const largestHeader = 16 * 1024 * 1024;
const readBytes = 8 * 1024 * 1024;

/** Reads the named tensors of a file; those it does not hold are left out. Throws `unavailable` when the file is damaged. */
export async function readSafetensors(path: string, names: readonly string[]): Promise<Map<string, Tensor>> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const damaged = (why: string) =>
      new AppError('unavailable', 'The embedding model is damaged. Please install it again with "bedside models pull".', {
        reason: 'ENGINE_UNAVAILABLE',
        context: { path, why },
      });
    if (size < 8) throw damaged('shorter than its header');
    const read = async (from: number, bytes: number): Promise<ArrayBuffer> => {
      const buffer = new ArrayBuffer(bytes);
      for (let at = 0; at < bytes; ) {
        const { bytesRead } = await file.read(new Uint8Array(buffer, at, Math.min(readBytes, bytes - at)), 0, null, from + at);
        if (bytesRead === 0) throw damaged('it ends too early');
        at += bytesRead;
      }
      return buffer;
    };

    const headerBytes = Number(new DataView(await read(0, 8)).getBigUint64(0, true));
    if (headerBytes > largestHeader || headerBytes > size - 8) throw damaged('a header longer than the file');
    const header = parseHeader(new Uint8Array(await read(8, headerBytes)), damaged);
    const tensors = new Map<string, Tensor>();
    for (const name of names) {
      const entry = header[name];
      if (!entry) continue;
      const [from, to] = entry.data_offsets;
      const count = entry.shape.reduce((product, side) => product * side, 1);
      const width = bytesPer[entry.dtype];
      if (width === undefined) throw damaged(`numbers of the kind ${entry.dtype}`);
      if (!(from >= 0 && to <= size - 8 - headerBytes && to - from === count * width)) throw damaged(`${name} does not lie in the file`);
      tensors.set(name, { shape: entry.shape, data: widen(entry.dtype, await read(8 + headerBytes + from, to - from)) });
    }
    return tensors;
  } finally {
    await file.close();
  }
}

function parseHeader(bytes: Uint8Array, damaged: (why: string) => AppError): Readonly<Record<string, Entry | undefined>> {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as Record<string, Entry>;
  } catch {
    throw damaged('a header that is not JSON');
  }
}

function widen(dtype: string, buffer: ArrayBuffer): Tensor['data'] {
  if (dtype === 'F32') return new Float32Array(buffer);
  if (dtype === 'I32') return new Int32Array(buffer);
  if (dtype === 'I64') return new BigInt64Array(buffer);
  if (dtype === 'I8') return Float32Array.from(new Int8Array(buffer));
  return dtype === 'BF16' ? fromBfloat16(new Uint16Array(buffer)) : fromFloat16(new Uint16Array(buffer));
}

function fromBfloat16(halves: Uint16Array): Float32Array {
  const bits = new Uint32Array(halves.length);
  for (let i = 0; i < halves.length; i++) bits[i] = (halves[i] as number) << 16;
  return new Float32Array(bits.buffer);
}

function fromFloat16(halves: Uint16Array): Float32Array {
  const floats = new Float32Array(halves.length);
  for (let i = 0; i < halves.length; i++) {
    const half = halves[i] as number;
    const sign = half & 0x8000 ? -1 : 1;
    const exponent = (half >> 10) & 0x1f;
    const fraction = half & 0x3ff;
    if (exponent === 0) floats[i] = sign * fraction * 2 ** -24;
    else if (exponent === 31) floats[i] = fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
    else floats[i] = sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
  }
  return floats;
}
