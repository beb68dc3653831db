import type { Caller } from '../access/caller.ts';
import type { Grant } from '../access/policies.ts';
import type { Consultation, Mode } from './encounter.ts';

/** Pure: who may open a consultation in this mode. Words of patients are for patients and clinicians; practice is for everyone who works here. */
export function mayOpen(caller: Caller, mode: Mode): boolean {
  switch (caller.role) {
    case 'patient':
      return mode === 'consultation' || mode === 'reception' || mode === 'transcribe';
    case 'doctor':
    case 'nurse':
      return true;
    case 'receptionist':
      return mode === 'reception' || mode === 'training' || mode === 'roleplay';
    case 'hospital_admin':
    case 'platform_admin':
    case 'trainee':
      return mode === 'training' || mode === 'roleplay';
    case 'machine':
      return mode === 'consultation' || mode === 'training' || mode === 'transcribe';
    case 'guest':
      return caller.via === 'telephony' && mode === 'reception';
    default:
      return false;
  }
}

/** Pure: may the caller read (and for clinicians continue) these words? Undefined = they do not exist for them. */
export function readingGrant(caller: Caller, consultation: Consultation): Grant | undefined {
  const { mode, sensitivity } = consultation;
  if (caller.consultationId !== undefined) return caller.consultationId === consultation.id ? 'yes' : undefined;
  if (consultation.ownerId === caller.userId) return 'yes';
  if (caller.role === 'patient') return consultation.patientId !== null && consultation.patientId === caller.patientId ? 'yes' : undefined;
  if (caller.role === 'trainee' || caller.role === 'machine' || caller.role === 'guest') return undefined;
  if (sensitivity === 'restricted' && (caller.role === 'doctor' || caller.role === 'nurse'))
    return consultation.doctorId !== null && consultation.doctorId === caller.doctorId ? 'yes' : undefined;
  if (mode === 'reception') return caller.role === 'platform_admin' ? undefined : caller.role === 'hospital_admin' ? 'break-glass' : 'yes';
  if (caller.role === 'receptionist') return undefined;
  return caller.role === 'doctor' || caller.role === 'nurse' ? 'yes' : 'break-glass';
}

/** Pure: whose words a message in this session counts as, or undefined where the caller may not speak in it. */
export function speaksAs(caller: Caller, consultation: Consultation): 'patient' | 'staff' | undefined {
  if (caller.consultationId !== undefined) return caller.consultationId === consultation.id ? 'patient' : undefined;
  if (consultation.ownerId !== caller.userId) return undefined;
  return caller.role === 'patient' || caller.role === 'machine' || caller.role === 'guest' ? 'patient' : 'staff';
}
