import { AppError } from '../shared/errors.ts';

/** What the command line says to people: plain lines on standard output; on standard error one sentence, and what is passing. */
export const say = {
  line: (text = '') => void process.stdout.write(`${text}\n`),
  /** What must be read, whoever reads the log. */
  loud: (text: string) => void process.stderr.write(`\n*** ${text} ***\n\n`),
  hint: (text: string) => void process.stderr.write(`${text}\n`),
  failure(error: unknown): void {
    const known = error instanceof AppError;
    const code = (error as { code?: unknown }).code;
    const sentence = known
      ? error.message
      : (system[String(code)] ?? `Something went wrong: ${error instanceof Error ? error.message : String(error)}`);
    process.stderr.write(`${sentence}\n`);
  },
  /** How far something is, in place, where somebody is looking; an empty text clears it. */
  passing(text: string): void {
    if (process.stderr.isTTY) process.stderr.write(`\r\x1b[2K${text.slice(0, Math.max(20, (process.stderr.columns ?? 80) - 1))}`);
  },
};

const system: Readonly<Record<string, string>> = {
  ENOSPC: 'The disk is full. Free some space and try again.',
  EACCES: 'This folder may not be written by this user. Change its owner, or choose another with BEDSIDE_HOME.',
  EROFS: 'The data folder is on a read-only disk. Choose another with BEDSIDE_HOME.',
};

export function megabytes(bytes: number): string {
  return bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;
}

/** Runs work that Ctrl-C stops in good order. */
export async function stoppable<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stop = new AbortController();
  const interrupt = () => stop.abort(new AppError('cancelled', 'Stopped. Nothing was left half done.'));
  process.once('SIGINT', interrupt);
  process.once('SIGTERM', interrupt);
  try {
    return await work(stop.signal);
  } finally {
    say.passing('');
    process.removeListener('SIGINT', interrupt);
    process.removeListener('SIGTERM', interrupt);
  }
}
