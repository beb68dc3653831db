import { z } from 'zod';
import { id, pageOf, time } from './common.ts';

export const engine = z.object({
  purpose: z.string(),
  id: z.string(),
  state: z.enum(['ready', 'loading', 'failed', 'absent']),
  detail: z.string(),
});
/** What is wrong with the box itself, as the error code that requests meet and what to do; absent where nothing is. */
const problems = z.array(z.object({ code: z.string(), detail: z.string() })).optional();
export const health = z.object({ status: z.enum(['healthy', 'starting', 'degraded']), engines: z.array(engine), problems });
export const olderHealth = z.object({
  status: z.enum(['healthy', 'degraded', 'unhealthy']),
  timestamp: time,
  model: z.string().nullable(),
  engines: z.array(engine),
  problems,
});

export const job = z.object({
  job_id: id,
  kind: z.string(),
  status: z.enum(['queued', 'running', 'succeeded', 'failed', 'cancelled']),
  progress: z.object({ done: z.number(), total: z.number(), unit: z.string() }),
  result: z.unknown().optional(),
  error: z.string().optional(),
  created_at: time,
  updated_at: time,
});
export const jobPage = pageOf(job);
export const jobStarted = z.object({ job_id: id, status: z.string() });

export const connectivityInput = z.strictObject({ mode: z.enum(['offline', 'metered', 'online']) });
export const connectivity = connectivityInput.extend({ forced: z.boolean() });

export const clockInput = z.strictObject({ time: z.iso.datetime({ offset: true }).optional() });
export const clock = z.object({
  now: time,
  state: z.enum(['right', 'wrong']),
  reason: z.enum(['before_last_write', 'before_build', 'long_after', 'jumped']).nullable(),
  detail: z.string().nullable(),
  last_written_at: time.nullable(),
});

export const language = z.object({
  code: z.string(),
  name: z.string(),
  text: z.boolean(),
  hear: z.object({ model: z.string(), demonstration: z.boolean(), wer: z.number().optional(), source: z.string().optional() }).nullable(),
  speak: z.object({ voice: z.string(), quality: z.enum(['natural', 'robotic']) }).nullable(),
  search: z.union([z.boolean(), z.literal('by-translation')]),
  red_flags: z.boolean(),
});
export const voice = z.object({ id: z.string(), language: z.string(), engine: z.string(), quality: z.enum(['natural', 'robotic']) });

export const backups = z.object({
  every_hours: z.number(),
  last_verified_at: time.nullable(),
  age_seconds: z.number().nullable(),
  is_late: z.boolean(),
  last_elsewhere_at: time.nullable(),
  places: z.array(
    z.object({
      folder: z.string(),
      kind: z.enum(['box', 'named']),
      state: z.enum(['well', 'never', 'late', 'missing', 'failed']),
      last_verified_at: time.nullable(),
      bytes: z.number().nullable(),
      same_disk: z.boolean().nullable(),
      message: z.string().nullable(),
    }),
  ),
  volumes: z.array(z.object({ folder: z.string(), free_bytes: z.number(), removable: z.boolean() })),
});
