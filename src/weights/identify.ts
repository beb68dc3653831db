import { type FileHandle, open } from 'node:fs/promises';
import { AppError } from '../shared/errors.ts';

export type Format = 'gguf' | 'ggml-whisper' | 'safetensors' | 'onnx' | 'gzip' | 'bzip2' | 'web-page' | 'json' | 'text' | 'unknown';

/** What a file is by its first bytes, and what a GGUF file says of itself. */
export interface Identity {
  readonly format: Format;
  readonly gguf?: GgufFacts;
  /** A Whisper file: true where its vocabulary knows more than English. */
  readonly multilingual?: boolean;
}

export interface GgufFacts {
  readonly architecture: string;
  readonly name?: string;
  readonly licence?: string;
  readonly languages: readonly string[];
  readonly contextLength?: number;
  readonly embeddingLength?: number;
  /** Set on embedders and rerankers. 4 means rank. */
  readonly pooling?: number;
}

const HEAD_BYTES = 64 * 1024;

export async function identifyFile(path: string): Promise<Identity> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const head = Buffer.alloc(Math.min(HEAD_BYTES, size));
    await file.read(head, 0, head.length, 0);
    const format = formatOf(head, size);
    if (format === 'gguf') {
      const gguf = await readGguf(file, size);
      return gguf ? { format, gguf } : { format: 'unknown' };
    }
    // The vocabulary's size stands right after the magic; 51864 words are English alone.
    if (format === 'ggml-whisper') return { format, multilingual: head.length >= 8 && head.readInt32LE(4) >= 51865 };
    return { format };
  } finally {
    await file.close();
  }
}

export function formatOf(head: Buffer, size: number): Format {
  const start = head.subarray(0, 512).toString('latin1').trimStart().toLowerCase();
  if (start.startsWith('<!doctype') || start.startsWith('<html') || start.startsWith('<head') || start.startsWith('<?xml'))
    return 'web-page';
  if (head.subarray(0, 4).toString('latin1') === 'GGUF') return 'gguf';
  if (head.length >= 4 && head.readUInt32LE(0) === 0x67676d6c) return 'ggml-whisper';
  if (head.subarray(0, 3).toString('latin1') === 'BZh') return 'bzip2';
  if (head[0] === 0x1f && head[1] === 0x8b) return 'gzip';
  if (isSafetensors(head, size)) return 'safetensors';
  if (isText(head)) return start.startsWith('{') || start.startsWith('[') ? 'json' : 'text';
  // Protobuf: the field ir_version, a small number, then another known field.
  if (head[0] === 0x08 && (head[1] ?? 255) > 0 && (head[1] ?? 255) < 32) return 'onnx';
  return 'unknown';
}

function isSafetensors(head: Buffer, size: number): boolean {
  if (head.length < 10) return false;
  const header = head.readBigUInt64LE(0);
  return header > 1n && header < BigInt(size) && header < 100_000_000n && head[8] === 0x7b;
}

function isText(head: Buffer): boolean {
  for (const byte of head) if (byte < 32 && byte !== 9 && byte !== 10 && byte !== 13) return false;
  return head.length > 0;
}

const BY_ENDING: readonly (readonly [string, readonly Format[]])[] = [
  ['.gguf', ['gguf']],
  ['.onnx', ['onnx']],
  ['.safetensors', ['safetensors']],
  ['.tar.bz2', ['bzip2']],
  ['.tbz2', ['bzip2']],
  ['.tar.gz', ['gzip']],
  ['.tgz', ['gzip']],
  ['.json', ['json']],
  ['.txt', ['text', 'json']],
  ['.vocab', ['text', 'json']],
];

/**
 * Refuses a file that nobody vouches for and that is plainly not what its name says: a log-in page of the line, an error
 * text, rubbish. Throws `unavailable`.
 */
export async function refuseImpostor(path: string, name: string, from: string): Promise<void> {
  const wanted = BY_ENDING.find(([ending]) => name.toLowerCase().endsWith(ending))?.[1];
  const { format } = await identifyFile(path);
  if (format !== 'web-page' && (!wanted || wanted.includes(format))) return;
  const sentence =
    format === 'web-page'
      ? '{from} sent a web page instead of the file {file}: perhaps the line asks for a log-in first. It was thrown away.'
      : '{from} sent something that is not the file {file}. It was thrown away.';
  throw new AppError('unavailable', sentence, { values: { from, file: name }, context: { file: name } });
}

// ---------- GGUF

/** Reads the metadata of a GGUF file as far as it is needed; undefined for a damaged one. */
async function readGguf(file: FileHandle, size: number): Promise<GgufFacts | undefined> {
  const reader = makeReader(file, size);
  try {
    await reader.skip(4);
    const version = await reader.u32();
    if (version < 2 || version > 3) return undefined;
    await reader.u64();
    const pairs = await reader.u64();
    if (pairs > 10_000) return undefined;
    const found = new Map<string, unknown>();
    for (let i = 0; i < pairs; i++) {
      const key = await reader.text(1_000);
      found.set(
        key,
        await readValue(
          reader,
          await reader.u32(),
          /^(general|tokenizer\.chat_template$)|(context_length|embedding_length|pooling_type)$/.test(key),
        ),
      );
    }
    return ggufFacts(found);
  } catch {
    return undefined;
  }
}

function ggufFacts(found: ReadonlyMap<string, unknown>): GgufFacts | undefined {
  const architecture = found.get('general.architecture');
  if (typeof architecture !== 'string') return undefined;
  const text = (key: string) => (typeof found.get(key) === 'string' ? (found.get(key) as string) : undefined);
  const number = (key: string) => (typeof found.get(key) === 'number' ? (found.get(key) as number) : undefined);
  const languages = found.get('general.languages');
  const facts: Record<string, string | number | undefined> = {
    name: text('general.name'),
    licence: text('general.license.name') ?? text('general.license'),
    contextLength: number(`${architecture}.context_length`),
    embeddingLength: number(`${architecture}.embedding_length`),
    pooling: number(`${architecture}.pooling_type`),
  };
  return {
    architecture,
    languages: Array.isArray(languages) ? languages.filter((one): one is string => typeof one === 'string') : [],
    ...(Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined)) as Omit<
      GgufFacts,
      'architecture' | 'languages'
    >),
  };
}

interface Reader {
  skip(bytes: number): Promise<void>;
  take(bytes: number): Promise<Buffer>;
  u32(): Promise<number>;
  u64(): Promise<number>;
  text(most: number): Promise<string>;
}

/** Reads a file forwards through a window, so that vocabularies of megabytes are stepped over and not loaded. */
function makeReader(file: FileHandle, size: number): Reader {
  let at = 0;
  let window = Buffer.alloc(0);
  let windowAt = 0;
  const take = async (bytes: number): Promise<Buffer> => {
    if (bytes < 0 || at + bytes > size) throw new RangeError('past the end');
    if (at < windowAt || at + bytes > windowAt + window.length) {
      window = Buffer.alloc(Math.min(Math.max(bytes, HEAD_BYTES), size - at));
      await file.read(window, 0, window.length, at);
      windowAt = at;
    }
    const piece = window.subarray(at - windowAt, at - windowAt + bytes);
    at += bytes;
    return piece;
  };
  const u64 = async () => {
    const value = (await take(8)).readBigUInt64LE(0);
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new RangeError('too large');
    return Number(value);
  };
  return {
    take,
    u64,
    skip: async (bytes) => {
      if (bytes < 0 || at + bytes > size) throw new RangeError('past the end');
      at += bytes;
    },
    u32: async () => (await take(4)).readUInt32LE(0),
    text: async (most) => {
      const length = await u64();
      if (length > most) throw new RangeError('too long');
      return (await take(length)).toString('utf8');
    },
  };
}

const WIDTH: Readonly<Record<number, number>> = { 0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8 };
const STRING = 8;
const ARRAY = 9;

async function readValue(reader: Reader, type: number, keep: boolean): Promise<unknown> {
  if (type === STRING) {
    if (keep) return reader.text(1_000_000);
    await reader.skip(await reader.u64());
    return undefined;
  }
  if (type === ARRAY) {
    const inner = await reader.u32();
    const length = await reader.u64();
    const width = WIDTH[inner];
    if (width !== undefined) {
      await reader.skip(width * length);
      return undefined;
    }
    if (inner !== STRING) throw new RangeError('an unknown type');
    const kept: unknown[] = [];
    for (let i = 0; i < length; i++) {
      if (keep && length < 1000) kept.push(await reader.text(1_000));
      else await reader.skip(await reader.u64());
    }
    return kept;
  }
  const width = WIDTH[type];
  if (width === undefined) throw new RangeError('an unknown type');
  const bytes = await reader.take(width);
  if (type === 4) return bytes.readUInt32LE(0);
  if (type === 5) return bytes.readInt32LE(0);
  if (type === 10) return Number(bytes.readBigUInt64LE(0));
  if (type === 6) return bytes.readFloatLE(0);
  if (type === 7) return bytes[0] !== 0;
  return undefined;
}
