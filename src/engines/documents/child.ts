import { Socket } from 'node:net';
import { setPriority } from 'node:os';
import { AppError } from '../../shared/errors.ts';
import { sendable } from '../host/protocol.ts';
import { openParsers, readDocument } from './parsers.ts';
import { damaged, tooLarge } from './refused.ts';
import { frame, type Reply, type Request, repliesOf } from './wire.ts';

/**
 * The inside of the reading process: takes one file after another on its pipe and answers with what stands in it. It holds nothing between
 * files, reaches nothing outside, and ends with its parent. Limits of time and memory are the parent's to keep.
 */
const link = new Socket({ fd: 3 });

function send(reply: Reply): void {
  link.write(frame(reply));
}

async function answer(request: Request, bytes: Uint8Array): Promise<void> {
  try {
    const read = await readDocument(bytes, request.kind, () => send({ type: 'page' }));
    for (const reply of repliesOf(read)) send(reply);
  } catch (error) {
    send({ type: 'failed', error: sendable(explained(error)) });
  }
}

/** Whatever a parser throws on a file is the file's fault; where memory has run short, that is what it says, whatever the parser made of it. */
function explained(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const short = /allocation failed|Invalid (?:typed )?array (?:buffer )?length|out of memory|Invalid string length/i.test(String(error));
  return short || process.memoryUsage.rss() > plentyBytes ? tooLarge(error) : damaged(error);
}

/** Hardly any file that can be read at all needs as much. */
const plentyBytes = 190 * 2 ** 20;

/** One request at a time: its length, itself, and the bytes of its file straight into the place where they are read. */
async function listen(): Promise<void> {
  let header: Buffer = Buffer.alloc(0);
  let request: Request | undefined;
  let file = new Uint8Array(0);
  let filled = 0;
  for await (const chunk of link as AsyncIterable<Buffer>) {
    let rest = chunk;
    if (!request) {
      header = Buffer.concat([header, rest]);
      if (header.length < 4 || header.length < 4 + header.readUInt32BE(0)) continue;
      const end = 4 + header.readUInt32BE(0);
      request = JSON.parse(header.toString('utf8', 4, end)) as Request;
      rest = header.subarray(end);
      header = Buffer.alloc(0);
      file = new Uint8Array(request.bytes);
      filled = 0;
    }
    file.set(rest, filled);
    filled += rest.length;
    if (filled < request.bytes) continue;
    send({ type: 'taken' });
    const [asked, bytes] = [request, file];
    request = undefined;
    file = new Uint8Array(0);
    await answer(asked, bytes);
  }
}

// A parser that left a promise behind does not take the next file with it.
process.on('unhandledRejection', () => {});
// Ctrl-C and systemd's stop reach the whole group; the parent decides when its engines end.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
link.on('error', () => process.exit(0));
try {
  setPriority(10);
} catch {
  // Not every platform lets a process do this.
}
await openParsers();
send({ type: 'ready' });
await listen();
process.exit(0);
