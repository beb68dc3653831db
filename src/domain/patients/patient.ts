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

export const nameOf = ({ firstName, lastName }: Pick<Patient, 'firstName' | 'lastName'>): string => `${firstName} ${lastName}`.trim();

/** Pure: a name as it is compared: without case, Latin accents, points and a title. */
export function plainName(name: string): string {
  const bare = name
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .normalize('NFC')
    .toLowerCase();
  const words = bare.replace(/[.,]/g, ' ').trim().split(/\s+/);
  const untitled = words.filter((word) => !titles.includes(word));
  return (untitled.length > 0 ? untitled : words).join(' ');
}

const titles = ['dr', 'doctor', 'prof', 'professor'];
