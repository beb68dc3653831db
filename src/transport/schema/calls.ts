import { z } from 'zod';
import { callStates, callTypes } from '../../domain/scheduling/call.ts';
import { id, pageOf, time } from './common.ts';

export const call = z.object({
  call_id: id,
  session_id: id,
  consultation_id: id,
  timestamp: time,
  caller_phone: z.string().nullable(),
  customer_name: z.string().nullable(),
  customer_email: z.string().nullable(),
  customer_type: z.enum(['existing', 'returning', 'new']),
  patient_id: id.nullable(),
  language: z.string(),
  call_type: z.enum(callTypes),
  department_enquired: z.string().nullable(),
  doctor_enquired: z.string().nullable(),
  status: z.enum(callStates),
  duration_seconds: z.number().int().nullable(),
  outcome: z.string().nullable(),
});
export const callPage = pageOf(call);
