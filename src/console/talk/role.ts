/** What kind of conversation somebody of this role may open (contract, section 3): words of patients are for patients and clinicians. */
export function modeFor(role: string): 'consultation' | 'reception' | 'training' {
  if (role === 'patient' || role === 'doctor' || role === 'nurse') return 'consultation';
  return role === 'receptionist' ? 'reception' : 'training';
}

/** Who may hand a conversation to a guest: by a link, or at a kiosk. */
export const mayInvite = (role: string): boolean => role === 'doctor' || role === 'nurse' || role === 'receptionist';

/** Who works here; a patient who has an account does not. */
export const isStaff = (role: string): boolean => mayInvite(role) || role === 'hospital_admin' || role === 'platform_admin';
