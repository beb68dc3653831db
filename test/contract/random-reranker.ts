import { readFile, writeFile } from 'node:fs/promises';

/**
 * Makes a ranking model out of an embedding model (BERT in GGUF): the same encoder with a head of random numbers. Its scores say
 * nothing; it is there because no trained one is small enough to lie beside the tests, and the path wants to be walked all the same.
 */
export async function writeRandomReranker(embeddingModel: string, target: string): Promise<void> {
  const file = await readFile(embeddingModel);
  let at = 8;
  const step = (bytes: number) => {
    at += bytes;
    return at - bytes;
  };
  const u32 = () => file.readUInt32LE(step(4));
  const u64 = () => Number(file.readBigUInt64LE(step(8)));
  const text = () => {
    const length = u64();
    const start = step(length);
    return file.toString('utf8', start, at);
  };
  const widths: Readonly<Record<number, number>> = { 0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8 };
  const skip = (type: number): void => {
    if (type === 8) text();
    else if (type === 9) {
      const of = u32();
      for (let left = u64(); left > 0; left--) skip(of);
    } else step(widths[type] ?? 0);
  };

  const tensors = u64();
  const values = u64();
  const head = Buffer.from(file);
  let width = 0;
  for (let i = 0; i < values; i++) {
    const key = text();
    const type = u32();
    if (key.endsWith('.pooling_type')) head.writeUInt32LE(4, at); // rank
    if (key.endsWith('.embedding_length')) width = file.readUInt32LE(at);
    skip(type);
  }
  let dataEnd = 0;
  for (let i = 0; i < tensors; i++) {
    text();
    const sides = u32();
    let count = 1;
    for (let side = 0; side < sides; side++) count *= u64();
    const bytes = u32() === 0 ? 4 : 2;
    dataEnd = Math.max(dataEnd, u64() + count * bytes);
  }
  const infosEnd = at;
  const dataStart = Math.ceil(infosEnd / 32) * 32;
  const offset = Math.ceil(dataEnd / 32) * 32;
  head.writeBigUInt64LE(BigInt(tensors + 1), 8);

  const name = 'cls.output.weight';
  const info = Buffer.alloc(8 + name.length + 4 + 16 + 4 + 8);
  info.writeBigUInt64LE(BigInt(name.length), 0);
  info.write(name, 8);
  info.writeUInt32LE(2, 8 + name.length);
  info.writeBigUInt64LE(BigInt(width), 12 + name.length);
  info.writeBigUInt64LE(1n, 20 + name.length);
  info.writeUInt32LE(0, 28 + name.length);
  info.writeBigUInt64LE(BigInt(offset), 32 + name.length);
  const start = Buffer.concat([head.subarray(0, infosEnd), info]);
  const weights = Float32Array.from({ length: width }, (_, i) => Math.sin(i * 12.9898) / 8);
  await writeFile(
    target,
    Buffer.concat([
      start,
      Buffer.alloc((32 - (start.length % 32)) % 32),
      file.subarray(dataStart, dataStart + dataEnd),
      Buffer.alloc(offset - dataEnd),
      Buffer.from(weights.buffer),
    ]),
  );
}
