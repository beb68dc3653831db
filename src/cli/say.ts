import { AppError } from '../shared/errors.ts';

/** What the command line says to people: plain lines on standard output, one sentence on standard error. */
export const say = {
  line: (text = '') => void process.stdout.write(`${text}\n`),
  failure(error: unknown): void {
    const known = error instanceof AppError;
    const code = (error as { code?: unknown }).code;
    const sentence = known
      ? error.message
      : (system[String(code)] ?? `Something went wrong: ${error instanceof Error ? error.message : String(error)}`);
    process.stderr.write(`${sentence}\n`);
  },
};

const system: Readonly<Record<string, string>> = {
  ENOSPC: 'The disk is full. Free some space and try again.',
  EACCES: 'This folder may not be written by this user. Change its owner, or choose another with BEDSIDE_HOME.',
  EROFS: 'The data folder is on a read-only disk. Choose another with BEDSIDE_HOME.',
};
