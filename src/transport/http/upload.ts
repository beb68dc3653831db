import type { NextFunction, Request, Response } from 'express';
import multer, { MulterError } from 'multer';
import { AppError } from '../../shared/errors.ts';

/** Reads one file and its fields from a form, within limits. What comes is bytes in memory; what is in them is the room's matter. */
export async function readUpload(
  request: Request,
  response: Response,
  { file, maxBytes }: { file: string; maxBytes: number },
): Promise<{ fields: Record<string, unknown>; file: Uint8Array | undefined }> {
  if (!request.is('multipart/form-data'))
    throw new AppError('invalid', 'This address takes a form with a file. Send it as multipart/form-data.', {
      reason: 'UNSUPPORTED_MEDIA',
    });
  const read = multer({
    storage: multer.memoryStorage(),
    limits: { fileSize: maxBytes, files: 1, fields: 20, fieldSize: 10_000, parts: 25 },
  }).single(file);
  await new Promise<void>((resolve, reject) =>
    read(request, response, ((error?: unknown) => (error ? reject(uploadError(error, file)) : resolve())) as NextFunction),
  );
  return { fields: { ...(request.body as Record<string, unknown> | undefined) }, file: request.file?.buffer };
}

function uploadError(error: unknown, file: string): AppError {
  if (error instanceof MulterError && error.code === 'LIMIT_FILE_SIZE')
    return new AppError('too-large', 'What you sent is too large.', {}, error);
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
