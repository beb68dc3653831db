import type { Storage, Stores } from '../storage.ts';
import { PLATFORM } from './caller.ts';
import type { User } from './user.ts';

/** A user with what `me` and the doors need to know about them. */
export interface WhoIs {
  readonly user: User;
  readonly hospitalName: string | null;
  readonly patientId: string | null;
  readonly doctorId: string | null;
  /** They sign in with a code as well. */
  readonly hasSecondFactor: boolean;
  readonly language: string;
}

export type WhoIsReader = (user: User) => Promise<WhoIs>;

export function makeWhoIs(storage: Storage): WhoIsReader {
  return (user) => storage.read(user.hospitalId, (stores) => readWhoIs(stores, user));
}

export async function readWhoIs(stores: Stores, user: User): Promise<WhoIs> {
  const hospital = user.hospitalId === PLATFORM ? undefined : await stores.access.hospital(user.hospitalId);
  return {
    user,
    hospitalName: hospital?.name ?? null,
    patientId: user.role === 'patient' ? ((await stores.patients.ofUser(user.id)) ?? null) : null,
    doctorId: user.role === 'doctor' ? ((await stores.practice.doctorOfUser(user.id)) ?? null) : null,
    hasSecondFactor: (await stores.secondFactors.find(user.id))?.confirmedAt != null,
    language: user.language ?? hospital?.settings.defaultLanguage ?? 'en',
  };
}
