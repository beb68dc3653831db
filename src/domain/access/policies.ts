import { AppError } from '../../shared/errors.ts';
import { type Caller, PLATFORM, type Role, type Scope } from './caller.ts';

/**
 * Who may do what: role × action × whose. Rooms ask here, whichever door the caller came through.
 * The hospital itself is no matter of policy: stores only ever see the caller's own.
 */
export type Grant =
  | 'yes'
  /** Only what is about the caller: a patient's own record, one's own job. */
  | 'own'
  /** Only with a reason (X-Access-Reason), which the audit log keeps. */
  | 'break-glass';

export type Policy = Readonly<Partial<Record<Exclude<Role, 'machine'>, Grant>>> & { readonly scope?: Scope };

const staff = { receptionist: 'yes', nurse: 'yes', doctor: 'yes', hospital_admin: 'yes' } as const;
const admins = { hospital_admin: 'yes', platform_admin: 'yes' } as const;
const everyone = { ...staff, platform_admin: 'yes', trainee: 'yes', patient: 'yes', guest: 'yes' } as const;
const signedIn = { ...staff, platform_admin: 'yes', trainee: 'yes', patient: 'yes' } as const;

export const policies = {
  'self.read': { ...everyone, scope: 'all' },
  'self.change': signedIn,
  'sockets.open': { ...everyone, scope: 'audio' },

  'hospitals.create': { platform_admin: 'yes' },
  'hospitals.read': admins,
  'hospitals.change': admins,
  'hospital-roles.read': admins,
  'hospital-roles.write': admins,
  'users.read': admins,
  'users.write': admins,
  'api-keys.read': admins,
  'api-keys.write': admins,

  'audit.read': admins,
  'access-log.read': { hospital_admin: 'yes', platform_admin: 'break-glass', patient: 'own' },

  'practice.read': { ...staff, platform_admin: 'yes', patient: 'yes', guest: 'yes', scope: 'bookings' },
  'practice.write': { hospital_admin: 'yes', platform_admin: 'break-glass' },
  'patients.read': { ...staff, platform_admin: 'break-glass', patient: 'own', scope: 'bookings' },
  'patients.create': { ...staff, platform_admin: 'break-glass', scope: 'bookings' },
  'patients.change': { ...staff, platform_admin: 'break-glass', patient: 'own', scope: 'bookings' },

  // What leaves the building goes to people's addresses: for the desk and who answers for it.
  'outbox.read': { receptionist: 'yes', hospital_admin: 'yes' },
  'outbox.retry': { receptionist: 'yes', hospital_admin: 'yes' },
  'integrations.read': admins,
  'integrations.write': admins,
  // Who has the address of a calendar sees when its doctor is busy, without signing in.
  'calendars.share': { hospital_admin: 'yes', doctor: 'own' },
  // When a doctor is free tells nothing of a patient. A doctor's hours are theirs to set.
  'slots.read': { ...staff, platform_admin: 'yes', patient: 'yes', guest: 'yes', scope: 'bookings' },
  'schedules.write': { hospital_admin: 'yes', platform_admin: 'break-glass', doctor: 'own' },
  'appointments.list': { ...staff, platform_admin: 'break-glass', patient: 'own', scope: 'bookings' },
  'appointments.book': { ...staff, platform_admin: 'break-glass', patient: 'own', guest: 'yes', scope: 'bookings' },
  // A guest, with two proofs of who they are (scheduling/bookings.ts).
  'appointments.find': { ...staff, platform_admin: 'break-glass', patient: 'own', guest: 'own', scope: 'bookings' },
  'appointments.change': { ...staff, platform_admin: 'break-glass', patient: 'own', guest: 'own', scope: 'bookings' },
  'appointments.attend': { ...staff, platform_admin: 'break-glass', scope: 'bookings' },
  // A patient sees where they stand, and nobody else.
  'queue.read': { ...staff, platform_admin: 'break-glass', patient: 'own', scope: 'bookings' },
  'queue.write': { ...staff, platform_admin: 'break-glass', scope: 'bookings' },
  'patients.merge': { receptionist: 'yes', doctor: 'yes', hospital_admin: 'yes', platform_admin: 'break-glass' },
  'patients.import': { hospital_admin: 'yes', platform_admin: 'break-glass' },
  'calls.read': {
    receptionist: 'yes',
    nurse: 'yes',
    doctor: 'yes',
    hospital_admin: 'yes',
    platform_admin: 'break-glass',
    scope: 'bookings',
  },

  // Who telephones begins one conversation with the reception by calling, and nothing else. An exchange tells of calls that it puts through.
  'calls.take': { guest: 'yes' },
  'calls.announce': { hospital_admin: 'yes', scope: 'audio' },

  // Consents are people's papers, as their records are; machines give none.
  'consents.read': { ...staff, platform_admin: 'break-glass', patient: 'own' },
  'consents.write': { ...staff, platform_admin: 'break-glass', patient: 'own' },
  // The whole of a patient's words in one piece: for the patient, their doctor, and with a reason administrators.
  'patients.export': { doctor: 'yes', hospital_admin: 'break-glass', platform_admin: 'break-glass', patient: 'own' },
  'patients.erase': { hospital_admin: 'yes', platform_admin: 'break-glass' },
  'legal-holds.read': { hospital_admin: 'yes', platform_admin: 'break-glass' },
  'legal-holds.write': { hospital_admin: 'yes', platform_admin: 'break-glass' },

  'jobs.read': { receptionist: 'own', nurse: 'own', doctor: 'own', hospital_admin: 'yes', platform_admin: 'yes' },
  'jobs.cancel': { receptionist: 'own', nurse: 'own', doctor: 'own', hospital_admin: 'yes', platform_admin: 'yes' },
  'events.follow': { ...staff, platform_admin: 'yes' },
  'events.acknowledge': staff,

  // Who may open which kind, and whose words are whose, is the consultation's own policy (consultation/policy.ts).
  'consultations.open': { ...signedIn, scope: 'chat' },
  'consultations.speak': { ...everyone, scope: 'chat' },
  'consultations.read': { ...everyone, scope: 'chat' },
  'guests.invite': { receptionist: 'yes', nurse: 'yes', doctor: 'yes' },
  'reports.write': { ...signedIn, scope: 'chat' },
  'reports.read': { hospital_admin: 'yes', platform_admin: 'yes' },

  // Documents hold nothing about patients. Whose they are, and that the platform's are its own, is the room's matter.
  'documents.read': { ...signedIn, scope: 'documents' },
  'documents.write': { doctor: 'yes', hospital_admin: 'yes', platform_admin: 'yes', scope: 'documents' },
  'documents.share': { platform_admin: 'yes' },

  'system.read': admins,
  'clock.confirm': admins,
  'system.manage': { platform_admin: 'yes' },
} as const satisfies Readonly<Record<string, Policy>>;

export type Action = keyof typeof policies;

/** What a sign-in under a clock that is not believed is good for. */
const whileConfirming: readonly Action[] = ['clock.confirm', 'self.read', 'self.change'];

/** The grant under which the caller may do this, before anything is looked up. Throws `forbidden`, REASON_REQUIRED or CLOCK_WRONG. */
export function authorize(caller: Caller, action: Action): Grant {
  if (caller.onlyFor === 'clock' && !whileConfirming.includes(action))
    throw new AppError('unavailable', 'This sign-in is only for confirming the time of this box. Confirm it, then sign in again.', {
      reason: 'CLOCK_WRONG',
    });
  const grant = grantOf(policies[action], caller);
  if (grant === undefined)
    throw new AppError('forbidden', 'You are not allowed to do this. Ask an administrator of your hospital if you need to.');
  if (grant === 'break-glass') requireReason(caller);
  return grant;
}

/** The same, for a thing that was found: under `own` it must be about the caller, and if not it does not exist for them. */
export function authorizeOwn(
  caller: Caller,
  action: Action,
  thing: { readonly patientId?: string | null; readonly userId?: string | null },
): Grant {
  const grant = authorize(caller, action);
  const isOwn =
    (thing.patientId != null && thing.patientId === caller.patientId) || (thing.userId != null && thing.userId === caller.userId);
  if (grant === 'own' && !isOwn) throw notFound();
  return grant;
}

/** Pure: has this role the right at all, be it to its own things or with a reason? */
export function hasGrant(role: Role, action: Action): boolean {
  const policy: Policy = policies[action];
  return role !== 'machine' && policy[role] !== undefined;
}

export function notFound(): AppError {
  return new AppError('not-found', 'This does not exist, or it is not yours to see.');
}

/** A reference in the body that leads nowhere (or to another hospital's thing, which is the same). */
export function noSuch(field: string): AppError {
  return new AppError('conflict', 'What {field} refers to does not exist.', {
    reason: 'DATA_INTEGRITY_ERROR',
    values: { field },
    context: { field },
  });
}

/** A platform admin who named no hospital, where one is needed. */
export function requireHospital(caller: Caller): void {
  if (caller.hospitalId === PLATFORM)
    throw new AppError('invalid', 'Say which hospital this is for: send hospital_id, or the header X-Hospital-Id.', {
      fields: [{ path: 'hospital_id', message: 'Which hospital?' }],
    });
}

function grantOf(policy: Policy, caller: Caller): Grant | undefined {
  if (caller.role !== 'machine') return policy[caller.role];
  if (policy.scope === undefined) return undefined;
  return caller.scopes?.includes('all') || caller.scopes?.includes(policy.scope) ? 'yes' : undefined;
}

export function requireReason(caller: Caller): void {
  const length = caller.accessReason?.trim().length ?? 0;
  if (length === 0)
    throw new AppError(
      'forbidden',
      'You may only see this with a reason, which is recorded and shown to the hospital. Send it in the header X-Access-Reason.',
      {
        reason: 'REASON_REQUIRED',
      },
    );
  if (length < 10 || length > 500)
    throw new AppError('invalid', 'The reason must have 10 to 500 characters.', {
      fields: [{ path: 'X-Access-Reason', message: '10 to 500 characters' }],
    });
}
