export const departureKinds = ['email', 'text', 'webhook'] as const;
export type DepartureKind = (typeof departureKinds)[number];
export const departureStates = ['pending', 'sent', 'failed', 'dead'] as const;
/** `failed` will be tried again by itself; `dead` only if a person says so. */
export type DepartureState = (typeof departureStates)[number];

/** Something on its way out of the building: written with the fact it tells of, gone when the receiver said that it has it. */
export interface Departure {
  /** The same at each try: whoever gets it twice sees that it is one. */
  readonly id: string;
  readonly kind: DepartureKind;
  /** `appointment.booked`, … */
  readonly event: string;
  /** What says the same twice has the same key, and is written once. */
  readonly key: string;
  /** Within a lane what was written first leaves first. */
  readonly lane: string;
  readonly appointmentId: string | null;
  readonly patientId: string | null;
  readonly recipient: string;
  /** Null when it has left. */
  readonly content: DepartureContent | null;
  readonly status: DepartureState;
  /** How often it was tried. */
  readonly attempts: number;
  /** When it is tried next, by the time that only runs forward; null when it is sent or dead. */
  readonly nextAt: number | null;
  /** While it is in somebody's hands, until when at most; by the same time. */
  readonly leaseUntil: number | null;
  /** Why it is still here, in a sentence. */
  readonly error: string | null;
  /** The number by which the receiver said no. */
  readonly answer: number | null;
  /** After this it is of no use to anybody. */
  readonly expiresAt: number | null;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly sentAt: number | null;
}

export interface Letter {
  readonly messageId: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly calendar: { readonly method: string; readonly content: string } | null;
}

export type DepartureContent = Letter | { readonly text: string } | { readonly body: string };

const FIRST_WAIT_MS = 30_000;
const LONGEST_WAIT_MS = 3 * 3_600_000;
/** Two days, from half a minute up to three hours apart. */
export const MOST_TRIES = 24;

/** Pure: how long after this many tries in vain the next one comes. */
export function waitAfter(attempts: number): number {
  return Math.min(FIRST_WAIT_MS * 2 ** Math.max(0, attempts - 1), LONGEST_WAIT_MS);
}

/** Pure: what goes the same way out has the same troubles. */
export function channelOf(kind: DepartureKind, hospitalId: string): string {
  return `${hospitalId} ${kind}`;
}
