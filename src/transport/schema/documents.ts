import { z } from 'zod';
import type { DocumentKind } from '../../engines/document-reader.ts';
import { id, language, line, pageOf, time } from './common.ts';

const kinds = ['pdf', 'docx', 'txt', 'md', 'html', 'csv'] as const satisfies readonly DocumentKind[];
const tag = line(50);
const tags = z.array(tag).max(20);
/** In a form: with commas between them, or the field again and again. */
const tagsInForm = z
  .union([z.string().max(2_000), z.array(z.string().max(2_000)).max(20)])
  .transform((given) => [
    ...new Set(
      [given]
        .flat()
        .flatMap((text) => text.split(','))
        .map((text) => text.trim())
        .filter(Boolean),
    ),
  ])
  .pipe(tags)
  .meta({ type: 'string', description: 'words with commas between them; the field may be repeated' });
/** An empty field of a form is one that nobody filled in. */
const filled = <T extends z.ZodType>(schema: T) => z.preprocess((value) => (value === '' ? undefined : value), schema.optional());

export const uploadInput = z.strictObject({
  title: filled(line(200)),
  language: filled(language),
  tags: filled(tagsInForm),
  shared: filled(z.enum(['true', '1', 'false', '0']).transform((text) => text === 'true' || text === '1')),
  replaces: filled(id),
});
const taken = z.object({ document_id: id, job_id: id, status: z.enum(['queued', 'processing', 'ready', 'failed']) });
export const uploaded = taken.extend({ documents: z.array(taken) });

export const documentChange = z.strictObject({
  title: line(200).optional(),
  language: language.optional(),
  tags: tags.transform((all) => [...new Set(all)]).optional(),
});
export const document = z.object({
  document_id: id,
  title: z.string(),
  file_name: z.string(),
  kind: z.enum(kinds),
  language: z.string().nullable(),
  tags: z.array(z.string()),
  shared: z.boolean(),
  sha256: z.string(),
  bytes: z.number(),
  pages: z.number().nullable(),
  unread_pages: z.array(z.number()).meta({ description: 'pages that hold pictures of writing only' }),
  chunks: z.number(),
  status: z.enum(['queued', 'processing', 'ready', 'failed']),
  error: z.string().nullable(),
  replaces: id.nullable(),
  job_id: id,
  created_by: id,
  created_at: time,
  updated_at: time,
});
export const documentPage = pageOf(document);

export const chunk = z.object({
  chunk_id: id,
  place: z.number(),
  text: z.string(),
  page: z.number().nullable(),
  headings: z.array(z.string()),
  table_head: z.string().nullable(),
  language: z.string(),
  start: z.number(),
  end: z.number(),
});
export const chunkPage = pageOf(chunk);

export const starterInput = z.strictObject({ names: z.array(z.string().min(1).max(200)).min(1).max(200).optional() });
export const starterPage = pageOf(z.object({ name: z.string(), bytes: z.number() }));
export const starterTaken = z.object({ documents: z.array(taken.extend({ name: z.string() })) });
