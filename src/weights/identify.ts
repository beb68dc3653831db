import { open } from 'node:fs/promises';
import { AppError } from '../shared/errors.ts';
import { type GgufFacts, readGguf } from './gguf.ts';

export type Format = 'gguf' | 'ggml-whisper' | 'safetensors' | 'onnx' | 'gzip' | 'bzip2' | 'web-page' | 'json' | 'text' | 'unknown';

/** What a file is by its first bytes, and what a GGUF file says of itself. */
export interface Identity {
  readonly format: Format;
  readonly gguf?: GgufFacts;
  /** A Whisper file: true where its vocabulary knows more than English. */
  readonly multilingual?: boolean;
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
