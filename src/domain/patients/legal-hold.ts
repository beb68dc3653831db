/** Somebody has a claim in law: nothing about this patient is deleted until it is lifted. */
export interface LegalHold {
  readonly id: string;
  readonly patientId: string;
  readonly reason: string;
  readonly setBy: string;
  readonly setAt: number;
  readonly liftedAt: number | null;
  readonly liftedBy: string | null;
}
