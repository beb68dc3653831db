// Small files in the formats of weights, written by hand.

type Value = string | number | readonly string[] | Float32Array;

/** A GGUF file with this metadata and no tensors. */
export function gguf(metadata: Readonly<Record<string, Value>>): Buffer {
  const parts: Buffer[] = [Buffer.from('GGUF'), u32(3), u64(0), u64(Object.keys(metadata).length)];
  for (const [key, value] of Object.entries(metadata)) {
    parts.push(text(key));
    if (typeof value === 'string') parts.push(u32(8), text(value));
    else if (typeof value === 'number') parts.push(u32(4), u32(value));
    else if (value instanceof Float32Array) parts.push(u32(9), u32(6), u64(value.length), Buffer.from(value.buffer));
    else parts.push(u32(9), u32(8), u64(value.length), ...value.map(text));
  }
  return Buffer.concat(parts);
}

export function safetensors(values: number): Buffer {
  const header = Buffer.from(JSON.stringify({ embeddings: { dtype: 'F32', shape: [values], data_offsets: [0, values * 4] } }));
  return Buffer.concat([u64(header.length), header, Buffer.alloc(values * 4)]);
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([u64(bytes.length), bytes]);
}
