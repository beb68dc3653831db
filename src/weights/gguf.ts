import type { FileHandle } from 'node:fs/promises';

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

const WINDOW_BYTES = 64 * 1024;

/** Reads the metadata of a GGUF file as far as it is needed; undefined for a damaged one. */
export async function readGguf(file: FileHandle, size: number): Promise<GgufFacts | undefined> {
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
      window = Buffer.alloc(Math.min(Math.max(bytes, WINDOW_BYTES), size - at));
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
