import { z } from 'zod';
import { id, line, time } from './common.ts';

export const reason = z.strictObject({ reason: z.string().trim().min(10).max(500) });
export const legalHold = z.object({
  held: z.boolean(),
  reason: line(500).optional(),
  set_by: id.optional(),
  set_at: time.optional(),
});

const thing = z.record(z.string(), z.unknown());
export const patientFile = z.object({
  exported_at: time,
  patient: thing,
  consents: z.array(thing),
  rooms: z.record(z.string(), z.array(thing)).meta({ description: 'of each room what it keeps, by its name' }),
  access_log: z.array(thing),
  deletions: z.array(thing),
  left_out: z.record(z.string(), z.number().int()).meta({ description: 'how many things there are that the caller may not read' }),
});

export const erased = z.object({
  patient_id: id,
  erased: z.array(z.object({ what: z.string(), items: z.number().int() })),
  kept: z.array(z.object({ what: z.string(), items: z.number().int(), why: z.string() })),
});
