import { z } from 'zod';

/** The reception agent's tools, in the contract's spelling: what it may ask of the house, and what comes back. */

const date = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);
const time = z.string().regex(/^\d{2}:\d{2}$/);
const named = z.string().trim().min(1).max(200);

export const toolArguments = {
  /** Without a time: the first free times of that day, or until `until_date`, after and before a time of day. */
  check_appointment_availability: z.object({
    appointment_date: date,
    appointment_time: time.optional(),
    doctor_id: named.optional(),
    doctor_name: named.optional(),
    department: named.optional(),
    until_date: date.optional(),
    after: time.optional(),
    before: time.optional(),
  }),
  book_appointment: z
    .object({
      patient_name: named.optional(),
      patient_id: named.optional(),
      phone: z
        .string()
        .regex(/^\+\d{7,15}$/)
        .optional(),
      email: z.email().optional(),
      appointment_date: date,
      appointment_time: time,
      doctor_id: named,
      doctor_name: named.optional(),
      department: named.optional(),
      hold_token: named.optional(),
      notes: z.string().max(500).optional(),
    })
    .refine((given) => given.patient_name !== undefined || given.patient_id !== undefined),
  cancel_appointment: z.object({ appointment_id: named, reason: z.string().max(500).optional() }),
  reschedule_appointment: z.object({ appointment_id: named, appointment_date: date, appointment_time: time, doctor_id: named.optional() }),
  log_call_information: z.object({
    call_type: z.enum(['inquiry', 'appointment_booking', 'appointment_cancel', 'appointment_reschedule', 'message']),
    customer_name: named.optional(),
    caller_phone: z.string().max(20).optional(),
    customer_email: z.email().optional(),
    department_enquired: named.optional(),
    doctor_enquired: named.optional(),
    outcome: z.string().max(500).optional(),
  }),
  send_appointment_email: z.object({ appointment_id: named, email: z.email() }),
  transfer_to_person: z.object({
    reason: z.enum(['asked', 'not_understood', 'failed', 'unsure', 'identity']),
    note: z.string().max(500).optional(),
  }),
} as const;

export type ToolName = keyof typeof toolArguments;
export const toolNames = Object.keys(toolArguments) as readonly ToolName[];
export type Arguments<N extends ToolName> = z.infer<(typeof toolArguments)[N]>;
export type ToolCall = { readonly [N in ToolName]: { readonly name: N; readonly arguments: Arguments<N> } }[ToolName];

/** A free time of a doctor, on the wall of the hospital. */
export interface Slot {
  readonly doctorId: string;
  readonly doctorName: string;
  readonly department: string;
  readonly date: string;
  readonly time: string;
}

/** An appointment as its row says. What a caller hears of a deed is read from here and from nowhere else. */
export interface AppointmentRow extends Slot {
  readonly appointmentId: string;
  readonly patientName: string;
  readonly status: 'held' | 'booked' | 'confirmed' | 'cancelled' | 'arrived' | 'no_show';
  /** Told to whoever booked it. */
  readonly bookingCode?: string;
}

export type ErrorType = 'validation' | 'conflict' | 'service' | 'unknown';
export type ToolResult =
  | {
      readonly success: true;
      readonly message?: string;
      readonly available?: boolean;
      /** The time that was asked for, where it is free; with the doctor who is. */
      readonly slot?: Slot;
      readonly alternatives?: readonly Slot[];
      readonly row?: AppointmentRow;
    }
  | {
      readonly success: false;
      readonly error_type: ErrorType;
      readonly message: string;
      readonly details?: unknown;
      readonly available?: boolean;
      readonly alternatives?: readonly Slot[];
    };

/** A call that was made, and what came of it. */
export interface ToolUse {
  readonly call: ToolCall;
  readonly result: ToolResult;
}
