import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { throwIfAborted } from '../shared/abort.ts';
import { AppError } from '../shared/errors.ts';

const BEAT_MS = 10_000;
/** A lock that nobody has touched for so long belongs to a process that is gone, perhaps on another machine. */
const STALE_MS = 60_000;

/**
 * Takes a lock file for this process; the answer gives it back. Waits up to `waitMs` for another holder, then throws
 * `conflict` with `sentence`. A lock whose process has ended is taken over at once.
 */
export async function takeLock(
  file: string,
  options: {
    readonly sentence: string;
    readonly values?: Readonly<Record<string, string>>;
    readonly waitMs: number;
    readonly signal: AbortSignal;
  },
): Promise<() => Promise<void>> {
  const mine = JSON.stringify({ pid: process.pid, host: hostname(), token: randomBytes(8).toString('hex') });
  await mkdir(dirname(file), { recursive: true });
  const giveUpAt = performance.now() + options.waitMs;
  for (;;) {
    throwIfAborted(options.signal);
    if (await create(file, mine)) break;
    if (await removeStale(file)) continue;
    if (performance.now() >= giveUpAt) throw new AppError('conflict', options.sentence, { values: options.values ?? {} });
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  const beat = setInterval(() => {
    const now = new Date();
    utimes(file, now, now).catch(() => {});
  }, BEAT_MS);
  beat.unref();
  return async () => {
    clearInterval(beat);
    if ((await readFile(file, 'utf8').catch(() => '')) === mine) await rm(file, { force: true });
  };
}

async function create(file: string, content: string): Promise<boolean> {
  // Written beside it and linked into place, so that nobody ever reads half a lock.
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  const handle = await open(draft, 'wx');
  await handle.writeFile(content).finally(() => handle.close());
  try {
    await link(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    // Some file systems (exFAT on a stick) have no links: there the plain exclusive create must do.
    return await createPlain(file, content);
  } finally {
    await rm(draft, { force: true });
  }
}

async function createPlain(file: string, content: string): Promise<boolean> {
  try {
    const handle = await open(file, 'wx');
    await handle.writeFile(content).finally(() => handle.close());
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function removeStale(file: string): Promise<boolean> {
  const [content, info] = await Promise.all([readFile(file, 'utf8').catch(() => undefined), stat(file).catch(() => undefined)]);
  if (content === undefined || info === undefined) return true;
  if (!isStale(content, Date.now() - info.mtimeMs)) return false;
  const aside = `${file}.${randomBytes(6).toString('hex')}.stale`;
  try {
    await rename(file, aside);
  } catch {
    return true;
  }
  // Another process may have replaced the stale lock by its own a moment ago: then it gets it back.
  const moved = await readFile(aside, 'utf8').catch(() => content);
  if (moved !== content) await link(aside, file).catch(() => {});
  await rm(aside, { force: true });
  return moved === content;
}

function isStale(content: string, untouchedMs: number): boolean {
  if (untouchedMs > STALE_MS) return true;
  let holder: { pid?: unknown; host?: unknown };
  try {
    holder = JSON.parse(content);
  } catch {
    return false;
  }
  if (holder.host !== hostname() || typeof holder.pid !== 'number' || holder.pid === process.pid) return false;
  try {
    process.kill(holder.pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
