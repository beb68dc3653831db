import { z } from 'zod';
import { searchModes } from '../../domain/knowledge/search.ts';
import { id, language, line } from './common.ts';
import { metrics, source } from './consultations.ts';

/** Control characters mean nothing to anybody who searches. */
const clean = (text: string) => text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g, ' ').trim();
const asked = (max: number) => z.string().max(max).transform(clean).pipe(z.string().min(1));
const count = (max: number) => z.coerce.number().int().min(1).max(max);

export const searchQuery = {
  q: asked(5_000),
  k: count(200).default(5),
  mode: z.enum(searchModes).default('hybrid'),
  language: language.optional(),
  tag: line(100).optional(),
};
export const searchResult = z.object({
  results: z.array(
    source.extend({
      rank: z.number().int(),
      keyword_rank: z.number().int().optional(),
      vector_rank: z.number().int().optional(),
    }),
  ),
  took_ms: z.number(),
  cache: z.enum(['miss', 'session', 'semantic', 'embedding']),
});

export const questionInput = z.strictObject({
  question: asked(5_000),
  k: z.number().int().min(1).max(50).optional(),
  language: language.optional(),
  stream: z.boolean().optional(),
});
export const answered = z.object({
  answer: z.string(),
  abstained: z.boolean(),
  answered_by: z.enum(['rules', 'sources', 'model', 'person']),
  demonstration: z.boolean(),
  sources: z.array(source),
  citations: z.array(z.object({ source_id: id, quote: z.string(), start: z.number().int(), end: z.number().int() })),
  metrics,
});
