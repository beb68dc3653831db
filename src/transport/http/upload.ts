import type { NextFunction, Request, Response } from 'express';
import multer, { MulterError, type StorageEngine } from 'multer';
import { AppError } from '../../shared/errors.ts';
import type { UploadedFile } from '../route.ts';

export interface UploadRule {
  /** The field that files come under. */
  readonly file: string;
  /** Of each file. */
  readonly maxBytes: number;
  /** One where undefined. */
  readonly maxFiles?: number | undefined;
}

export interface Uploads {
  /** Reads the files of a form and its fields, within limits. What comes is bytes in memory; what is in them is the room's matter. */
  read(
    request: Request,
    response: Response,
    rule: UploadRule,
  ): Promise<{ fields: Record<string, unknown>; files: readonly UploadedFile[] }>;
}

/** Of one form, whatever its files. */
const LARGEST_FORM = 100 * 1024 * 1024;
/** Of all forms that are being read or worked on: the box has other things to remember. */
const HELD = 256 * 1024 * 1024;
const COMES_AGAIN_MS = 2_000;

export function makeUploads(): Uploads {
  let held = 0;
  return {
    async read(request, response, { file, maxBytes, maxFiles = 1 }) {
      if (!request.is('multipart/form-data'))
        throw new AppError('invalid', 'This address takes a form with a file. Send it as multipart/form-data.', {
          reason: 'UNSUPPORTED_MEDIA',
        });
      const largest = Math.min(LARGEST_FORM, maxBytes * maxFiles + 1_000_000);
      // Who does not say how much is coming may send as much as is allowed.
      const coming = Number(request.headers['content-length'] ?? largest);
      if (coming > largest) throw new AppError('too-large', 'What you sent is too large.');
      if (held > 0 && held + coming > HELD)
        throw new AppError('overloaded', 'The box is taking in other files just now. Please try again in a moment.', {
          retryAfterMs: COMES_AGAIN_MS,
        });
      held += coming;
      response.once('close', () => {
        held -= coming;
      });
      const read = multer({
        storage: inMemory,
        limits: { fileSize: maxBytes, files: maxFiles, fields: 40, fieldSize: 10_000, parts: 40 + maxFiles },
        defParamCharset: 'utf8',
      }).array(file, maxFiles);
      await new Promise<void>((resolve, reject) =>
        read(request, response, ((error?: unknown) => (error ? reject(uploadError(error, file)) : resolve())) as NextFunction),
      );
      const files = (request.files ?? []) as Express.Multer.File[];
      return {
        fields: { ...(request.body as Record<string, unknown> | undefined) },
        files: files.map(({ originalname, buffer }) => ({ name: originalname, bytes: buffer })),
      };
    },
  };
}

/** Keeps a file in memory; a large one is put together in pieces, so that nobody waits for it. */
const inMemory: StorageEngine = {
  _handleFile(_request, { stream }, done) {
    gather(stream).then(
      (buffer) => done(null, { buffer, size: buffer.length }),
      (error: unknown) => done(error),
    );
  },
  _removeFile(_request, _file, done) {
    done(null);
  },
};

const PIECE = 1_000_000;

async function gather(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part);
  const whole = Buffer.allocUnsafeSlow(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  let restedAt = 0;
  for (const part of parts) {
    at += part.copy(whole, at);
    if (at - restedAt < PIECE) continue;
    restedAt = at;
    await new Promise((resolve) => setImmediate(resolve));
  }
  return whole;
}

function uploadError(error: unknown, file: string): AppError {
  if (error instanceof MulterError && error.code === 'LIMIT_FILE_SIZE')
    return new AppError('too-large', 'What you sent is too large.', {}, error);
  if (
    error instanceof MulterError &&
    (error.code === 'LIMIT_FILE_COUNT' || (error.code === 'LIMIT_UNEXPECTED_FILE' && error.field === file))
  )
    return new AppError('too-large', 'These are too many files at a time.', {}, error);
  if (error instanceof MulterError && error.code === 'LIMIT_UNEXPECTED_FILE')
    return new AppError(
      'invalid',
      'Some of what you sent is not right.',
      { fields: [{ path: error.field ?? file, message: 'This field is not known here.' }] },
      error,
    );
  return new AppError(
    'invalid',
    'The form that you sent cannot be read.',
    { fields: [{ path: file, message: 'This has the wrong form.' }] },
    error,
  );
}
