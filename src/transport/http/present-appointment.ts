import type { AppointmentDetails, AppointmentEvent } from '../../domain/scheduling/appointment.ts';
import type { Slot } from '../../domain/scheduling/diary.ts';
import { timeText } from '../../domain/scheduling/time-of-day.ts';
import { makeZones } from '../../shared/zone.ts';
import { iso } from '../wire.ts';

/** Appointments and free times as the contract shows them: instants in UTC, and beside them what the wall of the hospital says. */
export interface AppointmentPresenter {
  slot(slot: Slot, language: string): Record<string, unknown>;
  details(appointment: AppointmentDetails): Record<string, unknown>;
  listed(appointment: AppointmentDetails): Record<string, unknown>;
  hold(appointment: AppointmentDetails, language: string): Record<string, unknown>;
  event(event: AppointmentEvent): Record<string, unknown>;
  /** `Tue 24 Nov 2026, 10:30 AM`. */
  when(appointment: AppointmentDetails, language: string): string;
}

const locales: Readonly<Record<string, string>> = { en: 'en-GB', hi: 'hi-IN-u-nu-latn' };

export function makeAppointmentPresenter(): AppointmentPresenter {
  const zones = makeZones();
  const formats = new Map<string, Intl.DateTimeFormat>();
  const days = new Map<string, string>();

  /** Many slots share a day, and a day is slow to spell. */
  function dayOf(date: string, language: string): string {
    const key = `${language} ${date}`;
    const known = days.get(key);
    if (known !== undefined) return known;
    const locale = locales[language.split('-')[0] ?? ''] ?? 'en-GB';
    const format =
      formats.get(locale) ??
      new Intl.DateTimeFormat(locale, { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' });
    formats.set(locale, format);
    const spelt = format.format(Date.parse(`${date}T00:00:00Z`)).replace(/,(?= \d)/, '');
    if (days.size >= 2_000) days.clear();
    days.set(key, spelt);
    return spelt;
  }

  const labelOf = ({ date, time, offsetMinutes }: Pick<Slot, 'date' | 'time' | 'offsetMinutes'>, language: string) =>
    `${dayOf(date, language)}, ${halfDay(time)}${offsetMinutes === undefined ? '' : ` (${offsetText(offsetMinutes)})`}`;

  const wallOf = ({ startsAt, timeZone }: Pick<AppointmentDetails, 'startsAt' | 'timeZone'>) => {
    const zone = zones.of(timeZone);
    const { date, minute } = zone.wall(startsAt);
    const isTwice = zone.instants(date, minute).length > 1;
    return { date, time: timeText(minute), ...(isTwice ? { offsetMinutes: zone.offsetAt(startsAt) / 60_000 } : {}) };
  };

  const details = (appointment: AppointmentDetails) => {
    const { date, time } = wallOf(appointment);
    return {
      appointment_id: appointment.id,
      doctor_id: appointment.doctorId,
      doctor_name: appointment.doctorName,
      department: appointment.department,
      patient_id: appointment.patientId,
      patient_name: appointment.patientName,
      start: iso(appointment.startsAt),
      end: iso(appointment.endsAt),
      local_date: date,
      local_time: time,
      time_zone: appointment.timeZone,
      status: appointment.status,
    };
  };

  return {
    details,
    slot: (slot, language) => ({
      doctor_id: slot.doctorId,
      doctor_name: slot.doctorName,
      department: slot.department,
      start: iso(slot.startsAt),
      end: iso(slot.endsAt),
      label: labelOf(slot, language),
    }),
    listed: (appointment) => ({
      ...details(appointment),
      booking_code: appointment.bookingCode,
      notes: appointment.notes,
      created_at: iso(appointment.createdAt),
      updated_at: iso(appointment.updatedAt),
    }),
    hold: (appointment, language) => ({
      doctor_id: appointment.doctorId,
      doctor_name: appointment.doctorName,
      department: appointment.department,
      start: iso(appointment.startsAt),
      end: iso(appointment.endsAt),
      label: labelOf(wallOf(appointment), language),
      expires_at: iso(appointment.holdUntil ?? appointment.startsAt),
    }),
    event: ({ step, at, by, reason, fromStartsAt, fromDoctorId }) => ({
      ...{ step, at: iso(at), by, reason },
      ...{ from_start: fromStartsAt === null ? null : iso(fromStartsAt), from_doctor_id: fromDoctorId },
    }),
    when: (appointment, language) => labelOf(wallOf(appointment), language),
  };
}

/** `14:30` as `02:30 PM`, as it is said and as the contract's requests write it. */
function halfDay(time: string): string {
  const hour = Number(time.slice(0, 2));
  return `${String(hour % 12 || 12).padStart(2, '0')}:${time.slice(3)} ${hour < 12 ? 'AM' : 'PM'}`;
}

function offsetText(minutes: number): string {
  const ahead = Math.abs(minutes);
  return `UTC${minutes < 0 ? '-' : '+'}${timeText(ahead)}`;
}
