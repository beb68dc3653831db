export const roles = [
  'platform_admin',
  'hospital_admin',
  'doctor',
  'nurse',
  'receptionist',
  'trainee',
  'patient',
  'guest',
  'machine',
] as const;
export type Role = (typeof roles)[number];

/** What a machine's key may be used for. */
export const scopes = ['chat', 'audio', 'embeddings', 'fhir.read', 'bookings', 'documents', 'summaries', 'all'] as const;
export type Scope = (typeof scopes)[number];

/** The authenticated someone, with role and door. Every method of a room takes one first. */
export interface Caller {
  readonly userId: string;
  /** The hospital this call is about. For a platform admin the one they named, or `platform`. */
  readonly hospitalId: string;
  readonly role: Role;
  readonly via: 'http' | 'voice' | 'telephony' | 'kiosk' | 'job' | 'cli' | 'assistant';
  readonly requestId: string;
  readonly signal: AbortSignal;
  /** The sign-in that the token belongs to; a machine has none. */
  readonly sessionId?: string;
  /** A patient's own record; a doctor's own entry. */
  readonly patientId?: string;
  readonly doctorId?: string;
  /** A sign-in under a clock that is not believed: good for confirming the time, and for nothing else. */
  readonly onlyFor?: 'clock';
  /** A guest's: the one consultation their link is for. */
  readonly consultationId?: string;
  readonly scopes?: readonly Scope[];
  /** Why someone looks who would not usually (break-glass), 10 to 500 characters. */
  readonly accessReason?: string;
  /** Makes a repeated request one deed: the Idempotency-Key, and a hash of what was asked. */
  readonly once?: { readonly key: string; readonly fingerprint: string };
}

/** The tenant of the box itself: platform admins, and what they do that belongs to no hospital. */
export const PLATFORM = 'platform';

/** Where the caller's own user and sessions lie, whichever hospital they are looking at. */
export function homeOf(caller: Caller): string {
  return caller.role === 'platform_admin' ? PLATFORM : caller.hospitalId;
}
