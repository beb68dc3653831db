import type { LegalHold } from './legal-hold.ts';

/** One thing that was deleted, or for what is only counted one sweep of it. */
export interface Deletion {
  readonly id: string;
  readonly kind: string;
  readonly cause: 'retention' | 'erasure';
  readonly entityType: string;
  readonly entityId: string;
  readonly patientId: string | null;
  readonly items: number;
  /** When the thing was made; of several, the oldest. */
  readonly madeAt: number;
  readonly deletedAt: number;
}

export interface KeepingStore {
  insertHold(hold: LegalHold): Promise<void>;
  /** The one in force. */
  holdOn(patientId: string): Promise<LegalHold | undefined>;
  liftHold(id: string, by: string, at: number): Promise<void>;
  heldPatients(): Promise<readonly string[]>;

  insertDeletions(deletions: readonly Deletion[]): Promise<void>;
  deletionsOf(patientId: string): Promise<readonly Deletion[]>;

  /** Files whose rows are gone; they follow as soon as the unit of work has ended, or after a restart. */
  doomFiles(keys: readonly string[]): Promise<void>;
  doomedFiles(limit: number): Promise<readonly string[]>;
  forgetDoomed(keys: readonly string[]): Promise<void>;
}
