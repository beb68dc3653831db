import { AppError } from '../../../shared/errors.ts';
import type { DoctorFact } from './names.ts';
import { type AppointmentRow, type Arguments, type Slot, type ToolCall, type ToolResult, toolArguments } from './tools.ts';

/** What the reception agent needs of the booking room, for one caller of one hospital. Failures are thrown as everywhere. */
export interface ReceptionDesk {
  /** Who can be seen here, and between which hours of the day anybody can be. */
  practice(): Promise<{ readonly doctors: readonly DoctorFact[]; readonly open?: { readonly from: string; readonly to: string } }>;
  /** Is this time free; and up to three free ones, nearest first. Without a time: the first free ones within the wish. */
  check(
    wish: Arguments<'check_appointment_availability'>,
  ): Promise<{ readonly available: boolean; readonly slot?: Slot; readonly alternatives: readonly Slot[] }>;
  /** The row that was written. Throws `conflict` with `context.alternatives` where the time is gone. */
  book(wish: Arguments<'book_appointment'>): Promise<AppointmentRow>;
  /** `proofs` are what the caller gave to be told of it; the room looks at them again. */
  cancel(id: string, reason: string | undefined, proofs: Proofs): Promise<AppointmentRow>;
  reschedule(
    id: string,
    to: { readonly date: string; readonly time: string; readonly doctorId?: string },
    proofs: Proofs,
  ): Promise<AppointmentRow>;
  /**
   * Appointments to come that these proofs show to be the caller's. The room decides who has proved enough: staff need none, a patient who
   * is signed in sees their own, anybody else gives two of booking code, birth and full name; else nothing comes back, and not why.
   */
  find(proofs: Proofs): Promise<readonly AppointmentRow[]>;
  log(entry: Arguments<'log_call_information'>): Promise<void>;
  email(id: string, address: string): Promise<void>;
  transfer(reason: string, note: string | undefined): Promise<void>;
}

export interface Proofs {
  readonly name?: string;
  readonly phone?: string;
  readonly code?: string;
  readonly birthYear?: number;
  readonly birthDate?: string;
}

/** Carries a tool call out. Never throws but for a caller who left: a failure is a result, in the contract's shape. */
export async function carryOut(desk: ReceptionDesk, call: ToolCall, proofs: Proofs = {}): Promise<ToolResult> {
  const checked = toolArguments[call.name].safeParse(call.arguments);
  if (!checked.success)
    return { success: false, error_type: 'validation', message: 'Something in this request is missing or not in its form.' };
  try {
    switch (call.name) {
      case 'check_appointment_availability': {
        const { available, slot, alternatives } = await desk.check(call.arguments);
        return { success: true, available, ...(slot ? { slot } : {}), alternatives: alternatives.slice(0, 3) };
      }
      case 'book_appointment':
        return { success: true, row: await desk.book(call.arguments) };
      case 'cancel_appointment':
        return { success: true, row: await desk.cancel(call.arguments.appointment_id, call.arguments.reason, proofs) };
      case 'reschedule_appointment': {
        const { appointment_id, appointment_date, appointment_time, doctor_id } = call.arguments;
        return {
          success: true,
          row: await desk.reschedule(
            appointment_id,
            {
              date: appointment_date,
              time: appointment_time,
              ...(doctor_id ? { doctorId: doctor_id } : {}),
            },
            proofs,
          ),
        };
      }
      case 'log_call_information':
        await desk.log(call.arguments);
        return { success: true };
      case 'send_appointment_email':
        await desk.email(call.arguments.appointment_id, call.arguments.email);
        return { success: true };
      case 'transfer_to_person':
        await desk.transfer(call.arguments.reason, call.arguments.note);
        return { success: true };
    }
  } catch (error) {
    return failureOf(error);
  }
}

/** A failure as a tool's result. What timed out may have been done all the same, and so is `unknown`. */
function failureOf(error: unknown): ToolResult {
  if (!(error instanceof AppError))
    return { success: false, error_type: 'unknown', message: 'This did not work, and it is not known why.' };
  if (error.code === 'cancelled') throw error;
  const { alternatives } = (error.details.context ?? {}) as { alternatives?: readonly Slot[] };
  const type = errorTypes[error.code] ?? 'unknown';
  return {
    success: false,
    error_type: type,
    message: error.message,
    ...(type === 'conflict' ? { available: false, alternatives: alternatives ?? [] } : {}),
  };
}

const errorTypes: Readonly<Record<string, 'validation' | 'conflict' | 'service' | 'unknown'>> = {
  invalid: 'validation',
  'not-found': 'validation',
  forbidden: 'validation',
  refused: 'validation',
  unauthenticated: 'validation',
  conflict: 'conflict',
  overloaded: 'service',
  unavailable: 'service',
  'rate-limited': 'service',
};
