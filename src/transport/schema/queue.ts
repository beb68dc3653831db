import { z } from 'zod';
import { queueStates } from '../../domain/scheduling/queue-entry.ts';
import { whys } from '../../domain/scheduling/queue-order.ts';
import { date, id, line, pageOf, pageQuery, time } from './common.ts';

export const joinInput = z
  .strictObject({
    ...{ patient_id: id.optional(), name: line(400).optional(), doctor_id: id.optional(), department: line().optional() },
    priority: z.number().int().min(0).max(9).default(0).meta({ description: '0 for nearly everybody; the higher the sooner' }),
  })
  .refine((body) => body.patient_id !== undefined || body.name !== undefined, {
    path: ['name'],
    message: 'Say for whom: patient_id or name.',
  })
  .refine((body) => body.doctor_id !== undefined || body.department !== undefined, {
    path: ['doctor_id'],
    message: 'Say to whom: doctor_id or department.',
  });
export const callNextInput = z.strictObject({ doctor_id: id });
export const queueQuery = { ...pageQuery, doctor_id: id.optional() };

const entry = z.object({
  queue_id: id,
  token_number: z.number().int(),
  day: date,
  status: z.enum(queueStates),
  patient_id: id,
  patient_name: z.string(),
  doctor_id: id.nullable().meta({ description: 'null while any doctor of the department will do' }),
  doctor_name: z.string().nullable(),
  department: z.string(),
  appointment_id: id.nullable(),
  appointment_start: time.nullable(),
  priority: z.number().int(),
  joined_at: time,
  called_at: time.nullable(),
  ended_at: time.nullable(),
});
export const joined = entry.extend({ message: z.string() });
export const changed = joined;
const item = entry.extend({
  position: z.number().int().nullable().meta({ description: 'from 1; null of who was called' }),
  why: z.enum(whys).nullable(),
  explanation: z.string().nullable(),
});
export const queuePage = pageOf(item);
export const nextCalled = z.object({ called: item.nullable(), waiting: z.number().int(), message: z.string() });
