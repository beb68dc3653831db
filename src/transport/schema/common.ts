import { z } from 'zod';

/** An opaque id. A number given as one is read as its decimal text; an unknown one is no matter of form. */
export const id = z
  .union([z.string().min(1).max(200), z.number()])
  .transform(String)
  .meta({ type: 'string', description: 'opaque id' });
export const time = z.iso.datetime().meta({ description: 'ISO 8601 UTC with milliseconds' });
export const date = z.iso.date();
/** One line of text that a person typed. */
export const line = (max = 200) => z.string().trim().min(1).max(max);
export const words = (max = 5_000) => z.string().max(max);
export const email = z.email().max(254);
export const password = z.string().min(10).max(1_024).meta({ format: 'password' });
export const language = z
  .string()
  .regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/)
  .meta({ examples: ['en', 'hi'] });
export const birthDate = date.refine(
  (text) => text >= '1880-01-01' && text <= new Date(Date.now() + 86_400_000).toISOString().slice(0, 10),
  'This date of birth is not possible.',
);
export const username = z.string().regex(/^[a-z0-9][a-z0-9._-]{2,63}$/i);
export const phone = z
  .string()
  .trim()
  .regex(/^[+\d(][\d\s().-]{4,30}$/);

const cursorForm = /^[A-Za-z0-9_-]{1,120}$/;
/** `limit` and `cursor`, as every list takes them. A cursor is a key in base64url, and means nothing to a client. */
export const pageQuery = {
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z
    .string()
    .regex(cursorForm)
    .transform((text, context) => {
      const key = Buffer.from(text, 'base64url').toString('utf8');
      if (/^[\w-]{1,64}$/.test(key)) return key;
      context.addIssue('This page does not exist. Begin again without a cursor.');
      return z.NEVER;
    })
    .optional()
    .meta({ type: 'string', description: 'next_cursor of the page before' }),
};
export const pageOf = (item: z.ZodType) => z.object({ items: z.array(item), next_cursor: z.string().nullable() });
export const encodeCursor = (key: string | null) => (key === null ? null : Buffer.from(key, 'utf8').toString('base64url'));

export const errorBody = z.object({
  error: z.string(),
  message: z.string(),
  error_code: z.string(),
  context: z.record(z.string(), z.unknown()),
  request_id: z.string(),
});
