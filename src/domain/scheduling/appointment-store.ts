import type { Kept } from '../patients/kept.ts';
import type { Appointment, AppointmentDetails, AppointmentEvent, AppointmentState } from './appointment.ts';
import type { Schedule } from './schedule.ts';
import type { Busy } from './slots.ts';

/**
 * Schedules and appointments. No two appointments of a doctor overlap, whoever writes them: the memory itself refuses the second,
 * and what was to be written with it, with `conflict` and the reason SLOT_TAKEN.
 */
export interface AppointmentStore {
  schedule(doctorId: string): Promise<Schedule | undefined>;
  putSchedule(doctorId: string, schedule: Schedule, by: string, at: number): Promise<void>;

  /** What takes a doctor's time between two instants, in order; of holds those that are good until after `lifeMs`. */
  busy(doctorId: string, between: { readonly fromMs: number; readonly toMs: number; readonly lifeMs: number }): Promise<readonly Busy[]>;
  find(id: string): Promise<AppointmentDetails | undefined>;
  /** In the order of their time; holds are not among them. */
  list(
    filter: AppointmentFilter,
    page: { readonly after?: AppointmentKey | undefined; readonly limit: number },
  ): Promise<readonly AppointmentDetails[]>;
  /** Those that are still to come and stand, the nearest 500: by their code, by their patients, by a year of birth, or all. */
  open(by: OpenFilter, afterMs: number): Promise<readonly AppointmentDetails[]>;
  /** Is an appointment under this code still to come? */
  hasCode(bookingCode: string, afterMs: number): Promise<boolean>;
  /** How many that are still to come this user has made. */
  madeBy(userId: string, status: readonly AppointmentState[], afterMs: number): Promise<number>;
  insert(appointment: Appointment): Promise<void>;
  update(appointment: Appointment): Promise<void>;

  heldUnder(holdHash: string): Promise<Appointment | undefined>;
  /** Those good until after `lifeMs`. */
  holds(lifeMs: number): Promise<readonly AppointmentDetails[]>;
  /** Holds that have run out, or that were made under a clock that ran ahead: good until after `longest`. */
  dropHolds(until: { readonly lifeMs: number; readonly longestMs: number }): Promise<void>;

  addEvent(event: AppointmentEvent): Promise<void>;
  /** Oldest first. */
  events(appointmentId: string): Promise<readonly AppointmentEvent[]>;

  /** The oldest that were over before an instant; none of these patients. */
  olderThan(beforeMs: number, held: readonly string[], limit: number): Promise<readonly Kept[]>;
  ofPatient(patientId: string): Promise<readonly AppointmentDetails[]>;
  /** What was one patient's is another's. */
  reassign(fromPatientId: string, toPatientId: string): Promise<void>;
  /** With their history. */
  remove(ids: readonly string[]): Promise<void>;
}

export interface OpenFilter {
  readonly bookingCode?: string | undefined;
  readonly patientIds?: readonly string[] | undefined;
  readonly birthYear?: number | undefined;
}

export interface AppointmentFilter {
  readonly fromMs: number;
  readonly toMs: number;
  readonly doctorId?: string | undefined;
  readonly patientId?: string | undefined;
  readonly status?: AppointmentState | undefined;
}

/** Where a page begins: behind this one. */
export interface AppointmentKey {
  readonly startsAt: number;
  readonly id: string;
}
