/** A patient's record at one hospital. Many records may share a phone number: a family does. */
export interface Patient {
  readonly id: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly email: string | null;
  readonly dob: string | null;
  readonly birthYear: number | null;
  readonly gender: string | null;
  readonly language: string | null;
  readonly guardianId: string | null;
  readonly localNumber: string | null;
  readonly abhaNumber: string | null;
  readonly address: string | null;
  readonly preferredDoctorId: string | null;
  readonly allergies: string | null;
  readonly medications: string | null;
  readonly needs: string | null;
  readonly notes: string | null;
  /** The user who signs in as this patient. */
  readonly userId: string | null;
  readonly phones: readonly PatientPhone[];
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface PatientPhone {
  /** E.164. */
  readonly number: string;
  readonly whose: string | null;
}

/** What a receptionist fills in. */
export type PatientInput = {
  readonly [K in keyof Omit<Patient, 'id' | 'phones' | 'userId' | 'createdAt' | 'updatedAt'>]?: Patient[K] | undefined;
} & {
  readonly name?: string | undefined;
  readonly phone?: string | undefined;
  readonly phones?: readonly { number: string; whose?: string | null | undefined }[] | undefined;
};

/** Pure: `name` as first and last name, the last word being the last name. A single word stays a first name. */
export function splitName(name: string): { firstName: string; lastName: string } {
  const words = name.trim().split(/\s+/);
  const lastName = words.length > 1 ? (words.pop() ?? '') : '';
  return { firstName: words.join(' '), lastName };
}
