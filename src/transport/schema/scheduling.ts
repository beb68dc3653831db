import { z } from 'zod';
import { appointmentStates } from '../../domain/scheduling/appointment.ts';
import { weekdays } from '../../domain/scheduling/schedule.ts';
import { readTime } from '../../domain/scheduling/time-of-day.ts';
import { birthDate, date, email, id, line, pageOf, pageQuery, phone, time } from './common.ts';

const clockTime = z
  .string()
  .regex(/^\d{2}:\d{2}$/)
  .meta({ examples: ['09:00'] });
const hours = z.strictObject({ weekday: z.enum(weekdays), from: clockTime, to: clockTime });
export const scheduleInput = z.strictObject({
  slot_minutes: z.number().int().min(5).max(480),
  buffer_minutes: z.number().int().min(0).max(240).default(0),
  weekly: z.array(hours).max(100),
  breaks: z.array(hours).max(100).default([]),
  exceptions: z
    .array(z.strictObject({ date, from: clockTime.optional(), to: clockTime.optional(), closed: z.boolean().optional() }))
    .max(1_000)
    .default([]),
  leave: z
    .array(z.strictObject({ from_date: date, to_date: date }))
    .max(200)
    .default([]),
});
const scheduleShown = z.object({
  slot_minutes: z.number().int(),
  buffer_minutes: z.number().int(),
  weekly: z.array(hours),
  breaks: z.array(hours),
  exceptions: z.array(z.object({ date, from: clockTime.optional(), to: clockTime.optional(), closed: z.boolean().optional() })),
  leave: z.array(z.object({ from_date: date, to_date: date })),
});
export const schedule = z.object({ doctor_id: id, schedule: scheduleShown.nullable() });
export const scheduleSet = scheduleShown.extend({
  doctor_id: id,
  appointments_outside: z.array(z.object({ appointment_id: id, start: time })),
});

export const slot = z.object({ doctor_id: id, doctor_name: z.string(), department: z.string(), start: time, end: time, label: z.string() });
export const slots = z.object({ items: z.array(slot) });
export const slotsQuery = { doctor_id: id.optional(), department: line().optional(), from: date.optional(), to: date.optional() };

/** `2:30 PM`, `02:30 pm` or `14:30`; inside it is `14:30`. */
const dayTime = z
  .string()
  .max(20)
  .transform((text, context) => {
    const read = readTime(text);
    if (read !== undefined) return read;
    context.addIssue('This must be a time of the day, as 02:30 PM or 14:30.');
    return z.NEVER;
  })
  .meta({ type: 'string', examples: ['02:30 PM', '14:30'] });

const absent = <T extends z.ZodType>(schema: T) => schema.nullish();
const whom = { doctor_id: absent(id), doctor_name: absent(line()), department: absent(line()) };
const minutes = z.number().int().min(5).max(480);

// Older clients send more than is asked for, so these two are no strict objects.
export const checkInput = z.object({ ...whom, appointment_date: date, appointment_time: dayTime, duration_minutes: absent(minutes) });
export const bookInput = z.object({
  ...whom,
  patient_name: absent(line(400)),
  patient_id: absent(id),
  email: absent(email),
  phone: absent(phone),
  appointment_date: date,
  appointment_time: dayTime,
  hold_token: absent(line(100)),
  notes: absent(z.string().trim().max(2_000)),
});
export const holdInput = z.strictObject({ doctor_id: id, start: time });
export const whyQuery = {
  ...{ doctor_id: id.optional(), doctor_name: line().optional(), department: line().optional() },
  ...{ start: time.optional(), appointment_date: date.optional(), appointment_time: dayTime.optional() },
  duration_minutes: z.coerce.number().int().min(5).max(480).optional(),
};
const proof = z.strictObject({
  booking_code: z
    .string()
    .regex(/^\d{4}$/)
    .optional(),
  dob: birthDate.optional(),
  birth_year: z.number().int().min(1880).max(2200).optional(),
  full_name: line(400).optional(),
});
export const cancelInput = z.strictObject({ reason: absent(line(500)), proof: proof.optional() });
export const confirmInput = z.strictObject({ proof: proof.optional() });
export const rescheduleInput = z
  .strictObject({
    ...{ start: time.optional(), appointment_date: date.optional(), appointment_time: dayTime.optional() },
    ...{ doctor_id: absent(id), proof: proof.optional() },
  })
  .refine((body) => body.start !== undefined || body.appointment_date !== undefined, {
    path: ['appointment_date'],
    message: 'This is needed.',
  })
  .refine((body) => body.start !== undefined || body.appointment_time !== undefined, {
    path: ['appointment_time'],
    message: 'This is needed.',
  });

const conflict = z.object({ doctor_id: id, start: time, end: time });
const requested = slot.nullable();
export const availability = z.object({
  success: z.literal(true),
  available: z.boolean(),
  message: z.string(),
  reason: z.string().nullable(),
  requested_slot: requested,
  conflicts: z.array(conflict),
  alternatives: z.array(slot),
});
export const why = availability.omit({ success: true, available: true }).extend({ offered: z.boolean() });

export const appointmentDetails = z.object({
  appointment_id: id,
  doctor_id: id,
  doctor_name: z.string(),
  department: z.string(),
  patient_id: id.nullable(),
  patient_name: z.string(),
  start: time,
  end: time,
  local_date: date,
  local_time: z.string(),
  time_zone: z.string(),
  status: z.enum(appointmentStates),
});
export const booked = z.object({
  success: z.literal(true),
  message: z.string(),
  email_sent: z.boolean(),
  email_status: z.enum(['sent', 'queued', 'off']),
  calendar_added: z.boolean(),
  calendar_status: z.enum(['added', 'queued', 'off']),
  booking_code: z.string(),
  appointment_details: appointmentDetails,
});
export const changed = z.object({ success: z.literal(true), message: z.string(), appointment_details: appointmentDetails });
export const held = z.object({ hold_token: z.string(), expires_at: time });
export const holds = z.object({ items: z.array(slot.extend({ expires_at: time })), next_cursor: z.null() });
export const appointmentsQuery = {
  ...pageQuery,
  ...{ from: date.optional(), to: date.optional(), doctor_id: id.optional(), patient_id: id.optional() },
  status: z.enum(appointmentStates).optional(),
};
const listed = appointmentDetails.extend({
  booking_code: z.string().nullable(),
  notes: z.string().nullable(),
  created_at: time,
  updated_at: time,
});
export const appointmentPage = pageOf(listed);
export const appointment = listed.extend({
  email: z.string().nullable(),
  history: z.array(
    z.object({
      ...{ step: z.string(), at: time, by: id, reason: z.string().nullable() },
      ...{ from_start: time.nullable(), from_doctor_id: id.nullable() },
    }),
  ),
});
