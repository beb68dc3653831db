/** What a hospital keeps for a number of days of its own choosing. */
export const retentionKinds = ['audio', 'transcripts', 'notes', 'calls', 'usage'] as const;
export type RetentionKind = (typeof retentionKinds)[number];

/** A thing that was made about somebody, and that has its time. */
export interface Kept {
  readonly id: string;
  readonly patientId: string | null;
  readonly madeAt: number;
}

export interface Whose {
  readonly patientId: string;
  /** The user who signs in as this patient. */
  readonly userId: string | null;
}
