import type { Kept, Whose } from '../patients/kept.ts';
import type { Consultation } from './encounter.ts';

/** Conversations with the box at the reception are calls; all others are consultations. */
export type ConversationKind = 'calls' | 'transcripts';

export interface EncounterKeepingStore {
  /** Oldest first: made before, ended or fallen silent before, and of none of these patients. */
  olderThan(kind: ConversationKind, beforeMs: number, held: readonly string[], limit: number): Promise<readonly Kept[]>;
  /** Oldest first: those about a patient, and those they held themselves. */
  ofPatient(kind: ConversationKind, whose: Whose): Promise<readonly Consultation[]>;
  /** With their sittings, messages, flags, and what was reported on them. */
  remove(ids: readonly string[]): Promise<void>;
}
