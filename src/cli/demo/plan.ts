import type { PatientInput } from '../../domain/patients/patient.ts';
import { makeChance } from './chance.ts';
import type { Clinic } from './clinics.ts';
import { practice, type Talk, talks } from './talks.ts';

/** Everything that happens in a made-up clinic in one week, worked out before anything is written; the same each time. */
export interface ClinicPlan {
  readonly clinic: Clinic;
  readonly patients: readonly PlannedPatient[];
  /** In the order of their time. */
  readonly talks: readonly PlannedTalk[];
}

export interface PlannedPatient {
  readonly input: PatientInput & { readonly firstName: string; readonly lastName: string };
  /** Those few who sign in themselves. */
  readonly login: string | undefined;
}

export interface PlannedTalk {
  /** Before now. */
  readonly agoMs: number;
  /** Index of the patient; undefined for practice with nobody. */
  readonly patient: number | undefined;
  readonly language: Talk['language'];
  readonly lines: readonly string[];
}

export const PATIENTS = 25;
const WITH_LOGIN = 3;
const TALKS = 14;
const DAY_MS = 24 * 3_600_000;
const allergies = [null, null, null, 'penicillin', 'peanuts', 'dust mites'] as const;
const medications = [null, null, 'metformin 500 mg twice a day', 'amlodipine 5 mg once a day', 'salbutamol inhaler when needed'] as const;

/** Pure. */
export function planClinic(clinic: Clinic, seed: number): ClinicPlan {
  const chance = makeChance(seed);
  const taken = new Set<string>();
  const patients = Array.from({ length: PATIENTS }, (_, index): PlannedPatient => {
    let name: [string, string];
    do name = [chance.pick(clinic.firstNames), chance.pick(clinic.lastNames)];
    while (taken.has(name.join(' ')));
    taken.add(name.join(' '));
    return {
      login: index < WITH_LOGIN ? `patient${index === 0 ? '' : index + 1}` : undefined,
      input: {
        firstName: name[0],
        lastName: name[1],
        dob: `${1940 + chance.below(80)}-${two(1 + chance.below(12))}-${two(1 + chance.below(28))}`,
        language: chance.pick(clinic.languages),
        phone: `${clinic.phones}${two(10 + index)}`,
        address: chance.pick(clinic.streets),
        localNumber: `${clinic.short.slice(0, 1).toUpperCase()}-${1001 + index}`,
        allergies: chance.pick([...allergies]),
        medications: chance.pick([...medications]),
      },
    };
  });
  const inLanguages = talks.filter(({ language }) => clinic.hospital.settings?.languages?.includes(language)) as [Talk, ...Talk[]];
  const said = Array.from({ length: TALKS }, (_, index): PlannedTalk => {
    const talk = inLanguages[index % inLanguages.length] ?? inLanguages[0];
    return { agoMs: agoOf(chance.below(7), chance.below(8 * 60)), patient: index % PATIENTS, ...talk };
  });
  const practised: PlannedTalk = { agoMs: agoOf(2, 60), patient: undefined, language: 'en', lines: practice };
  return { clinic, patients, talks: [...said, practised].sort((a, b) => b.agoMs - a.agoMs) };
}

/** So many days ago, and so many minutes before this time of the day; an hour at least, so that all of it lies behind. */
const agoOf = (days: number, minutes: number) => days * DAY_MS + minutes * 60_000 + 3_600_000;
const two = (number: number) => String(number).padStart(2, '0');
