import { AppError } from '../../shared/errors.ts';

/** Why a file is not read, in a sentence for the person who sent it. */
export function refused(sentence: string, found: string, values?: Readonly<Record<string, string | number>>, cause?: unknown): AppError {
  return new AppError(
    'invalid',
    sentence,
    { fields: [{ path: 'file', message: sentence, ...(values && { values }) }], context: { found }, ...(values && { values }) },
    cause,
  );
}

export function damaged(cause?: unknown): AppError {
  return refused(
    'This file is damaged and cannot be read to its end. Please export it again from the program that made it, and send the new file.',
    'damaged',
    undefined,
    cause,
  );
}

export function tooLarge(cause?: unknown): AppError {
  return new AppError(
    'too-large',
    'This document needs more memory to read than it may have. Please split it into smaller files, or export it again with fewer pictures.',
    { context: { found: 'memory' } },
    cause,
  );
}
