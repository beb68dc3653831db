import { randomFillSync } from 'node:crypto';
import { createWriteStream, type WriteStream } from 'node:fs';
import { mkdir, rename, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * Model files of real shapes filled with random numbers. How fast a model runs and how much memory it takes depends on its shape and on
 * how its numbers are stored, not on what they say; so ratios can be measured in the sizes clinics run, without the weights.
 *
 *   node scripts/bench/random-weights.ts [folder] [name ...]
 */
export type LlamaName = '0.5B-q8_0' | '0.5B-q4_0' | '1.5B-q8_0' | '1.5B-q4_0';
export type WhisperName = 'whisper-base-f16' | 'whisper-base-q8_0' | 'whisper-small-q8_0';
export type RandomName = LlamaName | WhisperName;

type Storage = 'f32' | 'f16' | 'q8_0' | 'q4_0';

interface LlamaShape {
  readonly width: number;
  readonly layers: number;
  readonly heads: number;
  readonly keyHeads: number;
  readonly feedForward: number;
  readonly vocabulary: number;
  readonly storage: Storage;
}

// The shapes of the 0.5 B and 1.5 B models that small boxes run: grouped keys, tied output, a vocabulary of many languages.
const small = { width: 896, layers: 24, heads: 14, keyHeads: 2, feedForward: 4864, vocabulary: 151_936 };
const large = { width: 1536, layers: 28, heads: 12, keyHeads: 2, feedForward: 8960, vocabulary: 151_936 };
const llamaShapes: Readonly<Record<LlamaName, LlamaShape>> = {
  '0.5B-q8_0': { ...small, storage: 'q8_0' },
  '0.5B-q4_0': { ...small, storage: 'q4_0' },
  '1.5B-q8_0': { ...large, storage: 'q8_0' },
  '1.5B-q4_0': { ...large, storage: 'q4_0' },
};

const whisperShapes: Readonly<Record<WhisperName, { width: number; heads: number; layers: number; storage: Storage }>> = {
  'whisper-base-f16': { width: 512, heads: 8, layers: 6, storage: 'f16' },
  'whisper-base-q8_0': { width: 512, heads: 8, layers: 6, storage: 'q8_0' },
  'whisper-small-q8_0': { width: 768, heads: 12, layers: 12, storage: 'q8_0' },
};

export const randomNames: readonly RandomName[] = [
  ...(Object.keys(llamaShapes) as LlamaName[]),
  ...(Object.keys(whisperShapes) as WhisperName[]),
];

/** The path of such a file in this folder; it is written if it is not there yet. */
export async function randomWeights(name: RandomName, folder: string = join(tmpdir(), 'bedside-random-weights')): Promise<string> {
  await mkdir(folder, { recursive: true });
  const isWhisper = name in whisperShapes;
  const path = join(folder, `${name}.${isWhisper ? 'bin' : 'gguf'}`);
  if (await stat(path).catch(() => undefined)) return path;
  const file = openWriter(`${path}.part`);
  if (isWhisper) await writeWhisper(file, whisperShapes[name as WhisperName]);
  else await writeLlama(file, llamaShapes[name as LlamaName]);
  await file.close();
  await rename(`${path}.part`, path);
  return path;
}

// --- GGUF -------------------------------------------------------------------------------------------------------------------

const ggmlType: Readonly<Record<Storage, number>> = { f32: 0, f16: 1, q4_0: 2, q8_0: 8 };
const fileType: Readonly<Record<Storage, number>> = { f32: 0, f16: 1, q4_0: 2, q8_0: 7 };

interface Tensor {
  readonly name: string;
  /** As a matrix multiplication sees it: rows, columns. */
  readonly shape: readonly number[];
  readonly storage: Storage;
  readonly fill: 'random' | 'ones';
}

async function writeLlama(file: Writer, shape: LlamaShape): Promise<void> {
  const { width, layers, heads, keyHeads, feedForward, vocabulary, storage } = shape;
  const headWidth = width / heads;
  const matrix = (name: string, rows: number, columns: number): Tensor => ({
    name: `${name}.weight`,
    shape: [rows, columns],
    storage,
    fill: 'random',
  });
  const norm = (name: string): Tensor => ({ name: `${name}.weight`, shape: [width], storage: 'f32', fill: 'ones' });
  const tensors: Tensor[] = [matrix('token_embd', vocabulary, width), norm('output_norm')];
  for (let i = 0; i < layers; i++)
    tensors.push(
      norm(`blk.${i}.attn_norm`),
      norm(`blk.${i}.ffn_norm`),
      matrix(`blk.${i}.attn_q`, width, width),
      matrix(`blk.${i}.attn_k`, keyHeads * headWidth, width),
      matrix(`blk.${i}.attn_v`, keyHeads * headWidth, width),
      matrix(`blk.${i}.attn_output`, width, width),
      matrix(`blk.${i}.ffn_gate`, feedForward, width),
      matrix(`blk.${i}.ffn_up`, feedForward, width),
      matrix(`blk.${i}.ffn_down`, width, feedForward),
    );

  const { tokens, types } = vocabularyOf(vocabulary);
  const header = ggufHeader(tensors, [
    ['general.architecture', 'llama'],
    ['general.name', 'random numbers'],
    ['general.type', 'model'],
    ['general.file_type', u32(fileType[storage])],
    ['general.quantization_version', u32(2)],
    ['llama.context_length', u32(8192)],
    ['llama.embedding_length', u32(width)],
    ['llama.block_count', u32(layers)],
    ['llama.feed_forward_length', u32(feedForward)],
    ['llama.attention.head_count', u32(heads)],
    ['llama.attention.head_count_kv', u32(keyHeads)],
    ['llama.attention.layer_norm_rms_epsilon', f32(1e-6)],
    ['llama.rope.dimension_count', u32(headWidth)],
    ['llama.rope.freq_base', f32(1_000_000)],
    ['llama.vocab_size', u32(vocabulary)],
    ['tokenizer.ggml.model', 'gpt2'],
    ['tokenizer.ggml.pre', 'llama-bpe'],
    ['tokenizer.ggml.tokens', tokens],
    ['tokenizer.ggml.token_type', types],
    ['tokenizer.ggml.merges', ['Ġ t']],
    ['tokenizer.ggml.bos_token_id', u32(0)],
    ['tokenizer.ggml.eos_token_id', u32(2)],
    ['tokenizer.ggml.add_bos_token', true],
    ['tokenizer.ggml.add_eos_token', false],
    [
      'tokenizer.chat_template',
      "{% for message in messages %}{{'<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n'}}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}",
    ],
  ]);
  await file.write(header);
  for (const tensor of tensors) {
    await writeTensor(file, tensor);
    await file.pad(32);
  }
}

/** Every byte is a token, so that any text can be read; the others are words of a made-up language. */
function vocabularyOf(size: number): { tokens: string[]; types: Int32Array } {
  const tokens = ['<|endoftext|>', '<|im_start|>', '<|im_end|>', ...byteCharacters(), 'Ġt'];
  const types = new Int32Array(size).fill(1);
  types.fill(3, 0, 3);
  for (let i = tokens.length; i < size; i++) tokens.push(`Ġw${i.toString(36)}`);
  return { tokens, types };
}

/** GPT-2's way to write bytes as visible characters. */
function byteCharacters(): string[] {
  const visible = (byte: number) => (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
  let hidden = 0;
  return Array.from({ length: 256 }, (_, byte) => String.fromCodePoint(visible(byte) ? byte : 256 + hidden++));
}

type Value = string | boolean | readonly string[] | Int32Array | { readonly u32: number } | { readonly f32: number };
const u32 = (value: number) => ({ u32: value });
const f32 = (value: number) => ({ f32: value });

function ggufHeader(tensors: readonly Tensor[], values: readonly (readonly [string, Value])[]): Buffer {
  const parts: Buffer[] = [Buffer.from('GGUF'), int32(3), int64(tensors.length), int64(values.length)];
  const text = (value: string) => {
    const bytes = Buffer.from(value);
    return Buffer.concat([int64(bytes.length), bytes]);
  };
  for (const [key, value] of values) {
    parts.push(text(key));
    if (typeof value === 'string') parts.push(int32(8), text(value));
    else if (typeof value === 'boolean') parts.push(int32(7), Buffer.from([value ? 1 : 0]));
    else if (value instanceof Int32Array)
      parts.push(int32(9), int32(5), int64(value.length), Buffer.from(value.buffer, value.byteOffset, value.byteLength));
    else if (Array.isArray(value)) parts.push(int32(9), int32(8), int64(value.length), Buffer.concat(value.map(text)));
    else if ('u32' in value) parts.push(int32(4), int32(value.u32));
    else if ('f32' in value) parts.push(int32(6), float32(value.f32));
  }
  let offset = 0;
  for (const { name, shape, storage } of tensors) {
    parts.push(text(name), int32(shape.length), ...[...shape].reverse().map(int64), int32(ggmlType[storage]), int64(offset));
    offset += Math.ceil(bytesOf(shape, storage) / 32) * 32;
  }
  const header = Buffer.concat(parts);
  return Buffer.concat([header, Buffer.alloc((32 - (header.length % 32)) % 32)]);
}

// --- ggml-Whisper -------------------------------------------------------------------------------------------------------------

/** How many tokens a random model says before it ends, as a person says some 3 words a second: see `decoder.positional_embedding`. */
const wordsSaid = 24;

async function writeWhisper(file: Writer, shape: { width: number; heads: number; layers: number; storage: Storage }): Promise<void> {
  const { width, heads, layers, storage } = shape;
  const [vocabulary, audioContext, textContext, mels] = [51_865, 1500, 448, 80];
  const version = storage === 'f16' ? 1 : storage === 'f32' ? 0 : 2000 + fileType[storage];
  await file.write(
    Buffer.concat(
      [0x67676d6c, vocabulary, audioContext, width, heads, layers, textContext, width, heads, layers, mels, version].map(int32),
    ),
  );
  await file.write(Buffer.concat([int32(mels), int32(201), floats(triangles(mels, 201))]));
  const words = [int32(50_257)];
  for (let i = 0; i < 50_257; i++) {
    const word = Buffer.from(i < 256 ? Uint8Array.of(i) : i === 50_256 ? '' : ` ${i.toString(36)}`);
    words.push(int32(word.length), word);
  }
  await file.write(Buffer.concat(words));

  const write = async (
    name: string,
    dims: readonly number[],
    as: Storage,
    values: Float32Array | 'random' | 'ones' | 'zeros',
    row?: Row,
  ) => {
    const bytes = Buffer.from(name);
    await file.write(
      Buffer.concat([int32(dims.length), int32(bytes.length), int32(ggmlType[as]), ...[...dims].reverse().map(int32), bytes]),
    );
    if (values instanceof Float32Array) await file.write(floats(values));
    else if (values === 'zeros') await file.write(Buffer.alloc(bytesOf(dims, as)));
    else await writeTensor(file, { name, shape: dims, storage: as, fill: values }, row);
  };
  const matrix = (name: string, rows: number, columns: number) => write(`${name}.weight`, [rows, columns], storage, 'random');
  const bias = (name: string, size = width) => write(`${name}.bias`, [size], 'f32', 'zeros');
  const norm = async (name: string) => {
    await write(`${name}.weight`, [width], 'f32', 'ones');
    await bias(name);
  };
  const attention = async (name: string) => {
    for (const part of ['query', 'value', 'out']) {
      await matrix(`${name}.${part}`, width, width);
      await bias(`${name}.${part}`);
    }
    await matrix(`${name}.key`, width, width);
  };
  const block = async (name: string, crosses: boolean) => {
    for (const part of crosses ? ['attn', 'cross_attn'] : ['attn']) {
      await attention(`${name}.${part}`);
      await norm(`${name}.${part}_ln`);
    }
    await matrix(`${name}.mlp.0`, 4 * width, width);
    await bias(`${name}.mlp.0`, 4 * width);
    await matrix(`${name}.mlp.2`, width, 4 * width);
    await bias(`${name}.mlp.2`);
    await norm(`${name}.mlp_ln`);
  };

  const conv = storage === 'f32' ? 'f32' : 'f16';
  await write('encoder.conv1.weight', [width, mels, 3], conv, 'random');
  await write('encoder.conv1.bias', [width, 1], 'f32', 'zeros');
  await write('encoder.conv2.weight', [width, width, 3], conv, 'random');
  await write('encoder.conv2.bias', [width, 1], 'f32', 'zeros');
  await write('encoder.positional_embedding', [audioContext, width], 'f32', sinusoids(audioContext, width));
  for (let i = 0; i < layers; i++) await block(`encoder.blocks.${i}`, false);
  await norm('encoder.ln_post');
  // The places say when to stop: from a certain one on they all point where the token that ends an answer points.
  await write('decoder.positional_embedding', [textContext, width], 'f32', endingPlaces(textContext, width));
  const end = { row: endOfText, values: Float32Array.from({ length: width }, (_, i) => (i % 2 ? 1 : -1)) };
  await write('decoder.token_embedding.weight', [vocabulary, width], storage, 'random', end);
  for (let i = 0; i < layers; i++) await block(`decoder.blocks.${i}`, true);
  await norm('decoder.ln');
}

const endOfText = 50_257;

function endingPlaces(places: number, width: number): Float32Array {
  const values = new Float32Array(places * width);
  for (let place = 0; place < places; place++)
    for (let i = 0; i < width; i++) values[place * width + i] = (i % 2 ? 40 : -40) * (place < wordsSaid + 4 ? -1 : 1);
  return values;
}

function sinusoids(places: number, width: number): Float32Array {
  const values = new Float32Array(places * width);
  const half = width / 2;
  for (let place = 0; place < places; place++)
    for (let i = 0; i < half; i++) {
      const angle = place * Math.exp((-Math.log(10_000) * i) / (half - 1));
      values[place * width + i] = Math.sin(angle);
      values[place * width + half + i] = Math.cos(angle);
    }
  return values;
}

/** Something like mel filters: their cost is what counts. */
function triangles(rows: number, columns: number): Float32Array {
  const values = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      values[row * columns + column] = Math.max(0, 0.02 - 0.01 * Math.abs((row / rows) * columns - column));
  return values;
}

// --- numbers and bytes --------------------------------------------------------------------------------------------------------

function bytesOf(shape: readonly number[], storage: Storage): number {
  const count = shape.reduce((product, side) => product * side, 1);
  return storage === 'f32' ? count * 4 : storage === 'f16' ? count * 2 : (count / 32) * (storage === 'q8_0' ? 34 : 18);
}

const blockBytes = 1 << 20;

/** One row that is not random. */
interface Row {
  readonly row: number;
  readonly values: Float32Array;
}

async function writeTensor(file: Writer, { shape, storage, fill }: Tensor, given?: Row): Promise<void> {
  const count = shape.reduce((product, side) => product * side, 1);
  const columns = shape.at(-1) as number;
  if (fill === 'ones') {
    await file.write(floats(new Float32Array(count).fill(1)));
    return;
  }
  const total = bytesOf(shape, storage);
  // Numbers as large as those of a trained layer: sums over a row come out near one.
  const pattern = randomPattern(storage, 1 / Math.sqrt(shape.length > 2 ? count / (shape[0] as number) : columns));
  const row = given && rowOf(given.values, storage);
  const rowAt = given ? given.row * bytesOf([columns], storage) : total;
  for (let at = 0; at < total; at += pattern.length) {
    let piece = pattern.subarray(0, Math.min(pattern.length, total - at));
    if (row && rowAt + row.length > at && rowAt < at + piece.length) {
      piece = Buffer.from(piece);
      row.copy(piece, Math.max(0, rowAt - at), Math.max(0, at - rowAt));
    }
    await file.write(piece);
  }
}

function rowOf(values: Float32Array, storage: Storage): Buffer {
  if (storage === 'f32') return floats(values);
  if (storage === 'f16') return Buffer.from(Uint16Array.from(values, half).buffer);
  const blocks: Buffer[] = [];
  for (let at = 0; at < values.length; at += 32) {
    const block = Buffer.alloc(storage === 'q8_0' ? 34 : 18);
    const peak = 1;
    if (storage === 'q8_0') {
      block.writeUInt16LE(half(peak / 127));
      for (let i = 0; i < 32; i++) block.writeInt8(Math.round((values[at + i] as number) * 127), 2 + i);
    } else {
      block.writeUInt16LE(half(peak / 7));
      for (let i = 0; i < 16; i++)
        block[2 + i] = (Math.round((values[at + i] as number) * 7) + 8) | ((Math.round((values[at + 16 + i] as number) * 7) + 8) << 4);
    }
    blocks.push(block);
  }
  return Buffer.concat(blocks);
}

/** A stretch of stored random numbers with this spread, to be repeated: about a mebibyte, whole blocks. */
function randomPattern(storage: Storage, spread: number): Buffer {
  if (storage === 'f32' || storage === 'f16') {
    const values = Float32Array.from({ length: blockBytes / 4 }, () => (Math.random() * 2 - 1) * spread * 1.7);
    return storage === 'f32' ? floats(values) : Buffer.from(Uint16Array.from(values, half).buffer);
  }
  const size = storage === 'q8_0' ? 34 : 18;
  const pattern = randomFillSync(Buffer.alloc(size * Math.floor(blockBytes / size / 32) * 32));
  const scale = half(spread / (storage === 'q8_0' ? 74 : 4.6));
  for (let at = 0; at < pattern.length; at += size) pattern.writeUInt16LE(scale, at);
  return pattern;
}

/** The bits of a number in half precision; what is too small becomes nothing. */
function half(value: number): number {
  const bits = new DataView(new ArrayBuffer(4));
  bits.setFloat32(0, value);
  const whole = bits.getUint32(0);
  const exponent = ((whole >>> 23) & 0xff) - 112;
  if (exponent <= 0) return (whole >>> 16) & 0x8000;
  return ((whole >>> 16) & 0x8000) | (exponent << 10) | ((whole >>> 13) & 0x3ff);
}

function floats(values: Float32Array): Buffer {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength);
}
function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes;
}
function int64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64LE(BigInt(value));
  return bytes;
}
function float32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return bytes;
}

interface Writer {
  write(bytes: Buffer): Promise<void>;
  /** Fills up to a multiple of this many bytes. */
  pad(multiple: number): Promise<void>;
  close(): Promise<void>;
}

function openWriter(path: string): Writer {
  const stream: WriteStream = createWriteStream(path);
  const failed = new Promise<never>((_, reject) => stream.once('error', reject));
  failed.catch(() => {});
  let written = 0;
  const write = async (bytes: Buffer) => {
    written += bytes.length;
    if (!stream.write(bytes)) await Promise.race([new Promise<void>((resolve) => stream.once('drain', () => resolve())), failed]);
  };
  return {
    write,
    pad: (multiple) => write(Buffer.alloc((multiple - (written % multiple)) % multiple)),
    close: () => Promise.race([new Promise<void>((resolve) => stream.end(() => resolve())), failed]),
  };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [folder, ...names] = process.argv.slice(2);
  for (const name of names.length > 0 ? (names as RandomName[]) : randomNames) {
    const path = await randomWeights(name, folder);
    console.log(`${path}  ${((await stat(path)).size / 2 ** 20).toFixed(0)} MiB`);
  }
}
