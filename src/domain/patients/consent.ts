/** What a patient, or who speaks for them, has agreed to. Given once, never changed, withdrawn once. */
export const consentPurposes = ['record', 'ai_note', 'cloud', 'messages', 'research'] as const;
export type ConsentPurpose = (typeof consentPurposes)[number];

export interface Consent {
  readonly id: string;
  readonly patientId: string;
  readonly purposes: readonly ConsentPurpose[];
  readonly givenBy: 'self' | 'guardian';
  readonly how: 'voice' | 'tap' | 'paper';
  /** In which the text was read, and which edition of it. */
  readonly language: string;
  readonly textVersion: string;
  readonly givenAt: number;
  readonly recordedBy: string;
  readonly withdrawnAt: number | null;
  readonly withdrawnBy: string | null;
}

/** Pure: may the purpose be served now? The last word counts: a withdrawal also ends what other sheets said before it. */
export function isInForce(consents: readonly Consent[], purpose: ConsentPurpose): boolean {
  const about = consents.filter(({ purposes }) => purposes.includes(purpose));
  const lastNo = Math.max(Number.NEGATIVE_INFINITY, ...about.map(({ withdrawnAt }) => withdrawnAt ?? Number.NEGATIVE_INFINITY));
  return about.some(({ withdrawnAt, givenAt }) => withdrawnAt === null && givenAt > lastNo);
}

/** Pure: those that were good while something was made and have been withdrawn since, to be shown on it. */
export function withdrawnSince(consents: readonly Consent[], made: { readonly fromMs: number; readonly toMs: number | null }): Consent[] {
  return consents.filter(
    ({ givenAt, withdrawnAt }) => withdrawnAt !== null && withdrawnAt >= made.fromMs && givenAt <= (made.toMs ?? Number.MAX_SAFE_INTEGER),
  );
}
