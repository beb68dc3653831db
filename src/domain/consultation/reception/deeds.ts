import type { State } from './state.ts';
import type { AppointmentRow, ToolCall } from './tools.ts';

/** Deals and deeds: what is asked to be agreed to has a name, and the row that comes back must be the one that was agreed to. Pure. */

/** The name of what is asked to be agreed to: a yes to anything else is no yes. */
export function dealOf({ task, slot, target, person, message }: State): string | undefined {
  if (task === 'book') return slot && `book ${slot.doctorId} ${slot.date} ${slot.time} ${person.name} ${person.phone}`;
  if (task === 'cancel') return target && `cancel ${target.appointmentId}`;
  if (task === 'reschedule') return slot && target && `move ${target.appointmentId} ${slot.doctorId} ${slot.date} ${slot.time}`;
  return task === 'message' ? `message ${message} ${person.name}` : undefined;
}

/** Names as they are compared: case, accents and points aside. */
export const sameName = (a: string, b: string): boolean => plainName(a) === plainName(b);
const plainName = (name: string) =>
  name
    .normalize('NFKD')
    .replace(/[\u0300-\u036f.,]/g, '')
    .toLowerCase()
    .replace(/\s+/g, ' ')
    .trim();

/** The row is told only where it is the row of this deed. */
export function rowFits(call: ToolCall, row: AppointmentRow): boolean {
  if (!row.appointmentId) return false;
  if (call.name === 'book_appointment')
    return (
      (row.status === 'booked' || row.status === 'confirmed') &&
      row.doctorId === call.arguments.doctor_id &&
      row.date === call.arguments.appointment_date &&
      row.time === call.arguments.appointment_time &&
      sameName(row.patientName, call.arguments.patient_name ?? row.patientName)
    );
  if (call.name === 'cancel_appointment') return row.status === 'cancelled' && row.appointmentId === call.arguments.appointment_id;
  if (call.name === 'reschedule_appointment')
    return (
      (row.status === 'booked' || row.status === 'confirmed') &&
      row.appointmentId === call.arguments.appointment_id &&
      row.date === call.arguments.appointment_date &&
      row.time === call.arguments.appointment_time
    );
  return false;
}

export function logOf(
  state: State,
  type: 'inquiry' | 'appointment_booking' | 'appointment_cancel' | 'appointment_reschedule' | 'message',
  outcome: string,
  row?: AppointmentRow,
): ToolCall {
  const { person } = state;
  return {
    name: 'log_call_information',
    arguments: {
      call_type: type,
      ...(person.name ? { customer_name: person.name } : {}),
      ...(person.phone ? { caller_phone: person.phone } : {}),
      ...(person.email ? { customer_email: person.email } : {}),
      ...(row ? { doctor_enquired: row.doctorName, department_enquired: row.department } : {}),
      outcome: outcome.slice(0, 500),
    },
  };
}
