// Runs in a child process of unpack.ts: reads one request, writes files below one folder, answers, ends.
import { spawn } from 'node:child_process';
import { createReadStream, createWriteStream, mkdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { Parser, type ReadEntry } from 'tar';
import type { UnpackReply, UnpackRequest } from './unpack.ts';

/** Why an archive is not taken; `sentence` has its places in braces. */
class Refusal extends Error {
  readonly values: Readonly<Record<string, string | number>>;
  constructor(sentence: string, values: Readonly<Record<string, string | number>>) {
    super(sentence);
    this.values = values;
  }
}

process.once('disconnect', () => process.exit(1));
process.once('message', (request: UnpackRequest) => {
  unpack(request).then(
    () => reply({ type: 'unpacked' }),
    (error: unknown) => reply(refusalOf(error, basename(request.archive))),
  );
});

function reply(message: UnpackReply): void {
  process.send?.(message, () => {
    if (message.type !== 'unpacked-bytes') process.exit(0);
  });
}

function refusalOf(error: unknown, archive: string): UnpackReply {
  if (error instanceof Refusal) return { type: 'refused', sentence: error.message, values: { archive, ...error.values } };
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return {
      type: 'refused',
      sentence: 'The disk is full: {archive} could not be unpacked. Make room and run the command again.',
      values: { archive },
    };
  return {
    type: 'refused',
    sentence: 'The archive {archive} is damaged and was not unpacked ({why}).',
    values: { archive, why: error instanceof Error ? error.message.slice(0, 200) : 'unknown' },
  };
}

async function unpack({ archive, into, limits }: UnpackRequest): Promise<void> {
  let entries = 0;
  let bytes = 0;
  const writing: Promise<void>[] = [];
  const stop = new AbortController();
  const refuse = (error: unknown) => stop.abort(error);

  const parser = new Parser({
    strict: true,
    onReadEntry: (entry: ReadEntry) => {
      try {
        entries++;
        bytes += entry.size;
        checkEntry(entry, entries, bytes, limits);
        const path = join(into, ...partsOf(entry.path));
        mkdirSync(entry.type === 'Directory' ? path : dirname(path), { recursive: true });
        if (entry.type === 'Directory') entry.resume();
        else writing.push(writeEntry(entry, path).catch(refuse));
      } catch (error) {
        refuse(error);
        entry.resume();
      }
    },
  });
  parser.on('error', refuse);
  let streamed = 0;
  // tar's parser is a stream of its own kind: this one knows Node's pipeline and waits when the parser is behind.
  const sink = new Writable({
    write(piece: Buffer, _encoding, done) {
      const before = streamed;
      streamed += piece.length;
      if (streamed > limits.bytes + limits.entries * 1024) return done(tooLarge(limits.bytes));
      if (Math.floor(streamed / 4e6) !== Math.floor(before / 4e6)) reply({ type: 'unpacked-bytes', bytes: streamed });
      if (parser.write(piece)) done();
      else parser.once('drain', () => done());
    },
    final(done) {
      parser.once('end', () => done());
      parser.end();
    },
  });

  const source = decompressed(archive);
  try {
    await pipeline(source.stream, sink, { signal: stop.signal });
    await source.ended;
    await Promise.all(writing);
  } catch (error) {
    throw stop.signal.aborted ? stop.signal.reason : error;
  }
  if (stop.signal.aborted) throw stop.signal.reason;
  if (entries === 0) throw new Refusal('The archive {archive} is empty.', {});
}

function writeEntry(entry: ReadEntry, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    // 'wx': a second entry of the same name would overwrite what was checked.
    const file = createWriteStream(path, { flags: 'wx', mode: 0o644 });
    file.on('finish', resolve);
    file.on('error', (error: NodeJS.ErrnoException) => {
      entry.resume();
      reject(
        error.code === 'EEXIST'
          ? new Refusal('The archive {archive} holds {entry} twice and was not unpacked.', { entry: entry.path })
          : error,
      );
    });
    entry.on('error', reject);
    entry.pipe(file as unknown as Parameters<typeof entry.pipe>[0]);
  });
}

function checkEntry(entry: ReadEntry, entries: number, bytes: number, limits: UnpackRequest['limits']): void {
  if (entries > limits.entries)
    throw new Refusal('The archive {archive} holds more than {entries} entries and was not unpacked.', { entries: limits.entries });
  if (bytes > limits.bytes) throw tooLarge(limits.bytes);
  if (!['File', 'OldFile', 'ContiguousFile', 'Directory'].includes(entry.type)) {
    throw new Refusal('The archive {archive} holds a link or a device ({entry}) and was not unpacked.', { entry: entry.path });
  }
  const parts = partsOf(entry.path);
  const bad =
    entry.path.startsWith('/') ||
    entry.path.length > 400 ||
    parts.length > 16 ||
    parts.some((part) => part === '..' || /[\\\0-\x1f:]/.test(part));
  if (bad)
    throw new Refusal('The archive {archive} holds a path that is not safe ({entry}) and was not unpacked.', {
      entry: entry.path.slice(0, 100),
    });
}

function tooLarge(bytes: number): Refusal {
  return new Refusal('The archive {archive} unpacks to more than {bytes} bytes and was refused.', { bytes });
}

function partsOf(path: string): string[] {
  return path.split('/').filter((part) => part !== '' && part !== '.');
}

/** The tar inside: gzip through zlib, bzip2 through the program of that name. */
function decompressed(archive: string): { stream: Readable; ended: Promise<void> } {
  const ended = Promise.resolve();
  if (/\.(tar\.gz|tgz)$/i.test(archive)) {
    const gunzip = createGunzip();
    const file = createReadStream(archive);
    file.on('error', (error) => gunzip.destroy(error));
    return { stream: file.pipe(gunzip), ended };
  }
  if (!/\.(tar\.bz2|tbz2)$/i.test(archive)) return { stream: createReadStream(archive), ended };
  const child = spawn('bzip2', ['-dc', '--', archive], { stdio: ['ignore', 'pipe', 'ignore'] });
  const finished = new Promise<void>((resolve, reject) => {
    child.on('error', (error: NodeJS.ErrnoException) => {
      const missing = new Refusal(
        'Unpacking {archive} needs the program bzip2, which this box has not got. `apt install bzip2` brings it; then run the command again.',
        {},
      );
      const cause = error.code === 'ENOENT' ? missing : error;
      child.stdout.destroy(cause);
      reject(cause);
    });
    child.on('close', (code) =>
      code === 0 ? resolve() : reject(new Refusal('The archive {archive} is damaged and was not unpacked.', {})),
    );
  });
  // Whoever reads the stream hears of it there; this only keeps it from being called unhandled.
  finished.catch(() => {});
  return { stream: child.stdout, ended: finished };
}
