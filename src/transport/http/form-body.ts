import express, { type NextFunction, type Request, type Response } from 'express';
import { bodyError } from './json-body.ts';

const parse = express.text({ limit: '64kb', type: 'application/x-www-form-urlencoded' });

/** Reads a form as it was sent. Whatever is no form is an empty one: who signs a form will say that this is not theirs. */
export async function readForm(request: Request, response: Response): Promise<URLSearchParams> {
  await new Promise<void>((resolve, reject) =>
    parse(request, response, ((error?: unknown) => (error ? reject(bodyError(error)) : resolve())) as NextFunction),
  );
  return new URLSearchParams(typeof request.body === 'string' ? request.body : '');
}
