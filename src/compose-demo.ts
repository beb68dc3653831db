import { boxSecret } from './compose.ts';
import type { Desk } from './compose-desk.ts';
import { noAnswers } from './compose-knowledge.ts';
import type { Caller } from './domain/access/caller.ts';
import { type Demo, makeDemo } from './domain/access/demo.ts';
import { makeGuesses } from './domain/access/guesses.ts';
import { type Hospitals, makeHospitals } from './domain/access/hospitals.ts';
import { timeBeside } from './domain/access/trusted-time.ts';
import { makeUsers, type Users } from './domain/access/users.ts';
import { type Consult, makeConsult } from './domain/consultation/consult.ts';
import { type Consultations, makeConsultations } from './domain/consultation/consultations.ts';
import { makeLiveWords } from './domain/consultation/live-words.ts';
import { makeNotices, type Notices } from './domain/notices/notices.ts';
import { makePatients, type Patients } from './domain/patients/patients.ts';
import { makePractice, type Practice } from './domain/scheduling/practice.ts';
import { makeScheduling, type Scheduling } from './domain/scheduling/scheduling.ts';
import type { Storage } from './domain/storage.ts';
import { makeUsageLedger } from './domain/usage/usage-ledger.ts';
import { noMachines } from './engines/no-machines.ts';
import { makePasswordHasher } from './integrations/secrets/passwords.ts';
import { makeTokenSigner } from './integrations/secrets/token-signer.ts';
import { makeTokenMaker } from './integrations/secrets/tokens.ts';
import type { Clock } from './shared/clock.ts';
import { makeSigningKey } from './storage/files/signing-keys.ts';

/** The rooms in which a made-up week is lived through. They have no machines: what is answered are the box's own sentences. */
export interface DemoRooms {
  readonly storage: Storage;
  readonly demo: Demo;
  readonly hospitals: Hospitals;
  readonly users: Users;
  readonly practice: Practice;
  readonly patients: Patients;
  readonly scheduling: Scheduling;
  readonly consultations: Consultations;
  readonly consult: Consult;
  readonly notices: Notices;
  /** Known to this box alone, and the same each time it is asked for. */
  readonly secret: Buffer;
  callerFor(hospitalId: string): Caller;
}

export async function composeDemo({ storage, callerFor }: Desk, clock: Clock): Promise<DemoRooms> {
  const [passwords, secret, time] = await Promise.all([makePasswordHasher(), boxSecret(storage), timeBeside(storage, clock)]);
  // Nobody signs in here: the key ends with the command.
  const signer = await makeTokenSigner([makeSigningKey(clock.now().getTime())]);
  const users = makeUsers({ storage, clock, time, passwords });
  const notices = makeNotices({ storage, clock });
  const words = makeLiveWords();
  return {
    storage,
    demo: makeDemo({ storage, clock, users }),
    hospitals: makeHospitals({ storage, clock }),
    users,
    practice: makePractice({ storage, clock }),
    patients: makePatients({ storage, clock }),
    scheduling: makeScheduling({ storage, clock, time, notices, guesses: makeGuesses({ storage, time }), tokens: makeTokenMaker(secret) }),
    consultations: makeConsultations({ storage, clock, time, signer, words }),
    consult: makeConsult({ storage, clock, machines: noMachines(), ledger: makeUsageLedger(clock), notices, words, answers: noAnswers() }),
    notices,
    secret,
    callerFor,
  };
}
