import { z } from 'zod';
import { id, pageOf, time } from './common.ts';

export const engine = z.object({
  purpose: z.string(),
  id: z.string(),
  state: z.enum(['ready', 'loading', 'failed', 'absent']),
  detail: z.string(),
});
export const health = z.object({ status: z.enum(['healthy', 'starting', 'degraded']), engines: z.array(engine) });
export const olderHealth = z.object({
  status: z.enum(['healthy', 'degraded', 'unhealthy']),
  timestamp: time,
  model: z.string().nullable(),
  engines: z.array(engine),
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
