import { AppError } from '../../shared/errors.ts';
import { plainName } from '../patients/patient.ts';

/** `held` is a time that somebody keeps for a moment while they decide, and has no patient yet. */
export const appointmentStates = ['held', 'booked', 'confirmed', 'cancelled', 'arrived', 'no_show'] as const;
export type AppointmentState = (typeof appointmentStates)[number];
/** What becomes of an appointment. A moved one is booked again; that it was moved stands in its history. */
export type AppointmentStep = 'booked' | 'rescheduled' | 'confirmed' | 'cancelled' | 'arrived' | 'no_show';

/** A doctor's time that is taken: for a patient, or held. Every one but a cancelled one keeps others out. */
export interface Appointment {
  readonly id: string;
  readonly doctorId: string;
  /** Null while it is held. */
  readonly patientId: string | null;
  readonly status: AppointmentState;
  readonly startsAt: number;
  readonly endsAt: number;
  /** Its end with what is kept free behind it. */
  readonly busyUntil: number;
  /** The zone in which the patient was told the time. */
  readonly timeZone: string;
  /** Four digits, to be said aloud; of no other open appointment of the hospital while there are any left. */
  readonly bookingCode: string | null;
  /** Where news of this appointment goes. */
  readonly email: string | null;
  readonly notes: string | null;
  /** Rises with each change, for calendars that hold a copy. */
  readonly sequence: number;
  readonly holdHash: string | null;
  readonly holdUntil: number | null;
  readonly madeBy: string;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** With what stands in other rows. */
export interface AppointmentDetails extends Appointment {
  readonly doctorName: string;
  readonly department: string;
  /** Empty while it is held. */
  readonly patientName: string;
}

export interface AppointmentEvent {
  readonly id: string;
  readonly appointmentId: string;
  readonly step: AppointmentStep;
  readonly at: number;
  readonly by: string;
  /** Where it was before, of a move. */
  readonly fromStartsAt: number | null;
  readonly fromDoctorId: string | null;
  readonly reason: string | null;
}

const steps: Readonly<Record<Exclude<AppointmentStep, 'booked'>, readonly AppointmentState[]>> = {
  rescheduled: ['booked', 'confirmed'],
  confirmed: ['booked', 'confirmed'],
  cancelled: ['booked', 'confirmed', 'cancelled'],
  arrived: ['booked', 'confirmed', 'arrived', 'no_show'],
  no_show: ['booked', 'confirmed', 'no_show'],
};

/** Throws CONFLICT where this cannot become of it any more. What it is already, it may become again: nothing changes. */
export function requireStep(status: AppointmentState, step: Exclude<AppointmentStep, 'booked'>): void {
  if (!steps[step].includes(status)) throw conflict(stateSentences[status], status);
}

export function conflict(sentence: string, status: AppointmentState): AppError {
  return new AppError('conflict', sentence, { reason: 'CONFLICT', context: { status } });
}

const stateSentences: Readonly<Record<AppointmentState, string>> = {
  held: 'This time is only held. Book it first.',
  booked: 'This appointment is booked.',
  confirmed: 'This appointment is confirmed.',
  cancelled: 'This appointment was cancelled. Book a new one.',
  arrived: 'The patient has come to this appointment already.',
  no_show: 'The patient did not come to this appointment. Book a new one.',
};

/** What somebody says of themselves who is not signed in, to hear of an appointment or change it: two of three. */
export interface Proof {
  readonly bookingCode?: string | undefined;
  /** Date of birth, or at least its year. */
  readonly dob?: string | undefined;
  readonly birthYear?: number | undefined;
  readonly fullName?: string | undefined;
}

/** Pure: how many of the three were given. */
export function proofsIn({ bookingCode, dob, birthYear, fullName }: Proof): number {
  return [bookingCode, dob ?? birthYear, fullName].filter((one) => one !== undefined).length;
}

/** Pure: two of three, and nothing among what was said that is wrong. */
export function isProved(appointment: Whose, patient: Born, proof: Proof): boolean {
  return proofsIn(proof) >= 2 && fits(appointment, patient, proof);
}

/** Pure: is nothing among what was said wrong? */
export function fits({ bookingCode, patientName }: Whose, patient: Born, proof: Proof): boolean {
  if (proof.bookingCode !== undefined && proof.bookingCode !== bookingCode) return false;
  if (proof.fullName !== undefined && plainName(proof.fullName) !== plainName(patientName)) return false;
  if (proof.dob !== undefined && patient.dob !== null) return patient.dob === proof.dob;
  const year = proof.dob === undefined ? proof.birthYear : yearOf(proof.dob);
  return year === undefined || year === (patient.dob === null ? patient.birthYear : yearOf(patient.dob));
}

type Whose = Pick<AppointmentDetails, 'bookingCode' | 'patientName'>;
interface Born {
  readonly dob: string | null;
  readonly birthYear: number | null;
}

const yearOf = (date: string) => Number(date.slice(0, 4));
