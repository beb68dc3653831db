import type { Kysely } from 'kysely';
import type { Stores } from '../../domain/storage.ts';
import type { Prepared } from '../prepared.ts';
import type { Tables } from '../schema.ts';
import { makeAccessStore } from './access-store.ts';
import { makeAppointmentStore } from './appointment-store.ts';
import { makeAuditStore } from './audit-store.ts';
import { makeCallStore } from './call-store.ts';
import { makeConsentStore } from './consent-store.ts';
import { makeDocumentStore } from './document-store.ts';
import { makeEncounterKeepingStore } from './encounter-keeping-store.ts';
import { makeEncounterStore } from './encounter-store.ts';
import { makeJobStore } from './job-store.ts';
import { makeKeepingStore } from './keeping-store.ts';
import { makeNoticeStore } from './notice-store.ts';
import { makeOnceStore } from './once-store.ts';
import { makeOutboxStore } from './outbox-store.ts';
import { makePatientStore } from './patient-store.ts';
import { makePracticeStore } from './practice-store.ts';
import { makeQueueStore } from './queue-store.ts';
import { makeSecondFactorStore } from './second-factor-store.ts';
import { makeUsageStore } from './usage-store.ts';

/** Every store over one connection, bound to one hospital. */
export function makeStores(db: Kysely<Tables>, hospitalId: string, prepared: Prepared): Stores {
  return {
    access: makeAccessStore(db, hospitalId, prepared),
    audit: makeAuditStore(db, hospitalId, prepared),
    patients: makePatientStore(db, hospitalId, prepared),
    consents: makeConsentStore(db, hospitalId),
    calls: makeCallStore(db, hospitalId),
    keeping: makeKeepingStore(db, hospitalId),
    practice: makePracticeStore(db, hospitalId, prepared),
    appointments: makeAppointmentStore(db, hospitalId, prepared),
    queue: makeQueueStore(db, hospitalId),
    outbox: makeOutboxStore(db, hospitalId, prepared),
    jobs: makeJobStore(db, hospitalId),
    notices: makeNoticeStore(db, hospitalId, prepared),
    once: makeOnceStore(db),
    secondFactors: makeSecondFactorStore(db, hospitalId),
    encounters: makeEncounterStore(db, hospitalId),
    encounterKeeping: makeEncounterKeepingStore(db, hospitalId),
    usage: makeUsageStore(db, hospitalId),
    documents: makeDocumentStore(db, hospitalId),
  };
}
