import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** What a process did to its disk, in the order in which the kernel took it. */
export type DiskEvent =
  | {
      readonly type: 'open';
      readonly fd: number;
      readonly path: string;
      readonly create: boolean;
      readonly truncate: boolean;
      readonly append: boolean;
    }
  | { readonly type: 'close'; readonly fd: number }
  /** Without `at`: where the descriptor stands. */
  | { readonly type: 'write'; readonly fd: number; readonly at: number | undefined; readonly bytes: Buffer }
  | { readonly type: 'truncate'; readonly fd: number; readonly size: number }
  /** A flush covers what was written before it began, and has done so when it ends. */
  | { readonly type: 'flush-begin'; readonly fd: number; readonly flush: string }
  | { readonly type: 'flush-end'; readonly flush: string }
  | { readonly type: 'rename'; readonly from: Place; readonly to: Place }
  | { readonly type: 'link'; readonly from: Place; readonly to: Place }
  | { readonly type: 'unlink'; readonly at: Place }
  | { readonly type: 'mkdir'; readonly at: Place }
  /** A line that the process wrote to its standard output. */
  | { readonly type: 'said'; readonly text: string };

/** A path, below an open folder where it is relative. */
export interface Place {
  readonly folder: number | undefined;
  readonly path: string;
}

const CALLS =
  '?open,?creat,openat,close,write,pwrite64,writev,pwritev,?truncate,ftruncate,fallocate,fsync,fdatasync,?rename,?renameat,renameat2,' +
  '?link,linkat,?unlink,unlinkat,?mkdir,mkdirat,?rmdir,lseek,?dup,dup3,?dup2,sync_file_range,copy_file_range,sendfile';

/** Why a disk cannot be watched here, in half a sentence; undefined where it can. */
export function whyNoTrace(): string | undefined {
  const tried = spawnSync('strace', ['-f', '--seccomp-bpf', '-e', 'trace=close', '-o', '/dev/null', 'true'], { encoding: 'utf8' });
  if (tried.error) return 'strace is not installed (apt-get install strace)';
  return tried.status === 0 ? undefined : `strace may not watch a process here (${tried.stderr.trim().split('\n').at(-1)})`;
}

/** Runs a Node program under watch, to its end. */
export async function traceOf(program: string, args: readonly string[]): Promise<DiskEvent[]> {
  const folder = mkdtempSync(join(tmpdir(), 'bedside-trace-'));
  const file = join(folder, 'trace');
  try {
    const watch = ['-f', '--seccomp-bpf', '-qq', '-xx', '-s', '16777216', '-e', 'signal=none', '-e', `trace=${CALLS}`, '-o', file];
    // What went to the disk by a ring of io_uring would not be seen.
    const child = spawn('strace', [...watch, process.execPath, program, ...args], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, UV_USE_IO_URING: '0' },
    });
    const [code] = (await once(child, 'close')) as [number | null];
    if (code !== 0) throw new Error(`the watched writer ended with ${code}`);
    const parser = makeParser();
    for await (const line of createInterface({ input: createReadStream(file, 'latin1') })) parser.line(line);
    return parser.events;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Pure but for its memory of calls that had not returned yet. */
export function makeParser(): { readonly events: DiskEvent[]; line(text: string): void } {
  const events: DiskEvent[] = [];
  const begun = new Map<string, { text: string; flush: string | undefined }>();
  let flushes = 0;

  const begin = (text: string): string | undefined => {
    // Whoever reads standard output may act on it before the call returns, and a descriptor may be given anew before close does.
    if (text.startsWith('write(1,')) events.push({ type: 'said', text: bytesIn(text).toString('utf8') });
    if (text.startsWith('close(')) events.push({ type: 'close', fd: numbersIn(text)[0] ?? -1 });
    if (!/^f(data)?sync\(/.test(text)) return undefined;
    const flush = `flush ${++flushes}`;
    events.push({ type: 'flush-begin', fd: numbersIn(text)[0] ?? -1, flush });
    return flush;
  };
  const end = (text: string, flush: string | undefined) => {
    const result = Number.parseInt(text.slice(text.lastIndexOf(' = ') + 3), 10);
    if (Number.isNaN(result) || result < 0) return;
    if (flush !== undefined) events.push({ type: 'flush-end', flush });
    else events.push(...eventsOf(text.slice(0, text.indexOf('(')), text, result));
  };

  return {
    events,
    line(line) {
      const space = line.indexOf(' ');
      const thread = line.slice(0, space);
      const text = line.slice(space).trimStart();
      if (text.startsWith('<... ')) {
        const before = begun.get(thread);
        begun.delete(thread);
        if (before) end(before.text + text.slice(text.indexOf('>') + 1), before.flush);
      } else if (text.endsWith('<unfinished ...>')) {
        const call = text.slice(0, -'<unfinished ...>'.length);
        begun.set(thread, { text: call, flush: begin(call) });
      } else if (/^\w+\(/.test(text)) end(text, begin(text));
    },
  };
}

function eventsOf(call: string, text: string, result: number): DiskEvent[] {
  switch (call) {
    case 'openat':
    case 'open': {
      const { path } = placesIn(text)[0] as Place;
      const create = text.includes('O_CREAT');
      return [{ type: 'open', fd: result, path, create, truncate: text.includes('O_TRUNC'), append: text.includes('O_APPEND') }];
    }
    case 'write':
    case 'writev':
    case 'pwrite64':
    case 'pwritev': {
      const [fd = -1, ...rest] = numbersIn(text);
      const at = call.startsWith('p') ? rest.at(-1) : undefined;
      return fd <= 2 ? [] : [{ type: 'write', fd, at, bytes: bytesIn(text).subarray(0, result) }];
    }
    case 'ftruncate': {
      const [fd = -1, size = 0] = numbersIn(text);
      return [{ type: 'truncate', fd, size }];
    }
    case 'rename':
    case 'renameat':
    case 'renameat2':
    case 'link':
    case 'linkat': {
      const [from, to] = placesIn(text) as [Place, Place];
      return [{ type: call.startsWith('link') ? 'link' : 'rename', from, to }];
    }
    case 'unlink':
    case 'unlinkat':
    case 'rmdir':
      return [{ type: 'unlink', at: placesIn(text)[0] as Place }];
    case 'mkdir':
    case 'mkdirat':
      return [{ type: 'mkdir', at: placesIn(text)[0] as Place }];
    case 'close':
    case 'fsync':
    case 'fdatasync':
    case 'lseek':
    case 'dup':
    case 'dup2':
    case 'dup3':
      return [];
    default:
      // Better no proof than one that left something out.
      throw new Error(`the watched process called ${call}, which this harness does not know: ${text.slice(0, 200)}`);
  }
}

const hex = (text: string) => Buffer.from(text.replaceAll('\\x', ''), 'hex');

function bytesIn(text: string): Buffer {
  if (text.includes('"...')) throw new Error('a write was recorded in part');
  return Buffer.concat([...text.matchAll(/"([^"]*)"/g)].map((match) => hex(match[1] ?? '')));
}

/** Descriptors, sizes and places among the arguments; not what stands in quotes. */
function numbersIn(text: string): number[] {
  const inside = text.slice(text.indexOf('(') + 1, text.lastIndexOf(')') === -1 ? undefined : text.lastIndexOf(')'));
  return inside
    .replace(/"[^"]*"/g, '')
    .split(/[\s,]+/)
    .filter((word) => /^-?\d+$/.test(word))
    .map(Number);
}

/** Paths among the arguments, each with the folder that it is relative to. */
function placesIn(text: string): Place[] {
  return [...text.matchAll(/(?:(AT_FDCWD|\d+), )?"([^"]*)"/g)].map(([, folder, path]) => ({
    folder: folder === undefined || folder === 'AT_FDCWD' ? undefined : Number(folder),
    path: hex(path ?? '').toString('utf8'),
  }));
}
