import type { AccessStore } from './access/access-store.ts';
import type { OnceStore } from './access/once-store.ts';
import type { SecondFactorStore } from './access/second-factor-store.ts';
import type { AuditStore } from './audit/audit-store.ts';
import type { EncounterKeepingStore } from './consultation/encounter-keeping-store.ts';
import type { EncounterStore } from './consultation/encounter-store.ts';
import type { JobStore } from './jobs/job-store.ts';
import type { DocumentStore } from './knowledge/document-store.ts';
import type { NoticeStore } from './notices/notice-store.ts';
import type { OutboxStore } from './outbox/outbox-store.ts';
import type { ConsentStore } from './patients/consent-store.ts';
import type { KeepingStore } from './patients/keeping-store.ts';
import type { PatientStore } from './patients/patient-store.ts';
import type { AppointmentStore } from './scheduling/appointment-store.ts';
import type { CallStore } from './scheduling/call-store.ts';
import type { PracticeStore } from './scheduling/practice-store.ts';
import type { QueueStore } from './scheduling/queue-store.ts';
import type { UsageStore } from './usage/usage-store.ts';

/** One store per room, all bound to the hospital that the unit of work was opened for. */
export interface Stores {
  readonly access: AccessStore;
  readonly audit: AuditStore;
  readonly patients: PatientStore;
  readonly consents: ConsentStore;
  readonly keeping: KeepingStore;
  readonly practice: PracticeStore;
  readonly calls: CallStore;
  readonly appointments: AppointmentStore;
  readonly queue: QueueStore;
  readonly outbox: OutboxStore;
  readonly jobs: JobStore;
  readonly notices: NoticeStore;
  readonly once: OnceStore;
  readonly secondFactors: SecondFactorStore;
  readonly encounters: EncounterStore;
  readonly encounterKeeping: EncounterKeepingStore;
  readonly usage: UsageStore;
  readonly documents: DocumentStore;
}

export interface Storage {
  /** All or nothing, for one hospital; durable when it resolves. Inside `work`, await only `stores`. */
  transact<T>(hospitalId: string, work: (stores: Stores) => Promise<T>): Promise<T>;
  /** A consistent view of one hospital, without another unit's uncommitted rows. */
  read<T>(hospitalId: string, work: (stores: Stores) => Promise<T>): Promise<T>;
}
