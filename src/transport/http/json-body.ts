import express, { type NextFunction, type Request, type Response } from 'express';
import { AppError } from '../../shared/errors.ts';

const LIMIT = '1mb';
const DEPTH = 40;
const forbidden = new Set(['__proto__', 'constructor', 'prototype']);

const parse = express.json({ limit: LIMIT, strict: true });

/** Reads a JSON body. A request without a body has an empty one; anything but JSON is refused by its media type. */
export async function readJson(request: Request, response: Response): Promise<unknown> {
  const hasBody = request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0;
  if (!hasBody) return {};
  if (!request.is('application/json'))
    throw new AppError('invalid', 'This address takes JSON. Send it with Content-Type: application/json.', { reason: 'UNSUPPORTED_MEDIA' });
  await new Promise<void>((resolve, reject) =>
    parse(request, response, ((error?: unknown) => (error ? reject(bodyError(error)) : resolve())) as NextFunction),
  );
  if (request.body === null || typeof request.body !== 'object' || Array.isArray(request.body))
    throw new AppError('invalid', 'The body must be a JSON object.', { fields: [{ path: '', message: 'This must be an object.' }] });
  refuseOddShapes(request.body);
  return request.body;
}

/** Depth first without recursion, because the depth is what a hostile body chooses. */
function refuseOddShapes(body: object): void {
  const open: { value: object; depth: number }[] = [{ value: body, depth: 1 }];
  for (let at = open.pop(); at; at = open.pop()) {
    if (at.depth > DEPTH)
      throw new AppError('invalid', 'This is nested too deeply.', { fields: [{ path: '', message: 'This is nested too deeply.' }] });
    for (const [key, value] of Object.entries(at.value)) {
      if (forbidden.has(key))
        throw new AppError('invalid', 'A field has a name that is not allowed.', {
          fields: [{ path: key, message: 'This field is not known here.' }],
        });
      if (value !== null && typeof value === 'object') open.push({ value, depth: at.depth + 1 });
    }
  }
}

/** What the body parser throws, in our words. */
export function bodyError(error: unknown): unknown {
  const { type, status } = error as { type?: string; status?: number };
  if (type === 'entity.too.large') return new AppError('too-large', 'What you sent is too large.', {}, error);
  if (type === 'charset.unsupported' || type === 'encoding.unsupported')
    return new AppError('invalid', 'This character set or compression is not understood here.', { reason: 'UNSUPPORTED_MEDIA' }, error);
  if (type === 'request.aborted') return new AppError('cancelled', 'The request was cancelled.', {}, error);
  if (status !== undefined && status >= 400 && status < 500)
    return new AppError(
      'invalid',
      'What you sent is not valid JSON.',
      { fields: [{ path: '', message: 'This is not valid JSON.' }] },
      error,
    );
  return error;
}
