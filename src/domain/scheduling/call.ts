/** A call at the reception, by phone, by voice or in writing: who it was, what they wanted, and what came of it. */
export const callTypes = ['inquiry', 'appointment_booking', 'appointment_cancel', 'appointment_reschedule', 'message'] as const;
export type CallType = (typeof callTypes)[number];
export const callStates = ['in_progress', 'completed', 'dropped', 'transferred'] as const;
export type CallState = (typeof callStates)[number];
/** Known to the hospital, been here before, or neither as far as anybody said. */
export type CustomerType = 'existing' | 'returning' | 'new';

export interface CallRecord {
  readonly id: string;
  readonly sessionId: string;
  readonly consultationId: string;
  readonly startedAt: number;
  readonly endedAt: number | null;
  /** E.164. */
  readonly callerPhone: string | null;
  readonly customerName: string | null;
  readonly customerEmail: string | null;
  readonly customerType: CustomerType;
  readonly patientId: string | null;
  readonly language: string;
  readonly callType: CallType;
  readonly departmentEnquired: string | null;
  readonly doctorEnquired: string | null;
  readonly status: CallState;
  /** A few words for the list: what was done. */
  readonly outcome: string | null;
  /** When it was added to the book outside of the database. */
  readonly filedAt: number | null;
}

/** What becomes known of a call while it goes on. */
export type CallFacts = Partial<
  Pick<
    CallRecord,
    | 'callerPhone'
    | 'customerName'
    | 'customerEmail'
    | 'customerType'
    | 'patientId'
    | 'language'
    | 'callType'
    | 'departmentEnquired'
    | 'doctorEnquired'
    | 'outcome'
  >
>;
